"""The view `field`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from landscape.core.surface import Surface
from landscape.i18n.texts import Language
from landscape.render.style.theme import Pacing, ThemeName
from landscape.render.views._base import Pixels, Seconds, View, register
from landscape.render.views._shared import Box, Levels, check_plane, check_window

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

    from landscape.record import Record
    from landscape.render.pages.page import Page


@register("field")
class Field(View):
    """The way down everywhere: the direction of the negative gradient over the landscape, with the runs.

    drawing: "streamlines", which follow the way down, or "arrows" of one length.
    window: ((lo, hi), (lo, hi)), the part of the landscape to show; where left out, the surface's own, grown by where
    the runs go. levels: about how many contour lines.

    file: what it is saved as; the suffix makes it a still (.png .svg .pdf) or a movie (.mp4 .webm .gif .webp .apng
    .html). width, height: in pixels. seconds: how long a movie lasts; 6 to 12 by the number of steps where left out.
    pacing: which step it shows when, "even", "logarithmic", "arc_length" or "auto", which slows early steps where most
    happens early.
    theme: "light", "dark" or "print", the last in greys; language: of the captions, "en" or "zh" (Simplified Chinese).
    """

    file: str = "field.png"
    width: Pixels = 1280
    height: Pixels = 720
    seconds: Seconds | None = None
    pacing: Pacing = "auto"
    theme: ThemeName = "light"
    language: Language = "en"
    window: Box = ()
    levels: Levels = 6
    drawing: Literal["streamlines", "arrows"] = "streamlines"

    def check_surface(self, surface: Surface) -> None:
        """ValueError where the surface has not two dimensions, or the window does not fit it."""
        check_plane(self, surface)
        check_window(self, self.window)

    def page(self, record: Record, moving: bool = False) -> Page:
        """The landscape with its flow beside the list of entrants."""
        from landscape.render.pages import planes as plane_pages

        return plane_pages.field_page(self, record, moving)

    def draw_into(self, ax: Axes, record: Record) -> list[Artist]:
        """The landscape, its flow and the trajectories in `ax`."""
        from landscape.render.pages import planes as plane_pages

        return plane_pages.field_into(self, ax, record)
