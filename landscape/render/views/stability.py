"""The view "stability": how fast an entrant converges, by two of its hyper-parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from landscape.core.surface import Surface
from landscape.i18n.texts import Language
from landscape.render.style.theme import ThemeName
from landscape.render.views._base import Pixels, Seconds, View, register

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

    from landscape.record import Record
    from landscape.render.pages.page import Page


@register("stability")
class Stability(View):
    """Each pair of two hyper-parameters coloured by how fast it converges: one map for each entrant, at most six.

    The colour is the number of steps in which the loss above the lowest falls to a tenth, from the first to the last
    recorded step, or to where it comes near rounding. Grey runs ended above where they began, black ones diverged. The
    fastest has a star. Records of `landscape.stability_map` have what it needs: runs that differ in two fields.

    On a quadratic, the dashed line is the border of stability: by rate and momentum 2(1+beta)/lambda of a heavy ball
    and 2(1+beta)/((1+2 beta) lambda) of Nesterov's steps, by rate and weight decay 2/(lambda + decay) of gradient
    descent. The dotted one is where a heavy ball's slowest direction is critically damped, beta = (1 - sqrt(eta
    lambda))^2; red crosses are runs that theory has wrong. On other surfaces the border is that of the Hessian at the
    minimum next to which most runs end.

    entrant: the label of the only one to show; all where left out.

    file: what it is saved as, a still (.png .svg .pdf). width, height: in pixels. seconds: of no use, it does not move.
    theme: "light", "dark" or "print", the last in greys; language: of the captions, "en" or "zh" (Simplified Chinese).
    Source: Goh 2017, "Why momentum really works", doi:10.23915/distill.00006.
    """

    file: str = "stability.png"
    width: Pixels = 1280
    height: Pixels = 720
    seconds: Seconds | None = None
    theme: ThemeName = "light"
    language: Language = "en"
    entrant: str = ""

    moves = False

    def check_surface(self, surface: Surface) -> None:
        """ValueError where the surface has no known lowest loss."""
        if surface.lowest is None:
            raise ValueError(f'the view "stability" needs a known lowest loss, "{surface.name}" has none')

    def page(self, record: Record, moving: bool = False) -> Page:
        """A map for each entrant, and what the colours mean below."""
        from landscape.render.pages import stability

        return stability.maps(self, record)

    def draw_into(self, ax: Axes, record: Record) -> list[Artist]:
        """The map of one entrant in `ax`. ValueError where there are several and none is chosen."""
        from landscape.render.pages import stability

        return stability.map_into(self, ax, record)
