"""`ls.surface("easom")`: Easom's function: a needle's hole in a plain."""

from __future__ import annotations

import functools
import itertools
import math
from typing import Any

from landscape.core.critical_points import CriticalPoint
from landscape.core.elementary import fixed_point
from landscape.core.finder import polished
from landscape.surfaces._bases.jets import Written, cos, exp, square
from landscape.surfaces._registry import register


@register("easom")
class Easom(Written):
    """Easom's function: a needle's hole in a plain.

    f(x, y) = -cos x cos y exp(-(x - pi)^2 - (y - pi)^2).

    p = (x, y): (2, ...). The global minimum is (pi, pi), of value -1. Every critical point of the window is listed:
    with t the distance of a coordinate from pi, those where tan t = -2 t in both, and those where cos t = 0 in both,
    saddles. The customary range is +-100, in which nothing can be seen.

    Source: Easom 1990, "A survey of global optimization techniques", University of Louisville; Jamil and Yang 2013,
    arXiv:1308.4008, function 50.
    """

    dim = 2
    title = "Easom"
    traits = frozenset({"multimodal", "plateau", "saddle"})
    formula = r"f(x, y) = -\cos x \cos y\, e^{-(x - \pi)^2 - (y - \pi)^2}"
    window = ((-1.0, 7.3), (-1.0, 7.3))
    customary_start = fixed_point(1.9, 4.2)

    completeness = "complete"

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        extrema, zeros = (0.0, 1.8365972, -1.8365972), (0.5 * math.pi, -0.5 * math.pi)
        pairs = [*itertools.product(extrema, repeat=2), *itertools.product(zeros, repeat=2)]
        return polished(self, [(math.pi + s, math.pi + t) for s, t in pairs])

    def _formula(self, x: Any, y: Any) -> Any:
        s, t = x - math.pi, y - math.pi  # cos x cos y = cos s cos t
        return -(cos(s) * cos(t) * exp(-square(s) - square(t)))
