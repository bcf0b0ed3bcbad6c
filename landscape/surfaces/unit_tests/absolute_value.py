"""`ls.surface("absolute_value")`: Absolute value: two straight walls that meet in a kink."""

from __future__ import annotations

from landscape.core.component import Array
from landscape.core.elementary import largest
from landscape.surfaces._registry import register
from landscape.surfaces.unit_tests._base import Bowl, sign


@register("absolute_value")
class AbsoluteValue(Bowl):
    """Absolute value: two straight walls that meet in a kink.

    f(x) = height |x| / width.

    p = (x): (dim, ...), dim = 1. height, width: their quotient is the slope of the walls. The minimum, at 0, is a
    kink: f is not differentiable there, and 0 is the subgradient given. At a constant rate gradient descent ends in
    steps to and fro across it, each as long as the rate times the slope.

    Source: Schaul, Antonoglou and Silver 2014, "Unit tests for stochastic optimization", arXiv:1312.6055.
    """

    kink = True

    traits = frozenset({"convex", "nonsmooth"})
    formula = r"f(x) = h\, |x| / w"

    def phi(self, s: Array) -> Array:
        return largest(s, -s)

    def slope(self, s: Array) -> Array:
        return sign(s)

    def curvature(self, s: Array) -> Array:
        return 0.0 * s
