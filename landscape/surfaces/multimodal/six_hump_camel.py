"""`ls.surface("six_hump_camel")`: Six-hump camel: six minima, two of them global, with saddles and hills between."""

from __future__ import annotations

import functools

from landscape.core.component import Array
from landscape.core.critical_points import CriticalPoint
from landscape.core.elementary import stack, symmetric
from landscape.core.finder import critical
from landscape.core.surface import Surface, box, start_at
from landscape.surfaces._registry import register


@register("six_hump_camel")
class SixHumpCamel(Surface):
    """Six-hump camel: six minima, two of them global, with saddles and hills between.

    f(x, y) = (4 - 2.1 x^2 + x^4/3) x^2 + x y + (-4 + 4 y^2) y^2.

    p = (x, y): (2, ...). The global minima are near (0.0898, -0.7127) and opposite, of value -1.0316. All fifteen
    critical points are listed: six minima, seven saddles and two maxima, which come in opposite pairs but for 0.

    Source: Dixon and Szegö 1978, "Towards global optimisation 2".
    """

    dim = 2
    title = "six-hump camel"
    traits = frozenset({"multimodal", "saddle"})
    formula = r"f(x, y) = (4 - 2.1 x^2 + \frac{x^4}{3})\, x^2 + x y + (4 y^2 - 4)\, y^2"
    window = box((-2.0, 2.0), (-1.2, 1.2))
    customary_start = start_at(-1.9, 1.0)

    completeness = "complete"

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        return tuple(critical(self, guess) for guess in SIX_HUMPS)

    def _value(self, p: Array) -> Array:
        x, y = p
        s, t = x * x, y * y
        return s * (4.0 + s * (-2.1 + s / 3.0)) + x * y + t * (4.0 * t - 4.0)

    def _gradient(self, p: Array) -> Array:
        x, y = p
        s, t = x * x, y * y
        return stack(x * (8.0 + s * (-8.4 + 2.0 * s)) + y, x + y * (16.0 * t - 8.0))

    def _hessian(self, p: Array) -> Array:
        x, y = p
        s, t = x * x, y * y
        return symmetric((8.0 + s * (-25.2 + 10.0 * s),), (1.0, 48.0 * t - 8.0))


SIX_HUMPS = (
    (-0.0898420, 0.7126564),
    (0.0898420, -0.7126564),
    (-1.7036067, 0.7960836),
    (1.7036067, -0.7960836),
    (-1.6071048, -0.5686515),
    (1.6071048, 0.5686515),
    (-0.0000000, -0.0000000),
    (-1.1092053, 0.7682681),
    (1.1092053, -0.7682681),
    (-1.6380680, -0.2286741),
    (1.6380680, 0.2286741),
    (-1.2960703, -0.6050844),
    (1.2960703, 0.6050844),
    (-1.2302299, -0.1623346),
    (1.2302299, 0.1623346),
)  # fmt: skip
