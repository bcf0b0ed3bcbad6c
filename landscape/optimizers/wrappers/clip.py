"""`ls.optimizer("clip")`: Clip the gradient's length before any rule."""

from __future__ import annotations

from typing import Any

from landscape.core.component import Array, PositiveHyper
from landscape.core.elementary import select
from landscape.core.methods import Optimizer
from landscape.optimizers._bases.terms import length
from landscape.optimizers._registry import register
from landscape.optimizers.wrappers._base import Wrapper


@register("clip")
class Clip(Wrapper):
    """Clip the gradient's length before any rule.

    g <- g min(1, max_norm / |g|), then a step of the inner rule

    optimizer: the inner rule; max_norm: the most that a gradient is long.
    Source: Pascanu, Mikolov and Bengio 2013, "On the difficulty of training recurrent neural networks",
    arXiv:1211.5063, algorithm 1.
    Differences: none from optax.clip_by_global_norm; torch's clip_grad_norm_ divides by |g| + 1e-6.
    """

    optimizer: Optimizer
    max_norm: PositiveHyper = 1.0

    invariances = frozenset({"permutation", "rotation", "sign flip", "translation"})

    def init(self, params: Array) -> Any:
        """The inner rule's state."""
        return self.optimizer.init(params)

    def apply(self, params: Array, gradient: Array, state: Any, lr: Any) -> tuple[Array, Any]:
        """One step at params (dim, runs) with gradient (dim, runs)."""
        size = length(gradient)
        long = size - self.max_norm
        clipped = select(long, gradient / select(long, size, 1.0) * self.max_norm, gradient)
        return self.optimizer.apply(params, clipped, state, lr)
