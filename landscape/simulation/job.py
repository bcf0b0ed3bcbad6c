"""Run the entrants of a simulation by whichever engine is right, and enter what they did in tracks.

A few runs go on plain floats, many on arrays or, where numba is installed and it is worth it, in a compiled loop.
"""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable

import numpy as np

from landscape.core.batches import Mixed, runs_user_code
from landscape.core.component import Array
from landscape.core.methods import Noise, Optimizer, Schedule, cost
from landscape.core.random import Seed, Source
from landscape.core.surface import HasLayers, Surface, evaluated_apart, is_partial, offers
from landscape.noises._registry import Additive
from landscape.program.elementwise import Elementwise, elementwise
from landscape.program.python import Kernel, compiled
from landscape.program.stencil import of_most, stencil
from landscape.program.steps import Step
from landscape.program.trace import NotTraceable, Program
from landscape.record import Track
from landscape.simulation import array_engine as arrays
from landscape.simulation import float_engine as floats
from landscape.simulation import numba_engine as compiling
from landscape.simulation import stencil_engine as stencils
from landscape.simulation.entrants import Entrant, check_varied
from landscape.simulation.sizes import fits_in_floats
from landscape.simulation.trials import (
    CONFIRMED,
    STEPS,
    asks_for_types,
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
STATUSES = np.array(["finished", "converged", "diverged"])


@dataclasses.dataclass(frozen=True)
class Job:
    """What all entrants of a simulation share."""

    surface: Surface
    noise: Noise | None
    points: Array
    numbers: Array
    repeats: int
    total: int
    steps: int
    seed: Seed
    rows: Array
    tolerance: float | None
    clock: bool
    engine: str | None

    def track(self, entrant: Entrant, schedule: Schedule, tick: Callable[[int], None]) -> Track:
        begin = self._begin()
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
        evaluations = np.minimum(self.rows[:, None], alike(outcome.stopped))
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
            lr=np.broadcast_to(rates * optimizer.lr, value.shape),
            evaluations=np.broadcast_to(evaluations, value.shape),
            status=_statuses(outcome, self.steps),
            stopped=outcome.stopped,
            asked=asked,
            schedules=dict(entrant.schedules),
            seconds=outcome.seconds if self.clock else None,
            engine=engine,
            tuned=entrant.tuned,
        )

    def _begin(self) -> Array:
        """Where each run begins: (dim, runs), one point for all where there is one."""
        if self.points.shape[1] == 1:
            return np.broadcast_to(self.points, (self.surface.dim, len(self.numbers)))
        if (
            self.repeats == 1
            and len(self.numbers) == self.total
            and np.array_equal(self.numbers, np.arange(self.total))
        ):
            return np.ascontiguousarray(self.points)
        return np.ascontiguousarray(self.points[:, self.numbers // self.repeats])

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
        """What the runs did, the loss and the gradient's norm, (rows, runs) each, on their way, and the engine."""
        if task.user and asks_for_types(task):
            outcome = self._in_arrays(task, begin, tick)
            return outcome, *measured(self.surface, outcome.params), "numpy"
        if compiling.available(self.engine) and (made := self._compiled(task, begin, tick)):
            known = None if task.user else compiling.measured(self.surface, made.params)
            return made, *(known or measured(self.surface, made.params)), "numba"
        if made := self._stencilled(task, begin, tick):
            return made, *measured(self.surface, made.params), "numba"
        if partly := self._partly(task, begin, tick):
            return *partly, "numba"
        apart = -1
        while apart != (apart := evaluated_apart(self.surface)):  # again if a function turns out to mix points
            outcome = self._in_floats(task, begin, tick) or self._in_arrays(task, begin, tick)
            measures = measured(self.surface, outcome.params)
        return outcome, *measures, "numpy"

    def _compiled(self, task: arrays.Task, begin: Array, tick: Callable[[int], None]) -> arrays.Outcome | None:
        """The runs in a compiled loop, or None where that is not possible or, unless it is asked for, not worth it."""
        if self._is_little(self.total * self.steps):
            return None
        step = compiling.recorded(task, begin.shape[1])
        if step is None or self._is_little(self.total * self.steps, step.program):
            return None
        try:
            if task.user and not self._confirmed(task, step, begin):
                return None
            return compiling.run(task, step, begin, tick)
        except NotTraceable:  # it is too long to compile
            return None

    def _stencilled(self, task: arrays.Task, begin: Array, tick: Callable[[int], None]) -> arrays.Outcome | None:
        """The runs with their gradient and their update in one compiled loop, or None, as for `_compiled`."""
        numbers, dim = self.total * self.steps * self.surface.dim, self.surface.dim
        if task.user or dim <= compiling.MOST_COORDINATES or not compiling.available(self.engine):
            return None
        if self._is_little(numbers) or not stencils.may_run(task, self.total):
            return None
        fused = elementwise(task.optimizer, len(self.numbers), tuple(task.varied))
        if fused is None or (self.engine is None and compiling.seconds(fused.loop, numbers) < dim * stencils.READING):
            return None
        try:
            read = stencil(task.surface)
            if self._is_little(numbers, of_most(read, fused.loop)):
                return None
            return stencils.run(task, read, fused, begin, tick)
        except NotTraceable:
            return None

    def _partly(
        self, task: arrays.Task, begin: Array, tick: Callable[[int], None]
    ) -> tuple[arrays.Outcome, Array, Array] | None:
        """The runs on arrays, with a network's gradient or the update, or both, compiled; or None, as for `_compiled`.

        And their loss and the gradient's norm, (rows, runs) each.
        """
        if task.user or not compiling.available(self.engine):
            return None
        network = self._network(task)
        fused = self._update(task)
        if network is None and fused is None:
            return None
        task = dataclasses.replace(task, surface=network or task.surface, fused=fused)
        try:
            outcome = arrays.run(task, begin, tick)
            return outcome, *measured(task.surface, outcome.params)
        except NotTraceable:
            return None

    def _network(self, task: arrays.Task) -> Surface | None:
        """The network with compiled gradients, where the surface is one and it is worth it."""
        network: object = task.surface
        if not offers(task.surface, HasLayers):  # only then is there something to import
            return None
        from landscape.simulation.compiled_networks import compiled_network, is_plain, worth_compiling

        if not is_plain(network):
            return None
        if self.engine is None and not worth_compiling(network, task.noise, self.total, self.steps, len(self.rows)):
            return None
        try:
            return compiled_network(network)
        except NotTraceable:
            return None

    def _update(self, task: arrays.Task) -> Elementwise | None:
        """The rule as a compiled loop, where it is one and it is worth it."""
        numbers = self.total * self.steps * self.surface.dim
        if self.surface.dim <= compiling.MOST_COORDINATES or self._is_little(numbers):
            return None
        fused = elementwise(task.optimizer, len(self.numbers), tuple(task.varied))
        little = fused is None or self._is_little(numbers, fused.loop)
        return None if little else fused

    def _is_little(self, numbers: int, program: Program | None = None) -> bool:
        """Whether, where nobody asks for it, so many run-steps of a program are not worth compiling it."""
        if self.engine is not None:
            return False
        return numbers < compiling.FEWEST if program is None else compiling.seconds(program, numbers) < compiling.WORTH

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


def alike(numbers: Array) -> Array:
    """Numbers of the runs (runs,) as one number (1,), where all are the same."""
    return numbers[:1] if np.all(numbers == numbers[0]) else numbers


def _statuses(outcome: arrays.Outcome, steps: int) -> Array:
    """(runs,) how each run ended; where all did so alike, without memory for each."""
    diverged = (outcome.stopped < steps) & ~outcome.converged
    codes = diverged * np.int8(2)
    codes[outcome.converged] = 1
    return np.broadcast_to(STATUSES[alike(codes)], codes.shape)


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
