"""`ls.surface("gulf")`: The Gulf research and development function: a Weibull curve fitted through a plateau."""

from __future__ import annotations

from typing import Annotated

import numpy as np
from annotated_types import Ge, Le

from landscape.core.component import Array
from landscape.core.critical_points import CriticalPoint
from landscape.core.elementary import as_column, fixed_point, select, symmetric, total
from landscape.surfaces._bases.least_squares import Residuals, by_parameter
from landscape.surfaces._registry import register
from landscape.surfaces.least_squares._base import TINY_GAP, TINY_SCALE


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
    completeness = "global"
    traits = frozenset({"plateau", "nonsmooth"})
    formula = r"f(x, y, z) = \sum_{i=1}^m (e^{-|y_i - y|^z / x} - t_i)^2"
    window = ((2.0, 60.0), (0.0, 28.0), (0.1, 2.0))
    customary_start = fixed_point(5.0, 2.5, 0.15)
    critical_points = (CriticalPoint([50.0, 25.0, 1.5], 0.0, "minimum"),)

    def _parts(self, p: Array) -> tuple[Array, ...]:
        """The exponentials e = exp(q), q, 1/(y_i - y), log |y_i - y|, and 1/x. Below exp(-600), e counts as 0."""
        x, y, z = p
        t = as_column(np.arange(1.0, self.m + 1.0) / 100.0, p)
        gap = 25.0 + np.exp(np.log(-50.0 * np.log(t)) * (2.0 / 3.0)) - y
        square = gap * gap + TINY_GAP
        log = 0.5 * np.log(square)
        power, scale = np.exp(log * z), 1.0 / select(x - TINY_SCALE, x, 1.0)
        q = -power * scale
        return select(-(power - 600.0 * x), np.exp(q), 0.0), q, gap / square, log, scale

    def _residuals(self, p: Array) -> Array:
        t = as_column(np.arange(1.0, self.m + 1.0) / 100.0, p)
        return self._parts(p)[0] - t

    def _jacobian(self, p: Array) -> Array:
        e, q, steep, log, scale = self._parts(p)
        return by_parameter(-e * q * scale, -e * q * steep * p[2], e * q * log)

    def _curvature(self, p: Array, r: Array) -> Array:
        e, q, steep, log, scale = self._parts(p)
        z, eq = p[2], r * e * q
        xx = total(eq * (q + 2.0)) * scale * scale
        xy = total(eq * (q + 1.0) * steep) * z * scale
        xz = -total(eq * (q + 1.0) * log) * scale
        yy = total(eq * ((q + 1.0) * z - 1.0) * steep * steep) * z
        yz = -total(eq * ((q + 1.0) * log * z + 1.0) * steep)
        zz = total(eq * (q + 1.0) * log * log)
        return symmetric((xx,), (xy, yy), (xz, yz, zz))
