"""The measures by which panels, lists and keys are put on a page.

ax = page.sheet.axes(LEFT, top, 600.0, page.sheet.height - top - BELOW)
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from matplotlib.artist import Artist
from matplotlib.axes import Axes

from landscape.render.pages.lists import Row, list_at
from landscape.render.pages.sheet import MARGIN, Sheet
from landscape.render.panels.trails import Bundle

LEFT = 84.0  # room for the tick labels of the axes at the left
BELOW = 72.0  # room for tick labels, the axis name and the key under the axes


NAMES = 54.0  # from the axes down to the baseline of the axis name and the key
GAP = 40.0
TITLED = 34.0  # between the key of a panel and the next panel below, for the title of that

Place = tuple[float, float, float, float]  # left, top, width, height


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
