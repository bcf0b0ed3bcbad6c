"""Fit products: factorised matrices, linear networks and phases, whose only minima are global."""

from __future__ import annotations

import functools
import itertools
import math
from abc import abstractmethod
from typing import Annotated

import numpy as np
from annotated_types import Ge

from landscape.component import Array, Count, FieldError, Positive, Real
from landscape.core import CriticalPoint, Kind, Surface, Window, classify, constant, in_order, stack, symmetric, total
from landscape.surfaces._registry import register
from landscape.surfaces._turns import turned

MOST_CHOICES = 40  # of which critical points are listed
Choice = tuple[tuple[int, ...], Array]  # which values are fitted, and p (dim,) that does so


class Factorised(Surface):
    """f = 1/2 |A B - M|^2 for matrices A and B whose entries are parameters: a subclass says which.

    `_row(i)` and `_line(j)` give, for a row of A and a column of B, the indices of their entries in p.
    """

    target: Array
    rank: int

    @abstractmethod
    def _left(self, i: int) -> list[int]: ...

    @abstractmethod
    def _right(self, j: int) -> list[int]: ...

    def _errors(self, p: Array) -> list[list[Array]]:
        """A B - M, entry by entry."""
        rows, columns = self.target.shape
        errors = []
        for i in range(rows):
            row = []
            for j in range(columns):
                terms = stack(*(p[a] * p[b] for a, b in zip(self._left(i), self._right(j), strict=True)))
                row.append(total(terms) - float(self.target[i, j]))
            errors.append(row)
        return errors

    def _value(self, p: Array) -> Array:
        squares = [error * error for row in self._errors(p) for error in row]
        return 0.5 * total(stack(*squares))

    def _gradient(self, p: Array) -> Array:
        slope = [0.0 * p[0] for _ in range(self.dim)]
        for i, row in enumerate(self._errors(p)):
            for j, error in enumerate(row):
                for a, b in zip(self._left(i), self._right(j), strict=True):
                    slope[a] = slope[a] + error * p[b]
                    slope[b] = slope[b] + error * p[a]
        return stack(*slope)

    def _hessian(self, p: Array) -> Array:
        zero = 0.0 * p[0]
        bend = [[zero] * (i + 1) for i in range(self.dim)]
        for i, row in enumerate(self._errors(p)):
            for j, error in enumerate(row):
                change: dict[int, Array] = {}  # of this entry with each parameter
                for a, b in zip(self._left(i), self._right(j), strict=True):
                    change[a] = change[a] + p[b] if a in change else p[b]
                    change[b] = change[b] + p[a] if b in change else p[a]
                    high, low = max(a, b), min(a, b)
                    bend[high][low] = bend[high][low] + (2.0 * error if a == b else error)
                for a, b in itertools.product(change, change):
                    if a >= b:
                        bend[a][b] = bend[a][b] + change[a] * change[b]
        return symmetric(*map(tuple, bend))

    def _known(self, choices: list[Choice], values: Array, worst: Kind) -> tuple[CriticalPoint, ...]:
        """The critical points of choices, of which the best comes first, in order.

        values: those there are to fit, of which the ones left out make up the loss; worst: the kind of the empty one.
        """
        known = []
        for chosen, point in choices:
            left = np.delete(values, chosen)
            kind: Kind = "minimum" if chosen == choices[0][0] else "saddle" if chosen else worst
            _, degenerate = classify(self._hessian(point))
            known.append(CriticalPoint(point, 0.5 * math.fsum(left * left), kind, degenerate))
        return in_order(known)


def choices_of(indices: list[int], most: int) -> list[tuple[int, ...]]:
    """Choices of up to `most` of the indices, which come best first: the best choice, then from the smallest."""
    every = itertools.chain.from_iterable(itertools.combinations(indices, size) for size in range(most + 1))
    best = tuple(indices[:most])
    return [best, *(chosen for chosen in itertools.islice(every, MOST_CHOICES) if chosen != best)]


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
        return turned(np.eye(len(self.eigenvalues)), self.rotation).T

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

    @property
    def customary_start(self) -> Array:
        return np.resize([0.05, -0.02, 0.03], self.dim)

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


@register("linear_network")
class LinearNetwork(Factorised):
    """Two-layer linear network: saddles where the layers have lost rank, and no bad minimum.

    f(W1, W2) = 1/2 |W2 W1 - M|^2,   M = diag(singular_values),

    with W1 (hidden, n), W2 (n, hidden) and p their entries, W1 row by row before W2: (dim, ...), dim = 2 n hidden. It
    is the loss of the network on whitened data whose best linear map is M. Critical are the pairs whose product is M
    cut down to some of its singular values, at most `hidden` of them, of value half the sum of the squares of those
    left out; the largest ones are the global minimum, any other choice is a saddle. All saddles are strict, however
    much rank they lack: the Hessian has a negative eigenvalue at each (with three layers or more it vanishes at 0). For
    each choice one pair is listed, balanced between the layers; it stands for the pairs (A W1, W2 A^-1), and is
    degenerate, but for 0. Of more than 40 choices the best and the smallest are listed.

    Source: Baldi and Hornik 1989, "Neural networks and principal component analysis: learning from examples without
    local minima", Neural Networks 2; Kawaguchi 2016, "Deep learning without poor local minima", arXiv:1605.07110,
    theorem 2.3 for strictness.
    """

    singular_values: tuple[Positive, ...] = (2.0, 1.0)
    hidden: Count = 1

    traits = frozenset({"multimodal", "saddle"})
    formula = r"f(W_1, W_2) = \frac{1}{2} \|W_2 W_1 - M\|_F^2"

    def _check(self) -> None:
        n = len(self.singular_values)
        if not 1 <= self.hidden <= max(1, n):
            raise FieldError(self.name, "hidden", f"must be at most {n}, got {self.hidden}")
        if n == 0 or len(set(self.singular_values)) < n:
            reason = f"must hold numbers that differ from one another, got {self.singular_values}"
            raise FieldError(self.name, "singular_values", reason)
        object.__setattr__(self, "dim", 2 * n * self.hidden)

    @functools.cached_property
    def target(self) -> Array:  # type: ignore[override]
        """M."""
        return np.diag(self.singular_values)

    def _left(self, i: int) -> list[int]:
        n = len(self.singular_values)
        return [n * self.hidden + i * self.hidden + k for k in range(self.hidden)]

    def _right(self, j: int) -> list[int]:
        n = len(self.singular_values)
        return [k * n + j for k in range(self.hidden)]

    @property
    def window(self) -> Window:
        reach = 1.5 * float(np.sqrt(max(self.singular_values)))
        return ((-reach, reach),) * self.dim

    @property
    def customary_start(self) -> Array:
        return np.resize([0.05, -0.02, 0.03, 0.04, -0.01], self.dim)

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        values, n = np.array(self.singular_values), len(self.singular_values)
        choices = []
        for chosen in choices_of(np.argsort(-values).tolist(), self.hidden):
            first, second = np.zeros((self.hidden, n)), np.zeros((n, self.hidden))
            for k, i in enumerate(chosen):
                first[k, i] = second[i, k] = math.sqrt(values[i])
            choices.append((chosen, np.concatenate([first.ravel(), second.ravel()])))
        return self._known(choices, values, "saddle")


@register("phase_retrieval")
class PhaseRetrieval(Surface):
    """Phase retrieval from infinitely many measurements: two mirrored minima, and a ring of saddles about a hill.

    f(p) = 3/4 |p|^4 - 1/2 |p|^2 - (x . p)^2 + 3/4,   x = (1, ..., 1) / sqrt(dim).

    It is a quarter of the mean of ((a . p)^2 - (a . x)^2)^2 over normal a: the signal x is sought, only squares are
    measured, and the sign is lost. p: (dim, ...). The minima are x and -x, of value 0; 0 is a maximum; the points at
    right angles to x of length 1 / sqrt 3 are saddles, of value 2/3: two in two dimensions, a sphere in more, of which
    one is listed (degenerate).

    Source: Sun, Qu and Wright 2018, "A geometric analysis of phase retrieval", Foundations of Computational Mathematics
    18, arXiv:1602.06664, for real signals and measurements.
    """

    dim: Annotated[int, Ge(2)] = 2

    traits = frozenset({"multimodal", "saddle", "scalable"})
    formula = r"f(p) = \frac{3}{4} |p|^4 - \frac{1}{2} |p|^2 - (x \cdot p)^2 + \frac{3}{4}"

    @property
    def window(self) -> Window:
        return ((-1.4, 1.4),) * self.dim

    @property
    def customary_start(self) -> Array:
        return np.resize([-0.55, 0.5], self.dim)

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        signal = np.full(self.dim, 1.0 / np.sqrt(self.dim))
        across = np.zeros(self.dim)
        across[:2] = np.sqrt(1.0 / 6.0), -np.sqrt(1.0 / 6.0)
        saddles = (across, -across) if self.dim == 2 else (across,)
        return (
            CriticalPoint(signal, 0.0, "minimum"),
            CriticalPoint(-signal, 0.0, "minimum"),
            *(CriticalPoint(point, 2.0 / 3.0, "saddle", self.dim > 2) for point in saddles),
            CriticalPoint(np.zeros(self.dim), 0.75, "maximum"),
        )

    def _value(self, p: Array) -> Array:
        u, s = total(p * p), total(p)
        return 0.75 * u * u - 0.5 * u - s * s / self.dim + 0.75

    def _gradient(self, p: Array) -> Array:
        u, s = total(p * p), total(p)
        return p * (3.0 * u - 1.0) - 2.0 * s / self.dim

    def _hessian(self, p: Array) -> Array:
        u = total(p * p)
        eye = constant(np.eye(self.dim), p)
        return eye * (3.0 * u - 1.0) + p[:, None] * p[None, :] * 6.0 - 2.0 / self.dim
