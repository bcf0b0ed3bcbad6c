"""Views in which one axis is time, position or velocity: "curve", "phase", "spectrum"."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from landscape.component import FieldError, Whole
from landscape.core import Surface
from landscape.render._registry import Pixels, Seconds, View, register
from landscape.render.theme import Language, Pacing, ThemeName

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

    from landscape.record import Record
    from landscape.render.page import Page


@register("curve")
class CurveView(View):
    """A surface of one dimension as a curve, with each run as a ball on it and its trail.

    file: what it is saved as; the suffix makes it a still (.png .svg .pdf) or a movie (.mp4 .webm .gif .webp .apng
    .html). width, height: in pixels. seconds: how long a movie lasts; 6 to 12 by the number of steps where left out.
    pacing: which step it shows when, "even", "logarithmic", "arc_length" or "auto", which slows early steps where most
    happens early.
    theme: "light", "dark" or "print", the last in greys; language: of the captions, "en" or "zh" (Simplified Chinese).
    """

    file: str = "curve.png"
    width: Pixels = 1280
    height: Pixels = 720
    seconds: Seconds | None = None
    pacing: Pacing = "auto"
    theme: ThemeName = "light"
    language: Language = "en"

    def check_surface(self, surface: Surface) -> None:
        """ValueError where the surface has more than one dimension."""
        if surface.dim != 1:
            raise ValueError(f'the view "curve" draws surfaces of 1 dimension, "{surface.name}" has {surface.dim} here')

    def page(self, record: Record, moving: bool = False) -> Page:
        """The curve beside the list of entrants."""
        from landscape.render import plane_pages

        return plane_pages.ball_on_curve(self, record, moving)

    def draw_into(self, ax: Axes, record: Record) -> list[Artist]:
        """The curve and the runs in `ax`."""
        from landscape.render import plane_pages

        return plane_pages.ball_into(self, ax, record)


@register("phase")
class Phase(View):
    """Position against velocity, for one coordinate: momentum makes a spiral, plain descent a line.

    The velocity is the step that led to a point. On a quadratic whose axes are the coordinates the dashed line is the
    way in which a critically damped heavy ball comes to rest, v = -x sqrt(eta lambda) / (1 - sqrt(eta lambda)).

    coordinate: which one, from 0.

    file: what it is saved as; the suffix makes it a still (.png .svg .pdf) or a movie (.mp4 .webm .gif .webp .apng
    .html). width, height: in pixels. seconds: how long a movie lasts; 6 to 12 by the number of steps where left out.
    pacing: which step it shows when, "even", "logarithmic", "arc_length" or "auto", which slows early steps where most
    happens early.
    theme: "light", "dark" or "print", the last in greys; language: of the captions, "en" or "zh" (Simplified Chinese).
    """

    file: str = "phase.png"
    width: Pixels = 1280
    height: Pixels = 720
    seconds: Seconds | None = None
    pacing: Pacing = "auto"
    theme: ThemeName = "light"
    language: Language = "en"
    coordinate: Whole = 0

    def check_surface(self, surface: Surface) -> None:
        """FieldError where the surface has not that coordinate."""
        check_coordinates(self, "coordinate", (self.coordinate,), surface)

    def page(self, record: Record, moving: bool = False) -> Page:
        """The phase plane beside the list of entrants."""
        from landscape.render import plane_pages

        return plane_pages.phase_page(self, record, moving)

    def draw_into(self, ax: Axes, record: Record) -> list[Artist]:
        """The phase plane in `ax`."""
        from landscape.render import plane_pages

        return plane_pages.phase_into(self, ax, record)


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
        from landscape.render import layouts

        return layouts.curves_page(self, record, moving, layouts.Wanted(self.quantity))

    def draw_into(self, ax: Axes, record: Record) -> list[Artist]:
        """The curves in `ax`."""
        from landscape.render import layouts

        return layouts.curves_into(ax, record, layouts.theme_of(self, record), layouts.Wanted(self.quantity))


def check_coordinates(view: View, field: str, coordinates: tuple[int, ...], surface: Surface) -> None:
    """FieldError where a surface has not all of some coordinates."""
    if max(coordinates) >= surface.dim:
        reason = f'must be below {surface.dim}, the dimension of "{surface.name}" here, got {max(coordinates)}'
        raise FieldError(view.name, field, reason)
