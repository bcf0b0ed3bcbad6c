"""Fit by polynomials and the like: Watson's and Chebyquad's ill-conditioned ones, and Brown and Dennis's quartic."""

from __future__ import annotations

import functools
from typing import Annotated

import numpy as np
from annotated_types import Ge, Le

from landscape.component import Array
from landscape.core import (
    CriticalPoint,
    Window,
    column,
    constant,
    critical,
    diagonal,
    polished,
    product,
    spot,
    stack,
    symmetric,
    total,
)
from landscape.surfaces._registry import register
from landscape.surfaces._residuals import Residuals, by_parameter

Several = Annotated[int, Ge(2)]


@register("brown_dennis")
class BrownDennis(Residuals):
    """Brown and Dennis's function: a quartic with a large residual, where Gauss and Newton's method goes astray.

    f(p) = sum_{i=1}^{20} ((a + t b - exp(t))^2 + (c + d sin(t) - cos(t))^2)^2,   t = i/5.

    p = (a, b, c, d): (dim, ...), dim = 4. Convex; the minimum near (-11.594, 13.204, -0.403, 0.237) has the value
    85822.2...

    Source: Brown and Dennis 1971, "New computational algorithms for minimizing a sum of squares of nonlinear
    functions", Yale University; Moré, Garbow and Hillstrom 1981, "Testing unconstrained optimization software", ACM
    TOMS 7(1), problem 16, with m = 20.
    """

    dim = 4
    title = "Brown-Dennis"
    traits = frozenset({"convex", "ravine"})
    formula = r"f(p) = \sum_{i=1}^{20} ((a + t_i b - e^{t_i})^2 + (c + d \sin t_i - \cos t_i)^2)^2"
    window = ((-30.0, 30.0), (-20.0, 30.0), (-10.0, 10.0), (-10.0, 10.0))
    customary_start = spot(25.0, 5.0, -5.0, -1.0)

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        return (critical(self, [-11.594440, 13.203630, -0.403439, 0.236779]),)

    def _parts(self, p: Array) -> tuple[Array, Array, Array, Array]:
        """t, sin t, and the two terms before they are squared."""
        t = column(BROWN_TIMES, p)
        s = np.sin(t)
        return t, s, t * p[1] + p[0] - np.exp(t), s * p[3] + p[2] - np.cos(t)

    def _residuals(self, p: Array) -> Array:
        _, _, u, v = self._parts(p)
        return u * u + v * v

    def _jacobian(self, p: Array) -> Array:
        t, s, u, v = self._parts(p)
        return by_parameter(2.0 * u, 2.0 * u * t, 2.0 * v, 2.0 * v * s)

    def _bend(self, p: Array, r: Array) -> Array:
        t, s, _, _ = self._parts(p)
        whole, twice = 2.0 * total(r), 2.0 * r
        return symmetric(
            (whole,),
            (total(twice * t), total(twice * t * t)),
            (0.0, 0.0, whole),
            (0.0, 0.0, total(twice * s), total(twice * s * s)),
        )


@register("watson")
class Watson(Residuals):
    """Watson's function: a differential equation solved by a polynomial, worse conditioned with each coefficient.

    f(p) = sum_{i=1}^{29} (u_i - v_i^2 - 1)^2 + p_1^2 + (p_2 - p_1^2 - 1)^2,
    u_i = sum_{j>=2} (j - 1) p_j t^(j-2),   v_i = sum_j p_j t^(j-1),   t = i/29.

    p: (dim, ...), dim from 2 to 10: the coefficients of a polynomial that follows u' = 1 + u^2 from u(0) = 0. The
    minimum, of the value 2.28767...e-3 for dim = 6 and 1.39976...e-6 for dim = 9, is found numerically, by Gauss
    and Newton's method from the customary start. The Hessian's condition there is 8.5e4 for dim = 6, and 5.6e10 for
    dim = 10. For dim = 2 every critical point that a search of the window finds is listed.

    Source: Kowalik and Osborne 1968, "Methods for unconstrained optimization problems"; Moré, Garbow and Hillstrom
    1981, "Testing unconstrained optimization software", ACM TOMS 7(1), problem 20.
    """

    dim: Annotated[int, Ge(2), Le(10)] = 6

    title = "Watson"
    traits = frozenset({"ravine", "scalable"})
    formula = r"f(p) = \sum_{i=1}^{29} (u_i - v_i^2 - 1)^2 + p_1^2 + (p_2 - p_1^2 - 1)^2"

    @property
    def window(self) -> Window:
        return ((-2.0, 2.0),) * min(3, self.dim) + ((-8.0, 8.0),) * (self.dim - 3)

    @property
    def customary_start(self) -> Array:
        return np.zeros(self.dim)

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        if self.dim == 2:
            return polished(self, WATSON)
        p = self.customary_start
        for _ in range(30):
            p = p - np.linalg.lstsq(self.jacobian(p), self.residuals(p), rcond=None)[0]
        return (critical(self, p),)

    @functools.cached_property
    def _powers(self) -> tuple[Array, Array]:
        """(29, dim) each: what u and v are, for p."""
        j = np.arange(self.dim)
        t = (np.arange(1.0, 30.0) / 29.0)[:, None]
        return np.where(j > 0, j * t ** np.maximum(j - 1, 0), 0.0), t**j

    def _residuals(self, p: Array) -> Array:
        slopes, powers = self._powers
        v = product(powers, p)
        return np.concatenate([product(slopes, p) - v * v - 1.0, stack(p[0], p[1] - p[0] * p[0] - 1.0)])

    def _jacobian(self, p: Array) -> Array:
        slopes, powers = self._powers
        v = product(powers, p)
        zeros = [0.0 * p[0]] * (self.dim - 2)
        first, last = (1.0 + 0.0 * p[0], 0.0, *zeros), (-2.0 * p[0], 1.0, *zeros)
        ends = stack(*first, *last).reshape(2, *p.shape)
        return np.concatenate([constant(slopes, p) - constant(powers, p) * (2.0 * v[:, None]), ends])

    def _bend(self, p: Array, r: Array) -> Array:
        _, powers = self._powers
        squares = (powers[:, :, None] * powers[:, None]).reshape(29, self.dim, self.dim, *(1,) * (p.ndim - 1))
        bend = -2.0 * total(squares * r[:29, None, None])
        bend[0, 0] = bend[0, 0] - 2.0 * r[-1]
        return bend


@register("chebyquad")
class Chebyquad(Residuals):
    """Chebyquad: points at which the average of a function is its integral, as far as Chebyshev polynomials go.

    f(p) = sum_{i=1}^n (1/n sum_j T_i(p_j) - int_0^1 T_i)^2,   n = dim, T_i shifted to 0 <= x <= 1.

    p: (dim, ...), dim from 1 to 10. The minimum has the value 0 for dim up to 7 and 9; for dim = 8 it has
    3.51687...e-3. For dim = 10 the lowest known has 4.77271...e-3, and the one of 6.50395...e-3, in which many descents
    end, is listed too. Points in any other order are minima as well; those in ascending order are listed, and for
    dim = 2 every critical point that a search of the window finds.

    Source: Fletcher 1965, "Function minimization without evaluating derivatives: a review", The Computer Journal 8(1);
    Moré, Garbow and Hillstrom 1981, "Testing unconstrained optimization software", ACM TOMS 7(1), problem 35.
    """

    dim: Annotated[int, Ge(1), Le(10)] = 2

    title = "Chebyquad"
    traits = frozenset({"multimodal", "saddle", "scalable"})
    formula = r"f(p) = \sum_{i=1}^n (\frac{1}{n} \sum_j T_i(p_j) - \int_0^1 T_i)^2"

    @property
    def window(self) -> Window:
        return ((0.0, 1.0),) * self.dim

    @property
    def customary_start(self) -> Array:
        return np.arange(1.0, self.dim + 1.0) / (self.dim + 1.0)

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        return polished(self, CHEBYQUAD.get(self.dim, ()))

    def _series(self, p: Array) -> tuple[Array, Array, Array]:
        """T_1 to T_n at each coordinate, and their first and second derivatives: (n, dim, ...) each."""
        x = 2.0 * p - 1.0
        one, zero = 1.0 + 0.0 * p, 0.0 * p
        values, slopes, bends = [one, x], [zero, 2.0 * one], [zero, zero]
        for _ in range(self.dim - 1):
            values.append(2.0 * x * values[-1] - values[-2])
            slopes.append(4.0 * values[-2] + 2.0 * x * slopes[-1] - slopes[-2])
            bends.append(8.0 * slopes[-2] + 2.0 * x * bends[-1] - bends[-2])
        return np.array(values[1:]), np.array(slopes[1:]), np.array(bends[1:])

    def _residuals(self, p: Array) -> Array:
        values, _, _ = self._series(p)
        i = np.arange(1, self.dim + 1)
        integrals = np.where(i % 2 == 0, -1.0 / np.maximum(i * i - 1.0, 1.0), 0.0)
        return total(np.swapaxes(values, 0, 1)) / self.dim - column(integrals, p)

    def _jacobian(self, p: Array) -> Array:
        return self._series(p)[1] / self.dim

    def _bend(self, p: Array, r: Array) -> Array:
        return diagonal(total(self._series(p)[2] * r[:, None]) / self.dim)


BROWN_TIMES = np.arange(1.0, 21.0) / 5.0

WATSON = ((-0.5013670, 1.0736498),)
# The coordinates in ascending order, and for two dimensions in any.
CHEBYQUAD: dict[int, tuple[tuple[float, ...], ...]] = {
    1: ((0.5,),),
    2: (
        (0.2113249, 0.7886751),
        (0.7886751, 0.2113249),
        (0.2717823, 0.2717823),
        (0.7282177, 0.7282177),
        (0.5, 0.5),
    ),
    3: ((0.1464466, 0.5, 0.8535534),),
    4: ((0.1026728, 0.4062038, 0.5937962, 0.8973272),),
    5: ((0.0837513, 0.3127293, 0.5, 0.6872707, 0.9162487),),
    6: ((0.0668766, 0.2887407, 0.3666823, 0.6333177, 0.7112593, 0.9331234),),
    7: ((0.0580691, 0.2351716, 0.3380441, 0.5, 0.6619559, 0.7648284, 0.9419309),),
    8: ((0.0431528, 0.1930908, 0.2663287, 0.5, 0.5, 0.7336713, 0.8069092, 0.9568472),),
    9: ((0.0442053, 0.1994907, 0.2356191, 0.4160469, 0.5, 0.5839531, 0.7643809, 0.8005093, 0.9557947),),
    10: (
        (0.0329934, 0.1551454, 0.2001892, 0.3832617, 0.3832617, 0.5292495, 0.6403535, 0.7135658, 0.8284818, 0.9252518),
        (0.0596199, 0.1667083, 0.2391707, 0.3988843, 0.3988843, 0.6011157, 0.6011157, 0.7608293, 0.8332917, 0.9403801),
    ),
}
