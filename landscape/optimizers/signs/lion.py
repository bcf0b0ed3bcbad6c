"""`ls.optimizer("lion")`: Lion: the sign of one average of gradients, while another, longer one is the state. Found
by a search.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from landscape.core.component import Array, FractionHyper, NonNegativeHyper
from landscape.core.elementary import sign
from landscape.core.methods import Optimizer
from landscape.optimizers._bases.terms import is_zero
from landscape.optimizers._registry import register
from landscape.optimizers.signs.signum import AverageState


@register("lion")
class Lion(Optimizer):
    """Lion: the sign of one average of gradients, while another, longer one is the state. Found by a search.

    p <- p - lr (sign(beta1 m + (1 - beta1) g) + weight_decay p)
    m <- beta2 m + (1 - beta2) g

    lr: the length of a step along each coordinate; beta1: how much of the step is memory; beta2: decay of the memory;
    weight_decay: part of p lost in a step at lr = 1.
    Defaults: optax.lion's; lr = 1e-4 is the paper's.
    Source: Chen et al. 2023, "Symbolic discovery of optimization algorithms", arXiv:2302.06675, algorithm 2.
    Differences: the paper's program has weight_decay 0 by default.
    """

    lr: NonNegativeHyper = 1e-4
    beta1: FractionHyper = 0.9
    beta2: FractionHyper = 0.99
    weight_decay: NonNegativeHyper = 1e-3

    invariances = frozenset({"gradient scale", "permutation", "sign flip", "translation"})

    def init(self, params: Array) -> AverageState:
        """The average at 0 (dim, runs)."""
        return AverageState(np.zeros_like(params))

    def apply(self, params: Array, gradient: Array, state: AverageState, lr: Any) -> tuple[Array, AverageState]:
        """One step at params (dim, runs) with gradient (dim, runs)."""
        step = sign(self.beta1 * state.m + (1.0 - self.beta1) * gradient)
        step = step if is_zero(self.weight_decay) else step + self.weight_decay * params
        return params - lr * step, AverageState(self.beta2 * state.m + (1.0 - self.beta2) * gradient)
