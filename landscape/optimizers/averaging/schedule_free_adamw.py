"""`ls.optimizer("schedule_free_adamw")`: Schedule-free AdamW: AdamW whose momentum is a mean of its way, so that no
schedule is needed.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from landscape.core.component import Array, FractionHyper, NonNegativeHyper
from landscape.core.elementary import largest
from landscape.core.methods import Optimizer
from landscape.optimizers._bases.terms import with_decay
from landscape.optimizers._registry import register
from landscape.optimizers.averaging.schedule_free_sgd import OpenFractionHyper


class ScheduleFreeAdamWState(NamedTuple):
    """z, v: (dim, runs), the plain way and the average of g^2; power: beta2^t; weight_sum, largest: of rates so far."""

    z: Array
    v: Array
    power: Any
    weight_sum: Any
    largest: Any


@register("schedule_free_adamw")
class ScheduleFreeAdamW(Optimizer):
    """Schedule-free AdamW: AdamW whose momentum is a mean of its way, so that no schedule is needed.

    v <- beta2 v + (1 - beta2) g^2
    z <- z - lr (g / (sqrt(v / (1 - beta2^t)) + eps) + weight_decay p),   c = lr_max^2 / sum of lr_max^2
    x <- (1 - c) x + c z
    p <- beta1 x + (1 - beta1) z

    where x, the point to use at the end, is (p - (1 - beta1) z) / beta1. lr: learning rate; beta1: how near to the mean
    gradients are taken; beta2: decay of the second moment; eps: keeps the quotient finite; weight_decay: decoupled.
    Defaults: optax.contrib.schedule_free_adamw's.
    Source: Defazio, Yang, Mehta, Mishchenko, Khaled and Cutkosky 2024, "The road less scheduled", arXiv:2405.15682.
    Differences: what is recorded and drawn is p, where gradients are taken, not x. No warm-up is built in.
    """

    lr: NonNegativeHyper = 2.5e-3
    beta1: OpenFractionHyper = 0.9
    beta2: FractionHyper = 0.999
    eps: NonNegativeHyper = 1e-8
    weight_decay: NonNegativeHyper = 0.0

    invariances = frozenset({"gradient scale", "permutation", "sign flip", "translation"})

    def init(self, params: Array) -> ScheduleFreeAdamWState:
        """z at params (dim, runs), the average at 0, no weight gathered."""
        return ScheduleFreeAdamWState(params, np.zeros_like(params), 1.0, 0.0, 0.0)

    def apply(self, params: Array, gradient: Array, state: ScheduleFreeAdamWState, lr: Any) -> tuple[Array, Any]:
        """One step at params (dim, runs) with gradient (dim, runs)."""
        b, power = self.beta1, state.power * self.beta2
        v = self.beta2 * state.v + (1.0 - self.beta2) * (gradient * gradient)
        step = with_decay(gradient / (np.sqrt(v / (1.0 - power)) + self.eps), params, self.weight_decay)
        most = largest(state.largest, lr)
        weights = state.weight_sum + most * most
        share = most * most / largest(weights, 1e-300)
        x = (params - (1.0 - b) * state.z) / b
        z = state.z - lr * step
        x = (1.0 - share) * x + share * z
        return b * x + (1.0 - b) * z, ScheduleFreeAdamWState(z, v, power, weights, most)
