"""Derive from `Separable` for a sum of functions of one coordinate each: f(p) = sum_i phi_i(p_i)."""

from __future__ import annotations

import dataclasses
import functools
import itertools
from abc import abstractmethod
from collections.abc import Callable
from typing import Annotated

import numpy as np
from annotated_types import Ge

from landscape.core.component import Array, Count
from landscape.core.critical_points import Completeness, CriticalPoint, Kind, in_order
from landscape.core.elementary import as_column, diagonal, total
from landscape.core.surface import Surface, box, start_at

SAMPLES = 4001  # where roots are looked for, in one coordinate's window


class Separable(Surface):
    """A subclass writes `_terms`, `_slopes` and `_curvatures`: phi_i, phi_i' and phi_i'' for all i, (dim, ...)."""

    @abstractmethod
    def _terms(self, p: Array) -> Array: ...

    @abstractmethod
    def _slopes(self, p: Array) -> Array: ...

    @abstractmethod
    def _curvatures(self, p: Array) -> Array: ...

    def _value(self, p: Array) -> Array:
        return total(self._terms(p))

    def _gradient(self, p: Array) -> Array:
        return self._slopes(p)

    def _hessian(self, p: Array) -> Array:
        return diagonal(self._curvatures(p))

    def _lattice(self) -> tuple[CriticalPoint, ...]:
        """The critical points of the window, in up to two dimensions: every combination of the coordinates' roots.

        In more dimensions the lowest alone.
        """
        roots = self._roots()
        if self.dim > 2:
            terms = [self._terms(np.tile(each, (self.dim, 1)))[i] for i, each in enumerate(roots)]
            roots = [each[[np.argmin(values)]] for each, values in zip(roots, terms, strict=True)]
        points = np.array(list(itertools.product(*roots)))
        values, rising = self._value(points.T), self._curvatures(points.T).T > 0.0
        kinds: list[Kind] = ["minimum" if up.all() else "saddle" if up.any() else "maximum" for up in rising]
        return in_order(CriticalPoint(*each) for each in zip(points, values, kinds, strict=True))

    def _roots(self) -> list[Array]:
        """For each coordinate, where its slope vanishes in its window."""
        return [
            roots_of(lambda x, i=i: self._one(self._slopes, i, x), low, high)  # type: ignore[misc]
            for i, (low, high) in enumerate(self.window)
        ]

    def _one(self, function: Callable[[Array], Array], i: int, x: Array) -> Array:
        """What `function` gives coordinate i, at points x (n,)."""
        return function(np.tile(x, (self.dim, 1)))[i]


def roots_of(function: Callable[[Array], Array], low: float, high: float) -> Array:
    """(n,): where a function (n,) -> (n,) changes its sign in [low, high], to the last digit."""
    x = np.linspace(low, high, SAMPLES)
    below = function(x) < 0.0
    change = np.flatnonzero(below[:-1] != below[1:])
    left, right, rise = x[change], x[change + 1], below[change]
    for _ in range(52):
        middle = (left + right) / 2.0
        beyond = (function(middle) < 0.0) != rise
        left, right = np.where(beyond, left, middle), np.where(beyond, middle, right)
    return np.where(np.abs(function(left)) < np.abs(function(right)), left, right)


@dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
class Weighted(Separable):
    """f(p) = sum_i w_i p_i^2: a subclass gives `_weights` (dim,), from its fields."""

    dim: Count = 2
    condition: Annotated[float, Ge(1)] = 1e6

    traits = frozenset({"convex", "ravine", "scalable"})

    @property
    @abstractmethod
    def _weights(self) -> Array: ...

    window = box(-5.0, 5.0)
    customary_start = start_at(4.0, -3.0)

    @property
    def completeness(self) -> Completeness:
        return "complete"

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        return (CriticalPoint(np.zeros(self.dim), 0.0, "minimum"),)

    def _terms(self, p: Array) -> Array:
        return as_column(self._weights, p) * p * p

    def _slopes(self, p: Array) -> Array:
        return 2.0 * as_column(self._weights, p) * p

    def _curvatures(self, p: Array) -> Array:
        return 2.0 * as_column(self._weights, p) + 0.0 * p
