"""`ls.optimizer("adamax")`: Adamax: Adam with the largest recent gradient in place of the root of their mean square."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from landscape.core.component import Array, FractionHyper, NonNegativeHyper
from landscape.core.elementary import absolute, largest
from landscape.core.methods import Optimizer
from landscape.optimizers._bases.terms import with_decay
from landscape.optimizers._registry import register


class AdamaxState(NamedTuple):
    """m: (dim, runs), the average of g; u: (dim, runs), the decaying maximum of |g|; beta1_power: beta1^t."""

    m: Array
    u: Array
    beta1_power: Any


@register("adamax")
class Adamax(Optimizer):
    """Adamax: Adam with the largest recent gradient in place of the root of their mean square.

    g <- g + weight_decay p
    m <- beta1 m + (1 - beta1) g
    u <- max(beta2 u, |g| + eps)
    p <- p - lr / (1 - beta1^t) * m / u,   t = 1, 2, ...

    lr: learning rate; beta1, beta2: decays of the average and of the maximum; eps: keeps the quotient finite;
    weight_decay: coefficient of an L2 penalty weight_decay/2 |p|^2.
    Defaults: torch.optim.Adamax's, which are the paper's.
    Source: Kingma and Ba 2015, "Adam: a method for stochastic optimization", arXiv:1412.6980, algorithm 2.
    Differences: the paper has no eps; Keras adds it to u in the quotient.
    """

    lr: NonNegativeHyper = 2e-3
    beta1: FractionHyper = 0.9
    beta2: FractionHyper = 0.999
    eps: NonNegativeHyper = 1e-8
    weight_decay: NonNegativeHyper = 0.0

    invariances = frozenset({"gradient scale", "permutation", "sign flip", "translation"})

    def init(self, params: Array) -> AdamaxState:
        """Both at 0 (dim, runs), the power at 1."""
        return AdamaxState(np.zeros_like(params), np.zeros_like(params), 1.0)

    def apply(self, params: Array, gradient: Array, state: AdamaxState, lr: Any) -> tuple[Array, AdamaxState]:
        """One step at params (dim, runs) with gradient (dim, runs)."""
        g = with_decay(gradient, params, self.weight_decay)
        power = state.beta1_power * self.beta1
        m = self.beta1 * state.m + (1.0 - self.beta1) * g
        u = largest(self.beta2 * state.u, absolute(g) + self.eps)
        return params - (lr / (1.0 - power)) * (m / u), AdamaxState(m, u, power)
