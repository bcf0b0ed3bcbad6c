"""`ls.surface("rosenbrock")`: Rosenbrock's banana: a curved ravine, quick to enter and slow to follow."""

from __future__ import annotations

import functools
from typing import Annotated, Any

import numpy as np
from annotated_types import Ge

from landscape.core.component import Array, Positive, Real
from landscape.core.critical_points import CriticalPoint
from landscape.core.elementary import diagonal, total
from landscape.core.finder import critical
from landscape.core.surface import Surface, Window, complete_up_to, start_at
from landscape.surfaces._registry import register

# Kok and Sandrock searched up to this many dimensions; beyond, a dense Hessian is slow to factorise too.
MOST_SEARCHED = 100


@register("rosenbrock")
class Rosenbrock(Surface):
    """Rosenbrock's banana: a curved ravine, quick to enter and slow to follow.

    f(p) = sum_{i=1}^{dim-1} (a - p_i)^2 + b (p_{i+1} - p_i^2)^2.

    p: (dim, ...), dim at least 2. This chain, also `scipy.optimize.rosen`, is one of two customary extensions to many
    dimensions; the other one (Moré, Garbow and Hillstrom 1981, problem 21) adds up separate pairs of coordinates.
    For dim = 2 the minimum is (a, a^2), for a = 1 it is (1, ..., 1), both with value 0. Otherwise it is found
    numerically up to 100 dimensions, and unknown beyond. For a = 1, b = 100 and 4 <= dim there is a second, local
    minimum near (-1, 1, ..., 1), listed up to 100 dimensions. The saddles of high dimensions are not listed.

    Source: Rosenbrock 1960, "An automatic method for finding the greatest or least value of a function", The Computer
    Journal 3(3); the second minimum: Shang and Qiu 2006, "A note on the extended Rosenbrock function", and Kok and
    Sandrock 2009, "Locating and characterizing the stationary points of the extended Rosenbrock function", both in
    Evolutionary Computation.
    """

    dim: Annotated[int, Ge(2)] = 2
    a: Real = 1.0
    b: Positive = 100.0

    title = "Rosenbrock"
    traits = frozenset({"ravine", "scalable"})
    formula = r"f(p) = \sum_i (a - p_i)^2 + b\, (p_{i+1} - p_i^2)^2"

    @property
    def window(self) -> Window:
        r = max(1.0, abs(self.a))
        low = -r * r if self.dim == 2 else -2.0 * r
        return ((-2.0 * r, 2.0 * r), *((low, 3.0 * r * r),) * (self.dim - 1))

    customary_start = start_at(-1.2, 1.0)

    completeness = complete_up_to(2, "notable")

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        found = []
        if self.dim == 2 or self.a * self.a == self.a:
            found.append(CriticalPoint([*[self.a] * (self.dim - 1), self.a * self.a], 0.0, "minimum"))
        if 2 < self.dim <= MOST_SEARCHED:
            ones = np.ones(self.dim)
            for guess in (ones, np.concatenate([-ones[:1], ones[1:]]), 0.0 * ones):
                minimum = self._descended(guess)
                if all(np.max(np.abs(minimum.point - other.point)) > 1e-6 for other in found):
                    found.append(minimum)
        return tuple(sorted(found, key=lambda minimum: minimum.value))

    def _descended(self, guess: Array) -> CriticalPoint:
        """The minimum below `guess` (dim,)."""
        from scipy.optimize import minimize

        low = minimize(self.value, guess, jac=self.gradient, hess=self.hessian, method="trust-exact")
        return critical(self, low.x)

    def residuals(self, p: Any) -> Array:
        """The residuals of the sum of squares, a - p_i and then sqrt(b) (p_{i+1} - p_i^2): (2 (dim - 1), ...)."""
        x, y = (q := self._point(p))[:-1], q[1:]
        return np.concatenate([self.a - x, np.sqrt(self.b) * (y - x * x)])

    def jacobian(self, p: Any) -> Array:
        """The derivatives of the residuals: (2 (dim - 1), dim, ...)."""
        x, pairs = self._point(p)[:-1], self.dim - 1
        matrix = np.zeros((2 * pairs, self.dim, *x.shape[1:]), dtype=x.dtype)
        i, root = np.arange(pairs), np.sqrt(self.b)
        matrix[i, i] = -1.0
        matrix[pairs + i, i], matrix[pairs + i, i + 1] = -2.0 * root * x, root
        return matrix

    def _value(self, p: Array) -> Array:
        x, y = p[:-1], p[1:]
        short, off = self.a - x, y - x * x
        return total(short * short + self.b * off * off)

    def _gradient(self, p: Array) -> Array:
        x, y = p[:-1], p[1:]
        right = (2.0 * self.b) * (y - x * x)
        left = 2.0 * (x - self.a - x * right)
        return np.concatenate([left[:1], left[1:] + right[:-1], right[-1:]])

    def _hessian(self, p: Array) -> Array:
        x, y = p[:-1], p[1:]
        left = 2.0 + (4.0 * self.b) * (3.0 * x * x - y)
        right = np.full_like(x, 2.0 * self.b)
        matrix = diagonal(np.concatenate([left[:1], left[1:] + right[:-1], right[-1:]]))
        i = np.arange(self.dim - 1)
        matrix[i, i + 1] = matrix[i + 1, i] = (-4.0 * self.b) * x
        return matrix
