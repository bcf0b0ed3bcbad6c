"""Draw a height field in space: a surface, seen from above at an angle, and the floor beneath it.

    ground = Ground(heights, top, below, floor, depth=-0.3)
    picture, depth = ground.seen(Camera(azimuth, elevation, scale, middle), width, height)

The plan is the unit square around (0, 0); the view is parallel. Each column of the picture looks along one line of the
plan. Walking that line from the front to the back, what is seen of the upper side is where the height on the picture
rises above all before, and what is seen of the lower side, below the front edge, where it falls below all before.
Source: Anderson 1982, "Hidden line elimination in projected grid surfaces" (the floating horizon), for each column.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from landscape.core.component import Array

SAMPLES = 400  # along a column's line
HIDDEN = np.float32(np.inf)


class Camera(NamedTuple):
    """Where the picture is taken from.

    azimuth, elevation: in radians; scale: pixels of a unit; middle: (x, y) of the plan's middle at height 0, in pixels
    from the picture's upper left corner.
    """

    azimuth: float
    elevation: float
    scale: float
    middle: tuple[float, float]

    def project(self, points: Array) -> tuple[Array, Array]:
        """(places (n, 2) in pixels from the upper left, depth (n,)) of points (n, 3); depth grows away from the eye."""
        x, y, z = np.asarray(points, dtype=np.float64).T
        cos, sin = math.cos(self.azimuth), math.sin(self.azimuth)
        right, depth = cos * y - sin * x, -(cos * x + sin * y)
        up = depth * math.sin(self.elevation) + z * math.cos(self.elevation)
        places = np.stack([self.middle[0] + self.scale * right, self.middle[1] - self.scale * up], axis=1)
        return places, depth


class Ground(NamedTuple):
    """A surface over the unit square, and its floor.

    heights: (n, n), rows along y; upper, lower, floor: (m, m) pixels of its two sides and of the floor, four bytes each
    in one number of type uint32; depth: of the floor, a height below 0.
    """

    heights: Array
    upper: Array
    lower: Array
    floor: Array
    depth: float

    def height_at(self, points: Array) -> Array:
        """(n,): heights at points (n, 2) of the plan, bilinear."""
        last = len(self.heights) - 1
        at = np.clip((points + 0.5) * last, 0.0, last)
        low = np.minimum(at.astype(int), last - 1)
        (x, y), (i, j) = (at - low).T, low.T
        below = (1.0 - x) * self.heights[j, i] + x * self.heights[j, i + 1]
        above = (1.0 - x) * self.heights[j + 1, i] + x * self.heights[j + 1, i + 1]
        return np.asarray((1.0 - y) * below + y * above)

    def _raised(self, x: Array, y: Array) -> Array:
        """Heights at many places of the plan, bilinear; of type float32."""
        count = len(self.heights)
        x, y = (x + np.float32(0.5)) * np.float32(count - 1), (y + np.float32(0.5)) * np.float32(count - 1)
        np.clip(x, 0.0, count - 1.001, out=x)
        np.clip(y, 0.0, count - 1.001, out=y)
        i, j = x.astype(np.int32), y.astype(np.int32)
        x -= i
        y -= j
        j *= np.int32(count)
        j += i
        flat = self.heights.ravel()
        below, above = flat[j], flat[j + np.int32(count)]
        below += x * (flat[j + np.int32(1)] - below)
        above += x * (flat[j + np.int32(count + 1)] - above)
        above -= below
        above *= y
        above += below
        return above

    def seen_floor(self, camera: Camera, picture: Array) -> None:
        """Paint the floor onto a picture (height, width) of type uint32."""
        height, width = picture.shape
        sin_e, cos_e = math.sin(camera.elevation), math.cos(camera.elevation)
        right = _columns(camera, np.arange(width))
        up = (camera.middle[1] - np.arange(height, dtype=np.float32) - np.float32(0.5)) / np.float32(camera.scale)
        depth = (up - np.float32(self.depth * cos_e)) / np.float32(sin_e)
        down, across = np.flatnonzero(np.abs(depth) < 0.7072), np.flatnonzero(np.abs(right) < 0.7072)
        if not (down.size and across.size):
            return
        rows, columns = slice(down[0], down[-1] + 1), slice(across[0], across[-1] + 1)
        x, y = _plan(camera, right[columns][None, :], depth[rows][:, None])
        inside = (np.abs(x) < 0.5) & (np.abs(y) < 0.5)
        colors = self.floor.ravel()[_index(x, y, len(self.floor))]
        np.copyto(picture[rows, columns], colors, where=inside)

    def seen(self, camera: Camera, picture: Array) -> Array:
        """Paint the surface onto a picture (height, width) of type uint32; returns the depth of each pixel (float32).

        The depth is infinite where there is no surface.
        """
        height, width = picture.shape
        depth = np.full((height, width), HIDDEN, dtype=np.float32)
        right = _columns(camera, np.arange(width))
        near, far = _chord(camera, right)
        hit = np.flatnonzero(far > near)
        if not hit.size:
            return depth
        columns = slice(hit[0], hit[-1] + 1)
        right, near, far = right[columns], near[columns], np.maximum(far[columns], near[columns])
        step = (far - near) / np.float32(SAMPLES - 1)
        along = near + step * np.arange(SAMPLES, dtype=np.float32)[:, None]
        x, y = _plan(camera, right, along)
        raised = self._raised(x, y)
        up = along * np.float32(math.sin(camera.elevation)) + raised * np.float32(math.cos(camera.elevation))
        row = np.float32(camera.middle[1] - 0.5) - up * np.float32(camera.scale)
        numbers = np.arange(hit[0], hit[-1] + 1, dtype=np.int32)
        for upper_side, colors in ((True, self.upper), (False, self.lower)):
            # above the front edge there is only the upper side to be seen, below it only the lower one
            low, high = (row.min(), row[0].max()) if upper_side else (row[0].min(), row.max())
            top, bottom = max(0, math.floor(low)), min(height, math.ceil(high) + 1)
            if bottom <= top:
                continue
            rows = np.arange(top, bottom, dtype=np.float32)
            if upper_side:
                first = _first(row - np.float32(top), bottom - top)
                where = rows[:, None] <= np.ceil(row[0])
            else:
                first = _first(np.float32(bottom - 1) - row, bottom - top)[::-1]
                where = rows[:, None] >= np.floor(row[0])
            where &= first >= 0.0
            at, column = np.nonzero(where)
            far_off = near[column] + step[column] * first[where]
            x, y = _plan(camera, right[column], far_off)
            flat = (at.astype(np.int32) + np.int32(top)) * np.int32(width) + numbers[column]
            picture.ravel()[flat] = colors.ravel()[_index(x, y, len(colors))]
            depth.ravel()[flat] = far_off
        return depth


def _first(row: Array, height: int) -> Array:
    """(height, columns): where along its line, in samples, each pixel's ray meets the surface first; -1 for nowhere.

    row: (samples, columns), the row at which each sample is seen.
    """
    samples, columns = row.shape
    horizon = np.minimum.accumulate(row, axis=0)
    numbers = np.arange(columns, dtype=np.int32)
    reached = np.ceil(horizon)
    np.clip(reached, 0.0, height, out=reached)
    first = np.full((height + 1, columns), samples, dtype=np.int16)
    # of several samples on one pixel the one in front is written last, and stays
    flat = reached.astype(np.int32)
    flat *= np.int32(columns)
    flat += numbers
    first.ravel()[flat[::-1].ravel()] = np.repeat(np.arange(samples - 1, -1, -1, dtype=np.int16), columns)
    first = np.minimum.accumulate(first, axis=0)[:height]
    nowhere = first == samples
    at = np.minimum(first, samples - 1).astype(np.int32)
    found = at.astype(np.float32)
    at *= np.int32(columns)
    at += numbers
    here = horizon.ravel()[at]
    at -= np.int32(columns)
    np.maximum(at, numbers, out=at)
    gap = horizon.ravel()[at]
    gap -= here
    np.maximum(gap, np.float32(1e-6), out=gap)
    share = np.arange(height, dtype=np.float32)[:, None] - here
    share /= gap
    np.clip(share, 0.0, 1.0, out=share)
    found -= share
    np.maximum(found, 0.0, out=found)
    found[nowhere] = -1.0
    return found


def _columns(camera: Camera, numbers: Array) -> Array:
    """How far to the right of the middle columns are, in units."""
    return ((numbers + 0.5 - camera.middle[0]) / camera.scale).astype(np.float32)


def _plan(camera: Camera, right: Array, depth: Array) -> tuple[Array, Array]:
    """(x, y) of the plan, that far to the right and away."""
    cos, sin = np.float32(math.cos(camera.azimuth)), np.float32(math.sin(camera.azimuth))
    return -sin * right - cos * depth, cos * right - sin * depth


def _chord(camera: Camera, right: Array) -> tuple[Array, Array]:
    """(near, far): the depths between which each column's line is over the plan; near > far where it never is."""
    cos, sin = math.cos(camera.azimuth), math.sin(camera.azimuth)
    near, far = np.full(right.shape, -2.0, dtype=np.float32), np.full(right.shape, 2.0, dtype=np.float32)
    for offset, slope in ((-sin * right, -cos), (cos * right, -sin)):
        if abs(slope) < 1e-9:
            far[np.abs(offset) > 0.5] = -2.0
            continue
        one, other = (-0.5 - offset) / slope, (0.5 - offset) / slope
        near, far = np.maximum(near, np.minimum(one, other)), np.minimum(far, np.maximum(one, other))
    return near.astype(np.float32), far.astype(np.float32)


def _index(x: Array, y: Array, count: int) -> Array:
    """The numbers of the nearest of (count, count) points, flat."""
    scale = np.float32(count - 1)
    i = ((x + np.float32(0.5)) * scale + np.float32(0.5)).astype(np.int32)
    j = ((y + np.float32(0.5)) * scale + np.float32(0.5)).astype(np.int32)
    np.clip(i, 0, count - 1, out=i)
    np.clip(j, 0, count - 1, out=j)
    j *= count
    j += i
    return j
