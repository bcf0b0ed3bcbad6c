"""`ls.surface("shekel")`: Shekel's foxholes in four dimensions: a hollow around each of up to ten points, and next
to nothing between.
"""

from __future__ import annotations

import functools
from typing import Annotated

import numpy as np
from annotated_types import Ge, Le

from landscape.core.component import Array
from landscape.core.critical_points import CriticalPoint
from landscape.core.elementary import as_column, diagonal, stack, total
from landscape.core.finder import polished
from landscape.core.surface import Surface, box, start_at
from landscape.surfaces._registry import register


@register("shekel")
class Shekel(Surface):
    """Shekel's foxholes in four dimensions: a hollow around each of up to ten points, and next to nothing between.

    f(p) = -sum_{i=1}^wells 1 / (b_i + ||p - c_i||^2).

    p: (dim, ...), dim = 4. wells: how many hollows, 5, 7 or 10 by custom; their depths, about 1 / b_i, and places c_i
    are fixed. Each has its minimum, all listed; the global one is next to c_1 = (4, 4, 4, 4), of value -10.1532 for 5
    wells, -10.4029 for 7 and -10.5364 for 10. The saddles between are not listed.

    Source: Shekel 1971, "Test functions for multimodal search techniques", Fifth Annual Princeton Conference on
    Information Science and Systems; the constants: Dixon and Szegö 1978, "Towards global optimisation 2". The seventh
    place is (5, 5, 3, 3) there; some catalogues have (5, 3, 5, 3), which moves the minimum in its fifth digit.
    """

    wells: Annotated[int, Ge(1), Le(10)] = 10

    dim = 4
    title = "Shekel"
    traits = frozenset({"multimodal", "plateau"})
    formula = r"f(p) = -\sum_{i=1}^m \frac{1}{b_i + \|p - c_i\|^2}"
    window = box(0.0, 10.0)
    customary_start = start_at(5.0, 3.4, 4.6, 4.2)

    completeness = "notable"

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        return polished(self, SHEKEL_PLACES[: self.wells])

    def _value(self, p: Array) -> Array:
        return -total(stack(*(1.0 / s for _, s in self._hollows(p))))

    def _gradient(self, p: Array) -> Array:
        return total(stack(*(d * (2.0 / (s * s)) for d, s in self._hollows(p))))

    def _hessian(self, p: Array) -> Array:
        bowls, outward = [], []
        for d, s in self._hollows(p):
            bowls.append(0.0 * d + 2.0 / (s * s))
            outward.append(d[:, None] * d[None] * (8.0 / (s * s * s)))
        return diagonal(total(stack(*bowls))) - total(stack(*outward))

    def _hollows(self, p: Array) -> list[tuple[Array, Array]]:
        """For each hollow p - c_i (4, ...) and b_i + ||p - c_i||^2 (...)."""
        away = [p - as_column(place, p) for place in SHEKEL_PLACES[: self.wells]]
        return [(d, b + total(d * d)) for d, b in zip(away, SHEKEL_WIDTHS, strict=False)]


SHEKEL_WIDTHS = (0.1, 0.2, 0.2, 0.4, 0.4, 0.6, 0.3, 0.7, 0.5, 0.5)
SHEKEL_PLACES = np.array(
    [
        (4.0, 4.0, 4.0, 4.0),
        (1.0, 1.0, 1.0, 1.0),
        (8.0, 8.0, 8.0, 8.0),
        (6.0, 6.0, 6.0, 6.0),
        (3.0, 7.0, 3.0, 7.0),
        (2.0, 9.0, 2.0, 9.0),
        (5.0, 5.0, 3.0, 3.0),
        (8.0, 1.0, 8.0, 1.0),
        (6.0, 2.0, 6.0, 2.0),
        (7.0, 3.6, 7.0, 3.6),
    ]
)
