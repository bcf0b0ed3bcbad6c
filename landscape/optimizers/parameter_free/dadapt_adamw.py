"""`ls.optimizer("dadapt_adamw")`: D-adapted AdamW: estimates the distance to the solution from below, and takes it
as the rate.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from landscape.core.component import Array, FractionHyper, NonNegativeHyper, PositiveHyper
from landscape.core.elementary import absolute, largest, total
from landscape.core.methods import Optimizer
from landscape.optimizers._bases.terms import is_zero
from landscape.optimizers._registry import register


class DAdaptState(NamedTuple):
    """m, v, s: (dim, runs), averages; d, numerator: (runs,)."""

    m: Array
    v: Array
    s: Array
    d: Any
    numerator: Any


@register("dadapt_adamw")
class DAdaptAdamW(Optimizer):
    """D-adapted AdamW: estimates the distance to the solution from below, and takes it as the rate.

    a = d lr,   b = sqrt(beta2)
    n <- b n + (1 - b) a g . (s / (sqrt(v) + eps))
    m <- beta1 m + (1 - beta1) a g,   v <- beta2 v + (1 - beta2) g^2,   s <- b s + (1 - b) a g
    p <- p - m / (sqrt(v) + eps) - a weight_decay p
    d <- max(d, n / ((1 - b) |s|_1))

    lr: a factor on the rate; beta1, beta2: decays of the averages; eps: keeps the quotients finite; d0: the first
    estimate; weight_decay: part of p lost in a step of rate 1.
    Defaults: the authors' package's.
    Source: Defazio and Mishchenko 2023, "Learning-rate-free learning by D-adaptation", arXiv:2301.07733, algorithm 5,
    with the v of before in n, as in the authors' package.
    Differences: optax.contrib.dadapt_adamw always corrects a as Adam does, by sqrt(1 - beta2^t) / (1 - beta1^t), which
    the paper leaves out and the authors' package has off. The paper has no weight decay.
    """

    lr: NonNegativeHyper = 1.0
    beta1: FractionHyper = 0.9
    beta2: FractionHyper = 0.999
    eps: PositiveHyper = 1e-8
    d0: PositiveHyper = 1e-6
    weight_decay: NonNegativeHyper = 0.0

    invariances = frozenset({"gradient scale", "permutation", "sign flip", "translation"})

    def init(self, params: Array) -> DAdaptState:
        """All averages at 0 (dim, runs), the estimate at d0."""
        zero, none = np.zeros_like(params), 0.0 * total(params)
        return DAdaptState(zero, zero, zero, none + self.d0, none)

    def apply(self, params: Array, gradient: Array, state: DAdaptState, lr: Any) -> tuple[Array, DAdaptState]:
        """One step at params (dim, runs) with gradient (dim, runs)."""
        b = np.sqrt(self.beta2)
        rate = state.d * lr
        along = total(gradient * (state.s / (np.sqrt(state.v) + self.eps)))
        m = self.beta1 * state.m + (1.0 - self.beta1) * (gradient * rate)
        v = self.beta2 * state.v + (1.0 - self.beta2) * (gradient * gradient)
        s = b * state.s + (1.0 - b) * (gradient * rate)
        numerator = b * state.numerator + (1.0 - b) * rate * along
        estimate = numerator / largest((1.0 - b) * total(absolute(s)), 1e-300)
        kept = params if is_zero(self.weight_decay) else params - params * (self.weight_decay * rate)
        moved = DAdaptState(m, v, s, largest(state.d, estimate), numerator)
        return kept - m / (np.sqrt(v) + self.eps), moved
