"""`ls.optimizer("momo_adam")`: MoMo-Adam: Adam's direction with a Polyak step."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from landscape.core.component import Array, FractionHyper, Hyper, NonNegativeHyper
from landscape.core.elementary import largest, select, smallest
from landscape.core.methods import Method, Oracle
from landscape.optimizers._bases.dense import dot
from landscape.optimizers._registry import register
from landscape.optimizers.parameter_free.polyak_sgd import EPS


class MoMoAdamState(NamedTuple):
    """m, v: (dim, runs), the means of the gradient and of its square; f, inner: (runs,), those of the loss and of
    gradient . params; power1, power2: beta1^t and beta2^t."""

    m: Array
    v: Array
    f: Array
    inner: Array
    power1: Any
    power2: Any


@register("momo_adam")
class MoMoAdam(Method):
    """MoMo-Adam: Adam's direction with a Polyak step.

    m, F, c <- means of g, f(p), g.p with beta1;   v <- mean of g^2 with beta2;   b = 1 - beta1^t
    D = eps + sqrt(v / (1 - beta2^t));   gap = max((1 + lr weight_decay) (F - b lower_bound - c) + m.p, 0)
    p <- (p - min(lr / b, gap / sum(m^2 / D)) m / D) / (1 + lr weight_decay)

    lr: the largest step; beta1, beta2: parts of the means kept; eps: keeps the quotient finite; lower_bound: of the
    loss; weight_decay: of the parameters.
    Defaults: optax.contrib.momo_adam's.
    Source: Schaipp, Ohana, Eickenberg, Defazio and Gower 2023, "MoMo: momentum models for adaptive learning rates",
    arXiv:2305.07583, algorithm 2, which steps to the minimum of its model with weight_decay/2 |p|^2 in the metric D.
    Differences: optax.contrib.momo_adam (0.2.8) shrinks p alone and not the step, which is not that minimum; it can
    adapt the lower bound as it goes (adapt_lower_bound); here it is given.
    """

    lr: NonNegativeHyper = 1e-2
    beta1: FractionHyper = 0.9
    beta2: FractionHyper = 0.999
    eps: NonNegativeHyper = 1e-8
    lower_bound: Hyper = 0.0
    weight_decay: NonNegativeHyper = 0.0

    needs = frozenset({"value", "gradient"})
    invariances = frozenset({"gradient scale", "permutation", "sign flip", "translation"})

    def init(self, params: Array) -> MoMoAdamState:
        """Empty means."""
        runs = params.shape[1:]
        nothing = np.zeros_like(params)
        return MoMoAdamState(nothing, nothing, np.zeros(runs), np.zeros(runs), 1.0, 1.0)

    def step(self, params: Array, oracle: Oracle, state: MoMoAdamState, lr: Any) -> tuple[Array, MoMoAdamState]:
        """One step from params (dim, runs)."""
        value, g = oracle.value(params), oracle.gradient(params)
        m = self.beta1 * state.m + (1.0 - self.beta1) * g
        v = self.beta2 * state.v + (1.0 - self.beta2) * g * g
        f = self.beta1 * state.f + (1.0 - self.beta1) * value
        inner = self.beta1 * state.inner + (1.0 - self.beta1) * dot(g, params)
        power1, power2 = state.power1 * self.beta1, state.power2 * self.beta2
        weighted = m / (self.eps + np.sqrt(v / (1.0 - power2)))
        size = dot(m, weighted)
        decay = 1.0 + lr * self.weight_decay
        gap = largest(decay * (f - (1.0 - power1) * self.lower_bound - inner) + dot(m, params), 0.0)
        stretched = select(EPS - size, 0.0, gap / select(EPS - size, 1.0, size))
        tau = smallest(lr / (1.0 - power1), stretched)
        return (params - tau * weighted) / decay, MoMoAdamState(m, v, f, inner, power1, power2)
