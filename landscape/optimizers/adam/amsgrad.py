"""`ls.optimizer("amsgrad")`: AMSGrad: Adam that never forgets how large gradients have been, so that its rate per
coordinate only falls.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from landscape.core.component import Array, FractionHyper, NonNegativeHyper
from landscape.core.elementary import largest
from landscape.core.methods import Optimizer
from landscape.optimizers._bases.terms import with_decay
from landscape.optimizers._registry import register


class AMSGradState(NamedTuple):
    """m, v, largest: (dim, runs), the averages of g and g^2 and the largest v so far; the powers beta^t."""

    m: Array
    v: Array
    largest: Array
    beta1_power: Any
    beta2_power: Any


@register("amsgrad")
class AMSGrad(Optimizer):
    """AMSGrad: Adam that never forgets how large gradients have been, so that its rate per coordinate only falls.

    g <- g + weight_decay p
    m <- beta1 m + (1 - beta1) g
    v <- beta2 v + (1 - beta2) g^2,   w <- max(w, v)
    p <- p - lr (m / (1 - beta1^t)) / (sqrt(w / (1 - beta2^t)) + eps),   t = 1, 2, ...

    lr: learning rate; beta1, beta2: decays of the two averages; eps: keeps the quotient finite; weight_decay:
    coefficient of an L2 penalty weight_decay/2 |p|^2.
    Defaults: torch.optim.Adam(amsgrad=True)'s.
    Source: Reddi, Kale and Kumar 2018, "On the convergence of Adam and beyond", arXiv:1904.09237, algorithm 2.
    Differences: the paper has no bias correction; torch corrects after the maximum, as here, optax before it. Keras
    corrects neither maximum nor eps (see `adam`).
    """

    lr: NonNegativeHyper = 1e-3
    beta1: FractionHyper = 0.9
    beta2: FractionHyper = 0.999
    eps: NonNegativeHyper = 1e-8
    weight_decay: NonNegativeHyper = 0.0

    invariances = frozenset({"gradient scale", "permutation", "sign flip", "translation"})

    def init(self, params: Array) -> AMSGradState:
        """All averages at 0 (dim, runs), both powers at 1."""
        zero = np.zeros_like(params)
        return AMSGradState(zero, zero, zero, 1.0, 1.0)

    def apply(self, params: Array, gradient: Array, state: AMSGradState, lr: Any) -> tuple[Array, AMSGradState]:
        """One step at params (dim, runs) with gradient (dim, runs)."""
        g = with_decay(gradient, params, self.weight_decay)
        power1, power2 = state.beta1_power * self.beta1, state.beta2_power * self.beta2
        m = self.beta1 * state.m + (1.0 - self.beta1) * g
        v = self.beta2 * state.v + (1.0 - self.beta2) * (g * g)
        most = largest(state.largest, v)
        root = np.sqrt(most) / np.sqrt(1.0 - power2) + self.eps
        return params - (lr / (1.0 - power1)) * (m / root), AMSGradState(m, v, most, power1, power2)
