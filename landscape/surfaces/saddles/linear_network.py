"""`ls.surface("linear_network")`: Two-layer linear network: saddles where the layers have lost rank, and no bad
minimum.
"""

from __future__ import annotations

import functools
import math

import numpy as np

from landscape.core.component import Array, Count, FieldError, Positive
from landscape.core.critical_points import CriticalPoint
from landscape.core.surface import Window, start_at
from landscape.surfaces._registry import register
from landscape.surfaces.saddles._factorised import Factorised, choices_of


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

    customary_start = start_at(0.05, -0.02, 0.03, 0.04, -0.01)

    completeness = "notable"

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
