"""`ls.optimizer("adagrad")`: AdaGrad: divides by the root of the sum of all squared gradients, so that its steps
only ever shrink.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from landscape.core.component import Array, NonNegativeHyper
from landscape.core.methods import Optimizer
from landscape.optimizers._bases.terms import is_zero, with_decay
from landscape.optimizers._registry import register


class AdaGradState(NamedTuple):
    """total: (dim, runs), the sum of squared gradients; steps: how many steps were taken."""

    total: Array
    steps: Any


@register("adagrad")
class AdaGrad(Optimizer):
    """AdaGrad: divides by the root of the sum of all squared gradients, so that its steps only ever shrink.

    g <- g + weight_decay p
    s <- s + g^2                               (s = initial_accumulator_value at first)
    p <- p - lr / (1 + t lr_decay) * g / (sqrt(s) + eps),   t = 0, 1, 2, ...

    lr: learning rate; lr_decay: inverse-time decay of the rate on top; weight_decay: coefficient of an L2 penalty
    weight_decay/2 |p|^2; initial_accumulator_value: of the sum; eps: keeps the quotient finite.
    Defaults: torch.optim.Adagrad's.
    Source: Duchi, Hazan and Singer 2011, "Adaptive subgradient methods for online learning and stochastic
    optimization", JMLR 12:2121-2159, the diagonal form of figure 1 (their delta is eps).
    Differences: optax and Keras start the sum at 0.1 with eps = 1e-7, and put eps inside the root:
    g / sqrt(s + eps). Their first steps are shorter where gradients are small.
    """

    lr: NonNegativeHyper = 1e-2
    lr_decay: NonNegativeHyper = 0.0
    weight_decay: NonNegativeHyper = 0.0
    initial_accumulator_value: NonNegativeHyper = 0.0
    eps: NonNegativeHyper = 1e-10

    invariances = frozenset({"gradient scale", "permutation", "sign flip", "translation"})

    def init(self, params: Array) -> AdaGradState:
        """The sum at initial_accumulator_value (dim, runs), no steps taken."""
        return AdaGradState(np.zeros_like(params) + self.initial_accumulator_value, 0.0)

    def apply(self, params: Array, gradient: Array, state: AdaGradState, lr: Any) -> tuple[Array, AdaGradState]:
        """One step at params (dim, runs) with gradient (dim, runs)."""
        g = with_decay(gradient, params, self.weight_decay)
        total = state.total + g * g
        rate = lr if is_zero(self.lr_decay) else lr / (1.0 + state.steps * self.lr_decay)
        return params - rate * (g / (np.sqrt(total) + self.eps)), AdaGradState(total, state.steps + 1.0)
