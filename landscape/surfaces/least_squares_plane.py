"""Fit two parameters: the least-squares problems of Moré, Garbow and Hillstrom in the plane."""

from __future__ import annotations

import functools
import math

import numpy as np

from landscape.component import Array
from landscape.core import CriticalPoint, column, critical, spot, stack, symmetric, total
from landscape.surfaces._registry import register
from landscape.surfaces._residuals import Residuals, by_parameter


@register("freudenstein_roth")
class FreudensteinRoth(Residuals):
    """Freudenstein and Roth's function: a local minimum in a long curved valley, nearer to the start than the global.

    f(x, y) = (x - 13 + ((5 - y) y - 2) y)^2 + (x - 29 + ((y + 1) y - 14) y)^2.

    p = (x, y): (2, ...). The minimum is (5, 4), of value 0. A saddle and the local minimum (11.41..., -0.8968...), of
    value 48.98..., are at y = (2 +- sqrt 22)/3 and x = 15 + 4y. These three are all the critical points: df/dx vanishes
    where the residuals are opposite, and there df/dy is a product of two cubics' factors with no other real root.

    Source: Freudenstein and Roth 1963, "Numerical solutions of systems of nonlinear equations", Journal of the ACM
    10(4); Moré, Garbow and Hillstrom 1981, "Testing unconstrained optimization software", ACM TOMS 7(1), problem 2.
    """

    dim = 2
    title = "Freudenstein-Roth"
    traits = frozenset({"multimodal", "ravine", "saddle"})
    formula = r"f(x, y) = (x - 13 + ((5 - y)\, y - 2)\, y)^2 + (x - 29 + ((y + 1)\, y - 14)\, y)^2"
    window = ((-10.0, 30.0), (-3.0, 5.0))
    customary_start = spot(0.5, -2.0)

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        local, saddle = ((2.0 + sign * math.sqrt(22.0)) / 3.0 for sign in (-1.0, 1.0))
        return (
            CriticalPoint([5.0, 4.0], 0.0, "minimum"),
            critical(self, [15.0 + 4.0 * local, local]),
            critical(self, [15.0 + 4.0 * saddle, saddle]),
        )

    def _residuals(self, p: Array) -> Array:
        x, y = p
        return stack(x - 13.0 + ((5.0 - y) * y - 2.0) * y, x - 29.0 + ((y + 1.0) * y - 14.0) * y)

    def _jacobian(self, p: Array) -> Array:
        _, y = p
        return by_parameter(
            stack(1.0 + 0.0 * y, 1.0 + 0.0 * y),
            stack((10.0 - 3.0 * y) * y - 2.0, (3.0 * y + 2.0) * y - 14.0),
        )

    def _bend(self, p: Array, r: Array) -> Array:
        _, y = p
        return symmetric((0.0,), (0.0, r[0] * (10.0 - 6.0 * y) + r[1] * (6.0 * y + 2.0)))


@register("powell_badly_scaled")
class PowellBadlyScaled(Residuals):
    """Powell's badly scaled function: two minima where one parameter is a million times the other.

    f(x, y) = (10^4 x y - 1)^2 + (exp(-x) + exp(-y) - 1.0001)^2.

    p = (x, y): (2, ...). The minima, of value 0, are (1.098...e-5, 9.106...) and its mirror image. There the Hessian's
    eigenvalues are 1.7e10 and about 2e-8: only scaled by its diagonal is it told from a singular one in double
    precision. On the diagonal lie a saddle near (0.01, 0.01) and one near the origin, and near (-0.01, -0.01) a local
    minimum of value 1.04; a search of the window finds no more.

    Source: Powell 1970, "A hybrid method for nonlinear equations", in "Numerical methods for nonlinear algebraic
    equations"; Moré, Garbow and Hillstrom 1981, "Testing unconstrained optimization software", problem 3.
    """

    dim = 2
    title = "Powell badly scaled"
    traits = frozenset({"multimodal", "ravine", "saddle"})
    formula = r"f(x, y) = (10^4 x y - 1)^2 + (e^{-x} + e^{-y} - 1.0001)^2"
    window = ((-1.0, 10.0), (-1.0, 10.0))
    customary_start = spot(0.0, 1.0)

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        # Newton's method cannot see along the valley, so these digits come from a root search of its own
        x, y = POWELL_MINIMUM
        minima = [CriticalPoint(p, 0.0, "minimum") for p in ([x, y], [y, x])]
        return (*minima, *(critical(self, [d, d]) for d in POWELL_DIAGONAL))

    def _residuals(self, p: Array) -> Array:
        x, y = p
        return stack(1e4 * (x * y) - 1.0, np.exp(-x) + np.exp(-y) - 1.0001)

    def _jacobian(self, p: Array) -> Array:
        x, y = p
        return by_parameter(stack(1e4 * y, -np.exp(-x)), stack(1e4 * x, -np.exp(-y)))

    def _bend(self, p: Array, r: Array) -> Array:
        x, y = p
        return symmetric((r[1] * np.exp(-x),), (1e4 * r[0], r[1] * np.exp(-y)))


@register("brown_badly_scaled")
class BrownBadlyScaled(Residuals):
    """Brown's badly scaled function: a minimum a million away in one parameter, and next to zero in the other.

    f(x, y) = (x - 10^6)^2 + (y - 2 10^-6)^2 + (x y - 2)^2.

    p = (x, y): (2, ...). The minimum (1e6, 2e-6), of value 0, is the only critical point: with s = x y - 2, they are
    the roots of (a - s b)(b - s a) = (s + 2)(1 - s^2)^2, a = 10^6, b = 2 10^-6, of which s = 0 alone is real.

    Source: Brown, unpublished; Moré, Garbow and Hillstrom 1981, "Testing unconstrained optimization software", ACM
    TOMS 7(1), problem 4.
    """

    dim = 2
    title = "Brown badly scaled"
    traits = frozenset({"ravine"})
    formula = r"f(x, y) = (x - 10^6)^2 + (y - 2 \cdot 10^{-6})^2 + (x y - 2)^2"
    window = ((-0.2e6, 1.2e6), (-1.0, 2.0))
    customary_start = spot(1.0, 1.0)
    critical_points = (CriticalPoint([1e6, 2e-6], 0.0, "minimum"),)

    def _residuals(self, p: Array) -> Array:
        x, y = p
        return stack(x - 1e6, y - 2e-6, x * y - 2.0)

    def _jacobian(self, p: Array) -> Array:
        x, y = p
        return by_parameter(stack(1.0 + 0.0 * x, 0.0, y), stack(0.0, 1.0 + 0.0 * x, x))

    def _bend(self, p: Array, r: Array) -> Array:
        return symmetric((0.0,), (r[2], 0.0))


@register("jennrich_sampson")
class JennrichSampson(Residuals):
    """Jennrich and Sampson's function: two equal exponentials fitted to a line, which they cannot follow.

    f(x, y) = sum_{i=1}^{10} (2 + 2i - exp(i x) - exp(i y))^2.

    p = (x, y): (2, ...). The minimum is at x = y = 0.2578..., of value 124.362..., the only critical point that a
    search of the window finds; beyond a knee the exponentials take over and f rises steeply.

    Source: Jennrich and Sampson 1968, "Application of stepwise regression to nonlinear estimation", Technometrics
    10(1); Moré, Garbow and Hillstrom 1981, "Testing unconstrained optimization software", problem 6, with m = 10.
    """

    dim = 2
    title = "Jennrich-Sampson"
    traits = frozenset({"ravine"})
    formula = r"f(x, y) = \sum_{i=1}^{10} (2 + 2i - e^{i x} - e^{i y})^2"
    window = ((-0.5, 0.5), (-0.5, 0.5))
    customary_start = spot(0.3, 0.4)

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        return (critical(self, [0.2578252, 0.2578252]),)

    def _residuals(self, p: Array) -> Array:
        i = column(TEN, p)
        return 2.0 + 2.0 * i - np.exp(i * p[0]) - np.exp(i * p[1])

    def _jacobian(self, p: Array) -> Array:
        i = column(TEN, p)
        return by_parameter(-i * np.exp(i * p[0]), -i * np.exp(i * p[1]))

    def _bend(self, p: Array, r: Array) -> Array:
        i = column(TEN, p)
        bends = [-total(r * (i * i) * np.exp(i * x)) for x in p]
        return symmetric((bends[0],), (0.0, bends[1]))


TEN = np.arange(1.0, 11.0)

POWELL_MINIMUM = (1.0981593296998175e-05, 9.106146739866524)
POWELL_DIAGONAL = (-0.00994809, 0.01004816, -0.00010003)
