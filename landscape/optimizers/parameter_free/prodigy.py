"""`ls.optimizer("prodigy")`: Prodigy: Adam that estimates its rate from how far the start lies behind, and only ever
raises it.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from landscape.core.component import Array, FractionHyper, NonNegativeHyper, PositiveHyper
from landscape.core.elementary import absolute, largest, total
from landscape.core.methods import Optimizer
from landscape.optimizers._bases.terms import is_zero
from landscape.optimizers._registry import register


class ProdigyState(NamedTuple):
    """m, v, s: (dim, runs), averages scaled by d; begin: (dim, runs), the start; d, numerator: (runs,)."""

    m: Array
    v: Array
    s: Array
    begin: Array
    d: Any
    numerator: Any


@register("prodigy")
class Prodigy(Optimizer):
    """Prodigy: Adam that estimates its rate from how far the start lies behind, and only ever raises it.

    m <- beta1 m + (1 - beta1) d g,   v <- beta2 v + (1 - beta2) d^2 g^2
    n <- beta3 n + (d / d_0) lr d g . (p_0 - p),   s <- beta3 s + (d / d_0) lr d g,   beta3 = sqrt(beta2)
    p <- p - lr d (m / (sqrt(v) + d eps) + weight_decay p)
    d <- max(d, growth n / |s|_1)

    lr: a factor on the rate; beta1, beta2: decays of the averages; eps: keeps the quotient finite; d0: the first
    estimate; growth: factor on later ones; weight_decay: part of p lost in a step of rate 1.
    Defaults: the authors' package's.
    Source: Mishchenko and Defazio 2024, "Prodigy: an expeditiously adaptive parameter-free learner", arXiv:2306.06101,
    algorithm 4.
    Differences: optax.contrib.prodigy always corrects the rate as Adam does, by sqrt(1 - beta2^t) / (1 - beta1^t),
    which the paper leaves out and the authors' package has off; both have the new d beside eps.
    """

    lr: NonNegativeHyper = 1.0
    beta1: FractionHyper = 0.9
    beta2: FractionHyper = 0.999
    eps: NonNegativeHyper = 1e-8
    d0: PositiveHyper = 1e-6
    growth: NonNegativeHyper = 1.0
    weight_decay: NonNegativeHyper = 0.0

    invariances = frozenset({"gradient scale", "permutation", "sign flip", "translation"})

    def init(self, params: Array) -> ProdigyState:
        """All averages at 0 (dim, runs), the estimate at d0."""
        zero, none = np.zeros_like(params), 0.0 * total(params)
        return ProdigyState(zero, zero, zero, params, none + self.d0, none)

    def apply(self, params: Array, gradient: Array, state: ProdigyState, lr: Any) -> tuple[Array, ProdigyState]:
        """One step at params (dim, runs) with gradient (dim, runs)."""
        beta3, d = np.sqrt(self.beta2), state.d
        rate = d * lr
        scaled = gradient * d
        m = self.beta1 * state.m + (1.0 - self.beta1) * scaled
        v = self.beta2 * state.v + (1.0 - self.beta2) * (scaled * scaled)
        s = beta3 * state.s + scaled * (rate / self.d0)
        numerator = beta3 * state.numerator + (d / self.d0) * rate * total(gradient * (state.begin - params))
        size = total(absolute(s))
        estimate = self.growth * numerator / largest(size, 1e-300)
        step = m / (np.sqrt(v) + d * self.eps)
        step = step if is_zero(self.weight_decay) else step + self.weight_decay * params
        moved = ProdigyState(m, v, s, state.begin, largest(d, estimate), numerator)
        return params - step * rate, moved
