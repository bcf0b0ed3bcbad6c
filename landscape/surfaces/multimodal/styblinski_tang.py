"""`ls.surface("styblinski_tang")`: Styblinski and Tang's function: 2^dim minima, one in each orthant, of which one
is the lowest.
"""

from __future__ import annotations

import functools
import itertools

import numpy as np

from landscape.core.component import Array, Count
from landscape.core.critical_points import CriticalPoint
from landscape.core.elementary import diagonal, total
from landscape.core.finder import critical, polished
from landscape.core.surface import Surface, box, complete_up_to, start_at
from landscape.surfaces._registry import register


@register("styblinski_tang")
class StyblinskiTang(Surface):
    """Styblinski and Tang's function: 2^dim minima, one in each orthant, of which one is the lowest.

    f(p) = 1/2 sum_i (p_i^4 - 16 p_i^2 + 5 p_i).

    p: (dim, ...). The critical points are the combinations of the three roots of 2 x^3 - 16 x + 2.5 = 0, which are
    minimum, maximum and minimum of one coordinate's part. The global minimum has all coordinates near -2.9035 and the
    value -39.1662 dim. All are listed in up to four dimensions, in more the global minimum.

    Source: Styblinski and Tang 1990, "Experiments in nonconvex optimization: stochastic approximation with function
    smoothing and simulated annealing", Neural Networks 3(4).
    """

    dim: Count = 2

    title = "Styblinski-Tang"
    traits = frozenset({"multimodal", "saddle", "scalable"})
    formula = r"f(p) = \frac{1}{2} \sum_i (p_i^4 - 16 p_i^2 + 5 p_i)"
    window = box(-5.0, 5.0)
    customary_start = start_at(4.5, 0.6)

    completeness = complete_up_to(4)

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        left, middle, right = -2.9035340277711771, 0.1567311643535, 2.7468028634176
        if self.dim > 4:
            return (critical(self, np.full(self.dim, left)),)
        guesses = itertools.product((left, right, middle), repeat=self.dim)
        return polished(self, guesses)

    def _value(self, p: Array) -> Array:
        s = p * p
        return 0.5 * total(s * (s - 16.0) + 5.0 * p)

    def _gradient(self, p: Array) -> Array:
        return p * (2.0 * (p * p) - 16.0) + 2.5

    def _hessian(self, p: Array) -> Array:
        return diagonal(6.0 * (p * p) - 16.0)
