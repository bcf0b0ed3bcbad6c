"""`ls.surface("monkey_saddle")`: Degenerate saddle: three ways down and three up, and no curvature at all where they
meet.
"""

from __future__ import annotations

import functools

from landscape.core.component import Array
from landscape.core.critical_points import CriticalPoint
from landscape.core.elementary import stack, symmetric
from landscape.core.surface import Surface, box, start_at
from landscape.surfaces._registry import register


@register("monkey_saddle")
class MonkeySaddle(Surface):
    """Degenerate saddle: three ways down and three up, and no curvature at all where they meet.

    f(x, y) = x^3 - 3 x y^2.

    p = (x, y): (2, ...). The Hessian at the one critical point, 0, is zero: near it the gradient is quadratic in the
    distance, so that descent leaves as a power of time instead of exponentially.

    Source: Hilbert and Cohn-Vossen 1952, "Geometry and the imagination", chapter IV; as a saddle that is not strict:
    Anandkumar and Ge 2016, "Efficient approaches for escaping higher order saddle points in non-convex optimization".
    """

    dim = 2
    traits = frozenset({"saddle", "unbounded"})
    formula = r"f(x, y) = x^3 - 3 x y^2"
    window = box(-1.5, 1.5)
    customary_start = start_at(1.0, 0.01)

    completeness = "complete"

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        return (CriticalPoint([0.0, 0.0], 0.0, "saddle", degenerate=True),)

    def _value(self, p: Array) -> Array:
        x, y = p
        return x * (x * x - 3.0 * y * y)

    def _gradient(self, p: Array) -> Array:
        x, y = p
        return stack(3.0 * (x * x - y * y), -6.0 * x * y)

    def _hessian(self, p: Array) -> Array:
        x, y = p
        return symmetric((6.0 * x,), (-6.0 * y, -6.0 * x))
