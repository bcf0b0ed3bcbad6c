"""Measure the ways to a gradient against one another: how exact each is, what it costs, and how that grows.

rows = list(compare(lambda dim: Rosenbrock(dim=dim), dims=(2, 10, 100)))
rows[0]                     # Cost(method="manual", dim=2, error=0.0, seconds=..., ...)

Symbolic differentiation is left out where it would take more than a few seconds; `left_out` is told of it.
"""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np

from landscape.core.component import Array
from landscape.core.extras import library
from landscape.core.random import Source
from landscape.core.surface import Surface
from landscape.derivatives import METHODS, gradient
from landscape.program.trace import Tape, Value, flat, objects

DIMS = (2, 5, 10, 20, 50, 100, 200, 500, 1000)

# A timing is the best of several blocks of about this length.
BLOCKS, BLOCK_SECONDS = 4, 0.008
# Symbolic differentiation is left out where it may be expected to take longer than so many seconds: by the dimension
# before, or by what was measured of many surfaces. SymPy writes out whatever a formula uses twice, and differentiates
# all of it once for each coordinate.
SYMBOLIC_SECONDS = 6.0
LONGEST = 5_000  # operations of a formula written out
MOST = 300_000  # those times the coordinates

SLOW = "it would take more than a few seconds"
LONG = f"written out, with what it uses several times computed anew each time, f has more than {LONGEST:,} operations"


@dataclasses.dataclass(frozen=True)
class Cost:
    """What one method needed for one gradient of a surface in `dim` dimensions.

    error: the largest difference from the manual gradient, over its largest entry; seconds: for one gradient; values:
    the same in evaluations of f, as timed in the same run; passes: how often f was run through, forwards and backwards;
    operations: of the symbolic expressions, with `swell` the ratio to those of f itself.
    """

    method: str
    dim: int
    error: float
    seconds: float
    values: float
    passes: int | None = None
    operations: int | None = None
    swell: float | None = None


@dataclasses.dataclass(frozen=True)
class LeftOut:
    """That a method was not measured in a dimension, and why."""

    method: str
    dim: int
    reason: str


def compare(
    make: Callable[[int], Surface],
    dims: Iterable[int] = DIMS,
    methods: Iterable[str] = METHODS,
    progress: Callable[[int, int], None] | None = None,
    left_out: Callable[[LeftOut], None] | None = None,
) -> Iterator[Cost]:
    """The costs of each method in each dimension, methods within dimensions.

    make: dimension -> surface. left_out: called with what is not measured, and why. The point is random in the window,
    the same for all methods.
    """
    dims, methods = list(dims), list(methods)
    slowest, before = 0.0, 1
    if "symbolic" in methods:
        library("sympy", "a symbolic derivative")  # so that its import is not taken for slowness
    for done, dim in enumerate(dims):
        surface = make(dim)
        point = _point(surface)
        exact = surface.gradient(point)
        for number, method in enumerate(methods):
            if progress is not None:
                progress(done * len(methods) + number, len(dims) * len(methods))
            if method == "symbolic":
                reason = _too_much(surface) or (SLOW if slowest * (dim / before) ** 2 > SYMBOLIC_SECONDS else None)
                if reason is not None:
                    if left_out is not None:
                        left_out(LeftOut(method, dim, reason))
                    continue
                begun = time.process_time()  # which a busy machine does not lengthen
                yield _cost(surface, method, point, exact)
                slowest, before = time.process_time() - begun - 2 * BLOCKS * BLOCK_SECONDS, dim
            else:
                yield _cost(surface, method, point, exact)


def _too_much(surface: Surface) -> str | None:
    """Why a surface is not given to SymPy, as far as its formula tells."""
    try:
        tape = _Bounded()
        values = tape.inputs(*(f"x{i}" for i in range(surface.dim)))
        length = tape.program(flat(surface._value(objects(values)))).written_out()
    except _TooLong:
        return LONG
    except TypeError:  # it cannot be recorded
        return None
    if length > LONGEST:
        return LONG
    return SLOW if length * surface.dim > MOST else None


class _TooLong(Exception):
    """A formula has too many operations, even where each is written down once."""


class _Bounded(Tape):
    """A tape that ends early: the formulas of a thousand coordinates may take millions of operations."""

    def apply(self, name: str, *args: Any) -> Value:
        if len(self.nodes) > LONGEST + len(self._names):
            raise _TooLong
        return super().apply(name, *args)


def _cost(surface: Surface, method: str, point: Array, exact: Array) -> Cost:
    passes, parts, swell = None, None, None
    if method == "symbolic":
        from landscape.derivatives.symbolic import expression

        value, symbols = expression(surface.value, surface.dim)
        parts = sum(int(value.diff(x).count_ops()) for x in symbols)
        swell = parts / max(1, int(value.count_ops()))
    if method not in ("manual", "symbolic"):
        passes = _passes(surface, method, point)
    slope = gradient(surface, method)
    error = float(np.max(np.abs(slope(point) - exact)) / np.max(np.abs(exact)))
    seconds, value_seconds = _timed(lambda: slope(point), lambda: surface.value(point))
    return Cost(method, surface.dim, error, seconds, seconds / value_seconds, passes, parts, swell)


def _passes(surface: Surface, method: str, point: Array) -> int:
    """How often f is run through for one gradient; the way back of the reverse method is one more."""
    calls = 0

    def counted(p: Any) -> Any:
        nonlocal calls
        calls += not (automatic and isinstance(p, np.ndarray))  # f's own value is compared with, which is no pass
        return surface._value(p)

    automatic = method in ("forward", "reverse")

    gradient(counted, method)(point)
    return calls + (method == "reverse")


def _point(surface: Surface) -> Array:
    """(dim,): a random point of the window, the same each time."""
    lows, highs = np.array(surface.window).T
    return lows + (highs - lows) * Source(0, np.arange(1), "gradients").uniforms(0, surface.dim)[:, 0]


def _timed(*works: Callable[[], Any]) -> list[float]:
    """Seconds that each work takes: the best of several blocks, which take turns."""
    repeats = []
    for work in works:
        work()
        begun = time.perf_counter()
        work()
        repeats.append(max(1, int(BLOCK_SECONDS / max(time.perf_counter() - begun, 1e-7))))
    best = [np.inf] * len(works)
    for _ in range(BLOCKS):
        for i, work in enumerate(works):
            begun = time.perf_counter()
            for _ in range(repeats[i]):
                work()
            best[i] = min(best[i], (time.perf_counter() - begun) / repeats[i])
    return best
