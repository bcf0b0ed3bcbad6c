"""Descend the five BBOB functions with many minima in order: Rastrigin, Weierstrass, two Schaffers F7, Griewank."""

from __future__ import annotations

import functools
import math

import numpy as np

from landscape.core.component import Array
from landscape.core.critical_points import CriticalPoint
from landscape.core.elementary import diagonal, matvec, select, total
from landscape.core.finder import critical
from landscape.surfaces._registry import register
from landscape.surfaces.bbob._base import Bbob, Chain, only_minimum, powers
from landscape.surfaces.bbob._maps import asymmetry, chained, oscillation, paired, rastrigin, through
from landscape.surfaces.bbob.moderate import widened

NAMES = (
    "bbob_rastrigin_rotated",
    "bbob_weierstrass",
    "bbob_schaffers_f7",
    "bbob_schaffers_f7_ill",
    "bbob_griewank_rosenbrock",
)


@register("bbob_rastrigin_rotated")
class BbobRastriginRotated(Bbob):
    """BBOB f15, Rastrigin: some 10^dim minima in a lattice that is rotated, stretched and uneven.

    f(p) = 10 (dim - sum_i cos(2 pi z_i)) + ||z||^2 + f_opt,   z = R L Q T_asy(T_osz(R (p - x_opt))).

    p: (dim, ...). instance: which of the suite's random draws of x_opt in [-4, 4]^dim, f_opt in [-1000, 1000] and the
    rotations Q and R. L is diagonal, from 1 to sqrt(10); T_osz and T_asy as in f3. f is not differentiable where a
    coordinate of R (p - x_opt) is 0, as T_osz is not; the gradient given is that for the slope 1 of T_osz. At x_opt it
    is 0. Of the critical points the global minimum, x_opt, is listed.

    Source: Hansen, Finck, Ros and Auger 2009, INRIA report RR-6829, f15.
    """

    title = "BBOB rotated Rastrigin"
    number = 15
    completeness = "global"
    traits = frozenset({"multimodal", "nonsmooth", "rugged", "scalable"})
    formula = (
        r"f(p) = 10\, (n - \sum_i \cos 2\pi z_i) + \|z\|^2 + f_{opt}, \;"
        r" z = R \Lambda^{10} Q\, T_{asy}^{0.2}(T_{osz}(R\, (p - x_{opt})))"
    )

    critical_points = only_minimum(kink=True)

    @functools.cached_property
    def _chain(self) -> Chain:
        warp = chained(oscillation, asymmetry(0.2, self.dim))
        return Chain(self._optimum, first=self._rotations[0], warp=warp, second=self._ill(10.0))

    def _outer(self, z: Array, order: int) -> tuple[Array, ...]:
        return rastrigin(z, order)


@register("bbob_weierstrass")
class BbobWeierstrass(Bbob):
    """BBOB f16, Weierstrass: ripples on ripples on ripples, of one pattern again and again.

    f(p) = 10 (2/dim sum_i sum_{k=0}^11 2^-k sin(pi 3^k z_i)^2)^3 + 10/dim pen(p) + f_opt.

    p: (dim, ...). instance: which of the suite's random draws of x_opt in [-4, 4]^dim, f_opt in [-1000, 1000] and the
    rotations Q and R. z = R L Q T_osz(R (p - x_opt)), L diagonal, from 1 to 1/10; T_osz as in f2; pen(p) = sum_i max(0,
    |p_i| - 5)^2. As 3^k is odd, the suite's cos(2 pi 3^k (z + 1/2)) is -cos(2 pi 3^k z). f is not differentiable where
    a coordinate of R (p - x_opt) is 0, as T_osz is not; the gradient given is that for the slope 1 of T_osz. Wherever
    all z_i are whole numbers there is a global minimum, flat to the order six; of the critical points z = 0 is listed.

    Source: Hansen, Finck, Ros and Auger 2009, INRIA report RR-6829, f16.
    """

    title = "BBOB Weierstrass"
    number = 16
    completeness = "global"
    traits = frozenset({"multimodal", "nonsmooth", "rugged", "scalable"})
    formula = (
        r"f(p) = 10\, (\frac{1}{n} \sum_i \sum_{k=0}^{11} 2^{-k} \cos(2\pi 3^k (z_i + \frac{1}{2})) - f_0)^3"
        r" + \frac{10}{n} f_{pen}(p) + f_{opt}, \; z = R \Lambda^{1/100} Q\, T_{osz}(R\, (p - x_{opt}))"
    )
    piece_length = 3.0**-11
    """The period of the finest ripples."""

    critical_points = only_minimum(degenerate=True)

    @functools.cached_property
    def _chain(self) -> Chain:
        return Chain(
            self._optimum,
            first=self._rotations[0],
            warp=oscillation,
            second=self._ill(0.01),
            weight=10.0 / self.dim,
        )

    def _outer(self, z: Array, order: int) -> tuple[Array, ...]:
        k = np.arange(12).reshape(-1, *(1,) * z.ndim)
        height, turn = (2.0 / self.dim) * 0.5**k, math.pi * 3.0**k
        sine = np.sin(turn * z)
        mean: tuple[Array, ...] = (total(total(height * sine * sine)),)
        if order >= 1:
            cosine = np.cos(turn * z)
            mean = (*mean, total(2.0 * height * turn * sine * cosine))
        if order == 2:
            mean = (*mean, diagonal(total(2.0 * height * turn * turn * (cosine * cosine - sine * sine))))
        s = mean[0]
        return through(order, 10.0 * s * s * s, 30.0 * s * s, 60.0 * s, mean)


class SchaffersF7(Bbob):
    """f(p) = (1/(dim-1) sum_i sqrt(s_i) (1 + sin(50 s_i^(1/5))^2))^2 + 10 pen(p) + f_opt, s_i = ||(z_i, z_{i+1})||."""

    critical_points = only_minimum(kink=True)

    def _bent(self, condition: float) -> Chain:
        """z = L Q T_asy(R (p - x_opt)), L diagonal from 1 to sqrt(condition)."""
        outer, inner = self._rotations
        second = powers(math.sqrt(condition), self.dim)[:, None] * inner
        return Chain(self._optimum, first=outer, warp=asymmetry(0.5, self.dim), second=second, weight=10.0)

    def _outer(self, z: Array, order: int) -> tuple[Array, ...]:
        # in q = s^2: root = q^(1/4) (1 + sin(t)^2) with t = 50 q^(1/10)
        x, y = z[:-1], z[1:]
        q = x * x + y * y
        size = select(-q, 1.0, q)
        log = np.log(size)
        quarter, t = np.exp(0.25 * log), 50.0 * np.exp(0.1 * log)
        sine, cosine = np.sin(t), np.cos(t)
        wave = 1.0 + sine * sine
        double = 2.0 * sine * cosine
        slope = 0.25 * wave + 0.1 * t * double
        curvature = 0.035 * t * double + 0.02 * t * t * (cosine * cosine - sine * sine) - 0.75 * slope
        slope = select(-q, 0.0, 2.0 * quarter * slope / size)
        curvature = select(-q, 0.0, 4.0 * quarter * curvature / (size * size))
        mean = paired(
            order,
            select(-q, 0.0, quarter * wave),
            (slope * x, slope * y),
            (slope + curvature * x * x, curvature * x * y, slope + curvature * y * y),
        )
        s, many = mean[0], (self.dim - 1.0) * (self.dim - 1.0)
        return through(order, s * s / many, 2.0 * s / many, 2.0 / many, mean)


@register("bbob_schaffers_f7")
class BbobSchaffersF7(SchaffersF7):
    """BBOB f17, Schaffer's F7: rings of ripples, whose width and height grow with the distance from the minimum.

    f(p) = (1/(dim-1) sum_i sqrt(s_i) (1 + sin(50 s_i^(1/5))^2))^2 + 10 pen(p) + f_opt,   s_i = sqrt(z_i^2 + z_{i+1}^2).

    p: (dim, ...). instance: which of the suite's random draws of x_opt in [-4, 4]^dim, f_opt in [-1000, 1000] and the
    rotations Q and R. z = L Q T_asy(R (p - x_opt)), L diagonal, from 1 to sqrt(10); T_asy as in f12; pen(p) = sum_i
    max(0, |p_i| - 5)^2. f is not differentiable at x_opt, the minimum, nor where an s_i is 0; the gradient given is
    that of the other terms. For dim = 2 the other critical points fill closed curves; only the minimum is listed.

    Source: Hansen, Finck, Ros and Auger 2009, INRIA report RR-6829, f17.
    """

    title = "BBOB Schaffers F7"
    number = 17
    completeness = "global"
    traits = frozenset({"multimodal", "nonsmooth", "rugged", "scalable"})
    formula = (
        r"f(p) = (\frac{1}{n-1} \sum_i \sqrt{s_i}\, (1 + \sin^2(50\, s_i^{1/5})))^2 + 10\, f_{pen}(p) + f_{opt}, \;"
        r" z = \Lambda^{10} Q\, T_{asy}^{0.5}(R\, (p - x_{opt}))"
    )

    @functools.cached_property
    def _chain(self) -> Chain:
        return self._bent(10.0)


@register("bbob_schaffers_f7_ill")
class BbobSchaffersF7Ill(SchaffersF7):
    """BBOB f18, Schaffer's F7, ill-conditioned: the rings of f17, stretched to 32 times as long as wide.

    f(p) = (1/(dim-1) sum_i sqrt(s_i) (1 + sin(50 s_i^(1/5))^2))^2 + 10 pen(p) + f_opt,   s_i = sqrt(z_i^2 + z_{i+1}^2).

    p: (dim, ...). instance: which of the suite's random draws, those of f17. z, and where f is not differentiable, as
    there, but for L, from 1 to sqrt(1000).

    Source: Hansen, Finck, Ros and Auger 2009, INRIA report RR-6829, f18.
    """

    title = "BBOB Schaffers F7, ill-conditioned"
    number = 18
    completeness = "global"
    traits = frozenset({"multimodal", "nonsmooth", "rugged", "scalable"})
    formula = (
        r"f(p) = (\frac{1}{n-1} \sum_i \sqrt{s_i}\, (1 + \sin^2(50\, s_i^{1/5})))^2 + 10\, f_{pen}(p) + f_{opt}, \;"
        r" z = \Lambda^{1000} Q\, T_{asy}^{0.5}(R\, (p - x_{opt}))"
    )

    @functools.cached_property
    def _chain(self) -> Chain:
        return self._bent(1000.0)


@register("bbob_griewank_rosenbrock")
class BbobGriewankRosenbrock(Bbob):
    """BBOB f19, composite Griewank-Rosenbrock F8F2: Rosenbrock's valley, covered with ripples.

    f(p) = 10/(dim - 1) sum_i (s_i / 4000 + 1 - cos(s_i)) + f_opt,   s_i = 100 (z_i^2 - z_{i+1})^2 + (z_i - 1)^2.

    p: (dim, ...). instance: which of the suite's random draws of f_opt in [-1000, 1000] and the rotation R. z = max(1,
    sqrt(dim) / 8) R p + 1/2. f is smooth; of the many critical points the global minimum, z = 1, is listed.

    Source: Hansen, Finck, Ros and Auger 2009, INRIA report RR-6829, f19.
    """

    title = "BBOB Griewank-Rosenbrock"
    number = 19
    completeness = "global"
    traits = frozenset({"multimodal", "rugged", "scalable"})
    formula = (
        r"f(p) = \frac{10}{n-1} \sum_i (\frac{s_i}{4000} - \cos s_i) + 10 + f_{opt}, \;"
        r" s_i = 100\, (z_i^2 - z_{i+1})^2 + (z_i - 1)^2"
    )

    @functools.cached_property
    def _chain(self) -> Chain:
        return Chain(np.zeros(self.dim), first=widened(self.dim) * self._rotations[1], offset=0.5)

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        back = self._rotations[1].T / widened(self.dim)
        return (critical(self, matvec(back, np.full(self.dim, 0.5))),)

    def _outer(self, z: Array, order: int) -> tuple[Array, ...]:
        x = z[:-1]
        a, b = x * x - z[1:], x - 1.0
        s = 100.0 * a * a + b * b
        sine, cosine = np.sin(0.5 * s), np.cos(0.5 * s)
        scale = 10.0 / (self.dim - 1.0)
        slope = scale * (1.0 / 4000.0 + 2.0 * sine * cosine)
        curvature = scale * (cosine * cosine - sine * sine)
        first, second = 400.0 * a * x + 2.0 * b, -200.0 * a
        return paired(
            order,
            scale * (s / 4000.0 + 2.0 * sine * sine),
            (slope * first, slope * second),
            (
                slope * (400.0 * a + 800.0 * x * x + 2.0) + curvature * first * first,
                -400.0 * slope * x + curvature * first * second,
                200.0 * slope + curvature * second * second,
            ),
        )
