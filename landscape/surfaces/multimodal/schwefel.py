"""`ls.surface("schwefel")`: Schwefel's function: the lowest place lies far from the next lowest, near a corner."""

from __future__ import annotations

import functools

import numpy as np

from landscape.core.component import Array, Count
from landscape.core.critical_points import CriticalPoint
from landscape.core.elementary import absolute, select, sign
from landscape.core.surface import box, complete_up_to, start_at
from landscape.surfaces._bases.separable import Separable
from landscape.surfaces._registry import register


@register("schwefel")
class Schwefel(Separable):
    """Schwefel's function: the lowest place lies far from the next lowest, near a corner.

    f(p) = sum_i 418.98288727 - p_i sin(sqrt(|p_i|)).

    p: (dim, ...). The global minimum has all coordinates 420.9687, and the value 0 by the constant, in full
    418.9828872724338. In one and two dimensions all critical points are listed which combine the extrema of one
    coordinate's part, in more the global minimum alone. At a coordinate 0 the slope of its part is 0 as well, between
    falling and falling, and its second derivative grows beyond bounds; the Hessian given has 0 there.

    Source: Schwefel 1981, "Numerical optimization of computer models", Wiley, without the constant; Surjanovic and
    Bingham 2013, "Virtual library of simulation experiments", with 418.9829.
    """

    dim: Count = 2

    title = "Schwefel"
    traits = frozenset({"multimodal", "rugged", "saddle", "scalable"})
    formula = r"f(p) = \sum_i 418.98288727 - p_i \sin \sqrt{|p_i|}"
    confined = True
    window = box(-500.0, 500.0)
    customary_start = start_at(-180.0, 120.0)

    completeness = complete_up_to(2)

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        return tuple(known for known in self._lattice() if known.point.all())

    def _terms(self, p: Array) -> Array:
        r = np.sqrt(absolute(p))
        return SCHWEFEL_DEPTH - p * np.sin(r)

    def _slopes(self, p: Array) -> Array:
        r = np.sqrt(absolute(p))
        return -(np.sin(r) + 0.5 * r * np.cos(r))

    def _curvatures(self, p: Array) -> Array:
        size = absolute(p)
        r = np.sqrt(size)
        safe = select(-size, 1.0, r)
        return sign(p) * (0.25 * np.sin(r) - 0.75 * np.cos(r) / safe)


SCHWEFEL_DEPTH = 418.9828872724338
