"""`ls.optimizer("forward_differences")`: any rule, with its gradient from differences of losses."""

from __future__ import annotations

from typing import Any

import numpy as np

from landscape.core.component import Array, Positive
from landscape.core.methods import Method, Optimizer, Oracle
from landscape.optimizers._registry import register


@register("forward_differences")
class ForwardDifferences(Method):
    """Any rule, with its gradient from differences of losses on one side: a loss for each coordinate, and one more.

    g_i = (f(p + h e_i) - f(p)) / h
    p <- the inner rule's step from p with the gradient g

    optimizer: the inner rule, first-order; h: how far apart the losses are taken. All losses of a step see the same
    noise. A step evaluates dim + 1 losses, where backpropagation takes one gradient, at the cost of a few losses.
    It is wrong by h/2 times the second derivatives: on a bowl it stops h/2 beside the minimum, in each coordinate. A
    smaller h loses digits to rounding instead, 1e-16 f / h. What it leaves as it is, it does but for these errors.
    Defaults: h 1e-8 is about the root of the rounding error, which is best where losses and curvatures are near 1.
    Source: Nocedal and Wright 2006, "Numerical optimization", section 8.1.
    """

    optimizer: Optimizer
    h: Positive = 1e-8

    needs = frozenset({"value"})
    invariances = frozenset({"gradient scale", "permutation", "rotation", "sign flip", "translation"})

    @property
    def lr(self) -> Any:
        """The inner rule's learning rate."""
        return self.optimizer.lr

    def init(self, params: Array) -> Any:
        """The inner rule's state."""
        return self.optimizer.init(params)

    def step(self, params: Array, oracle: Oracle, state: Any, lr: Any) -> tuple[Array, Any]:
        """One step from params (dim, runs): dim + 1 losses."""
        here = oracle.value(params)
        rows = [(oracle.value(moved(params, i, self.h)) - here) / self.h for i in range(len(params))]
        return self.optimizer.apply(params, np.stack(rows), state, lr)


def moved(params: Array, i: int, by: float) -> Array:
    """params (dim, runs) with coordinate i moved."""
    there = np.array(params)
    there[i] = there[i] + by
    return there
