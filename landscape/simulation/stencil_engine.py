"""Run many runs in many dimensions in a compiled loop: the gradient of few neighbours, and a rule's update.

The numbers are those of the array engine to the last bit where only + - * / and sqrt occur.
"""

from __future__ import annotations

import functools
import time
from typing import Any

import numpy as np

from landscape.core.component import Array, replaced
from landscape.core.methods import Method
from landscape.core.state import leaves
from landscape.core.threads import in_threads, processors
from landscape.program.elementwise import Elementwise
from landscape.program.kernel_files import Compiled
from landscape.program.stencil import LANES, Stencil, stencil_kernel
from landscape.program.trace import NotTraceable
from landscape.simulation.array_engine import Outcome, Task, Tick, take

FEWEST_RUNS = LANES // 2  # of fewer, most lanes would be empty
TOGETHER = 1 << 20  # numbers of the params of the runs that go side by side
CALL = 40_000_000  # numbers that one call makes, at most: some tenths of a second, after which progress is told
READING = 2e-4  # seconds that it takes to record the gradient, for each coordinate


def may_run(task: Task, runs: int) -> bool:
    """Whether a task of so many runs in all asks for nothing that is not done here."""
    noisy = task.noise is not None or task.feedback is not None
    return not (noisy or task.tolerance is not None or task.partial or runs < FEWEST_RUNS)


def run(task: Task, read: Stencil, fused: Elementwise, starts: Array, tick: Tick) -> Outcome:
    """Runs from starts (dim, runs), as the array engine makes them.

    NotTraceable where it cannot be compiled, or a run takes a sine of what is too large for ours.
    """
    dim, runs = starts.shape
    steps, began = len(task.factors), time.perf_counter()
    ends = np.full(runs, steps)
    outcome = Outcome(np.empty((len(task.rows), dim, runs)), ends, np.zeros(runs, dtype=bool), np.zeros(len(task.rows)))
    width = max(LANES * processors(), TOGETHER // dim // LANES * LANES)
    for low in range(0, runs, width):
        _side_by_side(task, read, fused, starts, outcome, slice(low, min(low + width, runs)), tick)
    outcome.seconds[:] = (time.perf_counter() - began) * task.rows / steps
    return outcome


def _side_by_side(
    task: Task, read: Stencil, fused: Elementwise, starts: Array, outcome: Outcome, block: slice, tick: Tick
) -> None:
    """Some of the runs, with copies of the last one, so that there are as many as lanes."""
    runs, steps, rows = block.stop - block.start, len(task.factors), task.rows
    columns = np.minimum(np.arange(block.start, block.start + -(-runs // LANES) * LANES), block.stop - 1)
    params = np.ascontiguousarray(starts[:, columns])
    rule = take(task.optimizer, columns, starts.shape[1])
    begun = list(zip(leaves(rule.init(params)), fused.wide, strict=True))
    states = np.array([leaf for leaf, wide in begun if wide], dtype=np.float64).reshape(-1, *params.shape)
    given = [leaf for leaf, wide in begun if not wide]
    ends, beyond = np.full(len(columns), steps), np.zeros(1, dtype=bool)
    kernel = functools.cache(functools.partial(stencil_kernel, read, fused))
    outcome.params[rows == 0, :, block] = params[:, :runs]
    some = max(1, CALL // params.size)
    for low in range(0, steps, some):
        high = min(low + some, steps)
        given, shared = _shared(task, fused, rule, given, range(low, high))
        call, constants = kernel(of_all=shared.shape[2] == 1)
        made = slice(*np.searchsorted(rows, [low, high], side="right"))
        out = outcome.params[made]
        kept = params, states, read.table, shared, constants, rows[made], task.limit, out, ends, beyond
        _in_parts(call, len(columns), (block.start, runs, low, *kept))
        if beyond[0]:
            raise NotTraceable("the sine of a very large number")
        tick(runs * (high - low))
    outcome.stopped[block] = ends[:runs]


def _in_parts(call: Compiled, runs: int, rest: tuple[Any, ...]) -> None:
    """call(low, high, *rest) for all runs, in threads; the first alone where the kernel is to be compiled."""
    share = -(-runs // LANES // processors()) * LANES
    lows = range(0, runs, share)

    def part(low: int) -> None:
        call(low, min(low + share, runs), *rest)

    alone = 0 if call.ready else 1
    for low in lows[:alone]:
        part(low)
    for _ in in_threads(part, lows[alone:]):
        pass


def _shared(
    task: Task, fused: Elementwise, rule: Method, given: list[Array], steps: range
) -> tuple[list[Array], Array]:
    """What the steps take that is the same for all coordinates, (steps, numbers, runs or 1), and what goes on."""
    taken = []
    for step in steps:
        changed = {field: getattr(rule, field) * factors[step] for field, factors in task.varied.items()}
        given, found = fused.common(replaced(rule, **changed) if changed else rule, given, rule.lr * task.factors[step])
        taken.append(found)
    wide = max((np.size(each) for found in taken for each in found), default=1)
    shared = np.empty((len(taken), len(taken[0]), wide))
    for step, found in enumerate(taken):
        for number, each in enumerate(found):
            shared[step, number] = each
    return given, shared
