"""Choose among many minima: Himmelblau's four equal ones, and Rastrigin's lattice of them."""

from __future__ import annotations

import functools
import itertools
import math
from typing import Any

import numpy as np

from landscape.component import Array, Count, Positive
from landscape.core import CriticalPoint, Kind, Surface, Window, critical, diagonal, in_order, stack, symmetric, total
from landscape.surfaces._registry import register


@register("himmelblau")
class Himmelblau(Surface):
    """Himmelblau's function: four minima of equal depth around a hill.

    f(x, y) = (x^2 + y - 11)^2 + (x + y^2 - 7)^2.

    p = (x, y): (2, ...). The minima have the value 0, (3, 2) among them. With four saddles and the maximum near
    (-0.27, -0.92), of value 181.6, these nine are all the critical points: the gradient is a pair of cubics, which have
    at most nine zeros in common.

    Source: Himmelblau 1972, "Applied nonlinear programming", McGraw-Hill.
    """

    dim = 2
    title = "Himmelblau"
    traits = frozenset({"multimodal", "saddle"})
    formula = r"f(x, y) = (x^2 + y - 11)^2 + (x + y^2 - 7)^2"

    @property
    def window(self) -> Window:
        return ((-5.0, 5.0), (-5.0, 5.0))

    @property
    def customary_start(self) -> Array:
        return np.array([0.0, 0.0])

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        minima = ((-2.805118, 3.131313), (-3.779310, -3.283186), (3.584428, -1.848127))
        saddles = ((-3.073026, -0.081353), (-0.127961, -1.953715), (0.086678, 2.884255), (3.385154, 0.073852))
        maximum = (-0.270845, -0.923039)
        return (
            CriticalPoint([3.0, 2.0], 0.0, "minimum"),
            *(critical(self, guess) for guess in (*minima, *saddles, maximum)),
        )

    def residuals(self, p: Any) -> Array:
        """The two residuals of the sum of squares: (2, ...)."""
        x, y = self._point(p)
        return stack(x * x + y - 11.0, x + y * y - 7.0)

    def jacobian(self, p: Any) -> Array:
        """The derivatives of the residuals: (2, 2, ...)."""
        x, y = self._point(p)
        one = np.ones_like(x)
        return np.stack([stack(2.0 * x, one), stack(one, 2.0 * y)])

    def _value(self, p: Array) -> Array:
        x, y = p
        u, v = x * x + y - 11.0, x + y * y - 7.0
        return u * u + v * v

    def _gradient(self, p: Array) -> Array:
        x, y = p
        u, v = x * x + y - 11.0, x + y * y - 7.0
        return stack(4.0 * x * u + 2.0 * v, 2.0 * u + 4.0 * y * v)

    def _hessian(self, p: Array) -> Array:
        x, y = p
        u, v = x * x + y - 11.0, x + y * y - 7.0
        return symmetric((8.0 * x * x + 4.0 * u + 2.0,), (4.0 * (x + y), 8.0 * y * y + 4.0 * v + 2.0))


@register("rastrigin")
class Rastrigin(Surface):
    """Rastrigin's function: a shallow bowl under a lattice of cosine bumps.

    f(p) = sum_i p_i^2 + amplitude (1 - cos(2 pi p_i)).

    p: (dim, ...). The global minimum is 0, with value 0. In one and two dimensions every critical point of the window
    is listed (for the customary amplitude of 10, 21 and 441 of them); they are the combinations of the roots of
    x = -pi amplitude sin(2 pi x). In more dimensions only the global minimum is, as there are 21^dim.

    Source: Rastrigin 1974, "Systems of extremal control" (two dimensions); any dimension: Rudolph 1990, "Globale
    Optimierung mit parallelen Evolutionsstrategien", and Mühlenbein, Schomisch and Born 1991, "The parallel genetic
    algorithm as function optimizer", Parallel Computing 17.
    """

    dim: Count = 2
    amplitude: Positive = 10.0

    title = "Rastrigin"
    traits = frozenset({"multimodal", "rugged", "saddle", "scalable"})
    formula = r"f(p) = \sum_i p_i^2 + A\, (1 - \cos 2 \pi p_i)"

    @property
    def window(self) -> Window:
        return ((-5.12, 5.12),) * self.dim

    @property
    def customary_start(self) -> Array:
        return np.resize([-3.3, 2.6], self.dim)

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        if self.dim > 2:
            return (CriticalPoint(np.zeros(self.dim), 0.0, "minimum"),)
        points = np.array(list(itertools.product(self._roots(), repeat=self.dim)))
        values = self._value(points.T)
        rising = self._curvature(points) > 0.0
        kinds: list[Kind] = ["minimum" if up.all() else "saddle" if up.any() else "maximum" for up in rising]
        found = [CriticalPoint(*found) for found in zip(points, values, kinds, strict=True)]
        return in_order(found)

    def _roots(self) -> Array:
        """(n,): where the derivative of one coordinate's part vanishes in the window, ascending.

        For x > 0 the derivative starts upwards and turns where 1 + 2 pi^2 amplitude cos(2 pi x) = 0; between two turns
        it is monotone, so that each sign change brackets one root. Bisection finds it to the last digit.
        """
        reach = self.window[0][1]
        turning = max(-1.0, -1.0 / (2.0 * math.pi * math.pi * self.amplitude))
        offset = math.acos(turning) / (2.0 * math.pi)
        around = np.arange(math.ceil(reach) + 1)
        turns = np.sort(np.concatenate([around + offset, around + 1.0 - offset]))
        ends = np.append(turns[turns < reach], reach)
        rises = np.sign(self._slope(ends))
        change = rises[:-1] != rises[1:]
        low, high, rise = ends[:-1][change], ends[1:][change], rises[1:][change]
        for _ in range(60):
            middle = (low + high) / 2.0
            beyond = np.sign(self._slope(middle)) == rise
            low, high = np.where(beyond, low, middle), np.where(beyond, middle, high)
        positive = high - self._slope(high) / self._curvature(high)
        return np.concatenate([-positive[::-1], [0.0], positive])

    def _slope(self, x: Array) -> Array:
        return 2.0 * x + (2.0 * math.pi * self.amplitude) * np.sin((2.0 * math.pi) * x)

    def _curvature(self, x: Array) -> Array:
        return 2.0 + (4.0 * math.pi * math.pi * self.amplitude) * np.cos((2.0 * math.pi) * x)

    def _value(self, p: Array) -> Array:
        return total(p * p + self.amplitude * (1.0 - np.cos((2.0 * math.pi) * p)))

    def _gradient(self, p: Array) -> Array:
        return self._slope(p)

    def _hessian(self, p: Array) -> Array:
        return diagonal(self._curvature(p))
