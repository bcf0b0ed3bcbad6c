"""Fall into one of many holes: foxholes on a plain, Langermann's rings, the bird's nests, Gramacy and Lee's ripples."""

from __future__ import annotations

import functools
import itertools
import math
from typing import Annotated

import numpy as np
from annotated_types import Ge, Le

from landscape.component import Array
from landscape.core import CriticalPoint, Surface, Window, column, diagonal, polished, select, stack, symmetric, total
from landscape.surfaces._registry import register
from landscape.surfaces._separable import roots_of


@register("shekel")
class Shekel(Surface):
    """Shekel's foxholes in four dimensions: a hollow around each of up to ten points, and next to nothing between.

    f(p) = -sum_{i=1}^wells 1 / (b_i + ||p - c_i||^2).

    p: (dim, ...), dim = 4. wells: how many hollows, 5, 7 or 10 by custom; their depths, about 1 / b_i, and places c_i
    are fixed. Each has its minimum, all listed; the global one is next to c_1 = (4, 4, 4, 4), of value -10.1532 for 5
    wells, -10.4029 for 7 and -10.5364 for 10. The saddles between are not listed.

    Source: Shekel 1971, "Test functions for multimodal search techniques", Fifth Annual Princeton Conference on
    Information Science and Systems; the constants: Dixon and Szegö 1978, "Towards global optimisation 2". The seventh
    place is (5, 5, 3, 3) there; some catalogues have (5, 3, 5, 3), which moves the minimum in its fifth digit.
    """

    wells: Annotated[int, Ge(1), Le(10)] = 10

    dim = 4
    title = "Shekel"
    traits = frozenset({"multimodal", "plateau"})
    formula = r"f(p) = -\sum_{i=1}^m \frac{1}{b_i + \|p - c_i\|^2}"

    @property
    def window(self) -> Window:
        return ((0.0, 10.0),) * 4

    @property
    def customary_start(self) -> Array:
        return np.array([5.0, 3.4, 4.6, 4.2])

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        return polished(self, SHEKEL_PLACES[: self.wells])

    def _value(self, p: Array) -> Array:
        return -total(stack(*(1.0 / s for _, s in self._hollows(p))))

    def _gradient(self, p: Array) -> Array:
        return total(stack(*(d * (2.0 / (s * s)) for d, s in self._hollows(p))))

    def _hessian(self, p: Array) -> Array:
        bowls, outward = [], []
        for d, s in self._hollows(p):
            bowls.append(0.0 * d + 2.0 / (s * s))
            outward.append(d[:, None] * d[None] * (8.0 / (s * s * s)))
        return diagonal(total(stack(*bowls))) - total(stack(*outward))

    def _hollows(self, p: Array) -> list[tuple[Array, Array]]:
        """For each hollow p - c_i (4, ...) and b_i + ||p - c_i||^2 (...)."""
        away = [p - column(place, p) for place in SHEKEL_PLACES[: self.wells]]
        return [(d, b + total(d * d)) for d, b in zip(away, SHEKEL_WIDTHS, strict=False)]


@register("de_jong_5")
class DeJong5(Surface):
    """De Jong's F5, Shekel's foxholes: 25 shafts in a square on a high plateau.

    f(x, y) = 1 / (0.002 + sum_{i=1}^25 1 / (i + (x - a_i)^6 + (y - b_i)^6)).

    p = (x, y): (2, ...). (a_i, b_i) go through {-32, -16, 0, 16, 32}^2, x first. The global minimum is next to
    (-32, -32), at (-31.97833, -31.97833), of value 0.998004. Listed is the
    lowest minimum of each shaft. The bottoms are flat to the order six, and there the faint tilt and bend of the other
    24 shafts decides: most of the inner shafts have more minima, up to four in mirror places about their middle, with
    values that differ in the tenth digit or, in the middle row and column, in the fourteenth.

    Source: De Jong 1975, "An analysis of the behavior of a class of genetic adaptive systems", F5.
    """

    dim = 2
    title = "De Jong 5"
    traits = frozenset({"multimodal", "plateau"})
    formula = r"f(x, y) = \left(0.002 + \sum_{i=1}^{25} \frac{1}{i + (x - a_i)^6 + (y - b_i)^6}\right)^{-1}"

    @property
    def window(self) -> Window:
        return ((-65.536, 65.536), (-65.536, 65.536))

    @property
    def customary_start(self) -> Array:
        return np.array([-26.0, -38.5])

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        return polished(self, DE_JONG)

    def _value(self, p: Array) -> Array:
        *_, q = self._shafts(p)
        return 1.0 / (0.002 + total(1.0 / q))

    def _gradient(self, p: Array) -> Array:
        u, v, q = self._shafts(p)
        f = 1.0 / (0.002 + total(1.0 / q))
        slopes = [total(6.0 * _fifth(d) / (q * q)) for d in (u, v)]
        return stack(*(f * f * slope for slope in slopes))

    def _hessian(self, p: Array) -> Array:
        u, v, q = self._shafts(p)
        f = 1.0 / (0.002 + total(1.0 / q))
        u5, v5, qq = _fifth(u), _fifth(v), q * q
        x, y = total(6.0 * u5 / qq), total(6.0 * v5 / qq)
        xx = total((30.0 * (u * u) * (u * u) - 72.0 * u5 * u5 / q) / qq)
        yy = total((30.0 * (v * v) * (v * v) - 72.0 * v5 * v5 / q) / qq)
        xy = total(-72.0 * u5 * v5 / q / qq)
        ff, fff = f * f, 2.0 * f * f * f
        return symmetric((ff * xx + fff * x * x,), (ff * xy + fff * x * y, ff * yy + fff * y * y))

    def _shafts(self, p: Array) -> tuple[Array, Array, Array]:
        """x - a_i, y - b_i and i + (x - a_i)^6 + (y - b_i)^6: (25, ...) each."""
        u, v = p[:1] - column(SHAFTS[0], p), p[1:] - column(SHAFTS[1], p)
        return u, v, column(np.arange(1.0, 26.0), p) + _fifth(u) * u + _fifth(v) * v


def _fifth(d: Array) -> Array:
    return (d * d) * (d * d) * d


@register("langermann")
class Langermann(Surface):
    """Langermann's function: rings of waves around five points, which cross.

    f(x, y) = sum_{i=1}^5 c_i exp(-s_i / pi) cos(pi s_i),   s_i = (x - a_i)^2 + (y - b_i)^2.

    p = (x, y): (2, ...). c = (1, 2, 5, 2, 3), (a, b) = (3, 5), (5, 2), (2, 1), (1, 4), (7, 9). The global minimum is
    (2.793402, 1.597233), of value -4.155809. Listed are the twelve lowest minima; there are hundreds in the window.

    Source: Molga and Smutnicki 2005, "Test functions for optimization needs"; Surjanovic and Bingham 2013, "Virtual
    library of simulation experiments". Others, among them Jamil and Yang 2013, arXiv:1308.4008, function 68, have minus
    the sum: its minimum is (2.002992, 1.006096), of value -5.162126.
    Langermann's in five or ten dimensions has other constants.
    """

    dim = 2
    title = "Langermann"
    traits = frozenset({"multimodal", "rugged"})
    formula = r"f(x, y) = \sum_{i=1}^5 c_i\, e^{-s_i / \pi} \cos(\pi s_i), \quad s_i = (x - a_i)^2 + (y - b_i)^2"

    @property
    def window(self) -> Window:
        return ((0.0, 10.0), (0.0, 10.0))

    @property
    def customary_start(self) -> Array:
        return np.array([3.2, 3.4])

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        return polished(self, RIPPLES)

    def _value(self, p: Array) -> Array:
        c, _, _, s = self._rings(p)
        return total(c * np.exp(s * (-1.0 / math.pi)) * np.cos(math.pi * s))

    def _gradient(self, p: Array) -> Array:
        c, u, v, s = self._rings(p)
        slope = 2.0 * c * self._waves(s)[0]
        return stack(total(slope * u), total(slope * v))

    def _hessian(self, p: Array) -> Array:
        c, u, v, s = self._rings(p)
        slope, bend = self._waves(s)
        slope, bend = 2.0 * c * slope, 4.0 * c * bend
        return symmetric(
            (total(slope + bend * u * u),),
            (total(bend * u * v), total(slope + bend * v * v)),
        )

    def _rings(self, p: Array) -> tuple[Array, Array, Array, Array]:
        """c_i, x - a_i, y - b_i and s_i: (5, ...) each."""
        c, a, b = (column(row, p) for row in LANGERMANN)
        u, v = p[:1] - a, p[1:] - b
        return c, u, v, u * u + v * v

    def _waves(self, s: Array) -> tuple[Array, Array]:
        """The two derivatives of exp(-s / pi) cos(pi s): (5, ...) each."""
        fade = np.exp(s * (-1.0 / math.pi))
        wave, shift = np.cos(math.pi * s), np.sin(math.pi * s)
        first = -fade * (wave / math.pi + math.pi * shift)
        second = fade * ((1.0 / (math.pi * math.pi) - math.pi * math.pi) * wave + 2.0 * shift)
        return first, second


@register("bird")
class Bird(Surface):
    """Bird: two sharp holes of equal depth on a rolling plain.

    f(x, y) = sin(x) exp((1 - cos y)^2) + cos(y) exp((1 - sin x)^2) + (x - y)^2.

    p = (x, y): (2, ...). The global minima are (4.70106, 3.15295) and 2 pi from it along both coordinates, of value
    -106.764537: f repeats itself along the diagonal. All critical points that a search of the window finds, 23, are
    listed.

    Source: Mishra 2006, "Some new test functions for global optimization and performance of repulsive particle swarm
    method", MPRA 2718.
    """

    dim = 2
    traits = frozenset({"multimodal", "saddle"})
    formula = r"f(x, y) = \sin(x)\, e^{(1 - \cos y)^2} + \cos(y)\, e^{(1 - \sin x)^2} + (x - y)^2"

    @property
    def window(self) -> Window:
        return ((-2.0 * math.pi, 2.0 * math.pi), (-2.0 * math.pi, 2.0 * math.pi))

    @property
    def customary_start(self) -> Array:
        return np.array([2.2, 5.2])

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        return polished(self, BIRD)

    def _value(self, p: Array) -> Array:
        x, y = p
        sx, cy, d = np.sin(x), np.cos(y), x - y
        return sx * np.exp((1.0 - cy) * (1.0 - cy)) + cy * np.exp((1.0 - sx) * (1.0 - sx)) + d * d

    def _gradient(self, p: Array) -> Array:
        x, y = p
        (sx, cx), (sy, cy) = (np.sin(x), np.cos(x)), (np.sin(y), np.cos(y))
        a, b = 1.0 - cy, 1.0 - sx
        high, wide, d = np.exp(a * a), np.exp(b * b), 2.0 * (x - y)
        return stack(
            cx * high - 2.0 * cy * b * cx * wide + d,
            2.0 * sx * a * sy * high - sy * wide - d,
        )

    def _hessian(self, p: Array) -> Array:
        x, y = p
        (sx, cx), (sy, cy) = (np.sin(x), np.cos(x)), (np.sin(y), np.cos(y))
        a, b = 1.0 - cy, 1.0 - sx
        high, wide = np.exp(a * a), np.exp(b * b)
        return symmetric(
            (2.0 - sx * high + 2.0 * cy * wide * (cx * cx * (1.0 + 2.0 * b * b) + b * sx),),
            (
                2.0 * cx * sy * (a * high + b * wide) - 2.0,
                2.0 - cy * wide + 2.0 * sx * high * (sy * sy * (1.0 + 2.0 * a * a) + a * cy),
            ),
        )


@register("gramacy_lee")
class GramacyLee(Surface):
    """Gramacy and Lee's function: one dimension of ripples that fade along a valley.

    f(x) = sin(10 pi x) / (2 x) + (x - 1)^4.

    p = (x): (dim, ...), dim = 1. All critical points of the window are listed, minima and maxima in turn. The global
    minimum is x = 0.548563, of value -0.869011. At 0, outside of the window, f is 5 pi + 1, its limit.

    Source: Gramacy and Lee 2012, "Cases for the nugget in modeling computer experiments", Statistics and Computing
    22(3).
    """

    dim = 1
    title = "Gramacy-Lee"
    traits = frozenset({"multimodal", "rugged"})
    formula = r"f(x) = \frac{\sin(10 \pi x)}{2 x} + (x - 1)^4"
    confined = True

    @property
    def window(self) -> Window:
        return ((0.5, 2.5),)

    @property
    def customary_start(self) -> Array:
        return np.array([2.3])

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        x = roots_of(lambda x: self._gradient(x[None])[0], 0.5, 2.5)
        return polished(self, x[:, None])

    def _value(self, p: Array) -> Array:
        x = p[0]
        d = x - 1.0
        return (5.0 * math.pi) * _sinc(TURNS * x)[0] + d * d * (d * d)

    def _gradient(self, p: Array) -> Array:
        x = p[0]
        d = x - 1.0
        return stack((5.0 * math.pi * TURNS) * _sinc(TURNS * x)[1] + 4.0 * d * d * d)

    def _hessian(self, p: Array) -> Array:
        x = p[0]
        d = x - 1.0
        return symmetric(((5.0 * math.pi * TURNS * TURNS) * _sinc(TURNS * x)[2] + 12.0 * d * d,))


def _sinc(t: Array) -> tuple[Array, Array, Array]:
    """sin(t) / t and its two derivatives: (...) each, by their power series where |t| < 1/2."""
    far = t * t - 0.25
    u = select(far, t, 1.0)
    value = np.sin(u) / u
    slope = (np.cos(u) - value) / u
    bend = -value - 2.0 * slope / u
    z, a, b, c = t * t, 0.0 * t, 0.0 * t, 0.0 * t
    for k in range(7, -1, -1):
        term = (-1.0) ** k / math.factorial(2 * k + 1)
        a = term + z * a
        if k > 0:
            b, c = 2.0 * k * term + z * b, 2.0 * k * (2.0 * k - 1.0) * term + z * c
    return select(far, value, a), select(far, slope, t * b), select(far, bend, c)


LANGERMANN = np.array([[1.0, 2.0, 5.0, 2.0, 3.0], [3.0, 5.0, 2.0, 1.0, 7.0], [5.0, 2.0, 1.0, 4.0, 9.0]])

SHAFTS = np.array([(a, b) for b, a in itertools.product((-32.0, -16.0, 0.0, 16.0, 32.0), repeat=2)]).T

SHEKEL_WIDTHS = (0.1, 0.2, 0.2, 0.4, 0.4, 0.6, 0.3, 0.7, 0.5, 0.5)
SHEKEL_PLACES = np.array(
    [
        (4.0, 4.0, 4.0, 4.0),
        (1.0, 1.0, 1.0, 1.0),
        (8.0, 8.0, 8.0, 8.0),
        (6.0, 6.0, 6.0, 6.0),
        (3.0, 7.0, 3.0, 7.0),
        (2.0, 9.0, 2.0, 9.0),
        (5.0, 5.0, 3.0, 3.0),
        (8.0, 1.0, 8.0, 1.0),
        (6.0, 2.0, 6.0, 2.0),
        (7.0, 3.6, 7.0, 3.6),
    ]
)

TURNS = 10.0 * math.pi

BIRD = (
    (-1.582142, -3.130247), (4.701043, 3.152939), (-1.536662, 3.107459), (4.655171, -3.084375),
    (0.6652776, 0.9055187), (-5.617908, -5.377667), (-0.05191442, 1.622711), (-3.838641, -4.764321),
    (2.444544, 1.518864), (0.05193233, -0.873748), (-5.829038, -2.019427), (-2.692962, 1.116649),
    (0.4541478, 4.263758), (3.488158, -1.917362), (2.712904, -4.042563), (5.613359, -1.142107),
    (-5.842538, 3.885737), (-4.772757, -3.12641), (-1.585979, 0.06036824), (1.510428, 3.156775),
    (1.753499, -3.188071), (4.758867, -0.182703), (-5.022829, 3.222554),
)  # fmt: skip

DE_JONG = (
    (-31.97833, -31.97833), (-15.9864, -31.97034), (-0.01323281, -31.96509), (15.98157, -31.96083),
    (31.95869, -31.95869), (-31.95392, -15.97794), (-15.97533, -15.97533), (-0.02180053, -15.97359),
    (15.97242, -15.97242), (31.94343, -15.97225), (-31.94121, -0.02534725), (-15.96839, -0.02670051),
    (-0.02779035, -0.02779066), (15.96614, -0.02883988), (31.93341, -0.0296023), (-31.93168, 15.96564),
    (-15.96335, 15.96335), (-0.03270113, 15.96211), (15.96147, 15.96147), (31.92528, 15.96194),
    (-31.92645, 31.92645), (-15.96023, 31.92236), (-0.03666182, 31.92093), (15.9586, 31.9196),
    (31.9211, 31.9211),
)  # fmt: skip

RIPPLES = (
    (2.793402, 1.597233), (1.991206, 1.98862), (1.416457, 1.799055), (2.988457, 1.024158), (1.699698, 1.919208),
    (2.914652, 1.311207), (1.087684, 1.36347), (2.838204, 0.4880135), (2.594592, 0.2155846),
    (1.015719, 1.005181), (2.430034, 1.853087), (2.310425, 0.06745731),
)  # fmt: skip
