"""`ls.surface("powell_singular")`: Powell's singular function: convex, with a minimum so flat that Newton's method
slows down to linear.
"""

from __future__ import annotations

import functools
from typing import Annotated

import numpy as np
from annotated_types import Ge

from landscape.core.component import Array, FieldError
from landscape.core.critical_points import CriticalPoint
from landscape.core.elementary import diagonal
from landscape.core.surface import box, start_at
from landscape.surfaces._bases.least_squares import Residuals
from landscape.surfaces._registry import register
from landscape.surfaces.least_squares._base import ROOTS


@register("powell_singular")
class PowellSingular(Residuals):
    """Powell's singular function: convex, with a minimum so flat that Newton's method slows down to linear.

    f(p) = sum over fours (a + 10 b)^2 + 5 (c - d)^2 + (b - 2 c)^4 + 10 (a - d)^4.

    p: (dim, ...), dim a multiple of 4, of coordinates (a, b, c, d, a, b, ...): the extended function. The only minimum
    is 0, of value 0, where two eigenvalues of the Hessian in each four are 0.

    Source: Powell 1962, "An iterative method for finding stationary values of a function of several variables", The
    Computer Journal 5(2); Moré, Garbow and Hillstrom 1981, "Testing unconstrained optimization software", problems 13
    and 22, whose residuals come four by four: here, all that are alike come together.
    """

    dim: Annotated[int, Ge(4)] = 4

    title = "Powell singular"
    traits = frozenset({"convex", "ravine"})
    formula = r"f(p) = \sum (a + 10 b)^2 + 5\, (c - d)^2 + (b - 2 c)^4 + 10\, (a - d)^4"

    def _check(self) -> None:
        if self.dim % 4:
            raise FieldError(self.name, "dim", f"must be a multiple of 4, got {self.dim}")

    window = box(-4.0, 4.0)
    customary_start = start_at(3.0, -1.0, 0.0, 1.0)

    completeness = "global"

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        return (CriticalPoint(np.zeros(self.dim), 0.0, "minimum", degenerate=True),)

    def _residuals(self, p: Array) -> Array:
        a, b, c, d = (p[i::4] for i in range(4))
        u, v = b - 2.0 * c, a - d
        return np.concatenate([a + 10.0 * b, ROOTS[5] * (c - d), u * u, ROOTS[10] * v * v])

    def _jacobian(self, p: Array) -> Array:
        a, b, c, d = (p[i::4] for i in range(4))
        u, v = 2.0 * (b - 2.0 * c), (2.0 * ROOTS[10]) * (a - d)
        one, none = diagonal(1.0 + 0.0 * a), diagonal(0.0 * a)
        flat, steep = diagonal(u), diagonal(v)
        by_kind = [
            np.concatenate([one, none, none, steep]),
            np.concatenate([10.0 * one, none, flat, none]),
            np.concatenate([none, ROOTS[5] * one, -2.0 * flat, none]),
            np.concatenate([none, -ROOTS[5] * one, none, -steep]),
        ]
        return np.concatenate(by_kind, axis=1)[:, np.argsort(self._order(), kind="stable")]

    def _curvature(self, p: Array, r: Array) -> Array:
        n = self.dim // 4
        u, v = 2.0 * r[2 * n : 3 * n], (2.0 * ROOTS[10]) * r[3 * n :]
        matrix = diagonal(np.concatenate([v, u, 4.0 * u, v])[np.argsort(self._order(), kind="stable")])
        a, b, c, d = (np.arange(i, self.dim, 4) for i in range(4))
        matrix[b, c] = matrix[c, b] = -2.0 * u
        matrix[a, d] = matrix[d, a] = -v
        return matrix

    def _order(self) -> Array:
        """(dim,): which coordinate comes where all a, all b, all c and all d are put together."""
        return np.concatenate([np.arange(i, self.dim, 4) for i in range(4)])
