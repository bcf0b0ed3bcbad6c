"""`ls.surface("decayed")`: A surface with weight decay: an L2 penalty that pulls towards the origin."""

from __future__ import annotations

import functools

import numpy as np

from landscape.core.component import Array, NonNegative
from landscape.core.critical_points import Completeness, CriticalPoint
from landscape.core.elementary import constant, total
from landscape.core.finder import find_critical_points
from landscape.core.surface import Surface, Window
from landscape.surfaces._registry import register
from landscape.surfaces.wrappers._base import like
from landscape.surfaces.wrappers._carried import OneInside


@register("decayed")
class Decayed(OneInside):
    """A surface with weight decay: an L2 penalty that pulls towards the origin.

    f(p) = f_0(p) + weight_decay/2 |p|^2.

    p: (dim, ...), as for f_0, the field `surface`. weight_decay: the coefficient that the optimizers call so. Critical
    points move towards 0 and may merge: in one or two dimensions they are searched in the window, in more none are
    listed. No longer unbounded where weight_decay outweighs the steepest descent, which is not looked into.

    Source: Krogh and Hertz 1991, "A simple weight decay can improve generalization".
    """

    surface: Surface
    weight_decay: NonNegative = 0.01

    formula = r"f(p) = f_0(p) + \frac{\lambda}{2} |p|^2"

    def _check(self) -> None:
        like(self, self.surface)

    @property
    def window(self) -> Window:
        return self.surface.window

    @property
    def customary_start(self) -> Array:
        return self.surface.customary_start

    @property
    def completeness(self) -> Completeness:
        if self.weight_decay == 0.0:
            return self.surface.completeness
        return "found" if self.dim <= 2 else "notable"

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        if self.weight_decay == 0.0:
            return self.surface.critical_points
        return find_critical_points(self) if self.dim <= 2 else ()

    @property
    def _decay(self) -> float:  # type: ignore[override]
        return self.weight_decay

    def _value(self, p: Array) -> Array:
        return self.surface._value(p) + 0.5 * self.weight_decay * total(p * p)

    def _gradient(self, p: Array) -> Array:
        return self.surface._gradient(p) + self.weight_decay * p

    def _hessian(self, p: Array) -> Array:
        return self.surface._hessian(p) + constant(self.weight_decay * np.eye(self.dim), p)
