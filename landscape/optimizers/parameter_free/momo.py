"""`ls.optimizer("momo")`: MoMo: momentum with a Polyak step, from a model of the loss that averages past losses and
gradients.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from landscape.core.component import Array, FractionHyper, Hyper, NonNegativeHyper
from landscape.core.elementary import largest, select, smallest
from landscape.core.methods import Method, Oracle
from landscape.optimizers._bases.dense import dot
from landscape.optimizers._registry import register
from landscape.optimizers.parameter_free.polyak_sgd import EPS


class MoMoState(NamedTuple):
    """m: (dim, runs), the mean gradient; f: (runs,), the mean loss; inner: (runs,), the mean of gradient . params;
    kept: the part of the means that stays in the next step, 0 in the first."""

    m: Array
    f: Array
    inner: Array
    kept: Any


@register("momo")
class MoMo(Method):
    """MoMo: momentum with a Polyak step, from a model of the loss that averages past losses and gradients.

    m <- beta m + (1 - beta) g;   F <- beta F + (1 - beta) f(p);   c <- beta c + (1 - beta) g.p     (means from step 1)
    gap = max((1 + lr weight_decay) (F - lower_bound - c) + m.p, 0)
    p <- (p - min(lr, gap / |m|^2) m) / (1 + lr weight_decay)

    lr: the largest step; beta: part of the means kept; lower_bound: of the loss; weight_decay: of the parameters.
    Defaults: optax.contrib.momo's.
    Source: Schaipp, Ohana, Eickenberg, Defazio and Gower 2023, "MoMo: momentum models for adaptive learning rates",
    arXiv:2305.07583, algorithm 1, which steps to the minimum of its model with weight_decay/2 |p|^2.
    Differences: optax.contrib.momo (0.2.8) shrinks p alone and not the step, which is not that minimum; it can adapt
    the lower bound as it goes (adapt_lower_bound); here it is given.
    """

    lr: NonNegativeHyper = 1.0
    beta: FractionHyper = 0.9
    lower_bound: Hyper = 0.0
    weight_decay: NonNegativeHyper = 0.0

    needs = frozenset({"value", "gradient"})
    invariances = frozenset({"permutation", "rotation", "sign flip", "translation"})

    def init(self, params: Array) -> MoMoState:
        """Empty means, of which the first step keeps nothing."""
        runs = params.shape[1:]
        return MoMoState(np.zeros_like(params), np.zeros(runs), np.zeros(runs), 0.0)

    def step(self, params: Array, oracle: Oracle, state: MoMoState, lr: Any) -> tuple[Array, MoMoState]:
        """One step from params (dim, runs)."""
        value, g = oracle.value(params), oracle.gradient(params)
        kept = state.kept
        m = kept * state.m + (1.0 - kept) * g
        f = kept * state.f + (1.0 - kept) * value
        inner = kept * state.inner + (1.0 - kept) * dot(g, params)
        decay = 1.0 + lr * self.weight_decay
        size = dot(m, m)
        gap = largest(decay * (f - self.lower_bound - inner) + dot(m, params), 0.0)
        tau = smallest(lr, select(EPS - size, 0.0, gap / select(EPS - size, 1.0, size)))
        return (params - tau * m) / decay, MoMoState(m, f, inner, self.beta)
