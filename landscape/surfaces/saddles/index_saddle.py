"""`ls.surface("index_saddle")`: Hyperbolic saddle with as many ways down as you choose, in any dimension."""

from __future__ import annotations

import functools
from typing import Annotated

import numpy as np
from annotated_types import Ge

from landscape.core.component import Array, Count, FieldError, Positive
from landscape.core.critical_points import CriticalPoint
from landscape.core.elementary import as_column, constant, total
from landscape.core.surface import Surface, box
from landscape.surfaces._registry import register


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

    window = box(-2.0, 2.0)

    @property
    def customary_start(self) -> Array:
        return np.where(np.arange(self.dim) < self.index, 0.01, 1.0)

    completeness = "complete"

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        return (CriticalPoint(np.zeros(self.dim), 0.0, "saddle"),)

    def _value(self, p: Array) -> Array:
        return 0.5 * total(as_column(self._eigenvalues, p) * p * p)

    def _gradient(self, p: Array) -> Array:
        return as_column(self._eigenvalues, p) * p

    def _hessian(self, p: Array) -> Array:
        return constant(np.diag(self._eigenvalues), p)
