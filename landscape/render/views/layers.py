"""The view "layers": what each layer of a network does while it is trained."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from landscape.core.component import FieldError
from landscape.core.surface import Surface
from landscape.i18n.texts import Language
from landscape.render.style.theme import ThemeName
from landscape.render.views._base import Pixels, Seconds, View, register
from landscape.render.views.boundary import network_of

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

    from landscape.record import Record
    from landscape.render.pages.page import Page

Figure = Literal["gradient_norm", "signal", "mean", "saturated", "dead", "effective_rate"]
EVERY: tuple[Figure, ...] = ("gradient_norm", "saturated", "dead", "mean", "signal", "effective_rate")


@register("layers")
class Layers(View):
    """What each layer of a network does at every step of one entrant's run: a panel for each figure, a line a layer.

    figures: which, at most six. "gradient_norm" of the weights; "signal", the signal-to-noise ratio of the gradient
    from one example; "mean" of the outputs; the share of slopes that are "saturated", below a hundredth of the
    activation's largest, and of units that are "dead", flat for every example; "effective_rate", how far the weights
    move for the length of their gradient. All are of the examples to train on at the recorded weights, at most 600
    rows of them. entrant: its label, the first where left out; of several runs the median one is shown.

    file: what it is saved as, a still (.png .svg .pdf). width, height: in pixels. seconds: of no use, it does not move.
    theme: "light", "dark" or "print", the last in greys; language: of the captions, "en" or "zh" (Simplified Chinese).
    """

    file: str = "layers.png"
    width: Pixels = 1280
    height: Pixels = 720
    seconds: Seconds | None = None
    theme: ThemeName = "light"
    language: Language = "en"
    entrant: str = ""
    figures: tuple[Figure, ...] = EVERY

    moves = False

    def check_surface(self, surface: Surface) -> None:
        """ValueError where the surface is no network, FieldError where there are no figures or one comes twice."""
        network_of(self, surface)
        if not self.figures or len(set(self.figures)) < len(self.figures):
            raise FieldError(self.name, "figures", f"must be one or more, each once, got {list(self.figures)}")

    def page(self, record: Record, moving: bool = False) -> Page:
        """A grid of panels, and the layers with their colours below."""
        from landscape.render.pages import layers

        return layers.layers_page(self, record)

    def draw_into(self, ax: Axes, record: Record) -> list[Artist]:
        """The one panel of a view of one figure; ValueError where there are more, which need a page."""
        if len(self.figures) > 1:
            raise ValueError('the view "layers" has several panels and needs a page of its own: leave ax out')
        from landscape.render.pages import layers

        return layers.layers_into(self, ax, record)
