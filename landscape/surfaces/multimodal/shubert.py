"""`ls.surface("shubert")`: Shubert's function: hundreds of pits in bundles, the deepest of them in pairs."""

from __future__ import annotations

import functools
import itertools

import numpy as np

from landscape.core.component import Array
from landscape.core.critical_points import CriticalPoint, Kind, in_order
from landscape.core.elementary import stack, symmetric
from landscape.core.surface import Surface, box, start_at
from landscape.surfaces._bases.separable import roots_of
from landscape.surfaces._registry import register


@register("shubert")
class Shubert(Surface):
    """Shubert's function: hundreds of pits in bundles, the deepest of them in pairs.

    f(x, y) = h(x) h(y),   h(t) = sum_{i=1}^5 i cos((i + 1) t + i).

    p = (x, y): (2, ...). f repeats itself every 2 pi along each coordinate. Critical points lie where h' vanishes at
    both coordinates, and saddles besides where h vanishes at both. All of the window are listed: 200 minima, of which
    those where h is highest in one coordinate and lowest in the other are global, of value -186.7309, 361 saddles and
    200 maxima. Customary is also the window [-10, 10], with 18 global minima.

    Source: Shubert 1972, "A sequential method seeking the global maximum of a function", SIAM Journal on Numerical
    Analysis 9(3), in one dimension; in two, Levy and Montalvo 1985, "The tunneling algorithm for the global
    minimization of functions", SIAM Journal on Scientific and Statistical Computing 6(1). Functions called Shubert 3
    and 4 are sums of sines or cosines instead.
    """

    dim = 2
    title = "Shubert"
    traits = frozenset({"multimodal", "rugged", "saddle"})
    formula = r"f(x, y) = h(x)\, h(y), \quad h(t) = \sum_{i=1}^5 i \cos((i + 1)\, t + i)"
    window = box(-5.12, 5.12)
    customary_start = start_at(1.0, -3.0)

    completeness = "complete"

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        t = roots_of(lambda t: _shubert(t)[1], -5.12, 5.12)
        h, _, curvature = _shubert(t)
        across, along = h[:, None] * curvature, curvature[:, None] * h
        kinds = np.where(across * along < 0.0, 1, np.where(across > 0.0, 0, 2))
        names: tuple[Kind, ...] = ("minimum", "saddle", "maximum")
        turning = [
            CriticalPoint((t[a], t[b]), h[a] * h[b], names[kinds[a, b]])
            for a, b in itertools.product(range(t.size), repeat=2)
        ]
        zeros = roots_of(lambda t: _shubert(t)[0], -5.12, 5.12)
        return in_order(
            [*turning, *(CriticalPoint(each, 0.0, "saddle") for each in itertools.product(zeros, repeat=2))]
        )

    def _value(self, p: Array) -> Array:
        x, y = p
        return _shubert(x)[0] * _shubert(y)[0]

    def _gradient(self, p: Array) -> Array:
        x, y = p
        (a, a1, _), (b, b1, _) = _shubert(x), _shubert(y)
        return stack(a1 * b, a * b1)

    def _hessian(self, p: Array) -> Array:
        x, y = p
        (a, a1, a2), (b, b1, b2) = _shubert(x), _shubert(y)
        return symmetric((a2 * b,), (a1 * b1, a * b2))


def _shubert(t: Array) -> tuple[Array, Array, Array]:
    """h and its two derivatives: (...) each."""
    h, slope, curvature = np.cos(2.0 * t + 1.0), -2.0 * np.sin(2.0 * t + 1.0), -4.0 * np.cos(2.0 * t + 1.0)
    for i in (2.0, 3.0, 4.0, 5.0):
        n = i + 1.0
        c, s = np.cos(n * t + i), np.sin(n * t + i)
        h, slope, curvature = h + i * c, slope - (i * n) * s, curvature - (i * n * n) * c
    return h, slope, curvature
