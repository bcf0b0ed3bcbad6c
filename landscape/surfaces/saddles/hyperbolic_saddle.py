"""`ls.surface("hyperbolic_saddle")`: Strict saddle: down along y, up along x, without end."""

from __future__ import annotations

import functools

import numpy as np

from landscape.core.component import Array, Positive
from landscape.core.critical_points import CriticalPoint
from landscape.core.elementary import constant, stack
from landscape.core.surface import Surface, box, start_at
from landscape.surfaces._registry import register


@register("hyperbolic_saddle")
class HyperbolicSaddle(Surface):
    """Strict saddle: down along y, up along x, without end.

    f(x, y) = (a x^2 - b y^2) / 2.

    p = (x, y): (2, ...). The one critical point is the saddle at 0, with eigenvalues a and -b. Gradient descent at
    rate lr multiplies y by 1 + lr b a step: from y = y0 it reaches |y| = 1 after ln(1 / y0) / ln(1 + lr b) steps, and
    from y0 = 0 it converges to the saddle.

    Source: Dauphin et al. 2014, "Identifying and attacking the saddle point problem in high-dimensional non-convex
    optimization", arXiv:1406.2572; Lee, Simchowitz, Jordan and Recht 2016, "Gradient descent only converges to
    minimizers".
    """

    a: Positive = 1.0
    b: Positive = 1.0

    dim = 2
    traits = frozenset({"saddle", "unbounded"})
    formula = r"f(x, y) = \frac{1}{2} (a x^2 - b y^2)"
    window = box(-2.0, 2.0)
    customary_start = start_at(1.0, 0.01)

    completeness = "complete"

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        return (CriticalPoint([0.0, 0.0], 0.0, "saddle"),)

    def _value(self, p: Array) -> Array:
        x, y = p
        return 0.5 * (self.a * x * x - self.b * y * y)

    def _gradient(self, p: Array) -> Array:
        x, y = p
        return stack(self.a * x, -self.b * y)

    def _hessian(self, p: Array) -> Array:
        return constant(np.diag([self.a, -self.b]), p)
