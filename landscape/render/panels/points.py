"""Choose which critical points a picture marks, and as what.

choice = choose(marked_points(record), record.surface, lambda points: inside(points, frame))
choice.marked["saddle"], choice.unmarked             # the points of a kind; how many of which kind go without a mark
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import numpy as np

from landscape.analysis.projections import Frame
from landscape.core.component import Array
from landscape.core.critical_points import CriticalPoint, Found
from landscape.core.surface import Surface
from landscape.record import Record
from landscape.render.panels.grids import brought, parts

# More critical points than this would drown the picture: then the minima alone are marked, and small. Of those that
# are degenerate, more than this are a line or an area of them, and no mark is drawn.
MANY_POINTS = 24
MOST_MINIMA = 200

# The kinds in the order in which they are drawn, the most important last.
KINDS = ("maximum", "saddle", "local minimum", "minimum")


@dataclasses.dataclass(frozen=True)
class Choice:
    """marked: the points to mark, by kind, in the order of drawing; unmarked: how many of each kind go without.

    small: whether they are so many that their marks are small.
    """

    marked: dict[str, list[CriticalPoint]]
    unmarked: dict[str, int]
    small: bool


def kind_of(point: CriticalPoint, lowest: float | None) -> str:
    """What a critical point is marked as: "minimum" for a global one, "local minimum", "saddle" or "maximum"."""
    if point.kind != "minimum":
        return point.kind
    if lowest is not None and point.value <= lowest + 1e-9 * max(1.0, abs(lowest)):
        return "minimum"
    return "local minimum"


def marked_points(record: Record) -> tuple[CriticalPoint, ...]:
    """The critical points of the surface, and those minima on its window's edge below which no run has descended."""
    surface = record.surface
    if not surface.edge_minima:
        return surface.critical_points
    reached = [float(np.min(np.nan_to_num(track.value, nan=np.inf), initial=np.inf)) for track in record.tracks]
    deepest = min(reached, default=np.inf)
    kept = [point for point in surface.edge_minima if deepest >= point.value - 1e-9 * max(1.0, abs(point.value))]
    return (*surface.critical_points, *kept)


def search_stopped(surface: Surface) -> bool:
    """Whether a search for critical points ended early, of the surface or of one that it is made of."""
    known = surface.critical_points
    return (isinstance(known, Found) and known.stopped) or any(
        brought(part) and search_stopped(part) for part in parts(surface)
    )


def beyond(frame: Frame, surface: Surface) -> bool:
    """Whether a picture is larger than the window, with which a long list of critical points ends."""
    return any(a < low or high < b for (a, b), (low, high) in zip(frame, surface.window, strict=True))


def sorted_out(points: tuple[CriticalPoint, ...]) -> tuple[list[CriticalPoint], dict[str, int]]:
    """The points without those kinds of which there is a line or an area, and how many of each kind those are."""
    crowd: dict[str, int] = {}
    for point in points:
        if point.degenerate:
            crowd[point.kind] = crowd.get(point.kind, 0) + 1
    crowd = {kind: count for kind, count in crowd.items() if count > MANY_POINTS}
    return [point for point in points if not (point.degenerate and point.kind in crowd)], crowd


def choose(points: tuple[CriticalPoint, ...], surface: Surface, within: Callable[[Array], Array]) -> Choice:
    """What to mark of some points of a surface; within: whether points (dim, n) are in the picture, (n,)."""
    seen = [point for point in points if within(point.point[:, None])[0]]
    shown, unmarked = sorted_out(tuple(seen))
    small = len(shown) > MANY_POINTS
    marked = {}
    lowest = surface.lowest  # looked for among all points
    for kind in KINDS:
        chosen = [point for point in shown if kind_of(point, lowest) == kind]
        left_out = len(chosen) if small and kind in ("maximum", "saddle") else max(0, len(chosen) - MOST_MINIMA)
        if left_out:
            counted = "minimum" if kind == "local minimum" else kind
            unmarked[counted] = unmarked.get(counted, 0) + left_out
        chosen = sorted(chosen, key=lambda point: point.value)[: len(chosen) - left_out]
        if chosen:
            marked[kind] = chosen
    return Choice(marked, unmarked, small)
