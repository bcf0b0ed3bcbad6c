"""The view `plane`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from landscape.core.component import FieldError, Real, Whole
from landscape.core.surface import Surface
from landscape.i18n.texts import Language
from landscape.render.style.theme import Pacing, ThemeName
from landscape.render.views._base import Pixels, Seconds, View, register
from landscape.render.views._shared import Levels, check_coordinates

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

    from landscape.record import Record
    from landscape.render.pages.page import Page


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
        from landscape.render.pages import planes as plane_pages

        return plane_pages.plane_page(self, record, moving)

    def draw_into(self, ax: Axes, record: Record) -> list[Artist]:
        """The plane and the runs in `ax`."""
        from landscape.render.pages import planes as plane_pages

        return plane_pages.plane_into(self, ax, record)
