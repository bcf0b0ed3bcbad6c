"""`ls.surface("chebyquad")`: Chebyquad: points at which the average of a function is its integral, as far as
Chebyshev polynomials go.
"""

from __future__ import annotations

import functools
from typing import Annotated

import numpy as np
from annotated_types import Ge, Le

from landscape.core.component import Array
from landscape.core.critical_points import CriticalPoint
from landscape.core.elementary import as_column, diagonal, total
from landscape.core.finder import polished
from landscape.core.surface import box, complete_up_to
from landscape.surfaces._bases.least_squares import Residuals
from landscape.surfaces._registry import register


@register("chebyquad")
class Chebyquad(Residuals):
    """Chebyquad: points at which the average of a function is its integral, as far as Chebyshev polynomials go.

    f(p) = sum_{i=1}^n (1/n sum_j T_i(p_j) - int_0^1 T_i)^2,   n = dim, T_i shifted to 0 <= x <= 1.

    p: (dim, ...), dim from 1 to 10. The minimum has the value 0 for dim up to 7 and 9; for dim = 8 it has
    3.51687...e-3. For dim = 10 the lowest known has 4.77271...e-3, and the one of 6.50395...e-3, in which many descents
    end, is listed too. Points in any other order are minima as well; those in ascending order are listed, and for
    dim = 2 every critical point that a search of the window finds.

    Source: Fletcher 1965, "Function minimization without evaluating derivatives: a review", The Computer Journal 8(1);
    Moré, Garbow and Hillstrom 1981, "Testing unconstrained optimization software", ACM TOMS 7(1), problem 35.
    """

    dim: Annotated[int, Ge(1), Le(10)] = 2

    title = "Chebyquad"
    traits = frozenset({"multimodal", "saddle", "scalable"})
    formula = r"f(p) = \sum_{i=1}^n (\frac{1}{n} \sum_j T_i(p_j) - \int_0^1 T_i)^2"
    window = box(0.0, 1.0)

    @property
    def customary_start(self) -> Array:
        return np.arange(1.0, self.dim + 1.0) / (self.dim + 1.0)

    completeness = complete_up_to(2, "notable")

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        return polished(self, CHEBYQUAD.get(self.dim, ()))

    def _series(self, p: Array) -> tuple[Array, Array, Array]:
        """T_1 to T_n at each coordinate, and their first and second derivatives: (n, dim, ...) each."""
        x = 2.0 * p - 1.0
        one, zero = 1.0 + 0.0 * p, 0.0 * p
        values, slopes, curvatures = [one, x], [zero, 2.0 * one], [zero, zero]
        for _ in range(self.dim - 1):
            values.append(2.0 * x * values[-1] - values[-2])
            slopes.append(4.0 * values[-2] + 2.0 * x * slopes[-1] - slopes[-2])
            curvatures.append(8.0 * slopes[-2] + 2.0 * x * curvatures[-1] - curvatures[-2])
        return np.stack(values[1:]), np.stack(slopes[1:]), np.stack(curvatures[1:])

    def _residuals(self, p: Array) -> Array:
        values, _, _ = self._series(p)
        i = np.arange(1, self.dim + 1)
        integrals = np.where(i % 2 == 0, -1.0 / np.maximum(i * i - 1.0, 1.0), 0.0)
        return total(np.swapaxes(values, 0, 1)) / self.dim - as_column(integrals, p)

    def _jacobian(self, p: Array) -> Array:
        return self._series(p)[1] / self.dim

    def _curvature(self, p: Array, r: Array) -> Array:
        return diagonal(total(self._series(p)[2] * r[:, None]) / self.dim)


# The coordinates in ascending order, and for two dimensions in any.
CHEBYQUAD: dict[int, tuple[tuple[float, ...], ...]] = {
    1: ((0.5,),),
    2: (
        (0.2113249, 0.7886751),
        (0.7886751, 0.2113249),
        (0.2717823, 0.2717823),
        (0.7282177, 0.7282177),
        (0.5, 0.5),
    ),
    3: ((0.1464466, 0.5, 0.8535534),),
    4: ((0.1026728, 0.4062038, 0.5937962, 0.8973272),),
    5: ((0.0837513, 0.3127293, 0.5, 0.6872707, 0.9162487),),
    6: ((0.0668766, 0.2887407, 0.3666823, 0.6333177, 0.7112593, 0.9331234),),
    7: ((0.0580691, 0.2351716, 0.3380441, 0.5, 0.6619559, 0.7648284, 0.9419309),),
    8: ((0.0431528, 0.1930908, 0.2663287, 0.5, 0.5, 0.7336713, 0.8069092, 0.9568472),),
    9: ((0.0442053, 0.1994907, 0.2356191, 0.4160469, 0.5, 0.5839531, 0.7643809, 0.8005093, 0.9557947),),
    10: (
        (0.0329934, 0.1551454, 0.2001892, 0.3832617, 0.3832617, 0.5292495, 0.6403535, 0.7135658, 0.8284818, 0.9252518),
        (0.0596199, 0.1667083, 0.2391707, 0.3988843, 0.3988843, 0.6011157, 0.6011157, 0.7608293, 0.8332917, 0.9403801),
    ),
}
