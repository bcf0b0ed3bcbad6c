"""`ls.surface("salomon")`: Salomon's function: rings of ripples on a cone."""

from __future__ import annotations

import functools
import math

import numpy as np

from landscape.core.component import Array, Count
from landscape.core.critical_points import CriticalPoint
from landscape.core.elementary import diagonal, select, total
from landscape.core.surface import Surface, box, start_at
from landscape.surfaces._registry import register


@register("salomon")
class Salomon(Surface):
    """Salomon's function: rings of ripples on a cone.

    f(p) = 1 - cos(2 pi r) + r/10,   r = ||p||.

    p: (dim, ...). f is not differentiable at 0, its global minimum, of value 0, where the gradient given is 0. Along
    any ray f has a minimum next to every whole r, and a maximum next to every half, where sin(2 pi r) = -1 / (20 pi):
    circles or spheres of critical points, degenerate and not listed. Customary is the window [-100, 100].

    Source: Salomon 1996, "Re-evaluating genetic algorithm performance under coordinate rotation of benchmark
    functions", BioSystems 39(3).
    """

    dim: Count = 2

    title = "Salomon"
    traits = frozenset({"multimodal", "rugged", "nonsmooth", "scalable"})
    formula = r"f(p) = 1 - \cos(2 \pi \|p\|) + 0.1\, \|p\|"
    window = box(-5.0, 5.0)
    customary_start = start_at(3.3, -2.2)

    completeness = "global"

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        return (CriticalPoint(np.zeros(self.dim), 0.0, "minimum", kink=True),)

    def _value(self, p: Array) -> Array:
        r = self._radius(p)
        s = np.sin(math.pi * r)
        return 2.0 * s * s + 0.1 * r

    def _gradient(self, p: Array) -> Array:
        r, outward = self._radius(p), self._outward(p)
        slope = (4.0 * math.pi) * np.sin(math.pi * r) * np.cos(math.pi * r) + 0.1
        return outward * slope

    def _hessian(self, p: Array) -> Array:
        r, outward = self._radius(p), self._outward(p)
        s, c = np.sin(math.pi * r), np.cos(math.pi * r)
        around = ((4.0 * math.pi) * s * c + 0.1) / self._apart(r)
        along = (4.0 * math.pi * math.pi) * (c * c - s * s) - around
        return outward[:, None] * outward[None] * along + diagonal(0.0 * p + around)

    def _radius(self, p: Array) -> Array:
        square = total(p * p)
        return select(-square, 0.0, np.sqrt(self._apart(square)))

    def _outward(self, p: Array) -> Array:
        """The unit vector away from 0, and 0 there: (dim, ...)."""
        return p / np.sqrt(self._apart(total(p * p)))

    def _apart(self, r: Array) -> Array:
        """r where it is not 0, and 1 where it is."""
        return select(-r, 1.0, r)
