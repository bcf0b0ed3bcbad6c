"""The view `race`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from landscape.analysis.series import Against, Quantity
from landscape.core.component import Whole
from landscape.core.surface import Surface
from landscape.i18n.texts import Language
from landscape.render.style.theme import Pacing, ThemeName
from landscape.render.views._base import Pixels, Seconds, View, register
from landscape.render.views._shared import Box, Levels, Quantiles, check_curves, check_plane, check_window

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

    from landscape.record import Record
    from landscape.render.pages.page import Page


@register("race")
class Race(View):
    """The landscape and the convergence side by side, in step.

    window: ((lo, hi), (lo, hi)), the part of the landscape to show; where left out, the surface's own, grown by where
    the runs go. levels: about how many contour lines. quantity, against, coordinate, quantiles, theory: as in the view
    "convergence"; theory is left out as a rule.

    file: what it is saved as; the suffix makes it a still (.png .svg .pdf) or a movie (.mp4 .webm .gif .webp .apng
    .html). width, height: in pixels. seconds: how long a movie lasts; 6 to 12 by the number of steps where left out.
    pacing: which step it shows when, "even", "logarithmic", "arc_length" or "auto", which slows early steps where most
    happens early.
    theme: "light", "dark" or "print", the last in greys; language: of the captions, "en" or "zh" (Simplified Chinese).
    """

    file: str = "race.mp4"
    width: Pixels = 1280
    height: Pixels = 720
    seconds: Seconds | None = None
    pacing: Pacing = "auto"
    theme: ThemeName = "light"
    language: Language = "en"
    window: Box = ()
    levels: Levels = 18
    quantity: Quantity = "loss"
    against: Against = "steps"
    coordinate: Whole | None = None
    quantiles: Quantiles = (0.25, 0.75)
    theory: bool = False

    def check_surface(self, surface: Surface) -> None:
        """ValueError where one of the two panels cannot be had."""
        check_plane(self, surface)
        check_window(self, self.window)
        check_curves(self, self.quantity, self.coordinate, self.quantiles, surface)

    def page(self, record: Record, moving: bool = False) -> Page:
        """Landscape left, curves right."""
        from landscape.render.pages import layouts

        return layouts.race(self, record, moving)

    def draw_into(self, ax: Axes, record: Record) -> list[Artist]:
        """Nothing: two panels do not fit one Axes."""
        raise ValueError('the view "race" has two panels and needs a page of its own: leave ax out')
