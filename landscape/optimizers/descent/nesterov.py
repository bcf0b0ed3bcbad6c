"""`ls.optimizer("nesterov")`: Nesterov's accelerated gradient: a heavy ball that takes its gradient where the
momentum leads.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from landscape.core.component import Array, NonNegativeHyper
from landscape.core.methods import Optimizer
from landscape.optimizers._bases.terms import with_decay
from landscape.optimizers._registry import register


class NesterovState(NamedTuple):
    """buffer: (dim, runs), the decaying sum of gradients."""

    buffer: Array


@register("nesterov")
class Nesterov(Optimizer):
    """Nesterov's accelerated gradient: a heavy ball that takes its gradient where the momentum leads.

    g <- g + weight_decay p
    b <- momentum b + g
    p <- p - lr (g + momentum b)

    lr: learning rate; momentum: part of the buffer kept; weight_decay: coefficient of an L2 penalty
    weight_decay/2 |p|^2.
    Defaults: torch.optim.SGD(nesterov=True)'s; momentum 0.9, which torch leaves at 0, is the value of Sutskever et al.
    Source: Nesterov 1983, "A method for solving the convex programming problem with convergence rate O(1/k^2)"; for
    networks Sutskever, Martens, Dahl and Hinton 2013, "On the importance of initialization and momentum in deep
    learning", equations 3 and 4; in this form Bengio, Boulanger-Lewandowski and Pascanu 2012, arXiv:1212.0901,
    section 3.5.
    Differences: p is the point where the gradient is taken (the paper's theta + mu v), not the paper's theta; the
    two lie momentum lr b apart. The momentum is constant, where Nesterov's own grows to 1. Keras keeps the rate
    inside the buffer, which is the same only while the rate is constant; optax's `trace(nesterov=True)` is this rule.
    """

    lr: NonNegativeHyper = 1e-3
    momentum: NonNegativeHyper = 0.9
    weight_decay: NonNegativeHyper = 0.0

    invariances = frozenset({"permutation", "rotation", "sign flip", "translation"})

    def init(self, params: Array) -> NesterovState:
        """An empty buffer (dim, runs)."""
        return NesterovState(np.zeros_like(params))

    def apply(self, params: Array, gradient: Array, state: NesterovState, lr: Any) -> tuple[Array, NesterovState]:
        """One step at params (dim, runs) with gradient (dim, runs)."""
        g = with_decay(gradient, params, self.weight_decay)
        buffer = self.momentum * state.buffer + g
        return params - lr * (g + self.momentum * buffer), NesterovState(buffer)
