"""The view `spectrum`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from landscape.core.surface import Surface
from landscape.i18n.texts import Language
from landscape.render.style.theme import Pacing, ThemeName
from landscape.render.views._base import Pixels, Seconds, View, register

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

    from landscape.record import Record
    from landscape.render.pages.page import Page


@register("spectrum")
class Spectrum(View):
    """The eigenvalues of the Hessian along the path, or the largest alone, against its border of stability.

    The border is dashed, 2/eta for gradient descent and 2 (1 + beta)/eta for a heavy ball, and red where the largest
    eigenvalue is beyond it.

    quantity: "eigenvalues", all of each entrant's median run with the largest bold; or "sharpness", the largest of
    every run.

    file: what it is saved as; the suffix makes it a still (.png .svg .pdf) or a movie (.mp4 .webm .gif .webp .apng
    .html). width, height: in pixels. seconds: how long a movie lasts; 6 to 12 by the number of steps where left out.
    pacing: which step it shows when, "even", "logarithmic", "arc_length" or "auto", which slows early steps where most
    happens early.
    theme: "light", "dark" or "print", the last in greys; language: of the captions, "en" or "zh" (Simplified Chinese).
    Source: Cohen et al. 2021, "Gradient descent on neural networks typically occurs at the edge of stability".
    """

    file: str = "spectrum.png"
    width: Pixels = 1280
    height: Pixels = 720
    seconds: Seconds | None = None
    pacing: Pacing = "auto"
    theme: ThemeName = "light"
    language: Language = "en"
    quantity: Literal["eigenvalues", "sharpness"] = "eigenvalues"

    def check_surface(self, surface: Surface) -> None:
        """Any surface will do: each has a Hessian."""

    def page(self, record: Record, moving: bool = False) -> Page:
        """One panel with a label at the end of each curve."""
        from landscape.render.pages import layouts

        return layouts.curves_page(self, record, moving, layouts.Wanted(self.quantity))

    def draw_into(self, ax: Axes, record: Record) -> list[Artist]:
        """The curves in `ax`."""
        from landscape.render.pages import layouts

        return layouts.curves_into(ax, record, layouts.theme_of(self, record), layouts.Wanted(self.quantity))
