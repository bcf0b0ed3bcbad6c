"""`ls.surface("brown_dennis")`: Brown and Dennis's function: a quartic with a large residual, where Gauss and
Newton's method goes astray.
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


@register("brown_dennis")
class BrownDennis(Residuals):
    """Brown and Dennis's function: a quartic with a large residual, where Gauss and Newton's method goes astray.

    f(p) = sum_{i=1}^{20} ((a + t b - exp(t))^2 + (c + d sin(t) - cos(t))^2)^2,   t = i/5.

    p = (a, b, c, d): (dim, ...), dim = 4. Convex; the minimum near (-11.594, 13.204, -0.403, 0.237) has the value
    85822.2...

    Source: Brown and Dennis 1971, "New computational algorithms for minimizing a sum of squares of nonlinear
    functions", Yale University; Moré, Garbow and Hillstrom 1981, "Testing unconstrained optimization software", ACM
    TOMS 7(1), problem 16, with m = 20.
    """

    dim = 4
    title = "Brown-Dennis"
    traits = frozenset({"convex", "ravine"})
    formula = r"f(p) = \sum_{i=1}^{20} ((a + t_i b - e^{t_i})^2 + (c + d \sin t_i - \cos t_i)^2)^2"
    window = ((-30.0, 30.0), (-20.0, 30.0), (-10.0, 10.0), (-10.0, 10.0))
    customary_start = fixed_point(25.0, 5.0, -5.0, -1.0)

    completeness = "global"

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        return (critical(self, [-11.594440, 13.203630, -0.403439, 0.236779]),)

    def _parts(self, p: Array) -> tuple[Array, Array, Array, Array]:
        """t, sin t, and the two terms before they are squared."""
        t = as_column(BROWN_TIMES, p)
        s = np.sin(t)
        return t, s, t * p[1] + p[0] - np.exp(t), s * p[3] + p[2] - np.cos(t)

    def _residuals(self, p: Array) -> Array:
        _, _, u, v = self._parts(p)
        return u * u + v * v

    def _jacobian(self, p: Array) -> Array:
        t, s, u, v = self._parts(p)
        return by_parameter(2.0 * u, 2.0 * u * t, 2.0 * v, 2.0 * v * s)

    def _curvature(self, p: Array, r: Array) -> Array:
        t, s, _, _ = self._parts(p)
        whole, twice = 2.0 * total(r), 2.0 * r
        return symmetric(
            (whole,),
            (total(twice * t), total(twice * t * t)),
            (0.0, 0.0, whole),
            (0.0, 0.0, total(twice * s), total(twice * s * s)),
        )


BROWN_TIMES = np.arange(1.0, 21.0) / 5.0
