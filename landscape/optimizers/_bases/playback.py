"""Run a library's minimizer, one run at a time, and return its iterates one per step.

state = begun(params)
params, state = played(params, oracle, state, solve)     # `solve` runs once, in the first step
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from landscape.core.component import Array
from landscape.core.methods import KINDS, Oracle


class SingleRun:
    """One run's loss as functions of a point (dim,), every evaluation counted in `counts`.

    Its numbers are those of the run in a batch. finite: whether all that was evaluated was finite.
    """

    def __init__(self, oracle: Oracle, params: Array, run: int) -> None:
        self._oracle, self._params, self._run = oracle, params, run
        self._none = np.zeros(params.shape[1], dtype=bool)  # the oracle's own counts are left to `charge`
        self.counts = dict.fromkeys(KINDS, 0)
        self.finite = True

    def value(self, point: Array) -> float:
        """The loss."""
        return float(self._evaluated("value", point))

    def gradient(self, point: Array) -> Array:
        """The gradient: (dim,)."""
        return self._evaluated("gradient", point)

    def product(self, point: Array, vector: Array) -> Array:
        """The Hessian times a vector (dim,): (dim,)."""
        return self._evaluated("product", point, vector)

    def hessian(self, point: Array) -> Array:
        """The Hessian: (dim, dim)."""
        return self._evaluated("hessian", point)

    def _evaluated(self, kind: str, *points: Array) -> Array:
        self.counts[kind] += 1
        columns = [np.asarray(point, dtype=np.float64)[:, None] for point in points]
        if self._oracle.exact:  # two columns: NumPy sums one in another order
            run, placed = 0, [np.repeat(column, 2, axis=1) for column in columns]
        else:
            run, placed = self._run, [self._params.copy() for _ in columns]
            for place, column in zip(placed, columns, strict=True):
                place[:, run : run + 1] = column
        answer: Array = np.array(getattr(self._oracle, kind)(*placed, active=self._none)[..., run])
        self.finite = self.finite and bool(np.all(np.isfinite(answer)))
        return answer


def charge(oracle: Oracle, counts: list[dict[str, int]]) -> None:
    """Count what each run has evaluated."""
    for kind in KINDS:
        if any(count[kind] for count in counts):
            oracle.charge(kind, np.array([count[kind] for count in counts]))


class IterationsDone(Exception):
    """As many iterations as there are steps."""


class RecordedRun(SingleRun):
    """A run's loss that records the iterates of its minimizer: `reached` is called with each.

    word: 64 random bits of the run's own.
    """

    def __init__(self, oracle: Oracle, params: Array, run: int, word: int) -> None:
        SingleRun.__init__(self, oracle, params, run)
        self.start = np.array(params[:, run])
        self.word, self.most, self.surface = word, oracle.steps, oracle.surface
        self.points, self.totals = [self.start], [[0] * len(KINDS)]

    def reached(self, point: Any) -> None:
        """An iterate: (dim,). IterationsDone where there are as many as steps."""
        self.points.append(np.array(point, dtype=np.float64))
        self.totals.append(list(self.counts.values()))
        if len(self.points) > self.most:
            raise IterationsDone

    def run(self, solve: Solve) -> None:
        """Run the minimizer. An error ends the run where the loss was not finite, and is raised elsewhere."""
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # a run that fails has a path that is not finite
                solve(self)
        except IterationsDone:
            return
        except (ArithmeticError, ValueError, RuntimeError):
            if self.finite:
                raise
        if self.totals[-1] != list(self.counts.values()) or len(self.points) == 1:
            self.points.append(self.points[-1])
            self.totals.append(list(self.counts.values()))


Solve = Callable[[RecordedRun], None]


class Playback(NamedTuple):
    """path: (n, dim, runs), the iterates; totals: (n, kinds, runs), the evaluations up to each; at: the current one."""

    path: Array
    totals: Array
    at: int


def begun(params: Array) -> Playback:
    """Nothing but the start (dim, runs)."""
    return Playback(params[None], np.zeros((1, len(KINDS), *params.shape[1:]), dtype=np.int64), 0)


def played(params: Array, oracle: Oracle, state: Playback, solve: Solve) -> tuple[Array, Playback]:
    """The next iterate of every run, (dim, runs); a run whose minimizer has finished stays."""
    if len(state.path) == 1:
        state = _solved(params, oracle, solve)
    last = len(state.path) - 1
    before, at = min(state.at, last), min(state.at + 1, last)
    for kind, more in zip(KINDS, state.totals[at] - state.totals[before], strict=True):
        if more.any():
            oracle.charge(kind, more)
    return state.path[at].copy(), state._replace(at=at)


def _solved(params: Array, oracle: Oracle, solve: Solve) -> Playback:
    words = oracle.words(1)[0].tolist()
    known: dict[Any, RecordedRun] = {}
    runs = []
    for run, word in enumerate(words):
        key = word, params[:, run].tobytes()
        if key not in known:
            known[key] = RecordedRun(oracle, params, run, word)
            known[key].run(solve)
        runs.append(known[key])
    rows = max(len(each.points) for each in runs)
    path = np.stack([_filled(each.points, rows) for each in runs], axis=-1)
    return Playback(path, np.stack([_filled(each.totals, rows) for each in runs], axis=-1), 0)


def _filled(rows: list[Any], count: int) -> Array:
    """The rows as an array, the last repeated until there are `count`."""
    return np.array(rows + rows[-1:] * (count - len(rows)))
