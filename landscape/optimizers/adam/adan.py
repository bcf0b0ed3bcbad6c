"""`ls.optimizer("adan")`: Adan: Adam with Nesterov's momentum from differences of gradients, without a gradient
taken elsewhere.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from landscape.core.component import Array, FractionHyper, NonNegativeHyper
from landscape.core.methods import Optimizer
from landscape.optimizers._bases.terms import corrected, is_zero
from landscape.optimizers._registry import register


class AdanState(NamedTuple):
    """m, v, n: (dim, runs), averages; last: (dim, runs), the gradient before; later: 0 at first, then 1; beta^t."""

    m: Array
    v: Array
    n: Array
    last: Array
    later: Any
    beta1_power: Any
    beta2_power: Any
    beta3_power: Any


@register("adan")
class Adan(Optimizer):
    """Adan: Adam with Nesterov's momentum from differences of gradients, without a gradient taken elsewhere.

    d = g - g_before                            (0 at first)
    m <- beta1 m + (1 - beta1) g,   v <- beta2 v + (1 - beta2) d
    n <- beta3 n + (1 - beta3) (g + beta2 d)^2
    p <- (p - lr (m_hat + beta2 v_hat) / (sqrt(n_hat + eps_root) + eps)) / (1 + lr weight_decay)

    with each average divided by 1 - beta^t. lr: learning rate; beta1, beta2, beta3: decays of the three averages, beta2
    also how far the gradient is carried on along its last change; eps, eps_root: keep the quotient finite;
    weight_decay: p shrinks by 1 + lr weight_decay.
    Defaults: the authors' program's; lr = 1e-3 is the paper's.
    Source: Xie, Zhou, Li, Lin and Yan 2022, "Adan: adaptive Nesterov momentum algorithm for faster optimizing deep
    models", arXiv:2208.06677, algorithm 1, with the averages corrected as in the authors' program.
    Differences: the paper's betas are 1 minus these: its factor of d, 1 - beta2 with beta2 = 0.08, is 0.92, here beta2.
    optax.adan (0.2.8) has 1 - beta2 = 0.08 for it, which leaves next to nothing of Nesterov's momentum, decays by
    p - lr weight_decay p, and adds eps_root = 1e-8 inside the root.
    """

    lr: NonNegativeHyper = 1e-3
    beta1: FractionHyper = 0.98
    beta2: FractionHyper = 0.92
    beta3: FractionHyper = 0.99
    eps: NonNegativeHyper = 1e-8
    eps_root: NonNegativeHyper = 0.0
    weight_decay: NonNegativeHyper = 0.0

    invariances = frozenset({"gradient scale", "permutation", "sign flip", "translation"})

    def init(self, params: Array) -> AdanState:
        """All averages at 0 (dim, runs), all powers at 1."""
        zero = np.zeros_like(params)
        return AdanState(zero, zero, zero, zero, 0.0, 1.0, 1.0, 1.0)

    def apply(self, params: Array, gradient: Array, state: AdanState, lr: Any) -> tuple[Array, AdanState]:
        """One step at params (dim, runs) with gradient (dim, runs)."""
        g, b1, b2, b3 = gradient, self.beta1, self.beta2, self.beta3
        powers = state.beta1_power * b1, state.beta2_power * b2, state.beta3_power * b3
        d = state.later * (g - state.last)
        ahead = g + b2 * d
        m, v = b1 * state.m + (1.0 - b1) * g, b2 * state.v + (1.0 - b2) * d
        n = b3 * state.n + (1.0 - b3) * (ahead * ahead)
        root = np.sqrt(corrected(n, powers[2]) + self.eps_root) + self.eps
        moved = params - lr * ((corrected(m, powers[0]) + b2 * corrected(v, powers[1])) / root)
        moved = moved if is_zero(self.weight_decay) else moved / (1.0 + lr * self.weight_decay)
        return moved, AdanState(m, v, n, g, 1.0, *powers)
