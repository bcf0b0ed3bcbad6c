"""`ls.optimizer("adamw")`: AdamW: Adam, with a weight decay that is not divided by the size of past gradients."""

from __future__ import annotations

from typing import Any

from landscape.core.component import Array, FractionHyper, NonNegativeHyper
from landscape.core.methods import Optimizer
from landscape.optimizers._bases.terms import is_zero
from landscape.optimizers._registry import register
from landscape.optimizers.adam.adam import AdamState, adam_step, moments_at_zero


@register("adamw")
class AdamW(Optimizer):
    """AdamW: Adam, with a weight decay that is not divided by the size of past gradients.

    p <- p - lr weight_decay p
    m <- beta1 m + (1 - beta1) g,    m_hat = m / (1 - beta1^t)
    v <- beta2 v + (1 - beta2) g^2,  v_hat = v / (1 - beta2^t),   t = 1, 2, ...
    p <- p - lr m_hat / (sqrt(v_hat) + eps)

    lr: learning rate; beta1, beta2: decays of the two averages; eps: keeps the quotient finite; weight_decay: part of p
    lost in a step at lr = 1.
    Defaults: torch.optim.AdamW's.
    Source: Loshchilov and Hutter 2019, "Decoupled weight decay regularization", arXiv:1711.05101, algorithm 2.
    Differences: the paper multiplies the decay by the schedule's factor alone, not by lr; torch, optax and Keras
    multiply by lr, as here. weight_decay defaults to 1e-4 in optax and 0.004 in Keras, whose eps is added to the
    uncorrected root (see `adam`).
    """

    lr: NonNegativeHyper = 1e-3
    beta1: FractionHyper = 0.9
    beta2: FractionHyper = 0.999
    eps: NonNegativeHyper = 1e-8
    weight_decay: NonNegativeHyper = 1e-2

    invariances = frozenset({"gradient scale", "permutation", "sign flip", "translation"})

    def init(self, params: Array) -> AdamState:
        """Both averages at 0 (dim, runs), both powers at 1."""
        return moments_at_zero(params)

    def apply(self, params: Array, gradient: Array, state: AdamState, lr: Any) -> tuple[Array, AdamState]:
        """One step at params (dim, runs) with gradient (dim, runs)."""
        kept = params if is_zero(self.weight_decay) else (1.0 - lr * self.weight_decay) * params
        step, state = adam_step(gradient, state, lr, self.beta1, self.beta2, self.eps)
        return kept - step, state
