"""`ls.optimizer("fromage")`: Fromage: steps as long as the rate times the parameters, shrunk so that these do not
grow.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from landscape.core.component import Array, NonNegativeHyper
from landscape.core.elementary import largest
from landscape.core.methods import Optimizer
from landscape.optimizers._bases.terms import length
from landscape.optimizers._registry import register


@register("fromage")
class Fromage(Optimizer):
    """Fromage: steps as long as the rate times the parameters, shrunk so that these do not grow.

    p <- (p - lr |p| / |g| g) / sqrt(1 + lr^2)

    lr: step length over parameter length; min_norm: the least that either length counts for.
    Defaults: optax.fromage's min_norm; lr = 1e-2 is the paper's.
    Source: Bernstein, Vahdat, Yue and Liu 2020, "On the distance between two neural networks and the stability of
    learning", arXiv:2002.03432, algorithm 1.
    Differences: the paper has no least norm.
    """

    lr: NonNegativeHyper = 1e-2
    min_norm: NonNegativeHyper = 1e-6

    invariances = frozenset({"gradient scale", "permutation", "rotation", "sign flip"})

    def init(self, params: Array) -> tuple[()]:
        """Nothing: the rule has no memory."""
        return ()

    def apply(self, params: Array, gradient: Array, state: tuple[()], lr: Any) -> tuple[Array, tuple[()]]:
        """One step at params (dim, runs) with gradient (dim, runs)."""
        ratio = largest(length(params), self.min_norm) / largest(length(gradient), self.min_norm)
        shrunk = 1.0 / np.sqrt(1.0 + lr * lr)
        return shrunk * (params - gradient * (lr * ratio)), state
