"""Choose hyper-parameters: every entrant tries as many settings, on seeds and starts that are not those shown.

tuned = tune("rosenbrock", ["sgd", "adam"], over={"lr": (1e-4, 1, "log")}, budget=13, steps=200, noise="gaussian")
simulate("rosenbrock", tuned, steps=200, noise="gaussian")       # entrants with the chosen rates
tuned[0].tuned                                                    # how that of the first was chosen
tuned.table                                                       # every run that was tried
"""

from __future__ import annotations

import dataclasses
import math
import os
import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from landscape import noises, starts
from landscape.core.component import Array, FieldError
from landscape.core.methods import Noise, Schedule, Start
from landscape.core.names import named_arguments
from landscape.core.progress import Wanted
from landscape.core.random import NEWEST, apart
from landscape.core.surface import Surface
from landscape.i18n.numbers import number
from landscape.record.tuning import WITHIN, Choice
from landscape.simulation.entrants import Entrant
from landscape.simulation.simulate import check_integer
from landscape.simulation.sizes import GIB
from landscape.sweeps.fields import PLACES, Field, Parts, named_fields, with_field
from landscape.sweeps.good_range import fields_of, judged, neighbours, ranges, statistic_of
from landscape.sweeps.measures import HIGHER_IS_BETTER
from landscape.sweeps.plan import draws_starts, value_of
from landscape.sweeps.sweep import checked_sweep, entrants_of, made_surfaces, run
from landscape.sweeps.table import Table

SEEDS = 10
NEARBY = 0.1


class Tuned(tuple[Entrant, ...]):
    """Entrants with the values that were chosen for them, each with its `tuned`. table: every run that was tried."""

    table: Table

    def __new__(cls, entrants: Any, table: Table | None = None) -> Tuned:
        made = super().__new__(cls, entrants)
        if table is not None:
            made.table = table
        return made


@named_arguments
def tune(
    surface: Surface | str | Sequence[Surface | str],
    optimizers: Any,
    *,
    over: Mapping[str, Any],
    budget: int,
    steps: int,
    seeds: int = SEEDS,
    start: Any = None,
    nearby: float = NEARBY,
    seed: int = 0,
    stream: int = NEWEST,
    noise: Noise | str | None = None,
    schedule: Schedule | str | Callable[..., Any] | None = None,
    measure: Any = "loss",
    tolerance: float | None = None,
    engine: str | None = None,
    executor: Any = None,
    path: str | os.PathLike[str] | None = None,
    memory: float = GIB,
    progress: Wanted = None,
) -> Any:
    """Choose the best of `budget` settings for every entrant: `Tuned`, a tuple of entrants with the chosen values.

    surface, optimizers, steps, start, seed, noise, schedule, tolerance: those that will be shown, as in
    `landscape.simulate`. Of a list of surfaces the answer is a dict, name -> Tuned.

    over: field -> values, as in `landscape.sweep`: "lr" for every entrant that has it, "sgd.lr" for one. A range, (low,
    high, "log"), (low, high), or a table with low, high and log, has `budget` values evenly spread; where an entrant
    has several fields, `budget` points of Sobol's sequence in their ranges. Lists must make `budget` settings.

    seeds: runs of each setting from each start. They are drawn from a seed that cannot be given, so that none is ever
    shown. They begin elsewhere, too: a start that draws its points draws others, and otherwise each run has a point of
    its own near one that is shown, at most `nearby` times the sides of the window away, and never that one.

    The best setting has the lowest median of `measure` after `steps` steps over its runs (the highest of "reached" and
    the like; of shares the mean), where runs that diverged count as worst; of settings that are alike, the one of which
    fewer runs diverged, then the first. A warning names fields whose best value is the lowest or highest tried,
    and entrants of which no setting is better than another.

    engine, executor, path, memory, progress: as in `landscape.sweep`, which carries it out. ValueError or TypeError
    says what was given and what is allowed: settings that are more or fewer than the budget, an entrant that has none
    of the fields, and fields that are no optimizer's.
    """
    surfaces, entrants = made_surfaces(surface), entrants_of(optimizers)
    budget, seeds = check_integer("budget", budget, 2), check_integer("seeds", seeds, 1)
    if isinstance(nearby, bool) or not isinstance(nearby, (int, float)) or not 0.0 < nearby < math.inf:
        raise ValueError(f"nearby must be a number above 0, got {nearby!r:.80}")
    spread, design, points = settings(over, entrants, budget)
    made, setting = checked_sweep(
        surface=list(surfaces.values()), optimizers=entrants, over=spread, steps=steps, seeds=seeds,
        start=elsewhere(start, list(surfaces.values()), float(nearby)), seed=seed, stream=stream,
        noise=None if noise is None else noises.REGISTRY.coerce(noise), schedule=schedule, measures=[measure],
        design=design, points=points, tolerance=tolerance, every=None, engine=engine,
    )  # fmt: skip
    setting = dataclasses.replace(setting, seed=apart(setting.seed))
    table = run(made, setting, "", executor, path, None, memory, progress)
    found = {}
    for name in surfaces:
        mine = table.where(surface=name) if len(surfaces) > 1 else table
        found[name] = Tuned([_chosen(each, mine, made.of(each)) for each in made.entrants], mine)
    _warn_of_nothing(found)
    _warn_of_edges(found)
    return found if isinstance(surface, (list, tuple)) else found.popitem()[1]


def check_tuning(surface: Surface, entrants: Sequence[Entrant], *, over: Any, budget: int, **given: Any) -> None:
    """ValueError or TypeError where `tune` cannot be run with these arguments, a budget of two or more among them."""
    spread, design, points = settings(over, list(entrants), budget)
    start = elsewhere(given.pop("start"), [surface], given.pop("nearby"))
    checked_sweep(surface=surface, optimizers=list(entrants), over=spread, start=start, design=design, points=points,
                  measures=[given.pop("measure")], **given)  # fmt: skip


def settings(over: Any, entrants: Sequence[Entrant], budget: int) -> tuple[dict[str, Any], Any, int | None]:
    """(over, design, points) of the sweep that tries `budget` settings of every entrant."""
    if not isinstance(over, Mapping) or not over:
        raise TypeError(f"over must be a table, field -> values, with at least one field, got {over!r:.80}")
    several = {key: _range(key, given, budget) for key, given in over.items()}
    ranged = [key for key, each in several.items() if each is not None]
    per = {str(each.label): _keys(over, each, entrants) for each in entrants}
    for label, keys in per.items():
        if not keys:
            raise ValueError(f"over: {label} has none of {', '.join(map(str, over))}, so there is nothing to tune")
    if ranged and max(map(len, per.values())) > 1:
        if lists := [key for key in over if key not in ranged]:
            raise ValueError(
                f"over: {lists[0]} is a list and {ranged[0]} a range: where an optimizer has several fields, give "
                "ranges for all, or lists for all"
            )
        return {key: each for key, each in several.items() if each is not None}, "sobol", budget
    spread = {
        key: given if (each := several[key]) is None else {**each, "count": budget} for key, given in over.items()
    }
    for label, keys in per.items():
        count = math.prod(budget if key in ranged else len(over[key]) for key in keys)
        if count != budget:
            raise ValueError(
                f"over: {label} has {count:,} settings, and the budget is {budget}: every optimizer tries as many. "
                "Give as many values, or a range"
            )
    return spread, "grid", None


def _range(key: Any, given: Any, budget: int) -> dict[str, Any] | None:
    """A range as a table without a count, or None of a list of values."""
    if isinstance(given, Mapping):
        if "count" in given and given["count"] != budget:
            raise ValueError(
                f"over: {key} has count = {given['count']!r:.40}, and the budget is {budget}: leave it out"
            )
        return {name: each for name, each in given.items() if name != "count"}
    if isinstance(given, (list, tuple)) and len(given) == 3 and isinstance(given[2], str) and given[2] == "log":
        return {"low": given[0], "high": given[1], "log": True}
    if isinstance(given, (list, tuple)) and len(given) == 2 and budget > 2:
        return {"low": given[0], "high": given[1]}
    if isinstance(given, (str, bytes)) or not isinstance(given, (Sequence, np.ndarray)):
        raise ValueError(
            f'over: {key} must be a range, (low, high) or (low, high, "log"), or a list, got {given!r:.80}'
        )
    return None


def _keys(over: Mapping[str, Any], entrant: Entrant, entrants: Sequence[Entrant]) -> list[str]:
    """The keys of `over` that mean a field of an entrant. ValueError where one means none of any optimizer."""
    if others := [key for key in over if str(key).partition(".")[0] in PLACES]:
        raise ValueError(f'over: "{others[0]}" is a field of no optimizer, and tuning chooses those alone')
    fields = named_fields({key: [0.0] for key in over}, Parts([], list(entrants), None, None, None), "grid")
    return [each.key for each in fields if str(entrant.label) in each.paths]


def elsewhere(start: Any, surfaces: Sequence[Surface], nearby: float) -> Start:
    """The start of the runs that are tried: one that draws its points as it is, else points near those shown."""
    if start is None or isinstance(start, (str, Start)):
        made = starts.REGISTRY.coerce("point" if start is None else start)
        if draws_starts(made, surfaces[0]):
            return made
        count = max(made.place(surface, 0).shape[1] for surface in surfaces)
        return starts.REGISTRY.build("near", around=made, share=nearby, count=count)
    try:
        points = np.array(start, dtype=np.float64)
    except (TypeError, ValueError):
        raise TypeError(
            f"start must be a point, points (dim, starts) or a start component, got {start!r:.80}"
        ) from None
    points = points[:, None] if points.ndim == 1 else points
    around = starts.REGISTRY.build("point", points=tuple(tuple(map(float, point)) for point in points.T))
    return starts.REGISTRY.build("near", around=around, share=nearby, count=points.shape[1])


def _chosen(entrant: Entrant, table: Table, fields: Sequence[Field]) -> Entrant:
    """The entrant with the best setting of its table, and how that was chosen."""
    mine = table.where(entrant=str(entrant.label))
    (measure,) = mine.measures
    found = judged(mine, measure)
    columns, good, at = fields_of(mine, found), found.good(), found.best
    rule, edges = entrant.optimizer, []
    for each in fields:
        path = each.paths[str(entrant.label)]
        rule = with_field(rule, path, value_of(rule, path, float(columns[each.column][at])))
        if not tells_nothing(float(found.figures[at]), measure) and _on_edge(entrant, path, columns[each.column], at):
            edges.append(each.column)
    next_to = neighbours(np.stack(list(columns.values()), axis=1), at)
    about = mine.about
    choice = Choice(
        values={name: float(column[at]) for name, column in columns.items()},
        over={name: (float(column.min()), float(column.max())) for name, column in columns.items()},
        edges=tuple(edges), budget=len(found.cells), runs=mine.rows // len(found.cells), steps=int(about["steps"]),
        seed=int(about["seed"]), starts=about["start"], measure=measure, statistic=statistic_of(mine, measure),
        figure=float(found.figures[at]), diverged=float(found.diverged[at]),
        worse=None if found.ratios is None or not len(next_to) else float(found.ratios[next_to].max()),
        good=None if good is None else int(good.sum()), within=WITHIN,
        ranges={} if good is None else ranges(columns, good, at),
    )  # fmt: skip
    return dataclasses.replace(entrant, optimizer=rule, tuned=choice)


def _on_edge(entrant: Entrant, path: tuple[str, ...], column: Array, at: int) -> bool:
    """Whether the best value is the lowest or highest tried, and one beyond it would be allowed."""
    low, high, best = float(column.min()), float(column.max()), float(column[at])
    if low == high or best not in (low, high):
        return False
    beyond = (
        best * (best / high if best == low else best / low) ** 0.5 if low > 0.0 else 2.0 * best - (low + high) / 2.0
    )
    try:
        with_field(entrant.optimizer, path, value_of(entrant.optimizer, path, beyond, rounded=True))
    except FieldError:
        return False
    return True


def tells_nothing(best: float, measure: str) -> bool:
    """Whether no setting is better than another, by the best figure: all diverged, or none reached what was asked."""
    return bool(not np.isfinite(best) or (measure in HIGHER_IS_BETTER and best <= 0.0))


def _warn_of_nothing(found: Mapping[str, Tuned]) -> None:
    """One line on every entrant of which no setting is better than another."""
    said = []
    for surface, tuned in found.items():
        for each in tuned:
            choice = each.tuned
            assert choice is not None
            if tells_nothing(choice.figure, choice.measure):
                said.append(f"{each.label}{f' on {surface}' if len(found) > 1 else ''} ({choice.measure})")
    if said:
        more = f" and {len(said) - 6} more" if len(said) > 6 else ""
        warnings.warn(
            f"no setting is better than another: {', '.join(said[:6])}{more}: the first is taken", stacklevel=4
        )


def _warn_of_edges(found: Mapping[str, Tuned]) -> None:
    """One line on every choice that is at the edge of what was tried."""
    said = []
    for surface, tuned in found.items():
        for each in tuned:
            choice = each.tuned
            assert choice is not None
            for name in choice.edges:
                on = f" on {surface}" if len(found) > 1 else ""
                end = "lowest" if choice.values[name] == choice.over[name][0] else "highest"
                said.append(f"{each.label}{on} ({name} {number(choice.values[name])}, the {end})")
    if said:
        more = f" and {len(said) - 6} more" if len(said) > 6 else ""
        warnings.warn(f"the best value is at the edge of what was tried: {', '.join(said[:6])}{more}", stacklevel=4)
