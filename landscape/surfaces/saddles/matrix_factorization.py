"""`ls.surface("matrix_factorization")`: Symmetric matrix factorisation: no minimum is worse than the best, and
saddles lie where factors are missing.
"""

from __future__ import annotations

import functools
import math

import numpy as np

from landscape.core.component import Array, Count, FieldError, Real
from landscape.core.critical_points import Completeness, CriticalPoint
from landscape.core.surface import Window, start_at
from landscape.surfaces._bases.rotations import rotated
from landscape.surfaces._registry import register
from landscape.surfaces.saddles._factorised import Factorised, choices_of


@register("matrix_factorization")
class MatrixFactorization(Factorised):
    """Symmetric matrix factorisation: no minimum is worse than the best, and saddles lie where factors are missing.

    f(U) = 1/2 |U U^T - M|^2,   M = R diag(eigenvalues) R^T,

    with U (n, rank) and p its entries row by row: (dim, ...), dim = n rank. `eigenvalues` are those of M, n of them, at
    least one positive, in any order; rotation turns the planes of neighbouring coordinates, as in "quadratic". U is
    critical where U U^T is M cut down to some of its positive eigenvalues, at most `rank` of them: with columns that
    are eigenvectors, each as long as the root of its eigenvalue, turned by any rotation U Q. The value is half the sum
    of the squares of the eigenvalues left out. The largest ones are the global minimum and any other choice is a saddle
    (none of them a maximum, where M is positive definite). For each choice one U is listed, for rank 1 both signs, and
    that is all there are for rank 1; with rank > 1 each stands for its U Q, which makes it degenerate, but for 0. Of
    more than 40 choices the best and the smallest are listed.

    Source: Ge, Jin and Zheng 2017, "No spurious local minima in nonconvex low rank problems: a unified geometric
    analysis", arXiv:1704.00708; Li et al. 2019, "Symmetry, saddle points, and global optimization landscape of
    nonconvex matrix factorization", arXiv:1612.09296.
    """

    eigenvalues: tuple[Real, ...] = (2.0, 1.0)
    rank: Count = 1
    rotation: Real = 0.4

    traits = frozenset({"multimodal", "saddle"})
    formula = r"f(U) = \frac{1}{2} \|U U^T - M\|_F^2"

    def _check(self) -> None:
        if not self.eigenvalues or max(self.eigenvalues) <= 0.0:
            raise FieldError(self.name, "eigenvalues", f"must hold a positive number, got {self.eigenvalues}")
        if self.rank > len(self.eigenvalues):
            raise FieldError(self.name, "rank", f"must be at most {len(self.eigenvalues)}, got {self.rank}")
        if len(set(self.eigenvalues)) < len(self.eigenvalues):
            raise FieldError(self.name, "eigenvalues", f"must differ from one another, got {self.eigenvalues}")
        object.__setattr__(self, "dim", len(self.eigenvalues) * self.rank)

    @functools.cached_property
    def _vectors(self) -> Array:
        """(n, n): the eigenvectors of M, a column each."""
        return rotated(np.eye(len(self.eigenvalues)), self.rotation).T

    @functools.cached_property
    def target(self) -> Array:  # type: ignore[override]
        """M."""
        matrix = self._vectors * np.array(self.eigenvalues) @ self._vectors.T
        return (matrix + matrix.T) / 2.0

    def _left(self, i: int) -> list[int]:
        return [i * self.rank + k for k in range(self.rank)]

    def _right(self, j: int) -> list[int]:
        return self._left(j)

    @property
    def window(self) -> Window:
        reach = 1.5 * float(np.sqrt(max(self.eigenvalues)))
        return ((-reach, reach),) * self.dim

    customary_start = start_at(0.05, -0.02, 0.03)

    @property
    def completeness(self) -> Completeness:
        return (
            "complete"
            if self.rank == 1 and len(set(map(abs, self.eigenvalues))) == len(self.eigenvalues) == 2
            else "notable"
        )

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        values = np.array(self.eigenvalues)
        positive = [i for i in np.argsort(-values).tolist() if values[i] > 0.0]
        choices = []
        for chosen in choices_of(positive, min(self.rank, len(positive))):
            factor = np.zeros((len(values), self.rank))
            for k, i in enumerate(chosen):
                factor[:, k] = math.sqrt(values[i]) * self._vectors[:, i]
            choices.append((chosen, factor.ravel()))
            if self.rank == 1 and chosen:
                choices.append((chosen, -factor.ravel()))
        return self._known(choices, values, "maximum" if np.all(values > 0.0) else "saddle")
