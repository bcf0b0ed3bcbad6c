"""`ls.surface("sum")`: Two surfaces added up."""

from __future__ import annotations

import dataclasses
import functools

import numpy as np

from landscape.core.component import Array, FieldError, Positive
from landscape.core.critical_points import CriticalPoint, in_order
from landscape.core.finder import find_critical_points
from landscape.core.surface import Surface, Window
from landscape.surfaces._registry import register


@register("sum")
class Sum(Surface):
    """Two surfaces added up.

    f(p) = f_1(p) + weight f_2(p).

    p: (dim, ...), as for f_1 and f_2, the fields `first` and `second`; weight: of the second. The window and the
    customary start are the first one's. A sum has critical points of its own: in one or two dimensions they are
    searched in the window (`landscape.find_critical_points`), in more none are listed. A kink of one that is a critical
    point of the other as well is listed with them.

    Source: Nesterov 2013, "Gradient methods for minimizing composite functions", Mathematical Programming 140.
    """

    first: Surface
    second: Surface
    weight: Positive = 1.0

    formula = r"f(p) = f_1(p) + w\, f_2(p)"

    def _check(self) -> None:
        if self.first.dim != self.second.dim:
            raise FieldError(self.name, "second", f"must have {self.first.dim} coordinates, got {self.second.dim}")
        object.__setattr__(self, "dim", self.first.dim)
        either, both = self.first.traits | self.second.traits, self.first.traits & self.second.traits
        object.__setattr__(self, "traits", (either - {"convex", "scalable"}) | (both & {"convex"}))

    @property
    def window(self) -> Window:
        return self.first.window

    @property
    def customary_start(self) -> Array:
        return self.first.customary_start

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        if self.dim > 2:
            return ()
        both = [*self.first.critical_points, *self.second.critical_points]
        kinks = [point for point in both if point.kink and all(_has(part, point) for part in (self.first, self.second))]
        places = [point.point for point in kinks]
        found = [p for p in find_critical_points(self) if not any(np.allclose(p.point, place) for place in places)]
        return in_order([*found, *(dataclasses.replace(p, value=float(self.value(p.point))) for p in kinks)])

    def _value(self, p: Array) -> Array:
        return self.first._value(p) + self.weight * self.second._value(p)

    def _gradient(self, p: Array) -> Array:
        return self.first._gradient(p) + self.weight * self.second._gradient(p)

    def _hessian(self, p: Array) -> Array:
        return self.first._hessian(p) + self.weight * self.second._hessian(p)


def _has(surface: Surface, point: CriticalPoint) -> bool:
    """Whether a surface has a critical point of the same kind at the place of another's."""
    return any(p.kind == point.kind and np.array_equal(p.point, point.point) for p in surface.critical_points)
