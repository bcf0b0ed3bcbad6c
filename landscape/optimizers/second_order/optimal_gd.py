"""`ls.optimizer("optimal_gd")`: Gradient descent with the best constant rate for a quadratic of known curvature."""

from __future__ import annotations

from typing import Any

import numpy as np

from landscape.core.component import Array, FieldError, NonNegativeHyper, PositiveHyper
from landscape.core.methods import Optimizer
from landscape.optimizers._registry import register


def check_order(rule: Optimizer, smallest: Any, largest: Any) -> None:
    """FieldError where the smallest curvature is larger than the largest."""
    if np.any(np.asarray(smallest) > np.asarray(largest)):
        raise FieldError(rule.name, "smallest", f"must be at most `largest`, got {smallest} and {largest}")


@register("optimal_gd")
class OptimalGD(Optimizer):
    """Gradient descent with the best constant rate for a quadratic of known curvature.

    p <- p - lr 2 / (smallest + largest) g

    smallest, largest: the least and the largest curvature; lr: factor on the rate, 1 for the best. The distance to the
    minimum falls by (k - 1)/(k + 1) a step, k = largest/smallest.
    Defaults: smallest 1 and largest 10 are ours: know your curvature.
    Source: Polyak 1987, "Introduction to optimization", section 1.4; Nesterov 2004, theorem 2.1.15.
    Differences: none; it is `sgd` with its rate worked out.
    """

    lr: NonNegativeHyper = 1.0
    smallest: PositiveHyper = 1.0
    largest: PositiveHyper = 10.0

    invariances = frozenset({"permutation", "rotation", "sign flip", "translation"})

    def _check(self) -> None:
        check_order(self, self.smallest, self.largest)

    def init(self, params: Array) -> tuple[()]:
        """Nothing: the rule has no memory."""
        return ()

    def apply(self, params: Array, gradient: Array, state: tuple[()], lr: Any) -> tuple[Array, tuple[()]]:
        """One step at params (dim, runs) with gradient (dim, runs)."""
        return params - lr * (2.0 / (self.smallest + self.largest)) * gradient, state
