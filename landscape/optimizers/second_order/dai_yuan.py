"""`ls.optimizer("dai_yuan")`: Nonlinear conjugate gradients of Dai and Yuan: directions descend under a weak Wolfe
search already.
"""

from __future__ import annotations

import numpy as np

from landscape.core.component import Array
from landscape.optimizers._bases.dense import dot
from landscape.optimizers._registry import register
from landscape.optimizers.second_order._conjugate_gradient import ConjugateGradient


@register("dai_yuan")
class DaiYuan(ConjugateGradient):
    """Nonlinear conjugate gradients of Dai and Yuan: directions descend under a weak Wolfe search already.

    d <- -g + beta d,   beta = |g|^2 / d.y,   y = g - g_before,   p <- p + t d at the first minimum along d

    lr: the first trial of the first search, in units of length at most 1; later ones begin with lr times the last t.
    In n dimensions a quadratic is solved in n steps. d starts again from -g where it does not descend.
    Source: Dai and Yuan 1999, "A nonlinear conjugate gradient method with a strong global convergence property",
    doi:10.1137/S1052623497318992, equation 2.1.
    """

    invariances = frozenset({"gradient scale", "permutation", "rotation", "sign flip", "translation"})

    def beta(self, gradient: Array, before: Array, direction: Array) -> Array:
        """|g|^2 / d.y: (runs,)."""
        return np.asarray(dot(gradient, gradient) / dot(direction, gradient - before))
