"""Step by the matrix that the parameters form: `muon`, `muon_plain`, `shampoo`, `soap`.

    ls.optimizer("muon", columns=3)         # six parameters are a matrix of 2 rows, written row by row

With one column, the default, the matrix is the vector of all parameters.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from landscape.component import Array, Count, FractionHyper, NonNegativeHyper
from landscape.core import Method, Optimizer
from landscape.optimizers._matrices import (
    check_columns,
    eigenvectors,
    matrix,
    orthonormal,
    power,
    times,
    transposed,
    unit,
    vector,
)
from landscape.optimizers._registry import register
from landscape.optimizers._terms import corrected, is_zero, length
from landscape.oracle import Oracle

# Jordan's quintic a x + b x^3 + c x^5, steep at 0: five rounds take singular values from 1e-3 to about 1
NEWTON_SCHULZ, ROUNDS = (3.4445, -4.7750, 2.0315), 5


class MuonState(NamedTuple):
    """m: (dim, runs), the average of gradients."""

    m: Array


@register("muon")
class Muon(Optimizer):
    """Muon: Nesterov's momentum made orthogonal: all directions of a matrix get steps of about the same length.

    m <- momentum m + (1 - momentum) g,   u = momentum m + (1 - momentum) g
    p <- p - lr (sqrt(max(1, rows/columns)) O(u / (|u| + eps)) + weight_decay p)

    O: five rounds of X <- a X + b A X + c A^2 X, A = X X^T, which take U S V^T near to U V^T. lr: learning rate;
    momentum: decay of the average; eps: keeps the quotient finite; weight_decay: decoupled weight decay; columns: of
    the matrix that the parameters form, row by row, which acts from the left: it has a row for each output.
    Defaults: momentum is Jordan's, lr = 1e-3 torch's, eps optax's.
    Source: Jordan et al. 2024, "Muon: an optimizer for hidden layers in neural networks", with his program's scale for
    the matrix's shape; Bernstein and Newhouse 2024,
    "Old optimizer, new norm", arXiv:2409.20325, proposition 5.
    Differences: torch.optim.Muon and Jordan's program iterate in bfloat16, with two to three digits. optax.contrib.muon
    corrects both parts of u for the start of m at 0, as Adam does, so that early gradients count for less than their
    average; its matrices act from the right, and it scales by sqrt(max(1, columns/rows)).
    """

    lr: NonNegativeHyper = 1e-3
    momentum: FractionHyper = 0.95
    eps: NonNegativeHyper = 1e-8
    weight_decay: NonNegativeHyper = 0.0
    columns: Count = 1

    invariances = frozenset({"gradient scale", "permutation", "rotation", "sign flip", "translation"})

    def init(self, params: Array) -> MuonState:
        """The average at 0 (dim, runs). FieldError where the columns do not divide dim."""
        check_columns(self.name, self.columns, params)
        return MuonState(np.zeros_like(params))

    def apply(self, params: Array, gradient: Array, state: MuonState, lr: Any) -> tuple[Array, MuonState]:
        """One step at params (dim, runs) with gradient (dim, runs)."""
        m = self.momentum * state.m + (1.0 - self.momentum) * gradient
        step = _orthogonal(self.momentum * m + (1.0 - self.momentum) * gradient, self.eps, self.columns)
        step = step if is_zero(self.weight_decay) else step + self.weight_decay * params
        return params - lr * step, MuonState(m)


@register("muon_plain")
class MuonPlain(Optimizer):
    """Muon with plain momentum: the average of gradients made orthogonal, without Nesterov's look ahead.

    m <- momentum m + (1 - momentum) g
    p <- p - lr (sqrt(max(1, rows/columns)) O(m / (|m| + eps)) + weight_decay p)

    O as Muon's. lr: learning rate; momentum: decay of the average; eps: keeps the quotient finite; weight_decay:
    decoupled weight decay; columns: of the matrix that the parameters form, row by row, which acts from the left.
    Defaults: momentum is Jordan's, lr = 1e-3 torch's, eps optax's.
    Source: Jordan et al. 2024, "Muon: an optimizer for hidden layers in neural networks", its first algorithm, with his
    program's scale for the matrix's shape.
    Differences: it is torch.optim.Muon with nesterov=False, but for its half precision; optax.contrib.muon's matrices
    act from the right, and it divides m by 1 - momentum^t, which eps alone can see.
    """

    lr: NonNegativeHyper = 1e-3
    momentum: FractionHyper = 0.95
    eps: NonNegativeHyper = 1e-8
    weight_decay: NonNegativeHyper = 0.0
    columns: Count = 1

    invariances = frozenset({"gradient scale", "permutation", "rotation", "sign flip", "translation"})

    def init(self, params: Array) -> MuonState:
        """The average at 0 (dim, runs). FieldError where the columns do not divide dim."""
        check_columns(self.name, self.columns, params)
        return MuonState(np.zeros_like(params))

    def apply(self, params: Array, gradient: Array, state: MuonState, lr: Any) -> tuple[Array, MuonState]:
        """One step at params (dim, runs) with gradient (dim, runs)."""
        m = self.momentum * state.m + (1.0 - self.momentum) * gradient
        step = _orthogonal(m, self.eps, self.columns)
        step = step if is_zero(self.weight_decay) else step + self.weight_decay * params
        return params - lr * step, MuonState(m)


def _orthogonal(u: Array, eps: Any, columns: int) -> Array:
    """Muon's step for the vector u (dim, runs): (dim, runs)."""
    rows = len(u) // columns
    x = matrix(u / (length(u) + eps), columns)
    x = transposed(x) if rows > columns else x
    a, b, c = NEWTON_SCHULZ
    for _ in range(ROUNDS):
        square = times(x, transposed(x))
        x = a * x + times(b * square + c * times(square, square), x)
    x = transposed(x) if rows > columns else x
    return vector(x) * max(1.0, rows / columns) ** 0.5


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
    parameters form, row by row. Where eps is 0, directions that no gradient has had are left alone.
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
