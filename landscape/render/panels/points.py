"""Choose which critical points a picture marks, and as what, and mark them.

choice = choose(marked_points(record), record.surface, lambda points: inside(points, frame))
choice.marked["saddle"], choice.unmarked             # the points of a kind; how many of which kind go without a mark
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patheffects import withStroke

from landscape.analysis.projections import Frame
from landscape.core.component import Array
from landscape.core.critical_points import CriticalPoint, Found
from landscape.core.surface import Surface
from landscape.record import Record
from landscape.render.panels.grids import brought, parts
from landscape.render.panels.trails import inside
from landscape.render.style import marks
from landscape.render.style.theme import Theme

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


def draw_critical_points(
    ax: Axes, record: Record, frame: Frame, judged: Frame, theme: Theme, unmarked: dict[str, int]
) -> list[str]:
    """Mark those in the frame; returns their kinds, and counts in `unmarked` those that are too many.

    judged: the frame in which they are counted, larger than the other where that shows a part of a landscape again.
    """
    choice = choose(marked_points(record), record.surface, lambda place: inside(place, judged))
    unmarked.update(choice.unmarked)
    kinds = []
    for kind, chosen in choice.marked.items():
        seen = [point for point in chosen if inside(point.point[:, None], frame)[0]]
        if not seen:
            continue
        kinds.append(kind)
        if kind == "saddle":
            for point in seen:
                _draw_unstable(ax, record.surface, point, theme)
        places = np.array([point.point for point in seen]).T
        for marker in marks.ground(kind, theme, choice.small):
            ax.add_artist(marks.marked(places[0], places[1], marker, transform=ax.transData, gid=kind, zorder=3.3))
    return kinds


def _draw_unstable(ax: Axes, surface: Surface, point: CriticalPoint, theme: Theme) -> None:
    """A short tick along the direction in which a saddle falls fastest; none where no eigenvalue is below 0."""
    eigenvalues, vectors = np.linalg.eigh(surface.hessian(point.point))
    if eigenvalues[0] >= -1e-9 * max(1.0, float(np.abs(eigenvalues).max())):
        return
    figure = ax.get_figure(root=True)
    assert figure is not None
    here = ax.transData.transform(point.point)
    along = ax.transData.transform(point.point + 1e-3 * vectors[:, 0]) - here
    reach = along / np.hypot(*along) * 1.7 * theme.saddle * figure.dpi / 72.0
    ends = ax.transData.inverted().transform([here - reach, here + reach])
    tick = Line2D(*ends.T, color=theme.mark, linewidth=2.2, solid_capstyle="round", zorder=3.2)
    tick.set_path_effects([withStroke(linewidth=4.4, foreground=theme.outline, alpha=0.75)])
    tick.set_gid("unstable")
    ax.add_artist(tick)
