"""The view `multiples`."""

from __future__ import annotations

from collections.abc import Sequence
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


@register("multiples")
class Multiples(View):
    """The same landscape again and again, side by side: for each entrant, each start, or each learning rate.

    Of several records, a row for each one's surface and a column for each entrant, matched by label: `landscape.draw`
    takes a list of them. An entrant keeps its colour and marker throughout; each surface has its own window and levels.

    by: "entrant" or "start", at most twelve panels; or "rate", a row for each entrant and a column for each learning
    rate of its runs, at most 24 cells, with the final loss above each.
    window: ((lo, hi), (lo, hi)), the part of the landscape to show; where left out, the surface's own, grown by where
    the runs go. levels: about how many contour lines.

    file: what it is saved as; the suffix makes it a still (.png .svg .pdf) or a movie (.mp4 .webm .gif .webp .apng
    .html). width, height: in pixels. seconds: how long a movie lasts; 6 to 12 by the number of steps where left out.
    pacing: which step it shows when, "even", "logarithmic", "arc_length" or "auto", which slows early steps where most
    happens early.
    theme: "light", "dark" or "print", the last in greys; language: of the captions, "en" or "zh" (Simplified Chinese).
    """

    file: str = "multiples.png"
    width: Pixels = 1280
    height: Pixels = 720
    seconds: Seconds | None = None
    pacing: Pacing = "auto"
    theme: ThemeName = "light"
    language: Language = "en"
    window: Box = ()
    levels: Levels = 10
    by: Literal["entrant", "start", "rate"] = "entrant"

    def check_surface(self, surface: Surface) -> None:
        """ValueError where the surface has not two dimensions, or the window does not fit it."""
        check_plane(self, surface)
        check_window(self, self.window)

    def page(self, record: Record, moving: bool = False) -> Page:
        """A grid of landscapes."""
        from landscape.render.pages import multiples

        return multiples.multiples(self, record, moving)

    def page_of(self, records: Sequence[Record]) -> Page:
        """A grid of several records' landscapes. ValueError where the view is by rate or by start."""
        from landscape.render.pages import multiples

        return multiples.several(self, records)

    def draw_into(self, ax: Axes, record: Record) -> list[Artist]:
        """Nothing: several panels do not fit one Axes."""
        raise ValueError('the view "multiples" has several panels and needs a page of its own: leave ax out')
