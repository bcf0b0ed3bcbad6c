"""`ls.surface("discrete_boundary")`: The discrete boundary value problem: u'' = (u + t + 1)^3 / 2, u(0) = u(1) = 0,
by finite differences.
"""

from __future__ import annotations

import functools

import numpy as np

from landscape.core.component import Array, Several
from landscape.core.critical_points import CriticalPoint
from landscape.core.elementary import as_column, constant, diagonal
from landscape.core.surface import box, complete_up_to
from landscape.surfaces._bases.least_squares import Residuals
from landscape.surfaces._registry import register
from landscape.surfaces.least_squares._base import nearest_root, times


@register("discrete_boundary")
class DiscreteBoundary(Residuals):
    """The discrete boundary value problem: u'' = (u + t + 1)^3 / 2, u(0) = u(1) = 0, by finite differences.

    f(p) = sum_i (2 p_i - p_{i-1} - p_{i+1} + h^2 (p_i + t_i + 1)^3 / 2)^2,   h = 1/(dim + 1), t_i = i h,
    with p_0 = p_{dim+1} = 0.

    p: (dim, ...). The minimum, of value 0, is found numerically, up to 100 dimensions. For dim = 2 it is the only
    critical point that a search of the window finds.

    Source: Moré and Cosnard 1979, "Numerical solution of nonlinear equations", ACM TOMS 5(1); Moré, Garbow and
    Hillstrom 1981, "Testing unconstrained optimization software", ACM TOMS 7(1), problem 28.
    """

    dim: Several = 2

    traits = frozenset({"ravine", "scalable"})
    formula = r"f(p) = \sum_i (2 p_i - p_{i-1} - p_{i+1} + h^2 (p_i + t_i + 1)^3 / 2)^2"
    window = box(-1.0, 1.0)

    @property
    def customary_start(self) -> Array:
        t = times(self.dim)
        return t * (t - 1.0)

    completeness = complete_up_to(2)

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        return nearest_root(self)

    def _residuals(self, p: Array) -> Array:
        w, h = p + as_column(times(self.dim) + 1.0, p), 1.0 / (self.dim + 1.0)
        padded = np.concatenate([0.0 * p[:1], p, 0.0 * p[:1]])
        return 2.0 * p - padded[:-2] - padded[2:] + (0.5 * h * h) * w * w * w

    def _jacobian(self, p: Array) -> Array:
        w, h = p + as_column(times(self.dim) + 1.0, p), 1.0 / (self.dim + 1.0)
        beside = -np.eye(self.dim, k=1) - np.eye(self.dim, k=-1)
        return diagonal(2.0 + (1.5 * h * h) * w * w) + constant(beside, p)

    def _curvature(self, p: Array, r: Array) -> Array:
        w, h = p + as_column(times(self.dim) + 1.0, p), 1.0 / (self.dim + 1.0)
        return diagonal((3.0 * h * h) * w * r)
