"""`ls.surface("quad_bowl")`: Quadratic bowl: one curvature everywhere."""

from __future__ import annotations

from landscape.core.component import Array
from landscape.surfaces._registry import register
from landscape.surfaces.unit_tests._base import Bowl


@register("quad_bowl")
class QuadBowl(Bowl):
    """Quadratic bowl: one curvature everywhere.

    f(x) = height (x / width)^2 / 2.

    p = (x): (dim, ...), dim = 1. height, width: the curvature is height / width^2. The minimum is at 0. Gradient
    descent at rate lr multiplies x by 1 - lr height / width^2 a step.

    Source: Schaul, Antonoglou and Silver 2014, "Unit tests for stochastic optimization", arXiv:1312.6055.
    """

    traits = frozenset({"convex"})
    formula = r"f(x) = \frac{h}{2} (x / w)^2"

    def phi(self, s: Array) -> Array:
        return 0.5 * s * s

    def slope(self, s: Array) -> Array:
        return s

    def curvature(self, s: Array) -> Array:
        return 0.0 * s + 1.0
