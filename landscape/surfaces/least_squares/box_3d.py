"""`ls.surface("box_3d")`: Box's three-dimensional function: a difference of exponentials that is fitted exactly in
many ways.
"""

from __future__ import annotations

import numpy as np

from landscape.core.component import Array
from landscape.core.critical_points import CriticalPoint
from landscape.core.elementary import as_column, fixed_point, symmetric, total
from landscape.surfaces._bases.least_squares import Residuals, by_parameter
from landscape.surfaces._registry import register


@register("box_3d")
class Box3D(Residuals):
    """Box's three-dimensional function: a difference of exponentials that is fitted exactly in many ways.

    f(x, y, z) = sum_{i=1}^{10} (exp(-t x) - exp(-t y) - z (exp(-t) - exp(-10 t)))^2,   t = i/10.

    p = (x, y, z): (dim, ...), dim = 3. The value is 0 at (1, 10, 1) and (10, 1, -1), which are listed, and on the whole
    line x = y, z = 0.

    Source: Box 1966, "A comparison of several current optimization methods, and the use of transformations in
    constrained problems", The Computer Journal 9(1); Moré, Garbow and Hillstrom 1981, problem 12, with m = 10.
    """

    dim = 3
    title = "Box in three dimensions"
    completeness = "notable"
    traits = frozenset({"multimodal", "ravine", "plateau"})
    formula = r"f(x, y, z) = \sum_{i=1}^{10} (e^{-i x/10} - e^{-i y/10} - z\, (e^{-i/10} - e^{-i}))^2"
    window = ((-1.0, 11.0), (-1.0, 11.0), (-2.0, 21.0))
    customary_start = fixed_point(0.0, 10.0, 20.0)
    critical_points = (
        CriticalPoint([1.0, 10.0, 1.0], 0.0, "minimum"),
        CriticalPoint([10.0, 1.0, -1.0], 0.0, "minimum"),
    )

    def _residuals(self, p: Array) -> Array:
        x, y, z = p
        t = as_column(TENTHS, p)
        return np.exp(-t * x) - np.exp(-t * y) - (np.exp(-t) - np.exp(-10.0 * t)) * z

    def _jacobian(self, p: Array) -> Array:
        x, y, z = p
        t = as_column(TENTHS, p)
        return by_parameter(-t * np.exp(-t * x), t * np.exp(-t * y), np.exp(-10.0 * t) - np.exp(-t) + 0.0 * z)

    def _curvature(self, p: Array, r: Array) -> Array:
        t = as_column(TENTHS, p)
        xx, yy = (total(r * (t * t) * np.exp(-t * x)) for x in p[:2])
        return symmetric((xx,), (0.0, -yy), (0.0, 0.0, 0.0))


TENTHS = np.arange(1.0, 11.0) / 10.0
