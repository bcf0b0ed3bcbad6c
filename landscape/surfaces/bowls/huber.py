"""`ls.surface("huber")`: Huber's function: a quadratic within `delta`, and straight beyond."""

from __future__ import annotations

import functools

import numpy as np

from landscape.core.component import Array, Count, Positive
from landscape.core.critical_points import CriticalPoint
from landscape.core.elementary import absolute, select, sign
from landscape.core.surface import Window
from landscape.surfaces._bases.separable import Separable
from landscape.surfaces._registry import register


@register("huber")
class Huber(Separable):
    """Huber's function: a quadratic within `delta`, and straight beyond.

    f(p) = sum_i h(p_i),   h(x) = x^2 / 2 where |x| <= delta, else delta (|x| - delta / 2).

    p: (dim, ...). The minimum is at 0. The gradient is continuous; the Hessian jumps at |x| = delta, and takes the
    outer value there.

    Source: Huber 1964, "Robust estimation of a location parameter", Annals of Mathematical Statistics 35(1).
    """

    dim: Count = 2
    delta: Positive = 1.0

    title = "Huber"
    traits = frozenset({"convex", "scalable"})
    formula = r"f(p) = \sum_i h(p_i)"

    @property
    def window(self) -> Window:
        return ((-4.0 * self.delta, 4.0 * self.delta),) * self.dim

    @property
    def customary_start(self) -> Array:
        return np.resize([3.5, -1.5], self.dim) * self.delta

    completeness = "complete"

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        return (CriticalPoint(np.zeros(self.dim), 0.0, "minimum"),)

    def _terms(self, p: Array) -> Array:
        size = absolute(p)
        return select(size - self.delta, self.delta * (size - 0.5 * self.delta), 0.5 * p * p)

    def _slopes(self, p: Array) -> Array:
        return select(absolute(p) - self.delta, self.delta * sign(p), p)

    def _curvatures(self, p: Array) -> Array:
        return select(absolute(p) - self.delta, 0.0 * p, 1.0 + 0.0 * p)
