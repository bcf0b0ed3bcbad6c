"""`ls.surface("broyden_banded")`: Broyden's banded function: cubic equations, each with five coordinates before it
and one after.
"""

from __future__ import annotations

import functools

import numpy as np

from landscape.core.component import Array, Several
from landscape.core.critical_points import CriticalPoint
from landscape.core.elementary import constant, diagonal, matvec
from landscape.core.surface import box, complete_up_to, start_at
from landscape.surfaces._bases.least_squares import Residuals
from landscape.surfaces._registry import register
from landscape.surfaces.least_squares._base import nearest_root


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
    window = box(-1.5, 1.5)
    customary_start = start_at(-1.0)

    completeness = complete_up_to(2)

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        return nearest_root(self)

    @functools.cached_property
    def _band(self) -> Array:
        """(dim, dim): 1 where coordinate j is in equation i."""
        ones = np.ones((self.dim, self.dim))
        return np.tril(np.triu(ones, -5), 1) - np.eye(self.dim)

    def _residuals(self, p: Array) -> Array:
        return p * (2.0 + 5.0 * p * p) + 1.0 - matvec(self._band, p * (1.0 + p))

    def _jacobian(self, p: Array) -> Array:
        return diagonal(2.0 + 15.0 * p * p) - constant(self._band, p) * (1.0 + 2.0 * p)

    def _curvature(self, p: Array, r: Array) -> Array:
        return diagonal(30.0 * p * r - 2.0 * matvec(self._band.T, r))
