"""Follow a valley: straight, sharp, bent or round, and as narrow as you choose."""

from __future__ import annotations

import functools
import math
from typing import Annotated

import numpy as np
from annotated_types import Ge, Gt

from landscape.component import Array, FieldError, Positive, Real
from landscape.core import (
    CriticalPoint,
    Surface,
    Window,
    column,
    critical,
    in_order,
    polished,
    select,
    spot,
    stack,
    symmetric,
    total,
)
from landscape.surfaces._registry import register
from landscape.surfaces._separable import Weighted

Several = Annotated[int, Ge(2)]


@register("bent_cigar")
class BentCigar(Weighted):
    """Cigar: one flat direction among steep ones.

    f(p) = p_1^2 + condition sum_{i >= 2} p_i^2.

    p: (dim, ...). condition: the ratio of the eigenvalues. The minimum is at 0. It is the bent cigar before it is bent,
    as everybody uses it.

    Source: Hansen, Finck, Ros and Auger 2009, "Real-parameter black-box optimization benchmarking 2009: noiseless
    functions definitions", RR-6829, function 12 without its transformations.
    """

    formula = r"f(p) = p_1^2 + \kappa \sum_{i \geq 2} p_i^2"

    @functools.cached_property
    def _weights(self) -> Array:
        return np.append(1.0, np.full(self.dim - 1, self.condition))


@register("discus")
class Discus(Weighted):
    """Discus: one steep direction among flat ones.

    f(p) = condition p_1^2 + sum_{i >= 2} p_i^2.

    p: (dim, ...). condition: the ratio of the eigenvalues. The minimum is at 0.

    Source: Hansen, Finck, Ros and Auger 2009, "Real-parameter black-box optimization benchmarking 2009: noiseless
    functions definitions", RR-6829, function 11 without its transformations.
    """

    formula = r"f(p) = \kappa\, p_1^2 + \sum_{i \geq 2} p_i^2"

    @functools.cached_property
    def _weights(self) -> Array:
        return np.append(self.condition, np.ones(self.dim - 1))


@register("sharp_ridge")
class SharpRidge(Surface):
    """Sharp ridge: a slope down to a crease, along which the way to the minimum is hardly felt.

    f(p) = p_1^2 + steepness sqrt(sum_{i >= 2} p_i^2).

    p: (dim, ...), dim at least 2. The minimum is at 0. f is not differentiable on the crease, where p_2 = p_3 = ... =
    0; the subgradient there is (2 p_1, 0, ..., 0).

    Source: Hansen, Finck, Ros and Auger 2009, "Real-parameter black-box optimization benchmarking 2009: noiseless
    functions definitions", RR-6829, function 13 without its transformations.
    """

    dim: Several = 2
    steepness: Positive = 100.0

    traits = frozenset({"convex", "ravine", "nonsmooth", "scalable"})
    formula = r"f(p) = p_1^2 + s \sqrt{\sum_{i \geq 2} p_i^2}"

    @property
    def window(self) -> Window:
        return ((-5.0, 5.0),) * self.dim

    @property
    def customary_start(self) -> Array:
        return np.resize([4.0, 3.0], self.dim)

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        return (CriticalPoint(np.zeros(self.dim), 0.0, "minimum", kink=True),)

    def _value(self, p: Array) -> Array:
        return p[0] * p[0] + self.steepness * np.sqrt(total(p[1:] * p[1:]))

    def _gradient(self, p: Array) -> Array:
        return stack(2.0 * p[0], *(self.steepness * x for x in self._direction(p)[0]))

    def _hessian(self, p: Array) -> Array:
        direction, length = self._direction(p)
        size = self.dim - 1
        rows: list[tuple[Array, ...]] = [(2.0 + 0.0 * p[0],)]
        for i in range(size):
            row = [0.0 * p[0]]
            for j in range(i + 1):
                row.append(self.steepness * ((1.0 if i == j else 0.0) - direction[i] * direction[j]) / length)
            rows.append(tuple(row))
        crease = total(p[1:] * p[1:])
        # on the crease there is no curvature to give
        return symmetric(*(tuple(select(-crease, 0.0 * x, x) if i else x for x in row) for i, row in enumerate(rows)))

    def _direction(self, p: Array) -> tuple[Array, Array]:
        """(unit vector away from the crease, 0 on it; the distance from it, 1 on it)."""
        square = total(p[1:] * p[1:])
        length = np.sqrt(select(-square, 1.0 + 0.0 * square, square))
        return p[1:] / length, length


@register("extended_rosenbrock")
class ExtendedRosenbrock(Surface):
    """Extended Rosenbrock: many curved valleys side by side, one for each pair of coordinates.

    f(p) = sum_{i = 1, 3, 5, ...} (a - p_i)^2 + b (p_{i+1} - p_i^2)^2.

    p: (dim, ...), dim even. The only critical point is the minimum, p_i = a, p_{i+1} = a^2. Unlike the chained version
    ("rosenbrock" in more than two dimensions) the pairs do not feel one another.

    Source: Moré, Garbow and Hillstrom 1981, "Testing unconstrained optimization software", ACM TOMS 7(1), problem 21.
    """

    dim: Several = 4
    a: Real = 1.0
    b: Positive = 100.0

    title = "extended Rosenbrock"
    traits = frozenset({"ravine"})
    formula = r"f(p) = \sum_{i\ \mathrm{odd}} (a - p_i)^2 + b\, (p_{i+1} - p_i^2)^2"

    def _check(self) -> None:
        if self.dim % 2:
            raise FieldError(self.name, "dim", f"must be even, got {self.dim}")

    @property
    def window(self) -> Window:
        reach = max(2.0, 1.5 * self.a * self.a)
        return ((-reach, reach),) * self.dim

    @property
    def customary_start(self) -> Array:
        return np.resize([-1.2, 1.0], self.dim)

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        return (CriticalPoint(np.resize([self.a, self.a * self.a], self.dim), 0.0, "minimum"),)

    def _value(self, p: Array) -> Array:
        x, y = p[::2], p[1::2]
        off, bend = self.a - x, y - x * x
        return total(off * off + self.b * bend * bend)

    def _gradient(self, p: Array) -> Array:
        x, y = p[::2], p[1::2]
        bend = y - x * x
        slope = 2.0 * (x - self.a) - 4.0 * self.b * x * bend
        return stack(*(row for pair in zip(slope, 2.0 * self.b * bend, strict=True) for row in pair))

    def _hessian(self, p: Array) -> Array:
        x, y = p[::2], p[1::2]
        zero = 0.0 * p[0]
        rows: list[list[Array]] = [[zero] * (i + 1) for i in range(self.dim)]
        for k in range(self.dim // 2):
            rows[2 * k][2 * k] = 2.0 + self.b * (12.0 * x[k] * x[k] - 4.0 * y[k])
            rows[2 * k + 1][2 * k] = -4.0 * self.b * x[k]
            rows[2 * k + 1][2 * k + 1] = 2.0 * self.b + zero
        return symmetric(*map(tuple, rows))


@register("dixon_price")
class DixonPrice(Surface):
    """Dixon and Price's function: a valley that bends from each coordinate to the next, and forks at the last.

    f(p) = (p_1 - 1)^2 + sum_{i >= 2} i (2 p_i^2 - p_{i-1})^2.

    p: (dim, ...). The two minima, of value 0, are p_i = 2^(-(1 - 2^(1 - i))), with either sign of the last coordinate.
    In two dimensions the saddle (1/3, 0), of value 2/3, completes the list; in one it is a parabola. In more
    dimensions there are further saddles, which are not listed.

    Source: Dixon and Price 1989, "Truncated Newton method for sparse unconstrained optimization using automatic
    differentiation", JOTA 60(2).
    """

    dim: Several = 2

    title = "Dixon-Price"
    traits = frozenset({"multimodal", "saddle", "ravine", "scalable"})
    formula = r"f(p) = (p_1 - 1)^2 + \sum_{i \geq 2} i\, (2 p_i^2 - p_{i-1})^2"

    @property
    def window(self) -> Window:
        return ((-2.0, 2.0),) * self.dim

    @property
    def customary_start(self) -> Array:
        return np.resize([-1.5, 1.5], self.dim)

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        best = np.exp2(np.exp2(1.0 - np.arange(1.0, self.dim + 1.0)) - 1.0)
        other = np.append(best[:-1], -best[-1])
        minima = tuple(CriticalPoint(point, 0.0, "minimum") for point in (best, other))
        return (*minima, critical(self, [1.0 / 3.0, 0.0])) if self.dim == 2 else minima

    @functools.cached_property
    def _weights(self) -> Array:
        return np.arange(2.0, self.dim + 1.0)

    def _value(self, p: Array) -> Array:
        u = 2.0 * p[1:] * p[1:] - p[:-1]
        return (p[0] - 1.0) * (p[0] - 1.0) + total(column(self._weights, p) * u * u)

    def _gradient(self, p: Array) -> Array:
        u = column(self._weights, p) * (2.0 * p[1:] * p[1:] - p[:-1])
        slope = [2.0 * (p[0] - 1.0), *(8.0 * p[1:] * u)]
        for i in range(self.dim - 1):
            slope[i] = slope[i] - 2.0 * u[i]
        return stack(*slope)

    def _hessian(self, p: Array) -> Array:
        zero = 0.0 * p[0]
        rows: list[list[Array]] = [[zero] * (i + 1) for i in range(self.dim)]
        rows[0][0] = 2.0 + zero
        for i in range(1, self.dim):
            weight = i + 1.0
            rows[i - 1][i - 1] = rows[i - 1][i - 1] + 2.0 * weight
            rows[i][i - 1] = -8.0 * weight * p[i]
            rows[i][i] = 8.0 * weight * (6.0 * p[i] * p[i] - p[i - 1])
        return symmetric(*map(tuple, rows))


@register("curved_valley")
class CurvedValley(Surface):
    """Curved valley: a parabola's bed, as narrow as you choose.

    f(x, y) = 1/2 x^2 + condition/2 (y - bend x^2)^2.

    p = (x, y): (2, ...). The only critical point is the minimum at 0, where the eigenvalues are 1 and `condition`.
    bend: how strongly the bed curves.

    Source: Rosenbrock 1960, "An automatic method for finding the greatest or least value of a function", The Computer
    Journal 3(3), with the minimum at the parabola's vertex and its condition as the parameter.
    """

    condition: Positive = 100.0
    bend: Real = 1.0

    dim = 2
    traits = frozenset({"ravine"})
    formula = r"f(x, y) = \frac{1}{2} x^2 + \frac{\kappa}{2} (y - c\, x^2)^2"
    window = ((-2.0, 2.0), (-1.0, 3.0))
    customary_start = spot(-1.6, 2.4)

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        return (CriticalPoint([0.0, 0.0], 0.0, "minimum"),)

    def _value(self, p: Array) -> Array:
        x, y = p
        u = y - self.bend * x * x
        return 0.5 * x * x + 0.5 * self.condition * u * u

    def _gradient(self, p: Array) -> Array:
        x, y = p
        u = self.condition * (y - self.bend * x * x)
        return stack(x - 2.0 * self.bend * x * u, u)

    def _hessian(self, p: Array) -> Array:
        x, y = p
        c = self.bend
        return symmetric(
            (1.0 + self.condition * (6.0 * c * c * x * x - 2.0 * c * y),),
            (-2.0 * c * self.condition * x, self.condition),
        )


@register("ring_valley")
class RingValley(Surface):
    """Ring valley: a round bed, once about a hill, with the minimum at its eastern end.

    f(x, y) = (condition - 1)/8 (x^2 + y^2 - 1)^2 + 1/2 ((x - 1)^2 + y^2).

    p = (x, y): (2, ...). The minimum is (1, 0), of value 0, where the eigenvalues are 1 and `condition`. On the x axis
    follow the hill and, from a condition of 9 on, the saddle opposite the minimum, at the roots of (condition - 1)/2
    x (x + 1) + 1 = 0. Those three are all the critical points.

    Source: the course's own, for valleys whose bed turns by more than a right angle; compare Rosenbrock 1960.
    """

    condition: Annotated[float, Gt(9)] = 100.0

    dim = 2
    traits = frozenset({"ravine", "saddle"})
    formula = r"f(x, y) = \frac{\kappa - 1}{8} (x^2 + y^2 - 1)^2 + \frac{1}{2} ((x - 1)^2 + y^2)"
    window = ((-1.6, 1.6), (-1.6, 1.6))
    customary_start = spot(-1.2, 0.1)

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        root = math.sqrt(1.0 - 8.0 / (self.condition - 1.0))
        others = polished(self, [((-1.0 - root) / 2.0, 0.0), ((-1.0 + root) / 2.0, 0.0)])
        return in_order([CriticalPoint([1.0, 0.0], 0.0, "minimum"), *others])

    def _value(self, p: Array) -> Array:
        x, y = p
        u = x * x + y * y - 1.0
        return (self.condition - 1.0) / 8.0 * u * u + 0.5 * ((x - 1.0) * (x - 1.0) + y * y)

    def _gradient(self, p: Array) -> Array:
        x, y = p
        u = (self.condition - 1.0) / 2.0 * (x * x + y * y - 1.0)
        return stack(x * u + x - 1.0, y * u + y)

    def _hessian(self, p: Array) -> Array:
        x, y = p
        k = (self.condition - 1.0) / 2.0
        u = k * (x * x + y * y - 1.0) + 1.0
        return symmetric((u + 2.0 * k * x * x,), (2.0 * k * x * y, u + 2.0 * k * y * y))
