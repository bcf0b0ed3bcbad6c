"""`ls.surface("eggcrate")`: Egg crate: a bowl dented like the tray that eggs are sold in."""

from __future__ import annotations

import functools

import numpy as np

from landscape.core.component import Array
from landscape.core.critical_points import CriticalPoint
from landscape.core.surface import box, start_at
from landscape.surfaces._bases.separable import Separable
from landscape.surfaces._registry import register


@register("eggcrate")
class Eggcrate(Separable):
    """Egg crate: a bowl dented like the tray that eggs are sold in.

    f(x, y) = x^2 + y^2 + 25 (sin(x)^2 + sin(y)^2).

    p = (x, y): (2, ...). The global minimum is 0, of value 0. All critical points of the window, 49, are listed: the
    combinations of the seven roots of 2 x + 25 sin(2 x) = 0, three of them minima of one coordinate's part.

    Source: Jamil and Yang 2013, "A literature survey of benchmark functions for global optimisation problems",
    arXiv:1308.4008, function 51.
    """

    dim = 2
    traits = frozenset({"multimodal", "rugged", "saddle"})
    formula = r"f(x, y) = x^2 + y^2 + 25\, (\sin^2 x + \sin^2 y)"
    window = box(-5.0, 5.0)
    customary_start = start_at(-4.2, 2.4)

    completeness = "complete"

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        return self._lattice()

    def _terms(self, p: Array) -> Array:
        s = np.sin(p)
        return p * p + 25.0 * s * s

    def _slopes(self, p: Array) -> Array:
        return 2.0 * p + 50.0 * np.sin(p) * np.cos(p)

    def _curvatures(self, p: Array) -> Array:
        s, c = np.sin(p), np.cos(p)
        return 2.0 + 50.0 * (c * c - s * s)
