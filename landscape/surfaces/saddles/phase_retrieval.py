"""`ls.surface("phase_retrieval")`: Phase retrieval from infinitely many measurements: two mirrored minima, and a
ring of saddles about a hill.
"""

from __future__ import annotations

import functools
from typing import Annotated

import numpy as np
from annotated_types import Ge

from landscape.core.component import Array
from landscape.core.critical_points import CriticalPoint
from landscape.core.elementary import constant, total
from landscape.core.surface import Surface, box, complete_up_to, start_at
from landscape.surfaces._registry import register


@register("phase_retrieval")
class PhaseRetrieval(Surface):
    """Phase retrieval from infinitely many measurements: two mirrored minima, and a ring of saddles about a hill.

    f(p) = 3/4 |p|^4 - 1/2 |p|^2 - (x . p)^2 + 3/4,   x = (1, ..., 1) / sqrt(dim).

    It is a quarter of the mean of ((a . p)^2 - (a . x)^2)^2 over normal a: the signal x is sought, only squares are
    measured, and the sign is lost. p: (dim, ...). The minima are x and -x, of value 0; 0 is a maximum; the points at
    right angles to x of length 1 / sqrt 3 are saddles, of value 2/3: two in two dimensions, a sphere in more, of which
    one is listed (degenerate).

    Source: Sun, Qu and Wright 2018, "A geometric analysis of phase retrieval", Foundations of Computational Mathematics
    18, arXiv:1602.06664, for real signals and measurements.
    """

    dim: Annotated[int, Ge(2)] = 2

    traits = frozenset({"multimodal", "saddle", "scalable"})
    formula = r"f(p) = \frac{3}{4} |p|^4 - \frac{1}{2} |p|^2 - (x \cdot p)^2 + \frac{3}{4}"
    window = box(-1.4, 1.4)
    customary_start = start_at(-0.55, 0.5)

    completeness = complete_up_to(2, "notable")

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        signal = np.full(self.dim, 1.0 / np.sqrt(self.dim))
        across = np.zeros(self.dim)
        across[:2] = np.sqrt(1.0 / 6.0), -np.sqrt(1.0 / 6.0)
        saddles = (across, -across) if self.dim == 2 else (across,)
        return (
            CriticalPoint(signal, 0.0, "minimum"),
            CriticalPoint(-signal, 0.0, "minimum"),
            *(CriticalPoint(point, 2.0 / 3.0, "saddle", self.dim > 2) for point in saddles),
            CriticalPoint(np.zeros(self.dim), 0.75, "maximum"),
        )

    def _value(self, p: Array) -> Array:
        u, s = total(p * p), total(p)
        return 0.75 * u * u - 0.5 * u - s * s / self.dim + 0.75

    def _gradient(self, p: Array) -> Array:
        u, s = total(p * p), total(p)
        return p * (3.0 * u - 1.0) - 2.0 * s / self.dim

    def _hessian(self, p: Array) -> Array:
        u = total(p * p)
        eye = constant(np.eye(self.dim), p)
        return eye * (3.0 * u - 1.0) + p[:, None] * p[None, :] * 6.0 - 2.0 / self.dim
