"""`ls.surface("sphere")`: Sphere: the roundest bowl, in which every coordinate is alike."""

from __future__ import annotations

import functools

import numpy as np

from landscape.core.component import Array, Count
from landscape.core.critical_points import CriticalPoint
from landscape.core.elementary import constant, total
from landscape.core.surface import Surface, box, start_at
from landscape.surfaces._registry import register


@register("sphere")
class Sphere(Surface):
    """Sphere: the roundest bowl, in which every coordinate is alike.

    f(p) = sum_i p_i^2.

    p: (dim, ...). The minimum is at 0. Gradient descent at rate 1/2 is there in one step.

    Source: De Jong 1975, "An analysis of the behavior of a class of genetic adaptive systems", F1.
    """

    dim: Count = 2

    traits = frozenset({"convex", "scalable"})
    formula = r"f(p) = \sum_i p_i^2"
    window = box(-5.12, 5.12)
    customary_start = start_at(4.0, -3.0)

    completeness = "complete"

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        return (CriticalPoint(np.zeros(self.dim), 0.0, "minimum"),)

    def _value(self, p: Array) -> Array:
        return total(p * p)

    def _gradient(self, p: Array) -> Array:
        return 2.0 * p

    def _hessian(self, p: Array) -> Array:
        return constant(2.0 * np.eye(self.dim), p)
