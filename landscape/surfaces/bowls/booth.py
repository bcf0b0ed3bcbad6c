"""`ls.surface("booth")`: Booth's function: a slanted quadratic bowl."""

from __future__ import annotations

import functools

import numpy as np

from landscape.core.component import Array
from landscape.core.critical_points import CriticalPoint
from landscape.core.elementary import constant, stack
from landscape.core.surface import Surface, box, start_at
from landscape.surfaces._registry import register


@register("booth")
class Booth(Surface):
    """Booth's function: a slanted quadratic bowl.

    f(x, y) = (x + 2y - 7)^2 + (2x + y - 5)^2.

    p = (x, y): (2, ...). The minimum is (1, 3), of value 0; the Hessian has the eigenvalues 2 and 18.

    Source: Jamil and Yang 2013, "A literature survey of benchmark functions for global optimisation problems",
    arXiv:1308.4008, function 17.
    """

    dim = 2
    title = "Booth"
    traits = frozenset({"convex"})
    formula = r"f(x, y) = (x + 2y - 7)^2 + (2x + y - 5)^2"
    window = box(-10.0, 10.0)
    customary_start = start_at(-8.0, -5.0)

    completeness = "complete"

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        return (CriticalPoint([1.0, 3.0], 0.0, "minimum"),)

    def _value(self, p: Array) -> Array:
        x, y = p
        u, v = x + 2.0 * y - 7.0, 2.0 * x + y - 5.0
        return u * u + v * v

    def _gradient(self, p: Array) -> Array:
        x, y = p
        u, v = x + 2.0 * y - 7.0, 2.0 * x + y - 5.0
        return stack(2.0 * u + 4.0 * v, 4.0 * u + 2.0 * v)

    def _hessian(self, p: Array) -> Array:
        return constant(np.array([[10.0, 8.0], [8.0, 10.0]]), p)
