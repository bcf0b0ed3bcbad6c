"""`ls.optimizer("optimal_momentum")`: Heavy ball with the best constant rate and momentum for a quadratic of known
curvature.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from landscape.core.component import Array, NonNegativeHyper, PositiveHyper
from landscape.core.methods import Optimizer
from landscape.optimizers._registry import register
from landscape.optimizers.second_order.optimal_gd import check_order


class LastStep(NamedTuple):
    """moved: (dim, runs), the step before."""

    moved: Array


@register("optimal_momentum")
class OptimalMomentum(Optimizer):
    """Heavy ball with the best constant rate and momentum for a quadratic of known curvature.

    p <- p - lr (2 / (sqrt(largest) + sqrt(smallest)))^2 g + beta (p - p_before)
    beta = ((sqrt(largest) - sqrt(smallest)) / (sqrt(largest) + sqrt(smallest)))^2

    smallest, largest: the least and the largest curvature; lr: factor on the rate, 1 for the best. The distance to the
    minimum falls by (sqrt(k) - 1)/(sqrt(k) + 1) a step in the long run, k = largest/smallest.
    Defaults: smallest 1 and largest 10 are ours: know your curvature.
    Source: Polyak 1964, "Some methods of speeding up the convergence of iteration methods",
    doi:10.1016/0041-5553(64)90137-5, theorem 9.
    Differences: none; it is `momentum` with its rate and momentum worked out.
    """

    lr: NonNegativeHyper = 1.0
    smallest: PositiveHyper = 1.0
    largest: PositiveHyper = 10.0

    invariances = frozenset({"permutation", "rotation", "sign flip", "translation"})

    def _check(self) -> None:
        check_order(self, self.smallest, self.largest)

    def init(self, params: Array) -> LastStep:
        """No step yet."""
        return LastStep(np.zeros_like(params))

    def apply(self, params: Array, gradient: Array, state: LastStep, lr: Any) -> tuple[Array, LastStep]:
        """One step at params (dim, runs) with gradient (dim, runs)."""
        low, high = np.sqrt(self.smallest), np.sqrt(self.largest)
        rate, beta = 2.0 / (high + low), (high - low) / (high + low)
        moved = beta * beta * state.moved - lr * rate * rate * gradient
        return params + moved, LastStep(moved)
