"""`ls.surface("extended_rosenbrock")`: Extended Rosenbrock: many curved valleys side by side, one for each pair of
coordinates.
"""

from __future__ import annotations

import functools

import numpy as np

from landscape.core.component import Array, FieldError, Positive, Real, Several
from landscape.core.critical_points import CriticalPoint
from landscape.core.elementary import stack, symmetric, total
from landscape.core.surface import Surface, Window, start_at
from landscape.surfaces._registry import register


@register("extended_rosenbrock")
class ExtendedRosenbrock(Surface):
    """Extended Rosenbrock: many curved valleys side by side, one for each pair of coordinates.

    f(p) = sum_{i = 1, 3, 5, ...} (a - p_i)^2 + b (p_{i+1} - p_i^2)^2.

    p: (dim, ...), dim even. The only critical point is the minimum, p_i = a, p_{i+1} = a^2. Unlike the chained version
    ("rosenbrock" in more than two dimensions) the pairs are independent.

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

    customary_start = start_at(-1.2, 1.0)

    completeness = "complete"

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        return (CriticalPoint(np.resize([self.a, self.a * self.a], self.dim), 0.0, "minimum"),)

    def _value(self, p: Array) -> Array:
        x, y = p[::2], p[1::2]
        off, curvature = self.a - x, y - x * x
        return total(off * off + self.b * curvature * curvature)

    def _gradient(self, p: Array) -> Array:
        x, y = p[::2], p[1::2]
        curvature = y - x * x
        slope = 2.0 * (x - self.a) - 4.0 * self.b * x * curvature
        return stack(*(row for pair in zip(slope, 2.0 * self.b * curvature, strict=True) for row in pair))

    def _hessian(self, p: Array) -> Array:
        x, y = p[::2], p[1::2]
        zero = 0.0 * p[0]
        rows: list[list[Array]] = [[zero] * (i + 1) for i in range(self.dim)]
        for k in range(self.dim // 2):
            rows[2 * k][2 * k] = 2.0 + self.b * (12.0 * x[k] * x[k] - 4.0 * y[k])
            rows[2 * k + 1][2 * k] = -4.0 * self.b * x[k]
            rows[2 * k + 1][2 * k + 1] = 2.0 * self.b + zero
        return symmetric(*map(tuple, rows))
