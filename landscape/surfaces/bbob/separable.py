"""Descend the five separable BBOB functions: sphere, ellipsoid, Rastrigin, Büche-Rastrigin and linear slope."""

from __future__ import annotations

import functools

import numpy as np

from landscape.core.component import Array
from landscape.core.critical_points import CriticalPoint
from landscape.core.elementary import as_column, select
from landscape.surfaces._registry import register
from landscape.surfaces.bbob._base import EDGE, Bbob, Chain, only_minimum, powers
from landscape.surfaces.bbob._maps import asymmetry, chained, oscillation, rastrigin, stretch, summed, weighted

NAMES = ("bbob_sphere", "bbob_ellipsoid", "bbob_rastrigin", "bbob_bueche_rastrigin", "bbob_linear_slope")


@register("bbob_sphere")
class BbobSphere(Bbob):
    """BBOB f1, sphere: a round bowl.

    f(p) = ||p - x_opt||^2 + f_opt.

    p: (dim, ...). instance: which of the suite's random draws of x_opt in [-4, 4]^dim and f_opt in [-1000, 1000]. The
    minimum is the only critical point.

    Source: Hansen, Finck, Ros and Auger 2009, INRIA report RR-6829, f1.
    """

    title = "BBOB sphere"
    number = 1
    completeness = "complete"
    traits = frozenset({"convex", "scalable"})
    formula = r"f(p) = \|p - x_{opt}\|^2 + f_{opt}"

    critical_points = only_minimum()

    @functools.cached_property
    def _chain(self) -> Chain:
        return Chain(self._optimum)

    def _outer(self, z: Array, order: int) -> tuple[Array, ...]:
        return weighted(np.ones(self.dim), z, order)


@register("bbob_ellipsoid")
class BbobEllipsoid(Bbob):
    """BBOB f2, separable ellipsoid: a ravine of condition 1e6 along the axes, with ripples too small to form minima.

    f(p) = sum_i 10^(6 (i - 1) / (dim - 1)) z_i^2 + f_opt,   z = T_osz(p - x_opt).

    p: (dim, ...). instance: which of the suite's random draws of x_opt in [-4, 4]^dim and f_opt in [-1000, 1000]. T_osz
    stretches each coordinate by e^-0.1 to e^0.1, in waves that shorten towards 0 without end. The gradient is
    continuous; the Hessian has no limit where a coordinate is that of x_opt, the minimum among such points.

    Source: Hansen, Finck, Ros and Auger 2009, INRIA report RR-6829, f2.
    """

    title = "BBOB ellipsoid"
    number = 2
    completeness = "complete"
    traits = frozenset({"ravine", "scalable"})
    formula = r"f(p) = \sum_i 10^{6 \frac{i-1}{n-1}} z_i^2 + f_{opt}, \; z = T_{osz}(p - x_{opt})"

    critical_points = only_minimum(kink=True)

    @functools.cached_property
    def _chain(self) -> Chain:
        return Chain(self._optimum, warp=oscillation)

    def _outer(self, z: Array, order: int) -> tuple[Array, ...]:
        return weighted(powers(1e6, self.dim), z, order)


@register("bbob_rastrigin")
class BbobRastrigin(Bbob):
    """BBOB f3, separable Rastrigin: a lattice of some 10^dim minima, stretched, uneven and steeper on one side.

    f(p) = 10 (dim - sum_i cos(2 pi z_i)) + ||z||^2 + f_opt,   z = L T_asy(T_osz(p - x_opt)).

    p: (dim, ...). instance: which of the suite's random draws of x_opt in [-4, 4]^dim and f_opt in [-1000, 1000].
    T_asy(x)_i = x_i^(1 + 0.2 (i - 1) / (dim - 1) sqrt(x_i)) where x_i > 0; T_osz as in f2; L is diagonal, from 1 to
    sqrt(10) as L_ii = 10^((i - 1) / (2 dim - 2)). The gradient is continuous; the Hessian has no limit where a
    coordinate is that of x_opt. Of the critical points the global minimum is listed.

    Source: Hansen, Finck, Ros and Auger 2009, INRIA report RR-6829, f3.
    """

    title = "BBOB Rastrigin"
    number = 3
    completeness = "global"
    traits = frozenset({"multimodal", "rugged", "scalable"})
    formula = (
        r"f(p) = 10\, (n - \sum_i \cos 2\pi z_i) + \|z\|^2 + f_{opt}, \;"
        r" z = \Lambda^{10}\, T_{asy}^{0.2}(T_{osz}(p - x_{opt}))"
    )

    critical_points = only_minimum(kink=True)

    @functools.cached_property
    def _chain(self) -> Chain:
        warp = chained(oscillation, asymmetry(0.2, self.dim), stretch(powers(10.0**0.5, self.dim)))
        return Chain(self._optimum, warp=warp)

    def _outer(self, z: Array, order: int) -> tuple[Array, ...]:
        return rastrigin(z, order)


@register("bbob_bueche_rastrigin")
class BbobBuecheRastrigin(Bbob):
    """BBOB f4, Büche-Rastrigin: a lattice of minima, ten times as dense on one side of every other coordinate.

    f(p) = 10 (dim - sum_i cos(2 pi z_i)) + ||z||^2 + 100 pen(p) + f_opt,   z_i = s_i T_osz(p_i - x_opt,i).

    p: (dim, ...). instance: which of the suite's random draws, those of f3 but for x_opt,i >= 0 where i is odd. s_i =
    10^((i - 1) / (2 dim - 2)), and ten times that where z_i > 0 and i is odd; T_osz as in f2; pen(p) = sum_i max(0,
    |p_i| - 5)^2. The gradient is continuous; the Hessian jumps at the walls |p_i| = 5 and has no limit where a
    coordinate is that of x_opt. Of the critical points the global minimum is listed.

    Source: Hansen, Finck, Ros and Auger 2009, INRIA report RR-6829, f4.
    """

    title = "BBOB Büche-Rastrigin"
    number = 4
    completeness = "global"
    traits = frozenset({"multimodal", "rugged", "scalable"})
    formula = (
        r"f(p) = 10\, (n - \sum_i \cos 2\pi z_i) + \|z\|^2 + 100\, f_{pen}(p) + f_{opt}, \;"
        r" z_i = s_i\, T_{osz}(p_i - x_{opt,i})"
    )

    critical_points = only_minimum(kink=True)

    @functools.cached_property
    def _chain(self) -> Chain:
        odd = np.arange(self.dim) % 2 == 0
        centre = np.where(odd, np.abs(self._optimum), self._optimum)
        below = powers(10.0**0.5, self.dim)
        above = np.where(odd, 10.0 * below, below)

        def steeper(x: Array, order: int) -> tuple[Array, ...]:
            s = select(-x, as_column(below, x), as_column(above, x))
            return (s * x, s, 0.0 * x)[: order + 1]

        return Chain(centre, warp=chained(oscillation, steeper), weight=100.0)

    def _outer(self, z: Array, order: int) -> tuple[Array, ...]:
        return rastrigin(z, order)


@register("bbob_linear_slope")
class BbobLinearSlope(Bbob):
    """BBOB f5, linear slope: a tilted plane that ends at the edge of the window, level beyond.

    f(p) = sum_i 5 |s_i| - s_i min(p_i t_i, 5) t_i + f_opt,   s_i = t_i 10^((i - 1) / (dim - 1)).

    p: (dim, ...). instance: which of the suite's random draws of the signs t_i and f_opt in [-1000, 1000]. The minimum
    is the corner 5 t and all that lies beyond it. f is not differentiable where a p_i = 5 t_i; the slope given there is
    that beyond, 0.

    Source: Hansen, Finck, Ros and Auger 2009, INRIA report RR-6829, f5.
    """

    title = "BBOB linear slope"
    number = 5
    completeness = "complete"
    traits = frozenset({"nonsmooth", "scalable"})
    formula = r"f(p) = \sum_i 5\, |s_i| - s_i z_i + f_{opt}, \; z_i = \min(p_i t_i, 5)\, t_i"

    @functools.cached_property
    def _chain(self) -> Chain:
        return Chain(np.zeros(self.dim))

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        return (CriticalPoint(EDGE * self._signs, self._lowest, "minimum", kink=True),)

    @functools.cached_property
    def _signs(self) -> Array:
        return np.where(self._optimum > 0.0, 1.0, -1.0)

    def _outer(self, z: Array, order: int) -> tuple[Array, ...]:
        t, s = as_column(self._signs, z), as_column(powers(10.0, self.dim), z)
        rest = EDGE - t * z
        return summed(order, select(-rest, 0.0, s * rest), select(-rest, 0.0, -s * t) + 0.0 * z, 0.0 * z)
