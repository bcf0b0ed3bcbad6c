"""`ls.optimizer("novograd")`: NovoGrad: momentum of gradients that are divided by one length for all coordinates."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from landscape.core.component import Array, FractionHyper, NonNegativeHyper
from landscape.core.elementary import total
from landscape.core.methods import Optimizer
from landscape.optimizers._bases.terms import with_decay
from landscape.optimizers._registry import register


class NovoGradState(NamedTuple):
    """m: (dim, runs), the decaying sum of normalised gradients; v: (runs,), the average of |g|^2; later: 0, then 1."""

    m: Array
    v: Any
    later: Any


@register("novograd")
class NovoGrad(Optimizer):
    """NovoGrad: momentum of gradients that are divided by one length for all coordinates.

    v <- beta2 v + (1 - beta2) |g|^2                 (v = |g|^2 at first)
    m <- beta1 m + g / (sqrt(v) + eps) + weight_decay p
    p <- p - lr m

    lr: learning rate; beta1: part of the sum kept; beta2: decay of the average; eps: keeps the quotient finite;
    weight_decay: part of p that enters the sum.
    Defaults: optax.novograd's; lr = 1e-2 is the paper's.
    Source: Ginsburg et al. 2019, "Stochastic gradient methods with layer-wise adaptive moments for training of deep
    networks", arXiv:1905.11286, algorithm 1.
    Differences: the paper also has a form that averages, (1 - beta1) g / ..., and no eps in the first step.
    """

    lr: NonNegativeHyper = 1e-2
    beta1: FractionHyper = 0.9
    beta2: FractionHyper = 0.25
    eps: NonNegativeHyper = 1e-6
    weight_decay: NonNegativeHyper = 0.0

    invariances = frozenset({"gradient scale", "permutation", "rotation", "sign flip", "translation"})

    def init(self, params: Array) -> NovoGradState:
        """Nothing gathered yet."""
        return NovoGradState(np.zeros_like(params), 0.0 * total(params), 0.0)

    def apply(self, params: Array, gradient: Array, state: NovoGradState, lr: Any) -> tuple[Array, NovoGradState]:
        """One step at params (dim, runs) with gradient (dim, runs)."""
        kept = state.later * self.beta2
        v = kept * state.v + (1.0 - kept) * total(gradient * gradient)
        scaled = gradient / (np.sqrt(v) + self.eps)
        m = self.beta1 * state.m + with_decay(scaled, params, self.weight_decay)
        return params - lr * m, NovoGradState(m, v, 1.0)
