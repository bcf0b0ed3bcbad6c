"""`ls.optimizer("nadam")`: NAdam: Adam with Nesterov's momentum, which grows as the run goes on."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from landscape.core.component import Array, FractionHyper, NonNegativeHyper
from landscape.core.methods import Optimizer
from landscape.optimizers._bases.terms import with_decay
from landscape.optimizers._registry import register


class NAdamState(NamedTuple):
    """m, v: (dim, runs), averages of g and g^2; product: of the momenta so far; beta2_power: beta2^t; steps: t."""

    m: Array
    v: Array
    product: Any
    beta2_power: Any
    steps: Any


@register("nadam")
class NAdam(Optimizer):
    """NAdam: Adam with Nesterov's momentum, which grows as the run goes on.

    g <- g + weight_decay p
    mu_t = beta1 (1 - 0.96^(t momentum_decay) / 2)
    m <- beta1 m + (1 - beta1) g,   v <- beta2 v + (1 - beta2) g^2
    p <- p - lr ((1 - mu_t) g / (1 - mu_1 ... mu_t) + mu_{t+1} m / (1 - mu_1 ... mu_{t+1}))
             / (sqrt(v / (1 - beta2^t)) + eps),   t = 1, 2, ...

    lr: learning rate; beta1, beta2: decays of the two averages; momentum_decay: how soon the momentum reaches beta1;
    eps: keeps the quotient finite; weight_decay: coefficient of an L2 penalty weight_decay/2 |p|^2.
    Defaults: torch.optim.NAdam's.
    Source: Dozat 2016, "Incorporating Nesterov momentum into Adam", ICLR workshop, in the form of torch.optim.NAdam.
    Differences: the paper's average has the momentum for its decay, m <- mu_t m + (1 - mu_t) g; torch and Keras, as
    here, keep beta1. optax's nadam keeps the momentum constant, mu_t = beta1, and corrects by its powers alone.
    """

    lr: NonNegativeHyper = 2e-3
    beta1: FractionHyper = 0.9
    beta2: FractionHyper = 0.999
    momentum_decay: NonNegativeHyper = 4e-3
    eps: NonNegativeHyper = 1e-8
    weight_decay: NonNegativeHyper = 0.0

    invariances = frozenset({"gradient scale", "permutation", "sign flip", "translation"})

    def init(self, params: Array) -> NAdamState:
        """Both averages at 0 (dim, runs), product and power at 1."""
        return NAdamState(np.zeros_like(params), np.zeros_like(params), 1.0, 1.0, 0.0)

    def apply(self, params: Array, gradient: Array, state: NAdamState, lr: Any) -> tuple[Array, NAdamState]:
        """One step at params (dim, runs) with gradient (dim, runs)."""
        g = with_decay(gradient, params, self.weight_decay)
        steps = state.steps + 1.0
        now, then = self._momentum(steps), self._momentum(steps + 1.0)
        power, product = state.beta2_power * self.beta2, state.product * now
        m = self.beta1 * state.m + (1.0 - self.beta1) * g
        v = self.beta2 * state.v + (1.0 - self.beta2) * (g * g)
        root = np.sqrt(v / (1.0 - power)) + self.eps
        fresh, kept = lr * (1.0 - now) / (1.0 - product), lr * then / (1.0 - product * then)
        return params - fresh * (g / root) - kept * (m / root), NAdamState(m, v, product, power, steps)

    def _momentum(self, steps: Any) -> Any:
        return self.beta1 * (1.0 - 0.5 * np.exp(math.log(0.96) * self.momentum_decay * steps))
