"""`ls.optimizer("muon")`: Muon: Nesterov's momentum made orthogonal: all directions of a matrix get steps of about
the same length.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from landscape.core.component import Array, Count, FractionHyper, NonNegativeHyper
from landscape.core.methods import Optimizer
from landscape.optimizers._bases.terms import is_zero, length
from landscape.optimizers._registry import register
from landscape.optimizers.matrices._base import check_columns, matrix, times, transposed, vector

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
        step = orthogonalised(self.momentum * m + (1.0 - self.momentum) * gradient, self.eps, self.columns)
        step = step if is_zero(self.weight_decay) else step + self.weight_decay * params
        return params - lr * step, MuonState(m)


def orthogonalised(u: Array, eps: Any, columns: int) -> Array:
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
