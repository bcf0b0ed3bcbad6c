"""`ls.optimizer("fletcher_reeves")`: Nonlinear conjugate gradients of Fletcher and Reeves."""

from __future__ import annotations

import numpy as np

from landscape.core.component import Array
from landscape.optimizers._bases.dense import dot
from landscape.optimizers._registry import register
from landscape.optimizers.second_order._conjugate_gradient import ConjugateGradient


@register("fletcher_reeves")
class FletcherReeves(ConjugateGradient):
    """Nonlinear conjugate gradients of Fletcher and Reeves.

    d <- -g + beta d,   beta = |g|^2 / |g_before|^2,   p <- p + t d at the first minimum along d

    lr: the first trial of the first search, in units of length at most 1; later ones begin with lr times the last t.
    In n dimensions a quadratic is solved in n steps. d starts again from -g where it does not descend.
    Source: Fletcher and Reeves 1964, "Function minimization by conjugate gradients", doi:10.1093/comjnl/7.2.149.
    """

    invariances = frozenset({"gradient scale", "permutation", "rotation", "sign flip", "translation"})

    def beta(self, gradient: Array, before: Array, direction: Array) -> Array:
        """|g|^2 / |g_before|^2: (runs,)."""
        return np.asarray(dot(gradient, gradient) / dot(before, before))
