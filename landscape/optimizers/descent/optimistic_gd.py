"""`ls.optimizer("optimistic_gd")`: Optimistic gradient descent: bets that the next gradient changes as the last one
did. Made for games.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from landscape.core.component import Array, NonNegativeHyper
from landscape.core.methods import Optimizer
from landscape.optimizers._registry import register


class OptimisticState(NamedTuple):
    """last: (dim, runs), the gradient before; later: 0 at first, then 1."""

    last: Array
    later: Any


@register("optimistic_gd")
class OptimisticGD(Optimizer):
    """Optimistic gradient descent: bets that the next gradient changes as the last one did. Made for games.

    p <- p - lr ((alpha + beta) g - beta g_before)          (g_before = g at first)

    lr: learning rate; alpha: weight of the gradient; beta: weight of its change.
    Defaults: optax.optimistic_gradient_descent's; lr = 1e-3 as for sgd.
    Source: Popov 1980, "A modification of the Arrow-Hurwicz method for search of saddle points"; Daskalakis, Ilyas,
    Syrgkanis and Zeng 2018, "Training GANs with optimism", arXiv:1711.00141.
    Differences: with alpha = beta = 1 it is theirs.
    """

    lr: NonNegativeHyper = 1e-3
    alpha: NonNegativeHyper = 1.0
    beta: NonNegativeHyper = 1.0

    invariances = frozenset({"permutation", "rotation", "sign flip", "translation"})

    def init(self, params: Array) -> OptimisticState:
        """No gradient before."""
        return OptimisticState(np.zeros_like(params), 0.0)

    def apply(self, params: Array, gradient: Array, state: OptimisticState, lr: Any) -> tuple[Array, OptimisticState]:
        """One step at params (dim, runs) with gradient (dim, runs)."""
        before = state.later * state.last + (1.0 - state.later) * gradient
        step = (self.alpha + self.beta) * gradient - self.beta * before
        return params - lr * step, OptimisticState(gradient, 1.0)
