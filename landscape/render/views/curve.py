"""The view `curve`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from landscape.core.surface import Surface
from landscape.i18n.texts import Language
from landscape.render.style.theme import Pacing, ThemeName
from landscape.render.views._base import Pixels, Seconds, View, register

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

    from landscape.record import Record
    from landscape.render.pages.page import Page


@register("curve")
class CurveView(View):
    """A surface of one dimension as a curve, with each run as a ball on it and its trail.

    file: what it is saved as; the suffix makes it a still (.png .svg .pdf) or a movie (.mp4 .webm .gif .webp .apng
    .html). width, height: in pixels. seconds: how long a movie lasts; 6 to 12 by the number of steps where left out.
    pacing: which step it shows when, "even", "logarithmic", "arc_length" or "auto", which slows early steps where most
    happens early.
    theme: "light", "dark" or "print", the last in greys; language: of the captions, "en" or "zh" (Simplified Chinese).
    """

    file: str = "curve.png"
    width: Pixels = 1280
    height: Pixels = 720
    seconds: Seconds | None = None
    pacing: Pacing = "auto"
    theme: ThemeName = "light"
    language: Language = "en"

    def check_surface(self, surface: Surface) -> None:
        """ValueError where the surface has more than one dimension."""
        if surface.dim != 1:
            raise ValueError(f'the view "curve" draws surfaces of 1 dimension, "{surface.name}" has {surface.dim} here')

    def page(self, record: Record, moving: bool = False) -> Page:
        """The curve beside the list of entrants."""
        from landscape.render.pages import planes as plane_pages

        return plane_pages.ball_on_curve(self, record, moving)

    def draw_into(self, ax: Axes, record: Record) -> list[Artist]:
        """The curve and the runs in `ax`."""
        from landscape.render.pages import planes as plane_pages

        return plane_pages.ball_into(self, ax, record)
