"""`ls.surface("shifted")`: A surface moved to another place."""

from __future__ import annotations

import dataclasses
import functools

from landscape.core.component import Array, Real
from landscape.core.critical_points import Completeness, CriticalPoint
from landscape.core.elementary import as_column
from landscape.core.surface import Surface, Window
from landscape.surfaces._registry import register
from landscape.surfaces.wrappers._base import like, spread
from landscape.surfaces.wrappers._carried import OneInside


@register("shifted")
class Shifted(OneInside):
    """A surface moved to another place.

    f(p) = f_0(p - shift).

    p: (dim, ...), as for f_0, the field `surface`. shift: how far each coordinate moves, or one number for all.
    Critical points, the window and the customary start move along.

    Source: Hansen, Finck, Ros and Auger 2009, "Real-parameter black-box optimization benchmarking 2009", where every
    function is shifted.
    """

    surface: Surface
    shift: tuple[Real, ...] | Real = 0.0

    formula = r"f(p) = f_0(p - d)"

    def _check(self) -> None:
        like(self, self.surface)
        spread(self, "shift", self.surface.dim)

    @functools.cached_property
    def _d(self) -> Array:
        return spread(self, "shift", self.dim)

    @property
    def window(self) -> Window:
        return tuple((lo + d, hi + d) for (lo, hi), d in zip(self.surface.window, self._d.tolist(), strict=True))

    @property
    def customary_start(self) -> Array:
        return self.surface.customary_start + self._d

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
        return tuple(dataclasses.replace(point, point=point.point + self._d) for point in points)

    def _inside(self, p: Array) -> Array:
        return p - as_column(self._d, p)

    def _value(self, p: Array) -> Array:
        return self.surface._value(p - as_column(self._d, p))

    def _gradient(self, p: Array) -> Array:
        return self.surface._gradient(p - as_column(self._d, p))

    def _hessian(self, p: Array) -> Array:
        return self.surface._hessian(p - as_column(self._d, p))
