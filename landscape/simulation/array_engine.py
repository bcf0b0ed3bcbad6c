"""Run many runs side by side on NumPy arrays (dim, runs), in blocks that stay in the processor's cache."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from landscape.core.component import Array, Component, field_hints, replaced
from landscape.core.methods import KINDS, Method, Noise, Optimizer, Oracle, Schedule
from landscape.core.random import Source
from landscape.core.state import rebuilt, stepped
from landscape.core.surface import Surface
from landscape.program.elementwise import Elementwise
from landscape.simulation.forms import checked_state, compare, compare_states, first_state, stepped_in, watched_steps

BLOCK = 24576  # numbers in one array of a block, all coordinates together: a dozen arrays fit in the L2 cache

Tick = Callable[[int], None]


@dataclasses.dataclass(frozen=True)
class Task:
    """What to run.

    factors: (steps,) on the learning rate; varied: factors (steps,) on other hyper-parameters; feedback: a schedule
    that reads the loss, in place of `factors`; rows: the steps to record; source, own: the randomness of the noise and
    of the rule. A run stops for good before the step that would leave |p| <= limit, or where its exact gradient's norm
    is at most `tolerance`; if `partial`, also before a point where the loss is no number.

    form: how the rule is called (`landscape.simulation.forms`). user: whether code that is not the library's takes
    part; then some runs are compared with themselves alone now and then, and Mixed is raised where they differ. fused:
    the rule's update as a compiled loop, where it is one.
    """

    surface: Surface
    optimizer: Method
    factors: Array
    rows: Array
    noise: Noise | None
    source: Source
    own: Source
    limit: float
    tolerance: float | None = None
    varied: Mapping[str, Array] = dataclasses.field(default_factory=dict)
    feedback: Schedule | None = None
    partial: bool = False
    form: str = "together"
    user: bool = False
    fused: Elementwise | None = None

    def part(self, block: slice, runs: int) -> Task:
        """The task of some of the runs."""
        columns = block if self.form == "together" else block.start  # a run alone has plain numbers
        return dataclasses.replace(
            self,
            optimizer=take(self.optimizer, columns, runs),
            source=self.source.select(block),
            own=self.own.select(block),
        )

    def begun(self, columns: Array, runs: int, steps: int) -> Task:
        """The task of the first steps of some of the runs, all of them recorded, which no gradient ends."""
        return dataclasses.replace(
            self,
            optimizer=take(self.optimizer, columns, runs),
            factors=self.factors[:steps],
            rows=np.arange(steps + 1),
            source=self.source.select(columns),
            own=self.own.select(columns),
            varied={field: factors[:steps] for field, factors in self.varied.items()},
            tolerance=None,
        )


@dataclasses.dataclass
class Outcome:
    """What the runs did.

    params: (rows, dim, runs); stopped, converged: (runs,); seconds: (rows,), the time that it took; factors:
    (rows, runs) where a schedule read the loss; counts: (rows, runs) for each kind of evaluation if the rule needs
    more than a gradient a step.
    """

    params: Array
    stopped: Array
    converged: Array
    seconds: Array
    factors: Array | None = None
    counts: dict[str, Array] = dataclasses.field(default_factory=dict)

    def part(self, block: slice) -> Outcome:
        """A view of some of the runs."""
        factors = None if self.factors is None else self.factors[:, block]
        counts = {kind: count[:, block] for kind, count in self.counts.items()}
        seconds = np.zeros_like(self.seconds)
        return Outcome(self.params[:, :, block], self.stopped[block], self.converged[block], seconds, factors, counts)


def run(task: Task, starts: Array, tick: Tick) -> Outcome:
    """Runs from starts (dim, runs), one step for each of the factors. tick(n) is called after every n run-steps.

    The rows after a run has stopped repeat its last point.
    """
    dim, runs = starts.shape
    rows, steps = len(task.rows), len(task.factors)
    blocks = -(-runs * dim // BLOCK)
    width = max(2, -(-runs // blocks)) if task.form == "together" else 1
    _keep_freed_memory()
    outcome = Outcome(np.empty((rows, dim, runs)), np.full(runs, steps), np.zeros(runs, dtype=bool), np.zeros(rows))
    if task.feedback is not None:
        outcome.factors = np.ones((rows, runs))
    if not isinstance(task.optimizer, Optimizer):
        outcome.counts = {kind: np.zeros((rows, runs), dtype=np.int64) for kind in KINDS}
    for low in range(0, runs, width):
        block = slice(low, min(low + width, runs))
        part = outcome.part(block)
        _block(task.part(block, runs), starts[:, block], tick, part)
        outcome.seconds += part.seconds
    return outcome


def _keep_freed_memory() -> None:
    """Let the C library keep the memory of freed temporaries instead of returning it to the system at each step.

    glibc raises its threshold for that to the largest block that was freed; other C libraries ignore it. It doubles
    the speed of blocks of this size.
    """
    np.empty(3 << 20)


def take(component: Any, columns: Any, runs: int) -> Any:
    """The component for some of the runs: fields given for each run are cut to them, in components inside it too."""
    cut = {}
    for name in field_hints(type(component)):
        value = getattr(component, name)
        if isinstance(value, np.ndarray) and value.shape == (runs,):
            cut[name] = value[columns]
        elif isinstance(value, Component):
            inner = take(value, columns, runs)
            if inner is not value:
                cut[name] = inner
    return dataclasses.replace(component, **cut) if cut else component


def _block(task: Task, starts: Array, tick: Tick, outcome: Outcome) -> None:
    runs, rows, steps, began = starts.shape[1], task.rows, len(task.factors), time.perf_counter()
    current = starts.copy()  # every run's last good point; `params` are those of the runs still going, `alive`
    counts = {kind: np.zeros(runs, dtype=np.int64) for kind in outcome.counts}
    factors = np.ones(runs)
    alive = np.arange(runs)
    memory = () if task.noise is None else task.noise.init(current)
    plateau = () if task.feedback is None else task.feedback.begin(runs)
    state = first_state(task.optimizer, current, task.form)
    moving = _Moving(task.optimizer, current, state, task.source, task.own, memory, plateau)
    if task.form == "together":
        moving = moving.only(_at_least_two(alive), runs)
    if task.partial and (lost := np.isnan(task.surface._value(moving.params))).any():
        moving, alive = _drop(moving, alive, ~np.broadcast_to(lost, moving.params.shape[1:]), 0, outcome)
    looked = watched_steps(steps) if task.user and task.form == "together" else frozenset()
    row = 0
    for step in range(steps + 1):
        if task.tolerance is not None:
            gradient = task.surface._gradient(moving.params)
            still = np.sqrt(np.sum(gradient * gradient, axis=0)) <= task.tolerance
            if still.any():
                outcome.converged[alive[still[: len(alive)]]] = True
                current = _brought_up(current, moving, alive)
                moving, alive = _drop(moving, alive, ~still, step, outcome)
        factor: Any = task.factors[min(step, steps - 1)]
        if task.feedback is not None and len(alive):
            apart = moving.apart_followed(task, step) if step in looked else {}
            factor, moving = moving.followed(task, step)
            for column, alone in apart.items():
                compare_states(alone, ((factor,), moving.plateau), column, len(factor))
            factors[alive] = factor[: len(alive)]
        if row < len(rows) and rows[row] == step:
            current = _brought_up(current, moving, alive)
            outcome.params[row] = current
            outcome.seconds[row] = time.perf_counter() - began
            _note(outcome, row, factors, counts)
            row += 1
        if step == steps or len(alive) == 0:
            break
        apart = moving.apart(task, factor, step) if step in looked else {}
        after, asked = moving.after(task, factor, step)
        for column, alone in apart.items():
            compare(moving.params[:, column], alone, (after.params, (after.state, after.memory)), column)
        if task.partial:
            after.params = np.where(np.isnan(task.surface._value(after.params)), np.nan, after.params)
        if not (after.params.max() <= task.limit and after.params.min() >= -task.limit):  # so that nan is outside too
            inside = np.all(np.abs(after.params) <= task.limit, axis=0)
            current = _brought_up(current, moving, alive)
            asked = {kind: times[inside] if np.ndim(times) else times for kind, times in asked.items()}
            after, alive = _drop(after, alive, inside, step, outcome)
        for kind, count in counts.items():
            times = asked.get(kind, 0)
            count[alive] += times[: len(alive)] if np.ndim(times) else times
        moving = after
        tick(runs)
    outcome.params[row:] = current
    outcome.seconds[row:] = time.perf_counter() - began
    for left in range(row, len(rows)):
        _note(outcome, left, factors, counts)


def _note(outcome: Outcome, row: int, factors: Array, counts: Mapping[str, Array]) -> None:
    if outcome.factors is not None:
        outcome.factors[row] = factors
    for kind, count in counts.items():
        outcome.counts[kind][row] = count


@dataclasses.dataclass
class _Moving:
    """The runs still going. params: (dim, n), n at least 2: NumPy sums a single column in another order than many.

    memory: the noise's; plateau: that of a schedule that reads the loss.
    """

    optimizer: Method
    params: Array
    state: Any
    source: Source
    own: Source
    memory: Any
    plateau: Any

    def after(self, task: Task, factor: Any, step: int) -> tuple[_Moving, dict[str, Any]]:
        """The runs one step later, and how often each kind of evaluation was made."""
        oracle = self._oracle(task, step)
        optimizer = self.optimizer
        if task.varied:
            changed = {field: getattr(optimizer, field) * factors[step] for field, factors in task.varied.items()}
            optimizer = replaced(optimizer, **changed)
        rate = optimizer.lr * factor
        if task.fused is None:
            moved = stepped_in(task.form, optimizer, self.params, oracle, self.state, rate, user=task.user)
        else:
            moved = task.fused.apply(optimizer, self.params, oracle.gradient(self.params), self.state, rate)
        oracle.finish(self.params)
        if task.user and task.noise is not None:
            checked_state(task.noise, oracle.after, self.params.shape[1] if task.form == "together" else None, "memory")
        params, state = stepped(self.optimizer, moved, self.params.shape)
        moving = _Moving(self.optimizer, params, state, self.source, self.own, oracle.after, self.plateau)
        return moving, oracle.counts

    def apart(self, task: Task, factor: Any, step: int) -> dict[int, tuple[Array, Any]]:
        """Two of the runs by column, with (params, (state, memory)) after one step of each alone."""
        runs = self.params.shape[1]
        made = {}
        for column in {(step * 7919) % runs, (step * 104_729 + 1) % runs}:
            chosen = np.array([column])
            mine = factor[chosen] if np.ndim(factor) else factor
            moving, _ = self.only(chosen, runs).after(task, mine, step)
            made[column] = moving.params, (moving.state, moving.memory)
        return made

    def followed(self, task: Task, step: int) -> tuple[Array, _Moving]:
        """The factor (n,) that a schedule gives after reading the loss of this step."""
        assert task.feedback is not None
        loss = self._oracle(task, step).value(self.params)
        factor, plateau = task.feedback.follow(self.plateau, loss)
        return np.broadcast_to(factor, loss.shape), dataclasses.replace(self, plateau=plateau)

    def apart_followed(self, task: Task, step: int) -> dict[int, Any]:
        """Two of the runs by column, with what a schedule gives each of them alone: ((factor,), state)."""
        runs, made = self.params.shape[1], {}
        for column in {step % runs, runs - 1}:
            factor, moving = self.only(np.array([column]), runs).followed(task, step)
            made[column] = (factor,), moving.plateau
        return made

    def _oracle(self, task: Task, step: int) -> Oracle:
        return Oracle(task.surface, task.noise, self.source, self.own, step, len(task.factors), self.memory)

    def only(self, columns: Array, runs: int) -> _Moving:
        """The given columns of the `runs` that there are."""

        def cut(leaf: Any) -> Any:
            return leaf[..., columns] if np.ndim(leaf) and np.shape(leaf)[-1] == runs else leaf

        return _Moving(
            take(self.optimizer, columns, runs),
            self.params[:, columns],
            rebuilt(self.state, cut),
            self.source.select(columns),
            self.own.select(columns),
            rebuilt(self.memory, cut),
            rebuilt(self.plateau, cut),
        )


def _brought_up(current: Array, moving: _Moving, alive: Array) -> Array:
    """Every run's last good point (dim, runs), given those of the runs still going."""
    if len(alive) == current.shape[1] > 1:
        return moving.params
    current = current.copy()
    current[:, alive] = moving.params[:, : len(alive)]
    return current


def _drop(moving: _Moving, alive: Array, keep: Array, step: int, outcome: Outcome) -> tuple[_Moving, Array]:
    """The runs to keep; the others are marked as stopped at `step`."""
    keep = keep[: len(alive)]
    outcome.stopped[alive[~keep]] = step
    kept = np.flatnonzero(keep)
    if len(kept) == 0:
        return moving, alive[:0]
    return moving.only(_at_least_two(kept), moving.params.shape[1]), alive[kept]


def _at_least_two(columns: Array) -> Array:
    return np.repeat(columns, 2) if len(columns) == 1 else columns
