"""`ls.surface("rastrigin")`: Rastrigin's function: a shallow bowl under a lattice of cosine bumps."""

from __future__ import annotations

import functools
import itertools
import math

import numpy as np

from landscape.core.component import Array, Count, Positive
from landscape.core.critical_points import CriticalPoint, Kind, in_order
from landscape.core.elementary import diagonal, total
from landscape.core.surface import Surface, box, complete_up_to, start_at
from landscape.surfaces._registry import register


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
    window = box(-5.12, 5.12)
    customary_start = start_at(-3.3, 2.6)

    completeness = complete_up_to(2)

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
