"""`ls.optimizer("signum")`: Signum: a step by the sign of the moving average of gradients."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from landscape.core.component import Array, FractionHyper, NonNegativeHyper
from landscape.core.elementary import sign
from landscape.core.methods import Optimizer
from landscape.optimizers._registry import register


class AverageState(NamedTuple):
    """m: (dim, runs), the moving average of gradients."""

    m: Array


@register("signum")
class Signum(Optimizer):
    """Signum: a step by the sign of the moving average of gradients.

    m <- momentum m + (1 - momentum) g
    p <- p - lr sign(m)

    lr: the length of a step along each coordinate; momentum: decay of the average.
    Defaults: optax.signum's momentum; lr = 1e-3 as for sgd.
    Source: Bernstein, Wang, Azizzadenesheli and Anandkumar 2018, "signSGD: compressed optimisation for non-convex
    problems", arXiv:1802.04434, algorithm 2.
    Differences: none known; the average's scale does not matter.
    """

    lr: NonNegativeHyper = 1e-3
    momentum: FractionHyper = 0.9

    invariances = frozenset({"gradient scale", "permutation", "sign flip", "translation"})

    def init(self, params: Array) -> AverageState:
        """The average at 0 (dim, runs)."""
        return AverageState(np.zeros_like(params))

    def apply(self, params: Array, gradient: Array, state: AverageState, lr: Any) -> tuple[Array, AverageState]:
        """One step at params (dim, runs) with gradient (dim, runs)."""
        m = self.momentum * state.m + (1.0 - self.momentum) * gradient
        return params - lr * sign(m), AverageState(m)
