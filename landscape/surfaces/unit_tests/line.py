"""`ls.surface("line")`: Line: the same slope everywhere, without end."""

from __future__ import annotations

from landscape.core.component import Array
from landscape.surfaces._registry import register
from landscape.surfaces.unit_tests._base import Prototype


@register("line")
class Line(Prototype):
    """Line: the same slope everywhere, without end.

    f(x) = -height x / width.

    p = (x): (dim, ...), dim = 1. height, width: their quotient is how steeply f falls. There is no critical point. It
    is convex. Adam moves by its learning rate in each step; gradient descent at rate times slope.

    Source: Schaul, Antonoglou and Silver 2014, "Unit tests for stochastic optimization", arXiv:1312.6055, whose slopes
    are 1, 10 and 0.1.
    """

    completeness = "complete"
    traits = frozenset({"unbounded"})
    formula = r"f(x) = -h\, x / w"
    critical_points = ()

    def phi(self, s: Array) -> Array:
        return -s

    def slope(self, s: Array) -> Array:
        return 0.0 * s - 1.0

    def curvature(self, s: Array) -> Array:
        return 0.0 * s
