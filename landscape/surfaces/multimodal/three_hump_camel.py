"""`ls.surface("three_hump_camel")`: Three-hump camel: three minima in a row, the middle one lowest."""

from __future__ import annotations

import functools
import math

from landscape.core.component import Array
from landscape.core.critical_points import CriticalPoint
from landscape.core.elementary import stack, symmetric
from landscape.core.finder import critical
from landscape.core.surface import Surface, box, start_at
from landscape.surfaces._registry import register


@register("three_hump_camel")
class ThreeHumpCamel(Surface):
    """Three-hump camel: three minima in a row, the middle one lowest.

    f(x, y) = 2 x^2 - 1.05 x^4 + x^6/6 + x y + y^2.

    p = (x, y): (2, ...). The global minimum is 0. With y = -x/2 the gradient is x (3.5 - 4.2 x^2 + x^4), so that the
    five critical points, three minima and two saddles between them, are those of x^2 = 2.1 -+ sqrt(0.91) and x = 0.

    Source: Branin and Hoo 1972, "A method for finding multiple extrema of a function of n variables"; Jamil and Yang
    2013, arXiv:1308.4008, function 29.
    """

    dim = 2
    title = "three-hump camel"
    traits = frozenset({"multimodal", "saddle"})
    formula = r"f(x, y) = 2 x^2 - 1.05 x^4 + \frac{x^6}{6} + x y + y^2"
    window = box((-2.5, 2.5), (-2.0, 2.0))
    customary_start = start_at(-2.2, 1.6)

    completeness = "complete"

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        far, near = math.sqrt(2.1 + math.sqrt(0.91)), math.sqrt(2.1 - math.sqrt(0.91))
        guesses = [(0.0, 0.0)] + [(x, -x / 2.0) for x in (far, -far, near, -near)]
        return tuple(critical(self, guess) for guess in guesses)

    def _value(self, p: Array) -> Array:
        x, y = p
        s = x * x
        return s * (2.0 + s * (-1.05 + s / 6.0)) + x * y + y * y

    def _gradient(self, p: Array) -> Array:
        x, y = p
        s = x * x
        return stack(x * (4.0 + s * (-4.2 + s)) + y, x + 2.0 * y)

    def _hessian(self, p: Array) -> Array:
        x, _ = p
        s = x * x
        return symmetric((4.0 + s * (-12.6 + 5.0 * s),), (1.0, 2.0))
