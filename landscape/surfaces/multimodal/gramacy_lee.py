"""`ls.surface("gramacy_lee")`: Gramacy and Lee's function: one dimension of ripples that fade along a valley."""

from __future__ import annotations

import functools
import math

import numpy as np

from landscape.core.component import Array
from landscape.core.critical_points import CriticalPoint
from landscape.core.elementary import select, stack, symmetric
from landscape.core.finder import polished
from landscape.core.surface import Surface, box, start_at
from landscape.surfaces._bases.separable import roots_of
from landscape.surfaces._registry import register


@register("gramacy_lee")
class GramacyLee(Surface):
    """Gramacy and Lee's function: one dimension of ripples that fade along a valley.

    f(x) = sin(10 pi x) / (2 x) + (x - 1)^4.

    p = (x): (dim, ...), dim = 1. All critical points of the window are listed, minima and maxima in turn. The global
    minimum is x = 0.548563, of value -0.869011. At 0, outside of the window, f is 5 pi + 1, its limit.

    Source: Gramacy and Lee 2012, "Cases for the nugget in modeling computer experiments", Statistics and Computing
    22(3).
    """

    dim = 1
    title = "Gramacy-Lee"
    traits = frozenset({"multimodal", "rugged"})
    formula = r"f(x) = \frac{\sin(10 \pi x)}{2 x} + (x - 1)^4"
    confined = True
    window = box(0.5, 2.5)
    customary_start = start_at(2.3)

    completeness = "complete"

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        x = roots_of(lambda x: self._gradient(x[None])[0], 0.5, 2.5)
        return polished(self, x[:, None])

    def _value(self, p: Array) -> Array:
        (x,) = p
        d = x - 1.0
        return (5.0 * math.pi) * _sinc(TURNS * x)[0] + d * d * (d * d)

    def _gradient(self, p: Array) -> Array:
        (x,) = p
        d = x - 1.0
        return stack((5.0 * math.pi * TURNS) * _sinc(TURNS * x)[1] + 4.0 * d * d * d)

    def _hessian(self, p: Array) -> Array:
        (x,) = p
        d = x - 1.0
        return symmetric(((5.0 * math.pi * TURNS * TURNS) * _sinc(TURNS * x)[2] + 12.0 * d * d,))


def _sinc(t: Array) -> tuple[Array, Array, Array]:
    """sin(t) / t and its two derivatives: (...) each, by their power series where |t| < 1/2."""
    far = t * t - 0.25
    u = select(far, t, 1.0)
    value = np.sin(u) / u
    slope = (np.cos(u) - value) / u
    curvature = -value - 2.0 * slope / u
    z, a, b, c = t * t, 0.0 * t, 0.0 * t, 0.0 * t
    for k in range(7, -1, -1):
        term = (-1.0) ** k / math.factorial(2 * k + 1)
        a = term + z * a
        if k > 0:
            b, c = 2.0 * k * term + z * b, 2.0 * k * (2.0 * k - 1.0) * term + z * c
    return select(far, value, a), select(far, slope, t * b), select(far, curvature, c)


TURNS = 10.0 * math.pi
