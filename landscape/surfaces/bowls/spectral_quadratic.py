"""`ls.surface("spectral_quadratic")`: Quadratic with the eigenvalues that you choose: a bowl, a saddle of any index,
a flat valley or a hill.
"""

from __future__ import annotations

import functools

import numpy as np

from landscape.core.component import Array, FieldError, Real
from landscape.core.critical_points import Completeness, CriticalPoint, classify
from landscape.core.elementary import as_column, constant, matvec, total
from landscape.core.surface import Surface, box, start_at
from landscape.surfaces._bases.rotations import rotated, rotated_back
from landscape.surfaces._registry import register


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

    window = box(-2.0, 2.0)
    customary_start = start_at(1.5, 1.3)

    @property
    def completeness(self) -> Completeness:
        return "complete" if np.all(np.array(self.eigenvalues) != 0.0) else "notable"

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        return (CriticalPoint(np.zeros(self.dim), 0.0, *classify(np.diag(self.eigenvalues))),)

    def _value(self, p: Array) -> Array:
        z = rotated(p, self.rotation)
        return 0.5 * total(as_column(np.array(self.eigenvalues), p) * z * z)

    def _gradient(self, p: Array) -> Array:
        return matvec(self._matrix, p)

    def _hessian(self, p: Array) -> Array:
        return constant(self._matrix, p)

    @functools.cached_property
    def _matrix(self) -> Array:
        """(dim, dim): the Hessian."""
        turns = rotated(np.eye(self.dim), self.rotation)
        matrix = rotated_back(np.array(self.eigenvalues)[:, None] * turns, self.rotation)
        return (matrix + matrix.T) / 2.0
