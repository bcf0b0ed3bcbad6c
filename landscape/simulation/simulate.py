"""Run optimizers on a surface, side by side, and get a Record of what happened.

    record = simulate("rosenbrock", ["sgd", optimizer("adam", lr=0.05)], start=(-1.5, 2.0), steps=500)
    record["adam"].value[-1]

Everything is a batch of runs: starts, repeats with other noise, and hyper-parameters given as arrays (runs,). What a
run does depends on the seed and its own number alone, not on the runs beside it.
"""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Iterable, Sized
from typing import Any

import numpy as np

from landscape import noises, starts, surfaces
from landscape.core.batches import Mixed, runs_user_code
from landscape.core.component import Array
from landscape.core.linear_algebra import one_thread
from landscape.core.methods import Noise, Optimizer, Schedule, Start, cost
from landscape.core.names import named_arguments
from landscape.core.progress import Progress, Wanted, shown
from landscape.core.random import LARGEST_SEED, NEWEST, Seed, Source
from landscape.core.surface import Surface, evaluated_apart, is_partial
from landscape.noises._registry import Additive
from landscape.program.python import Kernel, compiled
from landscape.program.steps import Step
from landscape.program.trace import NotTraceable
from landscape.record import Record, Track
from landscape.simulation import array_engine as arrays
from landscape.simulation import float_engine as floats
from landscape.simulation import numba_engine as compiling
from landscape.simulation.entrants import (
    Entrant,
    as_schedule,
    check_lengths,
    check_needs,
    check_varied,
    labelled,
    listed_entrants,
    longest,
)
from landscape.simulation.sizes import GIB, check_kept, check_recorded, check_starts, fits_in_floats, many
from landscape.simulation.trials import (
    CONFIRMED,
    STEPS,
    chosen_form,
    goes_on,
    is_confirmed,
    kept_outside,
    mended,
    planned,
    users,
    warn_of_kept,
)

# A run whose parameter leaves this range has diverged. It is frozen at its last point inside.
LIMIT = 1e9
SAMPLED = 5  # runs of a user's code that are made again by the code itself


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
    many steps (always the first and the last); every=steps records only those two. memory: the most to record, and for
    a rule to keep, in GiB; more is refused before it is made. clock: keep in `seconds` how long each entrant took,
    which makes records of the same simulation differ. engine: "numba" compiles what can be recorded, "numpy" does not;
    default: what is worth it is compiled where numba is installed, and a track's `engine` says which ran. The two give
    the same but for the last bits of functions other than + - * / and sqrt. title: the heading of pictures; default: which optimizers run on
    which surface. progress(done, total) is called as the work proceeds; where left out, a bar is shown from a second
    on, in a notebook or a terminal; False: none. ValueError or TypeError says what was given and what is allowed.
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
    if engine is not None and engine not in compiling.ENGINES:
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
    check_recorded(len(entrants), -(-steps // every) + 1, surface.dim, count, steps, memory)
    numbers = np.arange(total) if runs is None else _numbers(runs, total)
    for each in entrants:
        check_lengths(each.optimizer, total)
        check_needs(each.optimizer, surface, noise)
        check_kept(each.optimizer, surface.dim, count, memory)

    rows = np.append(np.arange(0, steps, every), steps)

    job = _Job(surface, noise, points, numbers, repeats, total, steps, seed, rows, tolerance, clock, engine)
    try:
        with shown("simulating", progress) as tell:
            tick = _ticker(tell, len(entrants) * len(numbers) * steps)
            tracks = tuple(job.track(each, each.schedule or fallback, tick) for each in entrants)
    except MemoryError as error:
        size = f"{many(steps)} steps x {many(count)} runs in {surface.dim:,} dimensions"
        raise MemoryError(
            f"not enough memory for {size} ({error or 'no more'}): take fewer, or end other programs"
        ) from None
    return Record(surface, tracks, points, numbers, steps, repeats, int(seed), noise, title, stream=stream)


@dataclasses.dataclass(frozen=True)
class _Job:
    """What all entrants of a simulation share."""

    surface: Surface
    noise: Noise | None
    points: Array
    numbers: Array
    repeats: int
    total: int
    steps: int
    seed: int
    rows: Array
    tolerance: float | None
    clock: bool
    engine: str | None

    def track(self, entrant: Entrant, schedule: Schedule, tick: Callable[[int], None]) -> Track:
        begin = np.ascontiguousarray(self.points[:, self.numbers // self.repeats])
        optimizer = arrays.take(entrant.optimizer, self.numbers, self.total)
        with np.errstate(all="ignore"):
            factors = self._planned(schedule)
            varied = {field: self._planned(each)[:-1] for field, each in entrant.schedules.items()}
            for field, each in varied.items():
                check_varied(optimizer, field, each)
            task = arrays.Task(
                surface=self.surface,
                optimizer=optimizer,
                factors=factors[:-1],
                rows=self.rows,
                noise=self.noise,
                source=self._source("noise"),
                own=self._source("rule"),
                limit=LIMIT,
                tolerance=self.tolerance,
                varied=varied,
                feedback=schedule if schedule.reads_loss else None,
                partial=is_partial(self.surface),
                user=any(map(runs_user_code, (self.surface, optimizer, self.noise, schedule))),
            )
            kept = kept_outside(task)
            outcome, value, norm, engine = self._run(task, begin, tick)
            warn_of_kept(kept, kept_outside(task))
            if not task.partial and np.isnan(value).any():
                outcome, value, norm, engine = self._run(dataclasses.replace(task, partial=True), begin, tick)
        rates = factors[self.rows, None] if outcome.factors is None else outcome.factors
        lr = np.broadcast_to(rates * optimizer.lr, value.shape).copy()
        ended = np.where(outcome.converged, "converged", "diverged")
        evaluations = np.minimum(self.rows[:, None], outcome.stopped[None, :])
        asked = {kind: count for kind, count in outcome.counts.items() if count.any()}
        if not isinstance(optimizer, Optimizer):
            evaluations = sum(cost(kind, self.surface.dim) * count for kind, count in asked.items()) + 0 * evaluations
        return Track(
            label=str(entrant.label),
            optimizer=entrant.optimizer,
            schedule=schedule,
            steps=self.rows,
            params=outcome.params,
            value=value,
            gradient_norm=norm,
            lr=lr,
            evaluations=evaluations,
            status=np.where(outcome.converged | (outcome.stopped < self.steps), ended, "finished"),
            stopped=outcome.stopped,
            asked=asked,
            schedules=dict(entrant.schedules),
            seconds=outcome.seconds if self.clock else None,
            engine=engine,
        )

    def _source(self, purpose: str) -> Source:
        return Source(self.seed, self.numbers, purpose)

    def _planned(self, schedule: Schedule) -> Array:
        """The factors at steps 0, ..., steps: (steps + 1,)."""
        if runs_user_code(schedule):
            return planned(schedule, self.steps)
        factors = np.asarray(schedule(np.arange(self.steps + 1), self.steps), float)
        return np.broadcast_to(factors, self.steps + 1)

    def _run(
        self, task: arrays.Task, begin: Array, tick: Callable[[int], None]
    ) -> tuple[arrays.Outcome, Array, Array, str]:
        """What the runs did, the loss and the gradient's norm, (rows, runs) each, on their way, and which engine ran."""
        if compiling.available(self.engine) and (outcome := self._compiled(task, begin, tick)):
            known = compiling.measured(self.surface, outcome.params) or measured(self.surface, outcome.params)
            return outcome, *known, "numba"
        apart = -1
        while apart != (apart := evaluated_apart(self.surface)):  # again if a function turns out to mix points
            outcome = self._in_floats(task, begin, tick) or self._in_arrays(task, begin, tick)
            measures = measured(self.surface, outcome.params)
        return outcome, *measures, "numpy"

    def _compiled(self, task: arrays.Task, begin: Array, tick: Callable[[int], None]) -> arrays.Outcome | None:
        """The runs in a compiled loop, or None where that is not possible or, unless it is asked for, not worth it."""
        if self.engine is None and self.total * self.steps < compiling.FEWEST:
            return None
        step = compiling.recorded(task, begin.shape[1])
        if step is None or (self.engine is None and compiling.seconds(step, self.total, self.steps) < compiling.WORTH):
            return None
        try:
            outcome = compiling.run(task, step, begin, tick)
        except NotTraceable:
            return None
        return outcome if not task.user or self._confirmed(task, step, begin) else None

    def _confirmed(self, task: arrays.Task, step: Step, begin: Array) -> bool:
        """Whether a user's code makes of some runs what the compiled loop does."""
        chosen = np.unique(np.linspace(0, begin.shape[1] - 1, SAMPLED).astype(int))
        some = task.begun(chosen, begin.shape[1], min(CONFIRMED, self.steps))
        path = compiling.run(some, step, begin[:, chosen], lambda _: None).params
        if not is_confirmed(some, path[: STEPS + 1]):
            return False
        return not runs_user_code(task.optimizer) or goes_on(some.part(slice(0, 1), len(chosen)), path[:, :, :1])

    def _in_arrays(self, task: arrays.Task, begin: Array, tick: Callable[[int], None]) -> arrays.Outcome:
        if users(task):
            task = dataclasses.replace(task, form=chosen_form(task, begin))
        try:
            return arrays.run(task, begin, tick)
        except Exception as error:
            if not task.user and not isinstance(error, Mixed):
                raise
            return arrays.run(mended(task, begin, error), begin, tick)

    def _in_floats(self, task: arrays.Task, begin: Array, tick: Callable[[int], None]) -> arrays.Outcome | None:
        """The runs one by one on Python floats, or None where that is not possible or not faster."""
        optimizer, runs = task.optimizer, begin.shape[1]
        if runs > floats.MOST_RUNS or not isinstance(optimizer, Optimizer) or task.varied or task.feedback is not None:
            return None
        if not fits_in_floats(self.steps, self.surface.dim, runs, self.noise is not None):
            return None
        sample = None
        if isinstance(self.noise, Additive):
            sample = self.noise.sample(self._source("noise"), np.arange(self.steps), self.surface.dim)
        elif self.noise is not None:
            return None
        outcome = arrays.Outcome(
            np.empty((len(self.rows), self.surface.dim, runs)),
            np.empty(runs, int),
            np.zeros(runs, dtype=bool),
            np.zeros(len(self.rows)),
        )
        begun = np.empty((min(STEPS, self.steps) + 1, *begin.shape))
        kernels: dict[Optimizer, Kernel] = {}
        began = time.perf_counter()
        try:
            for run in range(runs):
                rule = arrays.take(optimizer, run, runs)
                kernel = kernels.get(rule) or kernels.setdefault(rule, compiled(self.surface, rule, sample is not None))
                added = None if sample is None else sample[:, :, run].T.tolist()
                rates = (rule.lr * task.factors).tolist()
                path, stopped = floats.run(kernel, rule, begin[:, run], rates, added, LIMIT)
                self._note(outcome, run, path, stopped, task.partial)
                if run == 0:
                    first = path[np.minimum(np.arange(min(CONFIRMED, self.steps) + 1), len(path) - 1)]
                begun[:, :, run] = path[np.minimum(np.arange(len(begun)), len(path) - 1)]
        except (NotTraceable, floats.GaveUp):
            return None
        if task.user and not is_confirmed(task, begun):
            return None
        if runs_user_code(optimizer) and not goes_on(task.part(slice(0, 1), runs), first[:, :, None]):
            return None
        outcome.seconds[:] = (time.perf_counter() - began) * self.rows / self.steps
        tick(runs * self.steps)
        return outcome

    def _note(self, outcome: arrays.Outcome, run: int, path: Array, stopped: int, partial: bool) -> None:
        """Enter the path (steps, dim) of one run."""
        if partial and (lost := np.isnan(self.surface._value(path.T))).any():
            stopped = max(0, int(np.argmax(lost)) - 1)
            path = path[: stopped + 1]
        if self.tolerance is not None:
            hits = np.flatnonzero(measured(self.surface, path[:, :, None])[1][:, 0] <= self.tolerance)
            if len(hits):
                outcome.converged[run], stopped = True, int(hits[0])
        outcome.params[:, :, run] = path[np.minimum(self.rows, stopped)]
        outcome.stopped[run] = stopped


def measured(surface: Surface, params: Array) -> tuple[Array, Array]:
    """Noise-free loss and gradient norm, (rows, runs) each, of params (rows, dim, runs)."""
    rows, dim, runs = params.shape
    value, norm = np.empty((rows, runs)), np.empty((rows, runs))
    # a slab holds at least two columns, so that NumPy sums over coordinates in the same order for any batch
    many = max(2, arrays.BLOCK // (runs * dim))
    for low in range(0, rows, many):
        slab = params[low : low + many]
        columns = np.ascontiguousarray(np.moveaxis(slab, 1, 0)).reshape(dim, -1)
        padded = np.repeat(columns, 2, axis=1) if columns.shape[1] == 1 else columns
        gradient = surface._gradient(padded)
        both = (
            np.broadcast_to(surface._value(padded), padded.shape[1:]),
            np.sqrt(np.sum(gradient * gradient, axis=0)),
        )
        value[low : low + many], norm[low : low + many] = (
            each[: columns.shape[1]].reshape(len(slab), runs) for each in both
        )
    return value, norm


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
