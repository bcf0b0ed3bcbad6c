"""Set one-dimensional shapes side by side, one along each coordinate, and turn the whole: their sum or their norm.

Composed(parts=("absolute_value", "quad_bowl"), rotation=0.5)
ComposedNorm(parts=(Scaled(surface=AbsoluteValue(), height=10.0), AbsoluteValue()))
"""

from __future__ import annotations

import dataclasses
import functools
import itertools
import math
from abc import abstractmethod
from collections.abc import Sequence

import numpy as np

from landscape.component import Array, Count, FieldError, Real
from landscape.core import CriticalPoint, Kind, Surface, Window, diagonal, select, stack, total
from landscape.surfaces._registry import register
from landscape.surfaces._turns import turned, turned_back

# Up to how many critical points are listed one by one.
MOST_LISTED = 512


@dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
class Composition(Surface):
    """f(p) = F(h(z)), z = R p, with h_i one-dimensional parts, used in turn, and F of the subclass."""

    dim: Count = 2
    parts: tuple[Surface, ...] = ("absolute_value", "quad_bowl")  # type: ignore[assignment]
    rotation: Real = 0.0

    @abstractmethod
    def _check_part(self, part: Surface) -> None:
        """FieldError where a part will not do."""

    @abstractmethod
    def _combined(self, h: Array) -> Array:
        """F: (dim, ...) -> (...)."""

    @abstractmethod
    def _weights(self, h: Array) -> Array:
        """dF/dh: (dim, ...) -> (dim, ...)."""

    @abstractmethod
    def _bends(self, h: Array, slopes: Array) -> Array:
        """d2F/dh_i dh_j slopes_i slopes_j: (dim, dim, ...)."""

    @abstractmethod
    def _listed(self, points: Sequence[CriticalPoint]) -> CriticalPoint | None:
        """The critical point made of one of each part, in z, or None where it is not one or not known to be."""

    def _check(self) -> None:
        if not 1 <= len(self.parts) <= self.dim or any(part.dim != 1 for part in self.parts):
            raise FieldError(self.name, "parts", f"must be 1 to {self.dim} surfaces of one coordinate")
        for part in self.parts:
            self._check_part(part)
        every, some = (function(*(part.traits for part in self.parts)) for function in (_common, _union))
        traits = (some - {"convex"}) | (every & {"convex"}) | {"scalable"} | (type(self).traits & {"nonsmooth"})
        object.__setattr__(self, "traits", traits)

    @functools.cached_property
    def along(self) -> tuple[Surface, ...]:
        """The part along each coordinate of z."""
        return tuple(itertools.islice(itertools.cycle(self.parts), self.dim))

    @property
    def window(self) -> Window:
        pairs = [part.window[0] for part in self.along]
        if self.rotation == 0.0:
            return tuple(pairs)
        lows, highs = np.array(pairs).T
        reach = np.abs(turned(np.eye(self.dim), self.rotation).T)
        middle, half = turned_back((lows + highs) / 2.0, self.rotation), reach @ ((highs - lows) / 2.0)
        return tuple(zip((middle - half).tolist(), (middle + half).tolist(), strict=True))

    @property
    def customary_start(self) -> Array:
        return turned_back(np.concatenate([part.customary_start for part in self.along]), self.rotation)

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        if any(not part.critical_points or (self.rotation and part.edge_minima) for part in self.parts):
            return ()
        many = math.prod(len(part.critical_points) for part in self.along) > MOST_LISTED
        choices = [part.critical_points[:1] if many else part.critical_points for part in self.along]
        found = [self._turned(self._listed(points)) for points in itertools.product(*choices)]
        rank = {"minimum": 0, "saddle": 1, "maximum": 2}
        return tuple(sorted((point for point in found if point), key=lambda point: (rank[point.kind], point.value)))

    @functools.cached_property
    def edge_minima(self) -> tuple[CriticalPoint, ...]:  # type: ignore[override]
        if self.rotation != 0.0 or not any(part.edge_minima for part in self.parts) or self.dim > 10:
            return ()
        choices = [(*part.minima, *part.edge_minima) for part in self.along]
        edges = {id(point) for part in self.parts for point in part.edge_minima}
        made = [points for points in itertools.product(*choices) if any(id(point) in edges for point in points)]
        return tuple(CriticalPoint(at, float(self._value(at)), "minimum") for at in map(_place, made))

    def _turned(self, point: CriticalPoint | None) -> CriticalPoint | None:
        if point is None:
            return None
        at = turned_back(point.point, self.rotation)
        return dataclasses.replace(point, point=at, value=float(self._value(at)))

    def _parts(self, z: Array) -> Array:
        return stack(*(part._value(z[i : i + 1]) for i, part in enumerate(self.along)))

    def _slopes(self, z: Array) -> Array:
        return stack(*(part._gradient(z[i : i + 1])[0] for i, part in enumerate(self.along)))

    def _value(self, p: Array) -> Array:
        return self._combined(self._parts(turned(p, self.rotation)))

    def _gradient(self, p: Array) -> Array:
        z = turned(p, self.rotation)
        return turned_back(self._weights(self._parts(z)) * self._slopes(z), self.rotation)

    def _hessian(self, p: Array) -> Array:
        z = turned(p, self.rotation)
        h, slopes = self._parts(z), self._slopes(z)
        curvatures = stack(*(part._hessian(z[i : i + 1])[0, 0] for i, part in enumerate(self.along)))
        inner = diagonal(self._weights(h) * curvatures) + self._bends(h, slopes)
        half = turned_back(np.swapaxes(turned_back(inner, self.rotation), 0, 1), self.rotation)
        return (half + np.swapaxes(half, 0, 1)) / 2.0


@register("composed")
class Composed(Composition):
    """One-dimensional shapes added up, one along each coordinate, and turned.

    f(p) = sum_i h_i(z_i),   z = R p.

    p: (dim, ...). parts: surfaces of one coordinate, h_1, h_2, ..., which are used in turn where there are fewer than
    dim; rotation: radians by which R turns each plane of neighbouring coordinates. Critical points are the combinations
    of those of the parts, all of them where they are at most 512, else the global minimum alone. Where a part has none,
    there are none; where one is lowest on its window's edge, none are known under a rotation. f is not differentiable
    where a part is not; under a rotation, kinks off the origin are listed to rounding.

    Source: Schaul, Antonoglou and Silver 2014, "Unit tests for stochastic optimization", arXiv:1312.6055, section 2,
    with the 1-norm, which is the sum of parts that are nowhere negative. In the authors' program a rotated gradient
    is turned by R, not back by its transpose, as is right.
    """

    traits = frozenset({"scalable", "nonsmooth", "convex"})
    formula = r"f(p) = \sum_i h_i(z_i), \quad z = R p"

    def _check_part(self, part: Surface) -> None:
        """Any will do."""

    def _combined(self, h: Array) -> Array:
        return total(h)

    def _weights(self, h: Array) -> Array:
        return 0.0 * h + 1.0

    def _bends(self, h: Array, slopes: Array) -> Array:
        return diagonal(0.0 * h)

    def _listed(self, points: Sequence[CriticalPoint]) -> CriticalPoint | None:
        kinds = {point.kind for point in points}
        kind: Kind = kinds.pop() if len(kinds) == 1 else "saddle"
        degenerate, kink = any(point.degenerate for point in points), any(point.kink for point in points)
        return CriticalPoint(_place(points), 0.0, kind, degenerate, kink)


@register("composed_norm")
class ComposedNorm(Composition):
    """One-dimensional shapes composed by a norm: the highest part counts most, and has most of the gradient.

    f(p) = sqrt(sum_i h_i(z_i)^2),   z = R p.

    p: (dim, ...). parts: surfaces of one coordinate, nowhere negative, which are used in turn where there are fewer
    than dim (`scaled` raises one by an offset); rotation: radians by which R turns each plane of neighbouring
    coordinates. The minima listed are the combinations of those of the parts, all where the parts have at most 512
    combinations of critical points, else the global one alone; saddles and maxima are not. f is not differentiable
    where a part is not, and has no Hessian, or is a cone, where all parts are 0; there 0 is the subgradient given.

    Source: Schaul, Antonoglou and Silver 2014, "Unit tests for stochastic optimization", arXiv:1312.6055, section 2,
    with the 2-norm. Difference: there parts may be negative, and enter by their absolute values.
    """

    traits = frozenset({"scalable", "nonsmooth", "convex"})
    formula = r"f(p) = \sqrt{\sum_i h_i(z_i)^2}, \quad z = R p"

    def _check_part(self, part: Surface) -> None:
        if part.lowest is None or part.lowest < 0.0:
            reason = f'must be surfaces that are nowhere negative, which "{part.name}" is not known to be'
            raise FieldError(self.name, "parts", reason)

    def _combined(self, h: Array) -> Array:
        return np.sqrt(total(h * h))

    def _weights(self, h: Array) -> Array:
        return h / self._divisor(h)

    def _bends(self, h: Array, slopes: Array) -> Array:
        f = self._divisor(h)
        pulls = h / f * slopes
        return (diagonal(slopes * slopes) - pulls[:, None] * pulls) / f

    def _divisor(self, h: Array) -> Array:
        """f, or 1 where it is 0: (...)."""
        f = self._combined(h)
        return select(-f, 0.0 * f + 1.0, f)

    def _listed(self, points: Sequence[CriticalPoint]) -> CriticalPoint | None:
        if any(point.kind != "minimum" for point in points):
            return None
        lowest = [point.value for point in points]
        degenerate = self.dim > 1 and min(lowest) == 0.0
        kink = any(point.kink for point in points) or max(lowest) == 0.0
        return CriticalPoint(_place(points), 0.0, "minimum", degenerate or any(p.degenerate for p in points), kink)


def _place(points: Sequence[CriticalPoint]) -> Array:
    return np.concatenate([point.point for point in points])


def _union(*traits: frozenset[str]) -> frozenset[str]:
    return frozenset().union(*traits)


def _common(*traits: frozenset[str]) -> frozenset[str]:
    return frozenset.intersection(*traits)
