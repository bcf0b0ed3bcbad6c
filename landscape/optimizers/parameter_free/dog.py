"""`ls.optimizer("dog")`: Distance over gradients: the rate is how far the run has come, over the root of the sum of
squared gradients.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from landscape.core.component import Array, NonNegativeHyper, PositiveHyper
from landscape.core.elementary import largest, total
from landscape.core.methods import Optimizer
from landscape.optimizers._bases.terms import length, with_decay
from landscape.optimizers._registry import register


class DoGState(NamedTuple):
    """begin: (dim, runs), the starting point; reach: (runs,), the largest distance from it; total: (runs,) of |g|^2."""

    begin: Array
    reach: Any
    total: Any


@register("dog")
class DoG(Optimizer):
    """Distance over gradients: the rate is how far the run has come, over the root of the sum of squared gradients.

    r <- max(r, |p - p_0|),   s <- s + |g|^2                      (r = init_step (1 + |p_0|) at first)
    p <- p - lr r / sqrt(s + eps) g

    lr: a factor on the rate; init_step: the first reach over 1 + |p_0|; eps: keeps the quotient finite;
    weight_decay: coefficient of an L2 penalty weight_decay/2 |p|^2.
    Defaults: optax.contrib.dog's, which are the paper's.
    Source: Ivgi, Hinder and Carmon 2023, "DoG is SGD's best friend: a parameter-free dynamic step size schedule",
    arXiv:2302.12022.
    Differences: the authors recommend to use the mean of the way; here the last point is drawn.
    """

    lr: NonNegativeHyper = 1.0
    init_step: PositiveHyper = 1e-6
    eps: NonNegativeHyper = 1e-8
    weight_decay: NonNegativeHyper = 0.0

    invariances = frozenset({"gradient scale", "permutation", "rotation", "sign flip"})

    def init(self, params: Array) -> DoGState:
        """The start at params (dim, runs), the first reach."""
        return DoGState(params, self.init_step * (1.0 + length(params)), 0.0 * total(params))

    def apply(self, params: Array, gradient: Array, state: DoGState, lr: Any) -> tuple[Array, DoGState]:
        """One step at params (dim, runs) with gradient (dim, runs)."""
        g = with_decay(gradient, params, self.weight_decay)
        reach = largest(state.reach, length(state.begin - params))
        gathered = state.total + total(g * g)
        rate = lr * (reach / np.sqrt(gathered + self.eps))
        return params - g * rate, DoGState(state.begin, reach, gathered)
