"""`ls.surface("octopus")`: Octopus: a chain of saddles on which gradient descent takes exponentially long in the
number of dimensions.
"""

from __future__ import annotations

import functools
import math

import numpy as np

from landscape.core.component import Array, Count, Positive
from landscape.core.critical_points import CriticalPoint, in_order
from landscape.core.elementary import absolute, select, sign, stack, symmetric
from landscape.core.surface import Surface, Window, complete_up_to
from landscape.surfaces._registry import register
from landscape.surfaces.saddles.saddle_chain import chain, kind_in_chain


@register("octopus")
class Octopus(Surface):
    """Octopus: a chain of saddles on which gradient descent takes exponentially long in the number of dimensions.

    f(p) = F_1,   F_i = g(t_i) + (1 - s(t_i)) Q_{i+1} + s(t_i) F_{i+1},   Q_i = L sum_{j >= i} p_j^2,   t_i = |p_i|,

    with F_{dim+1} = Q_{dim+1} = 0; with u = t / tau - 1, which goes from 0 to 1 between tau and 2 tau,

        g(t) = -gamma t^2 up to tau,   L (t - 4 tau)^2 - nu from 2 tau on,   nu = (13 gamma + 37 L) tau^2 / 6,
        g(t) = -gamma t^2 + tau^2 ((10 gamma - 14 L) u^3 / 3 + (5 L - 3 gamma) u^4 / 2) between,
        s(t) = u^3 (10 - 15 u + 6 u^2) between, 0 before and 1 after.

    p: (dim, ...); L is the field `steepness`. f is twice continuously differentiable. While the first i coordinates are
    at 4 tau and the next is near 0, that one alone falls, by a factor 1 + 2 lr gamma a step, and while it does, the one
    after it is pressed to 0 by L: at each saddle descent starts again, from closer by, and the time at each is a
    constant times the time at the one before. Perturbed descent does not mind.

    The critical points are the 2^(dim+1) - 1 points (+-4 tau, ..., +-4 tau, 0, ..., 0), of value -nu times the number
    of coordinates that are not 0: the 2^dim without a 0 are minima and the others saddles with one way down, of
    curvature -2 gamma. There are no others, as F_i falls with t_i from 0 to 4 tau and rises from there. All are listed
    in up to three dimensions, in more those with no minus sign.

    Source: Du, Jin, Lee, Jordan, Póczos and Singh 2017, "Gradient descent can take exponential time to escape saddle
    points", arXiv:1705.10412, section 4 and its appendix, with L = e, gamma = 1, tau = e of their experiments. On
    their domain, where t_1, ..., t_i-1 are in [2 tau, 6 tau], t_i up to there and the others below tau, f is theirs;
    the nesting is ours and extends it to all p, theirs being continued by Whitney's theorem.
    """

    dim: Count = 2
    steepness: Positive = math.e
    gamma: Positive = 1.0
    tau: Positive = math.e

    traits = frozenset({"multimodal", "saddle", "scalable"})
    formula = r"f(p) = F_1, \quad F_i = g(t_i) + (1 - s(t_i))\, Q_{i+1} + s(t_i)\, F_{i+1}"

    @property
    def window(self) -> Window:
        return ((-6.0 * self.tau, 6.0 * self.tau),) * self.dim

    @property
    def customary_start(self) -> Array:
        return np.full(self.dim, 0.1 * self.tau)

    completeness = complete_up_to(2, "notable")

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        known = []
        for point in chain(self.dim, 4.0 * self.tau):
            gone = int(np.count_nonzero(point))
            known.append(CriticalPoint(point, -gone * self._nu, kind_in_chain(self.dim, self.dim - gone)))
        return in_order(known)

    @property
    def _nu(self) -> float:
        """The depth of one arm."""
        return (13.0 * self.gamma + 37.0 * self.steepness) / 6.0 * (self.tau * self.tau)

    def _arm(self, x: Array) -> tuple[Array, Array, Array, Array, Array, Array]:
        """(g, g', g'', s, s', s'') of one coordinate, derivatives in the coordinate."""
        t, side = absolute(x), sign(x)
        u = t / self.tau - 1.0
        k, high, low = 1.0 / self.tau, self.steepness, self.gamma
        cubic, quartic = (10.0 * low - 14.0 * high) / 3.0, (5.0 * high - 3.0 * low) / 2.0
        spline = -low * t * t + self.tau * self.tau * u * u * u * (cubic + quartic * u)
        spline1 = -2.0 * low * t + self.tau * u * u * (3.0 * cubic + 4.0 * quartic * u)
        spline2 = -2.0 * low + u * (6.0 * cubic + 12.0 * quartic * u)
        off = t - 4.0 * self.tau
        outer, inner, zero = u - 1.0, -u, 0.0 * t

        def pieces(near: Array, middle: Array, far: Array) -> Array:
            result: Array = select(inner, near, select(outer, far, middle))
            return result

        g = pieces(-low * t * t, spline, high * off * off - self._nu)
        g1 = side * pieces(-2.0 * low * t, spline1, 2.0 * high * off)
        g2 = pieces(-2.0 * low + zero, spline2, 2.0 * high + zero)
        s = pieces(zero, u * u * u * (10.0 + u * (-15.0 + u * 6.0)), 1.0 + zero)
        s1 = side * pieces(zero, 30.0 * k * u * u * (1.0 + u * (-2.0 + u)), zero)
        s2 = pieces(zero, 60.0 * k * k * u * (1.0 + u * (-3.0 + u * 2.0)), zero)
        return g, g1, g2, s, s1, s2

    def _value(self, p: Array) -> Array:
        return self._nested(p)[0]

    def _gradient(self, p: Array) -> Array:
        return stack(*self._nested(p)[1])

    def _hessian(self, p: Array) -> Array:
        return symmetric(*(tuple(row) for row in self._nested(p)[2]))

    def _nested(self, p: Array) -> tuple[Array, list[Array], list[list[Array]]]:
        """F_1, its gradient and the lower triangle of its Hessian, from the last coordinate to the first."""
        zero, high = 0.0 * p[0], self.steepness
        value, rest = zero, zero
        slope: list[Array] = []
        bend: list[list[Array]] = []
        for i in reversed(range(self.dim)):
            g, g1, g2, s, s1, s2 = self._arm(p[i])
            gap = value - rest
            press = [2.0 * high * x for x in p[i + 1 :]]
            mixed = [a - b for a, b in zip(slope, press, strict=True)]
            first = [s1 * each for each in mixed]
            triangle = [[g2 + s2 * gap]]
            for row, each in enumerate(first):
                below = [s * old for old in bend[row]]
                below[row] = below[row] + (1.0 - s) * 2.0 * high
                triangle.append([each, *below])
            slope = [g1 + s1 * gap, *(b + s * m for b, m in zip(press, mixed, strict=True))]
            value, rest, bend = g + rest + s * gap, rest + high * p[i] * p[i], triangle
        return value, slope, bend
