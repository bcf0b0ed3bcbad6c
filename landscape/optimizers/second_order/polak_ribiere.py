"""`ls.optimizer("polak_ribiere")`: Nonlinear conjugate gradients of Polak and Ribiere, starting again where beta
would be negative.
"""

from __future__ import annotations

import numpy as np

from landscape.core.component import Array
from landscape.optimizers._bases.dense import dot
from landscape.optimizers._registry import register
from landscape.optimizers.second_order._conjugate_gradient import ConjugateGradient


@register("polak_ribiere")
class PolakRibiere(ConjugateGradient):
    """Nonlinear conjugate gradients of Polak and Ribiere, starting again where beta would be negative.

    d <- -g + beta d,   beta = max(0, g.(g - g_before) / |g_before|^2),   p <- p + t d at the first minimum along d

    lr: the first trial of the first search, in units of length at most 1; later ones begin with lr times the last t.
    In n dimensions a quadratic is solved in n steps.
    Source: Polak and Ribiere 1969, "Note sur la convergence de methodes de directions conjuguees"; the maximum: Powell
    1984; Nocedal and Wright 2006, "Numerical optimization", equations 5.44 and 5.45.
    """

    invariances = frozenset({"gradient scale", "permutation", "rotation", "sign flip", "translation"})

    def beta(self, gradient: Array, before: Array, direction: Array) -> Array:
        """max(0, g.(g - g_before) / |g_before|^2): (runs,)."""
        return np.maximum(0.0, dot(gradient, gradient - before) / dot(before, before))
