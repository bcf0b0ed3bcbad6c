"""Escape from a saddle: a strict one, a degenerate one, and ones between two minima."""

from __future__ import annotations

import functools

import numpy as np

from landscape.component import Array, Positive
from landscape.core import CriticalPoint, Surface, Window, constant, stack, symmetric
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

    @property
    def window(self) -> Window:
        return ((-2.0, 2.0), (-2.0, 2.0))

    @property
    def customary_start(self) -> Array:
        return np.array([1.0, 0.01])

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


@register("monkey_saddle")
class MonkeySaddle(Surface):
    """Degenerate saddle: three ways down and three up, and no curvature at all where they meet.

    f(x, y) = x^3 - 3 x y^2.

    p = (x, y): (2, ...). The Hessian at the one critical point, 0, is zero: near it the gradient is quadratic in the
    distance, so that descent leaves as a power of time instead of exponentially.

    Source: Hilbert and Cohn-Vossen 1952, "Geometry and the imagination", chapter IV; as a saddle that is not strict:
    Anandkumar and Ge 2016, "Efficient approaches for escaping higher order saddle points in non-convex optimization".
    """

    dim = 2
    traits = frozenset({"saddle", "unbounded"})
    formula = r"f(x, y) = x^3 - 3 x y^2"

    @property
    def window(self) -> Window:
        return ((-1.5, 1.5), (-1.5, 1.5))

    @property
    def customary_start(self) -> Array:
        return np.array([1.0, 0.01])

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        return (CriticalPoint([0.0, 0.0], 0.0, "saddle", degenerate=True),)

    def _value(self, p: Array) -> Array:
        x, y = p
        return x * (x * x - 3.0 * y * y)

    def _gradient(self, p: Array) -> Array:
        x, y = p
        return stack(3.0 * (x * x - y * y), -6.0 * x * y)

    def _hessian(self, p: Array) -> Array:
        x, y = p
        return symmetric((6.0 * x,), (-6.0 * y, -6.0 * x))


@register("double_well")
class DoubleWell(Surface):
    """Two equal wells with a saddle between them.

    f(x, y) = barrier ((x / width)^2 - 1)^2 + stiffness y^2 / 2.

    p = (x, y): (2, ...). The minima are (-width, 0) and (width, 0), with value 0 and curvature 8 barrier / width^2
    along x; the saddle is 0, with value `barrier` and curvature -4 barrier / width^2. These three are all the critical
    points there are.

    Source: the potential of Kramers 1940, "Brownian motion in a field of force and the diffusion model of chemical
    reactions", Physica 7(4), in its simplest polynomial form.
    """

    barrier: Positive = 1.0
    width: Positive = 1.0
    stiffness: Positive = 1.0

    dim = 2
    traits = frozenset({"multimodal", "saddle"})
    formula = r"f(x, y) = h\, ((x / w)^2 - 1)^2 + \frac{1}{2} k y^2"

    @property
    def window(self) -> Window:
        return ((-1.7 * self.width, 1.7 * self.width), (-1.5 * self.width, 1.5 * self.width))

    @property
    def customary_start(self) -> Array:
        return np.array([0.05 * self.width, self.width])

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        return (
            CriticalPoint([self.width, 0.0], 0.0, "minimum"),
            CriticalPoint([-self.width, 0.0], 0.0, "minimum"),
            CriticalPoint([0.0, 0.0], self.barrier, "saddle"),
        )

    def _value(self, p: Array) -> Array:
        x, y = p
        s = x / self.width
        u = s * s - 1.0
        return self.barrier * u * u + (0.5 * self.stiffness) * y * y

    def _gradient(self, p: Array) -> Array:
        x, y = p
        s = x / self.width
        return stack((4.0 * self.barrier / self.width) * s * (s * s - 1.0), self.stiffness * y)

    def _hessian(self, p: Array) -> Array:
        x, _ = p
        s = x / self.width
        bend = 4.0 * self.barrier / (self.width * self.width)
        return symmetric((bend * (3.0 * s * s - 1.0),), (0.0, self.stiffness))


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
