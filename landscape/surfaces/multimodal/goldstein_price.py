"""`ls.surface("goldstein_price")`: Goldstein and Price's function: four minima in valleys that cross, on a loss that
spans six decades.
"""

from __future__ import annotations

import functools

from landscape.core.component import Array
from landscape.core.critical_points import CriticalPoint
from landscape.core.elementary import stack, symmetric
from landscape.core.finder import critical
from landscape.core.surface import Surface, box, start_at
from landscape.surfaces._registry import register


@register("goldstein_price")
class GoldsteinPrice(Surface):
    """Goldstein and Price's function: four minima in valleys that cross, on a loss that spans six decades.

    f(x, y) = (1 + (x + y + 1)^2 (19 - 14x + 3x^2 - 14y + 6xy + 3y^2))
              (30 + (2x - 3y)^2 (18 - 32x + 12x^2 + 48y - 36xy + 27y^2)).

    p = (x, y): (2, ...). The global minimum is (0, -1), of value 3; the other minima have the values 30 at
    (-0.6, -0.4), 84 at (1.8, 0.2) and 840 at (1.2, 0.8). Every critical point that a search of the window finds is
    listed.

    Source: Goldstein and Price 1971, "On descent from local minima", Mathematics of Computation 25.
    """

    dim = 2
    title = "Goldstein-Price"
    traits = frozenset({"multimodal", "saddle", "ravine"})
    formula = (
        r"f(x, y) = (1 + (x + y + 1)^2 (19 - 14x + 3x^2 - 14y + 6xy + 3y^2))\,"
        r"(30 + (2x - 3y)^2 (18 - 32x + 12x^2 + 48y - 36xy + 27y^2))"
    )

    window = box(-2.0, 2.0)
    customary_start = start_at(-1.5, 1.0)

    completeness = "complete"

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        return tuple(critical(self, guess) for guess in GOLDSTEIN_PRICE)

    def _value(self, p: Array) -> Array:
        x, y = p
        (a, _, _), (b, _, _) = self._factors(x, y)
        return a * b

    def _gradient(self, p: Array) -> Array:
        x, y = p
        (a, a1, _), (b, b1, _) = self._factors(x, y)
        along, across = a1 * b, a * b1
        return stack(along + 2.0 * across, along - 3.0 * across)

    def _hessian(self, p: Array) -> Array:
        x, y = p
        (a, a1, a2), (b, b1, b2) = self._factors(x, y)
        uu, uv, vv = a2 * b, a1 * b1, a * b2
        return symmetric(
            (uu + 4.0 * uv + 4.0 * vv,),
            (uu - uv - 6.0 * vv, uu - 6.0 * uv + 9.0 * vv),
        )

    def _factors(self, x: Array, y: Array) -> tuple[tuple[Array, ...], tuple[Array, ...]]:
        """The two factors, functions of u = x + y and v = 2x - 3y alone, with their two derivatives."""
        u, v = x + y, 2.0 * x - 3.0 * y
        # (1 + (u + 1)^2 (19 - 14 u + 3 u^2)) and (30 + v^2 (18 - 16 v + 3 v^2))
        w = u + 1.0
        q, q1 = 19.0 + u * (3.0 * u - 14.0), 6.0 * u - 14.0
        a = 1.0 + w * w * q
        a1 = 2.0 * w * q + w * w * q1
        a2 = 2.0 * q + 4.0 * w * q1 + 6.0 * w * w
        r, r1 = 18.0 + v * (3.0 * v - 16.0), 6.0 * v - 16.0
        b = 30.0 + v * v * r
        b1 = 2.0 * v * r + v * v * r1
        b2 = 2.0 * r + 4.0 * v * r1 + 6.0 * v * v
        return (a, a1, a2), (b, b1, b2)


GOLDSTEIN_PRICE = (
    (0.0000000, -1.0000000),
    (-0.6000000, -0.4000000),
    (1.8000000, 0.2000000),
    (1.2000000, 0.8000000),
    (-0.4000000, -0.6000000),
    (1.2000000, -0.2000000),
    (1.4000000, 0.6000000),
    (0.6000000, 0.4000000),
    (0.8000000, 0.2000000),
)  # fmt: skip
