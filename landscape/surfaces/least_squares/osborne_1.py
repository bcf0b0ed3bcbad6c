"""`ls.surface("osborne_1")`: Osborne's first function: two decaying exponentials and a constant, fitted to thirty-
three measurements.
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


@register("osborne_1")
class Osborne1(Residuals):
    """Osborne's first function: two decaying exponentials and a constant, fitted to thirty-three measurements.

    f(p) = sum_{i=1}^{33} (y_i - a - b exp(-t_i d) - c exp(-t_i e))^2,   t_i = 10 (i - 1).

    p = (a, b, c, d, e): (dim, ...), dim = 5. The minimum near (0.3754, 1.9358, -1.4647, 0.0129, 0.0221) has the value
    5.46489...e-5.

    Source: Osborne 1972, "Some aspects of nonlinear least squares calculations", in "Numerical methods for nonlinear
    optimization"; Moré, Garbow and Hillstrom 1981, "Testing unconstrained optimization software", problem 17.
    """

    dim = 5
    title = "Osborne 1"
    traits = frozenset({"ravine"})
    formula = r"f(p) = \sum_{i=1}^{33} (y_i - a - b\, e^{-t_i d} - c\, e^{-t_i e})^2"
    window = ((0.0, 1.0), (1.0, 2.5), (-2.0, -0.5), (0.008, 0.018), (0.016, 0.028))
    customary_start = fixed_point(0.5, 1.5, -1.0, 0.01, 0.02)

    completeness = "global"

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        return (critical(self, [0.37541005, 1.93584691, -1.46468714, 0.0128675347, 0.0221226997]),)

    def _parts(self, p: Array) -> tuple[Array, Array, Array]:
        """t and the two exponentials."""
        t = as_column(OSBORNE_TIMES, p)
        return t, np.exp(-t * p[3]), np.exp(-t * p[4])

    def _residuals(self, p: Array) -> Array:
        _, slow, fast = self._parts(p)
        return as_column(OSBORNE, p) - p[0] - slow * p[1] - fast * p[2]

    def _jacobian(self, p: Array) -> Array:
        t, slow, fast = self._parts(p)
        return by_parameter(0.0 * slow - 1.0, -slow, -fast, t * slow * p[1], t * fast * p[2])

    def _curvature(self, p: Array, r: Array) -> Array:
        t, slow, fast = self._parts(p)
        slow, fast = r * t * slow, r * t * fast
        return symmetric(
            (0.0,),
            (0.0, 0.0),
            (0.0, 0.0, 0.0),
            (0.0, total(slow), 0.0, -total(t * slow) * p[1]),
            (0.0, 0.0, total(fast), 0.0, -total(t * fast) * p[2]),
        )


OSBORNE = np.array([
    0.844, 0.908, 0.932, 0.936, 0.925, 0.908, 0.881, 0.850, 0.818, 0.784, 0.751,
    0.718, 0.685, 0.658, 0.628, 0.603, 0.580, 0.558, 0.538, 0.522, 0.506, 0.490,
    0.478, 0.467, 0.457, 0.448, 0.438, 0.431, 0.424, 0.420, 0.414, 0.411, 0.406,
])  # fmt: skip
OSBORNE_TIMES = 10.0 * np.arange(33.0)
