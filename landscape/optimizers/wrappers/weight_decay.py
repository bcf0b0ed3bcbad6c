"""`ls.optimizer("weight_decay")`: Decoupled weight decay beside any rule: the parameters shrink, and the rule does
not see it.
"""

from __future__ import annotations

from typing import Any

from landscape.core.component import Array, NonNegativeHyper
from landscape.core.methods import Optimizer
from landscape.optimizers._registry import register
from landscape.optimizers.wrappers._base import Wrapper


@register("weight_decay")
class WeightDecay(Wrapper):
    """Decoupled weight decay beside any rule: the parameters shrink, and the rule's state does not depend on it.

    p <- (step of the inner rule from p) - lr weight_decay p

    optimizer: the inner rule; weight_decay: the part of p that is taken off, times the rate.
    Source: Loshchilov and Hutter 2019, "Decoupled weight decay regularization", arXiv:1711.05101, algorithms 1 and 2.
    Differences: the paper's decay is scaled by the schedule alone; torch's AdamW and optax scale it by the rate too.
    """

    optimizer: Optimizer
    weight_decay: NonNegativeHyper = 1e-2

    invariances = frozenset({"gradient scale", "permutation", "rotation", "sign flip", "translation"})

    def init(self, params: Array) -> Any:
        """The inner rule's state."""
        return self.optimizer.init(params)

    def apply(self, params: Array, gradient: Array, state: Any, lr: Any) -> tuple[Array, Any]:
        """One step at params (dim, runs) with gradient (dim, runs)."""
        moved, state = self.optimizer.apply(params, gradient, state, lr)
        return moved - lr * self.weight_decay * params, state
