"""`ls.surface("bard")`: Bard's function: a rational model of three parameters, fitted to fifteen measurements."""

from __future__ import annotations

import functools

import numpy as np

from landscape.core.component import Array
from landscape.core.critical_points import CriticalPoint
from landscape.core.elementary import as_column, fixed_point, symmetric, total
from landscape.core.finder import critical
from landscape.surfaces._bases.least_squares import Residuals, by_parameter
from landscape.surfaces._registry import register


@register("bard")
class Bard(Residuals):
    """Bard's function: a rational model of three parameters, fitted to fifteen measurements.

    f(p) = sum_{i=1}^{15} (y_i - a - i / ((16 - i) b + w_i c))^2,   w_i = min(i, 16 - i).

    p = (a, b, c): (dim, ...), dim = 3. The minimum near (0.0824, 1.1330, 2.3437) has the value 8.21487...e-3; as b and
    c go to minus infinity, f falls to 17.4286. The model has poles where a denominator is 0, all outside the window.

    Source: Bard 1970, "Comparison of gradient methods for the solution of nonlinear parameter estimation problems",
    SIAM Journal on Numerical Analysis 7(1); Moré, Garbow and Hillstrom 1981, "Testing unconstrained optimization
    software", ACM TOMS 7(1), problem 8.
    """

    dim = 3
    title = "Bard"
    traits = frozenset({"ravine"})
    formula = r"f(p) = \sum_{i=1}^{15} (y_i - a - i / ((16 - i)\, b + w_i c))^2"
    window = ((-0.5, 1.5), (0.8, 1.4), (0.8, 2.5))
    customary_start = fixed_point(1.0, 1.0, 1.0)

    completeness = "global"

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        return (critical(self, [0.0824106, 1.1330361, 2.3436952]),)

    def _parts(self, p: Array) -> tuple[Array, Array, Array, Array]:
        """u, v and w of the paper, and u over the denominator."""
        u = as_column(np.arange(1.0, 16.0), p)
        v = 16.0 - u
        w = np.minimum(u, v)
        return u, v, w, u / (v * p[1] + w * p[2])

    def _residuals(self, p: Array) -> Array:
        model = self._parts(p)[3]
        return as_column(BARD, p) - p[0] - model

    def _jacobian(self, p: Array) -> Array:
        u, v, w, model = self._parts(p)
        slope = model * model / u
        return by_parameter(0.0 * slope - 1.0, slope * v, slope * w)

    def _curvature(self, p: Array, r: Array) -> Array:
        u, v, w, model = self._parts(p)
        curvature = -2.0 * r * model * model * model / (u * u)
        return symmetric(
            (0.0,), (0.0, total(curvature * v * v)), (0.0, total(curvature * v * w), total(curvature * w * w))
        )


BARD = np.array([0.14, 0.18, 0.22, 0.25, 0.29, 0.32, 0.35, 0.39, 0.37, 0.58, 0.73, 0.96, 1.34, 2.10, 4.39])
