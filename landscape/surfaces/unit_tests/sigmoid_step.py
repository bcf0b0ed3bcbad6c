"""`ls.surface("sigmoid_step")`: Sigmoid step: down from one plateau to another."""

from __future__ import annotations

import functools

import numpy as np

from landscape.core.component import Array
from landscape.core.critical_points import CriticalPoint
from landscape.surfaces._registry import register
from landscape.surfaces.unit_tests._base import Prototype


@register("sigmoid_step")
class SigmoidStep(Prototype):
    """Sigmoid step: down from one plateau to another.

    f(x) = height / (1 + exp(x / width)) = height (1 - tanh(x / 2 width)) / 2.

    p = (x): (dim, ...), dim = 1. height: of the step; width: 96 % of the step are done from -4 to 4 widths, and its
    steepest slope, at 0, is height / (4 width). There is no critical point: f goes on falling towards 0, and is lowest
    in the window on its right edge. On the upper plateau the gradient is too small to leave it soon.

    Source: the step of Schaul, Antonoglou and Silver 2014, "Unit tests for stochastic optimization", arXiv:1312.6055,
    in the form of the logistic function.
    """

    reach = 6.0
    begin = -4.0

    completeness = "complete"
    traits = frozenset({"plateau"})
    formula = r"f(x) = \frac{h}{1 + e^{x / w}}"
    confined = True
    critical_points = ()

    @functools.cached_property
    def edge_minima(self) -> tuple[CriticalPoint, ...]:  # type: ignore[override]
        return self._at_the_right_edge()

    def phi(self, s: Array) -> Array:
        return 0.5 - 0.5 * np.tanh(0.5 * s)

    def slope(self, s: Array) -> Array:
        t = np.tanh(0.5 * s)
        return -0.25 * (1.0 - t * t)

    def curvature(self, s: Array) -> Array:
        t = np.tanh(0.5 * s)
        return 0.25 * t * (1.0 - t * t)
