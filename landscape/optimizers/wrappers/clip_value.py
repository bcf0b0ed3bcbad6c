"""`ls.optimizer("clip_value")`: Clip each coordinate of the gradient before any rule."""

from __future__ import annotations

from typing import Any

from landscape.core.component import Array, PositiveHyper
from landscape.core.elementary import largest, smallest
from landscape.core.methods import Optimizer
from landscape.optimizers._registry import register
from landscape.optimizers.wrappers._base import Wrapper


@register("clip_value")
class ClipValue(Wrapper):
    """Clip each coordinate of the gradient before any rule.

    g_i <- min(max(g_i, -limit), limit), then a step of the inner rule

    optimizer: the inner rule; limit: the most that a coordinate's gradient is.
    Source: Mikolov 2012, "Statistical language models based on neural networks", section 3.3; torch's
    clip_grad_value_, optax.clip.
    Differences: none.
    """

    optimizer: Optimizer
    limit: PositiveHyper = 1.0

    invariances = frozenset({"permutation", "sign flip", "translation"})

    def init(self, params: Array) -> Any:
        """The inner rule's state."""
        return self.optimizer.init(params)

    def apply(self, params: Array, gradient: Array, state: Any, lr: Any) -> tuple[Array, Any]:
        """One step at params (dim, runs) with gradient (dim, runs)."""
        clipped = largest(smallest(gradient, self.limit), -self.limit)
        return self.optimizer.apply(params, clipped, state, lr)
