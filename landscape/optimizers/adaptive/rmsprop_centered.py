"""`ls.optimizer("rmsprop_centered")`: Centred RMSprop: divides by the spread of the gradients about their mean, so
that steady ones take long steps.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from landscape.core.component import Array, FractionHyper, NonNegativeHyper
from landscape.core.elementary import largest
from landscape.core.methods import Optimizer
from landscape.optimizers._bases.terms import is_zero, with_decay
from landscape.optimizers._registry import register


class CenteredState(NamedTuple):
    """v, m, buffer: (dim, runs), the averages of g^2 and of g, and the decaying sum of steps."""

    v: Array
    m: Array
    buffer: Array


@register("rmsprop_centered")
class CenteredRMSprop(Optimizer):
    """Centred RMSprop: divides by the spread of the gradients about their mean, so that steady ones take long steps.

    g <- g + weight_decay p
    v <- alpha v + (1 - alpha) g^2,   m <- alpha m + (1 - alpha) g
    b <- momentum b + g / (sqrt(v - m^2) + eps)
    p <- p - lr b

    lr: learning rate; alpha: decay of the averages; eps: keeps the quotient finite; momentum: part of the last step
    kept; weight_decay: coefficient of an L2 penalty weight_decay/2 |p|^2.
    Defaults: torch.optim.RMSprop(centered=True)'s.
    Source: Graves 2013, "Generating sequences with recurrent neural networks", arXiv:1308.0850, equations 38 to 41.
    Differences: Graves and optax put eps inside the root, 1e-4 with Graves; under rounding v - m^2 may fall below 0,
    which is taken for 0 here, as it is not in torch.
    """

    lr: NonNegativeHyper = 1e-2
    alpha: FractionHyper = 0.99
    eps: NonNegativeHyper = 1e-8
    momentum: NonNegativeHyper = 0.0
    weight_decay: NonNegativeHyper = 0.0

    invariances = frozenset({"gradient scale", "permutation", "sign flip", "translation"})

    def init(self, params: Array) -> CenteredState:
        """Averages and sum at 0 (dim, runs)."""
        return CenteredState(np.zeros_like(params), np.zeros_like(params), np.zeros_like(params))

    def apply(self, params: Array, gradient: Array, state: CenteredState, lr: Any) -> tuple[Array, CenteredState]:
        """One step at params (dim, runs) with gradient (dim, runs)."""
        g = with_decay(gradient, params, self.weight_decay)
        v = self.alpha * state.v + (1.0 - self.alpha) * (g * g)
        m = self.alpha * state.m + (1.0 - self.alpha) * g
        step = g / (np.sqrt(largest(v - m * m, 0.0)) + self.eps)
        buffer = step if is_zero(self.momentum) else self.momentum * state.buffer + step
        return params - lr * buffer, CenteredState(v, m, buffer)
