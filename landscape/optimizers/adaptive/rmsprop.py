"""`ls.optimizer("rmsprop")`: RMSprop: divides by the root of a moving average of squared gradients, so that it keeps
its pace.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from landscape.core.component import Array, FractionHyper, NonNegativeHyper
from landscape.core.methods import Optimizer
from landscape.optimizers._bases.terms import is_zero, with_decay
from landscape.optimizers._registry import register


class RMSpropState(NamedTuple):
    """v, buffer: (dim, runs), the moving average of squared gradients and the decaying sum of steps."""

    v: Array
    buffer: Array


@register("rmsprop")
class RMSprop(Optimizer):
    """RMSprop: divides by the root of a moving average of squared gradients, so that it keeps its pace.

    g <- g + weight_decay p
    v <- alpha v + (1 - alpha) g^2
    b <- momentum b + g / (sqrt(v) + eps)
    p <- p - lr b

    lr: learning rate; alpha: decay of the average; eps: keeps the quotient finite; momentum: part of the last step
    kept, 0 for the plain rule; weight_decay: coefficient of an L2 penalty weight_decay/2 |p|^2. v starts at 0 and is
    not corrected: the first step is lr / sqrt(1 - alpha) long.
    Defaults: torch.optim.RMSprop's; the lecture has alpha = 0.9.
    Source: Tieleman and Hinton 2012, "Neural networks for machine learning", lecture 6e (slide 29, 6.5 in the usual
    citation).
    Differences: Keras and optax take alpha = 0.9 and put eps inside the root, g / sqrt(v + eps), with 1e-7 and 1e-8;
    optax follows torch with `eps_in_sqrt=False`. TensorFlow 1 started v at 1 (optax: `initial_scale`), so that its
    first steps are shorter. Keras defaults to lr = 0.001.
    """

    lr: NonNegativeHyper = 1e-2
    alpha: FractionHyper = 0.99
    eps: NonNegativeHyper = 1e-8
    momentum: NonNegativeHyper = 0.0
    weight_decay: NonNegativeHyper = 0.0

    invariances = frozenset({"gradient scale", "permutation", "sign flip", "translation"})

    def init(self, params: Array) -> RMSpropState:
        """Average and sum at 0 (dim, runs)."""
        return RMSpropState(np.zeros_like(params), np.zeros_like(params))

    def apply(self, params: Array, gradient: Array, state: RMSpropState, lr: Any) -> tuple[Array, RMSpropState]:
        """One step at params (dim, runs) with gradient (dim, runs)."""
        g = with_decay(gradient, params, self.weight_decay)
        v = self.alpha * state.v + (1.0 - self.alpha) * (g * g)
        step = g / (np.sqrt(v) + self.eps)
        buffer = step if is_zero(self.momentum) else self.momentum * state.buffer + step
        return params - lr * buffer, RMSpropState(v, buffer)
