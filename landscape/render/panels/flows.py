"""Draw the way down everywhere, as lines or arrows.

flow(ax, surface, frame, LIGHT, "streamlines")
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from matplotlib.axes import Axes
from scipy.ndimage import gaussian_filter

from landscape.analysis.projections import Frame
from landscape.core.component import Array
from landscape.core.surface import Surface
from landscape.render.style.theme import Theme

Drawing = Literal["streamlines", "arrows"]
ACROSS = 21  # arrows, or points of the grid behind the streamlines for each
NEAR = 1.2  # over how many points of the grid directions are averaged, to find where they flip
FLIPPED = 0.75  # where the mean of directions is shorter than this, they flip


class _Quick(np.ma.MaskedArray[Any, Any]):
    """A masked array (ny, nx) whose single numbers are quick to read; streamlines read hundreds of thousands."""

    _rows: list[list[Any]] | None

    def __array_finalize__(self, other: Any) -> None:
        super().__array_finalize__(other)
        self._rows = None

    def __getitem__(self, at: Any) -> Any:
        if not (type(at) is tuple and len(at) == 2 and type(at[0]) is type(at[1]) is int):
            return super().__getitem__(at)
        if self._rows is None:
            self._rows = self.data.tolist()
            for row, column in np.argwhere(np.ma.getmaskarray(self)):
                self._rows[row][column] = np.ma.masked
        return self._rows[at[0]][at[1]]

    def __setitem__(self, at: Any, value: Any) -> None:
        self._rows = None
        super().__setitem__(at, value)


def along_floors(way: Array) -> Array:
    """(2, ny, nx): directions of length 1 on the screen, along the floor of a valley where they flip across it.

    Between points of the grid whose directions are opposite a line would go to and fro from wall to wall. There the
    part of the mean direction that flips, the main axis of the mean of their products, is left out as far as the mean
    falls short of `FLIPPED`. Where all directions meet, as at a minimum, no axis is the main one, and they stay.
    """
    known = np.nan_to_num(way)
    mean = np.array([gaussian_filter(part, NEAR, mode="nearest") for part in known])
    xx, xy, yy = (gaussian_filter(known[i] * known[j], NEAR, mode="nearest") for i, j in ((0, 0), (0, 1), (1, 1)))
    angle = 0.5 * np.arctan2(2.0 * xy, xx - yy)  # of the main axis
    one_axis = np.hypot(2.0 * xy, xx - yy) > 0.5 * (xx + yy)
    meets = np.gradient(mean[0], axis=1) + np.gradient(mean[1], axis=0) < 0.0
    length = np.hypot(*mean)
    axis = np.array([np.cos(angle), np.sin(angle)])
    flips = one_axis & meets & (length < FLIPPED)
    rest = mean - np.clip(2.0 * (1.0 - length / FLIPPED), 0.0, 1.0) * np.sum(mean * axis, axis=0) * axis
    rest /= np.maximum(np.hypot(*rest), 1e-12)
    return np.where(flips & np.isfinite(way), rest, way)


def flow(ax: Axes, surface: Surface, frame: Frame, theme: Theme, drawing: Drawing) -> None:
    """The direction of -grad f everywhere in the frame; its length is left out."""
    (x0, x1), (y0, y1) = frame
    box = ax.get_window_extent()
    down = round(ACROSS * box.height / box.width)
    fine = 4 if drawing == "streamlines" else 1
    # arrows stand inside the frame, streamlines begin at its edge
    edge = 0.0 if drawing == "streamlines" else 0.5 / ACROSS
    x = np.linspace(x0 + edge * (x1 - x0), x1 - edge * (x1 - x0), ACROSS * fine)
    y = np.linspace(y0 + edge * (y1 - y0), y1 - edge * (y1 - y0), max(down * fine, 4))
    with np.errstate(all="ignore"):
        u, v = -np.asarray(surface.gradient(np.array(np.meshgrid(x, y))), dtype=np.float64)
        # on the screen all have one length
        size = np.hypot(u / (x1 - x0), v / (y1 - y0) * box.height / box.width)
        u, v = (np.where(size > 0.0, part / size, np.nan) for part in (u, v))
        if drawing == "streamlines":
            across, up = 1.0 / (x1 - x0), box.height / box.width / (y1 - y0)
            u, v = along_floors(np.array([u * across, v * up])) / np.array([across, up])[:, None, None]
    u, v = (np.ma.masked_invalid(part.view(_Quick)) for part in (u, v))
    if drawing == "arrows":
        # arrows are as long as three quarters of their distance
        scale = ACROSS / 0.72
        arrows = ax.quiver(x, y, u / (x1 - x0), v / (y1 - y0) * box.height / box.width, color=theme.line, alpha=0.75,
                           angles="uv", units="width", scale=scale, width=0.0024, pivot="mid", zorder=1.5)  # fmt: skip
        arrows.set_gid("flow")
        return
    with np.errstate(all="ignore"):
        lines = ax.streamplot(x, y, u, v, density=1.15, color=theme.line, linewidth=1.1, arrowsize=1.25, zorder=1.5)
    lines.lines.set_alpha(0.7)
    lines.lines.set_gid("flow")
    ax.set(xlim=(x0, x1), ylim=(y0, y1))
