"""Descend bowls of other shapes than a quadratic's: steeper, flatter, long as a needle, of any spectrum."""

from __future__ import annotations

import functools
import math

import numpy as np

from landscape.component import Array, Count, FieldError, Positive, Real
from landscape.core import (
    CriticalPoint,
    Surface,
    Window,
    absolute,
    classify,
    column,
    constant,
    product,
    select,
    sign,
    stack,
    total,
)
from landscape.surfaces._registry import register
from landscape.surfaces._separable import Separable, Weighted
from landscape.surfaces._turns import turned, turned_back


@register("ellipsoid")
class Ellipsoid(Weighted):
    """Ellipsoid: a bowl whose axes are the coordinates, and whose curvatures spread over six powers of ten.

    f(p) = sum_i condition^((i - 1) / (dim - 1)) p_i^2.

    p: (dim, ...). condition: the ratio of the largest eigenvalue to the smallest. The minimum is at 0.

    Source: Hansen, Finck, Ros and Auger 2009, "Real-parameter black-box optimization benchmarking 2009: noiseless
    functions definitions", RR-6829, function 2 without its transformations.
    """

    formula = r"f(p) = \sum_i \kappa^{\frac{i - 1}{n - 1}} p_i^2"

    @functools.cached_property
    def _weights(self) -> Array:
        return np.geomspace(1.0, self.condition, self.dim)


@register("sum_of_different_powers")
class SumOfDifferentPowers(Separable):
    """Sum of different powers: the further the coordinate, the flatter the bottom.

    f(p) = sum_i |p_i|^(i + 1),   i = 1, 2, ..., dim.

    p: (dim, ...). The minimum is at 0, where the Hessian has the rank 1. f is twice differentiable everywhere.

    Source: Surjanovic and Bingham 2013, "Virtual library of simulation experiments", Simon Fraser University.
    """

    dim: Count = 2

    traits = frozenset({"convex", "plateau", "scalable"})
    formula = r"f(p) = \sum_i |p_i|^{i + 1}"

    @property
    def window(self) -> Window:
        return ((-1.0, 1.0),) * self.dim

    @property
    def customary_start(self) -> Array:
        return np.resize([0.9, -0.8], self.dim)

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        return (CriticalPoint(np.zeros(self.dim), 0.0, "minimum", self.dim > 1),)

    def _terms(self, p: Array) -> Array:
        return stack(*(_whole_power(absolute(x), i + 2) for i, x in enumerate(p)))

    def _slopes(self, p: Array) -> Array:
        return stack(*((i + 2.0) * sign(x) * _whole_power(absolute(x), i + 1) for i, x in enumerate(p)))

    def _bends(self, p: Array) -> Array:
        return stack(*((i + 2.0) * (i + 1.0) * _whole_power(absolute(x), i) for i, x in enumerate(p)))


def _whole_power(x: Array, power: int) -> Array:
    result = 1.0 + 0.0 * x
    for _ in range(power):
        result = result * x
    return result


@register("trid")
class Trid(Surface):
    """Trid: a quadratic whose coordinates pull at their neighbours, with its minimum far from 0.

    f(p) = sum_i (p_i - 1)^2 - sum_{i >= 2} p_i p_{i-1}.

    p: (dim, ...). The minimum is p_i = i (dim + 1 - i), of value -dim (dim + 4) (dim - 1) / 6; the eigenvalues of the
    Hessian are 2 - 2 cos(i pi / (dim + 1)), so that its condition grows as dim^2.

    Source: Neumaier 1998, in Adorio and Diliman 2005, "MVF: multivariate test functions library in C".
    """

    dim: Count = 2

    title = "Trid"
    traits = frozenset({"convex", "scalable"})
    formula = r"f(p) = \sum_i (p_i - 1)^2 - \sum_{i \geq 2} p_i\, p_{i - 1}"

    @property
    def window(self) -> Window:
        return ((-float(self.dim * self.dim), float(self.dim * self.dim)),) * self.dim

    @property
    def customary_start(self) -> Array:
        return np.resize([-0.8, 0.7], self.dim) * self.dim

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        n, i = self.dim, np.arange(1.0, self.dim + 1.0)
        return (CriticalPoint(i * (n + 1.0 - i), -n * (n + 4.0) * (n - 1.0) / 6.0, "minimum"),)

    def _value(self, p: Array) -> Array:
        squares = total((p - 1.0) * (p - 1.0))
        return squares - total(p[1:] * p[:-1]) if self.dim > 1 else squares

    def _gradient(self, p: Array) -> Array:
        slope = list(2.0 * (p - 1.0))
        for i in range(self.dim - 1):
            slope[i], slope[i + 1] = slope[i] - p[i + 1], slope[i + 1] - p[i]
        return stack(*slope)

    def _hessian(self, p: Array) -> Array:
        beside = np.eye(self.dim, k=1)
        return constant(2.0 * np.eye(self.dim) - beside - beside.T, p)


@register("zakharov")
class Zakharov(Surface):
    """Zakharov's function: a bowl that becomes steep as a wall along one slanted direction.

    f(p) = sum_i p_i^2 + s^2 + s^4,   s = sum_i i p_i / 2.

    p: (dim, ...). The minimum, and the only critical point, is at 0.

    Source: Jamil and Yang 2013, "A literature survey of benchmark functions for global optimisation problems",
    arXiv:1308.4008, function 173.
    """

    dim: Count = 2

    title = "Zakharov"
    traits = frozenset({"convex", "ravine", "scalable"})
    formula = r"f(p) = \sum_i p_i^2 + s^2 + s^4, \quad s = \frac{1}{2} \sum_i i\, p_i"

    @functools.cached_property
    def _weights(self) -> Array:
        return 0.5 * np.arange(1.0, self.dim + 1.0)

    @property
    def window(self) -> Window:
        return ((-5.0, 10.0),) * self.dim

    @property
    def customary_start(self) -> Array:
        return np.resize([8.0, -3.0], self.dim)

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        return (CriticalPoint(np.zeros(self.dim), 0.0, "minimum"),)

    def _value(self, p: Array) -> Array:
        s = total(column(self._weights, p) * p)
        return total(p * p) + s * s + s * s * s * s

    def _gradient(self, p: Array) -> Array:
        s = total(column(self._weights, p) * p)
        return 2.0 * p + column(self._weights, p) * (2.0 * s + 4.0 * s * s * s)

    def _hessian(self, p: Array) -> Array:
        s = total(column(self._weights, p) * p)
        outer = np.outer(self._weights, self._weights)
        return constant(2.0 * np.eye(self.dim), p) + constant(outer, p) * (2.0 + 12.0 * s * s)


@register("quartic")
class Quartic(Separable):
    """Quartic: a bowl without curvature at its bottom, where descent slows down to a crawl.

    f(p) = sum_i i p_i^4.

    p: (dim, ...). The minimum is at 0, where the Hessian is zero: gradient descent comes near it as 1 / sqrt(steps).

    Source: De Jong 1975, "An analysis of the behavior of a class of genetic adaptive systems", F4 without its noise.
    """

    dim: Count = 2

    traits = frozenset({"convex", "plateau", "scalable"})
    formula = r"f(p) = \sum_i i\, p_i^4"

    @functools.cached_property
    def _weights(self) -> Array:
        return np.arange(1.0, self.dim + 1.0)

    @property
    def window(self) -> Window:
        return ((-1.28, 1.28),) * self.dim

    @property
    def customary_start(self) -> Array:
        return np.resize([1.1, -1.0], self.dim)

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        return (CriticalPoint(np.zeros(self.dim), 0.0, "minimum", True),)

    def _terms(self, p: Array) -> Array:
        return column(self._weights, p) * (p * p) * (p * p)

    def _slopes(self, p: Array) -> Array:
        return 4.0 * column(self._weights, p) * p * p * p

    def _bends(self, p: Array) -> Array:
        return 12.0 * column(self._weights, p) * p * p


@register("log_cosh")
class LogCosh(Separable):
    """Log-cosh: a quadratic near its bottom and a cone far from it, so that the gradient is never above 1.

    f(p) = sum_i log cosh p_i.

    p: (dim, ...). The minimum is at 0, with the Hessian 1. Written as |x| + log(1 + exp(-2|x|)) - log 2, it is right
    to the last digits at any x.

    Source: Green 1990, "Bayesian reconstructions from emission tomography data using a modified EM algorithm", IEEE
    Transactions on Medical Imaging 9(1).
    """

    dim: Count = 2

    title = "log cosh"
    traits = frozenset({"convex", "scalable"})
    formula = r"f(p) = \sum_i \log \cosh p_i"

    @property
    def window(self) -> Window:
        return ((-6.0, 6.0),) * self.dim

    @property
    def customary_start(self) -> Array:
        return np.resize([5.0, -1.5], self.dim)

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        return (CriticalPoint(np.zeros(self.dim), 0.0, "minimum"),)

    def _terms(self, p: Array) -> Array:
        size = absolute(p)
        return size + np.log1p(np.exp(-2.0 * size)) - math.log(2.0)

    def _slopes(self, p: Array) -> Array:
        return np.tanh(p)

    def _bends(self, p: Array) -> Array:
        small = np.exp(-2.0 * absolute(p))
        return 4.0 * small / ((1.0 + small) * (1.0 + small))


@register("huber")
class Huber(Separable):
    """Huber's function: a quadratic within `delta`, and straight beyond.

    f(p) = sum_i h(p_i),   h(x) = x^2 / 2 where |x| <= delta, else delta (|x| - delta / 2).

    p: (dim, ...). The minimum is at 0. The gradient is continuous; the Hessian jumps at |x| = delta, and takes the
    outer value there.

    Source: Huber 1964, "Robust estimation of a location parameter", Annals of Mathematical Statistics 35(1).
    """

    dim: Count = 2
    delta: Positive = 1.0

    title = "Huber"
    traits = frozenset({"convex", "scalable"})
    formula = r"f(p) = \sum_i h(p_i)"

    @property
    def window(self) -> Window:
        return ((-4.0 * self.delta, 4.0 * self.delta),) * self.dim

    @property
    def customary_start(self) -> Array:
        return np.resize([3.5, -1.5], self.dim) * self.delta

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        return (CriticalPoint(np.zeros(self.dim), 0.0, "minimum"),)

    def _terms(self, p: Array) -> Array:
        size = absolute(p)
        return select(size - self.delta, self.delta * (size - 0.5 * self.delta), 0.5 * p * p)

    def _slopes(self, p: Array) -> Array:
        return select(absolute(p) - self.delta, self.delta * sign(p), p)

    def _bends(self, p: Array) -> Array:
        return select(absolute(p) - self.delta, 0.0 * p, 1.0 + 0.0 * p)


@register("spectral_quadratic")
class SpectralQuadratic(Surface):
    """Quadratic with the eigenvalues that you choose: a bowl, a saddle of any index, a flat valley or a hill.

    f(p) = 1/2 sum_i lambda_i z_i^2,   z = G_{n-2} ... G_1 G_0 p,

    where G_i turns the plane of the coordinates (i, i+1) by `rotation` radians. p: (dim, ...), with a dimension for
    each of `eigenvalues`. The critical point is 0: a minimum, saddle or maximum by their signs, degenerate where one
    is zero.

    Source: Saad, Paquette et al. 2021, "SGD in the large: average-case analysis, asymptotics, and stepsize
    criticality", COLT, for descent as a function of the spectrum alone.
    """

    eigenvalues: tuple[Real, ...] = (0.1, 1.0, 10.0)
    rotation: Real = 0.5

    formula = r"f(p) = \frac{1}{2} \sum_i \lambda_i z_i^2, \quad z = R p"

    def _check(self) -> None:
        if not self.eigenvalues or not any(self.eigenvalues):
            raise FieldError(self.name, "eigenvalues", f"must hold a number that is not 0, got {self.eigenvalues}")
        object.__setattr__(self, "dim", len(self.eigenvalues))
        lowest, largest = min(self.eigenvalues), max(self.eigenvalues)
        kind = {"unbounded"} if lowest < 0.0 else {"convex"}
        object.__setattr__(self, "traits", frozenset(kind | ({"saddle"} if lowest < 0.0 < largest else set())))

    @property
    def window(self) -> Window:
        return ((-2.0, 2.0),) * self.dim

    @property
    def customary_start(self) -> Array:
        return np.resize([1.5, 1.3], self.dim)

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        return (CriticalPoint(np.zeros(self.dim), 0.0, *classify(np.diag(self.eigenvalues))),)

    def _value(self, p: Array) -> Array:
        z = turned(p, self.rotation)
        return 0.5 * total(column(np.array(self.eigenvalues), p) * z * z)

    def _gradient(self, p: Array) -> Array:
        return product(self._matrix, p)

    def _hessian(self, p: Array) -> Array:
        return constant(self._matrix, p)

    @functools.cached_property
    def _matrix(self) -> Array:
        """(dim, dim): the Hessian."""
        turns = turned(np.eye(self.dim), self.rotation)
        matrix = turned_back(np.array(self.eigenvalues)[:, None] * turns, self.rotation)
        return (matrix + matrix.T) / 2.0
