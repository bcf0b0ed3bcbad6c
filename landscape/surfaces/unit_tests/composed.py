"""`ls.surface("composed")`: One-dimensional shapes added up, one along each coordinate, and rotated."""

from __future__ import annotations

from collections.abc import Sequence

from landscape.core.component import Array
from landscape.core.critical_points import CriticalPoint, Kind
from landscape.core.elementary import diagonal, total
from landscape.core.surface import Surface
from landscape.surfaces._registry import register
from landscape.surfaces.unit_tests._composition import Composition, place


@register("composed")
class Composed(Composition):
    """One-dimensional shapes added up, one along each coordinate, and rotated.

    f(p) = sum_i h_i(z_i),   z = R p.

    p: (dim, ...). parts: surfaces of one coordinate, h_1, h_2, ..., which are used in turn where there are fewer than
    dim; rotation: radians by which R turns each plane of neighbouring coordinates. Critical points are the combinations
    of those of the parts, all of them where they are at most 512, else the global minimum alone. Where a part has none,
    there are none; where one is lowest on its window's edge, none are known under a rotation. f is not differentiable
    where a part is not; under a rotation, kinks off the origin are listed to rounding.

    Source: Schaul, Antonoglou and Silver 2014, "Unit tests for stochastic optimization", arXiv:1312.6055, section 2,
    with the 1-norm, which is the sum of parts that are nowhere negative. In the authors' program a rotated gradient
    is turned by R, not back by its transpose, as is right.
    """

    traits = frozenset({"scalable", "nonsmooth", "convex"})
    formula = r"f(p) = \sum_i h_i(z_i), \quad z = R p"

    def _check_part(self, part: Surface) -> None:
        """Any will do."""

    def _combined(self, h: Array) -> Array:
        return total(h)

    def _weights(self, h: Array) -> Array:
        return 0.0 * h + 1.0

    def _curvatures(self, h: Array, slopes: Array) -> Array:
        return diagonal(0.0 * h)

    def _listed(self, points: Sequence[CriticalPoint]) -> CriticalPoint | None:
        kinds = {point.kind for point in points}
        kind: Kind = kinds.pop() if len(kinds) == 1 else "saddle"
        degenerate, kink = any(point.degenerate for point in points), any(point.kink for point in points)
        return CriticalPoint(place(points), 0.0, kind, degenerate, kink)
