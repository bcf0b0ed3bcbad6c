"""Pass saddle after saddle: of any index, in chains, in an octopus' arms, in a random landscape."""

from __future__ import annotations

import functools
import itertools
import math
from typing import Annotated

import numpy as np
from annotated_types import Ge, Gt

from landscape.component import Array, Count, FieldError, Positive, Whole
from landscape.core import (
    CriticalPoint,
    Kind,
    Surface,
    Window,
    absolute,
    column,
    constant,
    in_order,
    product,
    select,
    sign,
    stack,
    symmetric,
    total,
)
from landscape.finder import find_critical_points
from landscape.streams import LARGEST_SEED, Source
from landscape.surfaces._registry import register

MOST_SIGNS = 3  # in how many dimensions at most a chain is listed with every sign


def chain(dim: int, size: float = 1.0) -> list[Array]:
    """The points (+-size, ..., +-size, 0, ..., 0), each (dim,); beyond three dimensions those with no minus sign."""
    signs = (1.0, -1.0) if dim <= MOST_SIGNS else (1.0,)
    return [
        np.pad(size * np.array(chosen), (0, dim - gone))
        for gone in range(dim + 1)
        for chosen in itertools.product(signs, repeat=gone)
    ]


def kind_in_chain(dim: int, zeros: int) -> Kind:
    """What a point of the chain is where each first zero falls away and all after it are held."""
    if zeros == 0:
        return "minimum"
    return "maximum" if dim == 1 else "saddle"


@register("index_saddle")
class IndexSaddle(Surface):
    """Hyperbolic saddle with as many ways down as you choose, in any dimension.

    f(p) = 1/2 (-down sum_{i <= index} p_i^2 + up sum_{i > index} p_i^2).

    p: (dim, ...). The one critical point is the saddle at 0, with `index` eigenvalues -down and the others up; index 0
    is not a saddle, nor is index = dim. Descent leaves it along the first coordinates, as exp(lr down t).

    Source: Dauphin et al. 2014, "Identifying and attacking the saddle point problem in high-dimensional non-convex
    optimization", arXiv:1406.2572; Morse 1925 for the index.
    """

    dim: Annotated[int, Ge(2)] = 2
    index: Count = 1
    up: Positive = 1.0
    down: Positive = 1.0

    traits = frozenset({"saddle", "unbounded", "scalable"})
    formula = r"f(p) = \frac{1}{2} (-d \sum_{i \leq k} p_i^2 + u \sum_{i > k} p_i^2)"

    def _check(self) -> None:
        if self.index >= self.dim:
            raise FieldError(self.name, "index", f"must be below dim = {self.dim}, got {self.index}")

    @functools.cached_property
    def _eigenvalues(self) -> Array:
        return np.where(np.arange(self.dim) < self.index, -self.down, self.up)

    @property
    def window(self) -> Window:
        return ((-2.0, 2.0),) * self.dim

    @property
    def customary_start(self) -> Array:
        return np.where(np.arange(self.dim) < self.index, 0.01, 1.0)

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        return (CriticalPoint(np.zeros(self.dim), 0.0, "saddle"),)

    def _value(self, p: Array) -> Array:
        return 0.5 * total(column(self._eigenvalues, p) * p * p)

    def _gradient(self, p: Array) -> Array:
        return column(self._eigenvalues, p) * p

    def _hessian(self, p: Array) -> Array:
        return constant(np.diag(self._eigenvalues), p)


@register("saddle_chain")
class SaddleChain(Surface):
    """Chain of saddles: each coordinate falls from 0 to 1 or -1, and only then lets the next one go.

    f(p) = sum_i (p_i^2 - 1)^2 / 4 + hold/2 sum_{i >= 2} p_i^2 (1 - p_{i-1}^2)^2.

    p: (dim, ...). With hold > 1 the points (+-1, ..., +-1, 0, ..., 0) are a chain: from 0 up, each is a saddle with one
    way down, that of its first 0, to the next; the last are the 2^dim minima, of value 0. A descent from near 0 waits
    at dim saddles. The chain is listed in up to three dimensions, in more that with no minus sign. In one and two
    dimensions these are all critical points; in three, others appear where 27 hold^4 < 2 (1 + 2 hold)^3, that is for
    hold below 1.445.

    Source: the course's own; for chains of saddles that descent visits one after the other: Jacot et al. 2021,
    "Saddle-to-saddle dynamics in deep linear networks", arXiv:2106.15933.
    """

    dim: Count = 2
    hold: Annotated[float, Gt(1)] = 2.0

    traits = frozenset({"multimodal", "saddle", "scalable"})
    formula = r"f(p) = \sum_i \frac{(p_i^2 - 1)^2}{4} + \frac{h}{2} \sum_{i \geq 2} p_i^2 (1 - p_{i-1}^2)^2"

    @property
    def window(self) -> Window:
        return ((-1.6, 1.6),) * self.dim

    @property
    def customary_start(self) -> Array:
        return np.resize([0.01, 0.02], self.dim)

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        known = []
        for point in chain(self.dim):
            zeros = self.dim - int(np.count_nonzero(point))
            known.append(CriticalPoint(point, zeros / 4.0, kind_in_chain(self.dim, zeros)))
        return in_order(known)

    def _value(self, p: Array) -> Array:
        u = p * p - 1.0
        wells = total(u * u) / 4.0
        return wells if self.dim == 1 else wells + 0.5 * self.hold * total(p[1:] * p[1:] * u[:-1] * u[:-1])

    def _gradient(self, p: Array) -> Array:
        u = p * p - 1.0
        rows = list(p * u)
        for i in range(1, self.dim):
            rows[i] = rows[i] + self.hold * p[i] * u[i - 1] * u[i - 1]
            rows[i - 1] = rows[i - 1] + 2.0 * self.hold * p[i] * p[i] * u[i - 1] * p[i - 1]
        return stack(*rows)

    def _hessian(self, p: Array) -> Array:
        u, zero = p * p - 1.0, 0.0 * p[0]
        rows = [[zero] * (i + 1) for i in range(self.dim)]
        for i in range(self.dim):
            rows[i][i] = 3.0 * p[i] * p[i] - 1.0
        for i in range(1, self.dim):
            a, b = p[i - 1], p[i]
            rows[i][i] = rows[i][i] + self.hold * u[i - 1] * u[i - 1]
            rows[i][i - 1] = 4.0 * self.hold * b * u[i - 1] * a
            rows[i - 1][i - 1] = rows[i - 1][i - 1] + 2.0 * self.hold * b * b * (3.0 * a * a - 1.0)
        return symmetric(*map(tuple, rows))


@register("octopus")
class Octopus(Surface):
    """Octopus: a chain of saddles on which gradient descent takes exponentially long in the number of dimensions.

    f(p) = F_1,   F_i = g(t_i) + (1 - s(t_i)) Q_{i+1} + s(t_i) F_{i+1},   Q_i = L sum_{j >= i} p_j^2,   t_i = |p_i|,

    with F_{dim+1} = Q_{dim+1} = 0; with u = t / tau - 1, which goes from 0 to 1 between tau and 2 tau,

        g(t) = -gamma t^2 up to tau,   L (t - 4 tau)^2 - nu from 2 tau on,   nu = (13 gamma + 37 L) tau^2 / 6,
        g(t) = -gamma t^2 + tau^2 ((10 gamma - 14 L) u^3 / 3 + (5 L - 3 gamma) u^4 / 2) between,
        s(t) = u^3 (10 - 15 u + 6 u^2) between, 0 before and 1 after.

    p: (dim, ...); L is the field `steepness`. f is twice continuously differentiable. While the first i coordinates are
    at 4 tau and the next is near 0, that one alone falls, by a factor 1 + 2 lr gamma a step, and while it does, the one
    after it is pressed to 0 by L: at each saddle descent starts again, from closer by, and the time at each is a
    constant times the time at the one before. Perturbed descent does not mind.

    The critical points are the 2^(dim+1) - 1 points (+-4 tau, ..., +-4 tau, 0, ..., 0), of value -nu times the number
    of coordinates that are not 0: the 2^dim without a 0 are minima and the others saddles with one way down, of
    curvature -2 gamma. There are no others, as F_i falls with t_i from 0 to 4 tau and rises from there. All are listed
    in up to three dimensions, in more those with no minus sign.

    Source: Du, Jin, Lee, Jordan, Póczos and Singh 2017, "Gradient descent can take exponential time to escape saddle
    points", arXiv:1705.10412, section 4 and its appendix, with L = e, gamma = 1, tau = e of their experiments. On
    their domain, where t_1, ..., t_i-1 are in [2 tau, 6 tau], t_i up to there and the others below tau, f is theirs;
    the nesting is ours and extends it to all p, theirs being continued by Whitney's theorem.
    """

    dim: Count = 2
    steepness: Positive = math.e
    gamma: Positive = 1.0
    tau: Positive = math.e

    traits = frozenset({"multimodal", "saddle", "scalable"})
    formula = r"f(p) = F_1, \quad F_i = g(t_i) + (1 - s(t_i))\, Q_{i+1} + s(t_i)\, F_{i+1}"

    @property
    def window(self) -> Window:
        return ((-6.0 * self.tau, 6.0 * self.tau),) * self.dim

    @property
    def customary_start(self) -> Array:
        return np.full(self.dim, 0.1 * self.tau)

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        known = []
        for point in chain(self.dim, 4.0 * self.tau):
            gone = int(np.count_nonzero(point))
            known.append(CriticalPoint(point, -gone * self._nu, kind_in_chain(self.dim, self.dim - gone)))
        return in_order(known)

    @property
    def _nu(self) -> float:
        """The depth of one arm."""
        return (13.0 * self.gamma + 37.0 * self.steepness) / 6.0 * (self.tau * self.tau)

    def _arm(self, x: Array) -> tuple[Array, Array, Array, Array, Array, Array]:
        """(g, g', g'', s, s', s'') of one coordinate, derivatives in the coordinate."""
        t, side = absolute(x), sign(x)
        u = t / self.tau - 1.0
        k, high, low = 1.0 / self.tau, self.steepness, self.gamma
        cubic, quartic = (10.0 * low - 14.0 * high) / 3.0, (5.0 * high - 3.0 * low) / 2.0
        spline = -low * t * t + self.tau * self.tau * u * u * u * (cubic + quartic * u)
        spline1 = -2.0 * low * t + self.tau * u * u * (3.0 * cubic + 4.0 * quartic * u)
        spline2 = -2.0 * low + u * (6.0 * cubic + 12.0 * quartic * u)
        off = t - 4.0 * self.tau
        outer, inner, zero = u - 1.0, -u, 0.0 * t

        def pieces(near: Array, middle: Array, far: Array) -> Array:
            result: Array = select(inner, near, select(outer, far, middle))
            return result

        g = pieces(-low * t * t, spline, high * off * off - self._nu)
        g1 = side * pieces(-2.0 * low * t, spline1, 2.0 * high * off)
        g2 = pieces(-2.0 * low + zero, spline2, 2.0 * high + zero)
        s = pieces(zero, u * u * u * (10.0 + u * (-15.0 + u * 6.0)), 1.0 + zero)
        s1 = side * pieces(zero, 30.0 * k * u * u * (1.0 + u * (-2.0 + u)), zero)
        s2 = pieces(zero, 60.0 * k * k * u * (1.0 + u * (-3.0 + u * 2.0)), zero)
        return g, g1, g2, s, s1, s2

    def _value(self, p: Array) -> Array:
        return self._nested(p)[0]

    def _gradient(self, p: Array) -> Array:
        return stack(*self._nested(p)[1])

    def _hessian(self, p: Array) -> Array:
        return symmetric(*(tuple(row) for row in self._nested(p)[2]))

    def _nested(self, p: Array) -> tuple[Array, list[Array], list[list[Array]]]:
        """F_1, its gradient and the lower triangle of its Hessian, from the last coordinate to the first."""
        zero, high = 0.0 * p[0], self.steepness
        value, rest = zero, zero
        slope: list[Array] = []
        bend: list[list[Array]] = []
        for i in reversed(range(self.dim)):
            g, g1, g2, s, s1, s2 = self._arm(p[i])
            gap = value - rest
            press = [2.0 * high * x for x in p[i + 1 :]]
            mixed = [a - b for a, b in zip(slope, press, strict=True)]
            first = [s1 * each for each in mixed]
            triangle = [[g2 + s2 * gap]]
            for row, each in enumerate(first):
                below = [s * old for old in bend[row]]
                below[row] = below[row] + (1.0 - s) * 2.0 * high
                triangle.append([each, *below])
            slope = [g1 + s1 * gap, *(b + s * m for b, m in zip(press, mixed, strict=True))]
            value, rest, bend = g + rest + s * gap, rest + high * p[i] * p[i], triangle
        return value, slope, bend


@register("gaussian_landscape")
class GaussianLandscape(Surface):
    """Random Gaussian landscape in a wide bowl: as many saddles as its correlation length allows.

    f(p) = confinement/2 |p|^2 + amplitude sqrt(2 / features) sum_k cos(w_k . p + b_k),

    with w_k normal of standard deviation 1 / length in each coordinate and b_k uniform in [0, 2 pi], from `seed`: with
    many features a Gaussian random field of covariance amplitude^2 exp(-|p - q|^2 / 2 length^2). p: (dim, ...). In one
    and two dimensions the critical points of the window are searched (`landscape.find_critical_points`); in more none
    are listed. In high dimensions nearly all of them are saddles, and their index grows with their height.

    Source: Bray and Dean 2007, "Statistics of critical points of Gaussian fields on large-dimensional spaces",
    arXiv:cond-mat/0611023; the features: Rahimi and Recht 2007, "Random features for large-scale kernel machines".
    """

    dim: Count = 2
    length: Positive = 1.0
    amplitude: Positive = 1.0
    confinement: Positive = 0.5
    features: Count = 64
    seed: Whole = 0

    title = "Gaussian landscape"
    traits = frozenset({"multimodal", "rugged", "saddle", "scalable"})
    formula = r"f(p) = \frac{c}{2} |p|^2 + a \sqrt{2 / m} \sum_k \cos(w_k \cdot p + b_k)"

    def _check(self) -> None:
        if self.seed > LARGEST_SEED:
            raise FieldError(self.name, "seed", f"must be at most {LARGEST_SEED}, got {self.seed}")

    @functools.cached_property
    def _drawn(self) -> tuple[Array, Array]:
        """(waves (features, dim), phases (features,))."""
        source = Source(self.seed, np.arange(self.features), "gaussian_landscape")
        waves = source.normals(0, self.dim).T / self.length
        return np.ascontiguousarray(waves), 2.0 * math.pi * source.uniforms(1, 1)[0]

    @property
    def window(self) -> Window:
        reach = 2.0 * math.sqrt(2.0 * self.amplitude / self.confinement)
        return ((-reach, reach),) * self.dim

    @property
    def customary_start(self) -> Array:
        return np.resize([0.8, -0.7], self.dim) * self.window[0][1]

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        return find_critical_points(self) if self.dim <= 2 else ()

    def _angles(self, p: Array) -> tuple[Array, float]:
        waves, phases = self._drawn
        return product(waves, p) + column(phases, p), self.amplitude * math.sqrt(2.0 / self.features)

    def _value(self, p: Array) -> Array:
        angles, height = self._angles(p)
        return 0.5 * self.confinement * total(p * p) + height * total(np.cos(angles))

    def _gradient(self, p: Array) -> Array:
        angles, height = self._angles(p)
        return self.confinement * p - height * product(self._drawn[0].T, np.sin(angles))

    def _hessian(self, p: Array) -> Array:
        angles, height = self._angles(p)
        waves = self._drawn[0]
        pairs = (waves.T[:, None] * waves.T[None, :]).reshape(-1, self.features)
        curve = product(pairs, np.cos(angles))
        bowl = constant(self.confinement * np.eye(self.dim), p)
        return bowl - height * curve.reshape(self.dim, self.dim, *p.shape[1:])
