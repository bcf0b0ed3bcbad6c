"""Lay out a page: places in pixels of a 1280x720 canvas, texts that are measured before they are put down.

sheet = Sheet(1280, 720, LIGHT)
bottom = sheet.heading("Momentum leaves the saddle, plain descent waits", right=1100)
ax = sheet.axes(68, bottom + 30, 560, 500)
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.lines import Line2D
from matplotlib.text import Text

from landscape.record import Record
from landscape.render import words
from landscape.render.theme import DPI, HEIGHT, WIDTH, Style, Theme

if TYPE_CHECKING:
    from landscape.render.curves import Curves
    from landscape.render.land import Land

MARGIN = 28.0
LINE = 1.35  # distance of two lines of text, in heights of the font


class Sheet:
    """A figure and its coordinates: pixels from the top left of a canvas that is 1280x720 or has more of one side."""

    def __init__(self, width: int, height: int, theme: Theme) -> None:
        self.scale = min(width / WIDTH, height / HEIGHT)
        self.width, self.height = width / self.scale, height / self.scale
        self.theme = theme
        dpi = DPI * self.scale
        # the tiny surplus keeps the canvas from being rounded down to one pixel less
        self.figure = Figure(figsize=((width + 1e-3) / dpi, (height + 1e-3) / dpi), dpi=dpi, facecolor=theme.paper)
        self._renderer = FigureCanvasAgg(self.figure).get_renderer()

    def axes(self, left: float, top: float, width: float, height: float) -> Axes:
        """Empty axes at a place."""
        low = 1.0 - (top + height) / self.height
        return self.figure.add_axes((left / self.width, low, width / self.width, height / self.height))

    def text(self, x: float, y: float, text: str, size: float, **looks: Any) -> Text:
        """A text with its baseline at y (or as `va` says)."""
        looks = {"va": "baseline", "color": self.theme.ink, **looks}
        return self.figure.text(x / self.width, 1.0 - y / self.height, text, fontsize=size, parse_math=False,
                                fontfamily=list(self.theme.fonts), **looks)  # fmt: skip

    def marker(self, x: float, y: float, marker: Any, size: float, **looks: Any) -> Line2D:
        """A marker at a place on the page."""
        line = Line2D([x / self.width], [1.0 - y / self.height], marker=marker, markersize=size, linestyle="none",
                      transform=self.figure.transFigure, **looks)  # fmt: skip
        self.figure.add_artist(line)
        return line

    def head(self, x: float, y: float, style: Style, size: float) -> Line2D:
        """An entrant's marker, as it heads its trail."""
        return self.marker(x, y, style.marker, size, markerfacecolor=style.color, markeredgecolor=self.theme.halo,
                           markeredgewidth=self.theme.rim)  # fmt: skip

    def measure(self, text: str, size: float, weight: str = "normal") -> float:
        """How wide a line of text is."""
        font = FontProperties(family=list(self.theme.fonts), size=size, weight=weight)
        wide, _, _ = self._renderer.get_text_width_height_descent(text, font, False)
        return float(wide) / self.scale

    def cut(self, text: str, width: float, size: float, weight: str = "normal") -> str:
        """The text, or as much of it as fits with an ellipsis."""
        if self.measure(text, size, weight) <= width:
            return text
        while text and self.measure(text + "…", size, weight) > width:
            text = text[:-1]
        return text.rstrip() + "…"

    def choose(self, texts: Sequence[str], width: float, size: float) -> str:
        """The first text that fits, or as much of the last as fits."""
        return next((text for text in texts if self.measure(text, size) <= width), self.cut(texts[-1], width, size))

    def heading(self, text: str, right: float) -> float:
        """The title from the left margin to `right`, in at most two lines; returns the y of its last baseline."""
        width = right - MARGIN
        for size in (self.theme.title, self.theme.title - 2, self.theme.title - 4):
            lines = self._wrapped(text, width, size)
            if len(lines) <= 2:
                break
        else:
            lines = [lines[0], self.cut(" ".join(lines[1:]), width, size, "bold")]
        y = 0.0
        for number, line in enumerate(lines):
            y = 46.0 + number * size * DPI / 72.0 * LINE
            self.text(MARGIN, y, self.cut(line, width, size, "bold"), size, weight="bold")
        return y

    def _wrapped(self, text: str, width: float, size: float) -> list[str]:
        lines = [""]
        for word in text.split():
            longer = f"{lines[-1]} {word}".strip()
            if lines[-1] and self.measure(longer, size, "bold") > width:
                lines.append(word)
            else:
                lines[-1] = longer
        return lines


@dataclasses.dataclass(eq=False)
class Page:
    """A laid out picture without its runs: `finish` draws them as they are after the last step.

    caption, counter: the texts that change as a movie plays; a still has no counter.
    """

    sheet: Sheet
    record: Record
    caption: Text
    moving: bool
    counter: Text | None = None
    land: Land | None = None
    curves: Curves | None = None

    @property
    def figure(self) -> Figure:
        return self.sheet.figure

    def finish(self) -> None:
        """Draw every run to its end."""
        for panel in (self.land, self.curves):
            if panel is not None:
                panel.draw_runs()
        steps = f"{self.record.steps} step{'s' if self.record.steps != 1 else ''}"
        self.write_caption(f"after {steps}   {words.caption(self.record, -1)}")

    def write_caption(self, text: str) -> None:
        """Put a text on the caption line, as much of it as fits."""
        width = self.sheet.width - 2 * MARGIN - (COUNTER if self.moving else 0.0)
        self.caption.set_text(self.sheet.cut(text, width, self.sheet.theme.label))


COUNTER = 270.0  # the room that a movie's step counter takes at the top right


def spread(wanted: Sequence[float], heights: Sequence[float], top: float, bottom: float) -> list[float]:
    """Middles as near as can be to `wanted` (least squares) that keep labels of these heights apart and in the page.

    Where they need more room than there is they are set evenly from top to bottom.
    """
    count = len(wanted)
    if count == 0:
        return []
    order = np.argsort(np.asarray(wanted), kind="stable")
    tall = np.asarray(heights, dtype=np.float64)[order]
    if tall.sum() > bottom - top:
        tall = tall * (bottom - top) / tall.sum()
    offset = np.concatenate([[0.0], np.cumsum((tall[1:] + tall[:-1]) / 2.0)])
    blocks: list[tuple[float, int]] = []
    for target in np.asarray(wanted, dtype=np.float64)[order] - offset:
        mean, size = float(target), 1
        while blocks and blocks[-1][0] >= mean:
            before, number = blocks.pop()
            mean, size = (before * number + mean * size) / (number + size), number + size
        blocks.append((mean, size))
    level = np.concatenate([np.full(size, mean) for mean, size in blocks])
    level = np.clip(level, top + tall[0] / 2.0, bottom - tall[-1] / 2.0 - offset[-1])
    placed = np.empty(count)
    placed[order] = level + offset
    return [float(y) for y in placed]
