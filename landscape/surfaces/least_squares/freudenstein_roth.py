"""`ls.surface("freudenstein_roth")`: Freudenstein and Roth's function: a local minimum in a long curved valley,
nearer to the start than the global.
"""

from __future__ import annotations

import functools
import math

from landscape.core.component import Array
from landscape.core.critical_points import CriticalPoint
from landscape.core.elementary import fixed_point, stack, symmetric
from landscape.core.finder import critical
from landscape.surfaces._bases.least_squares import Residuals, by_parameter
from landscape.surfaces._registry import register


@register("freudenstein_roth")
class FreudensteinRoth(Residuals):
    """Freudenstein and Roth's function: a local minimum in a long curved valley, nearer to the start than the global.

    f(x, y) = (x - 13 + ((5 - y) y - 2) y)^2 + (x - 29 + ((y + 1) y - 14) y)^2.

    p = (x, y): (2, ...). The minimum is (5, 4), of value 0. A saddle and the local minimum (11.41..., -0.8968...), of
    value 48.98..., are at y = (2 +- sqrt 22)/3 and x = 15 + 4y. These three are all the critical points: df/dx vanishes
    where the residuals are opposite, and there df/dy is a product of two cubics' factors with no other real root.

    Source: Freudenstein and Roth 1963, "Numerical solutions of systems of nonlinear equations", Journal of the ACM
    10(4); Moré, Garbow and Hillstrom 1981, "Testing unconstrained optimization software", ACM TOMS 7(1), problem 2.
    """

    dim = 2
    title = "Freudenstein-Roth"
    traits = frozenset({"multimodal", "ravine", "saddle"})
    formula = r"f(x, y) = (x - 13 + ((5 - y)\, y - 2)\, y)^2 + (x - 29 + ((y + 1)\, y - 14)\, y)^2"
    window = ((-10.0, 30.0), (-3.0, 5.0))
    customary_start = fixed_point(0.5, -2.0)

    completeness = "complete"

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        local, saddle = ((2.0 + sign * math.sqrt(22.0)) / 3.0 for sign in (-1.0, 1.0))
        return (
            CriticalPoint([5.0, 4.0], 0.0, "minimum"),
            critical(self, [15.0 + 4.0 * local, local]),
            critical(self, [15.0 + 4.0 * saddle, saddle]),
        )

    def _residuals(self, p: Array) -> Array:
        x, y = p
        return stack(x - 13.0 + ((5.0 - y) * y - 2.0) * y, x - 29.0 + ((y + 1.0) * y - 14.0) * y)

    def _jacobian(self, p: Array) -> Array:
        _, y = p
        return by_parameter(
            stack(1.0 + 0.0 * y, 1.0 + 0.0 * y),
            stack((10.0 - 3.0 * y) * y - 2.0, (3.0 * y + 2.0) * y - 14.0),
        )

    def _curvature(self, p: Array, r: Array) -> Array:
        _, y = p
        return symmetric((0.0,), (0.0, r[0] * (10.0 - 6.0 * y) + r[1] * (6.0 * y + 2.0)))
