"""The view `phase`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from landscape.core.component import Whole
from landscape.core.surface import Surface
from landscape.i18n.texts import Language
from landscape.render.style.theme import Pacing, ThemeName
from landscape.render.views._base import Pixels, Seconds, View, register
from landscape.render.views._shared import check_coordinates

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

    from landscape.record import Record
    from landscape.render.pages.page import Page


@register("phase")
class Phase(View):
    """Position against velocity, for one coordinate: momentum makes a spiral, plain descent a line.

    The velocity is the step that led to a point. On a quadratic whose axes are the coordinates the dashed line is the
    way in which a critically damped heavy ball comes to rest, v = -x sqrt(eta lambda) / (1 - sqrt(eta lambda)).

    coordinate: which one, from 0.

    file: what it is saved as; the suffix makes it a still (.png .svg .pdf) or a movie (.mp4 .webm .gif .webp .apng
    .html). width, height: in pixels. seconds: how long a movie lasts; 6 to 12 by the number of steps where left out.
    pacing: which step it shows when, "even", "logarithmic", "arc_length" or "auto", which slows early steps where most
    happens early.
    theme: "light", "dark" or "print", the last in greys; language: of the captions, "en" or "zh" (Simplified Chinese).
    """

    file: str = "phase.png"
    width: Pixels = 1280
    height: Pixels = 720
    seconds: Seconds | None = None
    pacing: Pacing = "auto"
    theme: ThemeName = "light"
    language: Language = "en"
    coordinate: Whole = 0

    def check_surface(self, surface: Surface) -> None:
        """FieldError where the surface has not that coordinate."""
        check_coordinates(self, "coordinate", (self.coordinate,), surface)

    def page(self, record: Record, moving: bool = False) -> Page:
        """The phase plane beside the list of entrants."""
        from landscape.render.pages import planes as plane_pages

        return plane_pages.phase_page(self, record, moving)

    def draw_into(self, ax: Axes, record: Record) -> list[Artist]:
        """The phase plane in `ax`."""
        from landscape.render.pages import planes as plane_pages

        return plane_pages.phase_into(self, ax, record)
