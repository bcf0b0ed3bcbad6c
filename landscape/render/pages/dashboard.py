"""The race dashboard: a page of three panels that show the same steps."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from landscape.record import Record
from landscape.render.pages.layouts import (
    BELOW,
    GAP,
    LEFT,
    NAMES,
    TITLED,
    Place,
    Plane,
    Wanted,
    across,
    begin,
    curves_at,
    land_at,
)
from landscape.render.pages.lists import key_at
from landscape.render.pages.page import MARGIN, Page
from landscape.render.pages.planes import phase_plane
from landscape.render.panels import terrain

if TYPE_CHECKING:
    from landscape.render.views.dashboard import Dashboard


def dashboard(view: Dashboard, record: Record, moving: bool) -> Page:
    """Landscape left, curves above the third panel right; all three one above the other on an upright page."""
    page, top = begin(view, record, moving)
    sheet = page.sheet
    if sheet.upright:
        return _upright(view, page, top)
    height = min(sheet.height - top - BELOW, 0.47 * sheet.width)
    (x0, x1), (y0, y1) = view.window or terrain.framed(record)
    width = float(np.clip(height * (x1 - x0) / (y1 - y0), 0.95 * height, 1.05 * height))
    width = min(width, 0.45 * sheet.width)
    land = page.land = land_at(page, Plane(record, view.window, view.levels), (LEFT, top, width, height))
    key_at(sheet, land, LEFT, LEFT + width + GAP, top + height + NAMES)
    left = LEFT + width + GAP + 62.0
    room = sheet.width - MARGIN - left
    upper = (height - BELOW - 30.0) / 2.0
    page.curves = curves_at(page, Wanted(view.quantity, theory=False), (left, top, room, upper))
    _below(view, page, (left, top + height - upper, room, upper))
    return page


def _upright(view: Dashboard, page: Page, top: float) -> Page:
    """The landscape above the curves above the third panel."""
    sheet, record = page.sheet, page.record
    width, rest = across(sheet), sheet.height - top - 3.0 * BELOW - 2.0 * TITLED
    height = min(width, 0.5 * rest)
    land = page.land = land_at(page, Plane(record, view.window, view.levels), (LEFT, top, width, height))
    key_at(sheet, land, LEFT, LEFT + width, top + height + NAMES)
    upper, room = (rest - height) / 2.0, sheet.width - MARGIN - LEFT
    first = top + height + BELOW + TITLED
    page.curves = curves_at(page, Wanted(view.quantity, theory=False), (LEFT, first, room, upper))
    _below(view, page, (LEFT, first + upper + BELOW + TITLED, room, upper))
    return page


def _below(view: Dashboard, page: Page, place: Place) -> None:
    """The third panel, under the curves."""
    assert page.curves is not None
    if view.below == "spectrum":
        page.panels.append(curves_at(page, Wanted("sharpness"), place))
        return
    left, top, _, height = place
    width = page.curves.ax.get_position().width * page.sheet.width
    plane = phase_plane(page.record, view.coordinate, page.sheet.theme)
    page.panels.append(land_at(page, plane, (left, top, width, height)))
