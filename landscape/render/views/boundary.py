"""The view "boundary": what a network says of its data, beside the way its weights took over the landscape."""

from __future__ import annotations

from typing import TYPE_CHECKING

from landscape.core.surface import Surface
from landscape.i18n.texts import Language
from landscape.render.style.theme import Pacing, ThemeName
from landscape.render.views._base import Pixels, Seconds, View, register
from landscape.render.views._shared import Levels

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

    from landscape.record import Record
    from landscape.render.pages.page import Page
    from landscape.surfaces.custom.network import Network


@register("boundary")
class BoundaryView(View):
    """The decision boundary of a network among its data, in step with the runs on the landscape.

    At the right each entrant's boundary is a line in its colour; the ground is what one of them
    says: the surer, the more of the class's colour. A boundary is where two classes are equally likely, for outputs
    f_j where the two largest of them are equal, and for one output where it is half-way between its two targets. At the
    left the loss on the plane of the runs' two principal components, with the share of their variance that lies in it.

    entrant: the label of the one whose classes colour the ground, the first where left out; of several runs its median
    one is shown, and the others' from the same start. levels: about how many contour lines the landscape has.

    file: what it is saved as; the suffix makes it a still (.png .svg .pdf) or a movie (.mp4 .webm .gif .webp .apng
    .html). width, height: in pixels. seconds: how long a movie lasts; 6 to 12 by the number of steps where left out.
    pacing: which step it shows when, "even", "logarithmic", "arc_length" or "auto", which slows early steps where most
    happens early.
    theme: "light", "dark" or "print", the last in greys; language: of the captions, "en" or "zh" (Simplified Chinese).
    """

    file: str = "boundary.mp4"
    width: Pixels = 1280
    height: Pixels = 720
    seconds: Seconds | None = None
    pacing: Pacing = "auto"
    theme: ThemeName = "light"
    language: Language = "en"
    entrant: str = ""
    levels: Levels = 14

    def check_surface(self, surface: Surface) -> None:
        """ValueError where the surface is no network that puts points of a plane into classes."""
        network = network_of(self, surface)
        data = network.dataset
        if data.features != 2 or not data.classes:
            what = f"{data.features} feature" + ("s" if data.features > 1 else "")
            what += f" and {data.classes} classes" if data.classes else " and no classes"
            raise ValueError(f'the view "{self.name}" draws data of 2 features with classes, "{data.name}" has {what}')

    def page(self, record: Record, moving: bool = False) -> Page:
        """The landscape at the left, the boundary among the data at the right."""
        from landscape.render.pages import boundary

        return boundary.boundary_page(self, record, moving)

    def draw_into(self, ax: Axes, record: Record) -> list[Artist]:
        """The boundary and the data in `ax`, without the landscape."""
        from landscape.render.pages import boundary

        return boundary.boundary_into(self, ax, record)


def network_of(view: View, surface: Surface) -> Network:
    """The surface, which must be a network's loss. ValueError where it is another."""
    from landscape.surfaces.custom.network import Network

    if not isinstance(surface, Network):
        raise ValueError(f'the view "{view.name}" draws what a network does, and "{surface.name}" is no network')
    return surface
