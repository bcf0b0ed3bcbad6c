"""`ls.surface("quartic")`: Quartic: a bowl without curvature at its bottom, where descent slows down to a crawl."""

from __future__ import annotations

import functools

import numpy as np

from landscape.core.component import Array, Count
from landscape.core.critical_points import CriticalPoint
from landscape.core.elementary import as_column
from landscape.core.surface import box, start_at
from landscape.surfaces._bases.separable import Separable
from landscape.surfaces._registry import register


@register("quartic")
class Quartic(Separable):
    """Quartic: a bowl without curvature at its bottom, where descent slows down to a crawl.

    f(p) = sum_i i p_i^4.

    p: (dim, ...). The minimum is at 0, where the Hessian is zero: gradient descent comes near it as 1 / sqrt(steps).

    Source: De Jong 1975, "An analysis of the behavior of a class of genetic adaptive systems", F4 without its noise.
    """

    dim: Count = 2

    traits = frozenset({"convex", "plateau", "scalable"})
    formula = r"f(p) = \sum_i i\, p_i^4"

    @functools.cached_property
    def _weights(self) -> Array:
        return np.arange(1.0, self.dim + 1.0)

    window = box(-1.28, 1.28)
    customary_start = start_at(1.1, -1.0)

    completeness = "complete"

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        return (CriticalPoint(np.zeros(self.dim), 0.0, "minimum", True),)

    def _terms(self, p: Array) -> Array:
        return as_column(self._weights, p) * (p * p) * (p * p)

    def _slopes(self, p: Array) -> Array:
        return 4.0 * as_column(self._weights, p) * p * p * p

    def _curvatures(self, p: Array) -> Array:
        return 12.0 * as_column(self._weights, p) * p * p
