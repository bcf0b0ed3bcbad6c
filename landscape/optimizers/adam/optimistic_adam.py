"""`ls.optimizer("optimistic_adam")`: Optimistic Adam: Adam's step, and the last change of its direction over again."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from landscape.core.component import Array, FractionHyper, NonNegativeHyper
from landscape.core.methods import Optimizer
from landscape.optimizers._bases.terms import corrected
from landscape.optimizers._registry import register


class OptimisticAdamState(NamedTuple):
    """m, v: (dim, runs), the averages; before: (dim, runs), the last direction; powers beta^t; later: 0 at first."""

    m: Array
    v: Array
    before: Array
    power1: Any
    power2: Any
    later: Any


@register("optimistic_adam")
class OptimisticAdam(Optimizer):
    """Optimistic Adam: Adam's step, and the last change of its direction over again.

    m <- beta1 m + (1 - beta1) g,   v <- beta2 v + (1 - beta2) g^2
    r = m_hat / (sqrt(v_hat + eps_root) + eps),   m_hat, v_hat: m, v without the bias of their start
    p <- p - lr (alpha r + beta (r - r_before))                        (r_before = r in the first step)

    lr: learning rate; alpha, beta: weights of the direction and of its change; beta1, beta2: decays of the two
    averages; eps, eps_root: keep the quotient finite. In games it damps the turning that Adam keeps up.
    Defaults: optax.optimistic_adam_v2's; lr = 1e-3 as for adam.
    Source: Daskalakis, Ilyas, Syrgkanis and Zeng 2018, "Training GANs with optimism", arXiv:1711.00141, algorithm 1.
    Differences: the paper has no weights, which are 1, and takes r_before = 0 in the first step, which is so twice as
    long. optax.optimistic_adam_v2 has Nesterov's momentum in r by default.
    """

    lr: NonNegativeHyper = 1e-3
    alpha: NonNegativeHyper = 1.0
    beta: NonNegativeHyper = 1.0
    beta1: FractionHyper = 0.9
    beta2: FractionHyper = 0.999
    eps: NonNegativeHyper = 1e-8
    eps_root: NonNegativeHyper = 0.0

    invariances = frozenset({"gradient scale", "permutation", "sign flip", "translation"})

    def init(self, params: Array) -> OptimisticAdamState:
        """Averages and direction at 0 (dim, runs), powers at 1."""
        nothing = np.zeros_like(params)
        return OptimisticAdamState(nothing, nothing, nothing, 1.0, 1.0, 0.0)

    def apply(self, params: Array, gradient: Array, state: OptimisticAdamState, lr: Any) -> tuple[Array, Any]:
        """One step at params (dim, runs) with gradient (dim, runs)."""
        power1, power2 = state.power1 * self.beta1, state.power2 * self.beta2
        m = self.beta1 * state.m + (1.0 - self.beta1) * gradient
        v = self.beta2 * state.v + (1.0 - self.beta2) * (gradient * gradient)
        r = corrected(m, power1) / (np.sqrt(corrected(v, power2) + self.eps_root) + self.eps)
        change = state.later * (r - state.before)
        moved = params - lr * (self.alpha * r + self.beta * change)
        return moved, OptimisticAdamState(m, v, r, power1, power2, 1.0)
