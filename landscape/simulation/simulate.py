"""Run optimizers on a surface, side by side, and get a Record of what happened.

    record = simulate("rosenbrock", ["sgd", optimizer("adam", lr=0.05)], start=(-1.5, 2.0), steps=500)
    record["adam"].value[-1]

Everything is a batch of runs: starts, repeats with other noise, and hyper-parameters given as arrays (runs,). What a
run does depends on the seed and its own number alone, not on the runs beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sized
from typing import Any

import numpy as np

from landscape import noises, starts, surfaces
from landscape.core.component import Array
from landscape.core.linear_algebra import one_thread
from landscape.core.methods import Noise, Schedule, Start
from landscape.core.names import named_arguments
from landscape.core.progress import Progress, Wanted, shown
from landscape.core.random import LARGEST_SEED, NEWEST, Seed
from landscape.core.surface import Surface
from landscape.record import Record
from landscape.record.record import ENGINES
from landscape.simulation.ensembles import check_alike, kept_of, measures_of, with_ensemble
from landscape.simulation.entrants import (
    as_schedule,
    check_lengths,
    check_needs,
    labelled,
    listed_entrants,
    longest,
)
from landscape.simulation.job import LIMIT, Job
from landscape.simulation.sizes import GIB, check_kept, check_recorded, check_starts, many


@named_arguments
@one_thread()
def simulate(
    surface: Surface | str,
    optimizers: Any,
    *,
    start: Any = None,
    steps: int,
    seed: int = 0,
    stream: int = NEWEST,
    repeats: int = 1,
    noise: Noise | str | None = None,
    schedule: Schedule | str | Callable[..., Any] | None = None,
    tolerance: float | None = None,
    every: int = 1,
    runs: Iterable[int] | None = None,
    keep: int | Iterable[int] | None = None,
    quantiles: Iterable[str] | None = None,
    memory: float = GIB,
    clock: bool = False,
    engine: str | None = None,
    title: str = "",
    progress: Wanted = None,
) -> Record:
    """Run every entrant from every start, `repeats` times, for `steps` steps.

    surface, noise, schedule: a component or its name; for a schedule also a function (step, steps) -> factor.
    optimizers: one or a list of optimizers, names or entrants; those without a schedule of their own get `schedule`.
    start: a point (dim,), points as columns (dim, starts), a start component or its name; default: the surface's
    customary start. stream: the version of the streams that noise, rules and starts are drawn from
    (`landscape.core.random`); a surface has its own.

    Runs are numbered start-major, then repeats: run = start * repeats + repeat. A hyper-parameter may be an array with
    one number for each run; from a single start, each of its numbers is a run. `runs` picks some of the runs by number:
    they do exactly what they do among all.

    A surface, rule, noise or schedule of your own is first called for some runs alone and side by side, and where that
    differs each run is made alone, with a UserCodeWarning. A run whose loss is no number has diverged.

    tolerance: a run stops for good when the norm of its exact gradient is at most this. every: record one row in so
    many steps (always the first and the last); every=steps records only those two.

    keep: how many of the runs to record whole, the first ones, or the numbers of those; of all of them, a track's
    `ensemble` has quantiles at every row, so that memory holds a part of the runs at a time. quantiles: the measures
    that it has them of beside the loss; default where `keep` is given: the gap and the gradient's norm. Without `keep`
    all runs are recorded whole.

    memory: the most to record, and for a rule to keep, in GiB; more is refused before it is made. clock: keep in
    `seconds` how long each entrant took, which makes records of the same simulation differ. engine: "numba" compiles
    what can be recorded, "numpy" does not; default: what is worth it is compiled where numba is installed, and a
    track's `engine` says which ran. The two give the same but for the last bits of functions other than + - * / and
    sqrt. title: the heading of pictures; default:
    which optimizers run on which surface. progress(done, total) is called as the work proceeds; where left out, a bar
    is shown from a second on, in a notebook or a terminal; False: none. ValueError or TypeError says what was given and
    what is allowed.
    """
    surface = surfaces.REGISTRY.coerce(surface)
    noise = None if noise is None else noises.REGISTRY.coerce(noise)
    fallback = as_schedule("constant" if schedule is None else schedule)
    steps, repeats, every = (
        check_integer("steps", steps, 1),
        check_integer("repeats", repeats, 1),
        check_integer("every", every, 1),
    )
    stream = check_integer("stream", stream, 1, NEWEST)
    seed = Seed(check_integer("seed", seed, 0, LARGEST_SEED), stream)
    if not isinstance(title, str):
        raise TypeError(f"title must be a text, got {title!r}")
    if engine is not None and engine not in ENGINES:
        raise ValueError(f'engine must be "numpy", "numba" or None, got {engine!r}')
    if tolerance is not None and not (np.isfinite(tolerance) and tolerance >= 0):
        raise ValueError(f"tolerance must be a finite number, at least 0, got {tolerance!r}")
    if noise is not None:
        noise.check_surface(surface)

    points = starting_points(surface, start, seed, memory)
    entrants = labelled(listed_entrants(optimizers))
    if points.shape[1] * repeats == 1:
        repeats = max(longest(each.optimizer) for each in entrants)
    total = points.shape[1] * repeats
    count = total if runs is None else len(runs := runs if isinstance(runs, Sized) else list(runs))
    summed = keep is not None or quantiles is not None
    if not summed:
        check_recorded(len(entrants), -(-steps // every) + 1, surface.dim, count, steps, memory)
    numbers = np.arange(total) if runs is None else _numbers(runs, total)
    kept, measures = kept_of(keep, numbers), measures_of(quantiles, surface, noise) if summed else ()
    if summed:
        check_alike(entrants)
        check_recorded(len(entrants), -(-steps // every) + 1, surface.dim, len(kept), steps, memory)
    for each in entrants:
        check_lengths(each.optimizer, total)
        check_needs(each.optimizer, surface, noise)
        check_kept(each.optimizer, surface.dim, count, memory)

    rows = np.append(np.arange(0, steps, every), steps)

    job = Job(surface, noise, points, kept, repeats, total, steps, seed, rows, tolerance, clock, engine)
    try:
        with shown("simulating", progress) as tell:
            apart = summed and not np.array_equal(kept, numbers)
            tick = _ticker(tell, len(entrants) * (len(kept) + apart * len(numbers)) * steps)
            planned = [(each, each.schedule or fallback) for each in entrants]
            if summed:
                tracks = tuple(with_ensemble(job, numbers, *each, measures, tick) for each in planned)
            else:
                tracks = tuple(job.track(*each, tick) for each in planned)
    except MemoryError as error:
        size = f"{many(steps)} steps x {many(count)} runs in {surface.dim:,} dimensions"
        raise MemoryError(
            f"not enough memory for {size} ({error or 'no more'}): take fewer, or end other programs"
        ) from None
    return Record(surface, tracks, points, kept, steps, repeats, int(seed), noise, title, stream=stream)


def starting_points(surface: Surface, start: Any, seed: int, memory: float = GIB) -> Array:
    """(dim, starts) from a point, points, a start component, its name, or nothing (the surface's customary start)."""
    if start is None or isinstance(start, (str, Start)):
        component = starts.REGISTRY.coerce("point" if start is None else start)
        check_starts(component, surface.dim, memory)
        points = component.place(surface, seed)
    else:
        try:
            points = np.array(start, dtype=np.float64)
        except (TypeError, ValueError):
            raise TypeError(
                f"start must be a point, points (dim, starts) or a start component, got {start!r}"
            ) from None
        points = points[:, None] if points.ndim == 1 else points
    if points.ndim != 2 or points.shape[0] != surface.dim or points.shape[1] == 0:
        turned = points.ndim == 2 and points.shape[1] == surface.dim
        raise ValueError(
            f'the surface "{surface.name}" needs a start of shape ({surface.dim},) or ({surface.dim}, starts), '
            f"got {np.shape(start) or points.shape}"
            + ("; points are columns: transpose it, np.transpose(start)" if turned else "")
        )
    if not np.all(np.abs(points) <= LIMIT):
        raise ValueError(f"the start's coordinates must be finite and within {LIMIT:g} of zero")
    return points


def check_integer(name: str, value: Any, lowest: int, highest: int | None = None) -> int:
    """`value` as an int in range, or ValueError."""
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)):
        raise TypeError(f"{name} must be a whole number, got {value!r}")
    if value < lowest or (highest is not None and value > highest):
        raise ValueError(f"{name} must be at least {lowest}{f' and at most {highest}' if highest else ''}, got {value}")
    return int(value)


def _numbers(runs: Iterable[int], total: int) -> Array:
    numbers = np.array(list(runs))
    if numbers.ndim != 1 or numbers.size == 0 or numbers.dtype.kind not in "iu":
        raise ValueError("runs must be whole numbers, at least one")
    if numbers.min() < 0 or numbers.max() >= total:
        raise ValueError(f"runs must be from 0 to {total - 1}, got {numbers.min()} to {numbers.max()}")
    return numbers


def _ticker(progress: Progress, total: int) -> Callable[[int], None]:
    done = 0

    def tick(steps: int) -> None:
        nonlocal done
        done += steps
        progress(done, total)

    return tick
