"""Draw the way down everywhere, as lines or arrows.

flow(ax, surface, frame, LIGHT, "streamlines")
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from matplotlib.axes import Axes

from landscape.analysis.projections import Frame
from landscape.core.surface import Surface
from landscape.render.style.theme import Theme

Drawing = Literal["streamlines", "arrows"]
ACROSS = 21  # arrows, or points of the grid behind the streamlines for each


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
