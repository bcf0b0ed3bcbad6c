"""`ls.surface("holder_table")`: Hölder table: four deep corners of a table whose top is a grid of hollows."""

from __future__ import annotations

import functools
import math
from typing import Any

from landscape.core.critical_points import CriticalPoint
from landscape.core.elementary import fixed_point
from landscape.core.finder import polished
from landscape.surfaces._bases.jets import Written, cos, exp, root, sin, size, square
from landscape.surfaces._registry import register
from landscape.surfaces.multimodal.cross_in_tray import mirrored


@register("holder_table")
class HolderTable(Written):
    """Hölder table: four deep corners of a table whose top is a grid of hollows.

    f(x, y) = -|sin x cos y exp(|1 - r / pi|)|,   r^2 = x^2 + y^2.

    p = (x, y): (2, ...). The global minima are (+-8.05502, +-9.66459), of value -19.2085. Where f is smooth it has no
    critical points but minima, all 42 of which in the window are listed. It is not differentiable on the creases where
    sin x or cos y is 0, but where two of them cross: there it is highest, and the subgradient given is 0. Nor is it on
    the circle of radius pi, where the subgradient is that of the other factors.

    Source: Mishra 2006, "Some new test functions for global optimization and performance of repulsive particle swarm
    method", MPRA 2718.
    """

    dim = 2
    title = "Hölder table"
    traits = frozenset({"multimodal", "nonsmooth"})
    formula = r"f(x, y) = -|\sin x \cos y\, e^{|1 - r / \pi|}|"
    confined = True
    window = ((-10.0, 10.0), (-10.0, 10.0))
    customary_start = fixed_point(-2.0, 1.3)

    completeness = "complete"

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        return polished(self, mirrored(MINIMA_OF_THE_TABLE))

    def _formula(self, x: Any, y: Any) -> Any:
        r = root(square(x) + square(y))
        return -(size(sin(x) * cos(y)) * exp(size(1.0 - r / math.pi)))


# In the quarter x > 0, y >= 0.
MINIMA_OF_THE_TABLE: tuple[tuple[float, float], ...] = (
    (1.262627, 0.0),
    (1.623129, 9.729002),
    (1.647945, 6.582678),
    (1.712392, 3.418868),
    (4.853856, 9.702114),
    (4.901145, 6.532503),
    (4.971242, 3.316439),
    (5.020558, 0.0),
    (8.055024, 9.66459),
    (8.097583, 6.479497),
    (8.141312, 3.259351),
    (8.162151, 0.0),
)
