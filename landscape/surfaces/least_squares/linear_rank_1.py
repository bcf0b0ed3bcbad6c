"""`ls.surface("linear_rank_1")`: The linear function of rank one: a straight, steep valley whose bottom is a whole
plane.
"""

from __future__ import annotations

import functools

import numpy as np

from landscape.core.component import Array, Count
from landscape.core.critical_points import CriticalPoint
from landscape.core.elementary import constant, matvec
from landscape.core.surface import Surface, box, start_at
from landscape.surfaces._bases.least_squares import Residuals, none
from landscape.surfaces._registry import register
from landscape.surfaces.least_squares.linear_full_rank import check_enough


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
        check_enough(self, self.m)

    window = box(-1.0, 1.5)
    customary_start = start_at(1.0)

    completeness = "global"

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        return nearest_minimum(self, self._matrix[0], 3.0 / (2.0 * self.m + 1.0))

    @functools.cached_property
    def _matrix(self) -> Array:
        return np.outer(np.arange(1.0, self.m + 1.0), np.arange(1.0, self.dim + 1.0))

    def _residuals(self, p: Array) -> Array:
        return matvec(self._matrix, p) - 1.0

    def _jacobian(self, p: Array) -> Array:
        return constant(self._matrix, p)

    def _curvature(self, p: Array, r: Array) -> Array:
        return none(p)


def nearest_minimum(surface: Surface, row: Array, level: float) -> tuple[CriticalPoint, ...]:
    """The point of the plane row . p = level that is nearest to 0: a minimum, degenerate unless it is all there is."""
    point = row * (level / float(row @ row))
    return (CriticalPoint(point, float(surface.value(point)), "minimum", degenerate=surface.dim > 1),)
