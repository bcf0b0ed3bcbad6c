"""Every marker there is: heads, crosses, arrows, and the marks on the landscape.

marks.head(style, theme, 13.0)                 # a MarkerStyle: shape, size and colours
marks.stamp(canvas, marks.cross("red", theme)) # ready to be painted on a movie's frames
"""

from __future__ import annotations

import dataclasses
import math
from typing import Any

from matplotlib import markers
from matplotlib.lines import Line2D
from matplotlib.path import Path
from matplotlib.transforms import Affine2D, Transform

from landscape.core.component import Array
from landscape.render.canvas.canvas import Canvas, Stamp
from landscape.render.style.theme import Style, Theme

Marker = Any


@dataclasses.dataclass(frozen=True)
class MarkerStyle:
    """A marker with its size and rim in points, its colour and its edge's."""

    marker: Marker
    size: float
    color: str
    edge: str
    rim: float


def marked(x: Any, y: Any, marker: MarkerStyle, *, transform: Transform, gid: str, zorder: float = 7.0) -> Line2D:
    """An artist with one marker at each place. gid: what it marks, by which it is found on a figure."""
    line = Line2D(x, y, linestyle="none", marker=marker.marker, markersize=marker.size, markerfacecolor=marker.color,
                  markeredgecolor=marker.edge, markeredgewidth=marker.rim, transform=transform, clip_on=False,
                  zorder=zorder)  # fmt: skip
    line.set_gid(gid)
    return line


def outline(marker: MarkerStyle, dpi: float) -> Path:
    """The marker around (0, 0), in pixels."""
    shape = markers.MarkerStyle(marker.marker)
    scale = Affine2D().scale(marker.size * dpi / 72.0)
    return shape.get_path().transformed(shape.get_transform() + scale)


def shape(marker: Marker) -> Path:
    """A marker's shape around (0, 0), of size 1."""
    made = markers.MarkerStyle(marker)
    return made.get_path().transformed(made.get_transform())


def stamp(canvas: Canvas, marker: MarkerStyle) -> Stamp:
    """The marker, ready to be painted anywhere on a canvas."""
    return canvas.stamp(outline(marker, canvas.dpi), marker.size, marker.color, marker.edge, marker.rim)


def head(style: Style, theme: Theme, size: float) -> MarkerStyle:
    """An entrant's marker, as it heads its trail."""
    return MarkerStyle(style.marker, size, style.color, theme.edge, theme.rim)


def cross(color: str, theme: Theme) -> MarkerStyle:
    """Where a run diverged."""
    return MarkerStyle("X", theme.head, color, theme.edge, theme.rim)


def arrow(color: str, theme: Theme, way: Array) -> MarkerStyle:
    """Where a run leaves, along `way` (2,) on the screen."""
    return MarkerStyle(
        (3, 0, math.degrees(math.atan2(way[1], way[0])) - 90.0), theme.head, color, theme.edge, theme.rim
    )


def ground(kind: str, theme: Theme, many: bool = False) -> list[MarkerStyle]:
    """The layers of a mark on the landscape. many: small, for one among many."""
    local = theme.local * (0.55 if many else 1.0)
    start = theme.begin * (0.45 if many else 1.0)
    cross, heavy = (0.55 * theme.saddle, 0.6) if many else (theme.saddle, 1.0)
    return {
        "minimum": [MarkerStyle("*", theme.lowest, theme.gold, theme.outline, 1.2)],
        "local minimum": [MarkerStyle("*", local, theme.mark, theme.outline, 0.5 if many else 0.9)],
        "saddle": [
            MarkerStyle("x", cross + 2.0 * heavy, theme.outline, theme.outline, 5.0 * heavy),
            MarkerStyle("x", cross, theme.mark, theme.mark, 2.6 * heavy),
        ],
        "maximum": [MarkerStyle("^", local * 0.8, theme.mark, theme.outline, 0.9)],
        "start": [
            MarkerStyle("o", start, "none", theme.halo, 2.0 if many else 4.2),
            MarkerStyle("o", start, "none", theme.ink, 1.0 if many else 1.8),
        ],
    }[kind]
