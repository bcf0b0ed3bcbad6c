"""Evaluate a surface on a picture's grid: in every place, or in fewer with the rest between them where it is slow.

    grid = grid_for(surface, frame, (400, 340))
    grid.shape                              # (400, 340), or fewer points a side of a user's slow function
    finer(values, (400, 340))               # (ny, nx) on that grid -> (340, 400)

Surfaces of the library are drawn from the same grid on any machine.
"""

from __future__ import annotations

import math
import time
from typing import NamedTuple

import numpy as np

from landscape.analysis.projections import Frame
from landscape.core.component import Array
from landscape.core.surface import Surface

SECONDS = 1.0  # that a grid of a user's function may take
LEAST = 300  # points, however slow it is
FEWER = (1, 1.5, 2, 3, 4, 6, 8, 12, 16, 24, 32)  # by which the points of a side are divided, so that few grids occur
TRIAL = 0.02  # seconds of a trial that tells
GROWTH = 8  # from one trial to the next, in points
HOME = ("landscape.surfaces.", "landscape.analysis.")
BROUGHT = "landscape.surfaces.custom.function"  # which calls what users bring


class Sampling(NamedTuple):
    """Where to evaluate. x: (nx,); y: (ny,); coarse: whether these are fewer than asked for."""

    x: Array
    y: Array
    coarse: bool

    @property
    def shape(self) -> tuple[int, int]:
        """(nx, ny)."""
        return len(self.x), len(self.y)


def grid_for(surface: Surface, frame: Frame, shape: tuple[int, int]) -> Sampling:
    """The grid of shape = (nx, ny) points over a frame, or the finest that a user's surface allows in time."""
    whole = _spaced(frame, shape)
    if not brought(surface):
        return whole
    each = seconds_a_point(surface, np.array(np.meshgrid(whole.x, whole.y)).reshape(2, -1))
    for divisor in FEWER:
        nx, ny = (max(4, math.ceil(count / divisor)) for count in shape)
        # the next one would be coarser than the least
        if nx * ny * each <= SECONDS or nx * ny <= LEAST * 1.8:
            break
    return whole if divisor == 1 else _spaced(frame, (nx, ny))._replace(coarse=True)


def brought(surface: Surface) -> bool:
    """Whether a surface, or one that it is made of, calls code that is not the library's."""
    module = type(surface).__module__
    return not module.startswith(HOME) or module == BROUGHT or any(map(brought, parts(surface)))


def parts(surface: Surface) -> list[Surface]:
    """The surfaces that one is made of."""
    return [part for part in vars(surface).values() if isinstance(part, Surface)]


def seconds_a_point(surface: Surface, points: Array) -> float:
    """How long a value takes at one of many points (2, n), by trials of more and more of them."""
    order = np.argsort(np.arange(points.shape[1]) * 0.6180339887498949 % 1.0, kind="stable")  # from everywhere
    size = 1
    with np.errstate(all="ignore"):
        taken = _seconds(surface, points[:, order[:1]])
        if taken > TRIAL:  # the first call may have had to load something
            return min(taken, _seconds(surface, points[:, order[1:2]]))
        while taken <= TRIAL and size < points.shape[1]:
            size = min(GROWTH * size, points.shape[1])
            taken = _seconds(surface, points[:, order[:size]])
    return taken / size


def finer(values: Array, shape: tuple[int, int]) -> Array:
    """Values (ny, nx) of an even grid between its points: (shape[1], shape[0]), NaN beside those that are not finite.

    Source: Keys 1981, "Cubic convolution interpolation for digital image processing", IEEE Transactions on Acoustics,
    Speech, and Signal Processing 29(6), equation 4, with a = -1/2.
    """
    (ny, nx), (wide, tall) = values.shape, shape
    known = np.isfinite(values)
    across, up = _weights(wide, nx), _weights(tall, ny)
    made = up @ np.where(known, values, 0.0) @ across.T
    if not known.all():
        made[np.abs(up) @ ~known @ np.abs(across).T > 1e-12] = np.nan
    return np.asarray(made)


def _weights(many: int, few: int) -> Array:
    """(many, few): of each of a few even points at each of many; beyond the ends the line goes straight on."""
    at = np.linspace(0.0, few - 1.0, many)
    first = np.clip(np.floor(at).astype(int), 0, few - 2)
    t = at - first
    shares = np.array([-t + 2 * t**2 - t**3, 2 - 5 * t**2 + 3 * t**3, t + 4 * t**2 - 3 * t**3, t**3 - t**2]) / 2.0
    weights = np.zeros((many, few + 2))
    for k in range(4):
        weights[np.arange(many), first + k] += shares[k]
    weights[:, 1] += 2.0 * weights[:, 0]
    weights[:, 2] -= weights[:, 0]
    weights[:, -2] += 2.0 * weights[:, -1]
    weights[:, -3] -= weights[:, -1]
    return weights[:, 1:-1]


def _spaced(frame: Frame, shape: tuple[int, int]) -> Sampling:
    x, y = (np.linspace(*pair, count) for pair, count in zip(frame, shape, strict=True))
    return Sampling(x, y, False)


def _seconds(surface: Surface, points: Array) -> float:
    before = time.perf_counter()
    surface.value(points)
    return time.perf_counter() - before
