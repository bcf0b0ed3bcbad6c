"""The view "basins": which minimum a run ends in, by where it began."""

from __future__ import annotations

from typing import TYPE_CHECKING

from landscape.core.component import NonNegative
from landscape.core.surface import Surface
from landscape.i18n.texts import Language
from landscape.render.style.theme import ThemeName
from landscape.render.views._base import Pixels, Seconds, View, register
from landscape.render.views._shared import check_plane

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

    from landscape.record import Record
    from landscape.render.pages.page import Page


@register("basins")
class Basins(View):
    """Each start coloured by the minimum that its run ends in: one map for each entrant, at most six.

    Starts on a regular grid fill the map, others are dots. A run has arrived where it ends within `radius` of a known
    minimum; grey runs ended elsewhere, and black ones diverged. The later a run came near, the paler its start, as far
    as steps between are recorded. Of repeats the first is shown.

    radius: in shares of the window's longer side. entrant: the label of the only one to show; all where left out.

    file: what it is saved as, a still (.png .svg .pdf). width, height: in pixels. seconds: of no use, it does not move.
    theme: "light", "dark" or "print", the last in greys; language: of the captions, "en" or "zh" (Simplified Chinese).
    """

    file: str = "basins.png"
    width: Pixels = 1280
    height: Pixels = 720
    seconds: Seconds | None = None
    theme: ThemeName = "light"
    language: Language = "en"
    radius: NonNegative = 0.03
    entrant: str = ""

    moves = False

    def check_surface(self, surface: Surface) -> None:
        """ValueError where the surface has not two dimensions."""
        check_plane(self, surface)

    def page(self, record: Record, moving: bool = False) -> Page:
        """A map for each entrant, and the minima with their colours below."""
        from landscape.render.pages import basins

        return basins.maps(self, record)

    def draw_into(self, ax: Axes, record: Record) -> list[Artist]:
        """The map of one entrant in `ax`. ValueError where there are several and none is chosen."""
        from landscape.render.pages import basins

        return basins.map_into(self, ax, record)
