"""`ls.surface("linear_full_rank")`: The linear function of full rank: the squared distance from a point, plus a
constant.
"""

from __future__ import annotations

import functools

import numpy as np

from landscape.core.component import Array, Count, FieldError
from landscape.core.critical_points import CriticalPoint
from landscape.core.elementary import constant, matvec
from landscape.core.surface import Surface, box, start_at
from landscape.surfaces._bases.least_squares import Residuals, none
from landscape.surfaces._registry import register


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
        check_enough(self, self.m)

    window = box(-3.0, 2.0)
    customary_start = start_at(1.0)

    completeness = "complete"

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        return (CriticalPoint(-np.ones(self.dim), float(self.m - self.dim), "minimum"),)

    @functools.cached_property
    def _matrix(self) -> Array:
        return np.eye(self.m, self.dim) - 2.0 / self.m

    def _residuals(self, p: Array) -> Array:
        return matvec(self._matrix, p) - 1.0

    def _jacobian(self, p: Array) -> Array:
        return constant(self._matrix, p)

    def _curvature(self, p: Array, r: Array) -> Array:
        return none(p)


def check_enough(surface: Surface, m: int) -> None:
    """FieldError where a problem has fewer residuals than parameters."""
    if m < surface.dim:
        raise FieldError(surface.name, "m", f"must be at least dim = {surface.dim}, got {m}")
