"""`ls.optimizer("solis_wets")`: Adaptive random search: normal steps around a bias that success has taught, longer
after luck, shorter without.
"""

from __future__ import annotations

from typing import Annotated, Any, NamedTuple

import numpy as np
from annotated_types import Gt, Lt

from landscape.core.component import Array, Count, Hyper, NonNegativeHyper, PositiveHyper
from landscape.core.methods import Method, Oracle
from landscape.optimizers._registry import register
from landscape.optimizers.derivative_free.random_search import known

ShareHyper = Annotated[Hyper, Gt(0), Lt(1)]


class Luck(NamedTuple):
    """value: (runs,) as in Height; bias: (dim, runs); scale: (runs,); wins, losses: (runs,), in a row."""

    value: Array
    bias: Array
    scale: Array
    wins: Array
    losses: Array


@register("solis_wets")
class SolisWets(Method):
    """Adaptive random search: normal steps around a bias that success has taught, longer after luck, shorter without.

    xi = bias + lr scale z,   z ~ N(0, I)
    f(p + xi) < f(p):          p <- p + xi,   bias <- 0.2 bias + 0.4 xi       (a success)
    else f(p - xi) < f(p):     p <- p - xi,   bias <- bias - 0.4 xi           (a success)
    else                       p stays,       bias <- 0.5 bias                (a failure)
    scale <- expansion scale after more than `successes` in a row, contraction scale after more than `failures`

    lr: the first standard deviation of a step; expansion, contraction: what its scale is multiplied by; successes,
    failures: how many in a row are borne before.
    Defaults: the paper's: 2, 0.5, 5 and 3.
    Source: Solis and Wets 1981, "Minimization by random search techniques", doi:10.1287/moor.6.1.19, algorithm 1.
    Differences: the paper keeps the scale above a bound; here it falls as far as it will.
    """

    lr: NonNegativeHyper = 0.1
    expansion: PositiveHyper = 2.0
    contraction: ShareHyper = 0.5
    successes: Count = 5
    failures: Count = 3

    needs = frozenset({"value", "randomness"})
    invariances = frozenset({"gradient scale", "translation"})

    def init(self, params: Array) -> Luck:
        """No bias, scale 1."""
        zeros = np.zeros(params.shape[1:])
        return Luck(zeros + np.inf, np.zeros_like(params), zeros + 1.0, zeros, zeros)

    def step(self, params: Array, oracle: Oracle, state: Luck, lr: Any) -> tuple[Array, Luck]:
        """One step from params (dim, runs): one or two trials a run."""
        value = known(oracle, params, state.value)
        xi = state.bias + lr * state.scale * oracle.normals(len(params))
        f = oracle.value(params + xi)
        forth = f < value
        back = ~forth
        if back.any():
            behind = oracle.value(params - xi, back)
            back &= behind < value
            f = np.where(back, behind, f)
        won = forth | back
        moved = np.where(forth, params + xi, np.where(back, params - xi, params))
        bias = np.where(forth, 0.2 * state.bias + 0.4 * xi, np.where(back, state.bias - 0.4 * xi, 0.5 * state.bias))
        wins, losses = np.where(won, state.wins + 1.0, 0.0), np.where(won, 0.0, state.losses + 1.0)
        wide, narrow = wins > self.successes, losses > self.failures
        scale = state.scale * np.where(wide, self.expansion, np.where(narrow, self.contraction, 1.0))
        kept = Luck(np.where(won, f, value), bias, scale, np.where(wide, 0.0, wins), np.where(narrow, 0.0, losses))
        return moved, kept
