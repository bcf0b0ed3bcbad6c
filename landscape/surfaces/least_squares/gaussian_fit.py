"""`ls.surface("gaussian_fit")`: A Gaussian fitted to fifteen values of the normal density, rounded to four digits: a
small residual problem.
"""

from __future__ import annotations

import functools

import numpy as np

from landscape.core.component import Array
from landscape.core.critical_points import CriticalPoint
from landscape.core.elementary import as_column, fixed_point, symmetric, total
from landscape.core.finder import critical
from landscape.surfaces._bases.least_squares import Residuals, by_parameter
from landscape.surfaces._registry import register


@register("gaussian_fit")
class GaussianFit(Residuals):
    """A Gaussian fitted to fifteen values of the normal density, rounded to four digits: a small residual problem.

    f(p) = sum_{i=1}^{15} (a exp(-b (t_i - c)^2 / 2) - y_i)^2,   t_i = (8 - i)/2.

    p = (a, b, c): (dim, ...), dim = 3. The minimum near (0.3990, 1.0000, 0) has the value 1.12793...e-8; c = 0 there,
    as the data are symmetric.

    Source: unpublished; Moré, Garbow and Hillstrom 1981, "Testing unconstrained optimization software", ACM TOMS 7(1),
    problem 9.
    """

    dim = 3
    title = "Gaussian fit"
    traits = frozenset({"ravine", "plateau"})
    formula = r"f(p) = \sum_{i=1}^{15} (a\, e^{-b (t_i - c)^2 / 2} - y_i)^2"
    window = ((0.0, 0.8), (0.0, 2.0), (-1.0, 1.0))
    customary_start = fixed_point(0.4, 1.0, 0.0)

    completeness = "global"

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        return (critical(self, [0.3989561, 1.0000191, 0.0]),)

    def _parts(self, p: Array) -> tuple[Array, Array]:
        """exp(...) and t - c."""
        off = as_column(NORMAL_TIMES, p) - p[2]
        return np.exp((-0.5 * off * off) * p[1]), off

    def _residuals(self, p: Array) -> Array:
        e, _ = self._parts(p)
        return e * p[0] - as_column(NORMAL, p)

    def _jacobian(self, p: Array) -> Array:
        e, off = self._parts(p)
        return by_parameter(e, -0.5 * e * off * off * p[0], e * off * (p[0] * p[1]))

    def _curvature(self, p: Array, r: Array) -> Array:
        a, b, _ = p
        e, off = self._parts(p)
        re, s = r * e, off * off
        return symmetric(
            (0.0,),
            (-0.5 * total(re * s), 0.25 * total(re * s * s) * a),
            (total(re * off) * b, total(re * off * (1.0 - s * (0.5 * b))) * a, total(re * (s * b - 1.0)) * (a * b)),
        )


NORMAL = np.array([0.0009, 0.0044, 0.0175, 0.0540, 0.1295, 0.2420, 0.3521, 0.3989])
NORMAL = np.concatenate([NORMAL, NORMAL[-2::-1]])
NORMAL_TIMES = (8.0 - np.arange(1.0, 16.0)) / 2.0
