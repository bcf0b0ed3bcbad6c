"""`ls.surface("cliff")`: Cliff: a gentle slope that leads to the foot of a wall, by default ten times as steep."""

from __future__ import annotations

from landscape.core.component import Array, Positive
from landscape.core.elementary import select
from landscape.surfaces._registry import register
from landscape.surfaces.unit_tests._base import Bowl


@register("cliff")
class Cliff(Bowl):
    """Cliff: a gentle slope that leads to the foot of a wall, by default ten times as steep.

    f(x) = height max(-x, steepness x) / width.

    p = (x): (dim, ...), dim = 1. height, width: their quotient is the gentle slope; steepness: how many times steeper
    the wall is. The minimum, at 0, is a kink: f is not differentiable there, and 0 is the subgradient given. One step
    from the wall throws gradient descent back steepness times as far as its steps were.

    Source: Schaul, Antonoglou and Silver 2014, "Unit tests for stochastic optimization", arXiv:1312.6055; slopes -1
    and +10 are those of the authors' own program.
    """

    steepness: Positive = 10.0

    kink = True

    traits = frozenset({"convex", "nonsmooth"})
    formula = r"f(x) = h\, \max(-x, k x) / w"

    def phi(self, s: Array) -> Array:
        return select(s, self.steepness * s, -s)

    def slope(self, s: Array) -> Array:
        return select(s, self.steepness * select(-s, 0.0, 1.0), 0.0 * s - 1.0)

    def curvature(self, s: Array) -> Array:
        return 0.0 * s
