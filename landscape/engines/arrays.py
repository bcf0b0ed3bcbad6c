"""Run many runs side by side on NumPy arrays (dim, runs), in blocks that stay in the processor's cache."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import numpy as np

from landscape.component import Array, field_hints
from landscape.core import Noise, Optimizer, Surface
from landscape.engines.state import rebuilt, stepped
from landscape.streams import Source

BLOCK = 24576  # numbers in one array of a block, all coordinates together: a dozen arrays fit in the L2 cache


@dataclasses.dataclass
class Outcome:
    """What a block did. params: (rows, dim, runs); stopped, converged: (runs,)."""

    params: Array
    stopped: Array
    converged: Array


def run(
    surface: Surface,
    optimizer: Optimizer,
    starts: Array,
    factors: Array,
    rows: Array,
    noise: Noise | None,
    source: Source,
    limit: float,
    tolerance: float | None,
    tick: Callable[[int], None],
) -> Outcome:
    """Runs from starts (dim, runs), one step for each of factors (steps,), recorded at the steps `rows`.

    A run stops for good before the step that would leave |p| <= limit, or where its exact gradient's norm is at most
    `tolerance`; its later rows repeat its last point. tick(n) is told of every n run-steps done.
    """
    dim, runs = starts.shape
    blocks = -(-runs * dim // BLOCK)
    width = max(2, -(-runs // blocks))
    _keep_freed_memory()
    outcome = Outcome(np.empty((len(rows), dim, runs)), np.full(runs, len(factors)), np.zeros(runs, dtype=bool))
    for low in range(0, runs, width):
        block = slice(low, min(low + width, runs))
        part = Outcome(outcome.params[:, :, block], outcome.stopped[block], outcome.converged[block])
        _block(surface, take(optimizer, block, runs), starts[:, block], factors, rows, noise, source.select(block),
               limit, tolerance, tick, part)  # fmt: skip
    return outcome


def _keep_freed_memory() -> None:
    """Let the C library keep the memory of freed temporaries instead of handing it back to the system at each step.

    glibc raises its threshold for that to the largest block it has seen freed. Where it is another library, nothing
    happens. It doubles the speed of blocks of this size.
    """
    np.empty(3 << 20)


def take(optimizer: Optimizer, columns: Any, runs: int) -> Optimizer:
    """The optimizer of some of the runs: hyper-parameters given for each run are cut to them."""
    arrays = {
        name: value[columns]
        for name in field_hints(type(optimizer))
        if isinstance(value := getattr(optimizer, name), np.ndarray) and value.shape == (runs,)
    }
    return dataclasses.replace(optimizer, **arrays) if arrays else optimizer  # type: ignore[type-var]


def _block(
    surface: Surface,
    optimizer: Optimizer,
    starts: Array,
    factors: Array,
    rows: Array,
    noise: Noise | None,
    source: Source,
    limit: float,
    tolerance: float | None,
    tick: Callable[[int], None],
    outcome: Outcome,
) -> None:
    runs = starts.shape[1]
    current = starts.copy()  # every run's last good point; `params` are those of the runs still going, `alive`
    alive = np.arange(runs)
    moving = _Moving(optimizer, current, optimizer.init(current), source).only(_at_least_two(alive), runs)
    row = 0
    for step in range(len(factors) + 1):
        if tolerance is not None:
            gradient = surface._gradient(moving.params)
            still = np.sqrt(np.sum(gradient * gradient, axis=0)) <= tolerance
            if still.any():
                outcome.converged[alive[still[: len(alive)]]] = True
                current = _brought_up(current, moving, alive)
                moving, alive = _drop(moving, alive, ~still, step, outcome)
        if row < len(rows) and rows[row] == step:
            current = _brought_up(current, moving, alive)
            outcome.params[row] = current
            row += 1
        if step == len(factors) or len(alive) == 0:
            break
        after = moving.after(surface, noise, factors[step], step)
        if not (after.params.max() <= limit and after.params.min() >= -limit):  # so that nan is outside too
            inside = np.all(np.abs(after.params) <= limit, axis=0)
            current = _brought_up(current, moving, alive)
            after, alive = _drop(after, alive, inside, step, outcome)
        moving = after
        tick(runs)
    outcome.params[row:] = current


@dataclasses.dataclass
class _Moving:
    """The runs still going. params: (dim, n), n at least 2: NumPy sums a single column in another order than many."""

    optimizer: Optimizer
    params: Array
    state: Any
    source: Source

    def after(self, surface: Surface, noise: Noise | None, factor: float, step: int) -> _Moving:
        if noise is None:
            gradient = surface._gradient(self.params)
        else:
            gradient = noise.gradient(surface, self.params, self.source, step)
        moved = self.optimizer.apply(self.params, gradient, self.state, self.optimizer.lr * factor)
        params, state = stepped(self.optimizer, moved, self.params.shape)
        return _Moving(self.optimizer, params, state, self.source)

    def only(self, columns: Array, runs: int) -> _Moving:
        """The given columns of the `runs` that there are."""

        def cut(leaf: Any) -> Any:
            return leaf[..., columns] if np.ndim(leaf) and np.shape(leaf)[-1] == runs else leaf

        return _Moving(
            take(self.optimizer, columns, runs),
            self.params[:, columns],
            rebuilt(self.state, cut),
            self.source.select(columns),
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
