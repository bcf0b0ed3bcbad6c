"""The views: what a scenario's `[[views]]` rows name, with the rows' keys as fields."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from annotated_types import Ge, Le

from landscape.component import FieldError, Real
from landscape.core import Surface
from landscape.render._registry import Pixels, Seconds, View, register

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from landscape.record import Record
    from landscape.render.page import Page

Box = tuple[tuple[Real, ...], ...]
Levels = Annotated[int, Ge(2), Le(60)]
Quantity = Literal["loss", "gap", "gradient_norm", "distance"]


@register("contour")
class Contour(View):
    """The trajectories on the landscape, seen from above, with a list of who they are.

    window: ((lo, hi), (lo, hi)), the part of the landscape to show; where left out, the surface's own, grown by where
    the runs go. levels: about how many contour lines.

    file: what it is saved as; the suffix makes it a still (.png .svg .pdf) or a movie (.mp4 .gif). width, height: in
    pixels. seconds: how long a movie lasts; 6 to 12 by the number of steps where left out.
    """

    file: str = "contour.png"
    width: Pixels = 1280
    height: Pixels = 720
    seconds: Seconds | None = None
    window: Box = ()
    levels: Levels = 18

    def check_surface(self, surface: Surface) -> None:
        """ValueError where the surface has not two dimensions, or the window does not fit it."""
        _check_plane(self, surface)
        _check_window(self, self.window)

    def page(self, record: Record, moving: bool = False) -> Page:
        """The landscape beside the list of entrants."""
        from landscape.render import layouts

        return layouts.contour(self, record, moving)

    def draw_into(self, ax: Axes, record: Record) -> None:
        """The landscape and the trajectories in `ax`."""
        from landscape.render import layouts

        layouts.contour_into(self, ax, record)


@register("convergence")
class Convergence(View):
    """A quantity against the step: the median over an entrant's runs, with its quartile band.

    quantity: "loss"; "gap", the loss above the lowest there is; "gradient_norm"; or "distance" to the nearest known
    minimum. The scale is logarithmic where the quantity is positive and spans decades.

    file: what it is saved as; the suffix makes it a still (.png .svg .pdf) or a movie (.mp4 .gif). width, height: in
    pixels. seconds: how long a movie lasts; 6 to 12 by the number of steps where left out.
    """

    file: str = "convergence.png"
    width: Pixels = 1280
    height: Pixels = 720
    seconds: Seconds | None = None
    quantity: Quantity = "loss"

    def check_surface(self, surface: Surface) -> None:
        """ValueError where the quantity rests on minima that the surface does not have."""
        _check_quantity(self, self.quantity, surface)

    def page(self, record: Record, moving: bool = False) -> Page:
        """One panel with a label at the end of each curve."""
        from landscape.render import layouts

        return layouts.convergence(self, record, moving)

    def draw_into(self, ax: Axes, record: Record) -> None:
        """The curves in `ax`."""
        from landscape.render import layouts

        layouts.convergence_into(self, ax, record)


@register("race")
class Race(View):
    """The landscape and the convergence side by side, in step.

    window: ((lo, hi), (lo, hi)), the part of the landscape to show; where left out, the surface's own, grown by where
    the runs go. levels: about how many contour lines. quantity: "loss", "gap", "gradient_norm" or "distance", as in
    the view "convergence".

    file: what it is saved as; the suffix makes it a still (.png .svg .pdf) or a movie (.mp4 .gif). width, height: in
    pixels. seconds: how long a movie lasts; 6 to 12 by the number of steps where left out.
    """

    file: str = "race.mp4"
    width: Pixels = 1280
    height: Pixels = 720
    seconds: Seconds | None = None
    window: Box = ()
    levels: Levels = 18
    quantity: Quantity = "loss"

    def check_surface(self, surface: Surface) -> None:
        """ValueError where one of the two panels cannot be had."""
        _check_plane(self, surface)
        _check_window(self, self.window)
        _check_quantity(self, self.quantity, surface)

    def page(self, record: Record, moving: bool = False) -> Page:
        """Landscape left, curves right."""
        from landscape.render import layouts

        return layouts.race(self, record, moving)

    def draw_into(self, ax: Axes, record: Record) -> None:
        """Nothing: two panels do not fit one Axes."""
        raise ValueError('the view "race" has two panels and needs a page of its own: leave ax out')


def _check_plane(view: View, surface: Surface) -> None:
    if surface.dim != 2:
        raise ValueError(
            f'the view "{view.name}" draws surfaces of 2 dimensions, "{surface.name}" has {surface.dim} here; '
            'the view "convergence" draws any'
        )


def _check_window(view: View, window: Box) -> None:
    if window and (len(window) != 2 or any(len(pair) != 2 or pair[0] >= pair[1] for pair in window)):
        raise FieldError(view.name, "window", f"needs 2 pairs (low, high) with low < high, got {list(window)}")


def _check_quantity(view: View, quantity: str, surface: Surface) -> None:
    if quantity == "gap" and surface.lowest is None:
        raise FieldError(view.name, "quantity", f'cannot be "gap": "{surface.name}" has no known lowest loss')
    if quantity == "distance" and not surface.minima:
        raise FieldError(view.name, "quantity", f'cannot be "distance": "{surface.name}" has no known minimum')
