"""`ls.surface("laplace_bowl")`: Laplace bowl: a pointed hollow in a plain, steepest at its very bottom."""

from __future__ import annotations

import numpy as np

from landscape.core.component import Array
from landscape.core.elementary import largest
from landscape.surfaces._registry import register
from landscape.surfaces.unit_tests._base import Bowl, sign


@register("laplace_bowl")
class LaplaceBowl(Bowl):
    """Laplace bowl: a pointed hollow in a plain, steepest at its very bottom.

    f(x) = height (1 - exp(-|x| / width)).

    p = (x): (dim, ...), dim = 1. height: depth of the hollow; width: over which its walls flatten by a factor e. The
    minimum, at 0, is a kink: f is not differentiable there, and 0 is the subgradient given.

    Source: Schaul, Antonoglou and Silver 2014, "Unit tests for stochastic optimization", arXiv:1312.6055.
    """

    reach = 5.0
    begin = -2.5
    kink = True

    title = "Laplace bowl"
    traits = frozenset({"plateau", "nonsmooth"})
    formula = r"f(x) = h\, (1 - e^{-|x| / w})"

    def phi(self, s: Array) -> Array:
        return 1.0 - np.exp(-largest(s, -s))

    def slope(self, s: Array) -> Array:
        return sign(s) * np.exp(-largest(s, -s))

    def curvature(self, s: Array) -> Array:
        return -np.exp(-largest(s, -s))
