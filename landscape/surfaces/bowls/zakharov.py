"""`ls.surface("zakharov")`: Zakharov's function: a bowl that becomes steep as a wall along one slanted direction."""

from __future__ import annotations

import functools

import numpy as np

from landscape.core.component import Array, Count
from landscape.core.critical_points import CriticalPoint
from landscape.core.elementary import as_column, constant, total
from landscape.core.surface import Surface, box, start_at
from landscape.surfaces._registry import register


@register("zakharov")
class Zakharov(Surface):
    """Zakharov's function: a bowl that becomes steep as a wall along one slanted direction.

    f(p) = sum_i p_i^2 + s^2 + s^4,   s = sum_i i p_i / 2.

    p: (dim, ...). The minimum, and the only critical point, is at 0.

    Source: Jamil and Yang 2013, "A literature survey of benchmark functions for global optimisation problems",
    arXiv:1308.4008, function 173.
    """

    dim: Count = 2

    title = "Zakharov"
    traits = frozenset({"convex", "ravine", "scalable"})
    formula = r"f(p) = \sum_i p_i^2 + s^2 + s^4, \quad s = \frac{1}{2} \sum_i i\, p_i"

    @functools.cached_property
    def _weights(self) -> Array:
        return 0.5 * np.arange(1.0, self.dim + 1.0)

    window = box(-5.0, 10.0)
    customary_start = start_at(8.0, -3.0)

    completeness = "complete"

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        return (CriticalPoint(np.zeros(self.dim), 0.0, "minimum"),)

    def _value(self, p: Array) -> Array:
        s = total(as_column(self._weights, p) * p)
        return total(p * p) + s * s + s * s * s * s

    def _gradient(self, p: Array) -> Array:
        s = total(as_column(self._weights, p) * p)
        return 2.0 * p + as_column(self._weights, p) * (2.0 * s + 4.0 * s * s * s)

    def _hessian(self, p: Array) -> Array:
        s = total(as_column(self._weights, p) * p)
        outer = np.outer(self._weights, self._weights)
        return constant(2.0 * np.eye(self.dim), p) + constant(outer, p) * (2.0 + 12.0 * s * s)
