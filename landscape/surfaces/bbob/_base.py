"""Derive from `Bbob` for a function of the noiseless BBOB suite: its instances, and the chain rule through its maps.

    uniforms(many, seed), normals(many, seed)       # BBOB's own random numbers
    rotation(seed, dim), place(seed, dim), lowest(number, instance)

Every function is f(p) = outer(z) + weight pen(p) + f_opt with z = second warp(first (p - centre)) + offset: matrices
around a map of each coordinate for itself. An instance fixes the matrices, the centre and f_opt by random numbers of
its own, so that they are the same in every program.

Source: Hansen, Finck, Ros and Auger 2009, "Real-parameter black-box optimization benchmarking 2009: noiseless functions
definitions", INRIA report RR-6829; the random numbers: Park and Miller 1988, "Random number generators: good ones are
hard to find", Communications of the ACM 31(10), shuffled after Bays and Durham 1976, Box and Muller 1958.
"""

from __future__ import annotations

import dataclasses
import functools
import math
from abc import abstractmethod
from collections.abc import Callable
from typing import Annotated, Any, ClassVar, NamedTuple, Protocol, runtime_checkable

import numpy as np
from annotated_types import Ge, Le

from landscape.core.component import Array, Several
from landscape.core.critical_points import CriticalPoint
from landscape.core.elementary import as_column, diagonal, matvec, select, total
from landscape.core.surface import Surface, box

# The value of a map at y (dim, ...) and as many of its derivatives as are requested, each (dim, ...).
Warp = Callable[[Array, int], tuple[Array, ...]]


Instance = Annotated[int, Ge(1), Le(200_000)]  # beyond, seeds leave the generator's range

SHARED_SEEDS = {4: 3, 18: 17}  # functions that have the instances of another
EDGE = 5.0  # of the box outside which there is a penalty


def uniforms(many: int, seed: int) -> Array:
    """(many,): uniform in (0, 1): the minimal standard generator's numbers, drawn from a shuffled table of 32."""
    state = max(seed, 1)
    drawn = np.empty(many)
    table = [0] * 32
    for i in reversed(range(40)):
        state = _next(state)
        if i < 32:
            table[i] = state
    last = table[0]
    for i in range(many):
        state = _next(state)
        slot = last // 67108865
        last, table[slot] = table[slot], state
        drawn[i] = last / 2147483647.0
    return np.where(drawn == 0.0, 1e-99, drawn)


def _next(state: int) -> int:
    """16807 state modulo 2^31 - 1, by Schrage's division."""
    state = 16807 * (state % 127773) - 2836 * (state // 127773)
    return state + 2147483647 if state < 0 else state


def normals(many: int, seed: int) -> Array:
    """(many,): normally distributed, by Box and Muller's formula from 2 many uniform numbers."""
    u = uniforms(2 * many, seed)
    pairs = zip(u[:many].tolist(), u[many:].tolist(), strict=True)
    drawn = np.array([math.sqrt(-2.0 * math.log(a)) * math.cos(2.0 * math.pi * b) for a, b in pairs])
    return np.where(drawn == 0.0, 1e-99, drawn)


@functools.lru_cache(maxsize=256)
def rotation(seed: int, dim: int) -> Array:
    """(dim, dim): an orthogonal matrix: normal numbers, their columns made orthonormal one after the other."""
    matrix = normals(dim * dim, seed).reshape(dim, dim).T.copy()
    for i in range(dim):
        for j in range(i):
            matrix[:, i] -= in_turn(matrix[:, i] * matrix[:, j]) * matrix[:, j]
        matrix[:, i] /= math.sqrt(in_turn(matrix[:, i] * matrix[:, i]))
    matrix.flags.writeable = False
    return matrix


def in_turn(terms: Array) -> Array:
    """The sum over the first axis from first to last, as in the suite, whose rounding some functions magnify."""
    return np.cumsum(terms, axis=0)[-1]


def place(seed: int, dim: int) -> Array:
    """(dim,): where an optimum is, uniform in [-4, 4] to four digits, and never 0."""
    x = 8.0 * np.floor(1e4 * uniforms(dim, seed)) / 1e4 - 4.0
    return np.where(x == 0.0, -1e-5, x)


def seed_of(number: int, instance: int) -> int:
    """Where the random numbers of an instance of function `number` begin."""
    return SHARED_SEEDS.get(number, number) + 10_000 * instance


def lowest(number: int, instance: int) -> float:
    """f_opt: a ratio of normal numbers, to two digits, in [-1000, 1000]."""
    seed = seed_of(number, instance)
    ratio = float(normals(1, seed)[0] / normals(1, seed + 1)[0])
    return min(1000.0, max(-1000.0, math.floor(10_000.0 * ratio + 0.5) / 100.0))


def powers(base: float, dim: int) -> Array:
    """(dim,): base^(i / (dim - 1)) for i = 0 to dim - 1: from 1 to base."""
    return base ** (np.arange(dim) / (dim - 1.0))


@runtime_checkable
class SmallPieces(Protocol):
    """A surface whose slope changes on the length `piece_length`: longer finite differences are not accurate."""

    piece_length: float


class Chain(NamedTuple):
    """What an instance fixes: z = second warp(first (p - centre)) + offset, the identity where a part is left out.

    centre: (dim,); first, second: (dim, dim); weight: of the penalty for leaving [-5, 5]^dim; start: (dim,), where a
    descent begins.
    """

    centre: Array
    first: Array | None = None
    warp: Warp | None = None
    second: Array | None = None
    offset: float = 0.0
    weight: float = 0.0
    start: Array | None = None


def only_minimum(degenerate: bool = False, kink: bool = False) -> Any:
    """Critical points of a surface of which the global minimum alone is listed."""
    return functools.cached_property(lambda surface: surface._minimum(degenerate, kink))


@dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
class Bbob(Surface):
    """A subclass writes `_chain` and `_outer`; the chain rule gives the gradient and the Hessian."""

    dim: Several = 2
    instance: Instance = 1

    number: ClassVar[int]
    """Which of the 24 it is."""

    @property
    @abstractmethod
    def _chain(self) -> Chain: ...

    @abstractmethod
    def _outer(self, z: Array, order: int) -> tuple[Array, ...]:
        """What z (dim, ...) costs (...) and, up to `order`, its gradient (dim, ...) and Hessian (dim, dim, ...)."""

    window = box(-EDGE, EDGE)

    @property
    def customary_start(self) -> Array:
        return np.resize([4.0, -3.0], self.dim) if self._chain.start is None else self._chain.start

    @functools.cached_property
    def _lowest(self) -> float:
        """f_opt."""
        return lowest(self.number, self.instance)

    @property
    def _seed(self) -> int:
        return seed_of(self.number, self.instance)

    @functools.cached_property
    def _optimum(self) -> Array:
        """(dim,): the place that the instance's random numbers give."""
        return place(self._seed, self.dim)

    @property
    def _rotations(self) -> tuple[Array, Array]:
        """The suite's R and Q."""
        return rotation(self._seed + 1_000_000, self.dim), rotation(self._seed, self.dim)

    def _ill(self, condition: float) -> Array:
        """(dim, dim): Q L R, L diagonal from 1 to sqrt(condition)."""
        outer, inner = self._rotations
        stretched = outer * powers(math.sqrt(condition), self.dim)
        return in_turn(stretched.T[:, :, None] * inner[:, None])

    def _minimum(self, degenerate: bool = False, kink: bool = False) -> tuple[CriticalPoint, ...]:
        """The global minimum, at the centre of the chain."""
        return (CriticalPoint(self._chain.centre, self._lowest, "minimum", degenerate, kink),)

    def _value(self, p: Array) -> Array:
        value = self._outer(self._moved(p, 0)[0], 0)[0] + self._lowest
        if self._chain.weight == 0.0:
            return value
        out = _outside(p)
        return value + self._chain.weight * total(out * out)

    def _gradient(self, p: Array) -> Array:
        z, *slopes = self._moved(p, 1)
        return self._back(p, slopes, *self._outer(z, 1)[1:])[0]

    def _hessian(self, p: Array) -> Array:
        z, *derivatives = self._moved(p, 2)
        return self._back(p, derivatives, *self._outer(z, 2)[1:])[1]

    def _moved(self, p: Array, order: int) -> tuple[Array, ...]:
        """z, and up to `order` derivatives of the warp: (dim, ...) each."""
        centre, first, warp, second, offset = self._chain[:5]
        z = p - as_column(centre, p)
        if first is not None:
            z = matvec(first, z)
        derivatives: tuple[Array, ...] = ()
        if warp is not None:
            z, *derivatives = warp(z, order)  # type: ignore[assignment]
        if second is not None:
            z = matvec(second, z)
        return (z + offset, *derivatives)

    def _back(self, p: Array, warped: Any, gradient: Array, hessian: Array | None = None) -> tuple[Array, ...]:
        """The gradient, and Hessian, by p from those by z: through each map from the last to the first."""
        _, first, warp, second, _, weight, _ = self._chain
        if second is not None:
            gradient, hessian = pulled(second, gradient, hessian)
        if warp is not None:
            if hessian is not None:
                hessian = hessian * (warped[0][:, None] * warped[0]) + diagonal(gradient * warped[1])
            gradient = gradient * warped[0]
        if first is not None:
            gradient, hessian = pulled(first, gradient, hessian)
        if weight != 0.0:
            out = _outside(p)
            gradient = gradient + (2.0 * weight) * out
            if hessian is not None:
                hessian = hessian + diagonal(select(-out * out, 0.0, 2.0 * weight) + 0.0 * p)
        return (gradient,) if hessian is None else (gradient, hessian)


def pulled(matrix: Array, gradient: Array, hessian: Array | None) -> tuple[Array, Array | None]:
    """M^T g and M^T H M."""
    gradient = matvec(matrix.T, gradient)
    if hessian is None:
        return gradient, None
    half = np.swapaxes(matvec(matrix.T, hessian), 0, 1)
    both = matvec(matrix.T, half)
    return gradient, 0.5 * (both + np.swapaxes(both, 0, 1))  # rounding would leave it a little unsymmetric


def _outside(p: Array) -> Array:
    """How far each coordinate is outside the box, with its sign, and 0 inside: (dim, ...)."""
    return select(p - EDGE, p - EDGE, select(-EDGE - p, p + EDGE, 0.0))
