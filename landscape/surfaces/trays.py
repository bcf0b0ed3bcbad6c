"""Cross creases: tables and trays cut by lines on which the slope jumps."""

from __future__ import annotations

import functools
import math
from collections.abc import Iterable
from typing import Any

import numpy as np

from landscape.core import CriticalPoint, polished, spot
from landscape.surfaces._calculus import Written, cos, exp, power, root, sin, size, square
from landscape.surfaces._registry import register


@register("bukin_6")
class Bukin6(Written):
    """Bukin's function N.6: a crease along a parabola, on which the way to the minimum is hardly felt.

    f(x, y) = 100 sqrt |y - x^2/100| + |x + 10| / 100.

    p = (x, y): (2, ...). The minimum is (-10, 1), of value 0, and there is no other. f is not differentiable on the
    parabola, where the slope across is infinite (here it is given as 0), nor on x = -10, where the subgradient given
    is that of the first term.

    Source: Bukin 1997, "New minimization strategy for non-smooth functions", Novosibirsk; as N.6: Mishra 2006, MPRA
    2718.
    """

    dim = 2
    title = "Bukin 6"
    traits = frozenset({"ravine", "nonsmooth"})
    formula = r"f(x, y) = 100 \sqrt{|y - x^2 / 100|} + |x + 10| / 100"
    window = ((-15.0, -5.0), (-3.0, 3.0))
    customary_start = spot(-6.0, -2.0)

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        return (CriticalPoint([-10.0, 1.0], 0.0, "minimum", kink=True),)

    def _formula(self, x: Any, y: Any) -> Any:
        return 100.0 * root(size(y - 0.01 * square(x))) + 0.01 * size(x + 10.0)


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
    customary_start = spot(-7.5, 5.0)

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        return polished(self, _mirrored([*MINIMA_OF_THE_TRAY, *((y, x) for x, y in MINIMA_OF_THE_TRAY)]))

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


def _mirrored(points: Iterable[tuple[float, float]]) -> list[tuple[float, float]]:
    """The points with either sign of either coordinate, each once."""
    return sorted({(s * x, t * y) for x, y in points for s in (1.0, -1.0) for t in (1.0, -1.0)})


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
    customary_start = spot(-2.0, 1.3)

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        return polished(self, _mirrored(MINIMA_OF_THE_TABLE))

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


@register("eggholder")
class Eggholder(Written):
    """Eggholder: a wide rugged country whose lowest place lies on its border.

    f(x, y) = -(y + 47) sin sqrt |x/2 + y + 47| - x sin sqrt |x - y - 47|.

    p = (x, y): (2, ...). The lowest place of the window is on its edge, at (512, 404.2318058), of value -959.64066; of
    the minima inside the twelve lowest are listed, down to -956.91823. f is not differentiable on the lines
    x/2 + y + 47 = 0 and x = y + 47, where the slope across is infinite (here it is given as 0).

    Source: Whitley, Rana, Dzubera and Mathias 1996, "Evaluating evolutionary algorithms", Artificial Intelligence 85;
    as of this form: Mishra 2006, MPRA 2718.
    """

    dim = 2
    traits = frozenset({"multimodal", "rugged", "nonsmooth"})
    formula = r"f(x, y) = -(y + 47) \sin \sqrt{|x / 2 + y + 47|} - x \sin \sqrt{|x - y - 47|}"
    confined = True
    window = ((-512.0, 512.0), (-512.0, 512.0))
    customary_start = spot(150.0, 150.0)

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        return polished(self, MINIMA_OF_THE_HOLDER)

    @functools.cached_property
    def edge_minima(self) -> tuple[CriticalPoint, ...]:  # type: ignore[override]
        y = 404.2318058
        for _ in range(8):
            p = np.array([512.0, y])
            y -= float(self.gradient(p)[1] / self.hessian(p)[1, 1])
        return (CriticalPoint([512.0, y], float(self.value([512.0, y])), "minimum"),)

    def _formula(self, x: Any, y: Any) -> Any:
        v = y + 47.0
        return -(v * sin(root(size(x / 2.0 + v)))) - x * sin(root(size(x - v)))


MINIMA_OF_THE_HOLDER: tuple[tuple[float, float], ...] = (
    (482.3533105, 432.8789989),
    (479.0454038, 434.5058765),
    (439.4809973, 453.9774348),
    (-465.6941515, 385.7166998),
    (347.326973, 499.4153985),
    (-456.8858069, -382.6233734),
    (-390.3739195, -415.0901532),
    (-360.5615365, -429.6851517),
    (283.0759109, -487.1256581),
    (399.5587979, -367.6910569),
    (464.6899812, -301.5531417),
    (494.0540544, -271.8219611),
)
