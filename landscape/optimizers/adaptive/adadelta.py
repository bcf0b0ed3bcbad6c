"""`ls.optimizer("adadelta")`: AdaDelta: steps in the units of the parameters, from the ratio of past steps to past
gradients.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from landscape.core.component import Array, FractionHyper, NonNegativeHyper
from landscape.core.methods import Optimizer
from landscape.optimizers._bases.terms import with_decay
from landscape.optimizers._registry import register


class AdaDeltaState(NamedTuple):
    """v, u: (dim, runs), the moving averages of squared gradients and of squared steps."""

    v: Array
    u: Array


@register("adadelta")
class AdaDelta(Optimizer):
    """AdaDelta: steps in the units of the parameters, from the ratio of past steps to past gradients.

    g <- g + weight_decay p
    v <- rho v + (1 - rho) g^2
    d = sqrt(u + eps) / sqrt(v + eps) * g
    u <- rho u + (1 - rho) d^2
    p <- p - lr d

    lr: factor on the paper's step; rho: decay of both averages; eps: keeps the quotient finite, and sets the size of
    the first steps; weight_decay: coefficient of an L2 penalty weight_decay/2 |p|^2.
    Defaults: torch.optim.Adadelta's. lr = 1 is the paper, which has no rate.
    Source: Zeiler 2012, "ADADELTA: an adaptive learning rate method", arXiv:1212.5701, algorithm 1.
    Differences: Keras and TensorFlow default to lr = 0.001, rho = 0.95 and eps = 1e-7: a thousandth of the paper's
    step. optax has the formula and defaults of torch, but no default rate.
    """

    lr: NonNegativeHyper = 1.0
    rho: FractionHyper = 0.9
    eps: NonNegativeHyper = 1e-6
    weight_decay: NonNegativeHyper = 0.0

    invariances = frozenset({"permutation", "sign flip", "translation"})

    def init(self, params: Array) -> AdaDeltaState:
        """Both averages at 0 (dim, runs)."""
        return AdaDeltaState(np.zeros_like(params), np.zeros_like(params))

    def apply(self, params: Array, gradient: Array, state: AdaDeltaState, lr: Any) -> tuple[Array, AdaDeltaState]:
        """One step at params (dim, runs) with gradient (dim, runs)."""
        g = with_decay(gradient, params, self.weight_decay)
        v = self.rho * state.v + (1.0 - self.rho) * (g * g)
        d = np.sqrt((state.u + self.eps) / (v + self.eps)) * g
        u = self.rho * state.u + (1.0 - self.rho) * (d * d)
        return params - lr * d, AdaDeltaState(v, u)
