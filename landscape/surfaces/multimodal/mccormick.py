"""`ls.surface("mccormick")`: McCormick's function: a tilted row of hollows along the diagonal."""

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


@register("mccormick")
class McCormick(Surface):
    """McCormick's function: a tilted row of hollows along the diagonal.

    f(x, y) = sin(x + y) + (x - y)^2 - 1.5 x + 2.5 y + 1.

    p = (x, y): (2, ...). Along x + y = u the loss falls by u/2 and waves by sin u: minima where cos u = -1/2 with sin
    u < 0, saddles where sin u > 0, and x - y = 1 at each. The lowest in the window is near (-0.5472, -1.5472), of
    value -1.9132; beyond the window it goes on falling.

    Source: McCormick 1976, "Computability of global solutions to factorable nonconvex programs", Mathematical
    Programming 10; Jamil and Yang 2013, arXiv:1308.4008, function 72.
    """

    dim = 2
    title = "McCormick"
    traits = frozenset({"multimodal", "saddle"})
    formula = r"f(x, y) = \sin(x + y) + (x - y)^2 - 1.5 x + 2.5 y + 1"
    confined = True
    window = box((-1.5, 4.0), (-3.0, 4.0))
    customary_start = start_at(3.5, 0.0)

    completeness = "complete"

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        third = 2.0 * math.pi / 3.0
        return tuple(critical(self, ((u + 1.0) / 2.0, (u - 1.0) / 2.0)) for u in (-third, 2.0 * third, third))

    def _value(self, p: Array) -> Array:
        x, y = p
        d = x - y
        return np.sin(x + y) + d * d - 1.5 * x + 2.5 * y + 1.0

    def _gradient(self, p: Array) -> Array:
        x, y = p
        d, c = 2.0 * (x - y), np.cos(x + y)
        return stack(c + d - 1.5, c - d + 2.5)

    def _hessian(self, p: Array) -> Array:
        x, y = p
        s = np.sin(x + y)
        return symmetric((2.0 - s,), (-2.0 - s, 2.0 - s))
