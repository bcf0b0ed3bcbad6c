"""`ls.optimizer("adahessian")`: AdaHessian: Adam with an estimate of the Hessian's diagonal in place of the gradient
in the second moment.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from landscape.core.component import Array, FractionHyper, NonNegativeHyper
from landscape.core.methods import Method, Oracle
from landscape.optimizers._registry import register


class AdaHessianState(NamedTuple):
    """m, v: (dim, runs), the means of the gradient and of the Hessian's squared diagonal; power1, power2: beta^t."""

    m: Array
    v: Array
    power1: Any
    power2: Any


@register("adahessian")
class AdaHessian(Method):
    """AdaHessian: Adam with an estimate of the Hessian's diagonal in place of the gradient in the second moment.

    D = z * (H z),   z_i = 1 or -1 at random
    m <- beta1 m + (1 - beta1) g;   v <- beta2 v + (1 - beta2) D^2
    p <- p - lr ((m / (1 - beta1^t)) / ((v / (1 - beta2^t))^(hessian_power/2) + eps) + weight_decay p)

    lr: learning rate; beta1, beta2: parts of the means kept; eps: keeps the quotient finite; weight_decay: decoupled;
    hessian_power: 1 for the whole curvature, 0 for none.
    Defaults: the authors' code's, with lr 0.1.
    Source: Yao, Gholami, Shen, Mustafa, Keutzer and Mahoney 2021, "AdaHessian: an adaptive second order optimizer for
    machine learning", arXiv:2006.00719, algorithm 1.
    Differences: the authors average D over blocks of a layer (spatial averaging); a parameter vector has no blocks.
    """

    lr: NonNegativeHyper = 0.1
    beta1: FractionHyper = 0.9
    beta2: FractionHyper = 0.999
    eps: NonNegativeHyper = 1e-4
    weight_decay: NonNegativeHyper = 0.0
    hessian_power: NonNegativeHyper = 1.0

    needs = frozenset({"gradient", "product", "randomness"})
    invariances = frozenset({"gradient scale", "translation"})

    def init(self, params: Array) -> AdaHessianState:
        """Empty means."""
        nothing = np.zeros_like(params)
        return AdaHessianState(nothing, nothing, 1.0, 1.0)

    def step(self, params: Array, oracle: Oracle, state: AdaHessianState, lr: Any) -> tuple[Array, AdaHessianState]:
        """One step from params (dim, runs)."""
        gradient, diagonal = oracle.gradient(params), hessian_diagonal(params, oracle)
        m = self.beta1 * state.m + (1.0 - self.beta1) * gradient
        v = self.beta2 * state.v + (1.0 - self.beta2) * diagonal * diagonal
        power1, power2 = state.power1 * self.beta1, state.power2 * self.beta2
        size = np.sqrt(v / (1.0 - power2)) ** self.hessian_power + self.eps
        step = m / (1.0 - power1) / size + self.weight_decay * params
        return params - lr * step, AdaHessianState(m, v, power1, power2)


def hessian_diagonal(params: Array, oracle: Oracle) -> Array:
    """Hutchinson's estimate of the Hessian's diagonal: z * (H z) with random signs z, (dim, runs)."""
    z = 1.0 - 2.0 * (oracle.words(len(params)) & np.uint64(1)).astype(np.float64)
    return z * oracle.product(params, z)
