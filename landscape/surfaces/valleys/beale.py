"""`ls.surface("beale")`: Beale's function: plateaus that rise to steep walls at the corners, and a shallow valley to
the minimum.
"""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

from landscape.core.component import Array
from landscape.core.critical_points import CriticalPoint
from landscape.core.elementary import stack, symmetric
from landscape.core.finder import critical
from landscape.core.surface import Surface, box, start_at
from landscape.surfaces._registry import register


@register("beale")
class Beale(Surface):
    """Beale's function: plateaus that rise to steep walls at the corners, and a shallow valley to the minimum.

    f(x, y) = (1.5 - x + x y)^2 + (2.25 - x + x y^2)^2 + (2.625 - x + x y^3)^2.

    p = (x, y): (2, ...). The minimum (3, 0.5), with value 0, and the saddles (0, 1), with value 14.203125, and
    (0.1005..., -2.6445...), with value 9.8645..., are all there are: df/dx is linear in x, and where it vanishes df/dy
    is (2y - 1)(7y^2 + 13y + 17)(3y^3 + 11y^2 + 10y + 5) times a positive factor, or y = 1 and x = 0.

    Source: Beale 1958, "On an iterative method for finding a local minimum of a function of more than one variable",
    Technical Report 25, Statistical Techniques Research Group, Princeton University; the start (1, 1) is that of Moré,
    Garbow and Hillstrom 1981, "Testing unconstrained optimization software", problem 5.
    """

    dim = 2
    title = "Beale"
    traits = frozenset({"ravine", "plateau", "saddle"})
    formula = r"f(x, y) = (1.5 - x + x y)^2 + (2.25 - x + x y^2)^2 + (2.625 - x + x y^3)^2"
    window = box(-4.5, 4.5)
    customary_start = start_at(1.0, 1.0)

    completeness = "complete"

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        return (
            CriticalPoint([3.0, 0.5], 0.0, "minimum"),
            CriticalPoint([0.0, 1.0], 14.203125, "saddle"),
            critical(self, [0.1005379373241584, -2.644513585023125]),
        )

    def residuals(self, p: Any) -> Array:
        """The three residuals of the sum of squares: (3, ...)."""
        return stack(*self._terms(self._point(p))[:3])

    def jacobian(self, p: Any) -> Array:
        """The derivatives of the residuals: (3, 2, ...)."""
        x, y = self._point(p)
        by_x = stack(*self._terms(stack(x, y))[3:])
        return np.stack([by_x, stack(x, 2.0 * x * y, 3.0 * x * y * y)], axis=1)

    def _value(self, p: Array) -> Array:
        u, v, w, *_ = self._terms(p)
        return u * u + v * v + w * w

    def _gradient(self, p: Array) -> Array:
        x, y = p
        u, v, w, u_x, v_x, w_x = self._terms(p)
        return stack(
            2.0 * (u * u_x + v * v_x + w * w_x),
            2.0 * x * (u + y * (2.0 * v + 3.0 * w * y)),
        )

    def _hessian(self, p: Array) -> Array:
        x, y = p
        u, v, w, u_x, v_x, w_x = self._terms(p)
        u_y, v_y, w_y = x, 2.0 * x * y, 3.0 * x * y * y
        return symmetric(
            (2.0 * (u_x * u_x + v_x * v_x + w_x * w_x),),
            (
                2.0 * (u_x * u_y + v_x * v_y + w_x * w_y + u + 2.0 * v * y + 3.0 * w * y * y),
                2.0 * (u_y * u_y + v_y * v_y + w_y * w_y + 2.0 * v * x + 6.0 * w * x * y),
            ),
        )

    def _terms(self, p: Array) -> tuple[Array, ...]:
        """The three residuals, and their derivatives by x."""
        x, y = p
        u_x, v_x, w_x = y - 1.0, y * y - 1.0, y * y * y - 1.0
        return 1.5 + x * u_x, 2.25 + x * v_x, 2.625 + x * w_x, u_x, v_x, w_x
