"""The views: what a scenario's `[[views]]` rows name, with the rows' keys as fields."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from annotated_types import Ge, Le

from landscape.component import FieldError, Real, Share, Whole
from landscape.core import Surface
from landscape.render._registry import Pixels, Seconds, View, register
from landscape.render.series import Against, Quantity
from landscape.render.theme import Language, Pacing, ThemeName

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

    from landscape.record import Record
    from landscape.render.page import Page

Box = tuple[tuple[Real, ...], ...]
Levels = Annotated[int, Ge(2), Le(60)]
Quantiles = tuple[Share, Share]


@register("contour")
class Contour(View):
    """The trajectories on the landscape, seen from above, with a list of who they are.

    window: ((lo, hi), (lo, hi)), the part of the landscape to show; where left out, the surface's own, grown by where
    the runs go. levels: about how many contour lines.

    file: what it is saved as; the suffix makes it a still (.png .svg .pdf) or a movie (.mp4 .webm .gif .webp .apng
    .html). width, height: in pixels. seconds: how long a movie lasts; 6 to 12 by the number of steps where left out.
    pacing: which step it shows when, "even", "logarithmic", "arc_length" or "auto", which slows early steps where most
    happens early.
    theme: "light", "dark" or "print", the last in greys; language: of the captions, "en" or "zh" (Simplified Chinese).
    """

    file: str = "contour.png"
    width: Pixels = 1280
    height: Pixels = 720
    seconds: Seconds | None = None
    pacing: Pacing = "auto"
    theme: ThemeName = "light"
    language: Language = "en"
    window: Box = ()
    levels: Levels = 18

    def check_surface(self, surface: Surface) -> None:
        """ValueError where the surface has not two dimensions, or the window does not fit it."""
        check_plane(self, surface)
        check_window(self, self.window)

    def page(self, record: Record, moving: bool = False) -> Page:
        """The landscape beside the list of entrants."""
        from landscape.render import layouts

        return layouts.contour(self, record, moving)

    def draw_into(self, ax: Axes, record: Record) -> list[Artist]:
        """The landscape and the trajectories in `ax`."""
        from landscape.render import layouts

        return layouts.contour_into(self, ax, record)


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
        check_curves(self, surface)

    def page(self, record: Record, moving: bool = False) -> Page:
        """One panel with a label at the end of each curve."""
        from landscape.render import layouts

        return layouts.convergence(self, record, moving)

    def draw_into(self, ax: Axes, record: Record) -> list[Artist]:
        """The curves in `ax`."""
        from landscape.render import layouts

        return layouts.convergence_into(self, ax, record)


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
        check_curves(self, surface)

    def page(self, record: Record, moving: bool = False) -> Page:
        """Landscape left, curves right."""
        from landscape.render import layouts

        return layouts.race(self, record, moving)

    def draw_into(self, ax: Axes, record: Record) -> list[Artist]:
        """Nothing: two panels do not fit one Axes."""
        raise ValueError('the view "race" has two panels and needs a page of its own: leave ax out')


def check_plane(view: View, surface: Surface) -> None:
    """ValueError where a view of a landscape is asked of a surface that has not two dimensions."""
    if surface.dim != 2:
        raise ValueError(
            f'the view "{view.name}" draws surfaces of 2 dimensions, "{surface.name}" has {surface.dim} here; '
            'the view "convergence" draws any, "plane" those of more, "curve" those of 1'
        )


def check_window(view: View, window: Box) -> None:
    """FieldError where a window is not two pairs of numbers."""
    if window and (len(window) != 2 or any(len(pair) != 2 or pair[0] >= pair[1] for pair in window)):
        raise FieldError(view.name, "window", f"needs 2 pairs (low, high) with low < high, got {list(window)}")


def check_quantity(view: View, quantity: str, surface: Surface) -> None:
    """FieldError where a quantity rests on what the surface does not have."""
    if quantity == "gap" and surface.lowest is None:
        raise FieldError(view.name, "quantity", f'cannot be "gap": "{surface.name}" has no known lowest loss')
    if quantity == "distance" and not surface.minima:
        raise FieldError(view.name, "quantity", f'cannot be "distance": "{surface.name}" has no known minimum')


def check_curves(view: Convergence | Race, surface: Surface) -> None:
    """FieldError where the curves rest on what the surface does not have."""
    check_quantity(view, view.quantity, surface)
    if view.coordinate is not None and view.coordinate >= surface.dim:
        reason = f"must be below {surface.dim}, the dimension of the surface, got {view.coordinate}"
        raise FieldError(view.name, "coordinate", reason)
    low, high = view.quantiles
    if not low < high < 1.0:
        raise FieldError(view.name, "quantiles", f"must be (low, high) with low < high < 1, got {view.quantiles}")
