"""The view `dashboard`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from landscape.analysis.series import Quantity
from landscape.core.component import Whole
from landscape.core.surface import Surface
from landscape.i18n.texts import Language
from landscape.render.style.theme import Pacing, ThemeName
from landscape.render.views._base import Pixels, Seconds, View, register
from landscape.render.views._shared import Box, Levels, check_coordinates, check_plane, check_quantity, check_window

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

    from landscape.record import Record
    from landscape.render.pages.page import Page


@register("dashboard")
class Dashboard(View):
    """The landscape, the convergence, and below it the phase plane or the sharpness, on one page.

    below: "spectrum", the largest eigenvalue of the Hessian with its border, or "phase". quantity: of the upper curves,
    as in the view "convergence". coordinate: of the phase plane, from 0.
    window: ((lo, hi), (lo, hi)), the part of the landscape to show; where left out, the surface's own, grown by where
    the runs go. levels: about how many contour lines.

    file: what it is saved as; the suffix makes it a still (.png .svg .pdf) or a movie (.mp4 .webm .gif .webp .apng
    .html). width, height: in pixels. seconds: how long a movie lasts; 6 to 12 by the number of steps where left out.
    pacing: which step it shows when, "even", "logarithmic", "arc_length" or "auto", which slows early steps where most
    happens early.
    theme: "light", "dark" or "print", the last in greys; language: of the captions, "en" or "zh" (Simplified Chinese).
    """

    file: str = "dashboard.png"
    width: Pixels = 1280
    height: Pixels = 720
    seconds: Seconds | None = None
    pacing: Pacing = "auto"
    theme: ThemeName = "light"
    language: Language = "en"
    window: Box = ()
    levels: Levels = 14
    quantity: Quantity = "loss"
    below: Literal["spectrum", "phase"] = "spectrum"
    coordinate: Whole = 0

    def check_surface(self, surface: Surface) -> None:
        """ValueError where one of the panels cannot be had."""
        check_plane(self, surface)
        check_window(self, self.window)
        check_quantity(self, self.quantity, surface)
        check_coordinates(self, "coordinate", (self.coordinate,), surface)

    def page(self, record: Record, moving: bool = False) -> Page:
        """Landscape left, curves above the third panel right."""
        from landscape.render.pages import dashboard as grids

        return grids.dashboard(self, record, moving)

    def draw_into(self, ax: Axes, record: Record) -> list[Artist]:
        """Nothing: three panels do not fit one Axes."""
        raise ValueError('the view "dashboard" has three panels and needs a page of its own: leave ax out')
