"""A figure with places in pixels of a 1280x720 canvas, and texts that are measured before they are put down.

sheet = Sheet(1280, 720, LIGHT)
bottom = sheet.heading("Momentum leaves the saddle, plain descent waits", right=1100)
ax = sheet.axes(68, bottom + 30, 560, 500)
"""

from __future__ import annotations

import base64
import bisect
import functools
import io
import math
import re
from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backend_bases import RendererBase
from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, fontManager
from matplotlib.lines import Line2D
from matplotlib.text import Text

from landscape.render.canvas.ipython import Bundle, give_way, shown_width
from landscape.render.canvas.settings import own_settings, write
from landscape.render.style import marks
from landscape.render.style.marks import MarkerStyle
from landscape.render.style.theme import DPI, HEIGHT, WIDTH, Style, Theme
from landscape.render.text.mathematics import has_mathematics, without

MARGIN = 28.0
GLYPH = 30.0  # from the left of an entrant's marker in a list to its name
STROKE, LONG = 16.0, 40.0  # by how much a piece of an entrant's line moves its marker, in a list and in a row
UPRIGHT = 1.15  # pages that are narrower than so many times their height have their panels one above the other
LEAST_WIDTH = 640.0
FORMULA_LINE = 1.15  # the height of a formula at most, in heights of the font
LINE = 1.35  # distance of two lines of text, in heights of the font

# Where a line may be broken: at spaces, after the signs of Chinese, and if need be between its characters.
_CHINESE = re.compile("[\u4e00-\u9fff]")
_PIECE = re.compile(r"(\s*)(\S+?(?:[，。；：、！？]+|(?=\s)|$))")
_CHARACTER = re.compile("（?(?:[\u4e00-\u9fff]|[^\u4e00-\u9fff，。；：、！？（）]+|.)[，。；：、！？）]*")


class Picture(Figure):
    """A matplotlib Figure that notebooks show whole: every pixel of its page, once, without `%matplotlib inline`.

    It looks the same under any settings of matplotlib; where it is saved by `savefig`, the size, the margins and the
    paper of the file are what the user has set for their files.
    """

    def __repr__(self) -> str:
        return f"<Picture size {self.bbox.width:.0f}x{self.bbox.height:.0f} with {len(self.axes)} Axes>"

    def draw(self, renderer: RendererBase) -> None:
        with own_settings():  # ticks and letters are made as late as this
            Figure.draw(self, renderer)

    def _repr_png_(self) -> bytes:
        file = io.BytesIO()
        write(self, file, "png")
        return file.getvalue()

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Bundle:
        give_way(Picture, Figure)
        data = {"text/plain": repr(self), "image/png": base64.b64encode(self._repr_png_()).decode()}
        return data, {"image/png": {"width": shown_width(round(self.bbox.width))}}


class Sheet:
    """A figure and its coordinates: pixels from the top left of a canvas that is 1280x720 or has more of one side.

    An upright or square page has the same area instead, 720x1280 or 960x960.
    later: texts of a movie that are there from a step on, each with that step.
    """

    def __init__(self, width: int, height: int, theme: Theme) -> None:
        self.upright = width < UPRIGHT * height
        if self.upright:
            self.scale = min(math.sqrt(width * height / (WIDTH * HEIGHT)), width / LEAST_WIDTH)
        else:
            self.scale = min(width / WIDTH, height / HEIGHT)
        self.width, self.height = width / self.scale, height / self.scale
        self.theme = theme
        dpi = DPI * self.scale
        # the tiny surplus keeps the canvas from being rounded down to one pixel less
        self.figure = Picture(figsize=((width + 1e-3) / dpi, (height + 1e-3) / dpi), dpi=dpi, facecolor=theme.paper)
        self.later: list[tuple[float, Text]] = []
        self.canvas = FigureCanvasAgg(self.figure)

    def axes(self, left: float, top: float, width: float, height: float) -> Axes:
        """Empty axes at a place."""
        low = 1.0 - (top + height) / self.height
        return self.figure.add_axes((left / self.width, low, width / self.width, height / self.height))

    def text(self, x: float, y: float, text: str, size: float, **properties: Any) -> Text:
        """A text with its baseline at y (or as `va` says)."""
        properties = {"va": "baseline", "color": self.theme.ink, **properties}
        properties["parse_math"] = has_mathematics(text)
        size = self._fitting(text, size)
        return self.figure.text(x / self.width, 1.0 - y / self.height, text, fontsize=size,
                                fontfamily=list(self.theme.fonts), **properties)  # fmt: skip

    def mark(self, x: float, y: float, marker: MarkerStyle) -> None:
        """A marker at a place on the page."""
        place = [x / self.width], [1.0 - y / self.height]
        self.figure.add_artist(marks.marked(*place, marker, transform=self.figure.transFigure, gid="key"))

    @property
    def stroke(self) -> float:
        """By how much an entrant's marker in a list is moved by a piece of its line, where dashes name it."""
        return STROKE if self.theme.by_lines else 0.0

    @property
    def long_stroke(self) -> float:
        """The same in a row, where there is more room."""
        return LONG if self.theme.by_lines else 0.0

    def sample(self, style: Style, x: float, y: float, size: float, stroke: float) -> None:
        """An entrant's marker with its middle at x, or `stroke` further at the end of a piece of its line."""
        if stroke:
            begin, level = x - (8.0 if stroke == LONG else 20.0), 1.0 - y / self.height
            self.figure.add_artist(Line2D(
                [begin / self.width, (x + stroke) / self.width], [level] * 2, color=style.color,
                linewidth=0.7 * self.theme.trail, linestyle=style.dashes, transform=self.figure.transFigure,
            ))  # fmt: skip
        self.mark(x + stroke, y, marks.head(style, self.theme, size))

    def measure(self, text: str, size: float, weight: str = "normal") -> float:
        """How wide a line of text is."""
        size = self._fitting(text, size)
        known = len(fontManager.ttflist)  # one that is added may be taken from then on
        return _extent(text, tuple(self.theme.fonts), size, weight, float(self.figure.dpi), known)[0] / self.scale

    def _fitting(self, text: str, size: float) -> float:
        """The size, less for a formula that is higher than a line, such as a fraction."""
        if not has_mathematics(text):
            return size
        known, dpi = len(fontManager.ttflist), float(self.figure.dpi)
        _, tall = _extent(text, tuple(self.theme.fonts), size, "normal", dpi, known)
        return size * min(1.0, FORMULA_LINE * size * dpi / 72.0 / tall)

    def cut(self, text: str, width: float, size: float, weight: str = "normal", end: float = 0.0) -> str:
        """The text, or as much of it as fits with an ellipsis. end: which share of what is left is its end."""
        if self.measure(text, size, weight) <= width:
            return text
        text = without(text)

        def kept(count: int) -> str:
            last = round(end * count)
            return text[: count - last].rstrip() + "…" + text[len(text) - last :].lstrip()

        fits = bisect.bisect_right(range(len(text)), width, key=lambda n: self.measure(kept(n), size, weight))
        return kept(max(0, fits - 1))

    def _before_last(self, text: str, width: float, size: float, weight: str) -> str:
        """The text, cut before its last word where it is too wide."""
        first, _, last = without(text).rpartition(" ")
        if not first or self.measure(text, size, weight) <= width:
            return self.cut(text, width, size, weight)
        room = width - self.measure(f" {last}", size, weight)
        fits = bisect.bisect_right(range(len(first)), room, key=lambda n: self.measure(first[:n] + "…", size, weight))
        return f"{first[: fits - 1].rstrip()}… {last}" if fits > 1 else self.cut(f"…{last}", width, size, weight)

    def distinct(self, texts: Sequence[str], widths: Sequence[float], size: float, weight: str = "normal") -> list[str]:
        """The texts, cut where they are too wide so that those which differ still do: at the end, or further in."""
        fits = list(zip(texts, widths, strict=True))
        found = [self.cut(text, width, size, weight) for text, width in fits]
        if len(set(found)) < len(set(texts)):  # with the last word whole, which is where names of one kind differ
            found = [self._before_last(text, width, size, weight) for text, width in fits]
        for end in (0.5, 0.75, 0.25, 1.0):
            if len(set(found)) == len(set(texts)):
                return found
            found = [self.cut(text, width, size, weight, end) for text, width in fits]
        numbers = {text: f"{number} " for number, text in enumerate(dict.fromkeys(texts), start=1)}
        return [self.cut(numbers[text] + text, width, size, weight) for text, width in zip(texts, widths, strict=True)]

    def choose(self, texts: Sequence[str], width: float, size: float) -> str:
        """The first text that fits, or as much of the last as fits."""
        return next((text for text in texts if self.measure(text, size) <= width), self.cut(texts[-1], width, size))

    def heading(self, text: str, right: float) -> float:
        """The title from the left margin to `right`, in at most two lines; returns the y of its last baseline."""
        width = right - MARGIN
        for size in (self.theme.title, self.theme.title - 2, self.theme.title - 4):
            lines = self.wrapped(text, width, size)
            if len(lines) <= 2:
                break
        else:
            lines = [lines[0], " ".join(lines[1:])]
        y = 46.0
        for number, line in enumerate(lines):
            y = 46.0 + number * size * DPI / 72.0 * LINE
            self.text(MARGIN, y, self.cut(line, width, size, self.theme.bold), size, weight=self.theme.bold)
        return y

    def wrapped(self, text: str, width: float, size: float) -> list[str]:
        """Lines of words, as few as there can be, and those about equally long."""
        pieces = self._pieces(text, width, size)
        lines = self._filled(pieces, width, size)
        for share in np.linspace(1.0 / len(lines), 1.0, 12):
            even = self._filled(pieces, width * float(share), size)
            if len(even) == len(lines):
                return even
        return lines

    def _pieces(self, text: str, width: float, size: float) -> list[tuple[str, str]]:
        """(space before it, piece) of what stays together: words, Chinese up to its next sign, or single characters."""
        pieces: list[tuple[str, str]] = []
        for space, word in _PIECE.findall(text.strip()):
            long = self.measure(word, size, self.theme.bold) > width
            parts = _CHARACTER.findall(word) if long and _CHINESE.search(word) else [word]
            pieces += [(space and " ", parts[0]), *(("", part) for part in parts[1:])]
        return pieces

    def _filled(self, pieces: Sequence[tuple[str, str]], width: float, size: float) -> list[str]:
        """Lines of pieces, each filled before the next is begun."""
        lines, room, space = (
            [""],
            0.0,
            self.measure("a a", size, self.theme.bold) - self.measure("aa", size, self.theme.bold),
        )
        for before, word in pieces:
            wide, gap = self.measure(word, size, self.theme.bold), space * len(before)
            if lines[-1] and wide + gap > room:
                lines.append(word)
                room = width - wide
            elif lines[-1]:
                lines[-1] += before + word
                room -= wide + gap
            else:
                lines[-1], room = word, width - wide
        return lines


@functools.lru_cache(maxsize=4096)  # most words of a page are those of the page before
def _extent(text: str, fonts: tuple[str, ...], size: float, weight: str, dpi: float, known: int) -> tuple[float, float]:
    """How many pixels a line of text is wide and high, where matplotlib knows so many fonts."""
    font = FontProperties(family=list(fonts), size=size, weight=weight)
    drawn = RendererAgg(1, 1, dpi)  # type: ignore[no-untyped-call]
    wide, tall, _ = drawn.get_text_width_height_descent(text, font, has_mathematics(text))  # type: ignore[no-untyped-call]
    return float(wide), float(tall)


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
