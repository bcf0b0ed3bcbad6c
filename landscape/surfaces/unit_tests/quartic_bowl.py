"""`ls.surface("quartic_bowl")`: Quartic bowl: steep walls, and a bottom so flat that its curvature is 0."""

from __future__ import annotations

from landscape.core.component import Array
from landscape.surfaces._registry import register
from landscape.surfaces.unit_tests._base import Bowl


@register("quartic_bowl")
class QuarticBowl(Bowl):
    """Quartic bowl: steep walls, and a bottom so flat that its curvature is 0.

    f(x) = height (x / width)^4 / 4.

    p = (x): (dim, ...), dim = 1. height: four times f at one width. The minimum, at 0, is degenerate: gradient descent
    nears it as 1 / sqrt(2 lr height t) widths after t steps, for a width of 1, and not at a constant factor a step.

    Source: the bowls of Schaul, Antonoglou and Silver 2014, "Unit tests for stochastic optimization",
    arXiv:1312.6055, which has quadratic ones; the power 4 is a usual other.
    """

    begin = -1.5
    reach = 2.0
    degenerate = True

    traits = frozenset({"convex", "plateau"})
    formula = r"f(x) = \frac{h}{4} (x / w)^4"

    def phi(self, s: Array) -> Array:
        return 0.25 * (s * s) * (s * s)

    def slope(self, s: Array) -> Array:
        return s * s * s

    def curvature(self, s: Array) -> Array:
        return 3.0 * s * s
