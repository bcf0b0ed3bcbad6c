"""`ls.surface("broyden_tridiagonal")`: Broyden's tridiagonal function: quadratic equations, each with its
neighbours.
"""

from __future__ import annotations

import functools

import numpy as np

from landscape.core.component import Array, Several
from landscape.core.critical_points import CriticalPoint
from landscape.core.elementary import constant, diagonal
from landscape.core.finder import polished
from landscape.core.surface import box, complete_up_to, start_at
from landscape.surfaces._bases.least_squares import Residuals
from landscape.surfaces._registry import register
from landscape.surfaces.least_squares._base import nearest_root


@register("broyden_tridiagonal")
class BroydenTridiagonal(Residuals):
    """Broyden's tridiagonal function: quadratic equations, each with its neighbours.

    f(p) = sum_i ((3 - 2 p_i) p_i - p_{i-1} - 2 p_{i+1} + 1)^2,   p_0 = p_{dim+1} = 0.

    p: (dim, ...). The minimum of value 0 that is nearest to the customary start (-1, ..., -1) is found numerically, up
    to 100 dimensions. For dim = 2 every critical point that a search of the window finds is listed.

    Source: Broyden 1965, "A class of methods for solving nonlinear simultaneous equations", Mathematics of Computation
    19; Moré, Garbow and Hillstrom 1981, "Testing unconstrained optimization software", ACM TOMS 7(1), problem 30.
    """

    dim: Several = 2

    title = "Broyden tridiagonal"
    traits = frozenset({"multimodal", "saddle", "scalable"})
    formula = r"f(p) = \sum_i ((3 - 2 p_i)\, p_i - p_{i-1} - 2 p_{i+1} + 1)^2"
    window = box(-1.5, 2.5)
    customary_start = start_at(-1.0)

    completeness = complete_up_to(2, "notable")

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        return polished(self, BROYDEN_TRIDIAGONAL) if self.dim == 2 else nearest_root(self)

    def _residuals(self, p: Array) -> Array:
        padded = np.concatenate([0.0 * p[:1], p, 0.0 * p[:1]])
        return (3.0 - 2.0 * p) * p - padded[:-2] - 2.0 * padded[2:] + 1.0

    def _jacobian(self, p: Array) -> Array:
        beside = -2.0 * np.eye(self.dim, k=1) - np.eye(self.dim, k=-1)
        return diagonal(3.0 - 4.0 * p) + constant(beside, p)

    def _curvature(self, p: Array, r: Array) -> Array:
        return diagonal(-4.0 * r)


BROYDEN_TRIDIAGONAL = (
    (-0.4532893, -0.3854051),
    (1.6455967, 0.2604066),
    (0.9742949, 1.3073021),
    (1.2500000, 1.0000000),
    (0.3789929, 0.4130792),
)
