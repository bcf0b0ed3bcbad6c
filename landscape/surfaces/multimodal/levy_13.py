"""`ls.surface("levy_13")`: Levy's function N.13: a valley crossed by ripples from both sides."""

from __future__ import annotations

import functools
import math
from typing import Any

from landscape.core.critical_points import CriticalPoint
from landscape.core.elementary import fixed_point
from landscape.surfaces._bases.jets import Written, sin, square
from landscape.surfaces._registry import register


@register("levy_13")
class Levy13(Written):
    """Levy's function N.13: a valley crossed by ripples from both sides.

    f(x, y) = sin^2(3 pi x) + (x - 1)^2 (1 + sin^2(3 pi y)) + (y - 1)^2 (1 + sin^2(2 pi y)).

    p = (x, y): (2, ...). The global minimum is (1, 1), of value 0. The many other critical points are not listed.

    Source: Mishra 2006, "Some new test functions for global optimization and performance of repulsive particle swarm
    method", MPRA 2718; Levy and Montalvo 1985.
    """

    dim = 2
    title = "Lévy 13"
    traits = frozenset({"multimodal", "rugged"})
    formula = r"f(x, y) = \sin^2 3 \pi x + (x - 1)^2 (1 + \sin^2 3 \pi y) + (y - 1)^2 (1 + \sin^2 2 \pi y)"
    window = ((-10.0, 10.0), (-10.0, 10.0))
    customary_start = fixed_point(-7.0, 6.0)

    completeness = "global"

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        return (CriticalPoint([1.0, 1.0], 0.0, "minimum"),)

    def _formula(self, x: Any, y: Any) -> Any:
        u, v = x - 1.0, y - 1.0  # sin^2(3 pi x) = sin^2(3 pi u)
        return (
            square(sin(3.0 * math.pi * u))
            + square(u) * (1.0 + square(sin(3.0 * math.pi * v)))
            + square(v) * (1.0 + square(sin(2.0 * math.pi * v)))
        )
