"""`ls.optimizer("sam")`: Sharpness-aware minimisation: any rule, with the gradient taken where the loss nearby is
highest.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from landscape.core.component import Array, NonNegativeHyper
from landscape.core.elementary import select
from landscape.core.methods import Method, Optimizer, Oracle
from landscape.optimizers._bases.dense import dot
from landscape.optimizers._registry import register


@register("sam")
class SAM(Method):
    """Sharpness-aware minimisation: any rule, with the gradient taken where the loss nearby is highest.

    e = rho g(p) / |g(p)|,   then a step of the inner rule from p with the gradient g(p + e)

    optimizer: the inner rule, first-order; rho: how far away the gradient is taken. Both gradients of a step use the
    same mini-batch. The rate is the inner rule's.
    Defaults: rho 0.05 is the paper's.
    Source: Foret, Kleiner, Mobahi and Neyshabur 2021, "Sharpness-aware minimization for efficiently improving
    generalization", arXiv:2010.01412, algorithm 1.
    Differences: optax.contrib.sam counts the step away as one of its own; one step here is two of its.
    """

    optimizer: Optimizer
    rho: NonNegativeHyper = 0.05

    needs = frozenset({"gradient"})
    invariances = frozenset({"gradient scale", "permutation", "rotation", "sign flip", "translation"})

    @property
    def lr(self) -> Any:
        """The inner rule's learning rate."""
        return self.optimizer.lr

    def init(self, params: Array) -> Any:
        """The inner rule's state."""
        return self.optimizer.init(params)

    def step(self, params: Array, oracle: Oracle, state: Any, lr: Any) -> tuple[Array, Any]:
        """One step from params (dim, runs): two gradients."""
        gradient = oracle.gradient(params)
        length = np.sqrt(dot(gradient, gradient))
        away = self.rho * gradient / select(-length, 1.0, length)
        return self.optimizer.apply(params, oracle.gradient(params + away), state, lr)
