"""Sample a surface for a picture: which part of it, which levels, and how dark each point is.

frame = framed(record)
land = sample(record.surface, frame, (400, 340), levels=18)
land.tone                  # (ny, nx) from 0, low, to 1, high
land.levels                # increasing, where the contour lines go
"""

from __future__ import annotations

import dataclasses
from typing import Literal

import numpy as np

from landscape.analysis.projections import Frame
from landscape.core.component import Array
from landscape.core.surface import Surface
from landscape.record import Record
from landscape.render.panels import grids

Kind = Literal["log", "two-sided", "quantile", "linear"]


# From this ratio between high and low losses on, a linear scale shows one dark spot and nothing else.
DECADES = 10**2.5


@dataclasses.dataclass(frozen=True, eq=False)
class Terrain:
    """A surface on a grid. x: (nx,); y: (ny,); values, tone: (ny, nx); tone is NaN where the surface has no value.

    levels: increasing; divide: the level that parts a two-sided landscape, else None; coarse: from how many points
    (nx, ny) the others were interpolated, where the surface is slow; places, tones: (n,) values and how dark they are.
    """

    frame: Frame
    x: Array
    y: Array
    values: Array
    tone: Array
    levels: Array
    kind: Kind
    divide: float | None
    coarse: tuple[int, int] | None = None
    places: Array = dataclasses.field(default_factory=lambda: np.zeros(1))
    tones: Array = dataclasses.field(default_factory=lambda: np.zeros(1))

    def tone_of(self, values: Array) -> Array:
        """How dark values (n,) are."""
        return np.asarray(np.interp(values, self.places, self.tones))


def framed(record: Record) -> Frame:
    """The part of the plane to show: the surface's window, grown to hold the starts and the runs that stay near.

    A run counts as staying near where it ends in the window or at most half its size beyond; it is followed no
    further than that, so that runs which escape or diverge leave the frame instead of blowing it up.
    """
    window = np.array(record.surface.window, dtype=np.float64)
    size = window[:, 1] - window[:, 0]
    lows, highs = window.T
    outer_lows, outer_highs = lows - 0.5 * size, highs + 0.5 * size
    points = [record.starts]
    for track in record.tracks:
        ends = track.params[-1]
        near = (track.status != "diverged") & _inside(ends, outer_lows, outer_highs)
        followed = track.params[:, :, near].transpose(1, 0, 2).reshape(2, -1)
        points.append(np.clip(followed, outer_lows[:, None], outer_highs[:, None]))
    every = np.concatenate(points, axis=1)
    reach_low, reach_high = every.min(axis=1), every.max(axis=1)
    pad = 0.05 * np.maximum(size, np.maximum(highs, reach_high) - np.minimum(lows, reach_low))
    lows = np.where(reach_low < lows, reach_low - pad, lows)
    highs = np.where(reach_high > highs, reach_high + pad, highs)
    return ((float(lows[0]), float(highs[0])), (float(lows[1]), float(highs[1])))


def fitted(frame: Frame, aspect: float, most: float = 1.6) -> Frame:
    """The frame grown on one axis until both axes have one scale on a panel of width / height = `aspect`.

    Left as it is where that would take more than `most` times the size: then the axes have scales of their own.
    """
    (x0, x1), (y0, y1) = frame
    width, height = x1 - x0, y1 - y0
    if not 1.0 / most <= aspect * height / width <= most:
        return frame
    more_x = max(0.0, aspect * height - width) / 2.0
    more_y = max(0.0, width / aspect - height) / 2.0
    return ((x0 - more_x, x1 + more_x), (y0 - more_y, y1 + more_y))


def sample(surface: Surface, frame: Frame, shape: tuple[int, int], levels: int) -> Terrain:
    """The surface on a grid of shape = (nx, ny) points, with about `levels` contour levels.

    Of a user's surface that is slow, so many values as there is time for, and the rest interpolated.
    """
    grid = grids.grid_for(surface, frame, shape)
    with np.errstate(all="ignore"):
        values = np.array(surface.value(np.array(np.meshgrid(grid.x, grid.y))), dtype=np.float64)
    x, y = (np.linspace(*pair, count) for pair, count in zip(frame, shape, strict=True))
    coarse = grid.shape if grid.coarse else None
    known = values[np.isfinite(values)]
    if known.size == 0 or known.min() == known.max():
        values = grids.finer(values, shape) if coarse else values
        flat = np.where(np.isnan(values), np.nan, 0.5)
        return Terrain(frame, x, y, values, flat, np.zeros(0), "linear", None, coarse)
    kind, divide = scale_kind(surface, known)
    levels_of = {"log": _log, "two-sided": _two_sided, "quantile": _quantile, "linear": _linear}[kind]
    places, tones, lines = levels_of(known, surface.lowest if divide is None else divide, levels)
    if coarse:
        values = _between(values, shape, kind, places, tones)
    tone = np.interp(values, places, tones)
    tone[np.isnan(values)] = np.nan
    return Terrain(frame, x, y, values, tone, _increasing(lines, known), kind, divide, coarse, places, tones)


def _between(values: Array, shape: tuple[int, int], kind: Kind, places: Array, tones: Array) -> Array:
    """Values (ny, nx) of a coarse grid and those between them.

    Where the scale is far from even it is their tones that are interpolated, as walls would make waves in the plain.
    """
    known = values[np.isfinite(values)]
    if kind in ("log", "quantile"):
        between = np.interp(np.clip(grids.finer(np.where(np.isfinite(values), np.interp(values, places, tones), np.nan),
                                                shape), 0.0, 1.0), tones, places)  # fmt: skip
    else:
        between = grids.finer(values, shape)
    return np.clip(between, known.min(), known.max())


def scale_kind(surface: Surface, known: Array) -> tuple[Kind, float | None]:
    """How to scale a surface with the finite values `known`, and the level that divides it where it has two sides."""
    divides = {round(point.value, 9) for point in surface.saddles}
    divide = divides.pop() if "saddle" in surface.traits and len(divides) == 1 else None
    lowest = surface.lowest
    if "rugged" in surface.traits:
        return "quantile", None
    if "multimodal" not in surface.traits and lowest is not None:
        low, high = np.quantile(known - lowest, (0.01, 0.99))
        if high > DECADES * max(low, np.finfo(np.float64).tiny):
            return "log", None
    if divide is not None and np.quantile(known, 0.01) < divide < np.quantile(known, 0.99):
        return "two-sided", divide
    return ("quantile" if "multimodal" in surface.traits else "linear"), None


Scaled = tuple[Array, Array, Array]


def _log(known: Array, lowest: float | None, levels: int) -> Scaled:
    """(values, their tones, levels): even in the logarithm of the gap, from its 0.1 % quantile up."""
    base = known.min() if lowest is None else min(lowest, known.min())
    gap = known - base
    bottom = max(float(np.quantile(gap, 0.001)), 1e-12 * float(gap.max()))
    gaps = np.geomspace(bottom, gap.max(), 256)
    return base + gaps, np.linspace(0.0, 1.0, 256), base + np.geomspace(bottom, gap.max(), levels + 2)[1:-1]


def _two_sided(known: Array, divide: float | None, levels: int) -> Scaled:
    """Closer near to `divide`, itself a level; symmetric about it, unless one side goes over twice as far as the other.

    Then each side goes its own way: a shallow well beside high walls is still dark.
    """
    assert divide is not None
    low, high = divide - float(np.quantile(known, 0.01)), float(np.quantile(known, 0.99)) - divide
    if max(low, high) < 2.0 * min(low, high):
        low = high = max(low, high)
    share = np.linspace(-1.0, 1.0, 257)
    places = divide + np.where(share < 0.0, low, high) * share * np.abs(share)
    half = max(1, levels // 2)
    steps = np.arange(-half, half + 1) / half
    lines = divide + 1.05 * np.where(steps < 0.0, low, high) * np.sign(steps) * np.abs(steps) ** 1.5
    return places, (share + 1.0) / 2.0, lines


def _quantile(known: Array, lowest: float | None, levels: int) -> Scaled:
    """Even in area, softened by the linear scale so that the bottoms of wells stay round. Half as many levels."""
    share = np.linspace(0.0, 1.0, 257)
    places = np.quantile(known, share)
    line = (places - places[0]) / (places[-1] - places[0])
    tones = 0.75 * share + 0.25 * line
    return places, tones, np.interp(np.linspace(0.0, 1.0, levels // 2 + 3)[1:-1], tones, places)


def _linear(known: Array, lowest: float | None, levels: int) -> Scaled:
    """Even levels; the shade goes with the root of the loss, which makes a bowl as steep to the eye as a cone."""
    low, high = float(known.min()), float(known.max())
    share = np.linspace(0.0, 1.0, 257)
    return low + (high - low) * share * share, share, np.linspace(low, high, levels + 2)[1:-1]


def _increasing(levels: Array, known: Array) -> Array:
    """The levels that some place reaches, each once."""
    unique = np.unique(levels)
    return unique[(unique > known.min()) & (unique < known.max())]


def _inside(points: Array, lows: Array, highs: Array) -> Array:
    """(runs,): whether points (2, runs) lie in the box."""
    return np.all((points >= lows[:, None]) & (points <= highs[:, None]), axis=0)
