"""`ls.surface("brown_badly_scaled")`: Brown's badly scaled function: a minimum a million away in one parameter, and
next to zero in the other.
"""

from __future__ import annotations

from landscape.core.component import Array
from landscape.core.critical_points import CriticalPoint
from landscape.core.elementary import fixed_point, stack, symmetric
from landscape.surfaces._bases.least_squares import Residuals, by_parameter
from landscape.surfaces._registry import register


@register("brown_badly_scaled")
class BrownBadlyScaled(Residuals):
    """Brown's badly scaled function: a minimum a million away in one parameter, and next to zero in the other.

    f(x, y) = (x - 10^6)^2 + (y - 2 10^-6)^2 + (x y - 2)^2.

    p = (x, y): (2, ...). The minimum (1e6, 2e-6), of value 0, is the only critical point: with s = x y - 2, they are
    the roots of (a - s b)(b - s a) = (s + 2)(1 - s^2)^2, a = 10^6, b = 2 10^-6, of which s = 0 alone is real.

    Source: Brown, unpublished; Moré, Garbow and Hillstrom 1981, "Testing unconstrained optimization software", ACM
    TOMS 7(1), problem 4.
    """

    dim = 2
    title = "Brown badly scaled"
    completeness = "complete"
    traits = frozenset({"ravine"})
    formula = r"f(x, y) = (x - 10^6)^2 + (y - 2 \cdot 10^{-6})^2 + (x y - 2)^2"
    window = ((-0.2e6, 1.2e6), (-1.0, 2.0))
    customary_start = fixed_point(1.0, 1.0)
    critical_points = (CriticalPoint([1e6, 2e-6], 0.0, "minimum"),)

    def _residuals(self, p: Array) -> Array:
        x, y = p
        return stack(x - 1e6, y - 2e-6, x * y - 2.0)

    def _jacobian(self, p: Array) -> Array:
        x, y = p
        return by_parameter(stack(1.0 + 0.0 * x, 0.0, y), stack(0.0, 1.0 + 0.0 * x, x))

    def _curvature(self, p: Array, r: Array) -> Array:
        return symmetric((0.0,), (r[2], 0.0))
