"""`ls.surface("brown_almost_linear")`: Brown's almost linear function: all equations but one are linear, and that
one is a product.
"""

from __future__ import annotations

import functools

import numpy as np

from landscape.core.component import Array, Several
from landscape.core.critical_points import CriticalPoint
from landscape.core.elementary import constant, stack, total
from landscape.core.finder import critical, polished
from landscape.core.surface import box, complete_up_to, start_at
from landscape.surfaces._bases.least_squares import Residuals
from landscape.surfaces._registry import register


@register("brown_almost_linear")
class BrownAlmostLinear(Residuals):
    """Brown's almost linear function: all equations but one are linear, and that one is a product.

    f(p) = sum_{i<n} (p_i + sum_j p_j - n - 1)^2 + (prod_j p_j - 1)^2,   n = dim.

    p: (dim, ...), dim at least 2. The minima of value 0 are (t, ..., t, t^(1-n)) for every real root t of
    n t^n - (n + 1) t^(n-1) + 1, 1 among them; all are listed that the window holds. (0, ..., 0, n + 1), of value 1, is
    a critical point for n > 2, often reported as a minimum; but it is none: f falls along (t, ..., t, n + 1 - n t)
    where the product is positive. For dim = 2 every critical point that a search of the window finds is listed.

    Source: Brown 1969, "A quadratically convergent Newton-like method based upon Gaussian elimination", SIAM Journal on
    Numerical Analysis 6(4); Moré, Garbow and Hillstrom 1981, "Testing unconstrained optimization software", problem 27.
    """

    dim: Several = 2

    title = "Brown almost-linear"
    traits = frozenset({"multimodal", "ravine", "saddle", "scalable"})
    formula = r"f(p) = \sum_{i<n} (p_i + \sum_j p_j - n - 1)^2 + (\prod_j p_j - 1)^2"
    window = box(-1.0, 2.5)
    customary_start = start_at(0.5)

    completeness = complete_up_to(2, "notable")

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        n = self.dim
        ones = CriticalPoint(np.ones(n), 0.0, "minimum")
        if n == 2:
            return (ones, *polished(self, BROWN_ALMOST_LINEAR))
        roots = np.roots([float(n), -n - 1.0, *[0.0] * (n - 2), 1.0])
        others = [t.real for t in roots if abs(t.imag) < 1e-9 and abs(t - 1.0) > 1e-6]
        guesses = [[*[t] * (n - 1), t ** (1 - n)] for t in others if -1.0 <= t ** (1 - n) <= 2.5]
        return (ones, *(critical(self, guess) for guess in guesses))

    def _residuals(self, p: Array) -> Array:
        whole = p[0]
        for x in p[1:]:
            whole = whole * x
        return np.concatenate([p[:-1] + (total(p) - (self.dim + 1.0)), stack(whole - 1.0)])

    def _jacobian(self, p: Array) -> Array:
        linear = constant(np.eye(self.dim)[:-1] + 1.0, p)
        return np.concatenate([linear, stack(*(self._without(p, i) for i in range(self.dim)))[None]])

    def _curvature(self, p: Array, r: Array) -> Array:
        n = self.dim
        rows = [[r[-1] * self._without(p, min(i, j), max(i, j)) if i != j else 0.0 for j in range(n)] for i in range(n)]
        flat = stack(*(entry for row in rows for entry in row))
        return flat.reshape(n, n, *p.shape[1:])

    def _without(self, p: Array, *left_out: int) -> Array:
        """The product of all coordinates but some."""
        whole: Array = 1.0 + 0.0 * p[0]
        for i, x in enumerate(p):
            if i not in left_out:
                whole = whole * x
        return whole


BROWN_ALMOST_LINEAR = ((0.5, 2.0), (0.7351393, 1.4702785))
