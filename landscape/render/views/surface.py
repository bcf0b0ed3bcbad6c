"""The view "surface": the landscape in three dimensions, with the trajectories on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from landscape.core.surface import Surface
from landscape.render.views._base import View, register
from landscape.render.views._shared import Box, Levels, check_plane, check_window

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

    from landscape.record import Record
    from landscape.render.pages.page import Page
    from landscape.render.pages.placing import Place
    from landscape.render.panels.relief import Relief

UP = 30.0  # the panel begins that far above where others do: it has no title of its own
LOW = 8.0  # below it


@register("surface")
class SurfaceView(View):
    """The landscape in space: the trajectories lie on it and throw their shadows on the floor; a movie goes around it.

    Heights are logarithmic where the levels are; elsewhere the loss itself, cut off at its highest 1.5 %.

    window: ((lo, hi), (lo, hi)), the part of the landscape to show; where left out, the surface's own, grown by where
    the runs go. levels: about how many contour lines.
    """

    use = "The shape in space, for those who do not read contour lines; to measure, take `contour`."

    file: str = "surface.png"
    window: Box = ()
    levels: Levels = 18

    def check_surface(self, surface: Surface) -> None:
        """ValueError where the surface has not two dimensions, or the window does not fit it."""
        check_plane(self, surface)
        check_window(self, self.window)

    def page(self, record: Record, moving: bool = False) -> Page:
        """The landscape in space beside the list of entrants; on an upright page above it."""
        from landscape.render.pages.lists import list_at, row_of, widest
        from landscape.render.pages.placing import GAP, listed_at
        from landscape.render.pages.sheet import GLYPH, MARGIN

        page, top = self.begin(record, moving)
        sheet = page.sheet
        rows = [row_of(track, sheet.theme, "loss", moving=moving) for track in record.tracks]
        wide = float(np.clip(widest(sheet, rows) + GLYPH, 150.0, 330.0))
        if sheet.upright:
            width = sheet.width - 2.0 * MARGIN
            columns = max(1, int((width + GAP) // (wide + GAP)))
            least = min(60.0 * -(-len(rows) // columns), 0.4 * sheet.height)
            height = min(sheet.height - top + UP - least - 2.0 * MARGIN, 1.1 * width)
            relief = self._relief_at(page, (MARGIN, top - UP, width, height))
            below = top - UP + height + MARGIN
            place = MARGIN, below, (width + GAP) / columns, sheet.height - MARGIN - below
            listed_at(sheet, relief.bundles, rows, place, columns)
            return page
        width = sheet.width - 2.0 * MARGIN - wide - GAP
        relief = self._relief_at(page, (MARGIN, top - UP, width, sheet.height - top + UP - LOW))
        left = MARGIN + width + GAP
        list_at(sheet, relief.bundles, rows, left, top + 10.0, sheet.width - MARGIN - left, sheet.height - top - 80.0)
        return page

    def draw_into(self, ax: Axes, record: Record) -> list[Artist]:
        """The landscape and the trajectories as a picture in `ax`, with matplotlib's legend."""
        from landscape.render.pages.legend import legend
        from landscape.render.pages.placing import added
        from landscape.render.pages.planes import frame_of
        from landscape.render.panels.relief import Relief

        before, theme = set(ax.get_children()), self.theme_for(record)
        Relief(ax, record, frame_of(self.window, record, 1.0), theme, self.levels).draw_runs()
        legend(ax, record, theme)
        return added(ax, before)

    def _relief_at(self, page: Page, place: Place) -> Relief:
        from landscape.render.pages.planes import frame_of
        from landscape.render.panels.relief import Relief

        frame = frame_of(self.window, page.record, 1.0)
        relief = Relief(page.sheet.axes(*place), page.record, frame, page.sheet.theme, self.levels)
        relief.ax.set_axis_off()
        page.panels.append(relief)
        return relief
