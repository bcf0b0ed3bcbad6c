"""`ls.optimizer("acprop")`: ACProp: AdaBelief that divides by the spread of the steps before, so that gradient and
divisor are independent.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from landscape.core.component import Array, FractionHyper, NonNegativeHyper
from landscape.core.elementary import select
from landscape.core.methods import Optimizer
from landscape.optimizers._bases.terms import is_zero
from landscape.optimizers._registry import register


class ACPropState(NamedTuple):
    """m, s: (dim, runs), the averages of g and of (g - m)^2; power: beta2^t; steps: t."""

    m: Array
    s: Array
    power: Any
    steps: Any


@register("acprop")
class ACProp(Optimizer):
    """ACProp: AdaBelief that divides by the spread of the steps before, so that gradient and divisor are independent.

    p <- p - lr (g / (sqrt(s / (1 - beta2^(t-1))) + eps) + weight_decay p)      (the root is 1 in the first step, t = 1)
    m <- beta1 m + (1 - beta1) g,   then s <- beta2 s + (1 - beta2) (g - m)^2 + eps_root

    The mean centres, and does not push. lr: learning rate; beta1, beta2: decays of the two averages; eps, eps_root:
    keep the quotient finite; weight_decay: decoupled weight decay.
    Defaults: optax.contrib.acprop's; lr = 1e-3 is ours.
    Source: Zhuang, Ding, Tang, Dvornek, Tatikonda and Duncan 2021, "Momentum centering and asynchronous update for
    adaptive gradient methods", arXiv:2110.05454, algorithm 1.
    Differences: optax.contrib.acprop (0.2.8) takes g from the mean before it has entered, g - m_before, which is
    (g - m) / beta1 and shortens all steps but the first by beta1; its documentation has the paper's. The correction and
    eps_root are the authors' program's.
    """

    lr: NonNegativeHyper = 1e-3
    beta1: FractionHyper = 0.9
    beta2: FractionHyper = 0.999
    eps: NonNegativeHyper = 1e-16
    eps_root: NonNegativeHyper = 1e-16
    weight_decay: NonNegativeHyper = 0.0

    invariances = frozenset({"permutation", "sign flip", "translation"})

    def init(self, params: Array) -> ACPropState:
        """Both averages at 0 (dim, runs), no step done."""
        return ACPropState(np.zeros_like(params), np.zeros_like(params), 1.0, 0.0)

    def apply(self, params: Array, gradient: Array, state: ACPropState, lr: Any) -> tuple[Array, ACPropState]:
        """One step at params (dim, runs) with gradient (dim, runs)."""
        m = self.beta1 * state.m + (1.0 - self.beta1) * gradient
        off = gradient - m
        s = self.beta2 * state.s + (1.0 - self.beta2) * (off * off) + self.eps_root
        # before the first step there is nothing to correct: 0.5 is not reached by a whole number of steps
        first = 0.5 - state.steps
        divisor = select(first, 1.0, state.s / select(first, 1.0, 1.0 - state.power))
        step = gradient / (np.sqrt(divisor) + self.eps)
        step = step if is_zero(self.weight_decay) else step + self.weight_decay * params
        return params - lr * step, ACPropState(m, s, state.power * self.beta2, state.steps + 1.0)
