"""`ls.surface("ellipsoid")`: Ellipsoid: a bowl whose axes are the coordinates, and whose curvatures spread over six
powers of ten.
"""

from __future__ import annotations

import functools

import numpy as np

from landscape.core.component import Array
from landscape.surfaces._bases.separable import Weighted
from landscape.surfaces._registry import register


@register("ellipsoid")
class Ellipsoid(Weighted):
    """Ellipsoid: a bowl whose axes are the coordinates, and whose curvatures spread over six powers of ten.

    f(p) = sum_i condition^((i - 1) / (dim - 1)) p_i^2.

    p: (dim, ...). condition: the ratio of the largest eigenvalue to the smallest. The minimum is at 0.

    Source: Hansen, Finck, Ros and Auger 2009, "Real-parameter black-box optimization benchmarking 2009: noiseless
    functions definitions", RR-6829, function 2 without its transformations.
    """

    formula = r"f(p) = \sum_i \kappa^{\frac{i - 1}{n - 1}} p_i^2"

    @functools.cached_property
    def _weights(self) -> Array:
        return np.geomspace(1.0, self.condition, self.dim)
