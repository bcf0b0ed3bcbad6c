"""`ls.surface("quadratic")`: Convex quadratic bowl with a chosen condition number and rotation."""

from __future__ import annotations

import functools
from typing import Annotated

import numpy as np
from annotated_types import Ge

from landscape.core.component import Array, Count, Positive, Real
from landscape.core.critical_points import CriticalPoint
from landscape.core.elementary import as_column, constant, total
from landscape.core.surface import Surface, box, start_at
from landscape.surfaces._bases.rotations import rotated, rotated_back
from landscape.surfaces._registry import register


@register("quadratic")
class Quadratic(Surface):
    """Convex quadratic bowl with a chosen condition number and rotation.

    f(p) = 1/2 sum_i lambda_i z_i^2,   z = G_{n-2} ... G_1 G_0 p,

    where G_i turns the plane of the coordinates (i, i+1) by `rotation` radians (a Givens rotation), and the
    eigenvalues lambda_i grow geometrically from `scale` to `scale * condition`. p: (dim, ...). In one dimension the
    condition and the rotation have no effect. The minimum is at 0; gradient descent contracts at best by
    (condition - 1) / (condition + 1) a step, heavy ball by (sqrt(condition) - 1) / (sqrt(condition) + 1).

    Source: Goh 2017, "Why momentum really works", Distill, doi:10.23915/distill.00006; Polyak 1964, "Some methods of
    speeding up the convergence of iteration methods"; rotations: Givens 1958, "Computation of plane unitary rotations
    transforming a general matrix to triangular form".
    """

    dim: Count = 2
    condition: Annotated[float, Ge(1)] = 10.0
    scale: Positive = 1.0
    rotation: Real = 0.0

    traits = frozenset({"convex", "scalable"})
    formula = r"f(p) = \frac{1}{2} \sum_i \lambda_i z_i^2, \quad z = R p"

    @functools.cached_property
    def eigenvalues(self) -> Array:
        """(dim,): the Hessian's eigenvalues, ascending."""
        return self.scale * np.geomspace(1.0, self.condition, self.dim)

    window = box(-2.0, 2.0)
    customary_start = start_at(1.5)

    completeness = "complete"

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        return (CriticalPoint(np.zeros(self.dim), 0.0, "minimum"),)

    def _value(self, p: Array) -> Array:
        z = rotated(p, self.rotation)
        return 0.5 * total(as_column(self.eigenvalues, p) * z * z)

    def _gradient(self, p: Array) -> Array:
        return rotated_back(as_column(self.eigenvalues, p) * rotated(p, self.rotation), self.rotation)

    def _hessian(self, p: Array) -> Array:
        return constant(self._matrix, p)

    @functools.cached_property
    def _matrix(self) -> Array:
        """(dim, dim): the Hessian, column by column from the gradient, which is linear."""
        matrix = self._gradient(np.eye(self.dim))
        return (matrix + matrix.T) / 2.0
