"""`ls.optimizer("momentum")`: Heavy ball: gradient descent that keeps part of its last step."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from landscape.core.component import Array, NonNegativeHyper
from landscape.core.methods import Optimizer
from landscape.optimizers._bases.terms import is_zero, with_decay
from landscape.optimizers._registry import register


class MomentumState(NamedTuple):
    """buffer: (dim, runs), the decaying sum of gradients; share: what part of the next gradient enters it."""

    buffer: Array
    share: Any


@register("momentum")
class Momentum(Optimizer):
    """Heavy ball: gradient descent that keeps part of its last step.

    g <- g + weight_decay p
    b <- momentum b + (1 - dampening) g        (the first gradient enters whole: b = g)
    p <- p - lr b

    lr: learning rate; momentum: part of the buffer kept; dampening: part of each later gradient left out;
    weight_decay: coefficient of an L2 penalty weight_decay/2 |p|^2.
    Defaults: torch.optim.SGD's; momentum 0.9, which torch leaves at 0, is the value of Sutskever et al. 2013.
    Source: Polyak 1964, "Some methods of speeding up the convergence of iteration methods",
    doi:10.1016/0041-5553(64)90137-5; in this form Goh 2017, "Why momentum really works",
    doi:10.23915/distill.00006.
    Differences: Keras keeps the rate inside, b <- momentum b - lr g, p <- p + b, which is the same only while the rate
    is constant; optax's `trace` is this rule without dampening. torch leaves dampening out where momentum is 0; here
    momentum = 0 gives (1 - dampening) g from the second step on.
    """

    lr: NonNegativeHyper = 1e-3
    momentum: NonNegativeHyper = 0.9
    dampening: NonNegativeHyper = 0.0
    weight_decay: NonNegativeHyper = 0.0

    invariances = frozenset({"permutation", "rotation", "sign flip", "translation"})

    def init(self, params: Array) -> MomentumState:
        """An empty buffer (dim, runs), and a share of 1: with buffer 0, the first step is b = g."""
        return MomentumState(np.zeros_like(params), 1.0)

    def apply(self, params: Array, gradient: Array, state: MomentumState, lr: Any) -> tuple[Array, MomentumState]:
        """One step at params (dim, runs) with gradient (dim, runs)."""
        g = with_decay(gradient, params, self.weight_decay)
        entering = g if is_zero(self.dampening) else state.share * g
        buffer = self.momentum * state.buffer + entering
        return params - lr * buffer, MomentumState(buffer, 1.0 - self.dampening)
