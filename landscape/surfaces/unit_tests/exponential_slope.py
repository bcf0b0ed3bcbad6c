"""`ls.surface("exponential_slope")`: Exponential: a slope that flattens out and never ends."""

from __future__ import annotations

import functools

import numpy as np

from landscape.core.component import Array
from landscape.core.critical_points import CriticalPoint
from landscape.surfaces._registry import register
from landscape.surfaces.unit_tests._base import Prototype


@register("exponential_slope")
class ExponentialSlope(Prototype):
    """Exponential: a slope that flattens out and never ends.

    f(x) = height exp(-x / width).

    p = (x): (dim, ...), dim = 1. height: f at 0; width: over which f falls by a factor e. There is no critical point:
    f goes on falling towards 0, and is lowest in the window on its right edge. It is convex. Gradient descent at rate
    lr reaches about width ln(1 + lr height t / width^2) in t steps from 0.

    Source: Schaul, Antonoglou and Silver 2014, "Unit tests for stochastic optimization", arXiv:1312.6055.
    """

    completeness = "complete"
    traits = frozenset({"plateau"})
    formula = r"f(x) = h\, e^{-x / w}"
    confined = True
    critical_points = ()

    @functools.cached_property
    def edge_minima(self) -> tuple[CriticalPoint, ...]:  # type: ignore[override]
        return self._at_the_right_edge()

    def phi(self, s: Array) -> Array:
        return np.exp(-s)

    def slope(self, s: Array) -> Array:
        return -np.exp(-s)

    def curvature(self, s: Array) -> Array:
        return np.exp(-s)
