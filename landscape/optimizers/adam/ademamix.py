"""`ls.optimizer("ademamix")`: AdEMAMix: Adam with a second, very long memory of gradients beside the short one."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from landscape.core.component import Array, FractionHyper, NonNegativeHyper
from landscape.core.methods import Optimizer
from landscape.optimizers._bases.terms import corrected, is_zero
from landscape.optimizers._registry import register


class AdEMAMixState(NamedTuple):
    """m, slow, v: (dim, runs), averages; beta1_power, beta2_power: beta^t."""

    m: Array
    slow: Array
    v: Array
    beta1_power: Any
    beta2_power: Any


@register("ademamix")
class AdEMAMix(Optimizer):
    """AdEMAMix: Adam with a second, very long memory of gradients beside the short one.

    m <- beta1 m + (1 - beta1) g,   u <- beta3 u + (1 - beta3) g,   v <- beta2 v + (1 - beta2) g^2
    p <- p - lr ((m / (1 - beta1^t) + alpha u) / (sqrt(v / (1 - beta2^t)) + eps) + weight_decay p)

    lr: learning rate; beta1, beta2: Adam's decays; beta3: decay of the long memory, which is not corrected; alpha: its
    weight; eps: keeps the quotient finite; weight_decay: part of p lost in a step at lr = 1.
    Defaults: optax.contrib.ademamix's; lr = 1e-3 is the paper's.
    Source: Pagliardini, Ablin and Grangier 2024, "The AdEMAMix optimizer: better, faster, older", arXiv:2409.03137,
    equation AdEMAMix.
    Differences: the paper warms alpha and beta3 up over the run; here, as in optax by default, both are constant.
    """

    lr: NonNegativeHyper = 1e-3
    beta1: FractionHyper = 0.9
    beta2: FractionHyper = 0.999
    beta3: FractionHyper = 0.9999
    alpha: NonNegativeHyper = 5.0
    eps: NonNegativeHyper = 1e-8
    weight_decay: NonNegativeHyper = 0.0

    invariances = frozenset({"gradient scale", "permutation", "sign flip", "translation"})

    def init(self, params: Array) -> AdEMAMixState:
        """All averages at 0 (dim, runs), both powers at 1."""
        zero = np.zeros_like(params)
        return AdEMAMixState(zero, zero, zero, 1.0, 1.0)

    def apply(self, params: Array, gradient: Array, state: AdEMAMixState, lr: Any) -> tuple[Array, AdEMAMixState]:
        """One step at params (dim, runs) with gradient (dim, runs)."""
        power1, power2 = state.beta1_power * self.beta1, state.beta2_power * self.beta2
        m = self.beta1 * state.m + (1.0 - self.beta1) * gradient
        slow = self.beta3 * state.slow + (1.0 - self.beta3) * gradient
        v = self.beta2 * state.v + (1.0 - self.beta2) * (gradient * gradient)
        step = (corrected(m, power1) + self.alpha * slow) / (np.sqrt(corrected(v, power2)) + self.eps)
        step = step if is_zero(self.weight_decay) else step + self.weight_decay * params
        return params - lr * step, AdEMAMixState(m, slow, v, power1, power2)
