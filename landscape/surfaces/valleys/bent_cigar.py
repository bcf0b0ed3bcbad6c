"""`ls.surface("bent_cigar")`: Cigar: one flat direction among steep ones."""

from __future__ import annotations

import functools

import numpy as np

from landscape.core.component import Array
from landscape.surfaces._bases.separable import Weighted
from landscape.surfaces._registry import register


@register("bent_cigar")
class BentCigar(Weighted):
    """Cigar: one flat direction among steep ones.

    f(p) = p_1^2 + condition sum_{i >= 2} p_i^2.

    p: (dim, ...). condition: the ratio of the eigenvalues. The minimum is at 0. It is the bent cigar before it is bent,
    as everybody uses it.

    Source: Hansen, Finck, Ros and Auger 2009, "Real-parameter black-box optimization benchmarking 2009: noiseless
    functions definitions", RR-6829, function 12 without its transformations.
    """

    formula = r"f(p) = p_1^2 + \kappa \sum_{i \geq 2} p_i^2"

    @functools.cached_property
    def _weights(self) -> Array:
        return np.append(1.0, np.full(self.dim - 1, self.condition))
