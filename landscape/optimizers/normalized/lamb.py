"""`ls.optimizer("lamb")`: LAMB: Adam whose step is made as long as the parameters are."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from landscape.core.component import Array, FractionHyper, NonNegativeHyper
from landscape.core.methods import Optimizer
from landscape.optimizers._bases.terms import corrected, is_zero, length
from landscape.optimizers._registry import register
from landscape.optimizers.normalized.lars import trust_ratio


class LAMBState(NamedTuple):
    """m, v: (dim, runs), averages of g and g^2; beta1_power, beta2_power: beta^t."""

    m: Array
    v: Array
    beta1_power: Any
    beta2_power: Any


@register("lamb")
class LAMB(Optimizer):
    """LAMB: Adam whose step is made as long as the parameters are.

    m, v as Adam's, corrected; u = m_hat / (sqrt(v_hat) + eps) + weight_decay p
    p <- p - lr (|p| / |u|) u                                              (the factor is 1 where |p| or |u| is 0)

    lr: learning rate; beta1, beta2: decays of the two averages; eps: keeps the quotient finite; weight_decay: part of p
    in the step.
    Defaults: optax.lamb's; lr = 1e-2 is the order of the paper's.
    Source: You et al. 2020, "Large batch optimization for deep learning: training BERT in 76 minutes",
    arXiv:1904.00962, algorithm 2, with phi the identity.
    Differences: the paper's first version, and many programs after it, leave out the corrections, which a warm-up of
    the rate can stand for (its appendix E); it does not say what a length of 0 does.
    """

    lr: NonNegativeHyper = 1e-2
    beta1: FractionHyper = 0.9
    beta2: FractionHyper = 0.999
    eps: NonNegativeHyper = 1e-6
    weight_decay: NonNegativeHyper = 0.0

    invariances = frozenset({"gradient scale", "permutation", "sign flip"})

    def init(self, params: Array) -> LAMBState:
        """Both averages at 0 (dim, runs), both powers at 1."""
        return LAMBState(np.zeros_like(params), np.zeros_like(params), 1.0, 1.0)

    def apply(self, params: Array, gradient: Array, state: LAMBState, lr: Any) -> tuple[Array, LAMBState]:
        """One step at params (dim, runs) with gradient (dim, runs)."""
        power1, power2 = state.beta1_power * self.beta1, state.beta2_power * self.beta2
        m = self.beta1 * state.m + (1.0 - self.beta1) * gradient
        v = self.beta2 * state.v + (1.0 - self.beta2) * (gradient * gradient)
        step = corrected(m, power1) / (np.sqrt(corrected(v, power2)) + self.eps)
        step = step if is_zero(self.weight_decay) else step + self.weight_decay * params
        return params - step * (lr * trust_ratio(length(params), length(step), 1.0, 0.0)), LAMBState(
            m, v, power1, power2
        )
