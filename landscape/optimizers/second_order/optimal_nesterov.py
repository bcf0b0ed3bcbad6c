"""`ls.optimizer("optimal_nesterov")`: Nesterov's method with the constant momentum for a strongly convex loss of
known curvature.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from landscape.core.component import Array, NonNegativeHyper, PositiveHyper
from landscape.core.methods import Optimizer
from landscape.optimizers._registry import register
from landscape.optimizers.second_order.optimal_gd import check_order
from landscape.optimizers.second_order.optimal_momentum import LastStep


@register("optimal_nesterov")
class OptimalNesterov(Optimizer):
    """Nesterov's method with the constant momentum for a strongly convex loss of known curvature.

    y = p + beta (p - p_before),   beta = (sqrt(k) - 1)/(sqrt(k) + 1)
    p <- y - lr / largest grad f(y)

    smallest, largest: the least and the largest curvature, k = largest/smallest; lr: factor on the rate. The recorded
    point is y, where the gradient is taken. The loss falls by at least 1 - 1/sqrt(k) a step.
    Defaults: smallest 1 and largest 10 are ours: know your curvature.
    Source: Nesterov 2004, "Introductory lectures on convex optimization", scheme 2.2.11.
    Differences: `nesterov` with the same rate and momentum takes the same points y.
    """

    lr: NonNegativeHyper = 1.0
    smallest: PositiveHyper = 1.0
    largest: PositiveHyper = 10.0

    invariances = frozenset({"permutation", "rotation", "sign flip", "translation"})

    def _check(self) -> None:
        check_order(self, self.smallest, self.largest)

    def init(self, params: Array) -> LastStep:
        """The point p before the first step: where y is."""
        return LastStep(params)

    def apply(self, params: Array, gradient: Array, state: LastStep, lr: Any) -> tuple[Array, LastStep]:
        """One step at params (dim, runs) with gradient (dim, runs)."""
        low, high = np.sqrt(self.smallest), np.sqrt(self.largest)
        point = params - lr / self.largest * gradient
        return point + (high - low) / (high + low) * (point - state.moved), LastStep(point)
