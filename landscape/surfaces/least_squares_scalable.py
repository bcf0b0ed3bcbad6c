"""Fit as many parameters as you like: penalties, and problems that couple every coordinate with every other."""

from __future__ import annotations

import functools
import math
from typing import Annotated

import numpy as np
from annotated_types import Ge

from landscape.component import Array
from landscape.core import CriticalPoint, Window, column, constant, critical, diagonal, polished, stack, total
from landscape.surfaces._registry import register
from landscape.surfaces._residuals import Residuals

Several = Annotated[int, Ge(2)]
# Beyond, a dense Hessian is slow to factorise.
MOST_SEARCHED = 100
ROOT_A = math.sqrt(1e-5)


@register("penalty_1")
class Penalty1(Residuals):
    """The first penalty function: a sphere that holds on tightly, and a faint pull towards one point of it.

    f(p) = 10^-5 sum_i (p_i - 1)^2 + (sum_i p_i^2 - 1/4)^2.

    p: (dim, ...). Every critical point has equal coordinates t: dim t^3 - (1/4 - a/2) t = a/2 with a = 10^-5, a cubic,
    whose largest root is the minimum, near 1/(2 sqrt(dim)), the smallest a saddle on the other side of the sphere (a
    minimum for dim = 1), and the middle one a maximum next to 0. For dim = 4 the minimum has the value 2.24997...e-5.

    Source: Gill, Murray and Pitfield 1972, "The implementation of two revised quasi-Newton algorithms for unconstrained
    optimization", National Physical Laboratory; Moré, Garbow and Hillstrom 1981, "Testing unconstrained optimization
    software", ACM TOMS 7(1), problem 23.
    """

    dim: Annotated[int, Ge(1)] = 2

    title = "penalty I"
    traits = frozenset({"ravine", "saddle", "scalable"})
    formula = r"f(p) = 10^{-5} \sum_i (p_i - 1)^2 + (\sum_i p_i^2 - 1/4)^2"

    @property
    def window(self) -> Window:
        return tuple((-1.0, i + 1.0) for i in range(self.dim))

    @property
    def customary_start(self) -> Array:
        return np.arange(1.0, self.dim + 1.0)

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        roots = np.roots([float(self.dim), 0.0, 0.5e-5 - 0.25, -0.5e-5]).real
        return polished(self, np.outer(roots, np.ones(self.dim)))

    def _residuals(self, p: Array) -> Array:
        return np.concatenate([ROOT_A * (p - 1.0), stack(total(p * p) - 0.25)])

    def _jacobian(self, p: Array) -> Array:
        return np.concatenate([constant(ROOT_A * np.eye(self.dim), p), (2.0 * p)[None]])

    def _bend(self, p: Array, r: Array) -> Array:
        return diagonal(stack(*[2.0 * r[-1]] * self.dim))


@register("penalty_2")
class Penalty2(Residuals):
    """The second penalty function: an ellipsoid that holds on tightly, and faint exponentials that pull along it.

    f(p) = (p_1 - 0.2)^2 + (sum_j (n - j + 1) p_j^2 - 1)^2 + 10^-5 sum_{i=2}^n (exp(p_i/10) - exp(-1/10))^2
           + 10^-5 sum_{i=2}^n (exp(p_i/10) + exp(p_{i-1}/10) - exp(i/10) - exp((i-1)/10))^2,   n = dim.

    p: (dim, ...), dim at least 2. The minimum is found numerically, up to 100 dimensions; for dim = 4 it has the value
    9.37629...e-6, and p_1 is near 0.2 there. For dim = 2 every critical point that a search of the window finds is
    listed.

    Source: Gill, Murray and Pitfield 1972, "The implementation of two revised quasi-Newton algorithms for unconstrained
    optimization", National Physical Laboratory; Moré, Garbow and Hillstrom 1981, "Testing unconstrained optimization
    software", ACM TOMS 7(1), problem 24.
    """

    dim: Several = 2

    title = "penalty II"
    traits = frozenset({"ravine", "scalable"})
    formula = (
        r"f(p) = (p_1 - 0.2)^2 + (\sum_j (n - j + 1)\, p_j^2 - 1)^2 + 10^{-5} \sum_{i>1} (e^{p_i/10} - e^{-1/10})^2"
        r" + 10^{-5} \sum_{i>1} (e^{p_i/10} + e^{p_{i-1}/10} - e^{i/10} - e^{(i-1)/10})^2"
    )

    @property
    def window(self) -> Window:
        return ((-1.0, 1.0),) * self.dim

    @property
    def customary_start(self) -> Array:
        return np.full(self.dim, 0.5)

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        if self.dim == 2:
            return polished(self, PENALTY_2)
        return (lowest(self),) if self.dim <= MOST_SEARCHED else ()

    def _residuals(self, p: Array) -> Array:
        e, known = np.exp(p / 10.0), np.exp(np.arange(1.0, self.dim + 1.0) / 10.0)
        sums = column(known[1:] + known[:-1], p)
        weights = column(np.arange(self.dim, 0.0, -1.0), p)
        return np.concatenate(
            [
                p[:1] - 0.2,
                ROOT_A * (e[1:] + e[:-1] - sums),
                ROOT_A * (e[1:] - math.exp(-0.1)),
                stack(total(weights * p * p) - 1.0),
            ]
        )

    def _jacobian(self, p: Array) -> Array:
        n = self.dim
        slope = (ROOT_A / 10.0) * np.exp(p / 10.0)
        lines = diagonal(slope)
        first = constant(np.eye(n)[:1], p)
        last = (2.0 * column(np.arange(n, 0.0, -1.0), p) * p)[None]
        return np.concatenate([first, lines[1:] + lines[:-1], lines[1:], last])

    def _bend(self, p: Array, r: Array) -> Array:
        n = self.dim
        curve = (ROOT_A / 100.0) * np.exp(p / 10.0)
        pair, single = r[1:n], r[n : 2 * n - 1]
        sums = np.concatenate([pair[:1], pair[1:] + pair[:-1] + single[:-1], pair[-1:] + single[-1:]])
        return diagonal(curve * sums + (2.0 * column(np.arange(n, 0.0, -1.0), p)) * r[-1])


@register("variably_dimensioned")
class VariablyDimensioned(Residuals):
    """The variably dimensioned function: a bowl, squeezed along one direction by a square and a fourth power.

    f(p) = sum_i (p_i - 1)^2 + s^2 + s^4,   s = sum_i i (p_i - 1).

    p: (dim, ...). Convex; the minimum is (1, ..., 1), of value 0.

    Source: Moré, Garbow and Hillstrom 1981, "Testing unconstrained optimization software", ACM TOMS 7(1), problem 25.
    """

    dim: Annotated[int, Ge(1)] = 2

    traits = frozenset({"convex", "ravine", "scalable"})
    formula = r"f(p) = \sum_i (p_i - 1)^2 + s^2 + s^4, \quad s = \sum_i i\, (p_i - 1)"

    @property
    def window(self) -> Window:
        return ((-1.0, 3.0),) * self.dim

    @property
    def customary_start(self) -> Array:
        return 1.0 - np.arange(1.0, self.dim + 1.0) / self.dim

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        return (CriticalPoint(np.ones(self.dim), 0.0, "minimum"),)

    def _residuals(self, p: Array) -> Array:
        s = total(self._rows(p) * (p - 1.0))
        return np.concatenate([p - 1.0, stack(s, s * s)])

    def _jacobian(self, p: Array) -> Array:
        rows = self._rows(p)
        s = total(rows * (p - 1.0))
        i = np.arange(1.0, self.dim + 1.0)
        return np.concatenate([constant(np.concatenate([np.eye(self.dim), i[None]]), p), (rows * (2.0 * s))[None]])

    def _bend(self, p: Array, r: Array) -> Array:
        rows = self._rows(p)
        return rows[:, None] * rows * (2.0 * r[-1])

    def _rows(self, p: Array) -> Array:
        return column(np.arange(1.0, self.dim + 1.0), p)


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

    @property
    def window(self) -> Window:
        return ((-1.5, 1.5),) * self.dim

    @property
    def customary_start(self) -> Array:
        return np.full(self.dim, 1.0 / self.dim)

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

    def _bend(self, p: Array, r: Array) -> Array:
        return diagonal(np.cos(p) * total(r) + r * (self._rows(p) * np.cos(p) + np.sin(p)))

    def _rows(self, p: Array) -> Array:
        return column(np.arange(1.0, self.dim + 1.0), p)


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

    @property
    def window(self) -> Window:
        return ((-1.0, 2.5),) * self.dim

    @property
    def customary_start(self) -> Array:
        return np.full(self.dim, 0.5)

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

    def _bend(self, p: Array, r: Array) -> Array:
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


def lowest(surface: Residuals) -> CriticalPoint:
    """The minimum that a descent from the customary start finds."""
    from scipy.optimize import minimize

    start = surface.customary_start
    low = minimize(surface.value, start, jac=surface.gradient, hess=surface.hessian, method="trust-exact")
    return critical(surface, low.x)


PENALTY_2 = (
    (0.2000002, 0.9591662),
    (0.2000006, -0.9591660),
    (0.6433203, -0.0000005),
    (-0.5758338, -0.0000004),
    (-0.0674864, -0.0000001),
)
TRIGONOMETRIC: dict[int, tuple[tuple[float, ...], ...]] = {
    2: ((0.2430642, 0.6126761), (0.0653953, 0.3143814)),
    10: (
        (0.0551509, 0.0568406, 0.0587640, 0.0609906, 0.0636262, 0.0668432, 0.2081615, 0.1643631, 0.0850069, 0.0914315),
    ),
}
BROWN_ALMOST_LINEAR = ((0.5, 2.0), (0.7351393, 1.4702785))
