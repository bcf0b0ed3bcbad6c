"""`ls.surface("slice")`: A cut through a surface of many dimensions along two of its coordinates, the others held."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

from landscape.core.component import Array, FieldError, Real, Whole
from landscape.core.critical_points import Completeness, CriticalPoint, in_order
from landscape.core.elementary import as_column, stack
from landscape.core.finder import find_critical_points
from landscape.core.surface import Surface, Window
from landscape.surfaces._registry import register
from landscape.surfaces.wrappers._carried import OneInside

MANY, STARTS = 50, 24  # dimensions from which on values are dear, and starts of the search where they are


@register("slice")
class Slice(OneInside):
    """A cut through a surface of many dimensions along two of its coordinates, the others held.

    f(x, y) = f_0(q),   q_i = x, q_j = y, the other q_k = through_k.

    p = (x, y): (2, ...). The field `surface` is f_0; along: the numbers i and j of the coordinates, from 0; through:
    the point (dim of f_0) cut through, the global minimum of f_0 where left out, or its customary start. Critical
    points of f_0 in the plane are critical in the cut; others appear. They are searched in the window; from a few
    random starts alone where values are dear, of sums of terms and in more than 50 dimensions.

    Source: Goodfellow, Vinyals and Saxe 2015, "Qualitatively characterizing neural network optimization problems".
    """

    surface: Surface
    along: tuple[Whole, Whole] = (0, 1)
    through: tuple[Real, ...] = ()

    dim = 2
    formula = r"f(x, y) = f_0(q), \quad q_i = x,\ q_j = y"

    def _check(self) -> None:
        i, j = self.along
        if i == j or max(i, j) >= self.surface.dim:
            raise FieldError(self.name, "along", f"must be two coordinates below {self.surface.dim}, got {self.along}")
        if len(self.through) not in (0, self.surface.dim):
            reason = f"must have {self.surface.dim} coordinates, got {len(self.through)}"
            raise FieldError(self.name, "through", reason)
        object.__setattr__(self, "traits", self.surface.traits - {"scalable"})

    @functools.cached_property
    def base(self) -> Array:
        """The point of f_0 that is cut through."""
        if self.through:
            return np.array(self.through)
        lowest = self.surface.minima[0].point if self.surface.minima else self.surface.customary_start
        return np.array(lowest)

    @property
    def window(self) -> Window:
        return tuple(self.surface.window[i] for i in self.along)

    @property
    def customary_start(self) -> Array:
        return self.surface.customary_start[list(self.along)]

    @property
    def completeness(self) -> Completeness:
        return "found"

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        known = [p for p in self.surface.critical_points if self._in_plane(p.point)]
        inside = [
            CriticalPoint(p.point[list(self.along)], p.value, p.kind, p.degenerate, True) for p in known if p.kink
        ]
        dear = self.surface.dim > MANY or "stochastic" in self.traits
        return in_order([*find_critical_points(self, starts=STARTS if dear else None), *inside])

    def _in_plane(self, point: Array) -> bool:
        others = np.delete(np.arange(self.surface.dim), self.along)
        return np.array_equal(point[others], self.base[others])

    def _lifted(self, p: Array) -> Array:
        """(2, ...) -> (dim of f_0, ...)."""
        rows: list[Any] = self.base.tolist()
        for row, i in enumerate(self.along):
            rows[i] = p[row]
        return stack(*rows)

    own_coordinates = False

    def _inside(self, p: Array) -> Array:
        return self._lifted(p)

    def _pushed(self, v: Array) -> Array:
        moved = np.zeros((self.surface.dim, *v.shape[1:]))
        moved[list(self.along)] = v
        return moved

    def _pulled(self, gradient: Array) -> Array:
        return gradient[list(self.along)]

    def _value(self, p: Array) -> Array:
        return self.surface._value(self._lifted(p))

    def _gradient(self, p: Array) -> Array:
        return self.surface._gradient(self._lifted(p))[list(self.along)]

    def _hessian(self, p: Array) -> Array:
        q, along = self._lifted(p), list(self.along)
        if self.surface.dim <= MANY or q.dtype == object:
            return self.surface._hessian(q)[np.ix_(along, along)]
        units = np.eye(self.surface.dim)[along]
        rows = [self.surface._product(q, np.broadcast_to(as_column(unit, q), q.shape))[along] for unit in units]
        return np.stack(rows, axis=1)
