"""`ls.surface("linear_rank_1_zero")`: The linear function of rank one with zero columns and rows: f does not depend
on two of the coordinates at all.
"""

from __future__ import annotations

import functools
from typing import Annotated

import numpy as np
from annotated_types import Ge

from landscape.core.component import Array, Count
from landscape.core.critical_points import CriticalPoint
from landscape.core.elementary import constant, matvec
from landscape.core.surface import box, start_at
from landscape.surfaces._bases.least_squares import Residuals, none
from landscape.surfaces._registry import register
from landscape.surfaces.least_squares.linear_full_rank import check_enough
from landscape.surfaces.least_squares.linear_rank_1 import nearest_minimum


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
        check_enough(self, self.m)

    window = box(-1.0, 1.5)
    customary_start = start_at(1.0)

    completeness = "global"

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        return nearest_minimum(self, self._matrix[1], 3.0 / (2.0 * self.m - 3.0))

    @functools.cached_property
    def _matrix(self) -> Array:
        rows, columns = np.arange(self.m) * 1.0, np.arange(1.0, self.dim + 1.0)
        rows[-1] = columns[0] = columns[-1] = 0.0
        return np.outer(rows, columns)

    def _residuals(self, p: Array) -> Array:
        return matvec(self._matrix, p) - 1.0

    def _jacobian(self, p: Array) -> Array:
        return constant(self._matrix, p)

    def _curvature(self, p: Array, r: Array) -> Array:
        return none(p)
