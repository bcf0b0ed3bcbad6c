"""The view "contour": the trajectories on the landscape, seen from above."""

from __future__ import annotations

from typing import TYPE_CHECKING

from landscape.core.surface import Surface
from landscape.render.views._base import View, register
from landscape.render.views._shared import Box, Levels, check_plane, check_window

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

    from landscape.record import Record
    from landscape.render.pages.page import Page


@register("contour")
class Contour(View):
    """The trajectories on the landscape, seen from above, with a list of the entrants.

    window: ((lo, hi), (lo, hi)), the part of the landscape to show; where left out, the surface's own, grown by where
    the runs go. levels: about how many contour lines.
    """

    use = "Where runs go on a surface of two coordinates: the plain map, for a paper or a slide."

    file: str = "contour.png"
    window: Box = ()
    levels: Levels = 18

    def check_surface(self, surface: Surface) -> None:
        """ValueError where the surface has not two dimensions, or the window does not fit it."""
        check_plane(self, surface)
        check_window(self, self.window)

    def page(self, record: Record, moving: bool = False) -> Page:
        """The landscape beside the list of entrants."""
        from landscape.render.pages.planes import Plane, beside_list

        page, top = self.begin(record, moving)
        beside_list(page, top, Plane(record, self.window, self.levels), rate=True)
        return page

    def draw_into(self, ax: Axes, record: Record) -> list[Artist]:
        """The landscape and the trajectories in `ax`, with matplotlib's legend."""
        from landscape.render.pages.legend import key_into, legend
        from landscape.render.pages.placing import added
        from landscape.render.pages.planes import Plane, label_axes, land_into

        before, theme = set(ax.get_children()), self.theme_for(record)
        land = land_into(ax, Plane(record, self.window, self.levels), theme)
        if not land.labels:
            label_axes(land, "x", "y")
        legend(ax, record, theme)
        key_into(ax, land)
        return added(ax, before)
