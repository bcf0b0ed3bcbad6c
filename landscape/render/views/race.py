"""The view "race": the landscape and the convergence side by side, in step."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from landscape.analysis._metric import StepMetric
from landscape.analysis.metrics.steps import Loss
from landscape.analysis.series import Against
from landscape.core.component import Whole
from landscape.core.surface import Surface
from landscape.render.panels import terrain
from landscape.render.text import captions as words
from landscape.render.views._base import View, register
from landscape.render.views._shared import (
    Box,
    Levels,
    Quantiles,
    check_curves,
    check_plane,
    check_window,
    of_coordinate,
)

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

    from landscape.record import Record
    from landscape.render.pages.graphs import Series
    from landscape.render.pages.page import Page
    from landscape.render.pages.planes import Plane

LEAST_CURVES = 262.0  # pixels: the narrowest panel of curves beside a landscape


@register("race")
class Race(View):
    """The landscape and the convergence side by side, in step.

    window: ((lo, hi), (lo, hi)), the part of the landscape to show; where left out, the surface's own, grown by where
    the runs go. levels: about how many contour lines. quantity, against, coordinate, quantiles, theory: as in the view
    "convergence"; theory is not drawn unless wanted.
    """

    use = "Where and how fast, side by side: the usual movie, and the usual picture in a notebook."

    file: str = "race.mp4"
    window: Box = ()
    levels: Levels = 18
    quantity: StepMetric = Loss()
    against: Against = "steps"
    coordinate: Whole | None = None
    quantiles: Quantiles = (0.25, 0.75)
    theory: bool = False

    def check_surface(self, surface: Surface) -> None:
        """ValueError where one of the two panels cannot be drawn of the surface."""
        check_plane(self, surface)
        check_window(self, self.window)
        check_curves(self, self.quantity, self.coordinate, self.quantiles, surface)

    def page(self, record: Record, moving: bool = False) -> Page:
        """The landscape at the left, the curves at the right; on an upright page one above the other."""
        from landscape.render.pages.graphs import Series
        from landscape.render.pages.planes import Plane

        page, top = self.begin(record, moving)
        plane = Plane(record, self.window, self.levels)
        series = Series(of_coordinate(self.quantity, self.coordinate), self.against, self.quantiles, self.theory)
        if page.sheet.upright:
            _one_above_the_other(page, top, plane, series)
        else:
            _side_by_side(page, top, plane, series)
        return page

    def draw_into(self, ax: Axes, record: Record) -> list[Artist]:
        """ValueError: two panels do not fit one Axes."""
        raise ValueError('the view "race" has two panels and needs a page of its own: leave ax out')


def _side_by_side(page: Page, top: float, plane: Plane, series: Series) -> None:
    """The landscape at the left, the curves at the right."""
    from landscape.render.pages.graphs import WIDEST_LABEL, curves_at
    from landscape.render.pages.lists import Row, key_at, widest
    from landscape.render.pages.placing import BELOW, GAP, LEFT, NAMES
    from landscape.render.pages.planes import land_at
    from landscape.render.pages.sheet import GLYPH, MARGIN

    sheet, record = page.sheet, page.record
    names = [Row(words.label(track, sheet.theme)) for track in record.tracks]
    wide = min(widest(sheet, names) + GLYPH, WIDEST_LABEL)
    most = sheet.width - LEFT - GAP - 62.0 - LEAST_CURVES - 18.0 - wide - MARGIN
    height = min(sheet.height - top - BELOW, most)
    (x0, x1), (y0, y1) = plane.window or terrain.framed(record)
    width = min(float(np.clip(height * (x1 - x0) / (y1 - y0), 1.08 * height, 1.25 * height)), most)
    land = page.land = land_at(page, plane, (LEFT, top, width, height))
    left = LEFT + width + GAP + 62.0
    page.curves = curves_at(page, series, (left, top, sheet.width - MARGIN - left, height))
    key_at(sheet, land, LEFT, left, top + height + NAMES)


def _one_above_the_other(page: Page, top: float, plane: Plane, series: Series) -> None:
    """The landscape above the curves, each as wide as the page."""
    from landscape.render.pages.graphs import curves_at
    from landscape.render.pages.lists import key_at
    from landscape.render.pages.placing import BELOW, LEFT, NAMES, TITLED, across
    from landscape.render.pages.planes import land_at
    from landscape.render.pages.sheet import MARGIN

    sheet = page.sheet
    width = across(sheet)
    (x0, x1), (y0, y1) = plane.window or terrain.framed(plane.record)
    shape = float(np.clip((y1 - y0) / (x1 - x0), 0.8, 1.0))
    space = sheet.height - top - 2.0 * BELOW - TITLED
    height = min(width * shape, 0.62 * space)
    land = page.land = land_at(page, plane, (LEFT, top, width, height))
    key_at(sheet, land, LEFT, LEFT + width, top + height + NAMES)
    below = top + height + BELOW + TITLED
    page.curves = curves_at(page, series, (LEFT, below, sheet.width - MARGIN - LEFT, space - height))
