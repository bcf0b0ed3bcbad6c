"""Losses over the factors of a matrix: `matrix_factorization` and `linear_network` derive from `Factorised`."""

from __future__ import annotations

import itertools
import math
from abc import abstractmethod

import numpy as np

from landscape.core.component import Array
from landscape.core.critical_points import CriticalPoint, Kind, classify, in_order
from landscape.core.elementary import stack, symmetric, total
from landscape.core.surface import Surface

MOST_CHOICES = 40  # of which critical points are listed
Choice = tuple[tuple[int, ...], Array]  # which values are fitted, and p (dim,) that does so


class Factorised(Surface):
    """f = 1/2 |A B - M|^2 for matrices A and B whose entries are parameters, as a subclass defines.

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
        curvature = [[zero] * (i + 1) for i in range(self.dim)]
        for i, row in enumerate(self._errors(p)):
            for j, error in enumerate(row):
                change: dict[int, Array] = {}  # of this entry with each parameter
                for a, b in zip(self._left(i), self._right(j), strict=True):
                    change[a] = change[a] + p[b] if a in change else p[b]
                    change[b] = change[b] + p[a] if b in change else p[a]
                    high, low = max(a, b), min(a, b)
                    curvature[high][low] = curvature[high][low] + (2.0 * error if a == b else error)
                for a, b in itertools.product(change, change):
                    if a >= b:
                        curvature[a][b] = curvature[a][b] + change[a] * change[b]
        return symmetric(*map(tuple, curvature))

    def _known(self, choices: list[Choice], values: Array, worst: Kind) -> tuple[CriticalPoint, ...]:
        """The critical points of choices, of which the best comes first, in order.

        values: those there are to fit, of which the ones left out make up the loss; worst: the kind of the empty one.
        """
        known = []
        hessians = self._hessian(np.array([point for _, point in choices]).T)
        for (chosen, point), hessian in zip(choices, np.moveaxis(hessians, -1, 0), strict=True):
            left = np.delete(values, chosen)
            kind: Kind = "minimum" if chosen == choices[0][0] else "saddle" if chosen else worst
            _, degenerate = classify(hessian)
            known.append(CriticalPoint(point, 0.5 * math.fsum(left * left), kind, degenerate))
        return in_order(known)


def choices_of(indices: list[int], most: int) -> list[tuple[int, ...]]:
    """Choices of up to `most` of the indices, which come best first: the best choice, then from the smallest."""
    every = itertools.chain.from_iterable(itertools.combinations(indices, size) for size in range(most + 1))
    best = tuple(indices[:most])
    return [best, *(chosen for chosen in itertools.islice(every, MOST_CHOICES) if chosen != best)]
