"""Derive from `Residuals` for a sum of squares, f(p) = sum_k r_k(p)^2, whose residuals a solver may evaluate."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

import numpy as np

from landscape.core.component import Array
from landscape.core.elementary import constant, stack, total
from landscape.core.surface import Surface


class Residuals(Surface):
    """A subclass writes r (m, ...), its Jacobian J (m, dim, ...) and `_curvature`, the sum of
    r_k grad^2 r_k (dim, dim, ...).

    The gradient is 2 J^T r, the Hessian 2 (J^T J + curvature); Gauss-Newton leaves out the curvature.
    """

    @abstractmethod
    def _residuals(self, p: Array) -> Array: ...

    @abstractmethod
    def _jacobian(self, p: Array) -> Array: ...

    @abstractmethod
    def _curvature(self, p: Array, r: Array) -> Array: ...

    def residuals(self, p: Any) -> Array:
        """r: p (dim, ...) -> (m, ...). ValueError where the first axis of p is not `dim` long."""
        return self._residuals(self._point(p))

    def jacobian(self, p: Any) -> Array:
        """J, the derivatives of the residuals: p (dim, ...) -> (m, dim, ...)."""
        return self._jacobian(self._point(p))

    def _value(self, p: Array) -> Array:
        r = self._residuals(p)
        return total(r * r)

    def _gradient(self, p: Array) -> Array:
        return 2.0 * total(self._residuals(p)[:, None] * self._jacobian(p))

    def _hessian(self, p: Array) -> Array:
        jacobian = self._jacobian(p)
        return 2.0 * (total(jacobian[:, :, None] * jacobian[:, None]) + self._curvature(p, self._residuals(p)))


def by_parameter(*slopes: Any) -> Array:
    """The Jacobian (m, dim, ...) from the derivatives of all residuals by one parameter each: dim of (m, ...)."""
    return np.swapaxes(stack(*slopes), 0, 1)


def none(p: Array) -> Array:
    """The second-derivative term of linear residuals: zeros (dim, dim, ...)."""
    return constant(np.zeros((len(p), len(p))), p)
