"""The race dashboard: a page of three panels that show the same steps."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from landscape.record import Record
from landscape.render import terrain
from landscape.render.layouts import (
    BELOW,
    GAP,
    LEFT,
    NAMES,
    Plane,
    Wanted,
    begin,
    curves_at,
    land_at,
)
from landscape.render.lists import key_at
from landscape.render.page import MARGIN, Page
from landscape.render.plane_pages import phase_plane

if TYPE_CHECKING:
    from landscape.render.plane_views import Dashboard


def dashboard(view: Dashboard, record: Record) -> Page:
    """Landscape left, curves above the third panel right."""
    page, top = begin(view, record, False)
    sheet, theme = page.sheet, page.sheet.theme
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
    place = left, top + height - upper, room, upper
    if view.below == "spectrum":
        page.panels.append(curves_at(page, Wanted("sharpness"), place))
        return page
    box = page.curves.ax.get_position()
    place = left, place[1], box.width * sheet.width, upper
    page.panels.append(land_at(page, phase_plane(record, view.coordinate, theme), place))
    return page
