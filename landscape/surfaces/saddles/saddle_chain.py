"""`ls.surface("saddle_chain")`: Chain of saddles: each coordinate falls from 0 to 1 or -1, and only then lets the
next one go.
"""

from __future__ import annotations

import functools
import itertools
from typing import Annotated

import numpy as np
from annotated_types import Gt

from landscape.core.component import Array, Count
from landscape.core.critical_points import CriticalPoint, Kind, in_order
from landscape.core.elementary import stack, symmetric, total
from landscape.core.surface import Surface, box, complete_up_to, start_at
from landscape.surfaces._registry import register

MOST_SIGNS = 3  # in how many dimensions at most a chain is listed with every sign


def chain(dim: int, size: float = 1.0) -> list[Array]:
    """The points (+-size, ..., +-size, 0, ..., 0), each (dim,); beyond three dimensions those with no minus sign."""
    signs = (1.0, -1.0) if dim <= MOST_SIGNS else (1.0,)
    return [
        np.pad(size * np.array(chosen), (0, dim - gone))
        for gone in range(dim + 1)
        for chosen in itertools.product(signs, repeat=gone)
    ]


def kind_in_chain(dim: int, zeros: int) -> Kind:
    """What a point of the chain is where each first zero falls away and all after it are held."""
    if zeros == 0:
        return "minimum"
    return "maximum" if dim == 1 else "saddle"


@register("saddle_chain")
class SaddleChain(Surface):
    """Chain of saddles: each coordinate falls from 0 to 1 or -1, and only then lets the next one go.

    f(p) = sum_i (p_i^2 - 1)^2 / 4 + hold/2 sum_{i >= 2} p_i^2 (1 - p_{i-1}^2)^2.

    p: (dim, ...). With hold > 1 the points (+-1, ..., +-1, 0, ..., 0) are a chain: from 0 up, each is a saddle with one
    way down, that of its first 0, to the next; the last are the 2^dim minima, of value 0. A descent from near 0 waits
    at dim saddles. The chain is listed in up to three dimensions, in more that with no minus sign. In one and two
    dimensions these are all critical points; in three, others appear where 27 hold^4 < 2 (1 + 2 hold)^3, that is for
    hold below 1.445.

    Source: the course's own; for chains of saddles that descent visits one after the other: Jacot et al. 2021,
    "Saddle-to-saddle dynamics in deep linear networks", arXiv:2106.15933.
    """

    dim: Count = 2
    hold: Annotated[float, Gt(1)] = 2.0

    traits = frozenset({"multimodal", "saddle", "scalable"})
    formula = r"f(p) = \sum_i \frac{(p_i^2 - 1)^2}{4} + \frac{h}{2} \sum_{i \geq 2} p_i^2 (1 - p_{i-1}^2)^2"
    window = box(-1.6, 1.6)
    customary_start = start_at(0.01, 0.02)

    completeness = complete_up_to(2, "notable")

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        known = []
        for point in chain(self.dim):
            zeros = self.dim - int(np.count_nonzero(point))
            known.append(CriticalPoint(point, zeros / 4.0, kind_in_chain(self.dim, zeros)))
        return in_order(known)

    def _value(self, p: Array) -> Array:
        u = p * p - 1.0
        wells = total(u * u) / 4.0
        return wells if self.dim == 1 else wells + 0.5 * self.hold * total(p[1:] * p[1:] * u[:-1] * u[:-1])

    def _gradient(self, p: Array) -> Array:
        u = p * p - 1.0
        rows = list(p * u)
        for i in range(1, self.dim):
            rows[i] = rows[i] + self.hold * p[i] * u[i - 1] * u[i - 1]
            rows[i - 1] = rows[i - 1] + 2.0 * self.hold * p[i] * p[i] * u[i - 1] * p[i - 1]
        return stack(*rows)

    def _hessian(self, p: Array) -> Array:
        u, zero = p * p - 1.0, 0.0 * p[0]
        rows = [[zero] * (i + 1) for i in range(self.dim)]
        for i in range(self.dim):
            rows[i][i] = 3.0 * p[i] * p[i] - 1.0
        for i in range(1, self.dim):
            a, b = p[i - 1], p[i]
            rows[i][i] = rows[i][i] + self.hold * u[i - 1] * u[i - 1]
            rows[i][i - 1] = 4.0 * self.hold * b * u[i - 1] * a
            rows[i - 1][i - 1] = rows[i - 1][i - 1] + 2.0 * self.hold * b * b * (3.0 * a * a - 1.0)
        return symmetric(*map(tuple, rows))
