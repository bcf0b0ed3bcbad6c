"""Colours, sizes and marks of every picture, in one place.

    LIGHT, DARK, PRINT                       # on paper, in a dim room, in greys alone; all have the same geometry

Sizes are in points on a canvas of 1280x720 pixels; other canvases scale them, so that the geometry stays the same.
"""

from __future__ import annotations

import dataclasses
import functools
from typing import Any, Literal, get_args

from landscape.i18n.texts import Language

ThemeName = Literal["light", "dark", "print"]


Pacing = Literal["auto", "even", "logarithmic", "arc_length"]
PACINGS = get_args(Pacing)
Dashes = Literal["solid", "dashed", "dotted", "dashdot"] | tuple[float, tuple[float, ...]]

# The canvas that sizes and distances refer to: pixels, and pixels an inch.
WIDTH, HEIGHT, DPI = 1280, 720, 100

# How many runs of one entrant are drawn at most, and up to how many runs in all each gets the full trail.
MOST_TRAILS = 60
FEW_TRAILS = 16

# The least contrast of a text with what it is written on, and the luminance from which paper counts as light.
LEAST_CONTRAST = 4.5
MIDDLE = 0.18

# How many steps the bright end of a trail in a movie is long.
COMET_STEPS = 25


def check_pacing(pacing: str | None) -> None:
    """ValueError where there is no such pacing; None stands for the view's own."""
    if pacing is not None and pacing not in PACINGS:
        raise ValueError(f"pacing must be one of {', '.join(PACINGS)}, got {pacing!r}")


@dataclasses.dataclass(frozen=True)
class Style:
    """What distinguishes an entrant: a colour, the marker at its head, and in print the dashes of its line.

    text: the colour of its name, the same or, where that would be hard to read on the page, a darker or lighter one.
    """

    color: str
    marker: str
    dashes: Dashes = "solid"
    text: str = ""


@dataclasses.dataclass(frozen=True)
class Theme:
    """Colours as "#RRGGBB" and sizes in points, and the language of the words.

    ramp: the landscape's colours from low to high, evenly spaced; sides: the same for a two-sided landscape, the level
    that divides it in the middle; below, above: what its two sides are called. All are quiet: the runs are what is
    looked at. contour: its level lines; line: what is drawn over it or stands alone, a flow or a curve. halo: around
    trails and texts; edge: around heads; mark, outline: a mark on the landscape and its edge; wrong: a theory line that
    the measurement contradicts; regions: the areas of a map, none of them like ink or paper, hatches: of the same
    areas where greys alone are too near to each other; bands: hatches of what lies around lines, one for each kind of
    dashes; palest: how much of such a colour goes where it shows how late;
    bold: the weight of what stands out, normal where a font has no other.
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
        "#0073B4", "#E6A005", "#149B73", "#D75F00", "#B45087", "#222222",
        "#37B9EB", "#969B50", "#322387", "#872355", "#E67391", "#557364",
    )  # fmt: skip
    regions: tuple[str, ...] = (
        "#0073B4", "#E6A005", "#149B73", "#D75F00", "#B45087", "#37B9EB",
        "#969B50", "#322387", "#872355", "#E67391", "#557364", "#785A37",
    )  # fmt: skip
    hatches: tuple[str, ...] = ("",)
    bands: tuple[str, ...] = ("",)
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

    @property
    def by_lines(self) -> bool:
        """Whether the kinds of line tell entrants apart."""
        return len(set(self.dashes)) > 1

    def band(self, style: Style) -> dict[str, Any]:
        """How matplotlib fills what lies around an entrant's line: in its colour, with strokes where that is grey."""
        if len(self.bands) == 1:
            return {"color": style.color, "alpha": 0.18, "linewidth": 0}
        hatch = self.bands[self.dashes.index(style.dashes) % len(self.bands)]
        return {"facecolor": "none", "edgecolor": (style.color, 0.4), "hatch": hatch, "linewidth": 0}

    def style(self, index: int) -> Style:
        """The style of entrant number `index`. The first 132 all differ."""
        turn, number = divmod(index, len(self.dashes))
        color = self.runs[(number + turn) % len(self.runs)]
        return Style(
            color,
            self.markers[index % len(self.markers)],
            self.dashes[index % len(self.dashes)],
            legible_on(color, self.paper),
        )


@functools.lru_cache(maxsize=4096)  # asked for every line of every picture, of few colours
def legible_on(color: str, paper: str) -> str:
    """The colour, or one that is as much nearer to black or white as a text needs that is read on this paper."""
    toward = 0.0 if luminance(paper) > MIDDLE else 1.0
    lights = _lights(color)
    mixes = (tuple(light + share / 50.0 * (toward - light) for light in lights) for share in range(51))
    found = next(mix for mix in mixes if contrast(_hex(mix), paper) >= LEAST_CONTRAST)
    return _hex(found)


def shade(color: str, theme: Theme, share: float) -> str:
    """A shade of a colour: nearer to the ink for share 0.0, nearer to the paper for 1.0."""
    toward, most = (theme.ink, 0.6) if share < 0.5 else (theme.paper, 0.4)
    much = most * abs(1.0 - 2.0 * share)
    if color == theme.ink:  # there is but one way to go
        toward, much = theme.paper, 0.55 * share
    pairs = zip(_lights(color), _lights(toward), strict=True)
    return _hex(tuple(light + much * (goal - light) for light, goal in pairs))


def contrast(color: str, other: str) -> float:
    """The contrast of two colours "#RRGGBB", from 1 to 21.

    Source: W3C 2018, Web Content Accessibility Guidelines 2.1, "contrast ratio".
    """
    low, high = sorted((luminance(color), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def luminance(color: str) -> float:
    """The relative luminance of a colour "#RRGGBB", from 0 to 1, as in `contrast`."""
    red, green, blue = (
        light / 12.92 if light <= 0.04045 else ((light + 0.055) / 1.055) ** 2.4 for light in _lights(color)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _lights(color: str) -> tuple[float, ...]:
    return tuple(int(color[at : at + 2], 16) / 255.0 for at in (1, 3, 5))


def _hex(lights: tuple[float, ...]) -> str:
    return "#" + "".join(f"{round(255.0 * light):02X}" for light in lights)


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
        "#55C8FF", "#FAB42D", "#2DBE82", "#FF783C", "#F582C3", "#FFFFFF",
        "#AFE1FF", "#8CA09B", "#AFD273", "#E1B9C8", "#829BFA", "#00FFBE",
    ),
    regions=(
        "#55C8FF", "#FAB42D", "#2DBE82", "#FF783C", "#F582C3", "#AFE1FF",
        "#8CA09B", "#AFD273", "#E1B9C8", "#829BFA", "#00FFBE", "#AA7D5A",
    ),
)  # fmt: skip

# The kinds of line tell the entrants apart, in two greys by turns; the landscape stays lighter than either.
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
    hatches=("", "///", "", "...", r"\\\\", "xx", "...", "--", "///", "xx", "", r"\\"),
    bands=("//", r"\\", "..", "--", "||", "xx", "++"),
    palest=0.0,
    dashes=(
        "solid",
        "dashed",
        "dotted",
        "dashdot",
        (0.0, (9.0, 2.5)),
        (0.0, (6.4, 1.6, 1.0, 1.6, 1.0, 1.6)),
        (0.0, (3.7, 1.6, 3.7, 4.5)),
    ),
)

THEMES: dict[ThemeName, Theme] = {theme.name: theme for theme in (LIGHT, DARK, PRINT)}
