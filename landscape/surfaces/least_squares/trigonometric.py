"""`ls.surface("trigonometric")`: The trigonometric function: shallow local minima around the global ones."""

from __future__ import annotations

import functools

import numpy as np

from landscape.core.component import Array, Several
from landscape.core.critical_points import CriticalPoint
from landscape.core.elementary import as_column, diagonal, stack, total
from landscape.core.finder import polished
from landscape.core.surface import box, complete_up_to
from landscape.surfaces._bases.least_squares import Residuals
from landscape.surfaces._registry import register


@register("trigonometric")
class Trigonometric(Residuals):
    """The trigonometric function: shallow local minima around the global ones.

    f(p) = sum_i (n - sum_j cos p_j + i (1 - cos p_i) - sin p_i)^2,   n = dim.

    p: (dim, ...). One global minimum, of value 0, is the origin; each coordinate has the period 2 pi, of which the
    window is the middle half. For dim = 2 every critical point that a search of the window finds is listed; for
    dim = 10 the origin and the minimum of value 2.79506...e-5 in which descents from the customary start end, else the
    origin alone.

    Source: Spedicato 1975, "Computational experience with quasi-Newton algorithms for minimization problems of
    moderately large size", CISE; Moré, Garbow and Hillstrom 1981, "Testing unconstrained optimization software", ACM
    TOMS 7(1), problem 26.
    """

    dim: Several = 2

    traits = frozenset({"multimodal", "scalable"})
    formula = r"f(p) = \sum_i (n - \sum_j \cos p_j + i\, (1 - \cos p_i) - \sin p_i)^2"
    window = box(-1.5, 1.5)

    @property
    def customary_start(self) -> Array:
        return np.full(self.dim, 1.0 / self.dim)

    completeness = complete_up_to(2, "notable")

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        others = polished(self, TRIGONOMETRIC.get(self.dim, ()))
        return (CriticalPoint(np.zeros(self.dim), 0.0, "minimum"), *others)

    def _residuals(self, p: Array) -> Array:
        half = np.sin(0.5 * p)
        falls = 2.0 * half * half
        return self._rows(p) * falls + total(falls) - np.sin(p)

    def _jacobian(self, p: Array) -> Array:
        slopes = np.sin(p)
        return diagonal(self._rows(p) * slopes - np.cos(p)) + stack(*[slopes] * self.dim)

    def _curvature(self, p: Array, r: Array) -> Array:
        return diagonal(np.cos(p) * total(r) + r * (self._rows(p) * np.cos(p) + np.sin(p)))

    def _rows(self, p: Array) -> Array:
        return as_column(np.arange(1.0, self.dim + 1.0), p)


TRIGONOMETRIC: dict[int, tuple[tuple[float, ...], ...]] = {
    2: ((0.2430642, 0.6126761), (0.0653953, 0.3143814)),
    10: (
        (0.0551509, 0.0568406, 0.0587640, 0.0609906, 0.0636262, 0.0668432, 0.2081615, 0.1643631, 0.0850069, 0.0914315),
    ),
}
