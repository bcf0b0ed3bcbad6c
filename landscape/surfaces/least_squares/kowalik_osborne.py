"""`ls.surface("kowalik_osborne")`: Kowalik and Osborne's function: a rational model of an enzyme's reaction, fitted
to eleven measurements.
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


@register("kowalik_osborne")
class KowalikOsborne(Residuals):
    """Kowalik and Osborne's function: a rational model of an enzyme's reaction, fitted to eleven measurements.

    f(p) = sum_{i=1}^{11} (y_i - a (u_i^2 + u_i b) / (u_i^2 + u_i c + d))^2.

    p = (a, b, c, d): (dim, ...), dim = 4. The minimum near (0.1928, 0.1913, 0.1231, 0.1361) has the value
    3.07505...e-4; far away f also falls to 1.02734e-3. The model has poles, all outside the window.

    Source: Kowalik and Osborne 1968, "Methods for unconstrained optimization problems"; Moré, Garbow and Hillstrom
    1981, "Testing unconstrained optimization software", ACM TOMS 7(1), problem 15.
    """

    dim = 4
    title = "Kowalik-Osborne"
    traits = frozenset({"ravine"})
    formula = r"f(p) = \sum_{i=1}^{11} (y_i - a\, (u_i^2 + u_i b) / (u_i^2 + u_i c + d))^2"
    window = ((0.1, 0.4), (0.1, 0.5), (0.12, 0.42), (0.135, 0.395))
    customary_start = fixed_point(0.25, 0.39, 0.415, 0.39)

    completeness = "global"

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        return (critical(self, [0.1928069, 0.1912823, 0.1230565, 0.1360624]),)

    def _parts(self, p: Array) -> tuple[Array, Array, Array]:
        """u, and numerator and one by the denominator."""
        u = as_column(KOWALIK_TIMES, p)
        return u, u * u + u * p[1], 1.0 / (u * u + u * p[2] + p[3])

    def _residuals(self, p: Array) -> Array:
        _, top, below = self._parts(p)
        return as_column(KOWALIK, p) - top * below * p[0]

    def _jacobian(self, p: Array) -> Array:
        u, top, below = self._parts(p)
        drop = top * below * below * p[0]
        return by_parameter(-top * below, -u * below * p[0], drop * u, drop)

    def _curvature(self, p: Array, r: Array) -> Array:
        u, top, below = self._parts(p)
        a = p[0]
        once, twice = r * below, r * below * below
        steep = -2.0 * twice * below * top
        return symmetric(
            (0.0,),
            (-total(once * u), 0.0),
            (total(twice * top * u), total(twice * u * u) * a, total(steep * u * u) * a),
            (total(twice * top), total(twice * u) * a, total(steep * u) * a, total(steep) * a),
        )


KOWALIK = np.array([0.1957, 0.1947, 0.1735, 0.1600, 0.0844, 0.0627, 0.0456, 0.0342, 0.0323, 0.0235, 0.0246])
KOWALIK_TIMES = np.array([4.0, 2.0, 1.0, 0.5, 0.25, 0.167, 0.125, 0.1, 0.0833, 0.0714, 0.0625])
