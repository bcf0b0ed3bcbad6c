"""`ls.surface("log_cosh")`: Log-cosh: a quadratic near its bottom and a cone far from it, so that the gradient is
never above 1.
"""

from __future__ import annotations

import functools
import math

import numpy as np

from landscape.core.component import Array, Count
from landscape.core.critical_points import CriticalPoint
from landscape.core.elementary import absolute
from landscape.core.surface import box, start_at
from landscape.surfaces._bases.separable import Separable
from landscape.surfaces._registry import register


@register("log_cosh")
class LogCosh(Separable):
    """Log-cosh: a quadratic near its bottom and a cone far from it, so that the gradient is never above 1.

    f(p) = sum_i log cosh p_i.

    p: (dim, ...). The minimum is at 0, with the Hessian 1. Written as |x| + log(1 + exp(-2|x|)) - log 2, it is right
    to the last digits at any x.

    Source: Green 1990, "Bayesian reconstructions from emission tomography data using a modified EM algorithm", IEEE
    Transactions on Medical Imaging 9(1).
    """

    dim: Count = 2

    title = "log cosh"
    traits = frozenset({"convex", "scalable"})
    formula = r"f(p) = \sum_i \log \cosh p_i"
    window = box(-6.0, 6.0)
    customary_start = start_at(5.0, -1.5)

    completeness = "complete"

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        return (CriticalPoint(np.zeros(self.dim), 0.0, "minimum"),)

    def _terms(self, p: Array) -> Array:
        size = absolute(p)
        return size + np.log1p(np.exp(-2.0 * size)) - math.log(2.0)

    def _slopes(self, p: Array) -> Array:
        return np.tanh(p)

    def _curvatures(self, p: Array) -> Array:
        small = np.exp(-2.0 * absolute(p))
        return 4.0 * small / ((1.0 + small) * (1.0 + small))
