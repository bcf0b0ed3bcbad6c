"""`ls.optimizer("hestenes_stiefel")`: Nonlinear conjugate gradients of Hestenes and Stiefel: successive directions
are conjugate for the mean Hessian.
"""

from __future__ import annotations

import numpy as np

from landscape.core.component import Array
from landscape.optimizers._bases.dense import dot
from landscape.optimizers._registry import register
from landscape.optimizers.second_order._conjugate_gradient import ConjugateGradient


@register("hestenes_stiefel")
class HestenesStiefel(ConjugateGradient):
    """Nonlinear conjugate gradients of Hestenes and Stiefel: successive directions are conjugate for the mean Hessian.

    d <- -g + beta d,   beta = g.y / d.y,   y = g - g_before,   p <- p + t d at the first minimum along d

    lr: the first trial of the first search, in units of length at most 1; later ones begin with lr times the last t.
    In n dimensions a quadratic is solved in n steps. d starts again from -g where it does not descend.
    Source: Hestenes and Stiefel 1952, "Methods of conjugate gradients for solving linear systems",
    doi:10.6028/jres.049.044; Nocedal and Wright 2006, equation 5.46.
    """

    invariances = frozenset({"gradient scale", "permutation", "rotation", "sign flip", "translation"})

    def beta(self, gradient: Array, before: Array, direction: Array) -> Array:
        """g.y / d.y: (runs,)."""
        y = gradient - before
        return np.asarray(dot(gradient, y) / dot(direction, y))
