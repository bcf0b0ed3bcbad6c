"""`ls.surface("drop_wave")`: Drop-wave: rings around a drop, each a valley of its own."""

from __future__ import annotations

import functools

import numpy as np

from landscape.core.component import Array
from landscape.core.critical_points import CriticalPoint
from landscape.core.elementary import fixed_point, select, symmetric
from landscape.core.surface import Surface
from landscape.surfaces._registry import register


@register("drop_wave")
class DropWave(Surface):
    """Drop-wave: rings around a drop, each a valley of its own.

    f(x, y) = -(1 + cos(12 r)) / (r^2 / 2 + 2),   r^2 = x^2 + y^2.

    p = (x, y): (2, ...). The global minimum is at 0, of value -1, with the Hessian 72.5. All the other critical points
    form circles, which are not listed. f is smooth, at 0 too.

    Source: Surjanovic and Bingham 2013, "Virtual library of simulation experiments", Simon Fraser University.
    """

    dim = 2
    title = "drop-wave"
    traits = frozenset({"multimodal", "rugged"})
    formula = r"f(x, y) = -\frac{1 + \cos 12 r}{r^2 / 2 + 2}"
    window = ((-5.12, 5.12), (-5.12, 5.12))
    customary_start = fixed_point(-3.3, 2.6)

    completeness = "global"

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        return (CriticalPoint([0.0, 0.0], -1.0, "minimum"),)

    def _value(self, p: Array) -> Array:
        u = p[0] * p[0] + p[1] * p[1]
        return -(1.0 + np.cos(12.0 * np.sqrt(u))) / (0.5 * u + 2.0)

    def _gradient(self, p: Array) -> Array:
        first, _ = self._radial(p[0] * p[0] + p[1] * p[1])
        return p * (2.0 * first)

    def _hessian(self, p: Array) -> Array:
        x, y = p
        first, second = self._radial(x * x + y * y)
        return symmetric(
            (2.0 * first + 4.0 * x * x * second,), (4.0 * x * y * second, 2.0 * first + 4.0 * y * y * second)
        )

    def _radial(self, u: Array) -> tuple[Array, Array]:
        """First and second derivative of f in u = r^2; near 0 by the series of cos(12 sqrt u)."""
        tiny = 1e-3 - u
        safe = select(tiny, 1.0 + 0.0 * u, u)
        t = 12.0 * np.sqrt(safe)
        c, v = np.cos(t), 144.0 * u
        # c(u) = cos(12 sqrt u), c' = -72 sin t / t, c'' = 72^2 (sin t - t cos t) / t^3
        near = v * (-1.0 / 2.0 + v * (1.0 / 24.0 + v * (-1.0 / 720.0 + v * (1.0 / 40320.0 - v / 3628800.0))))
        c0 = select(tiny, 1.0 + near, c)
        sinc = 1.0 + v * (-1.0 / 6.0 + v * (1.0 / 120.0 + v * (-1.0 / 5040.0 + v * (1.0 / 362880.0 - v / 39916800.0))))
        c1 = -72.0 * select(tiny, sinc, np.sin(t) / t)
        curve = 1.0 / 3.0 + v * (-1.0 / 30.0 + v * (1.0 / 840.0 + v * (-1.0 / 45360.0 + v / 3991680.0)))
        c2 = 5184.0 * select(tiny, curve, (np.sin(t) - t * c) / (t * t * t))
        d = 0.5 * u + 2.0
        first = -c1 / d + 0.5 * (1.0 + c0) / (d * d)
        second = -c2 / d + c1 / (d * d) - 0.5 * (1.0 + c0) / (d * d * d)
        return first, second
