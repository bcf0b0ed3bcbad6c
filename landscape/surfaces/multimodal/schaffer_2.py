"""`ls.surface("schaffer_2")`: Schaffer N.2: ripples along hyperbolas, on a hollow so shallow that it takes a
thousand units to see it.
"""

from __future__ import annotations

import functools
from abc import abstractmethod

import numpy as np

from landscape.core.component import Array
from landscape.core.critical_points import CriticalPoint
from landscape.core.elementary import stack, symmetric
from landscape.core.finder import polished
from landscape.core.surface import Surface, box, start_at
from landscape.surfaces._bases.separable import roots_of
from landscape.surfaces._registry import register


class Schaffer(Surface):
    """f(x, y) = 1/2 + (w(u) - 1/2) / (1 + s / 1000)^2, u = x^2 - y^2, s = x^2 + y^2, with the even w of the subclass.

    The gradient is (2 x (f_u + f_s), 2 y (f_s - f_u)). Where neither coordinate is 0 it vanishes only with f_u and f_s,
    hence w' and w - 1/2, which never vanish together: all critical points are 0 or lie on the axes. As w is even,
    (x, 0) and (0, x) are critical for the same x.
    """

    dim = 2

    @abstractmethod
    def _wave(self, u: Array) -> tuple[Array, Array, Array]:
        """w and its two derivatives: (...) each."""

    window = box(-4.0, 4.0)
    customary_start = start_at(3.3, 2.1)

    completeness = "complete"

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        def outward(s: Array) -> Array:
            w, rise, _ = self._wave(s)
            return rise * (1.0 + 0.001 * s) - 0.002 * (w - 0.5)

        out = np.sqrt(roots_of(outward, 1e-6, 16.0))
        return polished(self, [(0.0, 0.0), *((x, 0.0) for x in (*out, *-out)), *((0.0, y) for y in (*out, *-out))])

    def _value(self, p: Array) -> Array:
        x, y = p
        d = 1.0 + 0.001 * (x * x + y * y)
        return 0.5 + (self._wave(x * x - y * y)[0] - 0.5) / (d * d)

    def _gradient(self, p: Array) -> Array:
        x, y = p
        f_u, f_s, *_ = self._parts(x, y)
        return stack(2.0 * x * (f_s + f_u), 2.0 * y * (f_s - f_u))

    def _hessian(self, p: Array) -> Array:
        x, y = p
        f_u, f_s, f_uu, f_us, f_ss = self._parts(x, y)
        return symmetric(
            (2.0 * (f_s + f_u) + 4.0 * x * x * (f_uu + 2.0 * f_us + f_ss),),
            (4.0 * x * y * (f_ss - f_uu), 2.0 * (f_s - f_u) + 4.0 * y * y * (f_uu - 2.0 * f_us + f_ss)),
        )

    def _parts(self, x: Array, y: Array) -> tuple[Array, ...]:
        """The derivatives of f by u and s, once and twice."""
        w, rise, curvature = self._wave(x * x - y * y)
        d = 1.0 + 0.001 * (x * x + y * y)
        v = w - 0.5
        return (
            rise / (d * d),
            -0.002 * v / (d * d * d),
            curvature / (d * d),
            -0.002 * rise / (d * d * d),
            6e-6 * v / (d * d * d * d),
        )


@register("schaffer_2")
class Schaffer2(Schaffer):
    """Schaffer N.2: ripples along hyperbolas, on a hollow so shallow that it takes a thousand units to see it.

    f(x, y) = 1/2 + (sin(x^2 - y^2)^2 - 1/2) / (1 + 0.001 (x^2 + y^2))^2.

    p = (x, y): (2, ...). The global minimum is 0, of value 0. All critical points of the window are listed; they lie on
    the axes, and are minima and maxima alone: on the diagonals, where the sine is 0, f rises from 0 with distance.
    Customary is the window [-100, 100], in which there are some 25,000.

    Source: Mishra 2006, "Some new test functions for global optimization and performance of repulsive particle swarm
    method", MPRA 2718, after Schaffer, Caruana, Eshelman and Das 1989, "A study of control parameters affecting online
    performance of genetic algorithms". Some catalogues square sin(...)^2 once more in print, but not in their programs.
    """

    title = "Schaffer 2"
    traits = frozenset({"multimodal", "rugged"})
    formula = r"f(x, y) = \frac{1}{2} + \frac{\sin^2(x^2 - y^2) - \frac{1}{2}}{(1 + 0.001\, (x^2 + y^2))^2}"

    def _wave(self, u: Array) -> tuple[Array, Array, Array]:
        s, c = np.sin(u), np.cos(u)
        return s * s, 2.0 * s * c, 2.0 * (c * c - s * s)
