"""`ls.surface("helical_valley")`: Fletcher and Powell's helical valley: a descent has to climb half a turn of a
spiral stair.
"""

from __future__ import annotations

import math

import numpy as np

from landscape.core.component import Array
from landscape.core.critical_points import CriticalPoint
from landscape.core.elementary import fixed_point, largest, select, stack, symmetric
from landscape.surfaces._bases.least_squares import Residuals, by_parameter
from landscape.surfaces._registry import register
from landscape.surfaces.least_squares._base import TINY_SQUARE


@register("helical_valley")
class HelicalValley(Residuals):
    """Fletcher and Powell's helical valley: a descent has to climb half a turn of a spiral stair.

    f(x, y, z) = 100 ((z - 10 theta)^2 + (rho - 1)^2) + z^2,   rho = sqrt(x^2 + y^2),
    theta = angle of (x, y) in turns, from -1/4 to 3/4.

    p = (x, y, z): (dim, ...), dim = 3. The minimum is (1, 0, 0), of value 0. f jumps where x = 0 > y, as theta does
    there, and has no gradient on the axis x = y = 0. The value of the angle that counts for x > 0 holds on the jump.

    Source: Fletcher and Powell 1963, "A rapidly convergent descent method for minimization", The Computer Journal 6(2);
    Moré, Garbow and Hillstrom 1981, "Testing unconstrained optimization software", ACM TOMS 7(1), problem 7.
    """

    dim = 3
    completeness = "global"
    traits = frozenset({"ravine", "nonsmooth"})
    formula = r"f(x, y, z) = 100\, ((z - 10\, \theta(x, y))^2 + (\sqrt{x^2 + y^2} - 1)^2) + z^2"
    window = ((-2.0, 2.0), (-2.0, 2.0), (-3.0, 8.0))
    customary_start = fixed_point(-1.0, 0.0, 0.0)
    critical_points = (CriticalPoint([1.0, 0.0, 0.0], 0.0, "minimum"),)

    def _residuals(self, p: Array) -> Array:
        x, y, z = p
        # the quotient is the one of y/x and -x/y that is at most 1
        wide = x * x - y * y
        below = select(x * x + y * y - TINY_SQUARE, select(wide, x, y), 1.0)
        quotient = select(wide, y, -x) / below
        quarters = select(wide, select(x, 0.0, 0.5), select(y, 0.25, select(x, -0.25, 0.75)))
        turns = np.arctan(quotient) / TURN + quarters
        rho = np.sqrt(largest(x * x + y * y, TINY_SQUARE))
        return stack(10.0 * (z - 10.0 * turns), 10.0 * (rho - 1.0), z)

    def _jacobian(self, p: Array) -> Array:
        x, y, _ = p
        square = largest(x * x + y * y, TINY_SQUARE)
        around, out = 100.0 / (TURN * square), 10.0 / np.sqrt(square)
        return by_parameter(
            stack(around * y, out * x, 0.0), stack(-around * x, out * y, 0.0), stack(10.0 + 0.0 * x, 0.0, 1.0)
        )

    def _curvature(self, p: Array, r: Array) -> Array:
        x, y, _ = p
        square = largest(x * x + y * y, TINY_SQUARE)
        around = -100.0 * r[0] / (TURN * square * square)
        out = 10.0 * r[1] / (square * np.sqrt(square))
        across = around * (y * y - x * x) - out * x * y
        turned = 2.0 * around * x * y
        return symmetric((turned + out * y * y,), (across, out * x * x - turned), (0.0, 0.0, 0.0))


TURN = 2.0 * math.pi
