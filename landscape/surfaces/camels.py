"""Get caught in one hollow of several: the camels with three and six humps, and Styblinski and Tang's.

All critical points of each are listed.
"""

from __future__ import annotations

import functools
import itertools
import math

import numpy as np

from landscape.component import Array, Count
from landscape.core import (
    CriticalPoint,
    Surface,
    Window,
    critical,
    diagonal,
    polished,
    stack,
    symmetric,
    total,
)
from landscape.surfaces._registry import register


@register("three_hump_camel")
class ThreeHumpCamel(Surface):
    """Three-hump camel: three minima in a row, the middle one lowest.

    f(x, y) = 2 x^2 - 1.05 x^4 + x^6/6 + x y + y^2.

    p = (x, y): (2, ...). The global minimum is 0. With y = -x/2 the gradient is x (3.5 - 4.2 x^2 + x^4), so that the
    five critical points, three minima and two saddles between them, are those of x^2 = 2.1 -+ sqrt(0.91) and x = 0.

    Source: Branin and Hoo 1972, "A method for finding multiple extrema of a function of n variables"; Jamil and Yang
    2013, arXiv:1308.4008, function 29.
    """

    dim = 2
    title = "three-hump camel"
    traits = frozenset({"multimodal", "saddle"})
    formula = r"f(x, y) = 2 x^2 - 1.05 x^4 + \frac{x^6}{6} + x y + y^2"

    @property
    def window(self) -> Window:
        return ((-2.5, 2.5), (-2.0, 2.0))

    @property
    def customary_start(self) -> Array:
        return np.array([-2.2, 1.6])

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        far, near = math.sqrt(2.1 + math.sqrt(0.91)), math.sqrt(2.1 - math.sqrt(0.91))
        guesses = [(0.0, 0.0)] + [(x, -x / 2.0) for x in (far, -far, near, -near)]
        return tuple(critical(self, guess) for guess in guesses)

    def _value(self, p: Array) -> Array:
        x, y = p
        s = x * x
        return s * (2.0 + s * (-1.05 + s / 6.0)) + x * y + y * y

    def _gradient(self, p: Array) -> Array:
        x, y = p
        s = x * x
        return stack(x * (4.0 + s * (-4.2 + s)) + y, x + 2.0 * y)

    def _hessian(self, p: Array) -> Array:
        x, _ = p
        s = x * x
        return symmetric((4.0 + s * (-12.6 + 5.0 * s),), (1.0, 2.0))


@register("six_hump_camel")
class SixHumpCamel(Surface):
    """Six-hump camel: six minima, two of them global, with saddles and hills between.

    f(x, y) = (4 - 2.1 x^2 + x^4/3) x^2 + x y + (-4 + 4 y^2) y^2.

    p = (x, y): (2, ...). The global minima are near (0.0898, -0.7127) and opposite, of value -1.0316. All fifteen
    critical points are listed: six minima, seven saddles and two maxima, which come in opposite pairs but for 0.

    Source: Dixon and Szegö 1978, "Towards global optimisation 2".
    """

    dim = 2
    title = "six-hump camel"
    traits = frozenset({"multimodal", "saddle"})
    formula = r"f(x, y) = (4 - 2.1 x^2 + \frac{x^4}{3})\, x^2 + x y + (4 y^2 - 4)\, y^2"

    @property
    def window(self) -> Window:
        return ((-2.0, 2.0), (-1.2, 1.2))

    @property
    def customary_start(self) -> Array:
        return np.array([-1.9, 1.0])

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        return tuple(critical(self, guess) for guess in SIX_HUMPS)

    def _value(self, p: Array) -> Array:
        x, y = p
        s, t = x * x, y * y
        return s * (4.0 + s * (-2.1 + s / 3.0)) + x * y + t * (4.0 * t - 4.0)

    def _gradient(self, p: Array) -> Array:
        x, y = p
        s, t = x * x, y * y
        return stack(x * (8.0 + s * (-8.4 + 2.0 * s)) + y, x + y * (16.0 * t - 8.0))

    def _hessian(self, p: Array) -> Array:
        x, y = p
        s, t = x * x, y * y
        return symmetric((8.0 + s * (-25.2 + 10.0 * s),), (1.0, 48.0 * t - 8.0))


@register("styblinski_tang")
class StyblinskiTang(Surface):
    """Styblinski and Tang's function: 2^dim minima, one in each orthant, of which one is the lowest.

    f(p) = 1/2 sum_i (p_i^4 - 16 p_i^2 + 5 p_i).

    p: (dim, ...). The critical points are the combinations of the three roots of 2 x^3 - 16 x + 2.5 = 0, which are
    minimum, maximum and minimum of one coordinate's part. The global minimum has all coordinates near -2.9035 and the
    value -39.1662 dim. All are listed in up to four dimensions, in more the global minimum.

    Source: Styblinski and Tang 1990, "Experiments in nonconvex optimization: stochastic approximation with function
    smoothing and simulated annealing", Neural Networks 3(4).
    """

    dim: Count = 2

    title = "Styblinski-Tang"
    traits = frozenset({"multimodal", "saddle", "scalable"})
    formula = r"f(p) = \frac{1}{2} \sum_i (p_i^4 - 16 p_i^2 + 5 p_i)"

    @property
    def window(self) -> Window:
        return ((-5.0, 5.0),) * self.dim

    @property
    def customary_start(self) -> Array:
        return np.resize([4.5, 0.6], self.dim)

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        left, middle, right = -2.9035340277711771, 0.1567311643535, 2.7468028634176
        if self.dim > 4:
            return (critical(self, np.full(self.dim, left)),)
        guesses = itertools.product((left, right, middle), repeat=self.dim)
        return polished(self, guesses)

    def _value(self, p: Array) -> Array:
        s = p * p
        return 0.5 * total(s * (s - 16.0) + 5.0 * p)

    def _gradient(self, p: Array) -> Array:
        return p * (2.0 * (p * p) - 16.0) + 2.5

    def _hessian(self, p: Array) -> Array:
        return diagonal(6.0 * (p * p) - 16.0)


SIX_HUMPS = (
    (-0.0898420, 0.7126564),
    (0.0898420, -0.7126564),
    (-1.7036067, 0.7960836),
    (1.7036067, -0.7960836),
    (-1.6071048, -0.5686515),
    (1.6071048, 0.5686515),
    (-0.0000000, -0.0000000),
    (-1.1092053, 0.7682681),
    (1.1092053, -0.7682681),
    (-1.6380680, -0.2286741),
    (1.6380680, 0.2286741),
    (-1.2960703, -0.6050844),
    (1.2960703, 0.6050844),
    (-1.2302299, -0.1623346),
    (1.2302299, 0.1623346),
)  # fmt: skip
