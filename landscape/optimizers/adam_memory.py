"""Give Adam more to remember: the changes of the gradient, `adan`, or a second, longer mean, `ademamix`."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from landscape.component import Array, FractionHyper, NonNegativeHyper
from landscape.core import Optimizer
from landscape.optimizers._registry import register
from landscape.optimizers._terms import corrected, is_zero


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
