"""`ls.surface("rectified_line")`: Rectified line: a slope that ends on a plain without any gradient."""

from __future__ import annotations

from landscape.core.component import Array
from landscape.core.elementary import select
from landscape.surfaces._registry import register
from landscape.surfaces.unit_tests._base import Bowl


@register("rectified_line")
class RectifiedLine(Bowl):
    """Rectified line: a slope that ends on a plain without any gradient.

    f(x) = height max(0, -x / width).

    p = (x): (dim, ...), dim = 1. height, width: their quotient is the slope. Every x >= 0 is a minimum, of which 0, the
    first, is listed; it is a kink: f is not differentiable there, and 0 is the subgradient given. Who is on the plain
    stays, but for momentum.

    Source: Schaul, Antonoglou and Silver 2014, "Unit tests for stochastic optimization", arXiv:1312.6055 ("relu").
    """

    kink = True

    completeness = "global"
    traits = frozenset({"convex", "nonsmooth", "plateau"})
    formula = r"f(x) = h\, \max(0, -x / w)"

    def phi(self, s: Array) -> Array:
        return select(s, 0.0 * s, -s)

    def slope(self, s: Array) -> Array:
        return select(s, 0.0 * s, 0.0 * s - 1.0)

    def curvature(self, s: Array) -> Array:
        return 0.0 * s
