"""Begin a page, and the measures by which panels, lists and keys are put on it.

page, top = begin(record, theme, 1280, 720)
ax = page.sheet.axes(LEFT, top, 600.0, page.sheet.height - top - BELOW)
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from matplotlib.artist import Artist
from matplotlib.axes import Axes

from landscape import i18n
from landscape.record import Record
from landscape.render.pages.lists import Row, list_at
from landscape.render.pages.page import MARGIN, Page, Sheet
from landscape.render.panels.trails import Bundle
from landscape.render.style.theme import Theme
from landscape.render.text import captions as words

LEFT = 84.0  # room for the tick labels of the axes at the left
BELOW = 72.0  # room for tick labels, the axis name and the key under the axes
ABOVE = 72.0  # from the title's last baseline to the axes: the caption line and the panels' titles
NAMES = 54.0  # from the axes down to the baseline of the axis name and the key
GAP = 40.0
TITLED = 34.0  # between the key of a panel and the next panel below, for the title of that

Place = tuple[float, float, float, float]  # left, top, width, height


def begin(record: Record, theme: Theme, width: int, height: int, moving: bool = False) -> tuple[Page, float]:
    """A page with its title and room for the caption, and the y at which panels begin. moving: with a step counter."""
    sheet = Sheet(width, height, theme)
    baseline = sheet.heading(words.title(record, theme), sheet.width - MARGIN)
    caption = sheet.text(MARGIN, baseline + 29.0, "", theme.label, color=theme.quiet)
    page = Page(sheet, record, caption, sheet.width - MARGIN)
    if moving:
        _counter(page, baseline + ABOVE - 13.0)
    return page, baseline + ABOVE


def _counter(page: Page, y: float) -> None:
    """ "step 120 / 500" at the right, above the panels; the digits stand where the longest number ends."""
    sheet, steps = page.sheet, page.record.steps
    theme, word = sheet.theme, i18n.say(sheet.theme.language, "step")
    right = sheet.width - MARGIN
    sheet.text(right, y, f"/ {steps}", theme.label, ha="right", color=theme.quiet)
    right -= sheet.measure(f"/ {steps}", theme.label) + 8.0
    page.counter = sheet.text(right, y, "", theme.counter, ha="right", weight=theme.bold)
    right -= sheet.measure(str(steps), theme.counter, theme.bold) + 10.0
    sheet.text(right, y, word, theme.label, ha="right", color=theme.quiet)
    page.right = right - sheet.measure(word, theme.label) - 24.0


def across(sheet: Sheet) -> float:
    """The width of a panel with a landscape that takes all of a page."""
    return sheet.width - LEFT - MARGIN - 18.0


def listed_at(sheet: Sheet, bundles: Sequence[Bundle], rows: list[Row], place: Place, columns: int) -> None:
    """The list of entrants in columns, the first ones in the first. place: that of the first column."""
    left, top, pitch, height = place
    share = math.ceil(len(rows) / columns)
    for number in range(0, len(rows), share):
        x = left + number // share * pitch
        list_at(sheet, bundles[number : number + share], rows[number : number + share], x, top, pitch - GAP, height)


def added(ax: Axes, before: set[Artist]) -> list[Artist]:
    """The artists in Axes that were not there before."""
    return [artist for artist in ax.get_children() if artist not in before]
