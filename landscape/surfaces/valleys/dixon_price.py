"""`ls.surface("dixon_price")`: Dixon and Price's function: a valley that bends from each coordinate to the next, and
forks at the last.
"""

from __future__ import annotations

import functools

import numpy as np

from landscape.core.component import Array, Several
from landscape.core.critical_points import CriticalPoint
from landscape.core.elementary import as_column, stack, symmetric, total
from landscape.core.finder import critical
from landscape.core.surface import Surface, box, complete_up_to, start_at
from landscape.surfaces._registry import register


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
    window = box(-2.0, 2.0)
    customary_start = start_at(-1.5, 1.5)

    completeness = complete_up_to(2)

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
        return (p[0] - 1.0) * (p[0] - 1.0) + total(as_column(self._weights, p) * u * u)

    def _gradient(self, p: Array) -> Array:
        u = as_column(self._weights, p) * (2.0 * p[1:] * p[1:] - p[:-1])
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
