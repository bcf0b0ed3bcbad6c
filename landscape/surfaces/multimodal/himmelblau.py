"""`ls.surface("himmelblau")`: Himmelblau's function: four minima of equal depth around a hill."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

from landscape.core.component import Array
from landscape.core.critical_points import CriticalPoint
from landscape.core.elementary import stack, symmetric
from landscape.core.finder import critical
from landscape.core.surface import Surface, box, start_at
from landscape.surfaces._registry import register


@register("himmelblau")
class Himmelblau(Surface):
    """Himmelblau's function: four minima of equal depth around a hill.

    f(x, y) = (x^2 + y - 11)^2 + (x + y^2 - 7)^2.

    p = (x, y): (2, ...). The minima have the value 0, (3, 2) among them. With four saddles and the maximum near
    (-0.27, -0.92), of value 181.6, these nine are all the critical points: the gradient is a pair of cubics, which have
    at most nine zeros in common.

    Source: Himmelblau 1972, "Applied nonlinear programming", McGraw-Hill.
    """

    dim = 2
    title = "Himmelblau"
    traits = frozenset({"multimodal", "saddle"})
    formula = r"f(x, y) = (x^2 + y - 11)^2 + (x + y^2 - 7)^2"
    window = box(-5.0, 5.0)
    customary_start = start_at(0.0, 0.0)

    completeness = "complete"

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        minima = ((-2.805118, 3.131313), (-3.779310, -3.283186), (3.584428, -1.848127))
        saddles = ((-3.073026, -0.081353), (-0.127961, -1.953715), (0.086678, 2.884255), (3.385154, 0.073852))
        maximum = (-0.270845, -0.923039)
        return (
            CriticalPoint([3.0, 2.0], 0.0, "minimum"),
            *(critical(self, guess) for guess in (*minima, *saddles, maximum)),
        )

    def residuals(self, p: Any) -> Array:
        """The two residuals of the sum of squares: (2, ...)."""
        x, y = self._point(p)
        return stack(x * x + y - 11.0, x + y * y - 7.0)

    def jacobian(self, p: Any) -> Array:
        """The derivatives of the residuals: (2, 2, ...)."""
        x, y = self._point(p)
        one = np.ones_like(x)
        return np.stack([stack(2.0 * x, one), stack(one, 2.0 * y)])

    def _value(self, p: Array) -> Array:
        x, y = p
        u, v = x * x + y - 11.0, x + y * y - 7.0
        return u * u + v * v

    def _gradient(self, p: Array) -> Array:
        x, y = p
        u, v = x * x + y - 11.0, x + y * y - 7.0
        return stack(4.0 * x * u + 2.0 * v, 2.0 * u + 4.0 * y * v)

    def _hessian(self, p: Array) -> Array:
        x, y = p
        u, v = x * x + y - 11.0, x + y * y - 7.0
        return symmetric((8.0 * x * x + 4.0 * u + 2.0,), (4.0 * (x + y), 8.0 * y * y + 4.0 * v + 2.0))
