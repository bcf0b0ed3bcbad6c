"""The view "dashboard": the landscape, the convergence and a third panel on one page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from landscape.analysis._metric import StepMetric
from landscape.analysis.metrics.curvature import Sharpness
from landscape.analysis.metrics.steps import Loss
from landscape.core.component import Whole
from landscape.core.surface import Surface
from landscape.render.panels import terrain
from landscape.render.views._base import View, register
from landscape.render.views._shared import Box, Levels, check_coordinates, check_plane, check_quantity, check_window
from landscape.render.views.phase import phase_plane

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

    from landscape.record import Record
    from landscape.render.pages.page import Page
    from landscape.render.pages.placing import Place
    from landscape.render.pages.planes import Plane


@register("dashboard")
class Dashboard(View):
    """The landscape, the convergence, and below it the phase plane or the sharpness, on one page.

    below: "spectrum", the largest eigenvalue of the Hessian with the stability limit, or "phase". quantity: of the
    upper curves, as in the view "convergence". coordinate: of the phase plane, from 0.
    window: ((lo, hi), (lo, hi)), the part of the landscape to show; where left out, the surface's own, grown by where
    the runs go. levels: about how many contour lines.
    """

    use = "Map, loss, and stability limit or phase plane in step: one movie that explains a whole run."

    file: str = "dashboard.png"
    window: Box = ()
    levels: Levels = 14
    quantity: StepMetric = Loss()
    below: Literal["spectrum", "phase"] = "spectrum"
    coordinate: Whole = 0

    def check_surface(self, surface: Surface) -> None:
        """ValueError where one of the panels cannot be drawn of the surface."""
        check_plane(self, surface)
        check_window(self, self.window)
        check_quantity(self, self.quantity, surface)
        check_coordinates(self, "coordinate", (self.coordinate,), surface)

    def page(self, record: Record, moving: bool = False) -> Page:
        """The landscape at the left, the curves above the third panel at the right; on an upright page all three one
        above the other."""
        from landscape.render.pages.graphs import Series, labelled, put_at
        from landscape.render.pages.planes import Plane, land_at

        page, top = self.begin(record, moving)
        plane, series = Plane(record, self.window, self.levels), Series(self.quantity, theory=False)
        first, second = (_one_above_the_other if page.sheet.upright else _side_by_side)(page, top, plane)
        made = labelled(page, series, first)
        if self.below == "spectrum":
            # one above the other, they share the axis of the steps
            below = labelled(page, Series(Sharpness()), second)
            wide = max(made.wide, below.wide)
            page.curves = put_at(page, made, first, wide)
            page.panels.append(put_at(page, below, second, wide))
            return page
        page.curves = put_at(page, made, first, made.wide)
        left, under, _, height = second
        width = page.curves.ax.get_position().width * page.sheet.width
        phases = phase_plane(page.record, self.coordinate, page.sheet.theme)
        page.panels.append(land_at(page, phases, (left, under, width, height)))
        return page

    def draw_into(self, ax: Axes, record: Record) -> list[Artist]:
        """ValueError: three panels do not fit one Axes."""
        raise ValueError('the view "dashboard" has three panels and needs a page of its own: leave ax out')


def _side_by_side(page: Page, top: float, plane: Plane) -> tuple[Place, Place]:
    """The landscape at the left; returns the places of the other two."""
    from landscape.render.pages.lists import key_at
    from landscape.render.pages.placing import BELOW, GAP, LEFT, NAMES
    from landscape.render.pages.planes import land_at
    from landscape.render.pages.sheet import MARGIN

    sheet = page.sheet
    height = min(sheet.height - top - BELOW, 0.47 * sheet.width)
    (x0, x1), (y0, y1) = plane.window or terrain.framed(page.record)
    width = float(np.clip(height * (x1 - x0) / (y1 - y0), 0.95 * height, 1.05 * height))
    width = min(width, 0.45 * sheet.width)
    land = page.land = land_at(page, plane, (LEFT, top, width, height))
    key_at(sheet, land, LEFT, LEFT + width + GAP, top + height + NAMES)
    left = LEFT + width + GAP + 62.0
    room = sheet.width - MARGIN - left
    upper = (height - BELOW - 30.0) / 2.0
    return (left, top, room, upper), (left, top + height - upper, room, upper)


def _one_above_the_other(page: Page, top: float, plane: Plane) -> tuple[Place, Place]:
    """The landscape at the top; returns the places of the other two."""
    from landscape.render.pages.lists import key_at
    from landscape.render.pages.placing import BELOW, LEFT, NAMES, TITLED, across
    from landscape.render.pages.planes import land_at
    from landscape.render.pages.sheet import MARGIN

    sheet = page.sheet
    width, rest = across(sheet), sheet.height - top - 3.0 * BELOW - 2.0 * TITLED
    height = min(width, 0.5 * rest)
    land = page.land = land_at(page, plane, (LEFT, top, width, height))
    key_at(sheet, land, LEFT, LEFT + width, top + height + NAMES)
    upper, room = (rest - height) / 2.0, sheet.width - MARGIN - LEFT
    first = top + height + BELOW + TITLED
    return (LEFT, first, room, upper), (LEFT, first + upper + BELOW + TITLED, room, upper)
