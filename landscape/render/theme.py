"""Colours, sizes and marks of every picture, in one place.

Sizes are in points on a canvas of 1280x720 pixels; other canvases scale them, so that the geometry stays the same.
"""

from __future__ import annotations

import dataclasses

# The canvas that sizes and distances refer to: pixels, and pixels an inch.
WIDTH, HEIGHT, DPI = 1280, 720, 100

# How many runs of one entrant are drawn at most, and up to how many runs in all each gets the full trail.
MOST_TRAILS = 60
FEW_TRAILS = 16

# How many steps the bright end of a trail in a movie is long.
COMET_STEPS = 25


@dataclasses.dataclass(frozen=True)
class Style:
    """What tells an entrant from the others: a colour, and the marker at its head."""

    color: str
    marker: str


@dataclasses.dataclass(frozen=True)
class Theme:
    """Colours as "#RRGGBB" and sizes in points.

    ramp: the landscape's colours from low to high, evenly spaced; sides: the same for a two-sided landscape, the level
    that divides it in the middle. Both are quiet: the runs are what is looked at.
    """

    paper: str = "#FFFFFF"
    ink: str = "#1B1F24"
    quiet: str = "#55606B"
    grid: str = "#DFE4E9"
    halo: str = "#FFFFFF"
    unknown: str = "#C9CCD0"
    contour: str = "#2F4A60"
    gold: str = "#FFC425"

    ramp: tuple[str, ...] = ("#55758F", "#7C97AC", "#A0B5C5", "#C1D0DA", "#DDE6EC", "#F3F6F8")
    sides: tuple[str, ...] = ("#5F7F99", "#8DA6BA", "#BACAD6", "#F2F4F3", "#F0E7D5", "#E9DABB", "#DEC898")
    runs: tuple[str, ...] = (
        "#0072B2", "#E69F00", "#009E73", "#D55E00", "#B5508F", "#222222",
        "#33BBEE", "#999933", "#332288", "#882255", "#CC6677", "#44AA99",
    )  # fmt: skip
    markers: tuple[str, ...] = ("o", "s", "D", "^", "P", "v", "p", "<", "h", ">", "d")

    fonts: tuple[str, ...] = ("DejaVu Sans",)
    title: float = 22
    label: float = 15
    tick: float = 14
    counter: float = 30
    trail: float = 2.2
    casing: float = 5.0
    comet: float = 3.6
    thin: float = 1.0
    head: float = 13
    rim: float = 1.4
    lowest: float = 19
    local: float = 10
    saddle: float = 10
    begin: float = 10

    def style(self, index: int) -> Style:
        """The style of entrant number `index`. The first 132 all differ."""
        return Style(self.runs[index % len(self.runs)], self.markers[index % len(self.markers)])


LIGHT = Theme()
