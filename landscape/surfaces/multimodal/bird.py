"""`ls.surface("bird")`: Bird: two sharp holes of equal depth on a rolling plain."""

from __future__ import annotations

import functools
import math

import numpy as np

from landscape.core.component import Array
from landscape.core.critical_points import CriticalPoint
from landscape.core.elementary import stack, symmetric
from landscape.core.finder import polished
from landscape.core.surface import Surface, box, start_at
from landscape.surfaces._registry import register


@register("bird")
class Bird(Surface):
    """Bird: two sharp holes of equal depth on a rolling plain.

    f(x, y) = sin(x) exp((1 - cos y)^2) + cos(y) exp((1 - sin x)^2) + (x - y)^2.

    p = (x, y): (2, ...). The global minima are (4.70106, 3.15295) and 2 pi from it along both coordinates, of value
    -106.764537: f repeats itself along the diagonal. All critical points that a search of the window finds, 23, are
    listed.

    Source: Mishra 2006, "Some new test functions for global optimization and performance of repulsive particle swarm
    method", MPRA 2718.
    """

    dim = 2
    traits = frozenset({"multimodal", "saddle"})
    formula = r"f(x, y) = \sin(x)\, e^{(1 - \cos y)^2} + \cos(y)\, e^{(1 - \sin x)^2} + (x - y)^2"
    window = box(-2.0 * math.pi, 2.0 * math.pi)
    customary_start = start_at(2.2, 5.2)

    completeness = "complete"

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        return polished(self, BIRD)

    def _value(self, p: Array) -> Array:
        x, y = p
        sx, cy, d = np.sin(x), np.cos(y), x - y
        return sx * np.exp((1.0 - cy) * (1.0 - cy)) + cy * np.exp((1.0 - sx) * (1.0 - sx)) + d * d

    def _gradient(self, p: Array) -> Array:
        x, y = p
        (sx, cx), (sy, cy) = (np.sin(x), np.cos(x)), (np.sin(y), np.cos(y))
        a, b = 1.0 - cy, 1.0 - sx
        high, wide, d = np.exp(a * a), np.exp(b * b), 2.0 * (x - y)
        return stack(
            cx * high - 2.0 * cy * b * cx * wide + d,
            2.0 * sx * a * sy * high - sy * wide - d,
        )

    def _hessian(self, p: Array) -> Array:
        x, y = p
        (sx, cx), (sy, cy) = (np.sin(x), np.cos(x)), (np.sin(y), np.cos(y))
        a, b = 1.0 - cy, 1.0 - sx
        high, wide = np.exp(a * a), np.exp(b * b)
        return symmetric(
            (2.0 - sx * high + 2.0 * cy * wide * (cx * cx * (1.0 + 2.0 * b * b) + b * sx),),
            (
                2.0 * cx * sy * (a * high + b * wide) - 2.0,
                2.0 - cy * wide + 2.0 * sx * high * (sy * sy * (1.0 + 2.0 * a * a) + a * cy),
            ),
        )


BIRD = (
    (-1.582142, -3.130247), (4.701043, 3.152939), (-1.536662, 3.107459), (4.655171, -3.084375),
    (0.6652776, 0.9055187), (-5.617908, -5.377667), (-0.05191442, 1.622711), (-3.838641, -4.764321),
    (2.444544, 1.518864), (0.05193233, -0.873748), (-5.829038, -2.019427), (-2.692962, 1.116649),
    (0.4541478, 4.263758), (3.488158, -1.917362), (2.712904, -4.042563), (5.613359, -1.142107),
    (-5.842538, 3.885737), (-4.772757, -3.12641), (-1.585979, 0.06036824), (1.510428, 3.156775),
    (1.753499, -3.188071), (4.758867, -0.182703), (-5.022829, 3.222554),
)  # fmt: skip
