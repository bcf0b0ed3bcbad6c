"""What `composed` and `composed_norm` share: unit tests in several dimensions, put together from shapes of one."""

from __future__ import annotations

import dataclasses
import functools
import itertools
import math
from abc import abstractmethod
from collections.abc import Sequence

import numpy as np

from landscape.core.component import Array, Count, FieldError, Real
from landscape.core.critical_points import Completeness, CriticalPoint
from landscape.core.elementary import diagonal, stack
from landscape.core.surface import Surface, Window
from landscape.surfaces._bases.rotations import rotated, rotated_back

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
    def _curvatures(self, h: Array, slopes: Array) -> Array:
        """d2F/dh_i dh_j slopes_i slopes_j: (dim, dim, ...)."""

    @abstractmethod
    def _listed(self, points: Sequence[CriticalPoint]) -> CriticalPoint | None:
        """The critical point made of one of each part, in z, or None where it is not one or not known to be."""

    def _check(self) -> None:
        if not 1 <= len(self.parts) <= self.dim or any(part.dim != 1 for part in self.parts):
            raise FieldError(self.name, "parts", f"must be 1 to {self.dim} surfaces of one coordinate")
        for part in self.parts:
            self._check_part(part)
        every, some = (function(*(part.traits for part in self.parts)) for function in (common, union))
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
        reach = np.abs(rotated(np.eye(self.dim), self.rotation).T)
        middle, half = rotated_back((lows + highs) / 2.0, self.rotation), reach @ ((highs - lows) / 2.0)
        return tuple(zip((middle - half).tolist(), (middle + half).tolist(), strict=True))

    @property
    def customary_start(self) -> Array:
        return rotated_back(np.concatenate([part.customary_start for part in self.along]), self.rotation)

    @property
    def completeness(self) -> Completeness:
        if self._many or (self.rotation and any(part.edge_minima for part in self.parts)):
            return "notable"
        return "complete" if all(part.completeness == "complete" for part in self.parts) else "notable"

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        if any(not part.critical_points or (self.rotation and part.edge_minima) for part in self.parts):
            return ()
        choices = [part.critical_points[:1] if self._many else part.critical_points for part in self.along]
        found = [self._turned(self._listed(points)) for points in itertools.product(*choices)]
        rank = {"minimum": 0, "saddle": 1, "maximum": 2}
        return tuple(sorted((point for point in found if point), key=lambda point: (rank[point.kind], point.value)))

    @property
    def _many(self) -> bool:
        return math.prod(len(part.critical_points) for part in self.along) > MOST_LISTED

    @functools.cached_property
    def edge_minima(self) -> tuple[CriticalPoint, ...]:  # type: ignore[override]
        if self.rotation != 0.0 or not any(part.edge_minima for part in self.parts) or self.dim > 10:
            return ()
        choices = [(*part.minima, *part.edge_minima) for part in self.along]
        edges = {id(point) for part in self.parts for point in part.edge_minima}
        made = [points for points in itertools.product(*choices) if any(id(point) in edges for point in points)]
        return tuple(CriticalPoint(at, float(self._value(at)), "minimum") for at in map(place, made))

    def _turned(self, point: CriticalPoint | None) -> CriticalPoint | None:
        if point is None:
            return None
        at = rotated_back(point.point, self.rotation)
        return dataclasses.replace(point, point=at, value=float(self._value(at)))

    def _parts(self, z: Array) -> Array:
        return stack(*(part._value(z[i : i + 1]) for i, part in enumerate(self.along)))

    def _slopes(self, z: Array) -> Array:
        return stack(*(part._gradient(z[i : i + 1])[0] for i, part in enumerate(self.along)))

    def _value(self, p: Array) -> Array:
        return self._combined(self._parts(rotated(p, self.rotation)))

    def _gradient(self, p: Array) -> Array:
        z = rotated(p, self.rotation)
        return rotated_back(self._weights(self._parts(z)) * self._slopes(z), self.rotation)

    def _hessian(self, p: Array) -> Array:
        z = rotated(p, self.rotation)
        h, slopes = self._parts(z), self._slopes(z)
        curvatures = stack(*(part._hessian(z[i : i + 1])[0, 0] for i, part in enumerate(self.along)))
        inner = diagonal(self._weights(h) * curvatures) + self._curvatures(h, slopes)
        half = rotated_back(np.swapaxes(rotated_back(inner, self.rotation), 0, 1), self.rotation)
        return (half + np.swapaxes(half, 0, 1)) / 2.0


def place(points: Sequence[CriticalPoint]) -> Array:
    return np.concatenate([point.point for point in points])


def union(*traits: frozenset[str]) -> frozenset[str]:
    return frozenset().union(*traits)


def common(*traits: frozenset[str]) -> frozenset[str]:
    return frozenset.intersection(*traits)
