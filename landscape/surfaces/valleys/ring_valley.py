"""`ls.surface("ring_valley")`: Ring valley: a round bed, once about a hill, with the minimum at its eastern end."""

from __future__ import annotations

import functools
import math
from typing import Annotated

from annotated_types import Gt

from landscape.core.component import Array
from landscape.core.critical_points import CriticalPoint, in_order
from landscape.core.elementary import fixed_point, stack, symmetric
from landscape.core.finder import polished
from landscape.core.surface import Surface
from landscape.surfaces._registry import register


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
    customary_start = fixed_point(-1.2, 0.1)

    completeness = "complete"

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
