"""`ls.surface("curved_valley")`: Curved valley: a parabola's bed, as narrow as you choose."""

from __future__ import annotations

import functools

from landscape.core.component import Array, Positive, Real
from landscape.core.critical_points import CriticalPoint
from landscape.core.elementary import fixed_point, stack, symmetric
from landscape.core.surface import Surface
from landscape.surfaces._registry import register


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
    customary_start = fixed_point(-1.6, 2.4)

    completeness = "complete"

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
