"""`ls.surface("matyas")`: Matyas' function: a quadratic bowl that is 25 times as long as wide, along the diagonal."""

from __future__ import annotations

import functools

import numpy as np

from landscape.core.component import Array
from landscape.core.critical_points import CriticalPoint
from landscape.core.elementary import constant, stack
from landscape.core.surface import Surface, box, start_at
from landscape.surfaces._registry import register


@register("matyas")
class Matyas(Surface):
    """Matyas' function: a quadratic bowl that is 25 times as long as wide, along the diagonal.

    f(x, y) = 0.26 (x^2 + y^2) - 0.48 x y.

    p = (x, y): (2, ...). The minimum is at 0; the Hessian has the eigenvalues 0.04 and 1.

    Source: Matyas 1965, "Random optimization", Automation and Remote Control 26(2); Jamil and Yang 2013,
    arXiv:1308.4008, function 71.
    """

    dim = 2
    title = "Matyas"
    traits = frozenset({"convex", "ravine"})
    formula = r"f(x, y) = 0.26\, (x^2 + y^2) - 0.48\, x y"
    window = box(-10.0, 10.0)
    customary_start = start_at(-9.0, 4.0)

    completeness = "complete"

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        return (CriticalPoint([0.0, 0.0], 0.0, "minimum"),)

    def _value(self, p: Array) -> Array:
        x, y = p
        return 0.26 * (x * x + y * y) - 0.48 * x * y

    def _gradient(self, p: Array) -> Array:
        x, y = p
        return stack(0.52 * x - 0.48 * y, 0.52 * y - 0.48 * x)

    def _hessian(self, p: Array) -> Array:
        return constant(np.array([[0.52, -0.48], [-0.48, 0.52]]), p)
