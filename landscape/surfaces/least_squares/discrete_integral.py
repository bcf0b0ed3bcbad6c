"""`ls.surface("discrete_integral")`: The discrete integral equation: the discrete boundary value problem,
integrated, so that all coordinates meet.
"""

from __future__ import annotations

import functools

import numpy as np

from landscape.core.component import Array, Several
from landscape.core.critical_points import CriticalPoint
from landscape.core.elementary import as_column, constant, diagonal, matvec
from landscape.core.surface import box, complete_up_to
from landscape.surfaces._bases.least_squares import Residuals
from landscape.surfaces._registry import register
from landscape.surfaces.least_squares._base import nearest_root, times


@register("discrete_integral")
class DiscreteIntegral(Residuals):
    """The discrete integral equation: the discrete boundary value problem, integrated, so that all coordinates meet.

    f(p) = sum_i (p_i + h/2 ((1 - t_i) sum_{j<=i} t_j w_j^3 + t_i sum_{j>i} (1 - t_j) w_j^3))^2,
    w_j = p_j + t_j + 1,   h = 1/(dim + 1), t_i = i h.

    p: (dim, ...). The minimum, of value 0 and well conditioned, is found numerically, up to 100 dimensions. For
    dim = 2 it is the only critical point that a search of the window finds.

    Source: Moré and Cosnard 1979, "Numerical solution of nonlinear equations", ACM TOMS 5(1); Moré, Garbow and
    Hillstrom 1981, "Testing unconstrained optimization software", ACM TOMS 7(1), problem 29.
    """

    dim: Several = 2

    traits = frozenset({"scalable"})
    formula = (
        r"f(p) = \sum_i (p_i + (h/2)\, ((1 - t_i) \sum_{j \leq i} t_j w_j^3"
        r" + t_i \sum_{j > i} (1 - t_j)\, w_j^3))^2"
    )

    window = box(-1.0, 1.0)

    @property
    def customary_start(self) -> Array:
        t = times(self.dim)
        return t * (t - 1.0)

    completeness = complete_up_to(2)

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        return nearest_root(self)

    @functools.cached_property
    def _kernel(self) -> Array:
        """(dim, dim): what w_j^3 counts in residual i."""
        t = times(self.dim)
        return (0.5 / (self.dim + 1.0)) * (np.minimum(t[:, None], t) * (1.0 - np.maximum(t[:, None], t)))

    def _residuals(self, p: Array) -> Array:
        w = p + as_column(times(self.dim) + 1.0, p)
        return p + matvec(self._kernel, w * w * w)

    def _jacobian(self, p: Array) -> Array:
        w = p + as_column(times(self.dim) + 1.0, p)
        return constant(np.eye(self.dim), p) + constant(3.0 * self._kernel, p) * (w * w)

    def _curvature(self, p: Array, r: Array) -> Array:
        w = p + as_column(times(self.dim) + 1.0, p)
        return diagonal(matvec(6.0 * self._kernel.T, r) * w)
