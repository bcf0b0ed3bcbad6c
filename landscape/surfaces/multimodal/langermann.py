"""`ls.surface("langermann")`: Langermann's function: rings of waves around five points, which cross."""

from __future__ import annotations

import functools
import math

import numpy as np

from landscape.core.component import Array
from landscape.core.critical_points import CriticalPoint
from landscape.core.elementary import as_column, stack, symmetric, total
from landscape.core.finder import polished
from landscape.core.surface import Surface, box, start_at
from landscape.surfaces._registry import register


@register("langermann")
class Langermann(Surface):
    """Langermann's function: rings of waves around five points, which cross.

    f(x, y) = sum_{i=1}^5 c_i exp(-s_i / pi) cos(pi s_i),   s_i = (x - a_i)^2 + (y - b_i)^2.

    p = (x, y): (2, ...). c = (1, 2, 5, 2, 3), (a, b) = (3, 5), (5, 2), (2, 1), (1, 4), (7, 9). The global minimum is
    (2.793402, 1.597233), of value -4.155809. Listed are the twelve lowest minima; there are hundreds in the window.

    Source: Molga and Smutnicki 2005, "Test functions for optimization needs"; Surjanovic and Bingham 2013, "Virtual
    library of simulation experiments". Others, among them Jamil and Yang 2013, arXiv:1308.4008, function 68, have minus
    the sum: its minimum is (2.002992, 1.006096), of value -5.162126.
    Langermann's in five or ten dimensions has other constants.
    """

    dim = 2
    title = "Langermann"
    traits = frozenset({"multimodal", "rugged"})
    formula = r"f(x, y) = \sum_{i=1}^5 c_i\, e^{-s_i / \pi} \cos(\pi s_i), \quad s_i = (x - a_i)^2 + (y - b_i)^2"
    window = box(0.0, 10.0)
    customary_start = start_at(3.2, 3.4)

    completeness = "notable"

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        return polished(self, RIPPLES)

    def _value(self, p: Array) -> Array:
        c, _, _, s = self._rings(p)
        return total(c * np.exp(s * (-1.0 / math.pi)) * np.cos(math.pi * s))

    def _gradient(self, p: Array) -> Array:
        c, u, v, s = self._rings(p)
        slope = 2.0 * c * self._waves(s)[0]
        return stack(total(slope * u), total(slope * v))

    def _hessian(self, p: Array) -> Array:
        c, u, v, s = self._rings(p)
        slope, curvature = self._waves(s)
        slope, curvature = 2.0 * c * slope, 4.0 * c * curvature
        return symmetric(
            (total(slope + curvature * u * u),),
            (total(curvature * u * v), total(slope + curvature * v * v)),
        )

    def _rings(self, p: Array) -> tuple[Array, Array, Array, Array]:
        """c_i, x - a_i, y - b_i and s_i: (5, ...) each."""
        c, a, b = (as_column(row, p) for row in LANGERMANN)
        u, v = p[:1] - a, p[1:] - b
        return c, u, v, u * u + v * v

    def _waves(self, s: Array) -> tuple[Array, Array]:
        """The two derivatives of exp(-s / pi) cos(pi s): (5, ...) each."""
        fade = np.exp(s * (-1.0 / math.pi))
        wave, shift = np.cos(math.pi * s), np.sin(math.pi * s)
        first = -fade * (wave / math.pi + math.pi * shift)
        second = fade * ((1.0 / (math.pi * math.pi) - math.pi * math.pi) * wave + 2.0 * shift)
        return first, second


LANGERMANN = np.array([[1.0, 2.0, 5.0, 2.0, 3.0], [3.0, 5.0, 2.0, 1.0, 7.0], [5.0, 2.0, 1.0, 4.0, 9.0]])


RIPPLES = (
    (2.793402, 1.597233), (1.991206, 1.98862), (1.416457, 1.799055), (2.988457, 1.024158), (1.699698, 1.919208),
    (2.914652, 1.311207), (1.087684, 1.36347), (2.838204, 0.4880135), (2.594592, 0.2155846),
    (1.015719, 1.005181), (2.430034, 1.853087), (2.310425, 0.06745731),
)  # fmt: skip
