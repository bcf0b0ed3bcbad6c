"""`ls.surface("labelled")`: A surface with labels for its axes and a title of its own."""

from __future__ import annotations

import functools

from landscape.core.component import Array, FieldError
from landscape.core.critical_points import Completeness, CriticalPoint
from landscape.core.surface import Surface, Window
from landscape.surfaces._registry import register
from landscape.surfaces.wrappers._base import like
from landscape.surfaces.wrappers._carried import OneInside


@register("labelled")
class Labelled(OneInside):
    """A surface with labels for its axes and a title of its own.

    f(p) = f_0(p).

    p: (dim, ...), as for f_0, the field `surface`. labels: what pictures write along the axes, one for each coordinate;
    title: how they call the surface. Everything else is as it was.

    Source: Tufte 1983, "The visual display of quantitative information", for words on the data.
    """

    surface: Surface
    labels: tuple[str, ...] = ()
    title: str = ""

    formula = r"f(p) = f_0(p)"

    def _check(self) -> None:
        like(self, self.surface)
        if self.labels and len(self.labels) != self.surface.dim:
            reason = f"must have {self.surface.dim} texts, one for each coordinate, got {len(self.labels)}"
            raise FieldError(self.name, "labels", reason)
        object.__setattr__(self, "title", self.title or self.surface.title)

    @property
    def window(self) -> Window:
        return self.surface.window

    @property
    def customary_start(self) -> Array:
        return self.surface.customary_start

    @property
    def completeness(self) -> Completeness:
        return self.surface.completeness

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        return self.surface.critical_points

    @functools.cached_property
    def edge_minima(self) -> tuple[CriticalPoint, ...]:  # type: ignore[override]
        return self.surface.edge_minima

    def _value(self, p: Array) -> Array:
        return self.surface._value(p)

    def _gradient(self, p: Array) -> Array:
        return self.surface._gradient(p)

    def _hessian(self, p: Array) -> Array:
        return self.surface._hessian(p)
