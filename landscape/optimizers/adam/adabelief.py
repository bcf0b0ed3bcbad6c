"""`ls.optimizer("adabelief")`: AdaBelief: Adam that divides by how far gradients are from their mean: large steps
where they were foreseen.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from landscape.core.component import Array, FractionHyper, NonNegativeHyper
from landscape.core.methods import Optimizer
from landscape.optimizers._bases.terms import corrected
from landscape.optimizers._registry import register


class MomentsState(NamedTuple):
    """m, v: (dim, runs), averages; beta1_power, beta2_power: beta^t, carried as products."""

    m: Array
    v: Array
    beta1_power: Any
    beta2_power: Any


@register("adabelief")
class AdaBelief(Optimizer):
    """AdaBelief: Adam that divides by how far gradients are from their mean: large steps where they were foreseen.

    m <- beta1 m + (1 - beta1) g
    s <- beta2 s + (1 - beta2) (g - m)^2 + eps_root
    p <- p - lr (m / (1 - beta1^t)) / (sqrt(s / (1 - beta2^t)) + eps),   t = 1, 2, ...

    lr: learning rate; beta1, beta2: decays of the two averages; eps_root: added to s in each step; eps: keeps the
    quotient finite.
    Defaults: optax.adabelief's; lr = 1e-3 is the paper's.
    Source: Zhuang et al. 2020, "AdaBelief optimizer: adapting stepsizes by the belief in observed gradients",
    arXiv:2010.07468, algorithm 2, with its one eps for both.
    Differences: the authors' PyTorch package adds a decoupled weight decay and rectification, off in the paper.
    """

    lr: NonNegativeHyper = 1e-3
    beta1: FractionHyper = 0.9
    beta2: FractionHyper = 0.999
    eps: NonNegativeHyper = 1e-16
    eps_root: NonNegativeHyper = 1e-16

    invariances = frozenset({"gradient scale", "permutation", "sign flip", "translation"})

    def init(self, params: Array) -> MomentsState:
        """Both averages at 0 (dim, runs), both powers at 1."""
        return MomentsState(np.zeros_like(params), np.zeros_like(params), 1.0, 1.0)

    def apply(self, params: Array, gradient: Array, state: MomentsState, lr: Any) -> tuple[Array, MomentsState]:
        """One step at params (dim, runs) with gradient (dim, runs)."""
        power1, power2 = state.beta1_power * self.beta1, state.beta2_power * self.beta2
        m = self.beta1 * state.m + (1.0 - self.beta1) * gradient
        off = gradient - m
        s = self.beta2 * state.v + (1.0 - self.beta2) * (off * off) + self.eps_root
        step = corrected(m, power1) / (np.sqrt(corrected(s, power2)) + self.eps)
        return params - lr * step, MomentsState(m, s, power1, power2)
