"""Move, turn, stretch and add surfaces: each wrapper takes any surface and carries its known points along.

    Shifted(surface=Rosenbrock(), shift=(1.0, -2.0))
    Rotated(surface=Rosenbrock(), rotation=0.5)

From a scenario: surface = { name = "rotated", surface = "rosenbrock", rotation = 0.5 }.
"""

from __future__ import annotations

import dataclasses
import functools
from typing import Any

import numpy as np

from landscape.component import Array, FieldError, NonNegative, Positive, Real
from landscape.core import CriticalPoint, Surface, Window, column, constant, in_order, total
from landscape.finder import find_critical_points
from landscape.surfaces._registry import register
from landscape.surfaces._turns import turned, turned_back


@register("shifted")
class Shifted(Surface):
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
        _like(self, self.surface)
        _spread(self, "shift", self.surface.dim)

    @functools.cached_property
    def _d(self) -> Array:
        return _spread(self, "shift", self.dim)

    @property
    def window(self) -> Window:
        return tuple((lo + d, hi + d) for (lo, hi), d in zip(self.surface.window, self._d.tolist(), strict=True))

    @property
    def customary_start(self) -> Array:
        return self.surface.customary_start + self._d

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        return self._moved(self.surface.critical_points)

    @functools.cached_property
    def edge_minima(self) -> tuple[CriticalPoint, ...]:  # type: ignore[override]
        return self._moved(self.surface.edge_minima)

    def _moved(self, points: tuple[CriticalPoint, ...]) -> tuple[CriticalPoint, ...]:
        return tuple(dataclasses.replace(point, point=point.point + self._d) for point in points)

    def _value(self, p: Array) -> Array:
        return self.surface._value(p - column(self._d, p))

    def _gradient(self, p: Array) -> Array:
        return self.surface._gradient(p - column(self._d, p))

    def _hessian(self, p: Array) -> Array:
        return self.surface._hessian(p - column(self._d, p))


@register("rotated")
class Rotated(Surface):
    """A surface turned about the origin, so that no coordinate is special any more.

    f(p) = f_0(R p),   R = G_{n-2} ... G_1 G_0,

    where G_i turns the plane of the coordinates (i, i+1) by `rotation` radians. p: (dim, ...), as for f_0, the field
    `surface`. Critical points and the customary start turn along. The window is the box around the turned one; of a
    surface whose minima are the lowest of its own window alone, it is the box within.
    Methods that treat coordinates one by one (Adam, AdaGrad) feel the difference, gradient descent does not.

    Source: Salomon 1996, "Re-evaluating genetic algorithm performance under coordinate rotation of benchmark
    functions", BioSystems 39(3).
    """

    surface: Surface
    rotation: Real = 0.5

    formula = r"f(p) = f_0(R p)"

    def _check(self) -> None:
        _like(self, self.surface)

    @functools.cached_property
    def matrix(self) -> Array:
        """(dim, dim): R."""
        return turned(np.eye(self.dim), self.rotation)

    @property
    def window(self) -> Window:
        lows, highs = np.array(self.surface.window).T
        middle, half = self.matrix.T @ ((lows + highs) / 2.0), np.abs(self.matrix.T) @ ((highs - lows) / 2.0)
        if self.confined:
            half = half * np.min((highs - lows) / 2.0 / (np.abs(self.matrix) @ half))
        return tuple(zip((middle - half).tolist(), (middle + half).tolist(), strict=True))

    @property
    def customary_start(self) -> Array:
        return turned_back(self.surface.customary_start, self.rotation)

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        return tuple(
            dataclasses.replace(point, point=turned_back(point.point, self.rotation))
            for point in self.surface.critical_points
        )

    def _value(self, p: Array) -> Array:
        return self.surface._value(turned(p, self.rotation))

    def _gradient(self, p: Array) -> Array:
        return turned_back(self.surface._gradient(turned(p, self.rotation)), self.rotation)

    def _hessian(self, p: Array) -> Array:
        inner = self.surface._hessian(turned(p, self.rotation))
        half = np.swapaxes(turned_back(inner, self.rotation), 0, 1)
        return _mirrored(turned_back(half, self.rotation))


@register("scaled")
class Scaled(Surface):
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
        _like(self, self.surface)
        _spread(self, "stretch", self.surface.dim)

    @functools.cached_property
    def _s(self) -> Array:
        return _spread(self, "stretch", self.dim)

    @property
    def window(self) -> Window:
        return tuple((lo * s, hi * s) for (lo, hi), s in zip(self.surface.window, self._s.tolist(), strict=True))

    @property
    def customary_start(self) -> Array:
        return self.surface.customary_start * self._s

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

    def _value(self, p: Array) -> Array:
        return self.height * self.surface._value(p / column(self._s, p)) + self.offset

    def _gradient(self, p: Array) -> Array:
        s = column(self._s, p)
        return self.height * self.surface._gradient(p / s) / s

    def _hessian(self, p: Array) -> Array:
        s = column(self._s, p)
        return self.height * self.surface._hessian(p / s) / (s * s[:, None])


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


@register("decayed")
class Decayed(Surface):
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
        _like(self, self.surface)

    @property
    def window(self) -> Window:
        return self.surface.window

    @property
    def customary_start(self) -> Array:
        return self.surface.customary_start

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        if self.weight_decay == 0.0:
            return self.surface.critical_points
        return find_critical_points(self) if self.dim <= 2 else ()

    def _value(self, p: Array) -> Array:
        return self.surface._value(p) + 0.5 * self.weight_decay * total(p * p)

    def _gradient(self, p: Array) -> Array:
        return self.surface._gradient(p) + self.weight_decay * p

    def _hessian(self, p: Array) -> Array:
        return self.surface._hessian(p) + constant(self.weight_decay * np.eye(self.dim), p)


def _has(surface: Surface, point: CriticalPoint) -> bool:
    """Whether a surface has a critical point of the same kind at the place of another's."""
    return any(p.kind == point.kind and np.array_equal(p.point, point.point) for p in surface.critical_points)


def _like(wrapper: Surface, surface: Surface) -> None:
    """Give a wrapper the dimension and the traits of what it wraps."""
    object.__setattr__(wrapper, "dim", surface.dim)
    object.__setattr__(wrapper, "traits", surface.traits - {"scalable"})
    object.__setattr__(wrapper, "confined", surface.confined)


def _spread(wrapper: Any, field: str, dim: int) -> Array:
    """A field with one number for each coordinate or one for all, as (dim,)."""
    given = getattr(wrapper, field)
    if isinstance(given, tuple) and len(given) != dim:
        raise FieldError(wrapper.name, field, f"must be one number or {dim} of them, got {len(given)}")
    return np.broadcast_to(np.array(given, dtype=np.float64), dim).copy()


def _mirrored(matrix: Array) -> Array:
    """A Hessian whose two halves differ by rounding, made symmetric."""
    return (matrix + np.swapaxes(matrix, 0, 1)) / 2.0


@register("labelled")
class Labelled(Surface):
    """A surface whose axes and title say what they stand for.

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
        _like(self, self.surface)
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
