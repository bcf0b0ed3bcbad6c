"""`ls.surface("dauphin_saddle")`: Saddle between two minima that is steep to enter and nearly flat to leave."""

from __future__ import annotations

import functools

import numpy as np

from landscape.core.component import Array, Positive
from landscape.core.critical_points import CriticalPoint
from landscape.core.elementary import stack, symmetric
from landscape.core.surface import Surface, Window
from landscape.surfaces._registry import register


@register("dauphin_saddle")
class DauphinSaddle(Surface):
    """Saddle between two minima that is steep to enter and nearly flat to leave.

    f(x, y) = up x^2 - down y^2 + down y^4 / (2 width^2).

    p = (x, y): (2, ...). The saddle is 0, of value 0 and curvatures 2 up and -2 down; the minima are (0, -width) and
    (0, width), of value -down width^2 / 2 and curvatures 2 up and 4 down. These three are all the critical points there
    are. The rate of gradient descent is bounded by the steep direction, lr < 1 / up, and the gentle one is left by a
    factor 1 + 2 lr down a step: the wait grows as up / down. Newton's method goes to the saddle; with the absolute
    values of the curvatures ("saddle-free") it leaves by a factor of nearly 2 a step, whatever they are.

    Source: Dauphin et al. 2014, "Identifying and attacking the saddle point problem in high-dimensional non-convex
    optimization", arXiv:1406.2572, whose picture of methods near a saddle has 5 x^2 - y^2: the quadratic part for
    up = 5, down = 1. That falls without end; the quartic term, with its minima, and the small `down` are ours.
    """

    up: Positive = 5.0
    down: Positive = 0.05
    width: Positive = 1.0

    dim = 2
    title = "Dauphin's saddle"
    traits = frozenset({"multimodal", "saddle", "ravine"})
    formula = r"f(x, y) = a x^2 - b y^2 + \frac{b y^4}{2 w^2}"

    @property
    def window(self) -> Window:
        return ((-0.5 * self.width, 0.5 * self.width), (-1.7 * self.width, 1.7 * self.width))

    @property
    def customary_start(self) -> Array:
        return np.array([0.4 * self.width, 0.01 * self.width])

    completeness = "complete"

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        depth = -0.5 * self.down * (self.width * self.width)
        return (
            CriticalPoint([0.0, self.width], depth, "minimum"),
            CriticalPoint([0.0, -self.width], depth, "minimum"),
            CriticalPoint([0.0, 0.0], 0.0, "saddle"),
        )

    def _value(self, p: Array) -> Array:
        x, y = p
        s = y / self.width
        return self.up * x * x + self.down * y * y * (0.5 * s * s - 1.0)

    def _gradient(self, p: Array) -> Array:
        x, y = p
        s = y / self.width
        return stack((2.0 * self.up) * x, (2.0 * self.down) * y * (s * s - 1.0))

    def _hessian(self, p: Array) -> Array:
        _, y = p
        s = y / self.width
        return symmetric((2.0 * self.up + 0.0 * y,), (0.0, (2.0 * self.down) * (3.0 * s * s - 1.0)))
