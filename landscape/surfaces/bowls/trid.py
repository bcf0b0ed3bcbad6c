"""`ls.surface("trid")`: Trid: a quadratic whose coordinates pull at their neighbours, with its minimum far from 0."""

from __future__ import annotations

import functools

import numpy as np

from landscape.core.component import Array, Count
from landscape.core.critical_points import CriticalPoint
from landscape.core.elementary import constant, stack, total
from landscape.core.surface import Surface, Window
from landscape.surfaces._registry import register


@register("trid")
class Trid(Surface):
    """Trid: a quadratic whose coordinates pull at their neighbours, with its minimum far from 0.

    f(p) = sum_i (p_i - 1)^2 - sum_{i >= 2} p_i p_{i-1}.

    p: (dim, ...). The minimum is p_i = i (dim + 1 - i), of value -dim (dim + 4) (dim - 1) / 6; the eigenvalues of the
    Hessian are 2 - 2 cos(i pi / (dim + 1)), so that its condition grows as dim^2.

    Source: Neumaier 1998, in Adorio and Diliman 2005, "MVF: multivariate test functions library in C".
    """

    dim: Count = 2

    title = "Trid"
    traits = frozenset({"convex", "scalable"})
    formula = r"f(p) = \sum_i (p_i - 1)^2 - \sum_{i \geq 2} p_i\, p_{i - 1}"

    @property
    def window(self) -> Window:
        return ((-float(self.dim * self.dim), float(self.dim * self.dim)),) * self.dim

    @property
    def customary_start(self) -> Array:
        return np.resize([-0.8, 0.7], self.dim) * self.dim

    completeness = "complete"

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        n, i = self.dim, np.arange(1.0, self.dim + 1.0)
        return (CriticalPoint(i * (n + 1.0 - i), -n * (n + 4.0) * (n - 1.0) / 6.0, "minimum"),)

    def _value(self, p: Array) -> Array:
        squares = total((p - 1.0) * (p - 1.0))
        return squares - total(p[1:] * p[:-1]) if self.dim > 1 else squares

    def _gradient(self, p: Array) -> Array:
        slope = list(2.0 * (p - 1.0))
        for i in range(self.dim - 1):
            slope[i], slope[i + 1] = slope[i] - p[i + 1], slope[i + 1] - p[i]
        return stack(*slope)

    def _hessian(self, p: Array) -> Array:
        beside = np.eye(self.dim, k=1)
        return constant(2.0 * np.eye(self.dim) - beside - beside.T, p)
