"""Run every combination of settings, starts and seeds, and get a table with a row for each run.

table = sweep("rosenbrock", ["sgd", "adam"], over={"lr": np.geomspace(1e-4, 1, 40)}, steps=500, seeds=100,
              noise="gaussian", measures=("loss", "gap"))
table.summary()
"""

from __future__ import annotations

import hashlib
import json
import os
import warnings
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from landscape import noises, starts, surfaces
from landscape.core.component import Array, Component, field_hints
from landscape.core.fingerprint import fingerprint
from landscape.core.methods import Noise, Schedule, Start
from landscape.core.names import named_arguments
from landscape.core.progress import Wanted, shown
from landscape.core.random import LARGEST_SEED, NEWEST, Seed
from landscape.core.registry import to_table
from landscape.core.surface import Surface
from landscape.i18n.numbers import number
from landscape.record.components import written
from landscape.record.record import ENGINES
from landscape.simulation import numba_engine
from landscape.simulation.entrants import Entrant, as_schedule, labelled, listed_entrants, longest
from landscape.simulation.simulate import check_integer
from landscape.simulation.sizes import GIB
from landscape.sweeps.carry_out import carry_out
from landscape.sweeps.executors import pool_of
from landscape.sweeps.fields import Parts, columns_of, named_fields
from landscape.sweeps.journal import Journal, merged
from landscape.sweeps.measures import by_path, wanted
from landscape.sweeps.plan import STATUSES, Ingredients, Plan, Setting, expanded, planned
from landscape.sweeps.table import Table
from landscape.sweeps.values import Design, check_design

MISSING = STATUSES.index("missing")
LISTED = 10_000  # numbers of a field that the description of a sweep lists; of more it has a digest


@named_arguments
def sweep(
    surface: Surface | str | Sequence[Surface | str],
    optimizers: Any,
    *,
    over: Mapping[str, Any],
    steps: int,
    seeds: int = 1,
    start: Any = None,
    seed: int = 0,
    stream: int = NEWEST,
    noise: Noise | str | None = None,
    schedule: Schedule | str | Callable[..., Any] | None = None,
    measures: Any = ("loss",),
    design: Design = "grid",
    points: int | None = None,
    tolerance: float | None = None,
    every: int | None = None,
    engine: str | None = None,
    executor: Any = None,
    path: str | os.PathLike[str] | None = None,
    chunk: int | None = None,
    memory: float = GIB,
    title: str = "",
    progress: Wanted = None,
) -> Table:
    """Run every entrant with every setting in `over`, from every start, with every seed: a table with a row a run.

    surface: one or a list; optimizers, start, noise, schedule, steps, tolerance: as in `landscape.simulate`.

    over: field -> values. "lr" is the field of every entrant that has it, inside a wrapper too (for the others it is
    nan, and they run once); "sgd.lr" that of one entrant by its label, in place of "lr" there; "surface.b",
    "noise.sigma", "schedule.x" and "start.radius" are fields of those. Values are a list of numbers, or a table with
    low, high, count, and log=True where they are even in the logarithm.
    design: "grid" takes every combination. "random" and "sobol" draw `points` settings from ranges (low, high),
    (low, high, "log") or tables without a count; entrants share them.

    seeds: runs of each setting from each start, which differ in their noise and in what rules draw. Number k of a start
    is run `start * seeds + k` of `landscape.simulate(..., repeats=seeds)`, whatever the setting: all settings and
    entrants see the same noise (common random numbers). A start that draws points at random, with a field `count`, is
    asked for count * seeds of them, so that each seed has its own. seed: what all of this is drawn from.

    measures: names of measures, as `landscape list metric` shows them, tables such as {"name": "first_hit", "gap":
    1e-6}, or column -> measure; each is taken at the end of the run. "status" and "stopped" are always there.
    every: which steps measures of the whole way see; by default all where there is such a measure, else the ends.

    engine: "numpy", the default, or "numba", which compiles what can be recorded, and pays from millions of steps of
    each rule on each surface on. A row is that run by itself, to the last bit, with the same engine.

    executor: None runs here; a number or "processes", in processes of this machine; the address of a Dask scheduler,
    "tcp://10.0.0.1:8786", on its workers; any `concurrent.futures.Executor`, or a function that makes one, there. path:
    a folder that keeps the results as they come; the same sweep goes on from there when it is called again. chunk: runs
    that are computed at a time, chosen where None. The table is the same to the last bit, whatever these are. Runs that
    no worker could make in four tries are "missing", and a warning says so.

    memory: the most that the table may take, in GiB. progress: as in `landscape.simulate`, of runs. ValueError or
    TypeError says what was given and what is allowed; SweepError what is wrong with the folder or the executor.
    """
    made, setting = checked_sweep(
        surface=surface, optimizers=optimizers, over=over, steps=steps, seeds=seeds, start=start, seed=seed,
        stream=stream, noise=noise, schedule=schedule, measures=measures, design=design, points=points,
        tolerance=tolerance, every=every, engine=engine,
    )  # fmt: skip
    chunk = None if chunk is None else check_integer("chunk", chunk, 1)
    return run(made, setting, title, executor, path, chunk, memory, progress)


def run(
    made: Ingredients, setting: Setting, title: str, executor: Any, path: Any, chunk: int | None, memory: float,
    progress: Wanted,
) -> Table:  # fmt: skip
    """The table of a sweep that has been checked."""
    with np.errstate(all="ignore"):
        plan = planned(made, setting, memory)
    about = described(made, setting, title)
    found = _carried_out(plan, about, executor, path, chunk, progress)
    return _table(plan, about, found)


def check_sweep(**given: Any) -> list[str]:
    """The columns of the fields of a sweep with these arguments; its ValueError or TypeError where it cannot be run."""
    made, setting = checked_sweep(**given)
    with np.errstate(all="ignore"):
        planned(made, setting)
    return columns_of(made.fields)


def checked_sweep(
    *, surface: Any, optimizers: Any, over: Any, steps: int, seeds: int, start: Any, seed: int, stream: int, noise: Any,
    schedule: Any, measures: Any, design: Design, points: int | None, tolerance: float | None, every: int | None = None,
    engine: str | None = None,
) -> tuple[Ingredients, Setting]:  # fmt: skip
    """What a sweep is made of, from its arguments."""
    check_design(design, points)
    listed = made_surfaces(surface)
    made_noise = None if noise is None else noises.REGISTRY.coerce(noise)
    fallback = as_schedule("constant" if schedule is None else schedule)
    begin = _start(start)
    entrants = entrants_of(optimizers)
    stream = check_integer("stream", stream, 1, NEWEST)
    steps, seeds = check_integer("steps", steps, 1), check_integer("seeds", seeds, 1)
    if tolerance is not None and not (np.isfinite(tolerance) and tolerance >= 0):
        raise ValueError(f"tolerance must be a finite number, at least 0, got {tolerance!r}")
    if engine is not None and engine not in ENGINES:
        raise ValueError(f'engine must be "numpy", "numba" or None, got {engine!r}')
    if engine == "numba":
        numba_engine.available(engine)  # MissingExtra where it is not installed
    placed = begin if isinstance(begin, Start) else None
    fields = named_fields(over, Parts(list(listed.values()), entrants, made_noise, fallback, placed), design)
    chosen = wanted(measures, listed.values(), columns_of(fields))
    rows = (1 if by_path(chosen.values()) else steps) if every is None else check_integer("every", every, 1)
    drawn = Seed(check_integer("seed", seed, 0, LARGEST_SEED), stream)
    setting = Setting(steps, seeds, drawn, rows, tolerance, chosen, engine or "numpy")
    return Ingredients(listed, entrants, made_noise, fallback, begin, fields, design, int(points or 0)), setting


def made_surfaces(given: Any) -> dict[str, Surface]:
    """Name -> surface; of several with one name, the names say what differs."""
    listed = list(given) if isinstance(given, (list, tuple)) else [given]
    if not listed:
        raise ValueError("surface: at least one is required")
    made = [surfaces.REGISTRY.coerce(each) for each in listed]
    names = [each.name for each in made]
    found: dict[str, Surface] = {}
    for surface in made:
        name = surface.name
        if names.count(name) > 1:
            alike = [other for other in made if other.name == name]
            differ = [f for f in field_hints(type(surface)) if len({repr(getattr(o, f, None)) for o in alike}) > 1]
            name = ", ".join([name, *(f"{field} {_short(getattr(surface, field))}" for field in differ)])
        if name in found:
            raise ValueError(f'the surface "{name}" is there twice')
        found[name] = surface
    return found


def _short(value: Any) -> str:
    return number(value) if isinstance(value, float) else f"{value!s:.40}"


def entrants_of(given: Any) -> list[Entrant]:
    entrants = labelled(listed_entrants(given))
    for each in entrants:
        if longest(each.optimizer) > 1:
            raise ValueError(
                f"{each.label}: has a list of numbers in a field; a sweep takes them by over={{field: ...}}"
            )
    return entrants


def _start(given: Any) -> Any:
    """A start component where one is given or named, else the points."""
    if given is None or isinstance(given, (str, Start)):
        return starts.REGISTRY.coerce("point" if given is None else given)
    return given


def described(made: Ingredients, setting: Setting, title: str = "") -> dict[str, Any]:
    """What is swept, as plain data: the same for the same table."""
    found = {
        "title": title,
        "surfaces": {name: written(each) | _code(each) for name, each in made.surfaces.items()},
        "entrants": [_entrant(each) for each in made.entrants],
        "noise": None if made.noise is None else written(made.noise) | _code(made.noise),
        "schedule": written(made.schedule) | _code(made.schedule),
        "start": written(made.start) | _code(made.start) if isinstance(made.start, Start) else _listed(made.start),
        "over": {each.key: _spread(each.spread) for each in made.fields},
        "design": made.design,
        "points": made.points,
        "steps": setting.steps,
        "seeds": setting.seeds,
        "seed": int(setting.seed),
        "stream": setting.seed.stream,
        "every": setting.every,
        "tolerance": setting.tolerance,
        "engine": setting.engine,
        "measures": {column: to_table(each) for column, each in setting.measures.items()},
    }
    return dict(json.loads(json.dumps(found)))  # as it is when it has been read again


def _entrant(entrant: Entrant) -> dict[str, Any]:
    return {
        "label": str(entrant.label),
        "optimizer": written(entrant.optimizer) | _code(entrant.optimizer),
        "schedule": None if entrant.schedule is None else written(entrant.schedule) | _code(entrant.schedule),
        "schedules": {name: written(each) | _code(each) for name, each in entrant.schedules.items()},
    }


def _code(component: Component) -> dict[str, str]:
    """Of somebody's own code, a digest of what it does, so that other code is another sweep."""
    found = fingerprint(component)
    return {"code": found} if found else {}


def _spread(spread: Any) -> Any:
    if spread.values is None:
        return {"low": spread.low, "high": spread.high, "log": spread.log}
    return _listed(spread.values)


def _listed(values: Any) -> Any:
    """Numbers as a list; of very many, their shape and digest."""
    array = np.ascontiguousarray(np.asarray(values, dtype=np.float64))
    if array.size <= LISTED:
        return array.tolist()
    return {"shape": list(array.shape), "sha256": hashlib.sha256(array.astype("<f8").tobytes()).hexdigest()}


def _carried_out(
    plan: Plan, about: Mapping[str, Any], executor: Any, path: Any, chunk: int | None, progress: Wanted
) -> dict[str, Array]:
    """Column -> (rows,) of what was found, from the journal and by running the rest."""
    kinds = dict.fromkeys(plan.setting.measures, "<f8") | {"status": "|u1", "stopped": "<i8"}
    found = {name: np.full(plan.rows, np.nan if kind == "<f8" else 0, kind) for name, kind in kinds.items()}
    found["status"][:] = MISSING
    journal = None if path is None else Journal.opened(Path(path), about, kinds, plan.rows)
    parts: list[tuple[int, int]] = []

    def enter(low: int, high: int, columns: Mapping[str, Array]) -> None:
        for name, values in columns.items():
            found[name][low:high] = values
        parts.append((low, high))

    for part in journal.parts() if journal is not None else ():
        enter(*part)
    with shown("sweeping", progress) as tick:

        def store(low: int, high: int, columns: dict[str, Array]) -> None:
            if journal is not None:
                journal.write(low, high, columns)
            enter(low, high, columns)
            done = sum(end - begin for begin, end in merged(parts))
            parts[:] = merged(parts)
            tick(done, plan.rows)

        left = list(merged(parts))
        if left != [(0, plan.rows)]:
            with pool_of(executor) as pool:
                aside = carry_out(plan.chunks(left, chunk), plan.setting, pool, store)
            if aside:
                lost = sum(each.high - each.low for each in aside)
                first = min(aside, key=lambda each: each.low)
                warnings.warn(
                    f"{lost:,} of {plan.rows:,} runs are missing: {len(aside)} chunks failed {aside[0].tries} times; "
                    f"rows {first.low} to {first.high - 1} by {first.why}",
                    stacklevel=4,
                )
    return found


def _table(plan: Plan, about: Mapping[str, Any], found: Mapping[str, Array]) -> Table:
    known = expanded(plan)
    columns: dict[str, Array] = {
        "surface": np.array(plan.surfaces)[known["surface"]],
        "entrant": np.array(plan.entrants)[known["entrant"]],
        **{name: known[name] for name in (*plan.fields, "start", "seed", "cell")},
        **found,
    }
    columns["status"] = np.array(STATUSES)[found["status"]]
    return Table(columns, plan.fields, tuple(plan.setting.measures), dict(about))
