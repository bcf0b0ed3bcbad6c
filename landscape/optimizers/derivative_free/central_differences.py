"""`ls.optimizer("central_differences")`: any rule, with its gradient from differences of losses."""

from __future__ import annotations

from typing import Any

import numpy as np

from landscape.core.component import Array, Positive
from landscape.core.methods import Method, Optimizer, Oracle
from landscape.optimizers._registry import register
from landscape.optimizers.derivative_free.forward_differences import moved


@register("central_differences")
class CentralDifferences(Method):
    """Any rule, with its gradient from differences of losses on both sides: two losses for each coordinate.

    g_i = (f(p + h e_i) - f(p - h e_i)) / (2 h)
    p <- the inner rule's step from p with the gradient g

    optimizer: the inner rule, first-order; h: how far apart the losses are taken. All losses of a step see the same
    noise. A step evaluates 2 dim losses, where backpropagation takes one gradient, at the cost of a few losses.
    It is wrong by h^2/6 times the third derivatives, and exact on quadratics but for rounding, 1e-16 f / h.
    What it leaves as it is, it does but for these errors.
    Defaults: h 1e-5 is about the third root of the rounding error, best where losses and derivatives are near 1.
    Source: Nocedal and Wright 2006, "Numerical optimization", section 8.1.
    """

    optimizer: Optimizer
    h: Positive = 1e-5

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
        """One step from params (dim, runs): 2 dim losses."""
        rows = [
            (oracle.value(moved(params, i, self.h)) - oracle.value(moved(params, i, -self.h))) / (2.0 * self.h)
            for i in range(len(params))
        ]
        return self.optimizer.apply(params, np.stack(rows), state, lr)
