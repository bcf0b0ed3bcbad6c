"""`ls.surface("cross_in_tray")`: Cross-in-tray: hollows in the squares of a grid, parted by creases along its lines."""

from __future__ import annotations

import functools
import math
from collections.abc import Iterable
from typing import Any

from landscape.core.critical_points import CriticalPoint
from landscape.core.elementary import fixed_point
from landscape.core.finder import polished
from landscape.surfaces._bases.jets import Written, exp, power, root, sin, size, square
from landscape.surfaces._registry import register


@register("cross_in_tray")
class CrossInTray(Written):
    """Cross-in-tray: hollows in the squares of a grid, parted by creases along its lines.

    f(x, y) = -0.0001 (|sin x sin y exp(|100 - r / pi|)| + 1)^0.1,   r^2 = x^2 + y^2.

    p = (x, y): (2, ...). The global minima are (+-1.34940661, +-1.34940661), of value -2.06261187; every minimum of the
    window is listed, and f has no other critical point but on its creases, where x or y is a multiple of pi. There it
    is highest, and not differentiable but where two creases cross; the subgradient given is 0.

    Source: Mishra 2006, "Some new test functions for global optimization and performance of repulsive particle swarm
    method", MPRA 2718.
    """

    dim = 2
    title = "cross-in-tray"
    traits = frozenset({"multimodal", "nonsmooth"})
    formula = r"f(x, y) = -0.0001\, (|\sin x \sin y\, e^{|100 - r / \pi|}| + 1)^{0.1}"
    window = ((-10.0, 10.0), (-10.0, 10.0))
    customary_start = fixed_point(-7.5, 5.0)

    completeness = "complete"

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        return polished(self, mirrored([*MINIMA_OF_THE_TRAY, *((y, x) for x, y in MINIMA_OF_THE_TRAY)]))

    def _formula(self, x: Any, y: Any) -> Any:
        r = root(square(x) + square(y))
        return -0.0001 * power(size(sin(x) * sin(y)) * exp(size(100.0 - r / math.pi)) + 1.0, 0.1)


# In the quarter x >= y > 0.
MINIMA_OF_THE_TRAY: tuple[tuple[float, float], ...] = (
    (1.3494066, 1.3494066),
    (4.4190759, 1.4706222),
    (4.4909993, 4.4909993),
    (7.5514225, 1.5085213),
    (7.5874887, 4.550122),
    (7.6325919, 7.6325919),
)


def mirrored(points: Iterable[tuple[float, float]]) -> list[tuple[float, float]]:
    """The points with either sign of either coordinate, each once."""
    return sorted({(s * x, t * y) for x, y in points for s in (1.0, -1.0) for t in (1.0, -1.0)})
