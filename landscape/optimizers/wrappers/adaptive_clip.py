"""`ls.optimizer("adaptive_clip")`: Adaptive clipping: a gradient is at most as long as a part of the parameters,
before any rule.
"""

from __future__ import annotations

from typing import Any

from landscape.core.component import Array, NonNegativeHyper, PositiveHyper
from landscape.core.elementary import largest, select
from landscape.core.methods import Optimizer
from landscape.optimizers._bases.terms import length
from landscape.optimizers._registry import register
from landscape.optimizers.wrappers._base import Wrapper


@register("adaptive_clip")
class AdaptiveClip(Wrapper):
    """Adaptive clipping: a gradient is at most as long as a part of the parameters, before any rule.

    g <- g min(1, clipping max(|p|, eps) / |g|), then a step of the inner rule

    optimizer: the inner rule; clipping: the longest gradient over the parameters' length; eps: the least that this
    length counts for.
    Defaults: eps is optax.adaptive_grad_clip's, which is the paper's; clipping 0.01 is the paper's for large batches.
    Source: Brock, De, Smith and Simonyan 2021, "High-performance large-scale image recognition without normalization",
    arXiv:2102.06171, equation 3.
    Differences: none from optax on a vector; it clips each row of a matrix by itself, as the paper does.
    """

    optimizer: Optimizer
    clipping: PositiveHyper = 1e-2
    eps: NonNegativeHyper = 1e-3

    invariances = frozenset({"gradient scale", "permutation", "rotation", "sign flip"})

    def init(self, params: Array) -> Any:
        """The inner rule's state."""
        return self.optimizer.init(params)

    def apply(self, params: Array, gradient: Array, state: Any, lr: Any) -> tuple[Array, Any]:
        """One step at params (dim, runs) with gradient (dim, runs)."""
        size, most = length(gradient), self.clipping * largest(length(params), self.eps)
        # 0/0 nowhere: a gradient that is not long is not divided
        long = size - most
        clipped = select(long, gradient * (most / select(long, largest(size, 1e-6), 1.0)), gradient)
        return self.optimizer.apply(params, clipped, state, lr)
