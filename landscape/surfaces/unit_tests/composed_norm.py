"""`ls.surface("composed_norm")`: One-dimensional shapes composed by a norm: the highest part counts most, and has
most of the gradient.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from landscape.core.component import Array, FieldError
from landscape.core.critical_points import Completeness, CriticalPoint
from landscape.core.elementary import diagonal, select, total
from landscape.core.surface import Surface
from landscape.surfaces._registry import register
from landscape.surfaces.unit_tests._composition import Composition, place


@register("composed_norm")
class ComposedNorm(Composition):
    """One-dimensional shapes composed by a norm: the highest part counts most, and has most of the gradient.

    f(p) = sqrt(sum_i h_i(z_i)^2),   z = R p.

    p: (dim, ...). parts: surfaces of one coordinate, nowhere negative, which are used in turn where there are fewer
    than dim (`scaled` raises one by an offset); rotation: radians by which R turns each plane of neighbouring
    coordinates. The minima listed are the combinations of those of the parts, all where the parts have at most 512
    combinations of critical points, else the global one alone; saddles and maxima are not. f is not differentiable
    where a part is not, and has no Hessian, or is a cone, where all parts are 0; there 0 is the subgradient given.

    Source: Schaul, Antonoglou and Silver 2014, "Unit tests for stochastic optimization", arXiv:1312.6055, section 2,
    with the 2-norm. Difference: there parts may be negative, and enter by their absolute values.
    """

    traits = frozenset({"scalable", "nonsmooth", "convex"})
    formula = r"f(p) = \sqrt{\sum_i h_i(z_i)^2}, \quad z = R p"

    @property
    def completeness(self) -> Completeness:
        known = super().completeness
        return "notable" if known == "complete" and "convex" not in self.traits else known

    def _check_part(self, part: Surface) -> None:
        if part.lowest is None or part.lowest < 0.0:
            reason = f'must be surfaces that are nowhere negative, which "{part.name}" is not known to be'
            raise FieldError(self.name, "parts", reason)

    def _combined(self, h: Array) -> Array:
        return np.sqrt(total(h * h))

    def _weights(self, h: Array) -> Array:
        return h / self._divisor(h)

    def _curvatures(self, h: Array, slopes: Array) -> Array:
        f = self._divisor(h)
        pulls = h / f * slopes
        return (diagonal(slopes * slopes) - pulls[:, None] * pulls) / f

    def _divisor(self, h: Array) -> Array:
        """f, or 1 where it is 0: (...)."""
        f = self._combined(h)
        return select(-f, 0.0 * f + 1.0, f)

    def _listed(self, points: Sequence[CriticalPoint]) -> CriticalPoint | None:
        if any(point.kind != "minimum" for point in points):
            return None
        lowest = [point.value for point in points]
        degenerate = self.dim > 1 and min(lowest) == 0.0
        kink = any(point.kink for point in points) or max(lowest) == 0.0
        return CriticalPoint(place(points), 0.0, "minimum", degenerate or any(p.degenerate for p in points), kink)
