"""Descend the five BBOB functions with many minima in little order: Schwefel, two Gallaghers, Katsuura, Lunacek."""

from __future__ import annotations

import functools
import math
from abc import abstractmethod
from typing import Any, NamedTuple

import numpy as np

from landscape.core.component import Array
from landscape.core.critical_points import CriticalPoint, in_order
from landscape.core.elementary import absolute, as_column, diagonal, matvec, select, sign, stack, total
from landscape.core.finder import critical
from landscape.surfaces._registry import register
from landscape.surfaces.bbob._base import Bbob, Chain, normals, only_minimum, powers, pulled, uniforms
from landscape.surfaces.bbob._maps import oscillation, stretch, summed, through
from landscape.surfaces.bbob.moderate import whole

NAMES = ("bbob_schwefel", "bbob_gallagher_101", "bbob_gallagher_21", "bbob_katsuura", "bbob_lunacek")

LEVELS = 32  # of Katsuura's tents


@register("bbob_schwefel")
class BbobSchwefel(Bbob):
    """BBOB f20, Schwefel: 2^dim of the deepest basins, in the corners, and the best far from the next best.

    f(p) = -1/(100 dim) sum_i z_i sin(sqrt|z_i|) + 4.189828872724339 + 100 pen(z / 100) + f_opt.

    p: (dim, ...). instance: which of the suite's random draws of the signs t of the optimum and of f_opt in [-1000,
    1000]. With v = 2 t p - 4.2096874637: z = 100 L (v_1, v_2 + v_1 / 4, ..., v_dim + v_{dim-1} / 4) + 420.96874637, L
    diagonal, from 1 to sqrt(10); pen(x) = sum_i max(0, |x_i| - 5)^2. The gradient is continuous; the Hessian grows
    beyond all bounds where a z_i goes to 0 and jumps where |z_i| = 500. Of the critical points the global minimum is
    listed, all z_i = 420.9687462275, from which the suite's own is 1e-9 off.

    Source: Hansen, Finck, Ros and Auger 2009, INRIA report RR-6829, f20, after Schwefel 1981, "Numerical optimization
    of computer models", Wiley.
    """

    title = "BBOB Schwefel"
    number = 20
    completeness = "global"
    traits = frozenset({"multimodal", "rugged", "scalable"})
    formula = (
        r"f(p) = -\frac{1}{100 n} \sum_i z_i \sin\sqrt{|z_i|} + 4.189828872724339 + 100\, f_{pen}(z/100) + f_{opt}"
    )

    @functools.cached_property
    def _chain(self) -> Chain:
        signs = np.where(uniforms(self.dim, self._seed) < 0.5, -1.0, 1.0)
        centre = 0.5 * 4.2096874637 * signs
        matrix = np.diag(signs) + 0.25 * np.diag(signs[:-1], -1)
        return Chain(centre, first=200.0 * powers(math.sqrt(10.0), self.dim)[:, None] * matrix, offset=420.96874637)

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        return (critical(self, self._chain.centre),)

    def _outer(self, z: Array, order: int) -> tuple[Array, ...]:
        far = absolute(z)
        size = select(-far, 1.0, far)
        root = np.sqrt(size)
        sine, cosine = np.sin(root), np.cos(root)
        out = select(far - 500.0, far - 500.0, 0.0)
        scale = 0.01 / self.dim
        waves = scale * (418.9828872724339 - z * sine) + 0.01 * out * out
        # at z = 0, where size is 1, sine and cosine are left out
        slopes = select(-far, 0.0, -scale * (sine + 0.5 * root * cosine)) + 0.02 * out * sign(z)
        curvatures = select(-far, 0.0, -0.25 * scale * (3.0 * cosine - root * sine) * sign(z) / root)
        return summed(order, waves, slopes, curvatures + select(-out, 0.0, 0.02))


class Peaks(NamedTuple):
    """Where peaks are, (many, dim), the same turned, their widths, (many, dim), and their heights, (many,)."""

    places: Array
    turned: Array
    widths: Array
    heights: Array


class Gallagher(Bbob):
    """f(p) = T_osz(10 - max_k w_k exp(-1/(2 dim) (p - y_k)^T R^T C_k R (p - y_k)))^2 + pen(p) + f_opt."""

    @property
    @abstractmethod
    def _peaks(self) -> Peaks: ...

    def _scattered(self, many: int, spread: float, sharpest: float) -> Peaks:
        """Peaks at random places in [-spread, spread]^dim; the first is nearer 0, and as ill-conditioned as said."""
        n, seed = self.dim, self._seed
        places = spread * (2.0 * uniforms(many * n, seed).reshape(many, n) - 1.0)
        places[0] *= 0.8
        order = np.argsort(uniforms(many - 1, seed), kind="stable")
        conditions = np.append(sharpest, 1000.0 ** (order / (many - 2.0)))
        ranks = np.array([np.argsort(uniforms(n, seed + 1000 * k), kind="stable") for k in range(many)])
        return Peaks(
            places,
            matvec(self._rotations[1], (places - places[0]).T).T,
            conditions[:, None] ** (ranks / (n - 1.0) - 0.5),
            np.append(10.0, 1.1 + 8.0 * np.arange(many - 1) / (many - 2.0)),
        )

    @functools.cached_property
    def _chain(self) -> Chain:
        return Chain(self._peaks.places[0], first=self._rotations[1], weight=1.0)

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        """The peaks that no other covers."""
        others = self._peaks.places[1:]
        values = self._value(others.T)
        alone = (10.0 - self._peaks.heights[1:],)
        seen = np.abs(values - self._lowest - oscillation(alone[0], 0)[0] ** 2) <= 1e-9 * (1.0 + np.abs(values))
        local = (CriticalPoint(p, v, "minimum") for p, v in zip(others[seen], values[seen], strict=True))
        return (*self._minimum(degenerate=True), *in_order(local))

    def _outer(self, z: Array, order: int) -> tuple[Array, ...]:
        n = self.dim
        _, turned, widths, heights = self._peaks
        best: list[Any] = []
        for k in range(len(heights)):
            d = z - as_column(turned[k], z)
            pull = as_column(widths[k], z) * d
            depth = (-0.5 / n) * total(pull * d)
            # w exp(depth) by its logarithm, which no distance brings to 0
            here = [math.log(heights[k]) + depth, depth, heights[k]]
            here += [*pull[: n * (order > 0)], *widths[k, : n * (order > 1)]]
            if best:
                nearer = here[0] - best[0]
                here = [select(nearer, new, old) for new, old in zip(here, best, strict=True)]
            best = here
        _, depth, height, *rows = best
        peak = height * np.exp(depth)
        t = oscillation(10.0 - peak, order)
        valley = [10.0 - peak]
        if order >= 1:
            pull = stack(*rows[:n])
            valley.append(pull * (peak / n))
        if order == 2:
            width = stack(*(row + 0.0 * pull[0] for row in rows[n:]))
            valley.append((diagonal(width) - pull[:, None] * pull / n) * (peak / n))
        slope = 2.0 * t[0] * t[-1] if order < 2 else 2.0 * t[0] * t[1]
        curvature = 2.0 * (t[1] * t[1] + t[0] * t[2]) if order == 2 else 0.0
        return through(order, t[0] * t[0], slope, curvature, tuple(valley))


@register("bbob_gallagher_101")
class BbobGallagher101(Gallagher):
    """BBOB f21, Gallagher's 101 Gaussian peaks: peaks, here pits, of different height and shape at random places.

    f(p) = T_osz(10 - max_k w_k exp(-1/(2 dim) (p - y_k)^T R^T C_k R (p - y_k)))^2 + pen(p) + f_opt.

    p: (dim, ...). instance: which of the suite's random draws of y_k in [-5, 5]^dim, y_1 in [-4, 4]^dim, C_k, R and
    f_opt. w_1 = 10, the others 1.1 to 9.1; the C_k are diagonal, in random order, of conditions from 1 to 1000,
    that of C_1 sqrt(1000); T_osz as in f2; pen(p) = sum_i max(0, |p_i| - 5)^2. Listed are all y_k that are not
    under another peak, which are minima: y_1, flat to the order four, is the global one. f is not differentiable where
    two peaks meet, on ridges; the gradient given is that of one of them.

    Source: Hansen, Finck, Ros and Auger 2009, INRIA report RR-6829, f21, after Gallagher and Yuan 2006, "A
    general-purpose tunable landscape generator", IEEE Transactions on Evolutionary Computation 10(5).
    """

    title = "BBOB Gallagher, 101 peaks"
    number = 21
    completeness = "notable"
    traits = frozenset({"multimodal", "nonsmooth", "scalable"})
    formula = (
        r"f(p) = T_{osz}(10 - \max_k w_k \exp(-\frac{1}{2n} (p - y_k)^T R^T C_k R\, (p - y_k)))^2"
        r" + f_{pen}(p) + f_{opt}"
    )

    @functools.cached_property
    def _peaks(self) -> Peaks:
        return self._scattered(101, 5.0, math.sqrt(1000.0))


@register("bbob_gallagher_21")
class BbobGallagher21(Gallagher):
    """BBOB f22, Gallagher's 21 Gaussian peaks: fewer peaks than f21, and the best much narrower one way.

    f(p) = T_osz(10 - max_k w_k exp(-1/(2 dim) (p - y_k)^T R^T C_k R (p - y_k)))^2 + pen(p) + f_opt.

    p: (dim, ...). instance: which of the suite's random draws of y_k in [-4.9, 4.9]^dim, y_1 in [-3.92, 3.92]^dim, C_k,
    R and f_opt. All else, and what is listed, as in f21, but for C_1, of condition 1000.

    Source: Hansen, Finck, Ros and Auger 2009, INRIA report RR-6829, f22, after Gallagher and Yuan 2006, "A
    general-purpose tunable landscape generator", IEEE Transactions on Evolutionary Computation 10(5).
    """

    title = "BBOB Gallagher, 21 peaks"
    number = 22
    completeness = "notable"
    traits = frozenset({"multimodal", "nonsmooth", "scalable"})
    formula = (
        r"f(p) = T_{osz}(10 - \max_k w_k \exp(-\frac{1}{2n} (p - y_k)^T R^T C_k R\, (p - y_k)))^2"
        r" + f_{pen}(p) + f_{opt}"
    )

    @functools.cached_property
    def _peaks(self) -> Peaks:
        return self._scattered(21, 4.9, 1000.0)


@register("bbob_katsuura")
class BbobKatsuura(Bbob):
    """BBOB f23, Katsuura: continuous and nowhere smooth, with more minima than can be distinguished.

    f(p) = 10/dim^2 (prod_i (1 + i sum_{j=1}^32 |2^j z_i - round(2^j z_i)| / 2^j)^(10/dim^1.2) - 1) + pen(p) + f_opt.

    p: (dim, ...). instance: which of the suite's random draws of x_opt in [-4, 4]^dim, f_opt in [-1000, 1000] and the
    rotations Q and R. z = Q L R (p - x_opt), L diagonal, from 1 to 10; pen(p) = sum_i max(0, |p_i| - 5)^2. f is smooth
    on pieces a few 1e-11 wide; between, and at x_opt, the minimum, it is not differentiable. The gradient given is that
    of the piece, and says next to nothing about f beyond; at x_opt it is 0. Roundings are right up to |z_i| = 2^16.

    Source: Hansen, Finck, Ros and Auger 2009, INRIA report RR-6829, f23, after Katsuura 1991, "Continuous
    nowhere-differentiable functions", American Mathematical Monthly 98(5).
    """

    title = "BBOB Katsuura"
    number = 23
    completeness = "global"
    traits = frozenset({"multimodal", "nonsmooth", "rugged", "scalable"})
    formula = (
        r"f(p) = \frac{10}{n^2} \prod_i (1 + i \sum_{j=1}^{32} \frac{|2^j z_i - round(2^j z_i)|}{2^j})^{10/n^{1.2}}"
        r" - \frac{10}{n^2} + f_{pen}(p) + f_{opt}"
    )
    piece_length = 2.0**-33
    """How long the pieces are on which f is smooth."""

    critical_points = only_minimum(kink=True)

    @functools.cached_property
    def _chain(self) -> Chain:
        return Chain(self._optimum, first=self._ill(100.0), weight=1.0)

    def _outer(self, z: Array, order: int) -> tuple[Array, ...]:
        n = self.dim
        signed = z - whole(z + 0.5)
        distance, slope = absolute(signed), sign(signed)
        heights, slopes = 0.0 * z, 0.0 * z
        for j in range(1, LEVELS + 1):  # the distance of 2t to a whole number from that of t
            low = 0.25 - distance
            distance = select(low, 2.0 * distance, 1.0 - 2.0 * distance)
            slope = select(low, slope, -slope)
            heights, slopes = heights + distance / 2.0**j, slopes + slope
        scale, power = 10.0 / (n * n), 10.0 / n**1.2
        i = as_column(np.arange(1.0, n + 1.0), z)
        s = power * total(np.log1p(i * heights))
        if order == 0:
            return (scale * np.expm1(s),)
        grown = scale * np.exp(s)
        a = power * i * slopes / (1.0 + i * heights)
        if order == 1:
            return scale * np.expm1(s), a * grown
        return scale * np.expm1(s), a * grown, (a[:, None] * a - diagonal(a * a / power)) * grown


@register("bbob_lunacek")
class BbobLunacek(Bbob):
    """BBOB f24, Lunacek bi-Rastrigin: two funnels full of pits, the better one the narrower.

    f(p) = min(||y||^2, dim + s ||y + 2.5 - m||^2) + 10 (dim - sum_i cos(2 pi z_i)) + 10^4 pen(p) + f_opt.

    p: (dim, ...). instance: which of the suite's random draws of the signs t of the optimum, f_opt in [-1000, 1000] and
    the rotations Q and R. y = 2 t p - 2.5, z = Q L R y, L diagonal, from 1 to 10; s = 1 - 1 / (2 sqrt(dim + 20) - 8.2),
    m = -sqrt(5.25 / s); pen(p) = sum_i max(0, |p_i| - 5)^2. The minimum is y = 0; of the critical points it is listed.
    f is not differentiable where the funnels meet; the gradient given is that of the first.

    Source: Hansen, Finck, Ros and Auger 2009, INRIA report RR-6829, f24, after Lunacek, Whitley and Sutton 2008, "The
    impact of global structure on search", Parallel Problem Solving from Nature X.
    """

    title = "BBOB Lunacek"
    number = 24
    completeness = "global"
    traits = frozenset({"multimodal", "nonsmooth", "rugged", "scalable"})
    formula = (
        r"f(p) = \min(\|y\|^2, n + s\, \|y + 2.5 - \mu\|^2) + 10\, (n - \sum_i \cos 2\pi z_i)"
        r" + 10^4 f_{pen}(p) + f_{opt}"
    )

    critical_points = only_minimum()

    @functools.cached_property
    def _chain(self) -> Chain:
        signs = np.where(normals(self.dim, self._seed) < 0.0, -1.0, 1.0)
        return Chain(1.25 * signs, warp=stretch(2.0 * signs), weight=1e4)

    @functools.cached_property
    def _turning(self) -> Array:
        """(dim, dim): Q L R."""
        return self._ill(100.0)

    def _outer(self, z: Array, order: int) -> tuple[Array, ...]:
        y, matrix = z, self._turning
        s = 1.0 - 1.0 / (2.0 * math.sqrt(self.dim + 20.0) - 8.2)
        far = y + (2.5 + math.sqrt(5.25 / s))
        near, other = total(y * y), self.dim + s * total(far * far)
        first = other - near
        turn = (2.0 * math.pi) * matvec(matrix, y)
        value = select(first, near, other) + 10.0 * total(1.0 - np.cos(turn))
        if order == 0:
            return (value,)
        gradient = (20.0 * math.pi) * np.sin(turn)
        curvatures = diagonal((40.0 * math.pi * math.pi) * np.cos(turn)) if order == 2 else None
        gradient, hessian = pulled(matrix, gradient, curvatures)
        gradient = gradient + select(first, 2.0 * y, (2.0 * s) * far)
        if hessian is None:
            return value, gradient
        return value, gradient, hessian + diagonal(0.0 * y + select(first, 2.0, 2.0 * s))
