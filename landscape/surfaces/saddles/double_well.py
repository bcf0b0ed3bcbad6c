"""`ls.surface("double_well")`: Two equal wells with a saddle between them."""

from __future__ import annotations

import functools

import numpy as np

from landscape.core.component import Array, Positive
from landscape.core.critical_points import CriticalPoint
from landscape.core.elementary import stack, symmetric
from landscape.core.surface import Surface, Window
from landscape.surfaces._registry import register


@register("double_well")
class DoubleWell(Surface):
    """Two equal wells with a saddle between them.

    f(x, y) = barrier ((x / width)^2 - 1)^2 + stiffness y^2 / 2.

    p = (x, y): (2, ...). The minima are (-width, 0) and (width, 0), with value 0 and curvature 8 barrier / width^2
    along x; the saddle is 0, with value `barrier` and curvature -4 barrier / width^2. These three are all the critical
    points there are.

    Source: the potential of Kramers 1940, "Brownian motion in a field of force and the diffusion model of chemical
    reactions", Physica 7(4), in its simplest polynomial form.
    """

    barrier: Positive = 1.0
    width: Positive = 1.0
    stiffness: Positive = 1.0

    dim = 2
    traits = frozenset({"multimodal", "saddle"})
    formula = r"f(x, y) = h\, ((x / w)^2 - 1)^2 + \frac{1}{2} k y^2"

    @property
    def window(self) -> Window:
        return ((-1.7 * self.width, 1.7 * self.width), (-1.5 * self.width, 1.5 * self.width))

    @property
    def customary_start(self) -> Array:
        return np.array([0.05 * self.width, self.width])

    completeness = "complete"

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        return (
            CriticalPoint([self.width, 0.0], 0.0, "minimum"),
            CriticalPoint([-self.width, 0.0], 0.0, "minimum"),
            CriticalPoint([0.0, 0.0], self.barrier, "saddle"),
        )

    def _value(self, p: Array) -> Array:
        x, y = p
        s = x / self.width
        u = s * s - 1.0
        return self.barrier * u * u + (0.5 * self.stiffness) * y * y

    def _gradient(self, p: Array) -> Array:
        x, y = p
        s = x / self.width
        return stack((4.0 * self.barrier / self.width) * s * (s * s - 1.0), self.stiffness * y)

    def _hessian(self, p: Array) -> Array:
        x, _ = p
        s = x / self.width
        bend = 4.0 * self.barrier / (self.width * self.width)
        return symmetric((bend * (3.0 * s * s - 1.0),), (0.0, self.stiffness))
