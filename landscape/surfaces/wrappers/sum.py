"""`ls.surface("sum")`: Two surfaces added up."""

from __future__ import annotations

import dataclasses
import functools
import math
from collections.abc import Callable
from typing import Any

import numpy as np

from landscape.core.component import Array, FieldError, Positive
from landscape.core.critical_points import Completeness, CriticalPoint, in_order
from landscape.core.finder import find_critical_points
from landscape.core.surface import HasResiduals, HasTerms, HasTermValues, Surface, Window, offers
from landscape.surfaces._registry import register
from landscape.surfaces.wrappers._carried import offering


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

    @property
    def completeness(self) -> Completeness:
        return "found" if self.dim <= 2 else "notable"

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

    def _product(self, p: Array, vector: Array) -> Array:
        return self.first._product(p, vector) + self.weight * self.second._product(p, vector)

    def _with_terms(self) -> list[Any]:
        """Those of the two that have terms, as many; AttributeError where there are none."""
        both = (self.first, self.second)
        having = [surface for surface in both if offers(surface, HasTerms)]
        if len({surface.terms for surface in having if offers(surface, HasTerms)}) != 1:
            raise AttributeError(f'the surface "{self.name}" is no sum of terms, or its two have not as many')
        return having

    @property
    def terms(self) -> int:
        """As many terms as one of the two has, or both; what has none is part of each term of the other."""
        return offering(self, self._with_terms()[0], HasTerms).terms

    @property
    def term_gradient(self) -> Callable[[Array, Array], Array]:
        """A function: the mean gradient of the terms index (batch, ...) at p (dim, ...), (dim, ...)."""
        self._with_terms()

        def part(surface: Surface, p: Array, index: Array) -> Array:
            return surface.term_gradient(p, index) if offers(surface, HasTerms) else surface._gradient(p)

        return lambda p, index: part(self.first, p, index) + self.weight * part(self.second, p, index)

    @property
    def term_value(self) -> Callable[[Array, Array], Array]:
        """A function: the mean loss of the terms index (batch, ...) at p (dim, ...), (...)."""
        for each in self._with_terms():
            offering(self, each, HasTermValues)

        def part(surface: Surface, p: Array, index: Array) -> Array:
            return surface.term_value(p, index) if offers(surface, HasTermValues) else surface._value(p)

        return lambda p, index: part(self.first, p, index) + self.weight * part(self.second, p, index)

    @property
    def residuals(self) -> Callable[[Any], Array]:
        """A function: the residuals of both at p (dim, ...), (m, ...), where both are sums of squares."""
        first, second = (offering(self, each, HasResiduals) for each in (self.first, self.second))
        return lambda p: np.concatenate([first.residuals(p), math.sqrt(self.weight) * second.residuals(p)])

    @property
    def jacobian(self) -> Callable[[Any], Array]:
        """A function: the derivatives of the residuals at p (dim, ...), (m, dim, ...)."""
        first, second = (offering(self, each, HasResiduals) for each in (self.first, self.second))
        return lambda p: np.concatenate([first.jacobian(p), math.sqrt(self.weight) * second.jacobian(p)])


def _has(surface: Surface, point: CriticalPoint) -> bool:
    """Whether a surface has a critical point of the same kind at the place of another's."""
    return any(p.kind == point.kind and np.array_equal(p.point, point.point) for p in surface.critical_points)
