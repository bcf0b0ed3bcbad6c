"""Run an optimizer from many places at once, or with many hyper-parameters.

record = basins("himmelblau", ["sgd", "adam"], steps=300)       # 40,000 starts; ls.draw(record, view="basins")
record = stability_map("quadratic", "momentum")                 # 3,600 pairs; ls.draw(record, view="stability")
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

import numpy as np

from landscape.core.component import Array, FieldError, field_hints
from landscape.core.methods import Noise, Schedule
from landscape.core.names import hint, named_arguments
from landscape.core.progress import Wanted
from landscape.core.random import NEWEST, Seed
from landscape.core.registry import registry
from landscape.core.surface import Surface, Window
from landscape.record import Record
from landscape.simulation.entrants import Entrant, entrant
from landscape.simulation.simulate import check_integer, simulate, starting_points
from landscape.simulation.sizes import GIB, count_of, gib, many, recorded

ROWS = 4_000_000  # of all runs together, that a map records where nothing else is said


@named_arguments
def basins(
    surface: Surface | str,
    optimizers: Any,
    *,
    steps: int,
    resolution: int | tuple[int, int] = 200,
    window: Window | None = None,
    every: int | None = None,
    seed: int = 0,
    stream: int = NEWEST,
    noise: Noise | str | None = None,
    schedule: Schedule | str | None = None,
    engine: str | None = None,
    title: str = "",
    progress: Wanted = None,
) -> Record:
    """Run every entrant from each point of a grid over a surface of two dimensions: which minimum does it end in?

    resolution: starts along each coordinate, one number or two; window: ((lo, hi), (lo, hi)) that they cover, default
    the surface's. every: record one row in so many steps; default: twenty rows in all, fewer of more than 200,000 runs:
    two at 2,000,000, whose map tells no longer how late a run arrived. The rest is as in
    `landscape.simulate`. The view "basins" draws the record. ValueError says what was given and what is allowed.
    """
    made = registry("surface").build(surface) if isinstance(surface, str) else surface
    if not isinstance(made, Surface):
        raise TypeError(f"basins takes a surface or its name, got {made!r:.60}")
    if made.dim != 2:
        raise ValueError(f'basins needs a surface of 2 dimensions, "{made.name}" has {made.dim} here')
    try:
        start = registry("start").build("grid", shape=resolution, **({} if window is None else {"box": window}))
        steps = check_integer("steps", steps, 1)
        rows = _every(steps, 20, 1, count_of(start, 2)) if every is None else check_integer("every", every, 1)
        listed = len(optimizers) if isinstance(optimizers, (list, tuple)) else 1
        _check_size(f"basins: resolution={resolution}", listed * (steps // rows + 2), count_of(start, 2), 2)
        start.place(made, 0)
    except FieldError as error:
        raise ValueError(f"basins: {'resolution' if error.field == 'shape' else 'window'} {error.reason}") from None
    return simulate(made, optimizers, start=start, steps=steps, seed=seed, stream=stream, noise=noise,
                    schedule=schedule, every=rows, engine=engine, title=title, progress=progress)  # fmt: skip


def _every(steps: int, most: int, least: int, runs: int) -> int:
    """One row in so many steps, for `most` rows, and for fewer where those of many runs would take much memory."""
    return max(1, -(-steps // min(most, max(least, ROWS // runs))))


def _check_size(what: str, rows: int, runs: int, dim: int) -> None:
    """ValueError where a map would take more memory than allowed. rows: of all entrants together."""
    if (needed := recorded(1, rows, dim, runs)) > GIB * 2**30:
        raise ValueError(
            f"{what} makes {many(runs)} runs, whose {many(rows)} recorded rows need "
            f"{gib(needed)}, more than the {GIB:g} GiB allowed: take fewer, or record fewer rows with every=..."
        )


@named_arguments
def stability_map(
    surface: Surface | str,
    optimizers: Any,
    *,
    across: Mapping[str, Any] | None = None,
    resolution: int = 60,
    steps: int = 200,
    start: Any = None,
    every: int | None = None,
    seed: int = 0,
    stream: int = NEWEST,
    noise: Noise | str | None = None,
    schedule: Schedule | str | None = None,
    engine: str | None = None,
    title: str = "",
    progress: Wanted = None,
) -> Record:
    """Run every entrant with each pair of two of its hyper-parameters: where does it converge, and how fast?

    across: two fields that every rule has, each with its values, (n,) and (m,): {"lr": [...], "momentum": [...]}. The
    default is lr, and the first of momentum, beta1, alpha, rho, beta2 and weight_decay that every rule has; with
    `resolution` values each. Those of lr are evenly spaced in the logarithm: for gradient descent and its momentums up
    to three times the stability limit 2 / lambda, lambda the largest eigenvalue of the Hessian at the lowest minimum,
    and for other rules from a hundredth to a hundred times each rule's own.

    Runs are numbered with the first field fastest; start is one point. every: record one row in so many steps; default:
    a hundred rows in all, fewer of more than 40,000 runs. The rest is as in `landscape.simulate`. The view "stability"
    draws the record. ValueError says what was given and what is allowed.
    """
    made = registry("surface").coerce(surface)
    given = optimizers if isinstance(optimizers, (list, tuple)) else [optimizers]
    entrants = [each if isinstance(each, Entrant) else entrant(each) for each in given]
    if not entrants:
        raise ValueError("stability_map needs one optimizer or more, got none")
    if across is not None and not isinstance(across, Mapping):
        raise ValueError(f"across must be a table of hyper-parameters and their values, got {across!r:.80}")
    fields = _fields([each.optimizer for each in entrants], across or {})
    point = starting_points(made, start, Seed(seed, check_integer("stream", stream, 1, NEWEST)))
    if point.shape[1] != 1:
        raise ValueError(f"stability_map runs from one point, got {point.shape[1]}")
    resolution = check_integer("resolution", resolution, 2)
    first, second = (_values(name, (across or {}).get(name)) for name in fields)
    steps = check_integer("steps", steps, 1)
    pairs_of_all = (resolution if first is None else len(first)) * (resolution if second is None else len(second))
    rows = _every(steps, 100, 10, pairs_of_all) if every is None else check_integer("every", every, 1)
    given_all = first is not None and second is not None
    what = "across" if given_all else f"resolution={resolution}"
    _check_size(f"stability_map: {what}", len(entrants) * (steps // rows + 2), pairs_of_all, made.dim)
    moved = []
    for each in entrants:
        rates = _rates(made, each.optimizer, resolution) if fields[0] == "lr" else np.empty(0)
        x = rates if first is None else first
        y = _spread(each.optimizer, fields[1], resolution) if second is None else second
        pairs = {fields[0]: np.tile(x, len(y)), fields[1]: np.repeat(y, len(x))}
        rule: Any = each.optimizer
        moved.append(dataclasses.replace(each, optimizer=dataclasses.replace(rule, **pairs)))
    runs = len(pairs[fields[0]])
    return simulate(made, moved, start=point[:, 0], repeats=runs, steps=steps, seed=seed, stream=stream, noise=noise,
                    schedule=schedule, every=rows, engine=engine, title=title, progress=progress)  # fmt: skip


SECOND = ("momentum", "beta1", "alpha", "rho", "beta2", "weight_decay")  # what is usually varied beside the rate


def _fields(rules: list[Any], across: Mapping[str, Any]) -> tuple[str, str]:
    """The two fields to vary: those given, else the usual ones."""
    common = [
        name
        for name in field_hints(type(rules[0]))
        if all(isinstance(getattr(rule, name, None), (float, np.ndarray)) for rule in rules)
    ]
    for name in across:
        if name not in common:
            raise ValueError(f'across: "{name}" is not a hyper-parameter of every rule here. {hint(name, common)}')
    if len(across) > 2:
        raise ValueError(f"across must name two hyper-parameters, got {', '.join(across)}")
    wanted = list(across)
    if len(wanted) < 2:
        wanted += [name for name in ("lr", *SECOND) if name in common and name not in wanted]
    if len(wanted) < 2:
        names = ", ".join(rule.name for rule in rules)
        raise ValueError(f"{names}: needs two hyper-parameters to vary; in common are: {', '.join(common) or 'none'}")
    pair = wanted[:2]
    return ("lr", next(name for name in pair if name != "lr")) if "lr" in pair else (pair[0], pair[1])


def _values(name: str, given: Any) -> Array | None:
    if given is None:
        return None
    try:
        values = np.asarray(given, dtype=np.float64)
    except (ValueError, TypeError):
        values = np.empty(0)
    if values.ndim != 1 or len(values) < 2 or not np.isfinite(values).all() or not (np.diff(values) > 0.0).all():
        raise ValueError(f"across: {name} must be two increasing numbers or more, got {given!r:.80}")
    return values


def _rates(surface: Surface, rule: Any, count: int) -> Array:
    if rule.name not in ("sgd", "momentum", "nesterov"):
        middle = float(np.median(rule.lr))
        return np.geomspace(0.01 * middle, 100.0 * middle, count)
    lowest = min(surface.minima, key=lambda point: point.value, default=None)
    p = surface.customary_start if lowest is None else lowest.point
    steepest = float(np.abs(np.linalg.eigvalsh(surface.hessian(p))).max())
    top = 6.0 / steepest if np.isfinite(steepest) and steepest > 0.0 else 1.0
    return np.geomspace(top / 300.0, top, count)


def _spread(rule: Any, name: str, count: int) -> Array:
    """From 0 to 0.99, or from 0 to twice the rule's own value if that is not a fraction."""
    own = float(np.median(getattr(rule, name)))
    return np.linspace(0.0, 0.99, count) if name in SECOND[:-1] else np.linspace(0.0, 2.0 * own or 0.1, count)
