"""`ls.surface("powell_badly_scaled")`: Powell's badly scaled function: two minima where one parameter is a million
times the other.
"""

from __future__ import annotations

import functools

import numpy as np

from landscape.core.component import Array
from landscape.core.critical_points import CriticalPoint
from landscape.core.elementary import fixed_point, stack, symmetric
from landscape.core.finder import critical
from landscape.surfaces._bases.least_squares import Residuals, by_parameter
from landscape.surfaces._registry import register


@register("powell_badly_scaled")
class PowellBadlyScaled(Residuals):
    """Powell's badly scaled function: two minima where one parameter is a million times the other.

    f(x, y) = (10^4 x y - 1)^2 + (exp(-x) + exp(-y) - 1.0001)^2.

    p = (x, y): (2, ...). The minima, of value 0, are (1.098...e-5, 9.106...) and its mirror image. There the Hessian's
    eigenvalues are 1.7e10 and about 2e-8: only scaled by its diagonal is it distinguished from a singular one in double
    precision. On the diagonal lie a saddle near (0.01, 0.01) and one near the origin, and near (-0.01, -0.01) a local
    minimum of value 1.04; a search of the window finds no more.

    Source: Powell 1970, "A hybrid method for nonlinear equations", in "Numerical methods for nonlinear algebraic
    equations"; Moré, Garbow and Hillstrom 1981, "Testing unconstrained optimization software", problem 3.
    """

    dim = 2
    title = "Powell badly scaled"
    traits = frozenset({"multimodal", "ravine", "saddle"})
    formula = r"f(x, y) = (10^4 x y - 1)^2 + (e^{-x} + e^{-y} - 1.0001)^2"
    window = ((-1.0, 10.0), (-1.0, 10.0))
    customary_start = fixed_point(0.0, 1.0)

    completeness = "complete"

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        # Newton's method cannot see along the valley, so these digits come from a root search of its own
        x, y = POWELL_MINIMUM
        minima = [CriticalPoint(p, 0.0, "minimum") for p in ([x, y], [y, x])]
        return (*minima, *(critical(self, [d, d]) for d in POWELL_DIAGONAL))

    def _residuals(self, p: Array) -> Array:
        x, y = p
        return stack(1e4 * (x * y) - 1.0, np.exp(-x) + np.exp(-y) - 1.0001)

    def _jacobian(self, p: Array) -> Array:
        x, y = p
        return by_parameter(stack(1e4 * y, -np.exp(-x)), stack(1e4 * x, -np.exp(-y)))

    def _curvature(self, p: Array, r: Array) -> Array:
        x, y = p
        return symmetric((r[1] * np.exp(-x),), (1e4 * r[0], r[1] * np.exp(-y)))


POWELL_MINIMUM = (1.0981593296998175e-05, 9.106146739866524)
POWELL_DIAGONAL = (-0.00994809, 0.01004816, -0.00010003)
