"""`ls.optimizer("soap")`: SOAP: Adam in the slowly turning eigenbasis of Shampoo's two matrices."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from landscape.core.component import Array, Count, FractionHyper, NonNegativeHyper
from landscape.core.methods import Method, Oracle
from landscape.optimizers._bases.terms import corrected, is_zero
from landscape.optimizers._registry import register
from landscape.optimizers.matrices._base import (
    check_columns,
    eigenvectors,
    matrix,
    orthonormal,
    sides,
    times,
    transposed,
    unit,
    vector,
)


class SOAPState(NamedTuple):
    """m, v: (dim, runs), averages of the gradient and of its squares in the eigenbases; left, right: averages of G G^T
    and G^T G; left_basis, right_basis: their eigenvectors, or what stands for them; t: gradients so far.
    """

    m: Array
    v: Array
    left: Array
    right: Array
    left_basis: Array
    right_basis: Array
    t: int


@register("soap")
class SOAP(Method):
    """SOAP: Adam in the slowly turning eigenbasis of Shampoo's two matrices.

    L <- beta2 L + (1 - beta2) G G^T,   R <- beta2 R + (1 - beta2) G^T G         (both 0 at first)
    M <- beta1 M + (1 - beta1) G,   V <- beta2 V + (1 - beta2) (Q_L^T G Q_R)^2
    p <- p - lr (Q_L (Q_L^T M_hat Q_R / (sqrt(V_hat) + eps)) Q_R^T + weight_decay p)

    M_hat, V_hat: corrected as Adam's. The first gradient moves nothing: Q_L, Q_R are the eigenvectors of its L and R.
    Every `interval` gradients, after the step, Q <- the Q of the QR decomposition of L Q_L, or R Q_R: a round of the
    power method. lr: learning rate; beta1, beta2: decays; eps: keeps the quotient finite; weight_decay: decoupled
    weight decay; interval: steps between turns of the bases; columns: of the matrix that the parameters form, row by
    row.
    Defaults: the authors' implementation's.
    Source: Vyas et al. 2024, "SOAP: improving and stabilizing Shampoo using Adam", arXiv:2409.11321, algorithm 3 and 4.
    Differences: the authors' code sorts the columns of Q, and V with them, before a turn. Where the first L or R is
    singular, as with one column, rounding chooses among its eigenvectors of 0.
    """

    lr: NonNegativeHyper = 3e-3
    beta1: FractionHyper = 0.95
    beta2: FractionHyper = 0.95
    eps: NonNegativeHyper = 1e-8
    weight_decay: NonNegativeHyper = 1e-2
    interval: Count = 10
    columns: Count = 1

    needs = frozenset({"gradient"})
    invariances = frozenset({"translation"})

    def kept(self, dim: int) -> int:
        """The two averages and their bases."""
        return 2 * sides(dim, self.columns)

    def init(self, params: Array) -> SOAPState:
        """Nothing gathered yet. FieldError where the columns do not divide dim."""
        check_columns(self.name, self.columns, params)
        nothing = np.zeros_like(params)
        left, right = unit(len(params) // self.columns, params), unit(self.columns, params)
        return SOAPState(nothing, nothing, 0.0 * left, 0.0 * right, left, right, 0)

    def step(self, params: Array, oracle: Oracle, state: SOAPState, lr: Any) -> tuple[Array, SOAPState]:
        """One step from params (dim, runs): one gradient."""
        gradient = oracle.gradient(params)
        g, t = matrix(gradient, self.columns), state.t + 1
        left = self.beta2 * state.left + (1.0 - self.beta2) * times(g, transposed(g))
        right = self.beta2 * state.right + (1.0 - self.beta2) * times(transposed(g), g)
        if t == 1:
            bases = eigenvectors(left), eigenvectors(right)
            return params, SOAPState(state.m, state.v, left, right, *bases, t)
        q_l, q_r = state.left_basis, state.right_basis
        turned = vector(_turned(transposed(q_l), g, q_r))
        m = self.beta1 * state.m + (1.0 - self.beta1) * gradient
        v = self.beta2 * state.v + (1.0 - self.beta2) * (turned * turned)
        m_hat = corrected(m, self.beta1 ** (t - 1))
        v_hat = corrected(v, self.beta2 ** (t - 1))
        along = vector(_turned(transposed(q_l), matrix(m_hat, self.columns), q_r)) / (np.sqrt(v_hat) + self.eps)
        step = vector(_turned(q_l, matrix(along, self.columns), transposed(q_r)))
        step = step if is_zero(self.weight_decay) else step + self.weight_decay * params
        if t % self.interval == 0:
            q_l, q_r = orthonormal(times(left, q_l)), orthonormal(times(right, q_r))
        return params - lr * step, SOAPState(m, v, left, right, q_l, q_r, t)


def _turned(left: Array, x: Array, right: Array) -> Array:
    """left x right, matrices of each run."""
    return times(times(left, x), right)
