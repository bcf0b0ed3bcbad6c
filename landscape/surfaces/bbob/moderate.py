"""Descend the four BBOB functions of low or moderate conditioning: a sector, a step ellipsoid, two Rosenbrocks."""

from __future__ import annotations

import functools
import math
from typing import Any

import numpy as np

from landscape.core.component import Array
from landscape.core.critical_points import CriticalPoint
from landscape.core.elementary import absolute, as_column, diagonal, matvec, select, sign, total
from landscape.core.finder import critical
from landscape.core.surface import complete_up_to
from landscape.surfaces._registry import REGISTRY, register
from landscape.surfaces.bbob._base import Bbob, Chain, only_minimum, powers
from landscape.surfaces.bbob._maps import oscillation, rosenbrock, summed, through

NAMES = ("bbob_attractive_sector", "bbob_step_ellipsoid", "bbob_rosenbrock", "bbob_rosenbrock_rotated")


@register("bbob_attractive_sector")
class BbobAttractiveSector(Bbob):
    """BBOB f6, attractive sector: a bowl that is flat in one of 2^dim sectors and 10,000 times as steep elsewhere.

    f(p) = T_osz(sum_i (s_i z_i)^2)^0.9 + f_opt,   z = Q L R (p - x_opt).

    p: (dim, ...). instance: which of the suite's random draws of x_opt in [-4, 4]^dim, f_opt in [-1000, 1000] and the
    rotations Q and R. s_i = 100 where z_i x_opt,i > 0, and 1 elsewhere; L is diagonal, from 1 to sqrt(10); T_osz as in
    f2. The gradient is continuous; the Hessian jumps where a z_i is 0, and grows beyond all bounds towards x_opt, the
    only critical point.

    Source: Hansen, Finck, Ros and Auger 2009, INRIA report RR-6829, f6.
    """

    title = "BBOB attractive sector"
    number = 6
    completeness = "complete"
    traits = frozenset({"ravine", "scalable"})
    formula = r"f(p) = T_{osz}(\sum_i (s_i z_i)^2)^{0.9} + f_{opt}, \; z = Q \Lambda^{10} R\, (p - x_{opt})"

    critical_points = only_minimum(kink=True)

    @functools.cached_property
    def _chain(self) -> Chain:
        return Chain(self._optimum, first=self._ill(10.0))

    def _outer(self, z: Array, order: int) -> tuple[Array, ...]:
        steep = select(-z * as_column(self._optimum, z), 1.0, 1e4)
        s, *slopes = summed(order, steep * z * z, 2.0 * steep * z, 2.0 * steep + 0.0 * z)
        t, *derivatives = oscillation(s, order)
        size = select(-t, 1.0, t)
        power = np.exp(0.9 * np.log(size))
        value = select(-t, 0.0, power)
        slope = select(-t, 0.0, 0.9 * power / size)
        if order == 0:
            return (value,)
        curvature = slope * (derivatives[-1] - 0.1 * derivatives[0] * derivatives[0] / size)
        return through(order, value, slope * derivatives[0], curvature, (s, *slopes))


@register("bbob_step_ellipsoid")
class BbobStepEllipsoid(Bbob):
    """BBOB f7, step ellipsoid: terraces of a bowl, each level, so that the gradient is 0 on almost all of it.

    f(p) = 0.1 max(|y_1| / 10^4, sum_i 10^(2 (i - 1) / (dim - 1)) z_i^2) + pen(p) + f_opt,   y = L R (p - x_opt).

    p: (dim, ...). instance: which of the suite's random draws of x_opt in [-4, 4]^dim, f_opt in [-1000, 1000] and the
    rotations Q and R. z = Q w with w_i = y_i rounded to a whole number, or to a tenth where |y_i| <= 1/2; L diagonal,
    from 1 to sqrt(10); pen(p) = sum_i max(0, |p_i| - 5)^2. f jumps where the rounding does; between, inside [-5, 5]^dim
    the gradient is 0 but on the terrace of the minimum x_opt, |y_i| < 0.05, which slopes by 1e-5 to the two sides of
    y_1 = 0, where f is not differentiable and the gradient given is 0. The customary start lies on that terrace, as
    nowhere else in the window there is anything to follow. Roundings are right up to |y_i| = 2^16.

    Source: Hansen, Finck, Ros and Auger 2009, INRIA report RR-6829, f7.
    """

    title = "BBOB step ellipsoid"
    number = 7
    completeness = "global"
    traits = frozenset({"nonsmooth", "plateau", "scalable"})
    formula = (
        r"f(p) = 0.1\, \max(|y_1|/10^4, \sum_i 10^{2 \frac{i-1}{n-1}} z_i^2) + f_{pen}(p) + f_{opt}, \;"
        r" z = Q\, round(y), \; y = \Lambda^{10} R\, (p - x_{opt})"
    )

    critical_points = only_minimum(kink=True)

    @functools.cached_property
    def _chain(self) -> Chain:
        inner, widths = self._rotations[1], powers(math.sqrt(10.0), self.dim)
        start = self._optimum + matvec(inner.T, np.resize([0.04, -0.03], self.dim) / widths)
        return Chain(self._optimum, first=widths[:, None] * inner, weight=1.0, start=start)

    def _outer(self, z: Array, order: int) -> tuple[Array, ...]:
        y = z
        coarse, fine = whole(y + 0.5), whole(10.0 * y + 0.5) / 10.0
        steps = matvec(self._rotations[0], select(0.5 - absolute(y), fine, coarse))
        bowl = total(as_column(powers(100.0, self.dim), y) * steps * steps)
        tilt = absolute(y[0]) / 1e4
        value = 0.1 * select(bowl - tilt, bowl, tilt)
        if order == 0:
            return (value,)
        slope = as_column(np.eye(self.dim)[0], y) * select(bowl - tilt, 0.0, 1e-5 * sign(y[0]))
        return (value, slope, diagonal(0.0 * slope))[: order + 1]


def whole(x: Any) -> Any:
    """The largest whole number that is not above x, |x| < 2^16: its binary digits, found by branches alone.

    Unlike np.floor it carries a complex step, and can be recorded.
    """
    n: Any = -(2.0**16)
    for k in reversed(range(17)):
        n = select(x - (n + 2.0**k), n + 2.0**k, n)
    return n


@register("bbob_rosenbrock")
class BbobRosenbrock(Bbob):
    """BBOB f8, Rosenbrock: the curved valley, shifted.

    f(p) = sum_i 100 (z_i^2 - z_{i+1})^2 + (z_i - 1)^2 + f_opt,   z = max(1, sqrt(dim) / 8) (p - x_opt) + 1.

    p: (dim, ...). instance: which of the suite's random draws of x_opt in [-3, 3]^dim and f_opt in [-1000, 1000]. The
    critical points are those of Rosenbrock's function, from four dimensions on with a second minimum.

    Source: Hansen, Finck, Ros and Auger 2009, INRIA report RR-6829, f8.
    """

    title = "BBOB Rosenbrock"
    number = 8
    completeness = complete_up_to(2, "notable")
    traits = frozenset({"ravine", "scalable"})
    formula = (
        r"f(p) = \sum_i 100\, (z_i^2 - z_{i+1})^2 + (z_i - 1)^2 + f_{opt}, \;"
        r" z = \max(1, \sqrt{n}/8)\, (p - x_{opt}) + 1"
    )

    @functools.cached_property
    def _chain(self) -> Chain:
        return Chain(0.75 * self._optimum, first=widened(self.dim) * np.eye(self.dim), offset=1.0)

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        others = REGISTRY.build("rosenbrock", dim=self.dim).critical_points[1:]
        width = widened(self.dim)
        return (
            *self._minimum(),
            *(critical(self, self._chain.centre + (known.point - 1.0) / width) for known in others),
        )

    def _outer(self, z: Array, order: int) -> tuple[Array, ...]:
        return rosenbrock(z, order)


@register("bbob_rosenbrock_rotated")
class BbobRosenbrockRotated(Bbob):
    """BBOB f9, rotated Rosenbrock: the curved valley, rotated.

    f(p) = sum_i 100 (z_i^2 - z_{i+1})^2 + (z_i - 1)^2 + f_opt,   z = max(1, sqrt(dim) / 8) R p + 1/2.

    p: (dim, ...). instance: which of the suite's random draws of f_opt in [-1000, 1000] and the rotation R. The minimum
    is z = 1; the critical points are those of Rosenbrock's function, from four dimensions on with a second minimum.

    Source: Hansen, Finck, Ros and Auger 2009, INRIA report RR-6829, f9.
    """

    title = "BBOB rotated Rosenbrock"
    number = 9
    completeness = complete_up_to(2, "notable")
    traits = frozenset({"ravine", "scalable"})
    formula = (
        r"f(p) = \sum_i 100\, (z_i^2 - z_{i+1})^2 + (z_i - 1)^2 + f_{opt}, \;"
        r" z = \max(1, \sqrt{n}/8)\, R\, p + \frac{1}{2}"
    )

    @functools.cached_property
    def _chain(self) -> Chain:
        return Chain(np.zeros(self.dim), first=widened(self.dim) * self._rotations[1], offset=0.5)

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        back = self._rotations[1].T / widened(self.dim)
        known = REGISTRY.build("rosenbrock", dim=self.dim).critical_points
        return tuple(critical(self, matvec(back, each.point - 0.5)) for each in known)

    def _outer(self, z: Array, order: int) -> tuple[Array, ...]:
        return rosenbrock(z, order)


def widened(dim: int) -> float:
    """How much wider the valley is made in many dimensions."""
    return max(1.0, math.sqrt(dim) / 8.0)
