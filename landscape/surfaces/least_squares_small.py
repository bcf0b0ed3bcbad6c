"""Solve a few equations as least squares: the helical valley, Powell's singular function, Wood's, and exponentials."""

from __future__ import annotations

import functools
import math
from typing import Annotated

import numpy as np
from annotated_types import Ge, Le

from landscape.component import Array, FieldError
from landscape.core import (
    CriticalPoint,
    Window,
    column,
    critical,
    diagonal,
    largest,
    select,
    spot,
    stack,
    symmetric,
    total,
)
from landscape.surfaces._registry import register
from landscape.surfaces._residuals import Residuals, by_parameter

# So small that they only count where a quotient would overflow.
TINY_SQUARE, TINY_GAP, TINY_SCALE = 1e-100, 1e-60, 1e-50


@register("helical_valley")
class HelicalValley(Residuals):
    """Fletcher and Powell's helical valley: a descent has to climb half a turn of a spiral stair.

    f(x, y, z) = 100 ((z - 10 theta)^2 + (rho - 1)^2) + z^2,   rho = sqrt(x^2 + y^2),
    theta = angle of (x, y) in turns, from -1/4 to 3/4.

    p = (x, y, z): (dim, ...), dim = 3. The minimum is (1, 0, 0), of value 0. f jumps where x = 0 > y, as theta does
    there, and has no gradient on the axis x = y = 0. The value of the angle that counts for x > 0 holds on the jump.

    Source: Fletcher and Powell 1963, "A rapidly convergent descent method for minimization", The Computer Journal 6(2);
    Moré, Garbow and Hillstrom 1981, "Testing unconstrained optimization software", ACM TOMS 7(1), problem 7.
    """

    dim = 3
    traits = frozenset({"ravine", "nonsmooth"})
    formula = r"f(x, y, z) = 100\, ((z - 10\, \theta(x, y))^2 + (\sqrt{x^2 + y^2} - 1)^2) + z^2"
    window = ((-2.0, 2.0), (-2.0, 2.0), (-3.0, 8.0))
    customary_start = spot(-1.0, 0.0, 0.0)
    critical_points = (CriticalPoint([1.0, 0.0, 0.0], 0.0, "minimum"),)

    def _residuals(self, p: Array) -> Array:
        x, y, z = p
        # the quotient is the one of y/x and -x/y that is at most 1
        wide = x * x - y * y
        below = select(x * x + y * y - TINY_SQUARE, select(wide, x, y), 1.0)
        quotient = select(wide, y, -x) / below
        quarters = select(wide, select(x, 0.0, 0.5), select(y, 0.25, select(x, -0.25, 0.75)))
        turns = np.arctan(quotient) / TURN + quarters
        rho = np.sqrt(largest(x * x + y * y, TINY_SQUARE))
        return stack(10.0 * (z - 10.0 * turns), 10.0 * (rho - 1.0), z)

    def _jacobian(self, p: Array) -> Array:
        x, y, _ = p
        square = largest(x * x + y * y, TINY_SQUARE)
        around, out = 100.0 / (TURN * square), 10.0 / np.sqrt(square)
        return by_parameter(
            stack(around * y, out * x, 0.0), stack(-around * x, out * y, 0.0), stack(10.0 + 0.0 * x, 0.0, 1.0)
        )

    def _bend(self, p: Array, r: Array) -> Array:
        x, y, _ = p
        square = largest(x * x + y * y, TINY_SQUARE)
        around = -100.0 * r[0] / (TURN * square * square)
        out = 10.0 * r[1] / (square * np.sqrt(square))
        across = around * (y * y - x * x) - out * x * y
        turned = 2.0 * around * x * y
        return symmetric((turned + out * y * y,), (across, out * x * x - turned), (0.0, 0.0, 0.0))


@register("gulf")
class Gulf(Residuals):
    """The Gulf research and development function: a Weibull curve fitted through a plateau.

    f(x, y, z) = sum_{i=1}^m (exp(-|y_i - y|^z / x) - t_i)^2,   t_i = i/100, y_i = 25 + (-50 ln t_i)^(2/3).

    p = (x, y, z): (dim, ...), dim = 3. The minimum (50, 25, 1.5) has the value 0. f is not differentiable where y is
    one of the y_i (for m = 20, all of them beyond 43) if z <= 1; for x <= 0, where the formula makes no sense, it goes
    on smoothly with its limit from above, a plateau where each exponential is 0.

    m: how many points are fitted, 3 to 99; the paper leaves it open, and its authors' program has 99.

    Source: Cox 1969, in Moré, Garbow and Hillstrom 1981, "Testing unconstrained optimization software", ACM TOMS 7(1),
    problem 11, whose printed y_i m i x_2 is a misprint for y_i - x_2, as in the authors' program.
    """

    m: Annotated[int, Ge(3), Le(99)] = 20

    dim = 3
    traits = frozenset({"plateau", "nonsmooth"})
    formula = r"f(x, y, z) = \sum_{i=1}^m (e^{-|y_i - y|^z / x} - t_i)^2"
    window = ((2.0, 60.0), (0.0, 28.0), (0.1, 2.0))
    customary_start = spot(5.0, 2.5, 0.15)
    critical_points = (CriticalPoint([50.0, 25.0, 1.5], 0.0, "minimum"),)

    def _parts(self, p: Array) -> tuple[Array, ...]:
        """The exponentials e = exp(q), q, 1/(y_i - y), log |y_i - y|, and 1/x. Below exp(-600), e counts as 0."""
        x, y, z = p
        t = column(np.arange(1.0, self.m + 1.0) / 100.0, p)
        gap = 25.0 + np.exp(np.log(-50.0 * np.log(t)) * (2.0 / 3.0)) - y
        square = gap * gap + TINY_GAP
        log = 0.5 * np.log(square)
        power, scale = np.exp(log * z), 1.0 / select(x - TINY_SCALE, x, 1.0)
        q = -power * scale
        return select(-(power - 600.0 * x), np.exp(q), 0.0), q, gap / square, log, scale

    def _residuals(self, p: Array) -> Array:
        t = column(np.arange(1.0, self.m + 1.0) / 100.0, p)
        return self._parts(p)[0] - t

    def _jacobian(self, p: Array) -> Array:
        e, q, steep, log, scale = self._parts(p)
        return by_parameter(-e * q * scale, -e * q * steep * p[2], e * q * log)

    def _bend(self, p: Array, r: Array) -> Array:
        e, q, steep, log, scale = self._parts(p)
        z, eq = p[2], r * e * q
        xx = total(eq * (q + 2.0)) * scale * scale
        xy = total(eq * (q + 1.0) * steep) * z * scale
        xz = -total(eq * (q + 1.0) * log) * scale
        yy = total(eq * ((q + 1.0) * z - 1.0) * steep * steep) * z
        yz = -total(eq * ((q + 1.0) * log * z + 1.0) * steep)
        zz = total(eq * (q + 1.0) * log * log)
        return symmetric((xx,), (xy, yy), (xz, yz, zz))


@register("box_3d")
class Box3D(Residuals):
    """Box's three-dimensional function: a difference of exponentials that is fitted exactly in many ways.

    f(x, y, z) = sum_{i=1}^{10} (exp(-t x) - exp(-t y) - z (exp(-t) - exp(-10 t)))^2,   t = i/10.

    p = (x, y, z): (dim, ...), dim = 3. The value is 0 at (1, 10, 1) and (10, 1, -1), which are listed, and on the whole
    line x = y, z = 0.

    Source: Box 1966, "A comparison of several current optimization methods, and the use of transformations in
    constrained problems", The Computer Journal 9(1); Moré, Garbow and Hillstrom 1981, problem 12, with m = 10.
    """

    dim = 3
    title = "Box in three dimensions"
    traits = frozenset({"multimodal", "ravine", "plateau"})
    formula = r"f(x, y, z) = \sum_{i=1}^{10} (e^{-i x/10} - e^{-i y/10} - z\, (e^{-i/10} - e^{-i}))^2"
    window = ((-1.0, 11.0), (-1.0, 11.0), (-2.0, 21.0))
    customary_start = spot(0.0, 10.0, 20.0)
    critical_points = (
        CriticalPoint([1.0, 10.0, 1.0], 0.0, "minimum"),
        CriticalPoint([10.0, 1.0, -1.0], 0.0, "minimum"),
    )

    def _residuals(self, p: Array) -> Array:
        x, y, z = p
        t = column(TENTHS, p)
        return np.exp(-t * x) - np.exp(-t * y) - (np.exp(-t) - np.exp(-10.0 * t)) * z

    def _jacobian(self, p: Array) -> Array:
        x, y, z = p
        t = column(TENTHS, p)
        return by_parameter(-t * np.exp(-t * x), t * np.exp(-t * y), np.exp(-10.0 * t) - np.exp(-t) + 0.0 * z)

    def _bend(self, p: Array, r: Array) -> Array:
        t = column(TENTHS, p)
        xx, yy = (total(r * (t * t) * np.exp(-t * x)) for x in p[:2])
        return symmetric((xx,), (0.0, -yy), (0.0, 0.0, 0.0))


@register("powell_singular")
class PowellSingular(Residuals):
    """Powell's singular function: convex, with a minimum so flat that Newton's method slows down to linear.

    f(p) = sum over fours (a + 10 b)^2 + 5 (c - d)^2 + (b - 2 c)^4 + 10 (a - d)^4.

    p: (dim, ...), dim a multiple of 4, of coordinates (a, b, c, d, a, b, ...): the extended function. The only minimum
    is 0, of value 0, where two eigenvalues of the Hessian in each four are 0.

    Source: Powell 1962, "An iterative method for finding stationary values of a function of several variables", The
    Computer Journal 5(2); Moré, Garbow and Hillstrom 1981, "Testing unconstrained optimization software", problems 13
    and 22, whose residuals come four by four: here, all that are alike come together.
    """

    dim: Annotated[int, Ge(4)] = 4

    title = "Powell singular"
    traits = frozenset({"convex", "ravine"})
    formula = r"f(p) = \sum (a + 10 b)^2 + 5\, (c - d)^2 + (b - 2 c)^4 + 10\, (a - d)^4"

    def _check(self) -> None:
        if self.dim % 4:
            raise FieldError(self.name, "dim", f"must be a multiple of 4, got {self.dim}")

    @property
    def window(self) -> Window:
        return ((-4.0, 4.0),) * self.dim

    @property
    def customary_start(self) -> Array:
        return np.resize([3.0, -1.0, 0.0, 1.0], self.dim)

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        return (CriticalPoint(np.zeros(self.dim), 0.0, "minimum", degenerate=True),)

    def _residuals(self, p: Array) -> Array:
        a, b, c, d = (p[i::4] for i in range(4))
        u, v = b - 2.0 * c, a - d
        return np.concatenate([a + 10.0 * b, ROOTS[5] * (c - d), u * u, ROOTS[10] * v * v])

    def _jacobian(self, p: Array) -> Array:
        a, b, c, d = (p[i::4] for i in range(4))
        u, v = 2.0 * (b - 2.0 * c), (2.0 * ROOTS[10]) * (a - d)
        one, none = diagonal(1.0 + 0.0 * a), diagonal(0.0 * a)
        flat, steep = diagonal(u), diagonal(v)
        by_kind = [
            np.concatenate([one, none, none, steep]),
            np.concatenate([10.0 * one, none, flat, none]),
            np.concatenate([none, ROOTS[5] * one, -2.0 * flat, none]),
            np.concatenate([none, -ROOTS[5] * one, none, -steep]),
        ]
        return np.concatenate(by_kind, axis=1)[:, np.argsort(self._order(), kind="stable")]

    def _bend(self, p: Array, r: Array) -> Array:
        n = self.dim // 4
        u, v = 2.0 * r[2 * n : 3 * n], (2.0 * ROOTS[10]) * r[3 * n :]
        matrix = diagonal(np.concatenate([v, u, 4.0 * u, v])[np.argsort(self._order(), kind="stable")])
        a, b, c, d = (np.arange(i, self.dim, 4) for i in range(4))
        matrix[b, c] = matrix[c, b] = -2.0 * u
        matrix[a, d] = matrix[d, a] = -v
        return matrix

    def _order(self) -> Array:
        """(dim,): which coordinate comes where all a, all b, all c and all d are put together."""
        return np.concatenate([np.arange(i, self.dim, 4) for i in range(4)])


@register("wood")
class Wood(Residuals):
    """Wood's function: two ravines bent like Rosenbrock's, coupled, with a saddle that holds descents up.

    f(p) = 100 (b - a^2)^2 + (1 - a)^2 + 90 (d - c^2)^2 + (1 - c)^2 + 10 (b + d - 2)^2 + (b - d)^2 / 10.

    p = (a, b, c, d): (dim, ...), dim = 4. The minimum is (1, 1, 1, 1), of value 0. A saddle of value 7.8765... lies
    near (-0.968, 0.947, -0.970, 0.951), listed too.

    Source: Colville 1968, "A comparative study of nonlinear programming codes", IBM Report 320-2949; Moré, Garbow and
    Hillstrom 1981, "Testing unconstrained optimization software", ACM TOMS 7(1), problem 14.
    """

    dim = 4
    title = "Wood"
    traits = frozenset({"ravine", "saddle"})
    formula = (
        r"f(p) = 100\, (b - a^2)^2 + (1 - a)^2 + 90\, (d - c^2)^2 + (1 - c)^2"
        r" + 10\, (b + d - 2)^2 + (b - d)^2 / 10"
    )
    window = ((-4.0, 4.0),) * 4
    customary_start = spot(-3.0, -1.0, -3.0, -1.0)

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        saddle = critical(self, [-0.967974, 0.947139, -0.969516, 0.951248])
        return (CriticalPoint([1.0, 1.0, 1.0, 1.0], 0.0, "minimum"), saddle)

    def _residuals(self, p: Array) -> Array:
        a, b, c, d = p
        return stack(
            10.0 * (b - a * a),
            1.0 - a,
            ROOTS[90] * (d - c * c),
            1.0 - c,
            ROOTS[10] * (b + d - 2.0),
            (b - d) / ROOTS[10],
        )

    def _jacobian(self, p: Array) -> Array:
        a, _, c, _ = p
        one = 1.0 + 0.0 * a
        return by_parameter(
            stack(-20.0 * a, -one, 0.0, 0.0, 0.0, 0.0),
            stack(10.0 * one, 0.0, 0.0, 0.0, ROOTS[10], 1.0 / ROOTS[10]),
            stack(0.0, 0.0, (-2.0 * ROOTS[90]) * c, -one, 0.0, 0.0),
            stack(0.0, 0.0, ROOTS[90] * one, 0.0, ROOTS[10], -1.0 / ROOTS[10]),
        )

    def _bend(self, p: Array, r: Array) -> Array:
        zero = 0.0 * r[0]
        return diagonal(stack(-20.0 * r[0], zero, (-2.0 * ROOTS[90]) * r[2], zero))


TURN = 2.0 * math.pi
TENTHS = np.arange(1.0, 11.0) / 10.0
ROOTS = {n: math.sqrt(n) for n in (5, 10, 90)}
