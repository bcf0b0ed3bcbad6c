"""Search a lattice of hollows: sums over the coordinates, whose critical points combine those of one coordinate.

Schwefel's far corner, Levy's valley, Michalewicz' narrow ones, the egg crate, Alpine's kinks and Weierstrass' cosines
at every scale.
"""

from __future__ import annotations

import functools
import itertools
import math
from typing import Annotated

import numpy as np
from annotated_types import Ge, Gt, Le, Lt

from landscape.component import Array, Count, FieldError
from landscape.core import CriticalPoint, Window, absolute, column, in_order, select, sign
from landscape.surfaces._registry import register
from landscape.surfaces._separable import Separable, roots_of


@register("schwefel")
class Schwefel(Separable):
    """Schwefel's function: the lowest place lies far from the next lowest, near a corner.

    f(p) = sum_i 418.98288727 - p_i sin(sqrt(|p_i|)).

    p: (dim, ...). The global minimum has all coordinates 420.9687, and the value 0 by the constant, in full
    418.9828872724338. In one and two dimensions all critical points are listed which combine the extrema of one
    coordinate's part, in more the global minimum alone. At a coordinate 0 the slope of its part is 0 as well, between
    falling and falling, and its second derivative grows beyond bounds; the Hessian given has 0 there.

    Source: Schwefel 1981, "Numerical optimization of computer models", Wiley, without the constant; Surjanovic and
    Bingham 2013, "Virtual library of simulation experiments", with 418.9829.
    """

    dim: Count = 2

    title = "Schwefel"
    traits = frozenset({"multimodal", "rugged", "saddle", "scalable"})
    formula = r"f(p) = \sum_i 418.98288727 - p_i \sin \sqrt{|p_i|}"
    confined = True

    @property
    def window(self) -> Window:
        return ((-500.0, 500.0),) * self.dim

    @property
    def customary_start(self) -> Array:
        return np.resize([-180.0, 120.0], self.dim)

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        return tuple(known for known in self._lattice() if known.point.all())

    def _terms(self, p: Array) -> Array:
        r = np.sqrt(absolute(p))
        return SCHWEFEL_DEPTH - p * np.sin(r)

    def _slopes(self, p: Array) -> Array:
        r = np.sqrt(absolute(p))
        return -(np.sin(r) + 0.5 * r * np.cos(r))

    def _bends(self, p: Array) -> Array:
        size = absolute(p)
        r = np.sqrt(size)
        safe = select(-size, 1.0, r)
        return sign(p) * (0.25 * np.sin(r) - 0.75 * np.cos(r) / safe)


SCHWEFEL_DEPTH = 418.9828872724338


@register("levy")
class Levy(Separable):
    """Levy's function: ripples of growing height up the sides of a bowl.

    f(p) = sin(pi w_1)^2 + sum_{i < dim} (w_i - 1)^2 (1 + 10 sin(pi w_i + 1)^2)
         + (w_dim - 1)^2 (1 + sin(2 pi w_dim)^2),   w = 1 + (p - 1) / 4.

    p: (dim, ...). The global minimum is (1, ..., 1), of value 0. In one and two dimensions all critical points of the
    window are listed, combinations of those of each coordinate's part; in more the global minimum alone.

    Source: Levy and Montalvo 1985, "The tunneling algorithm for the global minimization of functions", SIAM Journal on
    Scientific and Statistical Computing 6(1); as here: Laguna and Martí 2005, "Experimental testing of advanced scatter
    search designs for global optimization of multimodal functions", Journal of Global Optimization 33.
    """

    dim: Count = 2

    title = "Lévy"
    traits = frozenset({"multimodal", "rugged", "saddle", "scalable"})
    formula = (
        r"f(p) = \sin^2 \pi w_1 + \sum_{i < n} (w_i - 1)^2 (1 + 10 \sin^2(\pi w_i + 1)) + "
        r"(w_n - 1)^2 (1 + \sin^2 2 \pi w_n), \quad w = 1 + \frac{p - 1}{4}"
    )

    @property
    def window(self) -> Window:
        return ((-10.0, 10.0),) * self.dim

    @property
    def customary_start(self) -> Array:
        return np.resize([-8.0, 7.5], self.dim)

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        if self.dim > 2:
            return (CriticalPoint(np.ones(self.dim), 0.0, "minimum"),)
        return self._lattice()

    def _terms(self, p: Array) -> Array:
        v, first, last, ripples = self._ripples(p)
        s = np.sin(math.pi * v)
        return first * s * s + v * v * (1.0 + ripples * np.sin(self._phase(v, last)) * np.sin(self._phase(v, last)))

    def _slopes(self, p: Array) -> Array:
        v, first, last, ripples = self._ripples(p)
        turn, phase = math.pi * (1.0 + last), self._phase(v, last)
        s, c = np.sin(phase), np.cos(phase)
        rise = 2.0 * math.pi * first * np.sin(math.pi * v) * np.cos(math.pi * v)
        return 0.25 * (rise + 2.0 * v * (1.0 + ripples * s * s) + 2.0 * v * v * ripples * turn * s * c)

    def _bends(self, p: Array) -> Array:
        v, first, last, ripples = self._ripples(p)
        turn, phase = math.pi * (1.0 + last), self._phase(v, last)
        s, c = np.sin(phase), np.cos(phase)
        a, b = np.sin(math.pi * v), np.cos(math.pi * v)
        wave = 2.0 * (1.0 + ripples * s * s) + 8.0 * v * ripples * turn * s * c
        bend = 2.0 * math.pi * math.pi * first * (b * b - a * a)
        return 0.0625 * (bend + wave + 2.0 * v * v * ripples * turn * turn * (c * c - s * s))

    def _ripples(self, p: Array) -> tuple[Array, Array, Array, Array]:
        """w - 1 (dim, ...), and columns: 1 for the first coordinate, 1 for the last one, the ripples' heights."""
        first, last = np.zeros(self.dim), np.zeros(self.dim)
        first[0] = last[-1] = 1.0
        return 0.25 * (p - 1.0), column(first, p), column(last, p), column(10.0 - 9.0 * last, p)

    def _phase(self, v: Array, last: Array) -> Array:
        """pi w + 1 but for whole turns of the sine's square, and for the last coordinate 2 pi w: (dim, ...)."""
        return (math.pi * (1.0 + last)) * v + (1.0 - last)


@register("michalewicz")
class Michalewicz(Separable):
    """Michalewicz' function: narrow valleys across a plain, which say nothing until one is met.

    f(p) = -sum_i sin(p_i) sin(i p_i^2 / pi)^(2 m),   i = 1, 2, ..., dim.

    p: (dim, ...). m: the larger, the steeper the valleys; 10 is customary. Coordinate i has i valleys, one between two
    zeros of sin(i p_i^2 / pi), each with one minimum: -cot(p_i) - 2 m (2 i p_i / pi) cot(i p_i^2 / pi) rises through 0
    once there. The minima are their dim! combinations, all listed in up to five dimensions, in more the global one
    alone. The second coordinate's is pi/2. Between the valleys f is flat to the order 2 m: the critical points there
    are degenerate, and not listed.

    Source: Michalewicz 1992, "Genetic algorithms + data structures = evolution programs", Springer; minima to more
    dimensions: Vanaret, Gotteland, Durand and Alliot 2020, "Certified global minima for a benchmark of difficult
    optimization problems", arXiv:2003.09867.
    """

    dim: Count = 2
    m: Annotated[int, Ge(1), Le(100)] = 10

    title = "Michalewicz"
    traits = frozenset({"multimodal", "plateau", "ravine", "scalable"})
    formula = r"f(p) = -\sum_i \sin(p_i) \sin^{2 m}\!\left(\frac{i\, p_i^2}{\pi}\right)"

    @property
    def window(self) -> Window:
        return ((0.0, math.pi),) * self.dim

    @property
    def customary_start(self) -> Array:
        return np.resize([2.0, 1.2], self.dim)

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        valleys = [self._valleys(i) for i in range(self.dim)]
        if self.dim > 5:
            depths = [self._one(self._terms, i, each) for i, each in enumerate(valleys)]
            valleys = [each[[np.argmin(depth)]] for each, depth in zip(valleys, depths, strict=True)]
        points = np.array(list(itertools.product(*valleys)))
        values = self._value(points.T)
        return in_order(CriticalPoint(*each, "minimum") for each in zip(points, values, strict=True))

    def _valleys(self, i: int) -> Array:
        """(i + 1,): the bottoms of the valleys of coordinate i, counted from 0."""

        def slope(x: Array) -> Array:
            phi = (i + 1.0) * x * x / math.pi
            return np.cos(x) * np.sin(phi) + (4.0 * self.m / math.pi) * (i + 1.0) * x * np.sin(x) * np.cos(phi)

        walls = math.pi * np.sqrt(np.arange(i + 2.0) / (i + 1.0))
        narrow = 1e-6 * (walls[1:] - walls[:-1])
        sides = zip(walls[:-1] + narrow, walls[1:] - narrow, strict=True)
        return np.concatenate([roots_of(slope, low, high) for low, high in sides])

    def _terms(self, p: Array) -> Array:
        return -np.sin(p) * self._spikes(p)[0]

    def _slopes(self, p: Array) -> Array:
        power, rise, _ = self._spikes(p)
        return -(np.cos(p) * power + np.sin(p) * rise)

    def _bends(self, p: Array) -> Array:
        power, rise, bend = self._spikes(p)
        return np.sin(p) * (power - bend) - 2.0 * np.cos(p) * rise

    def _spikes(self, p: Array) -> tuple[Array, Array, Array]:
        """sin(phi)^(2m), phi = i p_i^2 / pi, and its two derivatives by p_i: (dim, ...) each."""
        n = 2.0 * self.m
        i = column(np.arange(1.0, self.dim + 1.0) / math.pi, p)
        phi, tilt = i * p * p, 2.0 * i * p
        s, c = np.sin(phi), np.cos(phi)
        lower = 1.0 + 0.0 * s
        for _ in range(self.m - 1):
            lower = lower * (s * s)
        bend = lower * (tilt * tilt * ((n - 1.0) * c * c - s * s) + 2.0 * i * s * c)
        return lower * (s * s), n * lower * s * c * tilt, n * bend


@register("eggcrate")
class Eggcrate(Separable):
    """Egg crate: a bowl dented like the tray that eggs are sold in.

    f(x, y) = x^2 + y^2 + 25 (sin(x)^2 + sin(y)^2).

    p = (x, y): (2, ...). The global minimum is 0, of value 0. All critical points of the window, 49, are listed: the
    combinations of the seven roots of 2 x + 25 sin(2 x) = 0, three of them minima of one coordinate's part.

    Source: Jamil and Yang 2013, "A literature survey of benchmark functions for global optimisation problems",
    arXiv:1308.4008, function 51.
    """

    dim = 2
    traits = frozenset({"multimodal", "rugged", "saddle"})
    formula = r"f(x, y) = x^2 + y^2 + 25\, (\sin^2 x + \sin^2 y)"

    @property
    def window(self) -> Window:
        return ((-5.0, 5.0), (-5.0, 5.0))

    @property
    def customary_start(self) -> Array:
        return np.array([-4.2, 2.4])

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        return self._lattice()

    def _terms(self, p: Array) -> Array:
        s = np.sin(p)
        return p * p + 25.0 * s * s

    def _slopes(self, p: Array) -> Array:
        return 2.0 * p + 50.0 * np.sin(p) * np.cos(p)

    def _bends(self, p: Array) -> Array:
        s, c = np.sin(p), np.cos(p)
        return 2.0 + 50.0 * (c * c - s * s)


# sin(x) + 0.1 at the float next to one of its zeros is rounded to at most this, for |x| up to 10.
ALPINE_ROUNDING = 2e-15


@register("alpine")
class Alpine(Separable):
    """Alpine N.1: sharp valleys between rounded ridges, all valleys equally deep.

    f(p) = sum_i |p_i sin(p_i) + 0.1 p_i|.

    p: (dim, ...). f is not differentiable where a coordinate is 0 or its sine is -0.1; there the gradient given has 0
    for that coordinate, a subgradient at which f is lowest along it. 0 is published as the global minimum, of value 0.
    So is, up to rounding, every combination of the eight such coordinates in the window. In one and two dimensions all
    of these minima, kinks, are listed, and the maxima, which combine the seven tops between; the saddles, kinks in one
    coordinate and tops in the other, are not. In more dimensions only 0 is.

    Source: Rahnamayan, Tizhoosh and Salama 2007, "A novel population initialization method for accelerating
    evolutionary algorithms", Computers and Mathematics with Applications 53(10); Jamil and Yang 2013,
    arXiv:1308.4008, function 6.
    """

    dim: Count = 2

    traits = frozenset({"multimodal", "rugged", "nonsmooth", "scalable"})
    formula = r"f(p) = \sum_i |p_i \sin p_i + 0.1\, p_i|"

    @property
    def window(self) -> Window:
        return ((-10.0, 10.0),) * self.dim

    @property
    def customary_start(self) -> Array:
        return np.resize([7.5, -8.4], self.dim)

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        if self.dim > 2:
            return (CriticalPoint(np.zeros(self.dim), 0.0, "minimum", kink=True),)
        turns = 2.0 * math.pi * np.arange(-2.0, 3.0)
        kinks = np.concatenate([[0.0], turns - math.asin(0.1), turns + math.pi + math.asin(0.1)])
        kinks = kinks[np.abs(kinks) < 10.0]
        tops = roots_of(lambda x: np.sin(x) + 0.1 + x * np.cos(x), -10.0, 10.0)
        lows = np.array(list(itertools.product(kinks, repeat=self.dim)))
        highs = np.array(list(itertools.product(tops, repeat=self.dim)))
        return in_order(
            [
                *(CriticalPoint(*each, "minimum", kink=True) for each in zip(lows, self._value(lows.T), strict=True)),
                *(CriticalPoint(*each, "maximum") for each in zip(highs, self._value(highs.T), strict=True)),
            ]
        )

    def _terms(self, p: Array) -> Array:
        return absolute(p * (np.sin(p) + 0.1))

    def _slopes(self, p: Array) -> Array:
        return self._sides(p) * (np.sin(p) + 0.1 + p * np.cos(p))

    def _bends(self, p: Array) -> Array:
        return self._sides(p) * (2.0 * np.cos(p) - p * np.sin(p))

    def _sides(self, p: Array) -> Array:
        """The sign of what f takes the absolute value of, 0 on kinks and within rounding of them: (dim, ...)."""
        s = np.sin(p) + 0.1
        return sign(p) * select(s - ALPINE_ROUNDING, 1.0, select(-s - ALPINE_ROUNDING, -1.0, 0.0))


@register("weierstrass")
class Weierstrass(Separable):
    """Weierstrass' function: bumps upon bumps at every scale, down to 1 / b^(terms - 1).

    f(p) = sum_i sum_{k=0}^{terms - 1} a^k (cos(2 pi b^k (p_i + 1/2)) - cos(pi b^k)).

    p: (dim, ...). a: how much smaller each next wave is; b: how many times shorter, an odd number; terms: how many
    waves, 21 by custom. For odd b the summands are 2 a^k sin(pi b^k p_i)^2, and computed as that: written as above, the
    cosines of large angles leave an error of a thousandth in f' at 0. The minimum in the window is 0, of value 0. Of
    the other critical points, about 2 b^(terms - 1) along each coordinate, none is listed. f is smooth as the sum is
    finite; as terms grow it becomes, where a b >= 1, a function that is continuous but nowhere differentiable.

    Source: Suganthan, Hansen, Liang, Deb, Chen, Auger and Tiwari 2005, "Problem definitions and evaluation criteria for
    the CEC 2005 special session on real-parameter optimization", F11, without its shift and rotation; Weierstrass 1872;
    a b >= 1: Hardy 1916, "Weierstrass's non-differentiable function", Transactions of the AMS 17.
    """

    dim: Count = 2
    a: Annotated[float, Gt(0), Lt(1)] = 0.5
    b: Annotated[int, Ge(3), Le(999)] = 3
    terms: Annotated[int, Ge(1), Le(31)] = 21

    title = "Weierstrass"
    traits = frozenset({"multimodal", "rugged", "scalable"})
    formula = r"f(p) = \sum_i \sum_{k=0}^{m - 1} a^k (\cos(2 \pi b^k (p_i + \frac{1}{2})) - \cos(\pi b^k))"

    def _check(self) -> None:
        if self.b % 2 == 0:
            raise FieldError(self.name, "b", f"must be an odd number, got {self.b}")

    @property
    def window(self) -> Window:
        return ((-0.5, 0.5),) * self.dim

    @property
    def customary_start(self) -> Array:
        return np.resize([0.4, -0.3], self.dim)

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        return (CriticalPoint(np.zeros(self.dim), 0.0, "minimum"),)

    def _terms(self, p: Array) -> Array:
        result = 0.0 * p
        for height, w in self._waves():
            s = np.sin(w * p)
            result = result + (2.0 * height) * s * s
        return result

    def _slopes(self, p: Array) -> Array:
        result = 0.0 * p
        for height, w in self._waves():
            result = result + (4.0 * height * w) * np.sin(w * p) * np.cos(w * p)
        return result

    def _bends(self, p: Array) -> Array:
        result = 0.0 * p
        for height, w in self._waves():
            s, c = np.sin(w * p), np.cos(w * p)
            result = result + (4.0 * height * w * w) * (c * c - s * s)
        return result

    def _waves(self) -> list[tuple[float, float]]:
        """(a^k, pi b^k) for each k, in order."""
        return [(self.a**k, math.pi * float(self.b**k)) for k in range(self.terms)]
