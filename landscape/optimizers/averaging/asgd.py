"""`ls.optimizer("asgd")`: Averaged SGD: descent with a slowly falling rate, which keeps the mean of its way beside
it.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from landscape.core.component import Array, NonNegativeHyper
from landscape.core.elementary import largest
from landscape.core.methods import Optimizer
from landscape.optimizers._bases.terms import with_decay
from landscape.optimizers._registry import register


class ASGDState(NamedTuple):
    """average: (dim, runs), the mean of the points from step t0 on; eta: the rate now; steps: t."""

    average: Array
    eta: Any
    steps: Any


@register("asgd")
class ASGD(Optimizer):
    """Averaged SGD: descent with a slowly falling rate, which keeps the mean of its way beside it.

    g <- g + weight_decay p
    p <- (1 - lambd eta) p - eta g
    eta <- lr / (1 + lambd lr t)^alpha,   t = 1, 2, ...      (eta = lr at first)
    average <- average + (p - average) / max(1, t - 1 - t0)

    lr: learning rate; lambd: decay of parameters and rate; alpha: power of the rate's fall; t0: when averaging begins;
    weight_decay: coefficient of an L2 penalty weight_decay/2 |p|^2. The average is in the state; what is drawn is p.
    Defaults: torch.optim.ASGD's.
    Source: Polyak and Juditsky 1992, "Acceleration of stochastic approximation by averaging", SIAM Journal on Control
    and Optimization 30(4); in this form Bottou 2010, "Large-scale machine learning with stochastic gradient descent".
    Differences: none known.
    """

    lr: NonNegativeHyper = 1e-2
    lambd: NonNegativeHyper = 1e-4
    alpha: NonNegativeHyper = 0.75
    t0: NonNegativeHyper = 1e6
    weight_decay: NonNegativeHyper = 0.0

    invariances = frozenset({"permutation", "rotation", "sign flip", "translation"})

    def init(self, params: Array) -> ASGDState:
        """The average at 0 (dim, runs); the rate at lr."""
        return ASGDState(np.zeros_like(params), self.lr, 0.0)

    def apply(self, params: Array, gradient: Array, state: ASGDState, lr: Any) -> tuple[Array, ASGDState]:
        """One step at params (dim, runs) with gradient (dim, runs)."""
        g = with_decay(gradient, params, self.weight_decay)
        steps = state.steps + 1.0
        params = (1.0 - self.lambd * state.eta) * params - state.eta * g
        share = 1.0 / largest(state.steps - self.t0, 1.0)
        average = state.average + (params - state.average) * share
        eta = lr * np.exp(-self.alpha * np.log(1.0 + self.lambd * lr * steps))
        return params, ASGDState(average, eta, steps)
