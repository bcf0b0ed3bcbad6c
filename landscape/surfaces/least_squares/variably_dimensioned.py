"""`ls.surface("variably_dimensioned")`: The variably dimensioned function: a bowl, squeezed along one direction by a
square and a fourth power.
"""

from __future__ import annotations

import functools
from typing import Annotated

import numpy as np
from annotated_types import Ge

from landscape.core.component import Array
from landscape.core.critical_points import CriticalPoint
from landscape.core.elementary import as_column, constant, stack, total
from landscape.core.surface import box, complete_up_to
from landscape.surfaces._bases.least_squares import Residuals
from landscape.surfaces._registry import register


@register("variably_dimensioned")
class VariablyDimensioned(Residuals):
    """The variably dimensioned function: a bowl, squeezed along one direction by a square and a fourth power.

    f(p) = sum_i (p_i - 1)^2 + s^2 + s^4,   s = sum_i i (p_i - 1).

    p: (dim, ...). Convex; the minimum is (1, ..., 1), of value 0.

    Source: Moré, Garbow and Hillstrom 1981, "Testing unconstrained optimization software", ACM TOMS 7(1), problem 25.
    """

    dim: Annotated[int, Ge(1)] = 2

    traits = frozenset({"convex", "ravine", "scalable"})
    formula = r"f(p) = \sum_i (p_i - 1)^2 + s^2 + s^4, \quad s = \sum_i i\, (p_i - 1)"
    window = box(-1.0, 3.0)

    @property
    def customary_start(self) -> Array:
        return 1.0 - np.arange(1.0, self.dim + 1.0) / self.dim

    completeness = complete_up_to(2)

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        return (CriticalPoint(np.ones(self.dim), 0.0, "minimum"),)

    def _residuals(self, p: Array) -> Array:
        s = total(self._rows(p) * (p - 1.0))
        return np.concatenate([p - 1.0, stack(s, s * s)])

    def _jacobian(self, p: Array) -> Array:
        rows = self._rows(p)
        s = total(rows * (p - 1.0))
        i = np.arange(1.0, self.dim + 1.0)
        return np.concatenate([constant(np.concatenate([np.eye(self.dim), i[None]]), p), (rows * (2.0 * s))[None]])

    def _curvature(self, p: Array, r: Array) -> Array:
        rows = self._rows(p)
        return rows[:, None] * rows * (2.0 * r[-1])

    def _rows(self, p: Array) -> Array:
        return as_column(np.arange(1.0, self.dim + 1.0), p)
