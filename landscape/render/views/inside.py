"""The view `inside`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from landscape.core.surface import Surface
from landscape.i18n.texts import Language
from landscape.render.style.theme import Pacing, ThemeName
from landscape.render.views._base import Pixels, Seconds, View, register
from landscape.render.views._shared import Box, Levels, Places, check_plane, check_window

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

    from landscape.record import Record
    from landscape.render.pages.page import Page


@register("inside")
class Inside(View):
    """What one entrant's rule does inside, at some places of its median run.

    Arrows point down the gradient, along what the rule kept from before, and along the step it took; ellipses tell how
    far each coordinate goes for its gradient.

    What was kept is found by replaying the pure rule on the recorded points with the gradient left out. Where that does
    not give the record again, with noise for one, the arrow is the step before instead. At each place the longest arrow
    is drawn with one length. An ellipse's half axes are sum |step_i| / sum |g_i| over five steps.

    entrant: its label, the first where left out; places: at most how many, as they keep apart.
    window: ((lo, hi), (lo, hi)), the part of the landscape to show; where left out, the surface's own, grown by where
    the runs go. levels: about how many contour lines.

    file: what it is saved as; the suffix makes it a still (.png .svg .pdf) or a movie (.mp4 .webm .gif .webp .apng
    .html), which shows what is inside at the head of the run. width, height: in pixels. seconds: how long a movie
    lasts; 6 to 12 by the number of steps where left out. pacing: which step it shows when, "even", "logarithmic",
    "arc_length" or "auto", which slows early steps where most happens early.
    theme: "light", "dark" or "print", the last in greys; language: of the captions, "en" or "zh" (Simplified Chinese).
    """

    file: str = "inside.png"
    width: Pixels = 1280
    height: Pixels = 720
    seconds: Seconds | None = None
    pacing: Pacing = "auto"
    theme: ThemeName = "light"
    language: Language = "en"
    window: Box = ()
    levels: Levels = 12
    entrant: str = ""
    places: Places = 6

    def check_surface(self, surface: Surface) -> None:
        """ValueError where the surface has not two dimensions, or the window does not fit it."""
        check_plane(self, surface)
        check_window(self, self.window)

    def page(self, record: Record, moving: bool = False) -> Page:
        """The landscape beside what the arrows mean."""
        from landscape.render.pages import inside as insides

        return insides.inside_page(self, record, moving)

    def draw_into(self, ax: Axes, record: Record) -> list[Artist]:
        """The landscape, the run and the arrows in `ax`."""
        from landscape.render.pages import inside as insides

        return insides.inside_into(self, ax, record)
