"""Solve linear equations as least squares: of full rank, and of rank one, where the minimum is a whole plane."""

from __future__ import annotations

import functools
from typing import Annotated

import numpy as np
from annotated_types import Ge

from landscape.component import Array, Count, FieldError
from landscape.core import CriticalPoint, Window, constant, product
from landscape.surfaces._registry import register
from landscape.surfaces._residuals import Residuals, none


@register("linear_full_rank")
class LinearFullRank(Residuals):
    """The linear function of full rank: the squared distance from a point, plus a constant.

    f(p) = sum_{i=1}^m (p_i - 2/m sum_j p_j - 1)^2,   p_i being 0 in the residuals beyond dim.

    p: (dim, ...). Convex: f(p) = |p + (1, ..., 1)|^2 + m - dim, whose minimum (-1, ..., -1) has the value m - dim.

    m: how many residuals, at least dim.

    Source: Moré, Garbow and Hillstrom 1981, "Testing unconstrained optimization software", ACM TOMS 7(1), problem 32.
    """

    dim: Count = 2
    m: Count = 20

    title = "linear of full rank"
    traits = frozenset({"convex", "scalable"})
    formula = r"f(p) = \sum_{i=1}^m (p_i - (2/m) \sum_j p_j - 1)^2"

    def _check(self) -> None:
        _enough(self)

    @property
    def window(self) -> Window:
        return ((-3.0, 2.0),) * self.dim

    @property
    def customary_start(self) -> Array:
        return np.ones(self.dim)

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        return (CriticalPoint(-np.ones(self.dim), float(self.m - self.dim), "minimum"),)

    @functools.cached_property
    def _matrix(self) -> Array:
        return np.eye(self.m, self.dim) - 2.0 / self.m

    def _residuals(self, p: Array) -> Array:
        return product(self._matrix, p) - 1.0

    def _jacobian(self, p: Array) -> Array:
        return constant(self._matrix, p)

    def _bend(self, p: Array, r: Array) -> Array:
        return none(p)


@register("linear_rank_1")
class LinearRank1(Residuals):
    """The linear function of rank one: a straight, steep valley whose bottom is a whole plane.

    f(p) = sum_{i=1}^m (i sum_j j p_j - 1)^2.

    p: (dim, ...). Convex; f is lowest on the plane sum_j j p_j = 3/(2m + 1), with the value m (m - 1)/(2 (2m + 1)), and
    the point of it that is nearest to 0 is listed.

    m: how many residuals, at least dim.

    Source: Moré, Garbow and Hillstrom 1981, "Testing unconstrained optimization software", ACM TOMS 7(1), problem 33.
    """

    dim: Count = 2
    m: Count = 20

    title = "linear of rank 1"
    traits = frozenset({"convex", "ravine", "scalable"})
    formula = r"f(p) = \sum_{i=1}^m (i \sum_j j\, p_j - 1)^2"

    def _check(self) -> None:
        _enough(self)

    @property
    def window(self) -> Window:
        return ((-1.0, 1.5),) * self.dim

    @property
    def customary_start(self) -> Array:
        return np.ones(self.dim)

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        return _nearest(self, self._matrix[0], 3.0 / (2.0 * self.m + 1.0))

    @functools.cached_property
    def _matrix(self) -> Array:
        return np.outer(np.arange(1.0, self.m + 1.0), np.arange(1.0, self.dim + 1.0))

    def _residuals(self, p: Array) -> Array:
        return product(self._matrix, p) - 1.0

    def _jacobian(self, p: Array) -> Array:
        return constant(self._matrix, p)

    def _bend(self, p: Array, r: Array) -> Array:
        return none(p)


@register("linear_rank_1_zero")
class LinearRank1Zero(Residuals):
    """The linear function of rank one with zero columns and rows: f does not depend on two of the coordinates at all.

    f(p) = 2 + sum_{i=2}^{m-1} ((i - 1) sum_{j=2}^{dim-1} j p_j - 1)^2.

    p: (dim, ...), dim at least 3. Convex; f is lowest where the inner sum is 3/(2m - 3), with the value
    (m^2 + 3m - 6)/(2 (2m - 3)), and the point of this plane that is nearest to 0 is listed.

    m: how many residuals, at least dim.

    Source: Moré, Garbow and Hillstrom 1981, "Testing unconstrained optimization software", ACM TOMS 7(1), problem 34.
    """

    dim: Annotated[int, Ge(3)] = 3
    m: Count = 20

    title = "linear of rank 1, zero columns and rows"
    traits = frozenset({"convex", "ravine"})
    formula = r"f(p) = 2 + \sum_{i=2}^{m-1} ((i - 1) \sum_{j=2}^{n-1} j\, p_j - 1)^2"

    def _check(self) -> None:
        _enough(self)

    @property
    def window(self) -> Window:
        return ((-1.0, 1.5),) * self.dim

    @property
    def customary_start(self) -> Array:
        return np.ones(self.dim)

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        return _nearest(self, self._matrix[1], 3.0 / (2.0 * self.m - 3.0))

    @functools.cached_property
    def _matrix(self) -> Array:
        rows, columns = np.arange(self.m) * 1.0, np.arange(1.0, self.dim + 1.0)
        rows[-1] = columns[0] = columns[-1] = 0.0
        return np.outer(rows, columns)

    def _residuals(self, p: Array) -> Array:
        return product(self._matrix, p) - 1.0

    def _jacobian(self, p: Array) -> Array:
        return constant(self._matrix, p)

    def _bend(self, p: Array, r: Array) -> Array:
        return none(p)


def _nearest(surface: LinearRank1 | LinearRank1Zero, row: Array, level: float) -> tuple[CriticalPoint, ...]:
    """The point of the plane row . p = level that is nearest to 0: a minimum, degenerate unless it is all there is."""
    point = row * (level / float(row @ row))
    return (CriticalPoint(point, float(surface.value(point)), "minimum", degenerate=surface.dim > 1),)


def _enough(surface: LinearFullRank | LinearRank1 | LinearRank1Zero) -> None:
    if surface.m < surface.dim:
        raise FieldError(surface.name, "m", f"must be at least dim = {surface.dim}, got {surface.m}")
