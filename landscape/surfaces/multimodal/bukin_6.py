"""`ls.surface("bukin_6")`: Bukin's function N.6: a crease along a parabola, on which the way to the minimum is
hardly felt.
"""

from __future__ import annotations

import functools
from typing import Any

from landscape.core.critical_points import CriticalPoint
from landscape.core.elementary import fixed_point
from landscape.surfaces._bases.jets import Written, root, size, square
from landscape.surfaces._registry import register


@register("bukin_6")
class Bukin6(Written):
    """Bukin's function N.6: a crease along a parabola, on which the way to the minimum is hardly felt.

    f(x, y) = 100 sqrt |y - x^2/100| + |x + 10| / 100.

    p = (x, y): (2, ...). The minimum is (-10, 1), of value 0, and there is no other. f is not differentiable on the
    parabola, where the slope across is infinite (here it is given as 0), nor on x = -10, where the subgradient given
    is that of the first term.

    Source: Bukin 1997, "New minimization strategy for non-smooth functions", Novosibirsk; as N.6: Mishra 2006, MPRA
    2718.
    """

    dim = 2
    title = "Bukin 6"
    traits = frozenset({"ravine", "nonsmooth"})
    formula = r"f(x, y) = 100 \sqrt{|y - x^2 / 100|} + |x + 10| / 100"
    window = ((-15.0, -5.0), (-3.0, 3.0))
    customary_start = fixed_point(-6.0, -2.0)

    completeness = "complete"

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        return (CriticalPoint([-10.0, 1.0], 0.0, "minimum", kink=True),)

    def _formula(self, x: Any, y: Any) -> Any:
        return 100.0 * root(size(y - 0.01 * square(x))) + 0.01 * size(x + 10.0)
