"""Make the ground of a relief: heights that show what matters, coloured, ruled with level lines and softly lit.

lift = lift_of(land)
ground = ground_of(land, lift, LIGHT, depth=-0.3)
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from matplotlib.colors import LinearSegmentedColormap, to_rgba

from landscape.core.component import Array
from landscape.render.panels.space import Ground
from landscape.render.panels.terrain import Terrain
from landscape.render.style.theme import Theme

FINE = 640  # points a side of the pictures on the ground
HEIGHT = 0.38  # of the relief, in sides of the plan
CAP = 0.985  # quantile of the loss above which the relief is flat
LIGHT_FROM = np.array([-0.5, 0.35, 0.8])


class Lift(NamedTuple):
    """Losses to heights: places, rising, and their heights from 0 to 1; logarithmic: whether it shows decades."""

    places: Array
    heights: Array
    logarithmic: bool

    def of(self, values: Array) -> Array:
        """Heights in sides of the plan; what is not a number is as high as can be."""
        return np.asarray(HEIGHT * np.interp(np.nan_to_num(values, nan=np.inf), self.places, self.heights))


def lift_of(land: Terrain) -> Lift:
    """Heights that follow the scale of the levels where that is logarithmic, and the loss up to a cap elsewhere."""
    known = land.values[np.isfinite(land.values)]
    if known.size == 0 or known.min() == known.max():
        middle = float(known[0]) if known.size else 0.0
        return Lift(np.array([middle - 1.0, middle + 1.0]), np.array([0.0, 1.0]), False)
    if land.kind == "log":
        order = np.argsort(known)
        tones = land.tone[np.isfinite(land.values)][order]
        places = np.linspace(0, known.size - 1, 2000).astype(int)
        return Lift(known[order][places], tones[places], True)
    low, high = float(known.min()), float(np.quantile(known, CAP))
    return Lift(np.array([low, high if high > low else float(known.max())]), np.array([0.0, 1.0]), False)


def ground_of(land: Terrain, lift: Lift, theme: Theme, depth: float) -> Ground:
    """The relief with the landscape's colours and level lines on it, softly lit."""
    stretch = stretched(len(land.x), FINE)
    heights = (stretch @ softened(lift.of(land.values)) @ stretch.T).astype(np.float32)
    slope_y, slope_x = np.gradient(heights.astype(np.float64), 1.0 / (FINE - 1))
    x, y, z = LIGHT_FROM / np.linalg.norm(LIGHT_FROM)
    # the cosine between the light and the normal (-slope_x, -slope_y, 1)
    cosine = (z - x * slope_x - y * slope_y) / np.sqrt(1.0 + slope_x * slope_x + slope_y * slope_y)
    lit = (0.72 + 0.34 * np.clip(cosine, -0.4, 1.0)).astype(np.float32)
    stops = theme.ramp if land.divide is None else theme.sides
    colors = LinearSegmentedColormap.from_list("relief", stops, N=512).with_extremes(bad=theme.unknown)
    plain = colors(stretch @ np.nan_to_num(land.tone, nan=1.0) @ stretch.T)[..., :3].astype(np.float32)
    if land.levels.size > 1:
        lined = stretch @ np.interp(np.nan_to_num(land.values, nan=np.inf), land.levels, np.arange(land.levels.size))
        plain = ruled(plain, lined @ stretch.T, np.array(to_rgba(theme.contour)[:3]))
    paper, ink = np.array(to_rgba(theme.paper)[:3]), np.array(to_rgba(theme.outline)[:3])
    return Ground(
        heights,
        packed(plain * lit[..., None]),
        packed((0.62 * plain + 0.38 * ink) * lit[..., None]),
        packed(0.55 * plain + 0.45 * paper),
        depth,
    )


def ruled(colors: Array, level: Array, ink: Array) -> Array:
    """colors (n, n, 3) with a thin line wherever level (n, n) is a whole number."""
    slope_y, slope_x = np.gradient(level)
    steep = np.hypot(slope_x, slope_y)
    away = np.abs(level - np.round(level)) / np.maximum(steep, 1e-9)
    share = 0.42 * np.clip(1.1 - away, 0.0, 1.0) * (steep > 1e-6) * np.clip(1.2 - steep, 0.0, 1.0)
    return np.asarray(colors + share[..., None] * (ink - colors))


def softened(values: Array) -> Array:
    """values (n, n) with each the mean of itself and its neighbours, twice: the bottoms of canyons lose their teeth."""
    for _ in range(2):
        for axis in (0, 1):
            padded = np.pad(values, [(1, 1) if at == axis else (0, 0) for at in (0, 1)], mode="edge")
            values = 0.25 * (padded[:-2] + padded[2:] if axis == 0 else padded[:, :-2] + padded[:, 2:]) + 0.5 * values
    return values


def stretched(count: int, fine: int) -> Array:
    """(fine, count): what makes `fine` evenly spaced values of `count` by linear interpolation."""
    at = np.linspace(0.0, count - 1.0, fine)
    low = np.minimum(at.astype(int), count - 2)
    made = np.zeros((fine, count))
    made[np.arange(fine), low] = 1.0 - (at - low)
    made[np.arange(fine), low + 1] = at - low
    return made


def packed(colors: Array) -> Array:
    """(...,): colours (..., 3) from 0 to 1 as four bytes in one number."""
    pixels = np.full((*colors.shape[:-1], 4), 255, dtype=np.uint8)
    pixels[..., :3] = np.clip(255.0 * colors + 0.5, 0.0, 255.0)
    found: Array = pixels.view(np.uint32)[..., 0]
    return found
