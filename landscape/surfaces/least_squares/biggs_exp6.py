"""`ls.surface("biggs_exp6")`: Biggs's function of six parameters: three exponentials fitted to their own sum, and
hard to tell apart.
"""

from __future__ import annotations

import functools

import numpy as np

from landscape.core.component import Array
from landscape.core.critical_points import CriticalPoint
from landscape.core.elementary import as_column, fixed_point, symmetric, total
from landscape.core.finder import polished
from landscape.surfaces._bases.least_squares import Residuals, by_parameter
from landscape.surfaces._registry import register


@register("biggs_exp6")
class BiggsExp6(Residuals):
    """Biggs's function of six parameters: three exponentials fitted to their own sum, and hard to tell apart.

    f(p) = sum_{i=1}^{13} (c exp(-t a) - d exp(-t b) + g exp(-t e) - y_i)^2,
    t = i/10, y_i = exp(-t) - 5 exp(-10 t) + 3 exp(-4 t).

    p = (a, b, c, d, e, g): (dim, ...), dim = 6. The minimum (1, 10, 1, 5, 4, 3), of value 0, is listed together with
    (4, 10, 3, 5, 1, 1), where the two positive terms have changed places; f has the value 0
    elsewhere too. Where a = e = 1.7114..., b = 17.683..., c + g = 2.3263... and d = 5.1865..., of value 5.65565...e-3,
    often quoted as a local minimum, f has a degenerate saddle: one eigenvalue of the Hessian is -0.0098 at c = g.

    Source: Biggs 1971, "Minimization algorithms making use of non-quadratic properties of the objective function",
    Journal of the Institute of Mathematics and its Applications 8; Moré, Garbow and Hillstrom 1981, "Testing
    unconstrained optimization software", ACM TOMS 7(1), problem 18, with m = 13.
    """

    dim = 6
    title = "Biggs EXP6"
    traits = frozenset({"multimodal", "ravine", "plateau"})
    formula = r"f(p) = \sum_{i=1}^{13} (c\, e^{-t_i a} - d\, e^{-t_i b} + g\, e^{-t_i e} - y_i)^2"
    window = ((0.0, 6.0), (0.0, 12.0), (0.0, 6.0), (0.0, 6.0), (0.0, 6.0), (0.0, 6.0))
    customary_start = fixed_point(1.0, 2.0, 1.0, 1.0, 1.0, 1.0)

    completeness = "notable"

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        return polished(self, [[1.0, 10.0, 1.0, 5.0, 4.0, 3.0], [4.0, 10.0, 3.0, 5.0, 1.0, 1.0]])

    def _parts(self, p: Array) -> tuple[Array, Array, Array, Array]:
        """t and the three exponentials."""
        t = as_column(BIGGS_TIMES, p)
        return t, np.exp(-t * p[0]), np.exp(-t * p[1]), np.exp(-t * p[4])

    def _residuals(self, p: Array) -> Array:
        t, u, v, w = self._parts(p)
        return u * p[2] - v * p[3] + w * p[5] - (np.exp(-t) - 5.0 * np.exp(-10.0 * t) + 3.0 * np.exp(-4.0 * t))

    def _jacobian(self, p: Array) -> Array:
        t, u, v, w = self._parts(p)
        return by_parameter(-t * u * p[2], t * v * p[3], u, -v, -t * w * p[5], w)

    def _curvature(self, p: Array, r: Array) -> Array:
        t, u, v, w = self._parts(p)
        u, v, w = r * t * u, r * t * v, r * t * w
        return symmetric(
            (total(t * u) * p[2],),
            (0.0, -total(t * v) * p[3]),
            (-total(u), 0.0, 0.0),
            (0.0, total(v), 0.0, 0.0),
            (0.0, 0.0, 0.0, 0.0, total(t * w) * p[5]),
            (0.0, 0.0, 0.0, 0.0, -total(w), 0.0),
        )


BIGGS_TIMES = np.arange(1.0, 14.0) / 10.0
