"""`ls.surface("penalty_2")`: The second penalty function: an ellipsoid that holds on tightly, and faint exponentials
that pull along it.
"""

from __future__ import annotations

import functools
import math

import numpy as np

from landscape.core.component import Array, Several
from landscape.core.critical_points import CriticalPoint
from landscape.core.elementary import as_column, constant, diagonal, stack, total
from landscape.core.finder import critical, polished
from landscape.core.surface import box, complete_up_to, start_at
from landscape.surfaces._bases.least_squares import Residuals
from landscape.surfaces._registry import register
from landscape.surfaces.least_squares.penalty_1 import ROOT_A

# Beyond, a dense Hessian is slow to factorise.
MOST_SEARCHED = 100


@register("penalty_2")
class Penalty2(Residuals):
    """The second penalty function: an ellipsoid that holds on tightly, and faint exponentials that pull along it.

    f(p) = (p_1 - 0.2)^2 + (sum_j (n - j + 1) p_j^2 - 1)^2 + 10^-5 sum_{i=2}^n (exp(p_i/10) - exp(-1/10))^2
           + 10^-5 sum_{i=2}^n (exp(p_i/10) + exp(p_{i-1}/10) - exp(i/10) - exp((i-1)/10))^2,   n = dim.

    p: (dim, ...), dim at least 2. The minimum is found numerically, up to 100 dimensions; for dim = 4 it has the value
    9.37629...e-6, and p_1 is near 0.2 there. For dim = 2 every critical point that a search of the window finds is
    listed.

    Source: Gill, Murray and Pitfield 1972, "The implementation of two revised quasi-Newton algorithms for unconstrained
    optimization", National Physical Laboratory; Moré, Garbow and Hillstrom 1981, "Testing unconstrained optimization
    software", ACM TOMS 7(1), problem 24.
    """

    dim: Several = 2

    title = "penalty II"
    traits = frozenset({"ravine", "scalable"})
    formula = (
        r"f(p) = (p_1 - 0.2)^2 + (\sum_j (n - j + 1)\, p_j^2 - 1)^2 + 10^{-5} \sum_{i>1} (e^{p_i/10} - e^{-1/10})^2"
        r" + 10^{-5} \sum_{i>1} (e^{p_i/10} + e^{p_{i-1}/10} - e^{i/10} - e^{(i-1)/10})^2"
    )

    window = box(-1.0, 1.0)
    customary_start = start_at(0.5)

    completeness = complete_up_to(2)

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        if self.dim == 2:
            return polished(self, PENALTY_2)
        return (lowest(self),) if self.dim <= MOST_SEARCHED else ()

    def _residuals(self, p: Array) -> Array:
        e, known = np.exp(p / 10.0), np.exp(np.arange(1.0, self.dim + 1.0) / 10.0)
        sums = as_column(known[1:] + known[:-1], p)
        weights = as_column(np.arange(self.dim, 0.0, -1.0), p)
        return np.concatenate(
            [
                p[:1] - 0.2,
                ROOT_A * (e[1:] + e[:-1] - sums),
                ROOT_A * (e[1:] - math.exp(-0.1)),
                stack(total(weights * p * p) - 1.0),
            ]
        )

    def _jacobian(self, p: Array) -> Array:
        n = self.dim
        slope = (ROOT_A / 10.0) * np.exp(p / 10.0)
        lines = diagonal(slope)
        first = constant(np.eye(n)[:1], p)
        last = (2.0 * as_column(np.arange(n, 0.0, -1.0), p) * p)[None]
        return np.concatenate([first, lines[1:] + lines[:-1], lines[1:], last])

    def _curvature(self, p: Array, r: Array) -> Array:
        n = self.dim
        curve = (ROOT_A / 100.0) * np.exp(p / 10.0)
        pair, single = r[1:n], r[n : 2 * n - 1]
        sums = np.concatenate([pair[:1], pair[1:] + pair[:-1] + single[:-1], pair[-1:] + single[-1:]])
        return diagonal(curve * sums + (2.0 * as_column(np.arange(n, 0.0, -1.0), p)) * r[-1])


def lowest(surface: Residuals) -> CriticalPoint:
    """The minimum that a descent from the customary start finds."""
    from scipy.optimize import minimize

    start = surface.customary_start
    low = minimize(surface.value, start, jac=surface.gradient, hess=surface.hessian, method="trust-exact")
    return critical(surface, low.x)


PENALTY_2 = (
    (0.2000002, 0.9591662),
    (0.2000006, -0.9591660),
    (0.6433203, -0.0000005),
    (-0.5758338, -0.0000004),
    (-0.0674864, -0.0000001),
)
