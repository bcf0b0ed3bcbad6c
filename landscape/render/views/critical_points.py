"""The view "critical_points": the index of critical points against their loss."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import numpy as np
from annotated_types import Ge, Le

from landscape import i18n
from landscape.analysis import projections
from landscape.analysis.projections import Frame
from landscape.core.critical_points import CriticalPoint
from landscape.core.finder import find_critical_points
from landscape.core.surface import Surface
from landscape.render.panels.points import kind_of
from landscape.render.text import captions as words
from landscape.render.views._base import View, register

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

    from landscape.record import Record
    from landscape.render.pages.page import Page
    from landscape.render.pages.planes import Plane
    from landscape.render.panels.land import Land
    from landscape.render.style.theme import Theme

MOST = 100  # coordinates
LISTED = 2  # dimensions, up to which surfaces list their points
ENOUGH, FAR = 8, 4.0  # critical points that say where the picture ends: so many times their range beyond them
MANY = 60  # critical points, whose marks are small


@register("critical_points")
class CriticalPoints(View):
    """Critical points of any number of dimensions: how many directions lead down, against the loss; with the runs.

    In high dimensions nearly all critical points are saddles, and the lower one is, the fewer directions lead down
    from it: the minima lie near the bottom. In more than two dimensions they are searched in the window
    (`landscape.find_critical_points`), and only some of many are found; in two the surface's own are drawn. Each run is
    drawn at its loss and at the number of negative eigenvalues of the Hessian where it is.

    starts: how many searches there are in more than two dimensions.

    Source: Dauphin et al. 2014, "Identifying and attacking the saddle point problem in high-dimensional non-convex
    optimization", arXiv:1406.2572, figure 1.
    """

    use = "Which saddles and minima runs pass in many dimensions, where no map can be drawn."

    file: str = "critical_points.png"
    starts: Annotated[int, Ge(1), Le(100_000)] = 200

    def check_surface(self, surface: Surface) -> None:
        """ValueError for a surface of more dimensions than Hessians can be taken of at many points."""
        if surface.dim > MOST:
            raise ValueError(
                f'the view "critical_points" draws surfaces of up to {MOST} dimensions, "{surface.name}" has '
                f"{surface.dim} here"
            )

    def page(self, record: Record, moving: bool = False) -> Page:
        """The critical points and the runs beside the list of entrants."""
        from landscape.render.pages.planes import beside_list, notes_below

        page, top = self.begin(record, moving)
        theme = page.sheet.theme
        found = self._found(record)
        plane = _plane(record, found, theme)
        column = beside_list(page, top, plane, rate=True, least=250.0)
        lines = _counts(found, self._searches(record), theme)
        if outside := _ends_outside(plane):
            lines.append(i18n.say(theme.language, "ends outside of the picture: {n}", n=outside))
        notes_below(page.sheet, column, [(line, theme.quiet) for line in lines])
        return page

    def draw_into(self, ax: Axes, record: Record) -> list[Artist]:
        """The critical points and the runs in `ax`, with matplotlib's legend."""
        from landscape.render.pages.legend import key_into, legend
        from landscape.render.pages.placing import added
        from landscape.render.pages.planes import label_axes, land_into

        before, theme = set(ax.get_children()), self.theme_for(record)
        land = land_into(ax, _plane(record, self._found(record), theme)._replace(labels=()), theme)
        label_axes(land, *_labels(record, theme))
        legend(ax, record, theme)
        key_into(ax, land)
        return added(ax, before)

    def _searches(self, record: Record) -> int:
        return 0 if record.surface.dim <= LISTED else self.starts

    def _found(self, record: Record) -> tuple[CriticalPoint, ...]:
        if record.surface.dim <= LISTED:
            return record.surface.critical_points
        return find_critical_points(record.surface, starts=self.starts)


def _plane(record: Record, found: tuple[CriticalPoint, ...], theme: Theme) -> Plane:
    """The number of directions that lead down over the loss, with the runs."""
    from landscape.render.pages.planes import Plane, mark_points
    from landscape.render.style import axes

    lowest = record.surface.lowest
    places: dict[str, list[tuple[float, int]]] = {"saddle": [], "local minimum": [], "minimum": [], "maximum": []}
    for point in found:
        index = 0 if point.kink else record.surface.saddle_index(point.point)
        places[kind_of(point, lowest)].append((point.value, index))
    seen = projections.by_index(record)

    def ground(land: Land) -> None:
        axes.even_ticks(land.ax, "y", *land.frame[1], whole=True)
        for kind, some in places.items():
            if some:
                land.marks.append(kind)
                losses, indices = map(list, zip(*some, strict=True))
                mark_points(land, losses, indices, kind, theme, small=len(found) > MANY)

    loss, down = _labels(record, theme)
    top = max((index for some in places.values() for _, index in some), default=0)
    return Plane(seen, _frame(seen, found, top), None, (down,), labels=(loss, ""), ground=ground)


def _frame(seen: Record, found: tuple[CriticalPoint, ...], top: int) -> Frame:
    """The losses of the critical points, of starts and of ends; and the indices to the highest of them.

    Runs are not followed far beyond the critical points and, where those are few, the starts: one that falls without
    end does not set the axis for all.
    """
    kept = [track.params[[0, -1]][:, :, track.status != "diverged"] for track in seen.tracks]
    places = np.concatenate(
        [each.transpose(1, 0, 2).reshape(2, -1) for each in kept] + [track.params[0] for track in seen.tracks], axis=1
    )
    known = np.array([point.value for point in found])
    near = known if len(known) >= ENOUGH else np.concatenate([known, *(track.params[0][0] for track in seen.tracks)])
    near = near[np.isfinite(near)]
    if near.size and np.ptp(near) > 0.0:
        size = FAR * np.ptp(near)
        places = places[:, (places[0] > near.min() - size) & (places[0] < near.max() + size)]
    losses = np.concatenate([known, places[0]])
    losses = losses[np.isfinite(losses)]
    if not losses.size:
        return projections.reach(seen)
    low, high, top = float(losses.min()), float(losses.max()), int(max(top, 1, places[1].max(initial=0.0)))
    pad = 0.08 * (high - low) or max(abs(high), 1.0) * 0.5
    return (low - pad, high + pad), (-0.06 * top - 0.3, 1.06 * top + 0.3)


def _ends_outside(plane: Plane) -> int:
    """How many runs that have not diverged end out of sight."""
    (low, high), _ = plane.window
    ends = [track.params[-1, 0, track.status != "diverged"] for track in plane.record.tracks]
    return sum(int(np.count_nonzero(~((each >= low) & (each <= high)))) for each in ends)


def _labels(record: Record, theme: Theme) -> tuple[str, str]:
    """The names of the two axes."""
    down = i18n.say(theme.language, "directions that lead down, of {dim}", dim=record.surface.dim)
    return words.short_name("loss", theme.language), down


def _counts(found: tuple[CriticalPoint, ...], searches: int, theme: Theme) -> list[str]:
    """How many points of each kind there are, and in how many searches they were found."""
    kinds = [point.kind for point in found]
    lines = [
        i18n.say(theme.language, "minima: {n}", n=kinds.count("minimum")),
        i18n.say(theme.language, "saddles: {n}", n=kinds.count("saddle")),
        i18n.say(theme.language, "maxima: {n}", n=kinds.count("maximum")),
    ]
    if searches:
        lines += [
            i18n.say(theme.language, "found in {n} searches,", n=searches),
            i18n.say(theme.language, "there may be more"),
        ]
    return lines
