"""Colours, sizes and marks of every picture, in one place.

    LIGHT, DARK, PRINT                       # on paper, in a dim room, in greys alone; all have the same geometry

Sizes are in points on a canvas of 1280x720 pixels; other canvases scale them, so that the geometry stays the same.
"""

from __future__ import annotations

import dataclasses
from typing import Literal

from landscape.i18n.texts import Language

ThemeName = Literal["light", "dark", "print"]


Pacing = Literal["auto", "even", "logarithmic", "arc_length"]
Dashes = Literal["solid", "dashed", "dotted", "dashdot"]

# The canvas that sizes and distances refer to: pixels, and pixels an inch.
WIDTH, HEIGHT, DPI = 1280, 720, 100

# How many runs of one entrant are drawn at most, and up to how many runs in all each gets the full trail.
MOST_TRAILS = 60
FEW_TRAILS = 16

# How many steps the bright end of a trail in a movie is long.
COMET_STEPS = 25


@dataclasses.dataclass(frozen=True)
class Style:
    """What distinguishes an entrant: a colour, the marker at its head, and in print the dashes of its line."""

    color: str
    marker: str
    dashes: Dashes = "solid"


@dataclasses.dataclass(frozen=True)
class Theme:
    """Colours as "#RRGGBB" and sizes in points, and the language of the words.

    ramp: the landscape's colours from low to high, evenly spaced; sides: the same for a two-sided landscape, the level
    that divides it in the middle; below, above: what its two sides are called. All are quiet: the runs are what is
    looked at. contour: its level lines; line: what is drawn over it or stands alone, a flow or a curve. halo: around
    trails and texts; edge: around heads; mark, outline: a mark on the landscape and its edge; wrong: a theory line that
    the measurement contradicts; regions: the areas of a map, none of them like ink or paper, palest: how much of such a
    colour goes where it shows how late; bold: the weight of what stands out, normal where a font has no other.
    """

    name: ThemeName = "light"
    language: Language = "en"
    paper: str = "#FFFFFF"
    ink: str = "#1B1F24"
    quiet: str = "#55606B"
    grid: str = "#DFE4E9"
    halo: str = "#FFFFFF"
    unknown: str = "#C9CCD0"
    contour: str = "#2F4A60"
    line: str = "#2F4A60"
    gold: str = "#FFC425"
    mark: str = "#FFFFFF"
    outline: str = "#1B1F24"
    edge: str = "#FFFFFF"
    wrong: str = "#C8102E"

    ramp: tuple[str, ...] = ("#55758F", "#7C97AC", "#A0B5C5", "#C1D0DA", "#DDE6EC", "#F3F6F8")
    sides: tuple[str, ...] = ("#5F7F99", "#8DA6BA", "#BACAD6", "#F2F4F3", "#F0E7D5", "#E9DABB", "#DEC898")
    runs: tuple[str, ...] = (
        "#0072B2", "#E69F00", "#009E73", "#D55E00", "#B5508F", "#222222",
        "#33BBEE", "#999933", "#332288", "#882255", "#CC6677", "#44AA99",
    )  # fmt: skip
    regions: tuple[str, ...] = (
        "#0072B2", "#E69F00", "#009E73", "#D55E00", "#B5508F", "#33BBEE",
        "#999933", "#332288", "#882255", "#CC6677", "#44AA99",
    )  # fmt: skip
    palest: float = 0.55
    below: str = "blue"
    above: str = "sand"
    dashes: tuple[Dashes, ...] = ("solid",)
    markers: tuple[str, ...] = ("o", "s", "D", "^", "P", "v", "p", "<", "h", ">", "d")

    fonts: tuple[str, ...] = ("DejaVu Sans",)
    bold: str = "bold"
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
        return Style(
            self.runs[index % len(self.runs)],
            self.markers[index % len(self.markers)],
            self.dashes[index // 2 % len(self.dashes)],
        )


LIGHT = Theme()

DARK = Theme(
    name="dark",
    paper="#11161C",
    ink="#F1F4F7",
    quiet="#B4BFCA",
    grid="#2C3640",
    halo="#0A0E12",
    unknown="#2A3037",
    contour="#060C12",
    line="#A9C3D8",
    gold="#FFD24A",
    outline="#0A0E12",
    wrong="#FF6B7A",
    ramp=("#0C1824", "#14273A", "#1F394F", "#2D4C63", "#3E6077", "#51758B"),
    sides=("#0C2136", "#15324A", "#24465F", "#36505F", "#474F50", "#585240", "#6B5F43"),
    below="blue",
    above="brown",
    runs=(
        "#56B4E9", "#F0A830", "#2BC48A", "#FF7A3D", "#EE8FC4", "#FFFFFF",
        "#99DDFF", "#EEDD88", "#BBCC33", "#FFAABB", "#8FA8FF", "#44DDBB",
    ),
    regions=(
        "#56B4E9", "#F0A830", "#2BC48A", "#FF7A3D", "#EE8FC4", "#99DDFF",
        "#EEDD88", "#BBCC33", "#FFAABB", "#8FA8FF", "#44DDBB",
    ),
)  # fmt: skip

# Two greys, distinct on paper, in four kinds of line; the landscape stays lighter than either.
PRINT = Theme(
    name="print",
    ink="#000000",
    quiet="#3C3C3C",
    grid="#D9D9D9",
    unknown="#FFFFFF",
    contour="#404040",
    line="#404040",
    gold="#FFFFFF",
    outline="#000000",
    wrong="#000000",
    ramp=("#ABABAB", "#BDBDBD", "#CFCFCF", "#E0E0E0", "#EFEFEF", "#FBFBFB"),
    sides=("#A2A2A2", "#B2B2B2", "#C2C2C2", "#D2D2D2", "#E2E2E2", "#F0F0F0", "#FCFCFC"),
    below="dark",
    above="light",
    runs=("#000000", "#6B6B6B"),
    regions=("#4A4A4A", "#D6D6D6", "#8E8E8E", "#B4B4B4", "#6C6C6C", "#EDEDED"),
    palest=0.0,
    dashes=("solid", "dashed", "dotted", "dashdot"),
)

THEMES: dict[ThemeName, Theme] = {theme.name: theme for theme in (LIGHT, DARK, PRINT)}
