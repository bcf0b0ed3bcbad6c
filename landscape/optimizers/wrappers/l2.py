"""`ls.optimizer("l2")`: An L2 penalty in the gradient of any rule: weight decay that the rule scales as it scales
the loss.
"""

from __future__ import annotations

from typing import Any

from landscape.core.component import Array, NonNegativeHyper
from landscape.core.methods import Optimizer
from landscape.optimizers._bases.terms import with_decay
from landscape.optimizers._registry import register
from landscape.optimizers.wrappers._base import Wrapper


@register("l2")
class L2(Wrapper):
    """An L2 penalty in the gradient of any rule: weight decay that the rule scales as it scales the loss.

    g <- g + weight_decay p, then a step of the inner rule

    optimizer: the inner rule; weight_decay: coefficient of the penalty weight_decay/2 |p|^2.
    Source: Hoerl and Kennard 1970, "Ridge regression"; Krogh and Hertz 1991, "A simple weight decay can improve
    generalization".
    Differences: it is torch's weight_decay in all but the W rules, optax.add_decayed_weights before the rule.
    """

    optimizer: Optimizer
    weight_decay: NonNegativeHyper = 1e-2

    invariances = frozenset({"gradient scale", "permutation", "rotation", "sign flip", "translation"})

    def init(self, params: Array) -> Any:
        """The inner rule's state."""
        return self.optimizer.init(params)

    def apply(self, params: Array, gradient: Array, state: Any, lr: Any) -> tuple[Array, Any]:
        """One step at params (dim, runs) with gradient (dim, runs)."""
        return self.optimizer.apply(params, with_decay(gradient, params, self.weight_decay), state, lr)
