"""`ls.surface("meyer")`: Meyer's function: the resistance of a thermistor, in parameters of sizes from thousandths
to thousands.
"""

from __future__ import annotations

import functools

import numpy as np

from landscape.core.component import Array
from landscape.core.critical_points import CriticalPoint
from landscape.core.elementary import as_column, fixed_point, symmetric, total
from landscape.surfaces._bases.least_squares import Residuals, by_parameter
from landscape.surfaces._registry import register


@register("meyer")
class Meyer(Residuals):
    """Meyer's function: the resistance of a thermistor, in parameters of sizes from thousandths to thousands.

    f(p) = sum_{i=1}^{16} (a exp(b / (t_i + c)) - y_i)^2,   t_i = 45 + 5i.

    p = (a, b, c): (dim, ...), dim = 3. The minimum near (5.60964e-3, 6181.35, 345.224) has the value 87.9458...: the
    bottom of a ravine that is bent and extremely narrow. There the Hessian's eigenvalues are 0.025, 4.2e4 and 2.5e14:
    only scaled by its diagonal is it distinguished from a singular one in double precision.

    Source: Meyer 1970, "Theoretical and computational aspects of nonlinear regression", in "Nonlinear programming";
    Moré, Garbow and Hillstrom 1981, "Testing unconstrained optimization software", ACM TOMS 7(1), problem 10.
    """

    dim = 3
    title = "Meyer"
    traits = frozenset({"ravine"})
    formula = r"f(p) = \sum_{i=1}^{16} (a\, e^{b / (t_i + c)} - y_i)^2"
    window = ((0.0, 0.03), (3500.0, 6500.0), (240.0, 360.0))
    customary_start = fixed_point(0.02, 4000.0, 250.0)

    completeness = "global"

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        # too badly scaled for Newton's method in double precision: these digits were computed with fifty
        value = float(self.value(MEYER_MINIMUM))
        return (CriticalPoint(MEYER_MINIMUM, value, "minimum"),)

    def _parts(self, p: Array) -> tuple[Array, Array]:
        """exp(b g) and g = 1 / (t + c)."""
        g = 1.0 / (as_column(MEYER_TIMES, p) + p[2])
        return np.exp(g * p[1]), g

    def _residuals(self, p: Array) -> Array:
        e, _ = self._parts(p)
        return e * p[0] - as_column(MEYER, p)

    def _jacobian(self, p: Array) -> Array:
        a, b, _ = p
        e, g = self._parts(p)
        return by_parameter(e, e * g * a, -e * g * g * (a * b))

    def _curvature(self, p: Array, r: Array) -> Array:
        a, b, _ = p
        e, g = self._parts(p)
        re = r * e
        bent = re * g * g * (g * b + 1.0)
        return symmetric(
            (0.0,),
            (total(re * g), total(re * g * g) * a),
            (-total(re * g * g) * b, -total(bent) * a, total(re * g * g * g * (g * b + 2.0)) * (a * b)),
        )


MEYER = np.array([
    34780.0, 28610.0, 23650.0, 19630.0, 16370.0, 13720.0, 11540.0, 9744.0,
    8261.0, 7030.0, 6005.0, 5147.0, 4427.0, 3820.0, 3307.0, 2872.0,
])  # fmt: skip
MEYER_TIMES = 45.0 + 5.0 * np.arange(1.0, 17.0)
MEYER_MINIMUM = (0.005609636471028053, 6181.346346286372, 345.2236346241365)
