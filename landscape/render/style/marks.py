"""Every marker there is: heads, crosses, arrows, and the marks on the landscape."""

from __future__ import annotations

import dataclasses
import math
from typing import Any

from matplotlib.lines import Line2D
from matplotlib.markers import MarkerStyle
from matplotlib.path import Path
from matplotlib.transforms import Affine2D, Transform

from landscape.core.component import Array
from landscape.render.style.theme import Style, Theme

Marker = Any


@dataclasses.dataclass(frozen=True)
class Look:
    """A marker with its size and rim in points, its colour and its edge's."""

    marker: Marker
    size: float
    color: str
    edge: str
    rim: float


def marked(x: Any, y: Any, look: Look, *, transform: Transform, gid: str, zorder: float = 7.0) -> Line2D:
    """An artist with one marker at each place. gid: what it marks, for whoever looks for it."""
    line = Line2D(x, y, linestyle="none", marker=look.marker, markersize=look.size, markerfacecolor=look.color,
                  markeredgecolor=look.edge, markeredgewidth=look.rim, transform=transform, clip_on=False,
                  zorder=zorder)  # fmt: skip
    line.set_gid(gid)
    return line


def outline(look: Look, dpi: float) -> Path:
    """The marker around (0, 0), in pixels."""
    style = MarkerStyle(look.marker)
    scale = Affine2D().scale(look.size * dpi / 72.0)
    return style.get_path().transformed(style.get_transform() + scale)


def head(style: Style, theme: Theme, size: float) -> Look:
    """An entrant's marker, as it heads its trail."""
    return Look(style.marker, size, style.color, theme.edge, theme.rim)


def cross(color: str, theme: Theme) -> Look:
    """Where a run diverged."""
    return Look("X", theme.head, color, theme.edge, theme.rim)


def arrow(color: str, theme: Theme, way: Array) -> Look:
    """Where a run leaves, along `way` (2,) on the screen."""
    return Look((3, 0, math.degrees(math.atan2(way[1], way[0])) - 90.0), theme.head, color, theme.edge, theme.rim)


def ground(kind: str, theme: Theme, many: bool = False) -> list[Look]:
    """The layers of a mark on the landscape. many: small, for one among many."""
    local = theme.local * (0.55 if many else 1.0)
    start = theme.begin * (0.45 if many else 1.0)
    return {
        "minimum": [Look("*", theme.lowest, theme.gold, theme.outline, 1.2)],
        "local minimum": [Look("*", local, theme.mark, theme.outline, 0.5 if many else 0.9)],
        "saddle": [
            Look("x", theme.saddle + 2.0, theme.outline, theme.outline, 5.0),
            Look("x", theme.saddle, theme.mark, theme.mark, 2.6),
        ],
        "maximum": [Look("^", theme.local * 0.8, theme.mark, theme.outline, 0.9)],
        "start": [
            Look("o", start, "none", theme.halo, 2.0 if many else 4.2),
            Look("o", start, "none", theme.ink, 1.0 if many else 1.8),
        ],
    }[kind]
