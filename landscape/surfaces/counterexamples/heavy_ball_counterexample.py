"""`ls.surface("heavy_ball_counterexample")`: Three parabolas joined smoothly, on which heavy ball, tuned for the
best rate on quadratics, runs in a cycle.
"""

from __future__ import annotations

import functools

from landscape.core.component import Array
from landscape.core.critical_points import CriticalPoint
from landscape.core.elementary import select, stack, symmetric
from landscape.core.surface import Surface, box, start_at
from landscape.surfaces._registry import register


@register("heavy_ball_counterexample")
class HeavyBallCounterexample(Surface):
    """Three parabolas joined smoothly, on which heavy ball, tuned for the best rate on quadratics, runs in a cycle.

    f'(x) = 25 x for x < 1, x + 24 for 1 <= x < 2, 25 x - 24 for x >= 2;
    f(x) = 25 x^2 / 2, x^2 / 2 + 24 x - 12, 25 x^2 / 2 - 24 x + 36.

    p = (x): (dim, ...), dim = 1. f is strongly convex (f'' >= 1) with a Lipschitz gradient (f'' <= 25), its minimum at
    0. f'' jumps at 1 and at 2, where the Hessian given is that of the right. Heavy ball with rate 1/9 and momentum 4/9,
    the best for quadratics of curvatures 1 to 25, goes from 3.3 into the cycle 0.6465, -1.8024, 2.1159; from 2 or 5 it
    converges, and gradient descent at rate 1/13 and Nesterov's method do.

    Source: Lessard, Recht and Packard 2016, "Analysis and design of optimization algorithms via integral quadratic
    constraints", SIAM Journal on Optimization 26(1), section 4.6; arXiv:1408.3595.
    """

    dim = 1
    traits = frozenset({"convex"})
    formula = (
        r"f(x) = \frac{25}{2} x^2 \;(x < 1), \;\frac{1}{2} x^2 + 24 x - 12 \;(x < 2), "
        r"\;\frac{25}{2} x^2 - 24 x + 36 \;(x \geq 2)"
    )

    window = box(-3.0, 4.0)
    customary_start = start_at(3.3)

    completeness = "complete"

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        return (CriticalPoint([0.0], 0.0, "minimum"),)

    def _value(self, p: Array) -> Array:
        x = p[0]
        left, middle, right = 12.5 * x * x, x * (0.5 * x + 24.0) - 12.0, x * (12.5 * x - 24.0) + 36.0
        return select(x - 2.0, right, select(x - 1.0, middle, left))

    def _gradient(self, p: Array) -> Array:
        x = p[0]
        return stack(select(x - 2.0, 25.0 * x - 24.0, select(x - 1.0, x + 24.0, 25.0 * x)))

    def _hessian(self, p: Array) -> Array:
        x = p[0]
        return symmetric((0.0 * x + select(x - 2.0, 25.0, select(x - 1.0, 1.0, 25.0)),))
