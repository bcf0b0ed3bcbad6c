"""Lay out the page of the view "surface"."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes

from landscape.record import Record
from landscape.render.pages.layouts import GAP, added, begin, frame_of, listed_at, theme_of
from landscape.render.pages.lists import GLYPH, Row, legend, list_at, row_of, widest
from landscape.render.pages.page import MARGIN, Page
from landscape.render.panels.relief import Relief

if TYPE_CHECKING:
    from landscape.render.views.surface import SurfaceView

UP = 30.0  # the panel begins that far above where others do: it has no title of its own
LOW = 8.0  # below it


def page(view: SurfaceView, record: Record, moving: bool) -> Page:
    """The relief at the left, the list of entrants at the right."""
    made, top = begin(view, record, moving)
    sheet = made.sheet
    rows = [row_of(track, sheet.theme, "loss", moving=moving) for track in record.tracks]
    wide = float(np.clip(widest(sheet, rows) + GLYPH, 150.0, 330.0))
    if sheet.upright:
        return _above(made, view, rows, top, wide)
    width = sheet.width - 2.0 * MARGIN - wide - GAP
    place = (MARGIN, top - UP, width, sheet.height - top + UP - LOW)
    frame = frame_of(view.window, record, 1.0)
    relief = Relief(sheet.axes(*place), record, frame, sheet.theme, view.levels)
    relief.ax.set_axis_off()
    made.panels.append(relief)
    left = MARGIN + width + GAP
    list_at(sheet, relief.bundles, rows, left, top + 10.0, sheet.width - MARGIN - left, sheet.height - top - 80.0)
    return made


def _above(made: Page, view: SurfaceView, rows: list[Row], top: float, wide: float) -> Page:
    """The relief above the list of entrants."""
    sheet, record = made.sheet, made.record
    width = sheet.width - 2.0 * MARGIN
    columns = max(1, int((width + GAP) // (wide + GAP)))
    height = min(sheet.height - top + UP - min(60.0 * -(-len(rows) // columns), 0.4 * sheet.height) - 2.0 * MARGIN,
                 1.1 * width)  # fmt: skip
    axes = sheet.axes(MARGIN, top - UP, width, height)
    relief = Relief(axes, record, frame_of(view.window, record, 1.0), sheet.theme, view.levels)
    relief.ax.set_axis_off()
    made.panels.append(relief)
    below = top - UP + height + MARGIN
    place = MARGIN, below, (width + GAP) / columns, sheet.height - MARGIN - below
    listed_at(sheet, relief.bundles, rows, place, columns)
    return made


def into(view: SurfaceView, ax: Axes, record: Record) -> list[Artist]:
    """The relief in Axes that someone else has laid out, with matplotlib's legend."""
    before, theme = set(ax.get_children()), theme_of(view, record)
    Relief(ax, record, frame_of(view.window, record, 1.0), theme, view.levels).draw_runs()
    legend(ax, record, theme)
    return added(ax, before)
