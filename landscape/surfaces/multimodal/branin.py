"""`ls.surface("branin")`: Branin's function: three global minima along a bent valley."""

from __future__ import annotations

import functools
import math

import numpy as np

from landscape.core.component import Array
from landscape.core.critical_points import CriticalPoint
from landscape.core.elementary import stack, symmetric
from landscape.core.finder import critical
from landscape.core.surface import Surface, box, start_at
from landscape.surfaces._registry import register


@register("branin")
class Branin(Surface):
    """Branin's function: three global minima along a bent valley.

    f(x, y) = (y - b x^2 + c x - 6)^2 + 10 (1 - t) cos(x) + 10,   b = 5.1/(4 pi^2), c = 5/pi, t = 1/(8 pi).

    p = (x, y): (2, ...). The minima have the value 10 t = 0.397887 where cos x = -1 and the square vanishes:
    (-pi, 12.275), (pi, 2.275) and (3 pi, 2.475). Between them lie two saddles, at x = 0 and x = 2 pi.

    Source: Branin 1972, "Widely convergent method for finding multiple solutions of simultaneous nonlinear equations",
    IBM Journal of Research and Development 16(5); the constants: Dixon and Szegö 1978, "Towards global optimisation 2".
    """

    dim = 2
    title = "Branin"
    traits = frozenset({"multimodal", "saddle", "ravine"})
    formula = r"f(x, y) = (y - b x^2 + c x - 6)^2 + 10\, (1 - t) \cos x + 10"
    window = box((-5.0, 10.0), (0.0, 15.0))
    customary_start = start_at(5.5, 13.0)

    completeness = "complete"

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        return tuple(
            critical(self, (x, BRANIN_B * x * x - BRANIN_C * x + 6.0))
            for x in (math.pi, -math.pi, 3.0 * math.pi, 0.0, 2.0 * math.pi)
        )

    def _value(self, p: Array) -> Array:
        x, y = p
        u = y - BRANIN_B * (x * x) + BRANIN_C * x - 6.0
        return u * u + BRANIN_S * np.cos(x) + 10.0

    def _gradient(self, p: Array) -> Array:
        x, y = p
        u, slope = y - BRANIN_B * (x * x) + BRANIN_C * x - 6.0, BRANIN_C - (2.0 * BRANIN_B) * x
        return stack(2.0 * u * slope - BRANIN_S * np.sin(x), 2.0 * u)

    def _hessian(self, p: Array) -> Array:
        x, y = p
        u, slope = y - BRANIN_B * (x * x) + BRANIN_C * x - 6.0, BRANIN_C - (2.0 * BRANIN_B) * x
        curvature = 2.0 * slope * slope - (4.0 * BRANIN_B) * u - BRANIN_S * np.cos(x)
        return symmetric((curvature,), (2.0 * slope, 2.0))


BRANIN_B, BRANIN_C, BRANIN_S = 5.1 / (4.0 * math.pi**2), 5.0 / math.pi, 10.0 * (1.0 - 1.0 / (8.0 * math.pi))
