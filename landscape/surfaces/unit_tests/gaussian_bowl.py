"""`ls.surface("gaussian_bowl")`: Gaussian bowl: a hollow in a plain, with a gradient that fades away from it."""

from __future__ import annotations

import numpy as np

from landscape.core.component import Array
from landscape.surfaces._registry import register
from landscape.surfaces.unit_tests._base import Bowl


@register("gaussian_bowl")
class GaussianBowl(Bowl):
    """Gaussian bowl: a hollow in a plain, with a gradient that fades away from it.

    f(x) = height (1 - exp(-(x / width)^2 / 2)).

    p = (x): (dim, ...), dim = 1. height: depth of the hollow; width: where its walls are steepest and its curvature
    turns. The minimum is at 0. Farther out than a width a longer way meets a smaller gradient.

    Source: Schaul, Antonoglou and Silver 2014, "Unit tests for stochastic optimization", arXiv:1312.6055, who cut it
    into its non-convex flanks, convex ones and the bottom; `joined` has those.
    """

    reach = 5.0
    begin = -2.5

    title = "Gaussian bowl"
    traits = frozenset({"plateau"})
    formula = r"f(x) = h\, (1 - e^{-(x / w)^2 / 2})"

    def phi(self, s: Array) -> Array:
        return 1.0 - np.exp(-0.5 * s * s)

    def slope(self, s: Array) -> Array:
        return s * np.exp(-0.5 * s * s)

    def curvature(self, s: Array) -> Array:
        return (1.0 - s * s) * np.exp(-0.5 * s * s)
