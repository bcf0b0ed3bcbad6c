"""The view "phase": position against velocity, for one coordinate."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from landscape import i18n
from landscape.analysis import projections
from landscape.analysis.projections import Frame
from landscape.analysis.theory import eigenvalues, rule_of
from landscape.core.component import Whole
from landscape.core.surface import Surface
from landscape.render.panels.points import kind_of, sorted_out
from landscape.render.views._base import View, register
from landscape.render.views._shared import check_coordinates, coordinate_name

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

    from landscape.record import Record, Track
    from landscape.render.pages.page import Page
    from landscape.render.pages.planes import Plane
    from landscape.render.panels.land import Land
    from landscape.render.style.theme import Theme


@register("phase")
class Phase(View):
    """Position against velocity, for one coordinate: momentum makes a spiral, plain descent a line.

    The velocity is the step that led to a point. On a quadratic whose axes are the coordinates the dashed line is the
    way in which a critically damped heavy ball comes to rest, v = -x sqrt(eta lambda) / (1 - sqrt(eta lambda)).

    coordinate: which one, from 0.
    """

    use = "One coordinate as an oscillator: whether momentum is too weak, critical or too strong."

    file: str = "phase.png"
    coordinate: Whole = 0

    def check_surface(self, surface: Surface) -> None:
        """FieldError where the surface has not that coordinate."""
        check_coordinates(self, "coordinate", (self.coordinate,), surface)

    def page(self, record: Record, moving: bool = False) -> Page:
        """The phase plane beside the list of entrants."""
        from landscape.render.pages.planes import beside_list, notes_below

        page, top = self.begin(record, moving)
        theme = page.sheet.theme
        column = beside_list(page, top, phase_plane(record, self.coordinate, theme), rate=True, least=270.0)
        formulas = dampings(record, self.coordinate).values()
        if formulas:
            lines = [i18n.say(theme.language, "critical damping"), *formulas]
            notes_below(page.sheet, column, [(line, theme.quiet) for line in lines])
        return page

    def draw_into(self, ax: Axes, record: Record) -> list[Artist]:
        """The phase plane in `ax`, with matplotlib's legend."""
        from landscape.render.pages.legend import legend
        from landscape.render.pages.placing import added
        from landscape.render.pages.planes import label_axes, land_into

        before, theme = set(ax.get_children()), self.theme_for(record)
        land = land_into(ax, phase_plane(record, self.coordinate, theme)._replace(labels=()), theme)
        label_axes(land, *phase_labels(record, self.coordinate, theme))
        legend(ax, record, theme)
        return added(ax, before)


def phase_plane(record: Record, coordinate: int, theme: Theme) -> Plane:
    """The phase plane of a coordinate, as a panel."""
    from landscape.render.pages.planes import Plane

    seen, frame = phase_frame(record, coordinate)
    position, velocity = phase_labels(record, coordinate, theme)

    def ground(land: Land) -> None:
        draw_rest(land, record, coordinate, theme)

    return Plane(seen, frame, None, (velocity,), labels=(position, ""), ground=ground)


def phase_frame(record: Record, coordinate: int) -> tuple[Record, Frame]:
    """(the record in the phase plane, the part of that plane to show)."""
    seen = projections.phase(record, coordinate)
    low, high = record.surface.window[coordinate]
    wide = 0.5 * (high - low)
    (x0, x1), (y0, y1) = projections.reach(seen, ((low - wide, high + wide), (-1.0, 1.0)))
    # rest is in sight
    return seen, ((x0, x1), (min(y0, -0.12 * (y1 - y0)), max(y1, 0.12 * (y1 - y0))))


def phase_labels(record: Record, coordinate: int, theme: Theme) -> tuple[str, str]:
    """The names of the two axes."""
    name = coordinate_name(record, coordinate)
    position = i18n.say(theme.language, "position {name}", name=name)
    return position, i18n.say(theme.language, "velocity of {name}, a step", name=name)


def draw_rest(land: Land, record: Record, coordinate: int, theme: Theme) -> None:
    """The line of rest, the minima on it, and the ways of critical damping."""
    from landscape.render.pages.planes import mark_points

    (x0, x1), _ = land.frame
    land.ax.axhline(0.0, color=theme.quiet, linewidth=1.2, zorder=1)
    lowest, minima = record.surface.lowest, sorted_out(record.surface.minima)[0][:40]
    for kind in ("local minimum", "minimum"):
        for point in minima:
            if kind_of(point, lowest) == kind and x0 <= point.point[coordinate] <= x1:
                mark_points(land, [point.point[coordinate]], [0.0], kind, theme)
                land.marks.append(kind)
    for slope in dampings(record, coordinate):
        rest = float(record.surface.minima[0].point[coordinate])
        (line,) = land.ax.plot([x0, x1], [slope * (x0 - rest), slope * (x1 - rest)], color=theme.quiet, linewidth=1.8,
                               linestyle=(0, (6.0, 3.0)), zorder=2)  # fmt: skip
        line.set_gid("damping")
    land.ax.set(xlim=land.frame[0], ylim=land.frame[1])


def dampings(record: Record, coordinate: int) -> dict[float, str]:
    """Slope -> formula of the ways to rest with critical damping; none where there would be more than two."""
    found = [_damped(record, track, coordinate) for track in record.tracks]
    slopes = dict(each for each in found if each is not None)
    return slopes if len(slopes) <= 2 else {}


def _damped(record: Record, track: Track, coordinate: int) -> tuple[float, str] | None:
    """(slope, formula) of the way to rest of a heavy ball with critical damping; None where it has none.

    Source: Goh 2017, "Why momentum really works": beta = (1 - sqrt(eta lambda))^2 gives the double root 1 - sqrt(eta
    lambda).
    """
    rule = rule_of(track)
    if rule is None or rule.name != "momentum" or record.noise is not None or eigenvalues(record.surface) is None:
        return None
    row = np.asarray(record.surface.hessian(record.surface.minima[0].point))[coordinate]
    if np.abs(np.delete(row, coordinate)).max(initial=0.0) > 1e-12 * abs(row[coordinate]):
        return None
    root = math.sqrt(rule.eta * float(row[coordinate]))
    return None if not 0.0 < root < 1.0 else (-root / (1.0 - root), f"β = (1−√(ηλ))² = {i18n.number((1 - root) ** 2)}")
