"""Cross waves: rings and swells around one deep place, or around many."""

from __future__ import annotations

import functools
import itertools
import math
from typing import Any

import numpy as np

from landscape.component import Array, Count
from landscape.core import (
    CriticalPoint,
    Surface,
    Window,
    column,
    constant,
    diagonal,
    polished,
    select,
    spot,
    stack,
    symmetric,
    total,
)
from landscape.surfaces._calculus import Written, cos, exp, sin, square
from landscape.surfaces._registry import register


@register("ackley")
class Ackley(Surface):
    """Ackley's function: a nearly flat plain full of small hollows, and one deep funnel.

    f(p) = -20 exp(-0.2 sqrt(mean p_i^2)) - exp(mean cos(2 pi p_i)) + 20 + e.

    p: (dim, ...). The global minimum is at 0, of value 0: the tip of a cone, the only point where f is not
    differentiable; the subgradient there is 0. The other minima, near the whole numbers, are not listed.

    Source: Ackley 1987, "A connectionist machine for genetic hillclimbing", Kluwer; in any dimension: Bäck 1996,
    "Evolutionary algorithms in theory and practice", Oxford.
    """

    dim: Count = 2

    title = "Ackley"
    traits = frozenset({"multimodal", "rugged", "plateau", "nonsmooth", "scalable"})
    formula = r"f(p) = -20\, e^{-0.2 \sqrt{\langle p_i^2 \rangle}} - e^{\langle \cos 2 \pi p_i \rangle} + 20 + e"

    @property
    def window(self) -> Window:
        return ((-5.0, 5.0),) * self.dim

    @property
    def customary_start(self) -> Array:
        return np.resize([-3.3, 2.6], self.dim)

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        return (CriticalPoint(np.zeros(self.dim), 0.0, "minimum", kink=True),)

    def _value(self, p: Array) -> Array:
        r = np.sqrt(total(p * p) / self.dim)
        waves = total(1.0 - np.cos(2.0 * math.pi * p)) / self.dim
        # 20 - 20 exp(-r / 5) and e - exp(1 - waves), without the cancellation near 0
        return -20.0 * np.expm1(-0.2 * r) - math.e * np.expm1(-waves)

    def _gradient(self, p: Array) -> Array:
        cone, _, swell, slope = self._parts(p)
        return p * cone + slope * swell

    def _hessian(self, p: Array) -> Array:
        cone, bend, swell, slope = self._parts(p)
        away = p / self._radius(p)
        curve = column(np.full(self.dim, 4.0 * math.pi**2 / self.dim), p) * np.cos(2.0 * math.pi * p)
        eye = constant(np.eye(self.dim), p)
        return eye * cone + _outer(away) * bend + diagonal(curve * swell) - _outer(slope) * swell

    def _parts(self, p: Array) -> tuple[Array, Array, Array, Array]:
        """(slope of the cone over its radius, change of that, the swell, its exponent's slopes)."""
        n = self.dim
        r = self._radius(p)
        fall = select(-total(p * p), 0.0, 4.0) * np.exp(-0.2 * r)
        cone = fall / (n * r)
        bend = -fall * (0.2 + 1.0 / r) / (n * n)
        swell = np.exp(total(np.cos(2.0 * math.pi * p)) / n)
        return cone, bend, swell, np.sin(2.0 * math.pi * p) * (2.0 * math.pi / n)

    def _radius(self, p: Array) -> Array:
        """sqrt(mean p_i^2), and 1 at the tip, where nothing is divided by it."""
        mean = total(p * p) / self.dim
        return np.sqrt(select(-mean, 1.0 + mean, mean))


def _outer(v: Array) -> Array:
    return v[:, None] * v[None, :]


@register("griewank")
class Griewank(Surface):
    """Griewank's function: regular hollows on a wide bowl, shallower the more dimensions there are.

    f(p) = 1 + sum_i p_i^2 / 4000 - prod_i cos(p_i / sqrt(i)).

    p: (dim, ...). The global minimum is at 0, of value 0. In one and two dimensions every critical point of the window
    is listed, in more the global minimum alone. The customary range is +-600, where the hollows are too small to see.

    Source: Griewank 1981, "Generalized descent for global optimization", JOTA 34(1).
    """

    dim: Count = 2

    title = "Griewank"
    traits = frozenset({"multimodal", "rugged", "saddle", "scalable"})
    formula = r"f(p) = 1 + \sum_i \frac{p_i^2}{4000} - \prod_i \cos \frac{p_i}{\sqrt{i}}"

    @property
    def window(self) -> Window:
        return ((-10.0, 10.0),) * self.dim

    @property
    def customary_start(self) -> Array:
        return np.resize([-8.0, 7.0], self.dim)

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        zero = CriticalPoint(np.zeros(self.dim), 0.0, "minimum")
        if self.dim > 2:
            return (zero,)
        # without the bowl: extrema where every cosine is 1 or -1, saddles where two are 0
        extrema = [math.sqrt(i + 1.0) * math.pi * np.arange(-4.0, 5.0) for i in range(self.dim)]
        levels = [math.sqrt(i + 1.0) * math.pi * (np.arange(-4.0, 4.0) + 0.5) for i in range(self.dim)]
        guesses = [*_grid(extrema), *(_grid(levels) if self.dim == 2 else [])]
        found = [point for point in polished(self, guesses) if np.all(np.abs(point.point) <= 10.0)]
        return (zero, *(point for point in found if np.any(np.abs(point.point) > 0.1)))

    @functools.cached_property
    def _waves(self) -> Array:
        return 1.0 / np.sqrt(np.arange(1.0, self.dim + 1.0))

    def _value(self, p: Array) -> Array:
        return 1.0 + total(p * p) / 4000.0 - self._without(p)

    def _gradient(self, p: Array) -> Array:
        slopes = stack(*(self._without(p, i) for i in range(self.dim)))
        w = column(self._waves, p)
        return p / 2000.0 + w * np.sin(w * p) * slopes

    def _hessian(self, p: Array) -> Array:
        w = self._waves
        c, s = np.cos(column(w, p) * p), np.sin(column(w, p) * p)
        rows = []
        for i in range(self.dim):
            row = [-w[i] * w[j] * s[i] * s[j] * self._without(p, i, j) for j in range(i)]
            rows.append((*row, 1.0 / 2000.0 + w[i] * w[i] * c[i] * self._without(p, i)))
        return symmetric(*rows)

    def _without(self, p: Array, *left_out: int) -> Array:
        """The product of the cosines, without some of them."""
        product = 1.0 + 0.0 * p[0]
        for i in range(self.dim):
            if i not in left_out:
                product = product * np.cos(self._waves[i] * p[i])
        return product


def _grid(axes: list[Array]) -> Array:
    return np.array(np.meshgrid(*axes)).reshape(len(axes), -1).T


@register("drop_wave")
class DropWave(Surface):
    """Drop-wave: rings around a drop, each a valley of its own.

    f(x, y) = -(1 + cos(12 r)) / (r^2 / 2 + 2),   r^2 = x^2 + y^2.

    p = (x, y): (2, ...). The global minimum is at 0, of value -1, with the Hessian 72.5. All the other critical points
    form circles, which are not listed. f is smooth, at 0 too.

    Source: Surjanovic and Bingham 2013, "Virtual library of simulation experiments", Simon Fraser University.
    """

    dim = 2
    title = "drop-wave"
    traits = frozenset({"multimodal", "rugged"})
    formula = r"f(x, y) = -\frac{1 + \cos 12 r}{r^2 / 2 + 2}"
    window = ((-5.12, 5.12), (-5.12, 5.12))
    customary_start = spot(-3.3, 2.6)

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        return (CriticalPoint([0.0, 0.0], -1.0, "minimum"),)

    def _value(self, p: Array) -> Array:
        u = p[0] * p[0] + p[1] * p[1]
        return -(1.0 + np.cos(12.0 * np.sqrt(u))) / (0.5 * u + 2.0)

    def _gradient(self, p: Array) -> Array:
        first, _ = self._radial(p[0] * p[0] + p[1] * p[1])
        return p * (2.0 * first)

    def _hessian(self, p: Array) -> Array:
        x, y = p
        first, second = self._radial(x * x + y * y)
        return symmetric(
            (2.0 * first + 4.0 * x * x * second,), (4.0 * x * y * second, 2.0 * first + 4.0 * y * y * second)
        )

    def _radial(self, u: Array) -> tuple[Array, Array]:
        """First and second derivative of f in u = r^2; near 0 by the series of cos(12 sqrt u)."""
        tiny = 1e-3 - u
        safe = select(tiny, 1.0 + 0.0 * u, u)
        t = 12.0 * np.sqrt(safe)
        c, v = np.cos(t), 144.0 * u
        # c(u) = cos(12 sqrt u), c' = -72 sin t / t, c'' = 72^2 (sin t - t cos t) / t^3
        near = v * (-1.0 / 2.0 + v * (1.0 / 24.0 + v * (-1.0 / 720.0 + v * (1.0 / 40320.0 - v / 3628800.0))))
        c0 = select(tiny, 1.0 + near, c)
        sinc = 1.0 + v * (-1.0 / 6.0 + v * (1.0 / 120.0 + v * (-1.0 / 5040.0 + v * (1.0 / 362880.0 - v / 39916800.0))))
        c1 = -72.0 * select(tiny, sinc, np.sin(t) / t)
        curve = 1.0 / 3.0 + v * (-1.0 / 30.0 + v * (1.0 / 840.0 + v * (-1.0 / 45360.0 + v / 3991680.0)))
        c2 = 5184.0 * select(tiny, curve, (np.sin(t) - t * c) / (t * t * t))
        d = 0.5 * u + 2.0
        first = -c1 / d + 0.5 * (1.0 + c0) / (d * d)
        second = -c2 / d + c1 / (d * d) - 0.5 * (1.0 + c0) / (d * d * d)
        return first, second


@register("levy_13")
class Levy13(Written):
    """Levy's function N.13: a valley crossed by ripples from both sides.

    f(x, y) = sin^2(3 pi x) + (x - 1)^2 (1 + sin^2(3 pi y)) + (y - 1)^2 (1 + sin^2(2 pi y)).

    p = (x, y): (2, ...). The global minimum is (1, 1), of value 0. The many other critical points are not listed.

    Source: Mishra 2006, "Some new test functions for global optimization and performance of repulsive particle swarm
    method", MPRA 2718; Levy and Montalvo 1985.
    """

    dim = 2
    title = "Lévy 13"
    traits = frozenset({"multimodal", "rugged"})
    formula = r"f(x, y) = \sin^2 3 \pi x + (x - 1)^2 (1 + \sin^2 3 \pi y) + (y - 1)^2 (1 + \sin^2 2 \pi y)"
    window = ((-10.0, 10.0), (-10.0, 10.0))
    customary_start = spot(-7.0, 6.0)

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        return (CriticalPoint([1.0, 1.0], 0.0, "minimum"),)

    def _formula(self, x: Any, y: Any) -> Any:
        u, v = x - 1.0, y - 1.0  # sin^2(3 pi x) = sin^2(3 pi u)
        return (
            square(sin(3.0 * math.pi * u))
            + square(u) * (1.0 + square(sin(3.0 * math.pi * v)))
            + square(v) * (1.0 + square(sin(2.0 * math.pi * v)))
        )


@register("easom")
class Easom(Written):
    """Easom's function: a needle's hole in a plain.

    f(x, y) = -cos x cos y exp(-(x - pi)^2 - (y - pi)^2).

    p = (x, y): (2, ...). The global minimum is (pi, pi), of value -1. Every critical point of the window is listed:
    with t the distance of a coordinate from pi, those where tan t = -2 t in both, and those where cos t = 0 in both,
    saddles. The customary range is +-100, in which nothing can be seen.

    Source: Easom 1990, "A survey of global optimization techniques", University of Louisville; Jamil and Yang 2013,
    arXiv:1308.4008, function 50.
    """

    dim = 2
    title = "Easom"
    traits = frozenset({"multimodal", "plateau", "saddle"})
    formula = r"f(x, y) = -\cos x \cos y\, e^{-(x - \pi)^2 - (y - \pi)^2}"
    window = ((-1.0, 7.3), (-1.0, 7.3))
    customary_start = spot(1.9, 4.2)

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        extrema, zeros = (0.0, 1.8365972, -1.8365972), (0.5 * math.pi, -0.5 * math.pi)
        pairs = [*itertools.product(extrema, repeat=2), *itertools.product(zeros, repeat=2)]
        return polished(self, [(math.pi + s, math.pi + t) for s, t in pairs])

    def _formula(self, x: Any, y: Any) -> Any:
        s, t = x - math.pi, y - math.pi  # cos x cos y = cos s cos t
        return -(cos(s) * cos(t) * exp(-square(s) - square(t)))
