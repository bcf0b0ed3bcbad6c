"""`ls.surface("discus")`: Discus: one steep direction among flat ones."""

from __future__ import annotations

import functools

import numpy as np

from landscape.core.component import Array
from landscape.surfaces._bases.separable import Weighted
from landscape.surfaces._registry import register


@register("discus")
class Discus(Weighted):
    """Discus: one steep direction among flat ones.

    f(p) = condition p_1^2 + sum_{i >= 2} p_i^2.

    p: (dim, ...). condition: the ratio of the eigenvalues. The minimum is at 0.

    Source: Hansen, Finck, Ros and Auger 2009, "Real-parameter black-box optimization benchmarking 2009: noiseless
    functions definitions", RR-6829, function 11 without its transformations.
    """

    formula = r"f(p) = \kappa\, p_1^2 + \sum_{i \geq 2} p_i^2"

    @functools.cached_property
    def _weights(self) -> Array:
        return np.append(self.condition, np.ones(self.dim - 1))
