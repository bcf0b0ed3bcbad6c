"""Descend where the field's test sets begin: convex bowls, and low-dimensional classics with a few hollows.

Sphere, Booth and Matyas are quadratics; Goldstein and Price's, Branin's and McCormick's have several critical points,
all of which are listed.
"""

from __future__ import annotations

import functools
import math

import numpy as np

from landscape.component import Array, Count
from landscape.core import (
    CriticalPoint,
    Surface,
    Window,
    constant,
    critical,
    stack,
    symmetric,
    total,
)
from landscape.surfaces._registry import register


@register("sphere")
class Sphere(Surface):
    """Sphere: the roundest bowl, in which every coordinate is alike.

    f(p) = sum_i p_i^2.

    p: (dim, ...). The minimum is at 0. Gradient descent at rate 1/2 is there in one step.

    Source: De Jong 1975, "An analysis of the behavior of a class of genetic adaptive systems", F1.
    """

    dim: Count = 2

    traits = frozenset({"convex", "scalable"})
    formula = r"f(p) = \sum_i p_i^2"

    @property
    def window(self) -> Window:
        return ((-5.12, 5.12),) * self.dim

    @property
    def customary_start(self) -> Array:
        return np.resize([4.0, -3.0], self.dim)

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        return (CriticalPoint(np.zeros(self.dim), 0.0, "minimum"),)

    def _value(self, p: Array) -> Array:
        return total(p * p)

    def _gradient(self, p: Array) -> Array:
        return 2.0 * p

    def _hessian(self, p: Array) -> Array:
        return constant(2.0 * np.eye(self.dim), p)


@register("booth")
class Booth(Surface):
    """Booth's function: a slanted quadratic bowl.

    f(x, y) = (x + 2y - 7)^2 + (2x + y - 5)^2.

    p = (x, y): (2, ...). The minimum is (1, 3), of value 0; the Hessian has the eigenvalues 2 and 18.

    Source: Jamil and Yang 2013, "A literature survey of benchmark functions for global optimisation problems",
    arXiv:1308.4008, function 17.
    """

    dim = 2
    title = "Booth"
    traits = frozenset({"convex"})
    formula = r"f(x, y) = (x + 2y - 7)^2 + (2x + y - 5)^2"

    @property
    def window(self) -> Window:
        return ((-10.0, 10.0), (-10.0, 10.0))

    @property
    def customary_start(self) -> Array:
        return np.array([-8.0, -5.0])

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        return (CriticalPoint([1.0, 3.0], 0.0, "minimum"),)

    def _value(self, p: Array) -> Array:
        x, y = p
        u, v = x + 2.0 * y - 7.0, 2.0 * x + y - 5.0
        return u * u + v * v

    def _gradient(self, p: Array) -> Array:
        x, y = p
        u, v = x + 2.0 * y - 7.0, 2.0 * x + y - 5.0
        return stack(2.0 * u + 4.0 * v, 4.0 * u + 2.0 * v)

    def _hessian(self, p: Array) -> Array:
        return constant(np.array([[10.0, 8.0], [8.0, 10.0]]), p)


@register("matyas")
class Matyas(Surface):
    """Matyas' function: a quadratic bowl that is 25 times as long as wide, along the diagonal.

    f(x, y) = 0.26 (x^2 + y^2) - 0.48 x y.

    p = (x, y): (2, ...). The minimum is at 0; the Hessian has the eigenvalues 0.04 and 1.

    Source: Matyas 1965, "Random optimization", Automation and Remote Control 26(2); Jamil and Yang 2013,
    arXiv:1308.4008, function 71.
    """

    dim = 2
    title = "Matyas"
    traits = frozenset({"convex", "ravine"})
    formula = r"f(x, y) = 0.26\, (x^2 + y^2) - 0.48\, x y"

    @property
    def window(self) -> Window:
        return ((-10.0, 10.0), (-10.0, 10.0))

    @property
    def customary_start(self) -> Array:
        return np.array([-9.0, 4.0])

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        return (CriticalPoint([0.0, 0.0], 0.0, "minimum"),)

    def _value(self, p: Array) -> Array:
        x, y = p
        return 0.26 * (x * x + y * y) - 0.48 * x * y

    def _gradient(self, p: Array) -> Array:
        x, y = p
        return stack(0.52 * x - 0.48 * y, 0.52 * y - 0.48 * x)

    def _hessian(self, p: Array) -> Array:
        return constant(np.array([[0.52, -0.48], [-0.48, 0.52]]), p)


@register("goldstein_price")
class GoldsteinPrice(Surface):
    """Goldstein and Price's function: four minima in valleys that cross, on a loss that spans six decades.

    f(x, y) = (1 + (x + y + 1)^2 (19 - 14x + 3x^2 - 14y + 6xy + 3y^2))
              (30 + (2x - 3y)^2 (18 - 32x + 12x^2 + 48y - 36xy + 27y^2)).

    p = (x, y): (2, ...). The global minimum is (0, -1), of value 3; the other minima have the values 30 at
    (-0.6, -0.4), 84 at (1.8, 0.2) and 840 at (1.2, 0.8). Every critical point that a search of the window finds is
    listed.

    Source: Goldstein and Price 1971, "On descent from local minima", Mathematics of Computation 25.
    """

    dim = 2
    title = "Goldstein-Price"
    traits = frozenset({"multimodal", "saddle", "ravine"})
    formula = (
        r"f(x, y) = (1 + (x + y + 1)^2 (19 - 14x + 3x^2 - 14y + 6xy + 3y^2))\,"
        r"(30 + (2x - 3y)^2 (18 - 32x + 12x^2 + 48y - 36xy + 27y^2))"
    )

    @property
    def window(self) -> Window:
        return ((-2.0, 2.0), (-2.0, 2.0))

    @property
    def customary_start(self) -> Array:
        return np.array([-1.5, 1.0])

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        return tuple(critical(self, guess) for guess in GOLDSTEIN_PRICE)

    def _value(self, p: Array) -> Array:
        x, y = p
        (a, _, _), (b, _, _) = self._factors(x, y)
        return a * b

    def _gradient(self, p: Array) -> Array:
        x, y = p
        (a, a1, _), (b, b1, _) = self._factors(x, y)
        along, across = a1 * b, a * b1
        return stack(along + 2.0 * across, along - 3.0 * across)

    def _hessian(self, p: Array) -> Array:
        x, y = p
        (a, a1, a2), (b, b1, b2) = self._factors(x, y)
        uu, uv, vv = a2 * b, a1 * b1, a * b2
        return symmetric(
            (uu + 4.0 * uv + 4.0 * vv,),
            (uu - uv - 6.0 * vv, uu - 6.0 * uv + 9.0 * vv),
        )

    def _factors(self, x: Array, y: Array) -> tuple[tuple[Array, ...], tuple[Array, ...]]:
        """The two factors, functions of u = x + y and v = 2x - 3y alone, with their two derivatives."""
        u, v = x + y, 2.0 * x - 3.0 * y
        # (1 + (u + 1)^2 (19 - 14 u + 3 u^2)) and (30 + v^2 (18 - 16 v + 3 v^2))
        w = u + 1.0
        q, q1 = 19.0 + u * (3.0 * u - 14.0), 6.0 * u - 14.0
        a = 1.0 + w * w * q
        a1 = 2.0 * w * q + w * w * q1
        a2 = 2.0 * q + 4.0 * w * q1 + 6.0 * w * w
        r, r1 = 18.0 + v * (3.0 * v - 16.0), 6.0 * v - 16.0
        b = 30.0 + v * v * r
        b1 = 2.0 * v * r + v * v * r1
        b2 = 2.0 * r + 4.0 * v * r1 + 6.0 * v * v
        return (a, a1, a2), (b, b1, b2)


@register("branin")
class Branin(Surface):
    """Branin's function: three global minima along a bent valley.

    f(x, y) = (y - b x^2 + c x - 6)^2 + 10 (1 - t) cos(x) + 10,   b = 5.1/(4 pi^2), c = 5/pi, t = 1/(8 pi).

    p = (x, y): (2, ...). The minima have the value 10 t = 0.397887 where cos x = -1 and the square vanishes:
    (-pi, 12.275), (pi, 2.275) and (3 pi, 2.475). Between them lie two saddles, at x = 0 and x = 2 pi.

    Source: Branin 1972, "Widely convergent method for finding multiple solutions of simultaneous nonlinear equations",
    IBM Journal of Research and Development 16(5); the constants: Dixon and Szegö 1978, "Towards global optimisation 2".
    """

    dim = 2
    title = "Branin"
    traits = frozenset({"multimodal", "saddle", "ravine"})
    formula = r"f(x, y) = (y - b x^2 + c x - 6)^2 + 10\, (1 - t) \cos x + 10"

    @property
    def window(self) -> Window:
        return ((-5.0, 10.0), (0.0, 15.0))

    @property
    def customary_start(self) -> Array:
        return np.array([5.5, 13.0])

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        return tuple(
            critical(self, (x, BRANIN_B * x * x - BRANIN_C * x + 6.0))
            for x in (math.pi, -math.pi, 3.0 * math.pi, 0.0, 2.0 * math.pi)
        )

    def _value(self, p: Array) -> Array:
        x, y = p
        u = y - BRANIN_B * (x * x) + BRANIN_C * x - 6.0
        return u * u + BRANIN_S * np.cos(x) + 10.0

    def _gradient(self, p: Array) -> Array:
        x, y = p
        u, slope = y - BRANIN_B * (x * x) + BRANIN_C * x - 6.0, BRANIN_C - (2.0 * BRANIN_B) * x
        return stack(2.0 * u * slope - BRANIN_S * np.sin(x), 2.0 * u)

    def _hessian(self, p: Array) -> Array:
        x, y = p
        u, slope = y - BRANIN_B * (x * x) + BRANIN_C * x - 6.0, BRANIN_C - (2.0 * BRANIN_B) * x
        bend = 2.0 * slope * slope - (4.0 * BRANIN_B) * u - BRANIN_S * np.cos(x)
        return symmetric((bend,), (2.0 * slope, 2.0))


@register("mccormick")
class McCormick(Surface):
    """McCormick's function: a tilted row of hollows along the diagonal.

    f(x, y) = sin(x + y) + (x - y)^2 - 1.5 x + 2.5 y + 1.

    p = (x, y): (2, ...). Along x + y = u the loss falls by u/2 and waves by sin u: minima where cos u = -1/2 with sin
    u < 0, saddles where sin u > 0, and x - y = 1 at each. The lowest in the window is near (-0.5472, -1.5472), of
    value -1.9132; beyond the window it goes on falling.

    Source: McCormick 1976, "Computability of global solutions to factorable nonconvex programs", Mathematical
    Programming 10; Jamil and Yang 2013, arXiv:1308.4008, function 72.
    """

    dim = 2
    title = "McCormick"
    traits = frozenset({"multimodal", "saddle"})
    formula = r"f(x, y) = \sin(x + y) + (x - y)^2 - 1.5 x + 2.5 y + 1"
    confined = True

    @property
    def window(self) -> Window:
        return ((-1.5, 4.0), (-3.0, 4.0))

    @property
    def customary_start(self) -> Array:
        return np.array([3.5, 0.0])

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        third = 2.0 * math.pi / 3.0
        return tuple(critical(self, ((u + 1.0) / 2.0, (u - 1.0) / 2.0)) for u in (-third, 2.0 * third, third))

    def _value(self, p: Array) -> Array:
        x, y = p
        d = x - y
        return np.sin(x + y) + d * d - 1.5 * x + 2.5 * y + 1.0

    def _gradient(self, p: Array) -> Array:
        x, y = p
        d, c = 2.0 * (x - y), np.cos(x + y)
        return stack(c + d - 1.5, c - d + 2.5)

    def _hessian(self, p: Array) -> Array:
        x, y = p
        s = np.sin(x + y)
        return symmetric((2.0 - s,), (-2.0 - s, 2.0 - s))


BRANIN_B, BRANIN_C, BRANIN_S = 5.1 / (4.0 * math.pi**2), 5.0 / math.pi, 10.0 * (1.0 - 1.0 / (8.0 * math.pi))

GOLDSTEIN_PRICE = (
    (0.0000000, -1.0000000),
    (-0.6000000, -0.4000000),
    (1.8000000, 0.2000000),
    (1.2000000, 0.8000000),
    (-0.4000000, -0.6000000),
    (1.2000000, -0.2000000),
    (1.4000000, 0.6000000),
    (0.6000000, 0.4000000),
    (0.8000000, 0.2000000),
)  # fmt: skip
