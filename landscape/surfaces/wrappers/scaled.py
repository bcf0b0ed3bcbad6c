"""`ls.surface("scaled")`: A surface stretched along its coordinates and in height."""

from __future__ import annotations

import dataclasses
import functools

from landscape.core.component import Array, Positive, Real
from landscape.core.critical_points import Completeness, CriticalPoint
from landscape.core.elementary import as_column
from landscape.core.surface import Surface, Window
from landscape.surfaces._registry import register
from landscape.surfaces.wrappers._base import like, spread
from landscape.surfaces.wrappers._carried import OneInside


@register("scaled")
class Scaled(OneInside):
    """A surface stretched along its coordinates and in height.

    f(p) = height f_0(p / stretch) + offset.

    p: (dim, ...), as for f_0, the field `surface`. stretch: how many times wider each coordinate becomes, or one number
    for all; height: factor on the loss; offset: added to it. Critical points, window and customary start go along.

    Source: Hansen, Finck, Ros and Auger 2009, "Real-parameter black-box optimization benchmarking 2009".
    """

    surface: Surface
    stretch: tuple[Positive, ...] | Positive = 1.0
    height: Positive = 1.0
    offset: Real = 0.0

    formula = r"f(p) = h\, f_0(p / s) + c"

    def _check(self) -> None:
        like(self, self.surface)
        spread(self, "stretch", self.surface.dim)

    @functools.cached_property
    def _s(self) -> Array:
        return spread(self, "stretch", self.dim)

    @property
    def window(self) -> Window:
        return tuple((lo * s, hi * s) for (lo, hi), s in zip(self.surface.window, self._s.tolist(), strict=True))

    @property
    def customary_start(self) -> Array:
        return self.surface.customary_start * self._s

    @property
    def completeness(self) -> Completeness:
        return self.surface.completeness

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        return self._moved(self.surface.critical_points)

    @functools.cached_property
    def edge_minima(self) -> tuple[CriticalPoint, ...]:  # type: ignore[override]
        return self._moved(self.surface.edge_minima)

    def _moved(self, points: tuple[CriticalPoint, ...]) -> tuple[CriticalPoint, ...]:
        return tuple(
            dataclasses.replace(known, point=known.point * self._s, value=self.height * known.value + self.offset)
            for known in points
        )

    @property
    def _height(self) -> float:  # type: ignore[override]
        return self.height

    @property
    def _offset(self) -> float:  # type: ignore[override]
        return self.offset

    def _inside(self, p: Array) -> Array:
        return p / as_column(self._s, p)

    def _pushed(self, v: Array) -> Array:
        return v / as_column(self._s, v)

    def _pulled(self, gradient: Array) -> Array:
        return gradient / as_column(self._s, gradient)

    def _value(self, p: Array) -> Array:
        return self.height * self.surface._value(p / as_column(self._s, p)) + self.offset

    def _gradient(self, p: Array) -> Array:
        s = as_column(self._s, p)
        return self.height * self.surface._gradient(p / s) / s

    def _hessian(self, p: Array) -> Array:
        s = as_column(self._s, p)
        return self.height * self.surface._hessian(p / s) / (s * s[:, None])
