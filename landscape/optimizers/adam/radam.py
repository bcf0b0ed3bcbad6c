"""`ls.optimizer("radam")`: RAdam: Adam that begins as momentum, until its second moment is a mean of enough
gradients.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from landscape.core.component import Array, FractionHyper, NonNegativeHyper
from landscape.core.elementary import largest, select
from landscape.core.methods import Optimizer
from landscape.optimizers._bases.terms import with_decay
from landscape.optimizers._registry import register


class RAdamState(NamedTuple):
    """m, v: (dim, runs), averages of g and g^2; the powers beta^t; steps: t."""

    m: Array
    v: Array
    beta1_power: Any
    beta2_power: Any
    steps: Any


@register("radam")
class RAdam(Optimizer):
    """RAdam: Adam that begins as momentum, until its second moment is a mean of enough gradients.

    g <- g + weight_decay p
    m <- beta1 m + (1 - beta1) g,   v <- beta2 v + (1 - beta2) g^2
    rho_inf = 2 / (1 - beta2) - 1,   rho = rho_inf - 2 t beta2^t / (1 - beta2^t),   t = 1, 2, ...
    p <- p - lr m_hat                                          where rho <= 5
    p <- p - lr r m_hat sqrt(1 - beta2^t) / (sqrt(v) + eps)    where rho > 5,
    r^2 = (rho - 4) (rho - 2) rho_inf / ((rho_inf - 4) (rho_inf - 2) rho)

    with m_hat = m / (1 - beta1^t). lr: learning rate; beta1, beta2: decays of the two averages; eps: keeps the quotient
    finite; weight_decay: coefficient of an L2 penalty weight_decay/2 |p|^2.
    Defaults: torch.optim.RAdam's.
    Source: Liu, Jiang, He, Chen, Liu, Gao and Han 2020, "On the variance of the adaptive learning rate and beyond",
    arXiv:1908.03265, algorithm 2, which divides from rho > 4 on.
    Differences: optax's threshold is 5 as well, with rho >= 5, and its eps is added to the corrected root.
    """

    lr: NonNegativeHyper = 1e-3
    beta1: FractionHyper = 0.9
    beta2: FractionHyper = 0.999
    eps: NonNegativeHyper = 1e-8
    weight_decay: NonNegativeHyper = 0.0

    invariances = frozenset({"permutation", "sign flip", "translation"})

    def init(self, params: Array) -> RAdamState:
        """Both averages at 0 (dim, runs), both powers at 1."""
        return RAdamState(np.zeros_like(params), np.zeros_like(params), 1.0, 1.0, 0.0)

    def apply(self, params: Array, gradient: Array, state: RAdamState, lr: Any) -> tuple[Array, RAdamState]:
        """One step at params (dim, runs) with gradient (dim, runs)."""
        g = with_decay(gradient, params, self.weight_decay)
        steps, power1, power2 = state.steps + 1.0, state.beta1_power * self.beta1, state.beta2_power * self.beta2
        m = self.beta1 * state.m + (1.0 - self.beta1) * g
        v = self.beta2 * state.v + (1.0 - self.beta2) * (g * g)
        limit = 2.0 / (1.0 - self.beta2) - 1.0
        rho = limit - 2.0 * steps * power2 / (1.0 - power2)
        known = largest(rho, 5.0)  # below, the root would not exist; it is not used there
        over = largest(limit, 5.0)
        ratio = (known - 4.0) * (known - 2.0) * over / ((over - 4.0) * (over - 2.0) * known)
        divided = np.sqrt(ratio) * np.sqrt(1.0 - power2) / (np.sqrt(v) + self.eps)
        factor = select(5.0 - rho, 1.0, divided)
        return params - (lr / (1.0 - power1)) * (m * factor), RAdamState(m, v, power1, power2, steps)
