"""`ls.optimizer("adam")`: Adam: the mean of past gradients over the root of their mean square, each corrected for
its start at 0.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from landscape.core.component import Array, FractionHyper, NonNegativeHyper
from landscape.core.methods import Optimizer
from landscape.optimizers._bases.terms import with_decay
from landscape.optimizers._registry import register


class AdamState(NamedTuple):
    """m, v: (dim, runs), moving averages of g and g^2; beta1_power, beta2_power: beta^t, carried as products."""

    m: Array
    v: Array
    beta1_power: Any
    beta2_power: Any


@register("adam")
class Adam(Optimizer):
    """Adam: the mean of past gradients over the root of their mean square, each corrected for its start at 0.

    g <- g + weight_decay p
    m <- beta1 m + (1 - beta1) g,    m_hat = m / (1 - beta1^t)
    v <- beta2 v + (1 - beta2) g^2,  v_hat = v / (1 - beta2^t),   t = 1, 2, ...
    p <- p - lr m_hat / (sqrt(v_hat) + eps)

    lr: learning rate; beta1, beta2: decays of the two averages; eps: keeps the quotient finite; weight_decay:
    coefficient of an L2 penalty weight_decay/2 |p|^2, which enters the averages too (`adamw` keeps it apart).
    Defaults: torch.optim.Adam's, which are the paper's.
    Source: Kingma and Ba 2015, "Adam: a method for stochastic optimization", arXiv:1412.6980, algorithm 1, computed as
    at the end of section 2 (lr_t and eps_hat).
    Differences: Keras adds its eps = 1e-7 to the uncorrected root, sqrt(v) + eps (the paper's eps_hat), so that its
    early steps are shorter where gradients are near eps; its weight_decay is decoupled. optax adds eps outside the
    corrected root as here, and can add another inside (`eps_root`, 0).
    """

    lr: NonNegativeHyper = 1e-3
    beta1: FractionHyper = 0.9
    beta2: FractionHyper = 0.999
    eps: NonNegativeHyper = 1e-8
    weight_decay: NonNegativeHyper = 0.0

    invariances = frozenset({"gradient scale", "permutation", "sign flip", "translation"})

    def init(self, params: Array) -> AdamState:
        """Both averages at 0 (dim, runs), both powers at 1."""
        return moments_at_zero(params)

    def apply(self, params: Array, gradient: Array, state: AdamState, lr: Any) -> tuple[Array, AdamState]:
        """One step at params (dim, runs) with gradient (dim, runs)."""
        g = with_decay(gradient, params, self.weight_decay)
        step, state = adam_step(g, state, lr, self.beta1, self.beta2, self.eps)
        return params - step, state


def moments_at_zero(params: Array) -> AdamState:
    return AdamState(np.zeros_like(params), np.zeros_like(params), 1.0, 1.0)


def adam_step(g: Array, state: AdamState, lr: Any, beta1: Any, beta2: Any, eps: Any) -> tuple[Array, AdamState]:
    """lr m_hat / (sqrt(v_hat) + eps) and the state after it.

    The corrections are folded into the rate and into eps, numbers for each run, which spares two passes over arrays.
    """
    beta1_power = state.beta1_power * beta1
    beta2_power = state.beta2_power * beta2
    m = beta1 * state.m + (1.0 - beta1) * g
    v = beta2 * state.v + (1.0 - beta2) * (g * g)
    correction = np.sqrt(1.0 - beta2_power)
    lr_t = lr * (correction / (1.0 - beta1_power))
    eps_hat = eps * correction
    return lr_t * (m / (np.sqrt(v) + eps_hat)), AdamState(m, v, beta1_power, beta2_power)
