"""The view `convergence`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from landscape.analysis.series import Against, Quantity
from landscape.core.component import Whole
from landscape.core.surface import Surface
from landscape.i18n.texts import Language
from landscape.render.style.theme import Pacing, ThemeName
from landscape.render.views._base import Pixels, Seconds, View, register
from landscape.render.views._shared import Quantiles, check_curves

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

    from landscape.record import Record
    from landscape.render.pages.page import Page


@register("convergence")
class Convergence(View):
    """A quantity against the step: the median over an entrant's runs, with a band between two quantiles.

    quantity: "loss"; "gap", the loss above the lowest there is; "gradient_norm"; "distance" to the nearest known
    minimum; "rate"; "effective_step", how far a step went for each unit of gradient; "speed", how far a step went; or
    "sharpness", the largest eigenvalue of the Hessian. The scale is logarithmic where the quantity is positive and
    spans decades. against: "steps", "evaluations" of the loss and its
    derivatives, or "time". coordinate: the one, from 0, whose gradient, effective
    step or speed is shown; all together where left out. quantiles: (low, high), the quartiles as a rule. theory:
    whether to draw what a closed form promises, where one is known: rates and noise floors on quadratics, borders of
    stability; dashed, and red where the record breaks the promise.

    file: what it is saved as; the suffix makes it a still (.png .svg .pdf) or a movie (.mp4 .webm .gif .webp .apng
    .html). width, height: in pixels. seconds: how long a movie lasts; 6 to 12 by the number of steps where left out.
    pacing: which step it shows when, "even", "logarithmic", "arc_length" or "auto", which slows early steps where most
    happens early.
    theme: "light", "dark" or "print", the last in greys; language: of the captions, "en" or "zh" (Simplified Chinese).
    """

    file: str = "convergence.png"
    width: Pixels = 1280
    height: Pixels = 720
    seconds: Seconds | None = None
    pacing: Pacing = "auto"
    theme: ThemeName = "light"
    language: Language = "en"
    quantity: Quantity = "loss"
    against: Against = "steps"
    coordinate: Whole | None = None
    quantiles: Quantiles = (0.25, 0.75)
    theory: bool = True

    def check_surface(self, surface: Surface) -> None:
        """ValueError where the quantity rests on minima that the surface does not have."""
        check_curves(self, self.quantity, self.coordinate, self.quantiles, surface)

    def page(self, record: Record, moving: bool = False) -> Page:
        """One panel with a label at the end of each curve."""
        from landscape.render.pages import layouts

        return layouts.convergence(self, record, moving)

    def draw_into(self, ax: Axes, record: Record) -> list[Artist]:
        """The curves in `ax`."""
        from landscape.render.pages import layouts

        return layouts.convergence_into(self, ax, record)
