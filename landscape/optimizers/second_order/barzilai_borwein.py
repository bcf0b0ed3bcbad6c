"""`ls.optimizer("barzilai_borwein")`: Barzilai-Borwein's long step: gradient descent with the inverse curvature of
its last step as rate.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from landscape.core.component import Array, NonNegativeHyper
from landscape.core.elementary import select, total
from landscape.core.methods import Optimizer
from landscape.optimizers._registry import register


class BBState(NamedTuple):
    """params, gradient: (dim, runs), those of the step before; started: 0, then 1."""

    params: Array
    gradient: Array
    started: Any


@register("barzilai_borwein")
class BarzilaiBorwein(Optimizer):
    """Barzilai-Borwein's long step: gradient descent with the inverse curvature of its last step as rate.

    s = p - p_before,   y = g - g_before,   alpha = s.s / s.y      (lr where s.y <= 0, and in the first step)
    p <- p - alpha g

    lr: the rate of the first step, and where the curvature along the last step is not positive. The loss goes up and
    down; on a quadratic it converges all the same, in two dimensions superlinearly.
    Defaults: lr = 1e-3 is ours; the paper's first step is given.
    Source: Barzilai and Borwein 1988, "Two-point step size gradient methods", doi:10.1093/imanum/8.1.141, equation 5.
    Differences: Raydan 1997 bounds the rate and adds a line search that lets the loss rise; the paper does neither.
    """

    lr: NonNegativeHyper = 1e-3

    invariances = frozenset({"permutation", "rotation", "sign flip", "translation"})

    def init(self, params: Array) -> BBState:
        """Nothing known."""
        return BBState(np.zeros_like(params), np.zeros_like(params), 0.0)

    def apply(self, params: Array, gradient: Array, state: BBState, lr: Any) -> tuple[Array, BBState]:
        """One step at params (dim, runs) with gradient (dim, runs)."""
        s, y = params - state.params, gradient - state.gradient
        bend = state.started * total(s * y)
        alpha = select(-bend, lr, total(s * s) / select(-bend, 1.0, bend))
        return params - alpha * gradient, BBState(params, gradient, 1.0)
