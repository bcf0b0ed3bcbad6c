"""Views of a landscape with more to see: "field", "inside", "multiples", "plane", "dashboard"."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Literal

import numpy as np
from annotated_types import Ge, Le

from landscape.component import FieldError, Real, Whole
from landscape.core import Surface
from landscape.render._registry import Pixels, Seconds, View, register
from landscape.render.line_views import check_coordinates
from landscape.render.series import Quantity
from landscape.render.theme import Language, Pacing, ThemeName
from landscape.render.views import Box, Levels, check_plane, check_quantity, check_window

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

    from landscape.record import Record
    from landscape.render.page import Page

Places = Annotated[int, Ge(1), Le(30)]


@register("field")
class Field(View):
    """The way down everywhere: the direction of the negative gradient over the landscape, with the runs.

    drawing: "streamlines", which follow the way down, or "arrows" of one length.
    window: ((lo, hi), (lo, hi)), the part of the landscape to show; where left out, the surface's own, grown by where
    the runs go. levels: about how many contour lines.

    file: what it is saved as; the suffix makes it a still (.png .svg .pdf) or a movie (.mp4 .webm .gif .webp .apng
    .html). width, height: in pixels. seconds: how long a movie lasts; 6 to 12 by the number of steps where left out.
    pacing: which step it shows when, "even", "logarithmic", "arc_length" or "auto", which slows early steps where most
    happens early.
    theme: "light", "dark" or "print", the last in greys; language: of the captions, "en" or "zh" (Simplified Chinese).
    """

    file: str = "field.png"
    width: Pixels = 1280
    height: Pixels = 720
    seconds: Seconds | None = None
    pacing: Pacing = "auto"
    theme: ThemeName = "light"
    language: Language = "en"
    window: Box = ()
    levels: Levels = 6
    drawing: Literal["streamlines", "arrows"] = "streamlines"

    def check_surface(self, surface: Surface) -> None:
        """ValueError where the surface has not two dimensions, or the window does not fit it."""
        check_plane(self, surface)
        check_window(self, self.window)

    def page(self, record: Record, moving: bool = False) -> Page:
        """The landscape with its flow beside the list of entrants."""
        from landscape.render import plane_pages

        return plane_pages.field_page(self, record, moving)

    def draw_into(self, ax: Axes, record: Record) -> list[Artist]:
        """The landscape, its flow and the trajectories in `ax`."""
        from landscape.render import plane_pages

        return plane_pages.field_into(self, ax, record)


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
        from landscape.render import insides

        return insides.inside_page(self, record, moving)

    def draw_into(self, ax: Axes, record: Record) -> list[Artist]:
        """The landscape, the run and the arrows in `ax`."""
        from landscape.render import insides

        return insides.inside_into(self, ax, record)


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
        from landscape.render import multiples

        return multiples.multiples(self, record, moving)

    def page_of(self, records: Sequence[Record]) -> Page:
        """A grid of several records' landscapes. ValueError where the view is by rate or by start."""
        from landscape.render import multiples

        return multiples.several(self, records)

    def draw_into(self, ax: Axes, record: Record) -> list[Artist]:
        """Nothing: several panels do not fit one Axes."""
        raise ValueError('the view "multiples" has several panels and needs a page of its own: leave ax out')


@register("plane")
class PlaneView(View):
    """A plane through a surface of many dimensions, with the runs as they look from above it.

    The page tells how well the plane does: the share of the runs' variance that lies in it, how far off it they are,
    and how wrong the loss in the plane is for them.

    by: "components", the two principal components of the runs about where the most successful one ended;
    "coordinates", the plane of two coordinates through that place; or "points", the plane through three points.
    coordinates: the two, from 0. points: the three; where left out, the ends of the two most successful entrants and
    where the first of them began. levels: about how many contour lines.

    file: what it is saved as; the suffix makes it a still (.png .svg .pdf) or a movie (.mp4 .webm .gif .webp .apng
    .html). width, height: in pixels. seconds: how long a movie lasts; 6 to 12 by the number of steps where left out.
    pacing: which step it shows when, "even", "logarithmic", "arc_length" or "auto", which slows early steps where most
    happens early.
    theme: "light", "dark" or "print", the last in greys; language: of the captions, "en" or "zh" (Simplified Chinese).
    Source: Li et al. 2018, "Visualizing the loss landscape of neural nets", section 7.
    """

    file: str = "plane.png"
    width: Pixels = 1280
    height: Pixels = 720
    seconds: Seconds | None = None
    pacing: Pacing = "auto"
    theme: ThemeName = "light"
    language: Language = "en"
    levels: Levels = 18
    by: Literal["components", "coordinates", "points"] = "components"
    coordinates: tuple[Whole, Whole] = (0, 1)
    points: tuple[tuple[Real, ...], ...] = ()

    def check_surface(self, surface: Surface) -> None:
        """ValueError where the surface has one dimension, or not these coordinates or points."""
        if surface.dim < 2:
            raise ValueError(f'the view "plane" needs 2 dimensions or more, "{surface.name}" has {surface.dim} here')
        check_coordinates(self, "coordinates", self.coordinates, surface)
        if self.coordinates[0] == self.coordinates[1]:
            raise FieldError(self.name, "coordinates", f"must be two different ones, got {list(self.coordinates)}")
        if self.points and (len(self.points) != 3 or any(len(point) != surface.dim for point in self.points)):
            reason = f"must be 3 points of {surface.dim} coordinates, got {len(self.points)}"
            raise FieldError(self.name, "points", reason)
        if self.points:
            first, second, third = (np.array(point) for point in self.points)
            sides = np.stack([second - first, third - first])
            if np.linalg.matrix_rank(sides, tol=1e-9 * float(np.abs(sides).max())) < 2:
                raise FieldError(self.name, "points", "must not lie on one line, as these three do")

    def page(self, record: Record, moving: bool = False) -> Page:
        """The plane beside the list of entrants and what it leaves out."""
        from landscape.render import plane_pages

        return plane_pages.plane_page(self, record, moving)

    def draw_into(self, ax: Axes, record: Record) -> list[Artist]:
        """The plane and the runs in `ax`."""
        from landscape.render import plane_pages

        return plane_pages.plane_into(self, ax, record)


@register("dashboard")
class Dashboard(View):
    """The landscape, the convergence, and below it the phase plane or the sharpness, on one page.

    below: "spectrum", the largest eigenvalue of the Hessian with its border, or "phase". quantity: of the upper curves,
    as in the view "convergence". coordinate: of the phase plane, from 0.
    window: ((lo, hi), (lo, hi)), the part of the landscape to show; where left out, the surface's own, grown by where
    the runs go. levels: about how many contour lines.

    file: what it is saved as; the suffix makes it a still (.png .svg .pdf) or a movie (.mp4 .webm .gif .webp .apng
    .html). width, height: in pixels. seconds: how long a movie lasts; 6 to 12 by the number of steps where left out.
    pacing: which step it shows when, "even", "logarithmic", "arc_length" or "auto", which slows early steps where most
    happens early.
    theme: "light", "dark" or "print", the last in greys; language: of the captions, "en" or "zh" (Simplified Chinese).
    """

    file: str = "dashboard.png"
    width: Pixels = 1280
    height: Pixels = 720
    seconds: Seconds | None = None
    pacing: Pacing = "auto"
    theme: ThemeName = "light"
    language: Language = "en"
    window: Box = ()
    levels: Levels = 14
    quantity: Quantity = "loss"
    below: Literal["spectrum", "phase"] = "spectrum"
    coordinate: Whole = 0

    def check_surface(self, surface: Surface) -> None:
        """ValueError where one of the panels cannot be had."""
        check_plane(self, surface)
        check_window(self, self.window)
        check_quantity(self, self.quantity, surface)
        check_coordinates(self, "coordinate", (self.coordinate,), surface)

    def page(self, record: Record, moving: bool = False) -> Page:
        """Landscape left, curves above the third panel right."""
        from landscape.render import grids

        return grids.dashboard(self, record, moving)

    def draw_into(self, ax: Axes, record: Record) -> list[Artist]:
        """Nothing: three panels do not fit one Axes."""
        raise ValueError('the view "dashboard" has three panels and needs a page of its own: leave ax out')
