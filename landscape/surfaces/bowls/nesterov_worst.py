"""`ls.surface("nesterov_worst")`: Nesterov's worst function: a chain on which no gradient method is fast at first."""

from __future__ import annotations

import functools

import numpy as np

from landscape.core.component import Array, Count, Positive
from landscape.core.critical_points import CriticalPoint
from landscape.core.elementary import constant, stack, total
from landscape.core.surface import Surface, Window
from landscape.surfaces._registry import register


@register("nesterov_worst")
class NesterovWorst(Surface):
    """Nesterov's worst function: a chain on which no gradient method is fast at first.

    f(p) = L/4 ( 1/2 (p_1^2 + sum_{i < n} (p_i - p_{i+1})^2 + p_n^2) - p_1 ),   n = dim.

    p: (dim, ...); L is the field `smoothness`, the largest curvature that the Hessian can have. From the start 0 a
    gradient changes one coordinate more a step, so that after k = (n - 1) / 2 steps every rule that moves along the
    gradients it has seen is at least 3 L |p*|^2 / (32 (k + 1)^2) above the minimum. Gradient descent at the
    rate 1/L guarantees 2 L |p*|^2 / (k + 4), Nesterov's method 2 L |p*|^2 / (k + 1)^2. The minimum is
    p_i = 1 - i / (n + 1), of value -L/8 n / (n + 1); the eigenvalues of the Hessian are L sin^2(i pi / (2 n + 2)).

    Source: Nesterov 2004, "Introductory lectures on convex optimization", section 2.1.2, f_k of equation 2.1.12 with
    k = n, and theorem 2.1.7.
    """

    dim: Count = 2
    smoothness: Positive = 1.0

    title = "Nesterov's worst function"
    traits = frozenset({"convex", "scalable"})
    formula = (
        r"f(p) = \frac{L}{4} \left( \frac{1}{2} \left( p_1^2 + \sum_{i < n} (p_i - p_{i+1})^2 + p_n^2 \right)"
        r" - p_1 \right)"
    )

    @property
    def window(self) -> Window:
        return ((-0.5, 1.5),) * self.dim

    @property
    def customary_start(self) -> Array:
        return np.zeros(self.dim)

    completeness = "complete"

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        n = self.dim
        return (CriticalPoint(1.0 - np.arange(1.0, n + 1.0) / (n + 1.0), self._lowest, "minimum"),)

    @property
    def _lowest(self) -> float:
        return -self.smoothness / 8.0 * self.dim / (self.dim + 1.0)

    def _value(self, p: Array) -> Array:
        squares = p[0] * p[0] + p[-1] * p[-1]
        if self.dim > 1:
            apart = p[1:] - p[:-1]
            squares = squares + total(apart * apart)
        return 0.25 * self.smoothness * (0.5 * squares - p[0])

    def _gradient(self, p: Array) -> Array:
        slope = list(2.0 * p)
        for i in range(self.dim - 1):
            slope[i], slope[i + 1] = slope[i] - p[i + 1], slope[i + 1] - p[i]
        slope[0] = slope[0] - 1.0
        return 0.25 * self.smoothness * stack(*slope)

    def _hessian(self, p: Array) -> Array:
        beside = np.eye(self.dim, k=1)
        return constant(0.25 * self.smoothness * (2.0 * np.eye(self.dim) - beside - beside.T), p)
