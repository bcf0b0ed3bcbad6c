"""`ls.surface("penalty_1")`: The first penalty function: a sphere that holds on tightly, and a faint pull towards
one point of it.
"""

from __future__ import annotations

import functools
import math
from typing import Annotated

import numpy as np
from annotated_types import Ge

from landscape.core.component import Array
from landscape.core.critical_points import CriticalPoint
from landscape.core.elementary import constant, diagonal, stack, total
from landscape.core.finder import polished
from landscape.core.surface import Window, complete_up_to
from landscape.surfaces._bases.least_squares import Residuals
from landscape.surfaces._registry import register

ROOT_A = math.sqrt(1e-5)


@register("penalty_1")
class Penalty1(Residuals):
    """The first penalty function: a sphere that holds on tightly, and a faint pull towards one point of it.

    f(p) = 10^-5 sum_i (p_i - 1)^2 + (sum_i p_i^2 - 1/4)^2.

    p: (dim, ...). Every critical point has equal coordinates t: dim t^3 - (1/4 - a/2) t = a/2 with a = 10^-5, a cubic,
    whose largest root is the minimum, near 1/(2 sqrt(dim)), the smallest a saddle on the other side of the sphere (a
    minimum for dim = 1), and the middle one a maximum next to 0. For dim = 4 the minimum has the value 2.24997...e-5.

    Source: Gill, Murray and Pitfield 1972, "The implementation of two revised quasi-Newton algorithms for unconstrained
    optimization", National Physical Laboratory; Moré, Garbow and Hillstrom 1981, "Testing unconstrained optimization
    software", ACM TOMS 7(1), problem 23.
    """

    dim: Annotated[int, Ge(1)] = 2

    title = "penalty I"
    traits = frozenset({"ravine", "saddle", "scalable"})
    formula = r"f(p) = 10^{-5} \sum_i (p_i - 1)^2 + (\sum_i p_i^2 - 1/4)^2"

    @property
    def window(self) -> Window:
        return tuple((-1.0, i + 1.0) for i in range(self.dim))

    @property
    def customary_start(self) -> Array:
        return np.arange(1.0, self.dim + 1.0)

    completeness = complete_up_to(2)

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        roots = np.roots([float(self.dim), 0.0, 0.5e-5 - 0.25, -0.5e-5]).real
        return polished(self, np.outer(roots, np.ones(self.dim)))

    def _residuals(self, p: Array) -> Array:
        return np.concatenate([ROOT_A * (p - 1.0), stack(total(p * p) - 0.25)])

    def _jacobian(self, p: Array) -> Array:
        return np.concatenate([constant(ROOT_A * np.eye(self.dim), p), (2.0 * p)[None]])

    def _curvature(self, p: Array, r: Array) -> Array:
        return diagonal(stack(*[2.0 * r[-1]] * self.dim))
