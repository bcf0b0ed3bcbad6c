"""The view "field": the direction of steepest descent everywhere, with the runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from landscape import i18n
from landscape.core.surface import Surface
from landscape.render.text import captions as words
from landscape.render.views._base import View, register
from landscape.render.views._shared import Box, Levels, check_plane, check_window

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

    from landscape.record import Record
    from landscape.render.pages.page import Page
    from landscape.render.pages.planes import Plane
    from landscape.render.panels.land import Land
    from landscape.render.style.theme import Theme


@register("field")
class Field(View):
    """The direction of the negative gradient all over the landscape, with the runs.

    drawing: "streamlines", which follow the negative gradient, or "arrows" of one length.
    window: ((lo, hi), (lo, hi)), the part of the landscape to show; where left out, the surface's own, grown by where
    the runs go. levels: about how many contour lines.
    """

    use = "Where descent would go from everywhere: basins, ridges and saddles before a rule is chosen."

    file: str = "field.png"
    window: Box = ()
    levels: Levels = 6
    drawing: Literal["streamlines", "arrows"] = "streamlines"

    def check_surface(self, surface: Surface) -> None:
        """ValueError where the surface has not two dimensions, or the window does not fit it."""
        check_plane(self, surface)
        check_window(self, self.window)

    def page(self, record: Record, moving: bool = False) -> Page:
        """The landscape with its field beside the list of entrants."""
        from landscape.render.pages.planes import beside_list

        page, top = self.begin(record, moving)
        beside_list(page, top, self._plane(record, page.sheet.theme), rate=True)
        return page

    def draw_into(self, ax: Axes, record: Record) -> list[Artist]:
        """The landscape, its field and the trajectories in `ax`, with matplotlib's legend."""
        from landscape.render.pages.legend import key_into, legend
        from landscape.render.pages.placing import added
        from landscape.render.pages.planes import label_axes, land_into

        before, theme = set(ax.get_children()), self.theme_for(record)
        land = land_into(ax, self._plane(record, theme), theme)
        if not land.labels:
            label_axes(land, "x", "y")
        legend(ax, record, theme)
        key_into(ax, land)
        return added(ax, before)

    def _plane(self, record: Record, theme: Theme) -> Plane:
        """The landscape with the field drawn over it."""
        from landscape.render.pages.planes import Plane
        from landscape.render.panels import flows

        def ground(land: Land) -> None:
            flows.flow(land.ax, record.surface, land.frame, theme, self.drawing)

        name = words.opened(words.surface_name(record.surface, theme.language))
        drawn = "{name}: lines run downhill" if self.drawing == "streamlines" else "{name}: arrows point downhill"
        heads = i18n.say(theme.language, drawn, name=name), name
        return Plane(record, self.window, self.levels, heads, ground=ground)
