"""Say where runs begin: at points, on a grid or a ring, at random in a box or a ball, or near others.

    ls.start("grid", shape=(20, 20))
    ls.start("random_ball", count=100, radius=0.1)
    ls.start("near", count=100, around=ls.start("ring"))

Windows and centres left out come from the surface. A random start depends on the seed and its own number alone.
"""

from __future__ import annotations

import functools

import numpy as np

from landscape.core.component import Array, Count, FieldError, Fraction, Positive, Real
from landscape.core.methods import Start
from landscape.core.random import Source
from landscape.core.surface import Surface
from landscape.starts._registry import register

NAMES = ("point", "grid", "ring", "random_box", "random_ball", "near")

LEAST = 0.1  # of the distance from a point that `near` may draw, the least
TRIES = 20

Point = tuple[Real, ...]
Box = tuple[Point, ...]


@register("point")
class Points(Start):
    """Start at given points; without any, at the surface's customary start.

    points: a list of points, each with one number for each coordinate, or a single point.
    """

    points: tuple[Point, ...] | Point = ()

    def _check(self) -> None:
        if self.points and not isinstance(self.points[0], tuple):
            object.__setattr__(self, "points", (self.points,))
        if len({len(point) for point in self._listed()}) > 1:
            raise FieldError(self.name, "points", "must all have the same number of coordinates")

    def place(self, surface: Surface, seed: int) -> Array:
        """The points: (dim, starts)."""
        if not self.points:
            return np.array(surface.customary_start, dtype=np.float64)[:, None]
        array = np.array(self._listed(), dtype=np.float64).T
        if array.shape[0] != surface.dim:
            raise FieldError(
                self.name,
                "points",
                f'need {surface.dim} coordinates each for the surface "{surface.name}", got {array.shape[0]}',
            )
        return array

    def _listed(self) -> tuple[Point, ...]:
        return self.points  # type: ignore[return-value]


@register("grid")
class Grid(Start):
    """Start on a regular grid over a box, borders included.

    shape: points along each coordinate; one number for all of them. box: ((lo, hi), ...), one pair for each coordinate
    or one for all; the surface's window where left out. The first coordinate varies slowest.
    """

    shape: Count | tuple[Count, ...] = 5
    box: Box = ()

    def place(self, surface: Surface, seed: int) -> Array:
        """The grid's points: (dim, starts)."""
        shape = self.shape if isinstance(self.shape, tuple) else (self.shape,) * surface.dim
        if len(shape) != surface.dim:
            raise FieldError(self.name, "shape", f"needs {surface.dim} numbers, got {len(shape)}")
        lows, highs = _box(self, self.box, surface)
        axes = [np.linspace(lo, hi, n) for lo, hi, n in zip(lows, highs, shape, strict=True)]
        return np.array([axis.ravel() for axis in np.meshgrid(*axes, indexing="ij")])


@register("ring")
class Ring(Start):
    """Start on a circle, evenly spaced, in the plane of the first two coordinates.

    p_k = center + radius (cos(2 pi k / count + angle), sin(2 pi k / count + angle), 0, ...).

    center: the middle of the surface's window where left out; angle: of the first point, in radians.
    """

    count: Count = 8
    radius: Positive = 1.0
    center: Point = ()
    angle: Real = 0.0

    def place(self, surface: Surface, seed: int) -> Array:
        """The ring's points: (dim, count)."""
        if surface.dim < 2:
            raise ValueError(f'ring: needs at least 2 coordinates, the surface "{surface.name}" has {surface.dim}')
        points = np.repeat(_center(self, self.center, surface)[:, None], self.count, axis=1)
        angles = 2.0 * np.pi * np.arange(self.count) / self.count + self.angle
        points[0] += self.radius * np.cos(angles)
        points[1] += self.radius * np.sin(angles)
        return points


@register("random_box")
class RandomBox(Start):
    """Start at random points, uniform in a box.

    count: how many. box: ((lo, hi), ...), one pair for each coordinate or one for all; the window if left out.
    """

    count: Count = 10
    box: Box = ()

    def place(self, surface: Surface, seed: int) -> Array:
        """The points: (dim, count)."""
        lows, highs = _box(self, self.box, surface)
        uniform = Source(seed, np.arange(self.count), "start").uniforms(0, surface.dim)
        return lows[:, None] + (highs - lows)[:, None] * uniform


@register("random_ball")
class RandomBall(Start):
    """Start at random points, uniform in a ball.

    p = center + radius u^(1/dim) z / |z|,   u uniform in [0, 1), z ~ N(0, I).

    count: how many. center: the middle of the surface's window where left out. inner: leave out the ball of this share
    of the radius.
    """

    count: Count = 10
    radius: Positive = 1.0
    center: Point = ()
    inner: Fraction = 0.0

    def place(self, surface: Surface, seed: int) -> Array:
        """The points: (dim, count)."""
        source = Source(seed, np.arange(self.count), "start")
        z = source.normals(1, surface.dim)
        inside = self.inner**surface.dim
        share = (inside + (1.0 - inside) * source.uniforms(0, 1)[0]) ** (1.0 / surface.dim)
        center = _center(self, self.center, surface)
        return center[:, None] + self.radius * share * z / np.sqrt(functools.reduce(np.add, z * z))


@register("near")
class Near(Start):
    """Start at random near the points of another start, and never at one of them.

    p_k = c_i + share w u^(1/dim) z / |z|,   i = k mod n,   u uniform in [0.1^dim, 1), z ~ N(0, I).

    c_1, ..., c_n: the points of the other start, taken in turn; w: the sides of the surface's window, coordinate by
    coordinate. A point that would leave the window is mirrored at its edge, unless c_i is beyond that already.

    count: how many; around: the other start, the surface's customary one where left out; share: how far from it, as a
    share of the window's sides.
    """

    count: Count = 10
    around: Start = Points()
    share: Positive = 0.1

    def place(self, surface: Surface, seed: int) -> Array:
        """The points: (dim, count)."""
        centers = self.around.place(surface, seed)
        at = centers[:, np.arange(self.count) % centers.shape[1]]
        source = Source(seed, np.arange(self.count), "near")
        points = self._drawn(surface, at, source, 0)
        for step in range(1, TRIES):
            met = np.array([(point == centers.T).all(axis=1).any() for point in points.T])
            if not met.any():
                return points
            points[:, met] = self._drawn(surface, at[:, met], source.select(met), step)
        raise FieldError(self.name, "share", f"is too small to leave the points themselves, got {self.share:g}")

    def _drawn(self, surface: Surface, at: Array, source: Source, step: int) -> Array:
        lows, highs = (edge[:, None] for edge in np.array(surface.window, dtype=np.float64).T)
        z = source.normals(2 * step, surface.dim)
        inside = LEAST**surface.dim
        radius = (inside + (1.0 - inside) * source.uniforms(2 * step + 1, 1)[0]) ** (1.0 / surface.dim)
        points = at + self.share * (highs - lows) * (radius * z / np.sqrt(functools.reduce(np.add, z * z)))
        points = np.where((points < lows) & (at >= lows), 2.0 * lows - points, points)
        return np.where((points > highs) & (at <= highs), 2.0 * highs - points, points)


def _box(start: Start, box: Box, surface: Surface) -> tuple[Array, Array]:
    """(lows, highs), each (dim,): the given box, one pair for all coordinates allowed, or the surface's window."""
    pairs = box or surface.window
    if len(pairs) == 1:
        pairs = pairs * surface.dim
    if len(pairs) != surface.dim or any(len(pair) != 2 or pair[0] >= pair[1] for pair in pairs):
        raise FieldError(start.name, "box", f"needs {surface.dim} pairs (low, high) with low < high, got {list(box)}")
    lows, highs = np.array(pairs, dtype=np.float64).T
    return lows, highs


def _center(start: Start, center: Point, surface: Surface) -> Array:
    if not center:
        return np.array([(lo + hi) / 2.0 for lo, hi in surface.window])
    if len(center) != surface.dim:
        raise FieldError(start.name, "center", f"needs {surface.dim} numbers, got {len(center)}")
    return np.array(center, dtype=np.float64)
