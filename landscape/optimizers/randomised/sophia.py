"""`ls.optimizer("sophia")`: Sophia: momentum over an estimate of the Hessian's diagonal, no coordinate moving more
than lr.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from landscape.core.component import Array, Count, FractionHyper, NonNegativeHyper, PositiveHyper
from landscape.core.methods import Method, Oracle
from landscape.optimizers._registry import register
from landscape.optimizers.randomised.adahessian import hessian_diagonal


class SophiaState(NamedTuple):
    """m, h: (dim, runs), the means of the gradient and of the Hessian's diagonal; done: steps done."""

    m: Array
    h: Array
    done: int


@register("sophia")
class Sophia(Method):
    """Sophia: momentum over an estimate of the Hessian's diagonal, no coordinate moving more than lr.

    every `interval` steps:  h <- beta2 h + (1 - beta2) z * (H z),   z_i = 1 or -1 at random
    m <- beta1 m + (1 - beta1) g
    p <- p - lr (clip(m / max(gamma h, eps), -1, 1) + weight_decay p)

    lr: learning rate, the most that a coordinate moves; beta1, beta2: parts of the means kept; gamma: the factor on the
    curvature; eps: the least that is divided by, which also stands for negative curvature; weight_decay: decoupled;
    interval: steps from one estimate to the next.
    Defaults: the paper's beta1 0.965, beta2 0.99, gamma 0.01, eps 1e-12 and interval 10; lr 1e-3 is ours.
    Source: Liu, Li, Hall, Liang and Ma 2023, "Sophia: a scalable stochastic second-order optimizer for language model
    pre-training", arXiv:2305.14342, algorithm 3 with the estimator of algorithm 1.
    Differences: the paper's z is normal; optax.contrib.sophia's is of signs too, but it corrects the bias of m and h as
    Adam does.
    """

    lr: NonNegativeHyper = 1e-3
    beta1: FractionHyper = 0.965
    beta2: FractionHyper = 0.99
    gamma: PositiveHyper = 0.01
    eps: PositiveHyper = 1e-12
    weight_decay: NonNegativeHyper = 0.0
    interval: Count = 10

    needs = frozenset({"gradient", "product", "randomness"})
    invariances = frozenset({"gradient scale", "translation"})

    def init(self, params: Array) -> SophiaState:
        """Empty means."""
        nothing = np.zeros_like(params)
        return SophiaState(nothing, nothing, 0)

    def step(self, params: Array, oracle: Oracle, state: SophiaState, lr: Any) -> tuple[Array, SophiaState]:
        """One step from params (dim, runs)."""
        h = state.h
        if state.done % self.interval == 0:
            h = self.beta2 * h + (1.0 - self.beta2) * hessian_diagonal(params, oracle)
        m = self.beta1 * state.m + (1.0 - self.beta1) * oracle.gradient(params)
        step = np.clip(m / np.maximum(self.gamma * h, self.eps), -1.0, 1.0)
        return params - lr * (step + self.weight_decay * params), SophiaState(m, h, state.done + 1)
