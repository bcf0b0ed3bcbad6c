"""`ls.surface("sharp_ridge")`: Sharp ridge: a slope down to a crease, along which the way to the minimum is hardly
felt.
"""

from __future__ import annotations

import functools

import numpy as np

from landscape.core.component import Array, Positive, Several
from landscape.core.critical_points import CriticalPoint
from landscape.core.elementary import select, stack, symmetric, total
from landscape.core.surface import Surface, box, start_at
from landscape.surfaces._registry import register


@register("sharp_ridge")
class SharpRidge(Surface):
    """Sharp ridge: a slope down to a crease, along which the way to the minimum is hardly felt.

    f(p) = p_1^2 + steepness sqrt(sum_{i >= 2} p_i^2).

    p: (dim, ...), dim at least 2. The minimum is at 0. f is not differentiable on the crease, where p_2 = p_3 = ... =
    0; the subgradient there is (2 p_1, 0, ..., 0).

    Source: Hansen, Finck, Ros and Auger 2009, "Real-parameter black-box optimization benchmarking 2009: noiseless
    functions definitions", RR-6829, function 13 without its transformations.
    """

    dim: Several = 2
    steepness: Positive = 100.0

    traits = frozenset({"convex", "ravine", "nonsmooth", "scalable"})
    formula = r"f(p) = p_1^2 + s \sqrt{\sum_{i \geq 2} p_i^2}"
    window = box(-5.0, 5.0)
    customary_start = start_at(4.0, 3.0)

    completeness = "complete"

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        return (CriticalPoint(np.zeros(self.dim), 0.0, "minimum", kink=True),)

    def _value(self, p: Array) -> Array:
        return p[0] * p[0] + self.steepness * np.sqrt(total(p[1:] * p[1:]))

    def _gradient(self, p: Array) -> Array:
        return stack(2.0 * p[0], *(self.steepness * x for x in self._direction(p)[0]))

    def _hessian(self, p: Array) -> Array:
        direction, length = self._direction(p)
        size = self.dim - 1
        rows: list[tuple[Array, ...]] = [(2.0 + 0.0 * p[0],)]
        for i in range(size):
            row = [0.0 * p[0]]
            for j in range(i + 1):
                row.append(self.steepness * ((1.0 if i == j else 0.0) - direction[i] * direction[j]) / length)
            rows.append(tuple(row))
        crease = total(p[1:] * p[1:])
        # on the crease there is no curvature to give
        return symmetric(*(tuple(select(-crease, 0.0 * x, x) if i else x for x in row) for i, row in enumerate(rows)))

    def _direction(self, p: Array) -> tuple[Array, Array]:
        """(unit vector away from the crease, 0 on it; the distance from it, 1 on it)."""
        square = total(p[1:] * p[1:])
        length = np.sqrt(select(-square, 1.0 + 0.0 * square, square))
        return p[1:] / length, length
