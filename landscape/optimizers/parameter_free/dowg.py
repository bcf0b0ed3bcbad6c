"""`ls.optimizer("dowg")`: Distance over weighted gradients: DoG that forgets the gradients of its first, short
steps.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from landscape.core.component import Array, NonNegativeHyper, PositiveHyper
from landscape.core.elementary import largest, total
from landscape.core.methods import Optimizer
from landscape.optimizers._bases.terms import with_decay
from landscape.optimizers._registry import register


class DoWGState(NamedTuple):
    """begin: (dim, runs), the start; reach: (runs,), the largest squared distance; total: (runs,), weighted |g|^2."""

    begin: Array
    reach: Any
    total: Any


@register("dowg")
class DoWG(Optimizer):
    """Distance over weighted gradients: DoG that forgets the gradients of its first, short steps.

    r <- max(r, |p - p_0|^2),   s <- s + r |g|^2                  (r = eps at first)
    p <- p - lr r / (sqrt(s) + eps) g

    lr: a factor on the rate; eps: the first squared reach, and keeps the quotient finite; weight_decay: coefficient of
    an L2 penalty weight_decay/2 |p|^2.
    Defaults: optax.contrib.dowg's.
    Source: Khaled, Mishchenko and Jin 2023, "DoWG unleashed: an efficient universal parameter-free gradient descent
    method", arXiv:2305.16284, algorithm 1.
    Differences: the paper names the first reach r_eps, and has no eps in the quotient, as its authors' program has.
    """

    lr: NonNegativeHyper = 1.0
    eps: PositiveHyper = 1e-4
    weight_decay: NonNegativeHyper = 0.0

    invariances = frozenset({"permutation", "rotation", "sign flip", "translation"})

    def init(self, params: Array) -> DoWGState:
        """The start at params (dim, runs), the first squared reach."""
        return DoWGState(params, 0.0 * total(params) + self.eps, 0.0 * total(params))

    def apply(self, params: Array, gradient: Array, state: DoWGState, lr: Any) -> tuple[Array, DoWGState]:
        """One step at params (dim, runs) with gradient (dim, runs)."""
        g = with_decay(gradient, params, self.weight_decay)
        away = state.begin - params
        reach = largest(state.reach, total(away * away))
        gathered = reach * total(g * g) + state.total
        rate = lr * (reach / (np.sqrt(gathered) + self.eps))
        return params - g * rate, DoWGState(state.begin, reach, gathered)
