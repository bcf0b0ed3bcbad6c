"""`ls.surface("levy")`: Levy's function: ripples of growing height up the sides of a bowl."""

from __future__ import annotations

import functools
import math

import numpy as np

from landscape.core.component import Array, Count
from landscape.core.critical_points import CriticalPoint
from landscape.core.elementary import as_column
from landscape.core.surface import box, complete_up_to, start_at
from landscape.surfaces._bases.separable import Separable
from landscape.surfaces._registry import register


@register("levy")
class Levy(Separable):
    """Levy's function: ripples of growing height up the sides of a bowl.

    f(p) = sin(pi w_1)^2 + sum_{i < dim} (w_i - 1)^2 (1 + 10 sin(pi w_i + 1)^2)
         + (w_dim - 1)^2 (1 + sin(2 pi w_dim)^2),   w = 1 + (p - 1) / 4.

    p: (dim, ...). The global minimum is (1, ..., 1), of value 0. In one and two dimensions all critical points of the
    window are listed, combinations of those of each coordinate's part; in more the global minimum alone.

    Source: Levy and Montalvo 1985, "The tunneling algorithm for the global minimization of functions", SIAM Journal on
    Scientific and Statistical Computing 6(1); as here: Laguna and Martí 2005, "Experimental testing of advanced scatter
    search designs for global optimization of multimodal functions", Journal of Global Optimization 33.
    """

    dim: Count = 2

    title = "Lévy"
    traits = frozenset({"multimodal", "rugged", "saddle", "scalable"})
    formula = (
        r"f(p) = \sin^2 \pi w_1 + \sum_{i < n} (w_i - 1)^2 (1 + 10 \sin^2(\pi w_i + 1)) + "
        r"(w_n - 1)^2 (1 + \sin^2 2 \pi w_n), \quad w = 1 + \frac{p - 1}{4}"
    )

    window = box(-10.0, 10.0)
    customary_start = start_at(-8.0, 7.5)

    completeness = complete_up_to(2)

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        if self.dim > 2:
            return (CriticalPoint(np.ones(self.dim), 0.0, "minimum"),)
        return self._lattice()

    def _terms(self, p: Array) -> Array:
        v, first, last, ripples = self._ripples(p)
        s = np.sin(math.pi * v)
        return first * s * s + v * v * (1.0 + ripples * np.sin(self._phase(v, last)) * np.sin(self._phase(v, last)))

    def _slopes(self, p: Array) -> Array:
        v, first, last, ripples = self._ripples(p)
        turn, phase = math.pi * (1.0 + last), self._phase(v, last)
        s, c = np.sin(phase), np.cos(phase)
        rise = 2.0 * math.pi * first * np.sin(math.pi * v) * np.cos(math.pi * v)
        return 0.25 * (rise + 2.0 * v * (1.0 + ripples * s * s) + 2.0 * v * v * ripples * turn * s * c)

    def _curvatures(self, p: Array) -> Array:
        v, first, last, ripples = self._ripples(p)
        turn, phase = math.pi * (1.0 + last), self._phase(v, last)
        s, c = np.sin(phase), np.cos(phase)
        a, b = np.sin(math.pi * v), np.cos(math.pi * v)
        wave = 2.0 * (1.0 + ripples * s * s) + 8.0 * v * ripples * turn * s * c
        curvature = 2.0 * math.pi * math.pi * first * (b * b - a * a)
        return 0.0625 * (curvature + wave + 2.0 * v * v * ripples * turn * turn * (c * c - s * s))

    def _ripples(self, p: Array) -> tuple[Array, Array, Array, Array]:
        """w - 1 (dim, ...), and columns: 1 for the first coordinate, 1 for the last one, the ripples' heights."""
        first, last = np.zeros(self.dim), np.zeros(self.dim)
        first[0] = last[-1] = 1.0
        return 0.25 * (p - 1.0), as_column(first, p), as_column(last, p), as_column(10.0 - 9.0 * last, p)

    def _phase(self, v: Array, last: Array) -> Array:
        """pi w + 1 but for whole turns of the sine's square, and for the last coordinate 2 pi w: (dim, ...)."""
        return (math.pi * (1.0 + last)) * v + (1.0 - last)
