"""Run many runs in a compiled loop: the step is recorded, written out by `landscape.program.numba`, and compiled once.

The numbers are those of the array engine to the last bit where only + - * / and sqrt occur, within a few units in the
last place where other functions do.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import numpy as np

from landscape.core.component import Array
from landscape.core.extras import installed, library
from landscape.core.methods import KINDS, Method, Optimizer
from landscape.core.random import Source
from landscape.core.state import leaves
from landscape.core.surface import Surface
from landscape.core.threads import in_threads, processors
from landscape.program.numba import LANES, Kernel, measures_kernel, step_kernel
from landscape.program.steps import Parts, Step, at_path, recorded_measures, recorded_step
from landscape.program.trace import NotTraceable, Program
from landscape.simulation.array_engine import Outcome, Task, Tick, take

MOST_COORDINATES = 8
WORTH = 0.5  # seconds of NumPy's work, below which nothing is compiled
FEWEST = 1_000_000  # run-steps: those of fewer are never worth it
CHUNK = 1 << 14  # runs that one call of a kernel makes, at most
CALL = 40_000_000  # run-steps of a call, at most: some tenths of a second, after which progress is told
SECONDS = {"select": 1.5e-9, "drawn": 6e-9, "sqrt": 1.5e-9, "divide": 1.2e-9, "sin": 1e-8, "cos": 1e-8, "power": 2e-8}
ELSE = 0.8e-9  # what an operation on one number takes in NumPy; SECONDS has those that take longer


def available(wanted: str | None) -> bool:
    """Whether compiled kernels may be used. MissingExtra where they are asked for and numba is not installed."""
    if wanted == "numba":
        library("numba", 'engine="numba"')
    return wanted != "numpy" and installed("numba")


def recorded(task: Task, runs: int) -> Step | None:
    """The step of a task written down, or None where that is not possible here."""
    surface = task.surface
    if surface.dim > MOST_COORDINATES or task.feedback is not None or not surface.differentiable:
        return None
    if task.source.stream != task.own.stream or task.source.stream < 2:
        return None
    varied, steps = tuple(task.varied), len(task.factors)
    parts = Parts(surface, task.optimizer, task.noise, varied, runs, steps, task.tolerance is not None, task.partial)
    try:
        step = recorded_step(parts)
        if task.user and recorded_step(parts).program != step.program:
            return None
    except NotTraceable:
        return None
    return step


def seconds(program: Program, times: int) -> float:
    """About how long NumPy would take for a program so many times, in arrays."""
    return times * sum(SECONDS.get(node.name, ELSE) for _, node in program.operations())


def run(task: Task, step: Step, starts: Array, tick: Tick) -> Outcome:
    """Runs from starts (dim, runs), as the array engine makes them.

    NotTraceable where the step cannot be compiled, or a run takes a sine of what is too large for ours.
    """
    kernel = step_kernel(step)
    dim, runs = starts.shape
    steps, rows = len(task.factors), task.rows
    began = time.perf_counter()
    params, ends = np.empty((len(rows), dim, runs)), np.full(runs, steps)
    outcome = Outcome(params, ends, np.zeros(runs, dtype=bool), np.zeros(len(rows)))
    if task.partial:
        outcome.stopped[np.isnan(np.broadcast_to(task.surface._value(_two(starts)), max(2, runs))[:runs])] = 0
    hyper = np.array([at_path(task.optimizer, path) for path in step.hyper]).reshape(-1, runs)
    uniforms = _uniforms(task, step, steps)
    beyond, size = np.zeros(runs, dtype=bool), _size(runs, steps)
    table = np.zeros((1, 1)) if step.terms is None else np.ascontiguousarray(step.terms)

    def part(low: int) -> int:
        high = min(low + size, runs)
        block = slice(low, high)
        begin = np.ascontiguousarray(starts[:, block])
        states, shared = _states(take(task.optimizer, block, runs), task, step, begin)
        kernel.call(
            low, high, begin, states, hyper, _keys(task, kernel, block), table, uniforms, kernel.constants,
            shared, rows, task.limit, task.tolerance or 0.0, outcome.params, outcome.stopped, outcome.converged,
            beyond,
        )  # fmt: skip
        return high - low

    for done in _shared(kernel, part, range(0, runs, size)):
        tick(done * steps)
    if beyond.any():
        raise NotTraceable("the sine of a very large number")
    if task.tolerance is not None:
        _note_converged(task, outcome, steps)
    if not isinstance(task.optimizer, Optimizer):
        evaluated = np.minimum(rows[:, None], outcome.stopped)
        outcome.counts = {kind: step.counts.get(kind, 0) * evaluated for kind in KINDS}
    outcome.seconds[:] = (time.perf_counter() - began) * rows / steps
    return outcome


def measured(surface: Surface, params: Array) -> tuple[Array, Array] | None:
    """Noise-free loss and gradient norm, (rows, runs) each, of params (rows, dim, runs); None where not compiled."""
    try:
        kernel = measures_kernel(recorded_measures(surface))
    except NotTraceable:
        return None
    rows, _, runs = params.shape
    value, norm = np.empty((rows, runs)), np.empty((rows, runs))

    beyond, size = np.zeros(runs, dtype=bool), _size(runs, rows)

    def part(low: int) -> int:
        high = min(low + size, runs)
        kernel.call(low, high, params, kernel.constants, value, norm, beyond)
        return high - low

    try:
        list(_shared(kernel, part, range(0, runs, size)))
    except NotTraceable:
        return None
    return None if beyond.any() else (value, norm)


def _size(runs: int, steps: int) -> int:
    """How many runs a call makes: enough for every processor, and not more than some tenths of a second of them."""
    shared = -(-runs // processors())
    return -(-max(1, min(CHUNK, CALL // steps, shared)) // LANES) * LANES


def _shared(kernel: Kernel, part: Callable[[int], int], lows: range) -> Iterator[int]:
    """part(low) for each, in threads; the first alone where the kernel is to be compiled."""
    alone = 0 if kernel.call.ready else 1
    yield from map(part, lows[:alone])
    yield from in_threads(part, lows[alone:])


def _uniforms(task: Task, step: Step, steps: int) -> Array:
    """(steps, u): what is the same for all runs: the rate, or its factor; the varied fields, or theirs; the number of
    the step; the factors of schedules in the noise.
    """
    rule = task.optimizer
    columns = [task.factors if np.ndim(rule.lr) else rule.lr * task.factors]
    for field, factors in task.varied.items():
        own = getattr(rule, field)
        columns.append(factors if np.ndim(own) else own * factors)
    numbers = np.arange(steps)
    planned = [[float(at_path(task.noise, path)(number, steps)) for number in numbers] for path in step.planned]
    return np.stack([*columns, numbers, *planned], axis=1)


def _states(rule: Method, task: Task, step: Step, starts: Array) -> tuple[Array, Array]:
    """The first state and memory of runs from starts (dim, runs): numbers of each run, (n, runs), and those of all."""
    runs = starts.shape[1]
    begun = _two(starts)
    memory = () if task.noise is None else task.noise.init(begun)
    rows, shared = [], []
    lanes = iter(step.lanes)
    for leaf in [*leaves(rule.init(begun)), *leaves(memory)]:
        for numbers in np.reshape(np.asarray(leaf, dtype=np.float64), (-1, np.shape(leaf)[-1] if np.ndim(leaf) else 1)):
            if next(lanes):
                rows.append(np.broadcast_to(numbers, begun.shape[1])[:runs])
            else:
                shared.append(float(numbers[0]))
    return np.array(rows).reshape(-1, runs), np.array(shared)


def _two(starts: Array) -> Array:
    return np.repeat(starts, 2, axis=1) if starts.shape[1] == 1 else starts


def _keys(task: Task, kernel: Kernel, block: slice) -> Array:
    """(sources, runs) uint64: the keys of the runs of a block, for each source that the step draws from."""
    keys = []
    for purpose, branches in kernel.keyed:
        source: Source = (task.source if purpose == "noise" else task.own).select(block)
        for number in branches:
            source = source.branch(number)
        keys.append(source.keys)
    return np.array(keys, dtype=np.uint64).reshape(len(keys), block.stop - block.start)


def _note_converged(task: Task, outcome: Outcome, steps: int) -> None:
    """Enter the runs whose gradient at the last step is short enough, as the kernel looks before a step alone."""
    last = np.ascontiguousarray(outcome.params[-1])
    gradient = task.surface._gradient(_two(last))
    still = np.sqrt(np.sum(gradient * gradient, axis=0))[: last.shape[1]] <= task.tolerance
    outcome.converged |= still & (outcome.stopped == steps)
