"""Solve chains of equations as least squares: Broyden's banded systems and Moré and Cosnard's discretised problems."""

from __future__ import annotations

import functools
from typing import Annotated

import numpy as np
from annotated_types import Ge

from landscape.component import Array
from landscape.core import CriticalPoint, Window, column, constant, critical, diagonal, polished, product
from landscape.surfaces._registry import register
from landscape.surfaces._residuals import Residuals

Several = Annotated[int, Ge(2)]
# Beyond, a dense Hessian is slow to factorise.
MOST_SEARCHED = 100


@register("discrete_boundary")
class DiscreteBoundary(Residuals):
    """The discrete boundary value problem: u'' = (u + t + 1)^3 / 2, u(0) = u(1) = 0, by finite differences.

    f(p) = sum_i (2 p_i - p_{i-1} - p_{i+1} + h^2 (p_i + t_i + 1)^3 / 2)^2,   h = 1/(dim + 1), t_i = i h,
    with p_0 = p_{dim+1} = 0.

    p: (dim, ...). The minimum, of value 0, is found numerically, up to 100 dimensions. For dim = 2 it is the only
    critical point that a search of the window finds.

    Source: Moré and Cosnard 1979, "Numerical solution of nonlinear equations", ACM TOMS 5(1); Moré, Garbow and
    Hillstrom 1981, "Testing unconstrained optimization software", ACM TOMS 7(1), problem 28.
    """

    dim: Several = 2

    traits = frozenset({"ravine", "scalable"})
    formula = r"f(p) = \sum_i (2 p_i - p_{i-1} - p_{i+1} + h^2 (p_i + t_i + 1)^3 / 2)^2"

    @property
    def window(self) -> Window:
        return ((-1.0, 1.0),) * self.dim

    @property
    def customary_start(self) -> Array:
        t = _times(self.dim)
        return t * (t - 1.0)

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        return _root(self)

    def _residuals(self, p: Array) -> Array:
        w, h = p + column(_times(self.dim) + 1.0, p), 1.0 / (self.dim + 1.0)
        padded = np.concatenate([0.0 * p[:1], p, 0.0 * p[:1]])
        return 2.0 * p - padded[:-2] - padded[2:] + (0.5 * h * h) * w * w * w

    def _jacobian(self, p: Array) -> Array:
        w, h = p + column(_times(self.dim) + 1.0, p), 1.0 / (self.dim + 1.0)
        beside = -np.eye(self.dim, k=1) - np.eye(self.dim, k=-1)
        return diagonal(2.0 + (1.5 * h * h) * w * w) + constant(beside, p)

    def _bend(self, p: Array, r: Array) -> Array:
        w, h = p + column(_times(self.dim) + 1.0, p), 1.0 / (self.dim + 1.0)
        return diagonal((3.0 * h * h) * w * r)


@register("discrete_integral")
class DiscreteIntegral(Residuals):
    """The discrete integral equation: the discrete boundary value problem, integrated, so that all coordinates meet.

    f(p) = sum_i (p_i + h/2 ((1 - t_i) sum_{j<=i} t_j w_j^3 + t_i sum_{j>i} (1 - t_j) w_j^3))^2,
    w_j = p_j + t_j + 1,   h = 1/(dim + 1), t_i = i h.

    p: (dim, ...). The minimum, of value 0 and well conditioned, is found numerically, up to 100 dimensions. For
    dim = 2 it is the only critical point that a search of the window finds.

    Source: Moré and Cosnard 1979, "Numerical solution of nonlinear equations", ACM TOMS 5(1); Moré, Garbow and
    Hillstrom 1981, "Testing unconstrained optimization software", ACM TOMS 7(1), problem 29.
    """

    dim: Several = 2

    traits = frozenset({"scalable"})
    formula = (
        r"f(p) = \sum_i (p_i + (h/2)\, ((1 - t_i) \sum_{j \leq i} t_j w_j^3"
        r" + t_i \sum_{j > i} (1 - t_j)\, w_j^3))^2"
    )

    @property
    def window(self) -> Window:
        return ((-1.0, 1.0),) * self.dim

    @property
    def customary_start(self) -> Array:
        t = _times(self.dim)
        return t * (t - 1.0)

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        return _root(self)

    @functools.cached_property
    def _kernel(self) -> Array:
        """(dim, dim): what w_j^3 counts in residual i."""
        t = _times(self.dim)
        return (0.5 / (self.dim + 1.0)) * (np.minimum(t[:, None], t) * (1.0 - np.maximum(t[:, None], t)))

    def _residuals(self, p: Array) -> Array:
        w = p + column(_times(self.dim) + 1.0, p)
        return p + product(self._kernel, w * w * w)

    def _jacobian(self, p: Array) -> Array:
        w = p + column(_times(self.dim) + 1.0, p)
        return constant(np.eye(self.dim), p) + constant(3.0 * self._kernel, p) * (w * w)

    def _bend(self, p: Array, r: Array) -> Array:
        w = p + column(_times(self.dim) + 1.0, p)
        return diagonal(product(6.0 * self._kernel.T, r) * w)


@register("broyden_tridiagonal")
class BroydenTridiagonal(Residuals):
    """Broyden's tridiagonal function: quadratic equations, each with its neighbours.

    f(p) = sum_i ((3 - 2 p_i) p_i - p_{i-1} - 2 p_{i+1} + 1)^2,   p_0 = p_{dim+1} = 0.

    p: (dim, ...). The minimum of value 0 that is nearest to the customary start (-1, ..., -1) is found numerically, up
    to 100 dimensions. For dim = 2 every critical point that a search of the window finds is listed.

    Source: Broyden 1965, "A class of methods for solving nonlinear simultaneous equations", Mathematics of Computation
    19; Moré, Garbow and Hillstrom 1981, "Testing unconstrained optimization software", ACM TOMS 7(1), problem 30.
    """

    dim: Several = 2

    title = "Broyden tridiagonal"
    traits = frozenset({"multimodal", "saddle", "scalable"})
    formula = r"f(p) = \sum_i ((3 - 2 p_i)\, p_i - p_{i-1} - 2 p_{i+1} + 1)^2"

    @property
    def window(self) -> Window:
        return ((-1.5, 2.5),) * self.dim

    @property
    def customary_start(self) -> Array:
        return np.full(self.dim, -1.0)

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        return polished(self, BROYDEN_TRIDIAGONAL) if self.dim == 2 else _root(self)

    def _residuals(self, p: Array) -> Array:
        padded = np.concatenate([0.0 * p[:1], p, 0.0 * p[:1]])
        return (3.0 - 2.0 * p) * p - padded[:-2] - 2.0 * padded[2:] + 1.0

    def _jacobian(self, p: Array) -> Array:
        beside = -2.0 * np.eye(self.dim, k=1) - np.eye(self.dim, k=-1)
        return diagonal(3.0 - 4.0 * p) + constant(beside, p)

    def _bend(self, p: Array, r: Array) -> Array:
        return diagonal(-4.0 * r)


@register("broyden_banded")
class BroydenBanded(Residuals):
    """Broyden's banded function: cubic equations, each with five coordinates before it and one after.

    f(p) = sum_i (p_i (2 + 5 p_i^2) + 1 - sum_j p_j (1 + p_j))^2,   i - 5 <= j <= i + 1, j not i.

    p: (dim, ...). The minimum of value 0 that is nearest to the customary start (-1, ..., -1) is found numerically, up
    to 100 dimensions. For dim = 2 it is the only critical point that a search of the window finds.

    Source: Broyden 1971, "The convergence of an algorithm for solving sparse nonlinear systems", Mathematics of
    Computation 25; Moré, Garbow and Hillstrom 1981, "Testing unconstrained optimization software", problem 31.
    """

    dim: Several = 2

    title = "Broyden banded"
    traits = frozenset({"plateau", "scalable"})
    formula = r"f(p) = \sum_i (p_i (2 + 5 p_i^2) + 1 - \sum_j p_j (1 + p_j))^2"

    @property
    def window(self) -> Window:
        return ((-1.5, 1.5),) * self.dim

    @property
    def customary_start(self) -> Array:
        return np.full(self.dim, -1.0)

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        return _root(self)

    @functools.cached_property
    def _band(self) -> Array:
        """(dim, dim): 1 where coordinate j is in equation i."""
        ones = np.ones((self.dim, self.dim))
        return np.tril(np.triu(ones, -5), 1) - np.eye(self.dim)

    def _residuals(self, p: Array) -> Array:
        return p * (2.0 + 5.0 * p * p) + 1.0 - product(self._band, p * (1.0 + p))

    def _jacobian(self, p: Array) -> Array:
        return diagonal(2.0 + 15.0 * p * p) - constant(self._band, p) * (1.0 + 2.0 * p)

    def _bend(self, p: Array, r: Array) -> Array:
        return diagonal(30.0 * p * r - 2.0 * product(self._band.T, r))


def _times(dim: int) -> Array:
    """(dim,): the inner points of an even grid over 0 to 1."""
    return np.arange(1.0, dim + 1.0) / (dim + 1.0)


def _root(surface: Residuals) -> tuple[CriticalPoint, ...]:
    """The minimum of value 0 next to the customary start, by Gauss and Newton's method."""
    if surface.dim > MOST_SEARCHED:
        return ()
    p = surface.customary_start
    for _ in range(20):
        p = p - np.linalg.solve(surface.jacobian(p), surface.residuals(p))
    found = critical(surface, p)
    return (CriticalPoint(found.point, 0.0, found.kind),)


BROYDEN_TRIDIAGONAL = (
    (-0.4532893, -0.3854051),
    (1.6455967, 0.2604066),
    (0.9742949, 1.3073021),
    (1.2500000, 1.0000000),
    (0.3789929, 0.4130792),
)
