"""`ls.surface("sum_of_different_powers")`: Sum of different powers: the further the coordinate, the flatter the
bottom.
"""

from __future__ import annotations

import functools

import numpy as np

from landscape.core.component import Array, Count
from landscape.core.critical_points import CriticalPoint
from landscape.core.elementary import absolute, sign, stack
from landscape.core.surface import box, start_at
from landscape.surfaces._bases.separable import Separable
from landscape.surfaces._registry import register


@register("sum_of_different_powers")
class SumOfDifferentPowers(Separable):
    """Sum of different powers: the further the coordinate, the flatter the bottom.

    f(p) = sum_i |p_i|^(i + 1),   i = 1, 2, ..., dim.

    p: (dim, ...). The minimum is at 0, where the Hessian has the rank 1. f is twice differentiable everywhere.

    Source: Surjanovic and Bingham 2013, "Virtual library of simulation experiments", Simon Fraser University.
    """

    dim: Count = 2

    traits = frozenset({"convex", "plateau", "scalable"})
    formula = r"f(p) = \sum_i |p_i|^{i + 1}"
    window = box(-1.0, 1.0)
    customary_start = start_at(0.9, -0.8)

    completeness = "complete"

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        return (CriticalPoint(np.zeros(self.dim), 0.0, "minimum", self.dim > 1),)

    def _terms(self, p: Array) -> Array:
        return stack(*(_whole_power(absolute(x), i + 2) for i, x in enumerate(p)))

    def _slopes(self, p: Array) -> Array:
        return stack(*((i + 2.0) * sign(x) * _whole_power(absolute(x), i + 1) for i, x in enumerate(p)))

    def _curvatures(self, p: Array) -> Array:
        return stack(*((i + 2.0) * (i + 1.0) * _whole_power(absolute(x), i) for i, x in enumerate(p)))


def _whole_power(x: Array, power: int) -> Array:
    result = 1.0 + 0.0 * x
    for _ in range(power):
        result = result * x
    return result
