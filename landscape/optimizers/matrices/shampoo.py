"""`ls.optimizer("shampoo")`: Shampoo: AdaGrad for a matrix, with one matrix that scales its rows and one that scales
its columns.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from landscape.core.component import Array, Count, NonNegativeHyper
from landscape.core.methods import Method, Oracle
from landscape.optimizers._registry import register
from landscape.optimizers.matrices._base import check_columns, matrix, power, sides, times, transposed, unit, vector


class ShampooState(NamedTuple):
    """left: (rows, rows, runs), right: (columns, columns, runs), sums of G G^T and of G^T G."""

    left: Array
    right: Array


@register("shampoo")
class Shampoo(Method):
    """Shampoo: AdaGrad for a matrix, with one matrix that scales its rows and one that scales its columns.

    L <- L + G G^T,   R <- R + G^T G                                  (both eps I at first)
    p <- p - lr L^(-1/4) G R^(-1/4)

    G: the gradient as a matrix. lr: learning rate; eps: where both sums begin; columns: of the matrix that the
    parameters form, row by row. Where eps is 0, directions without any gradient so far are not changed.
    Defaults: eps of the paper's experiments; lr = 0.1 is ours.
    Source: Gupta, Koren and Singer 2018, "Shampoo: preconditioned stochastic tensor optimization", arXiv:1802.09568,
    algorithm 1.
    Differences: the common implementations forget old gradients, keep the inverse roots for some steps, and take the
    length of the step from another rule (grafting).
    """

    lr: NonNegativeHyper = 0.1
    eps: NonNegativeHyper = 1e-4
    columns: Count = 1

    needs = frozenset({"gradient"})
    invariances = frozenset({"gradient scale", "permutation", "rotation", "sign flip", "translation"})

    def kept(self, dim: int) -> int:
        """The two sums."""
        return sides(dim, self.columns)

    def init(self, params: Array) -> ShampooState:
        """Both sums at eps I. FieldError where the columns do not divide dim."""
        check_columns(self.name, self.columns, params)
        left, right = unit(len(params) // self.columns, params), unit(self.columns, params)
        return ShampooState(self.eps * left, self.eps * right)

    def step(self, params: Array, oracle: Oracle, state: ShampooState, lr: Any) -> tuple[Array, ShampooState]:
        """One step from params (dim, runs): one gradient."""
        g = matrix(oracle.gradient(params), self.columns)
        left = state.left + times(g, transposed(g))
        right = state.right + times(transposed(g), g)
        step = times(times(power(left, -0.25), g), power(right, -0.25))
        return params - lr * vector(step), ShampooState(left, right)
