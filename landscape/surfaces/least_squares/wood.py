"""`ls.surface("wood")`: Wood's function: two ravines bent like Rosenbrock's, coupled, with a saddle that holds
descents up.
"""

from __future__ import annotations

import functools

from landscape.core.component import Array
from landscape.core.critical_points import CriticalPoint
from landscape.core.elementary import diagonal, fixed_point, stack
from landscape.core.finder import critical
from landscape.surfaces._bases.least_squares import Residuals, by_parameter
from landscape.surfaces._registry import register
from landscape.surfaces.least_squares._base import ROOTS


@register("wood")
class Wood(Residuals):
    """Wood's function: two ravines bent like Rosenbrock's, coupled, with a saddle that holds descents up.

    f(p) = 100 (b - a^2)^2 + (1 - a)^2 + 90 (d - c^2)^2 + (1 - c)^2 + 10 (b + d - 2)^2 + (b - d)^2 / 10.

    p = (a, b, c, d): (dim, ...), dim = 4. The minimum is (1, 1, 1, 1), of value 0. A saddle of value 7.8765... lies
    near (-0.968, 0.947, -0.970, 0.951), listed too.

    Source: Colville 1968, "A comparative study of nonlinear programming codes", IBM Report 320-2949; Moré, Garbow and
    Hillstrom 1981, "Testing unconstrained optimization software", ACM TOMS 7(1), problem 14.
    """

    dim = 4
    title = "Wood"
    traits = frozenset({"ravine", "saddle"})
    formula = (
        r"f(p) = 100\, (b - a^2)^2 + (1 - a)^2 + 90\, (d - c^2)^2 + (1 - c)^2"
        r" + 10\, (b + d - 2)^2 + (b - d)^2 / 10"
    )
    window = ((-4.0, 4.0),) * 4
    customary_start = fixed_point(-3.0, -1.0, -3.0, -1.0)

    completeness = "notable"

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        saddle = critical(self, [-0.967974, 0.947139, -0.969516, 0.951248])
        return (CriticalPoint([1.0, 1.0, 1.0, 1.0], 0.0, "minimum"), saddle)

    def _residuals(self, p: Array) -> Array:
        a, b, c, d = p
        return stack(
            10.0 * (b - a * a),
            1.0 - a,
            ROOTS[90] * (d - c * c),
            1.0 - c,
            ROOTS[10] * (b + d - 2.0),
            (b - d) / ROOTS[10],
        )

    def _jacobian(self, p: Array) -> Array:
        a, _, c, _ = p
        one = 1.0 + 0.0 * a
        return by_parameter(
            stack(-20.0 * a, -one, 0.0, 0.0, 0.0, 0.0),
            stack(10.0 * one, 0.0, 0.0, 0.0, ROOTS[10], 1.0 / ROOTS[10]),
            stack(0.0, 0.0, (-2.0 * ROOTS[90]) * c, -one, 0.0, 0.0),
            stack(0.0, 0.0, ROOTS[90] * one, 0.0, ROOTS[10], -1.0 / ROOTS[10]),
        )

    def _curvature(self, p: Array, r: Array) -> Array:
        zero = 0.0 * r[0]
        return diagonal(stack(-20.0 * r[0], zero, (-2.0 * ROOTS[90]) * r[2], zero))
