"""Cross ripples: Schaffer's N.2 and N.4 along hyperbolas, Salomon's in rings, Shubert's in a lattice of pits."""

from __future__ import annotations

import functools
import math
from abc import abstractmethod

import numpy as np

from landscape.component import Array, Count
from landscape.core import CriticalPoint, Surface, Window, diagonal, in_order, polished, select, stack, symmetric, total
from landscape.surfaces._registry import register
from landscape.surfaces._separable import roots_of


class Schaffer(Surface):
    """f(x, y) = 1/2 + (w(u) - 1/2) / (1 + s / 1000)^2, u = x^2 - y^2, s = x^2 + y^2, with the even w of the subclass.

    The gradient is (2 x (f_u + f_s), 2 y (f_s - f_u)). Where neither coordinate is 0 it vanishes only with f_u and f_s,
    hence w' and w - 1/2, which never vanish together: all critical points are 0 or lie on the axes. As w is even,
    (x, 0) and (0, x) are critical for the same x.
    """

    dim = 2

    @abstractmethod
    def _wave(self, u: Array) -> tuple[Array, Array, Array]:
        """w and its two derivatives: (...) each."""

    @property
    def window(self) -> Window:
        return ((-4.0, 4.0), (-4.0, 4.0))

    @property
    def customary_start(self) -> Array:
        return np.array([3.3, 2.1])

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        def outward(s: Array) -> Array:
            w, rise, _ = self._wave(s)
            return rise * (1.0 + 0.001 * s) - 0.002 * (w - 0.5)

        out = np.sqrt(roots_of(outward, 1e-6, 16.0))
        return polished(self, [(0.0, 0.0), *((x, 0.0) for x in (*out, *-out)), *((0.0, y) for y in (*out, *-out))])

    def _value(self, p: Array) -> Array:
        x, y = p
        d = 1.0 + 0.001 * (x * x + y * y)
        return 0.5 + (self._wave(x * x - y * y)[0] - 0.5) / (d * d)

    def _gradient(self, p: Array) -> Array:
        x, y = p
        f_u, f_s, *_ = self._parts(x, y)
        return stack(2.0 * x * (f_s + f_u), 2.0 * y * (f_s - f_u))

    def _hessian(self, p: Array) -> Array:
        x, y = p
        f_u, f_s, f_uu, f_us, f_ss = self._parts(x, y)
        return symmetric(
            (2.0 * (f_s + f_u) + 4.0 * x * x * (f_uu + 2.0 * f_us + f_ss),),
            (4.0 * x * y * (f_ss - f_uu), 2.0 * (f_s - f_u) + 4.0 * y * y * (f_uu - 2.0 * f_us + f_ss)),
        )

    def _parts(self, x: Array, y: Array) -> tuple[Array, ...]:
        """The derivatives of f by u and s, once and twice."""
        w, rise, bend = self._wave(x * x - y * y)
        d = 1.0 + 0.001 * (x * x + y * y)
        v = w - 0.5
        return (
            rise / (d * d),
            -0.002 * v / (d * d * d),
            bend / (d * d),
            -0.002 * rise / (d * d * d),
            6e-6 * v / (d * d * d * d),
        )


@register("schaffer_2")
class Schaffer2(Schaffer):
    """Schaffer N.2: ripples along hyperbolas, on a hollow so shallow that it takes a thousand units to see it.

    f(x, y) = 1/2 + (sin(x^2 - y^2)^2 - 1/2) / (1 + 0.001 (x^2 + y^2))^2.

    p = (x, y): (2, ...). The global minimum is 0, of value 0. All critical points of the window are listed; they lie on
    the axes, and are minima and maxima alone: on the diagonals, where the sine is 0, f rises from 0 with distance.
    Customary is the window [-100, 100], in which there are some 25,000.

    Source: Mishra 2006, "Some new test functions for global optimization and performance of repulsive particle swarm
    method", MPRA 2718, after Schaffer, Caruana, Eshelman and Das 1989, "A study of control parameters affecting online
    performance of genetic algorithms". Some catalogues square sin(...)^2 once more in print, but not in their programs.
    """

    title = "Schaffer 2"
    traits = frozenset({"multimodal", "rugged"})
    formula = r"f(x, y) = \frac{1}{2} + \frac{\sin^2(x^2 - y^2) - \frac{1}{2}}{(1 + 0.001\, (x^2 + y^2))^2}"

    def _wave(self, u: Array) -> tuple[Array, Array, Array]:
        s, c = np.sin(u), np.cos(u)
        return s * s, 2.0 * s * c, 2.0 * (c * c - s * s)


@register("schaffer_4")
class Schaffer4(Schaffer):
    """Schaffer N.4: flat-topped ripples along hyperbolas, with four global minima on the axes.

    f(x, y) = 1/2 + (cos(sin(|x^2 - y^2|))^2 - 1/2) / (1 + 0.001 (x^2 + y^2))^2.

    p = (x, y): (2, ...). The absolute value changes nothing, as cosine and sine's square are even, and f is smooth. The
    global minima are (0, +-1.25313) and (+-1.25313, 0), of value 0.292579, of which many catalogues give only the
    first, as (0, 1.253115). All critical points of the window are listed; they lie on the axes, and are minima and
    maxima alone. 0 is the highest of these, of value 1. Customary is the window [-100, 100].

    Source: Mishra 2006, "Some new test functions for global optimization and performance of repulsive particle swarm
    method", MPRA 2718.
    """

    title = "Schaffer 4"
    traits = frozenset({"multimodal", "rugged"})
    formula = r"f(x, y) = \frac{1}{2} + \frac{\cos^2(\sin|x^2 - y^2|) - \frac{1}{2}}{(1 + 0.001\, (x^2 + y^2))^2}"

    def _wave(self, u: Array) -> tuple[Array, Array, Array]:
        # w = cos(v)^2 with v = sin(u)
        v, c = np.sin(u), np.cos(u)
        s, k = np.sin(v), np.cos(v)
        return k * k, -2.0 * s * k * c, 2.0 * (s * k * v - (k * k - s * s) * c * c)


@register("salomon")
class Salomon(Surface):
    """Salomon's function: rings of ripples on a cone.

    f(p) = 1 - cos(2 pi r) + r/10,   r = ||p||.

    p: (dim, ...). f is not differentiable at 0, its global minimum, of value 0, where the gradient given is 0. Along
    any ray f has a minimum next to every whole r, and a maximum next to every half, where sin(2 pi r) = -1 / (20 pi):
    circles or spheres of critical points, degenerate and not listed. Customary is the window [-100, 100].

    Source: Salomon 1996, "Re-evaluating genetic algorithm performance under coordinate rotation of benchmark
    functions", BioSystems 39(3).
    """

    dim: Count = 2

    title = "Salomon"
    traits = frozenset({"multimodal", "rugged", "nonsmooth", "scalable"})
    formula = r"f(p) = 1 - \cos(2 \pi \|p\|) + 0.1\, \|p\|"

    @property
    def window(self) -> Window:
        return ((-5.0, 5.0),) * self.dim

    @property
    def customary_start(self) -> Array:
        return np.resize([3.3, -2.2], self.dim)

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        return (CriticalPoint(np.zeros(self.dim), 0.0, "minimum", kink=True),)

    def _value(self, p: Array) -> Array:
        r = self._radius(p)
        s = np.sin(math.pi * r)
        return 2.0 * s * s + 0.1 * r

    def _gradient(self, p: Array) -> Array:
        r, outward = self._radius(p), self._outward(p)
        slope = (4.0 * math.pi) * np.sin(math.pi * r) * np.cos(math.pi * r) + 0.1
        return outward * slope

    def _hessian(self, p: Array) -> Array:
        r, outward = self._radius(p), self._outward(p)
        s, c = np.sin(math.pi * r), np.cos(math.pi * r)
        around = ((4.0 * math.pi) * s * c + 0.1) / self._apart(r)
        along = (4.0 * math.pi * math.pi) * (c * c - s * s) - around
        return outward[:, None] * outward[None] * along + diagonal(0.0 * p + around)

    def _radius(self, p: Array) -> Array:
        square = total(p * p)
        return select(-square, 0.0, np.sqrt(self._apart(square)))

    def _outward(self, p: Array) -> Array:
        """The unit vector away from 0, and 0 there: (dim, ...)."""
        return p / np.sqrt(self._apart(total(p * p)))

    def _apart(self, r: Array) -> Array:
        """r where it is not 0, and 1 where it is."""
        return select(-r, 1.0, r)


@register("shubert")
class Shubert(Surface):
    """Shubert's function: hundreds of pits in bundles, the deepest of them in pairs.

    f(x, y) = h(x) h(y),   h(t) = sum_{i=1}^5 i cos((i + 1) t + i).

    p = (x, y): (2, ...). f repeats itself every 2 pi along each coordinate. Critical points lie where h' vanishes at
    both coordinates, and saddles besides where h vanishes at both. Listed are all 200 minima of the window, which are
    of the first sort; those where h is highest in one coordinate and lowest in the other are global, of value
    -186.7309. The 561 saddles and maxima are not listed. Customary is also the window [-10, 10], with 18 global minima.

    Source: Shubert 1972, "A sequential method seeking the global maximum of a function", SIAM Journal on Numerical
    Analysis 9(3), in one dimension; in two, Levy and Montalvo 1985, "The tunneling algorithm for the global
    minimization of functions", SIAM Journal on Scientific and Statistical Computing 6(1). Functions called Shubert 3
    and 4 are sums of sines or cosines instead.
    """

    dim = 2
    title = "Shubert"
    traits = frozenset({"multimodal", "rugged", "saddle"})
    formula = r"f(x, y) = h(x)\, h(y), \quad h(t) = \sum_{i=1}^5 i \cos((i + 1)\, t + i)"

    @property
    def window(self) -> Window:
        return ((-5.12, 5.12), (-5.12, 5.12))

    @property
    def customary_start(self) -> Array:
        return np.array([1.0, -3.0])

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        t = roots_of(lambda t: _shubert(t)[1], -5.12, 5.12)
        h, _, bend = _shubert(t)
        i, j = np.nonzero((bend[:, None] * h > 0.0) & (h[:, None] * bend > 0.0))
        return in_order(CriticalPoint((t[a], t[b]), h[a] * h[b], "minimum") for a, b in zip(i, j, strict=True))

    def _value(self, p: Array) -> Array:
        x, y = p
        return _shubert(x)[0] * _shubert(y)[0]

    def _gradient(self, p: Array) -> Array:
        x, y = p
        (a, a1, _), (b, b1, _) = _shubert(x), _shubert(y)
        return stack(a1 * b, a * b1)

    def _hessian(self, p: Array) -> Array:
        x, y = p
        (a, a1, a2), (b, b1, b2) = _shubert(x), _shubert(y)
        return symmetric((a2 * b,), (a1 * b1, a * b2))


def _shubert(t: Array) -> tuple[Array, Array, Array]:
    """h and its two derivatives: (...) each."""
    h, slope, bend = np.cos(2.0 * t + 1.0), -2.0 * np.sin(2.0 * t + 1.0), -4.0 * np.cos(2.0 * t + 1.0)
    for i in (2.0, 3.0, 4.0, 5.0):
        n = i + 1.0
        c, s = np.cos(n * t + i), np.sin(n * t + i)
        h, slope, bend = h + i * c, slope - (i * n) * s, bend - (i * n * n) * c
    return h, slope, bend
