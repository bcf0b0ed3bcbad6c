"""`ls.optimizer("simplified_ademamix")`: Simplified AdEMAMix: one long sum of gradients with the present one on top,
over the root of their mean square.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from landscape.core.component import Array, FractionHyper, NonNegativeHyper
from landscape.core.methods import Optimizer
from landscape.optimizers._bases.terms import corrected, is_zero
from landscape.optimizers._registry import register


class SimplifiedAdEMAMixState(NamedTuple):
    """m, v: (dim, runs), the sum of gradients and the average of their squares; power: beta2^t."""

    m: Array
    v: Array
    power: Any


@register("simplified_ademamix")
class SimplifiedAdEMAMix(Optimizer):
    """Simplified AdEMAMix: one long sum of gradients with the present one on top, over the root of their mean square.

    m <- beta1 m + g,   v <- beta2 v + (1 - beta2) g^2
    p <- p - lr ((m + alpha g) / (sqrt(v / (1 - beta2^t) + eps_root) + eps) + weight_decay p)

    lr: learning rate; beta1, beta2: decays; alpha: weight of the present gradient; eps, eps_root: keep the quotient
    finite; weight_decay: decoupled weight decay. m is a sum, not a mean: the rate must be small.
    Defaults: optax.contrib.simplified_ademamix's; lr = 1e-5 is ours, 1e-3 times its 1 - beta1.
    Source: Morwani, Vyas, Zhang and Kakade 2025, "Connections between schedule-free optimizers, AdEMAMix, and
    accelerated SGD variants", arXiv:2502.02431.
    Differences: none from optax's.
    """

    lr: NonNegativeHyper = 1e-5
    beta1: FractionHyper = 0.99
    beta2: FractionHyper = 0.95
    alpha: NonNegativeHyper = 0.0
    eps: NonNegativeHyper = 1e-8
    eps_root: NonNegativeHyper = 0.0
    weight_decay: NonNegativeHyper = 0.0

    invariances = frozenset({"gradient scale", "permutation", "sign flip", "translation"})

    def init(self, params: Array) -> SimplifiedAdEMAMixState:
        """Sum and average at 0 (dim, runs), power at 1."""
        return SimplifiedAdEMAMixState(np.zeros_like(params), np.zeros_like(params), 1.0)

    def apply(self, params: Array, gradient: Array, state: SimplifiedAdEMAMixState, lr: Any) -> tuple[Array, Any]:
        """One step at params (dim, runs) with gradient (dim, runs)."""
        power = state.power * self.beta2
        m = self.beta1 * state.m + gradient
        v = self.beta2 * state.v + (1.0 - self.beta2) * (gradient * gradient)
        step = (m + self.alpha * gradient) / (np.sqrt(corrected(v, power) + self.eps_root) + self.eps)
        step = step if is_zero(self.weight_decay) else step + self.weight_decay * params
        return params - lr * step, SimplifiedAdEMAMixState(m, v, power)
