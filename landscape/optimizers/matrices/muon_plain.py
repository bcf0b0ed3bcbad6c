"""`ls.optimizer("muon_plain")`: Muon with plain momentum: the average of gradients made orthogonal, without
Nesterov's look ahead.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from landscape.core.component import Array, Count, FractionHyper, NonNegativeHyper
from landscape.core.methods import Optimizer
from landscape.optimizers._bases.terms import is_zero
from landscape.optimizers._registry import register
from landscape.optimizers.matrices._base import check_columns
from landscape.optimizers.matrices.muon import MuonState, orthogonalised


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
        step = orthogonalised(m, self.eps, self.columns)
        step = step if is_zero(self.weight_decay) else step + self.weight_decay * params
        return params - lr * step, MuonState(m)
