"""`ls.optimizer("cocob")`: COCOB: a gambler for each coordinate bets on the sign of its next gradient, and no rate
is needed.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from landscape.core.component import Array, NonNegativeHyper, PositiveHyper
from landscape.core.elementary import absolute, largest
from landscape.core.methods import Optimizer
from landscape.optimizers._registry import register


class COCOBState(NamedTuple):
    """begin, bets, scale, size, reward: (dim, runs)."""

    begin: Array
    bets: Array
    scale: Array
    size: Array
    reward: Array


@register("cocob")
class COCOB(Optimizer):
    """COCOB: a gambler for each coordinate bets on the sign of its next gradient, and no rate is needed.

    L <- max(L, |g|),   G <- G + |g|,   R <- max(R - g (p - p_0), 0),   C <- C - g
    p <- p_0 + lr C / (L max(G + L, alpha L)) (L + R)                           (L = eps at first)

    lr: a factor on the distance from the start; alpha: how cautious the first bets are; eps: the first scale.
    Defaults: optax.contrib.cocob's, which are the paper's.
    Source: Orabona and Tommasi 2017, "Training deep networks without learning rates through coin betting",
    arXiv:1705.07795, algorithm 2.
    Differences: the paper has no factor; with lr = 1 it is theirs.
    """

    lr: NonNegativeHyper = 1.0
    alpha: PositiveHyper = 100.0
    eps: PositiveHyper = 1e-8

    invariances = frozenset({"gradient scale", "permutation", "sign flip", "translation"})

    def init(self, params: Array) -> COCOBState:
        """Nothing won, nothing lost (dim, runs)."""
        zero = np.zeros_like(params)
        return COCOBState(params, zero, zero + self.eps, zero, zero)

    def apply(self, params: Array, gradient: Array, state: COCOBState, lr: Any) -> tuple[Array, COCOBState]:
        """One step at params (dim, runs) with gradient (dim, runs)."""
        size = absolute(gradient)
        scale, gathered = largest(state.scale, size), state.size + size
        reward = largest(state.reward - gradient * (params - state.begin), 0.0)
        bets = state.bets - gradient
        away = bets / (scale * largest(gathered + scale, self.alpha * scale)) * (scale + reward)
        return state.begin + lr * away, COCOBState(state.begin, bets, scale, gathered, reward)
