"""`ls.surface("jennrich_sampson")`: Jennrich and Sampson's function: two equal exponentials fitted to a line, which
they cannot follow.
"""

from __future__ import annotations

import functools

import numpy as np

from landscape.core.component import Array
from landscape.core.critical_points import CriticalPoint
from landscape.core.elementary import as_column, fixed_point, symmetric, total
from landscape.core.finder import critical
from landscape.surfaces._bases.least_squares import Residuals, by_parameter
from landscape.surfaces._registry import register


@register("jennrich_sampson")
class JennrichSampson(Residuals):
    """Jennrich and Sampson's function: two equal exponentials fitted to a line, which they cannot follow.

    f(x, y) = sum_{i=1}^{10} (2 + 2i - exp(i x) - exp(i y))^2.

    p = (x, y): (2, ...). The minimum is at x = y = 0.2578..., of value 124.362..., the only critical point that a
    search of the window finds; beyond a knee the exponentials take over and f rises steeply.

    Source: Jennrich and Sampson 1968, "Application of stepwise regression to nonlinear estimation", Technometrics
    10(1); Moré, Garbow and Hillstrom 1981, "Testing unconstrained optimization software", problem 6, with m = 10.
    """

    dim = 2
    title = "Jennrich-Sampson"
    traits = frozenset({"ravine"})
    formula = r"f(x, y) = \sum_{i=1}^{10} (2 + 2i - e^{i x} - e^{i y})^2"
    window = ((-0.5, 0.5), (-0.5, 0.5))
    customary_start = fixed_point(0.3, 0.4)

    completeness = "complete"

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        return (critical(self, [0.2578252, 0.2578252]),)

    def _residuals(self, p: Array) -> Array:
        i = as_column(TEN, p)
        return 2.0 + 2.0 * i - np.exp(i * p[0]) - np.exp(i * p[1])

    def _jacobian(self, p: Array) -> Array:
        i = as_column(TEN, p)
        return by_parameter(-i * np.exp(i * p[0]), -i * np.exp(i * p[1]))

    def _curvature(self, p: Array, r: Array) -> Array:
        i = as_column(TEN, p)
        curvatures = [-total(r * (i * i) * np.exp(i * x)) for x in p]
        return symmetric((curvatures[0],), (0.0, curvatures[1]))


TEN = np.arange(1.0, 11.0)
