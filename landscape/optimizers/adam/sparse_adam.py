"""`ls.optimizer("sparse_adam")`: Sparse Adam: a coordinate whose gradient is 0 is left alone, its averages too. Made
for tables of embeddings.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from landscape.core.component import Array, FractionHyper, NonNegativeHyper
from landscape.core.elementary import absolute, select
from landscape.core.methods import Optimizer
from landscape.optimizers._registry import register


class SparseAdamState(NamedTuple):
    """m, v: (dim, runs), averages of g and g^2 where g was not 0; beta1_power, beta2_power: beta^t."""

    m: Array
    v: Array
    beta1_power: Any
    beta2_power: Any


@register("sparse_adam")
class SparseAdam(Optimizer):
    """Sparse Adam: a coordinate whose gradient is 0 is left alone, its averages too. Made for tables of embeddings.

    where g is not 0:  m <- beta1 m + (1 - beta1) g,   v <- beta2 v + (1 - beta2) g^2
                       p <- p - lr sqrt(1 - beta2^t) / (1 - beta1^t) m / (sqrt(v) + eps),   t = 1, 2, ... for all alike
    p <- p elsewhere

    lr: learning rate; beta1, beta2: decays of the two averages; eps: keeps the quotient finite.
    Defaults: torch.optim.SparseAdam's.
    Source: torch.optim.SparseAdam, 2017, a lazy form of Kingma and Ba 2015, arXiv:1412.6980, algorithm 1.
    Differences: torch has it for sparse gradients alone, whose stored entries count even where they are 0. eps is added
    to the uncorrected root, the paper's eps_hat. An Adam moves every coordinate at every step.
    """

    lr: NonNegativeHyper = 1e-3
    beta1: FractionHyper = 0.9
    beta2: FractionHyper = 0.999
    eps: NonNegativeHyper = 1e-8

    invariances = frozenset({"gradient scale", "permutation", "sign flip", "translation"})

    def init(self, params: Array) -> SparseAdamState:
        """Both averages at 0 (dim, runs), both powers at 1."""
        return SparseAdamState(np.zeros_like(params), np.zeros_like(params), 1.0, 1.0)

    def apply(self, params: Array, gradient: Array, state: SparseAdamState, lr: Any) -> tuple[Array, SparseAdamState]:
        """One step at params (dim, runs) with gradient (dim, runs)."""
        power1, power2 = state.beta1_power * self.beta1, state.beta2_power * self.beta2
        missing = -absolute(gradient)
        m = select(missing, state.m, state.m + (1.0 - self.beta1) * (gradient - state.m))
        v = select(missing, state.v, state.v + (1.0 - self.beta2) * (gradient * gradient - state.v))
        rate = lr * np.sqrt(1.0 - power2) / (1.0 - power1)
        safe = select(missing, 1.0, np.sqrt(v) + self.eps)
        return select(missing, params, params - rate * (m / safe)), SparseAdamState(m, v, power1, power2)
