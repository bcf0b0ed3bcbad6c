"""`ls.optimizer("barzilai_borwein_short")`: Barzilai-Borwein's short step: the smaller of their two rates."""

from __future__ import annotations

from typing import Any

import numpy as np

from landscape.core.component import Array, NonNegativeHyper
from landscape.core.elementary import select, total
from landscape.core.methods import Optimizer
from landscape.optimizers._registry import register
from landscape.optimizers.second_order.barzilai_borwein import BBState


@register("barzilai_borwein_short")
class BarzilaiBorweinShort(Optimizer):
    """Barzilai-Borwein's short step: the smaller of their two rates.

    s = p - p_before,   y = g - g_before,   alpha = s.y / y.y      (lr where s.y <= 0, and in the first step)
    p <- p - alpha g

    lr: the rate of the first step, and where the curvature along the last step is not positive.
    Defaults: lr = 1e-3 is ours; the paper's first step is given.
    Source: Barzilai and Borwein 1988, "Two-point step size gradient methods", doi:10.1093/imanum/8.1.141, equation 6.
    Differences: none that we know of.
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
        alpha = select(-bend, lr, bend / select(-bend, 1.0, total(y * y)))
        return params - alpha * gradient, BBState(params, gradient, 1.0)
