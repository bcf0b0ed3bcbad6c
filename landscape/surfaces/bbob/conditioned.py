"""Descend the five ill-conditioned BBOB functions: ellipsoid, discus, bent cigar, sharp ridge, different powers."""

from __future__ import annotations

import functools

import numpy as np

from landscape.core.component import Array
from landscape.core.elementary import absolute, as_column, select
from landscape.surfaces._registry import register
from landscape.surfaces.bbob._base import Bbob, Chain, only_minimum, place, powers
from landscape.surfaces.bbob._maps import asymmetry, oscillation, summed, through, weighted

NAMES = ("bbob_ellipsoid_rotated", "bbob_discus", "bbob_bent_cigar", "bbob_sharp_ridge", "bbob_different_powers")


@register("bbob_ellipsoid_rotated")
class BbobEllipsoidRotated(Bbob):
    """BBOB f10, ellipsoid: a rotated ravine of condition 1e6, with ripples too small to form minima.

    f(p) = sum_i 10^(6 (i - 1) / (dim - 1)) z_i^2 + f_opt,   z = T_osz(R (p - x_opt)).

    p: (dim, ...). instance: which of the suite's random draws of x_opt in [-4, 4]^dim, f_opt in [-1000, 1000] and the
    rotation R. T_osz as in f2. The gradient is continuous; the Hessian has no limit where a coordinate of R (p - x_opt)
    is 0, the minimum among such points.

    Source: Hansen, Finck, Ros and Auger 2009, INRIA report RR-6829, f10.
    """

    title = "BBOB rotated ellipsoid"
    number = 10
    completeness = "complete"
    traits = frozenset({"ravine", "scalable"})
    formula = r"f(p) = \sum_i 10^{6 \frac{i-1}{n-1}} z_i^2 + f_{opt}, \; z = T_{osz}(R\, (p - x_{opt}))"

    critical_points = only_minimum(kink=True)

    @functools.cached_property
    def _chain(self) -> Chain:
        return Chain(self._optimum, first=self._rotations[0], warp=oscillation)

    def _outer(self, z: Array, order: int) -> tuple[Array, ...]:
        return weighted(powers(1e6, self.dim), z, order)


@register("bbob_discus")
class BbobDiscus(Bbob):
    """BBOB f11, discus: one direction a million times as steep as all others.

    f(p) = 10^6 z_1^2 + sum_{i>1} z_i^2 + f_opt,   z = T_osz(R (p - x_opt)).

    p: (dim, ...). instance: which of the suite's random draws of x_opt in [-4, 4]^dim, f_opt in [-1000, 1000] and the
    rotation R. T_osz as in f2. The gradient is continuous; the Hessian has no limit where a coordinate of R (p - x_opt)
    is 0, the minimum among such points.

    Source: Hansen, Finck, Ros and Auger 2009, INRIA report RR-6829, f11.
    """

    title = "BBOB discus"
    number = 11
    completeness = "complete"
    traits = frozenset({"ravine", "scalable"})
    formula = r"f(p) = 10^6 z_1^2 + \sum_{i=2}^n z_i^2 + f_{opt}, \; z = T_{osz}(R\, (p - x_{opt}))"

    critical_points = only_minimum(kink=True)

    @functools.cached_property
    def _chain(self) -> Chain:
        return Chain(self._optimum, first=self._rotations[0], warp=oscillation)

    def _outer(self, z: Array, order: int) -> tuple[Array, ...]:
        return weighted(np.where(np.arange(self.dim) == 0, 1e6, 1.0), z, order)


@register("bbob_bent_cigar")
class BbobBentCigar(Bbob):
    """BBOB f12, bent cigar: a narrow ridge that has to be followed along a bend.

    f(p) = z_1^2 + 10^6 sum_{i>1} z_i^2 + f_opt,   z = R T_asy(R (p - x_opt)).

    p: (dim, ...). instance: which of the suite's random draws of x_opt in [-4, 4]^dim, f_opt in [-1000, 1000] and the
    rotation R. T_asy(x)_i = x_i^(1 + 0.5 (i - 1) / (dim - 1) sqrt(x_i)) where x_i > 0. The gradient is continuous; the
    Hessian grows beyond all bounds where a coordinate of R (p - x_opt) goes to 0 from above, the minimum among such
    points.

    Source: Hansen, Finck, Ros and Auger 2009, INRIA report RR-6829, f12.
    """

    title = "BBOB bent cigar"
    number = 12
    completeness = "complete"
    traits = frozenset({"ravine", "scalable"})
    formula = r"f(p) = z_1^2 + 10^6 \sum_{i=2}^n z_i^2 + f_{opt}, \; z = R\, T_{asy}^{0.5}(R\, (p - x_{opt}))"

    critical_points = only_minimum(kink=True)

    @functools.cached_property
    def _chain(self) -> Chain:
        centre = place(self._seed + 1_000_000, self.dim)
        turn = self._rotations[0]
        return Chain(centre, first=turn, warp=asymmetry(0.5, self.dim), second=turn)

    def _outer(self, z: Array, order: int) -> tuple[Array, ...]:
        return weighted(np.where(np.arange(self.dim) == 0, 1.0, 1e6), z, order)


@register("bbob_sharp_ridge")
class BbobSharpRidge(Bbob):
    """BBOB f13, sharp ridge: steep walls that do not flatten towards an edge, which leads down to the minimum.

    f(p) = z_1^2 + 100 sqrt(sum_{i>1} z_i^2) + f_opt,   z = Q L R (p - x_opt).

    p: (dim, ...). instance: which of the suite's random draws of x_opt in [-4, 4]^dim, f_opt in [-1000, 1000] and the
    rotations Q and R. L is diagonal, from 1 to sqrt(10). f is not differentiable on the edge z_2 = ... = z_dim = 0,
    where the gradient given is that of z_1^2; the minimum x_opt lies on it.

    Source: Hansen, Finck, Ros and Auger 2009, INRIA report RR-6829, f13.
    """

    title = "BBOB sharp ridge"
    number = 13
    completeness = "complete"
    traits = frozenset({"nonsmooth", "ravine", "scalable"})
    formula = r"f(p) = z_1^2 + 100 \sqrt{\sum_{i=2}^n z_i^2} + f_{opt}, \; z = Q \Lambda^{10} R\, (p - x_{opt})"

    critical_points = only_minimum(kink=True)

    @functools.cached_property
    def _chain(self) -> Chain:
        return Chain(self._optimum, first=self._ill(10.0))

    def _outer(self, z: Array, order: int) -> tuple[Array, ...]:
        first = np.where(np.arange(self.dim) == 0, 1.0, 0.0)
        along, across = weighted(first, z, order), weighted(1.0 - first, z, order)
        s = across[0]
        size = select(-s, 1.0, s)
        root = np.sqrt(size)
        value, slope = select(-s, 0.0, 100.0 * root), select(-s, 0.0, 50.0 / root)
        walls = through(order, value, slope, -0.5 * slope / size, across)
        return tuple(a + b for a, b in zip(along, walls, strict=True))


@register("bbob_different_powers")
class BbobDifferentPowers(Bbob):
    """BBOB f14, sum of different powers: the nearer the minimum, the worse the conditioning.

    f(p) = sqrt(sum_i |z_i|^(2 + 4 (i - 1) / (dim - 1))) + f_opt,   z = R (p - x_opt).

    p: (dim, ...). instance: which of the suite's random draws of x_opt in [-4, 4]^dim, f_opt in [-1000, 1000] and the
    rotation R. f is not differentiable at x_opt, the minimum, where the gradient given is 0; along z_1 it is a kink.

    Source: Hansen, Finck, Ros and Auger 2009, INRIA report RR-6829, f14.
    """

    title = "BBOB different powers"
    number = 14
    completeness = "complete"
    traits = frozenset({"nonsmooth", "ravine", "scalable"})
    formula = r"f(p) = \sqrt{\sum_i |z_i|^{2 + 4 \frac{i-1}{n-1}}} + f_{opt}, \; z = R\, (p - x_{opt})"

    critical_points = only_minimum(kink=True)

    @functools.cached_property
    def _chain(self) -> Chain:
        return Chain(self._optimum, first=self._rotations[0])

    def _outer(self, z: Array, order: int) -> tuple[Array, ...]:
        exponent = as_column(2.0 + 4.0 * np.arange(self.dim) / (self.dim - 1.0), z)
        far = absolute(z)
        size = select(-far, 1.0, far)
        rest = np.exp((exponent - 2.0) * np.log(size))  # |z|^(exponent - 2), and 1 at 0
        curvatures = select(far * (2.0 - exponent), exponent * (exponent - 1.0) * rest, 0.0)
        curvatures = select(-far, curvatures, exponent * (exponent - 1.0) * rest)
        s, *derivatives = summed(order, rest * z * z, exponent * rest * z, curvatures)
        size = select(-s, 1.0, s)
        root = np.sqrt(size)
        slope = select(-s, 0.0, 0.5 / root)
        return through(order, select(-s, 0.0, root), slope, -0.5 * slope / size, (s, *derivatives))
