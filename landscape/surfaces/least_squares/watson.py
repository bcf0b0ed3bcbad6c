"""`ls.surface("watson")`: Watson's function: a differential equation solved by a polynomial, worse conditioned with
each coefficient.
"""

from __future__ import annotations

import functools
from typing import Annotated

import numpy as np
from annotated_types import Ge, Le

from landscape.core.component import Array
from landscape.core.critical_points import CriticalPoint
from landscape.core.elementary import constant, matvec, stack, total
from landscape.core.finder import critical, polished
from landscape.core.surface import Window, start_at
from landscape.surfaces._bases.least_squares import Residuals
from landscape.surfaces._registry import register


@register("watson")
class Watson(Residuals):
    """Watson's function: a differential equation solved by a polynomial, worse conditioned with each coefficient.

    f(p) = sum_{i=1}^{29} (u_i - v_i^2 - 1)^2 + p_1^2 + (p_2 - p_1^2 - 1)^2,
    u_i = sum_{j>=2} (j - 1) p_j t^(j-2),   v_i = sum_j p_j t^(j-1),   t = i/29.

    p: (dim, ...), dim from 2 to 10: the coefficients of a polynomial that follows u' = 1 + u^2 from u(0) = 0. The
    minimum, of the value 2.28767...e-3 for dim = 6 and 1.39976...e-6 for dim = 9, is found numerically, by Gauss
    and Newton's method from the customary start. The Hessian's condition there is 8.5e4 for dim = 6, and 5.6e10 for
    dim = 10. For dim = 2 every critical point that a search of the window finds is listed.

    Source: Kowalik and Osborne 1968, "Methods for unconstrained optimization problems"; Moré, Garbow and Hillstrom
    1981, "Testing unconstrained optimization software", ACM TOMS 7(1), problem 20.
    """

    dim: Annotated[int, Ge(2), Le(10)] = 6

    title = "Watson"
    traits = frozenset({"ravine", "scalable"})
    formula = r"f(p) = \sum_{i=1}^{29} (u_i - v_i^2 - 1)^2 + p_1^2 + (p_2 - p_1^2 - 1)^2"

    @property
    def window(self) -> Window:
        return ((-2.0, 2.0),) * min(3, self.dim) + ((-8.0, 8.0),) * (self.dim - 3)

    customary_start = start_at(0.0)

    completeness = "global"

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        if self.dim == 2:
            return polished(self, WATSON)
        p = self.customary_start
        for _ in range(30):
            p = p - np.linalg.lstsq(self.jacobian(p), self.residuals(p), rcond=None)[0]
        return (critical(self, p),)

    @functools.cached_property
    def _powers(self) -> tuple[Array, Array]:
        """(29, dim) each: what u and v are, for p."""
        j = np.arange(self.dim)
        t = (np.arange(1.0, 30.0) / 29.0)[:, None]
        return np.where(j > 0, j * t ** np.maximum(j - 1, 0), 0.0), t**j

    def _residuals(self, p: Array) -> Array:
        slopes, powers = self._powers
        v = matvec(powers, p)
        return np.concatenate([matvec(slopes, p) - v * v - 1.0, stack(p[0], p[1] - p[0] * p[0] - 1.0)])

    def _jacobian(self, p: Array) -> Array:
        slopes, powers = self._powers
        v = matvec(powers, p)
        zeros = [0.0 * p[0]] * (self.dim - 2)
        first, last = (1.0 + 0.0 * p[0], 0.0, *zeros), (-2.0 * p[0], 1.0, *zeros)
        ends = stack(*first, *last).reshape(2, *p.shape)
        return np.concatenate([constant(slopes, p) - constant(powers, p) * (2.0 * v[:, None]), ends])

    def _curvature(self, p: Array, r: Array) -> Array:
        _, powers = self._powers
        squares = (powers[:, :, None] * powers[:, None]).reshape(29, self.dim, self.dim, *(1,) * (p.ndim - 1))
        curvature = -2.0 * total(squares * r[:29, None, None])
        curvature[0, 0] = curvature[0, 0] - 2.0 * r[-1]
        return curvature


WATSON = ((-0.5013670, 1.0736498),)
