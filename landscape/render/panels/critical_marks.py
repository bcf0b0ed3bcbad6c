"""Mark the critical points of a surface on its landscape."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patheffects import withStroke

from landscape.analysis.projections import Frame
from landscape.core.critical_points import CriticalPoint
from landscape.core.surface import Surface
from landscape.record import Record
from landscape.render.panels import points
from landscape.render.panels.trails import inside
from landscape.render.style import marks
from landscape.render.style.theme import Theme


def draw_critical_points(
    ax: Axes, record: Record, frame: Frame, judged: Frame, theme: Theme, unmarked: dict[str, int]
) -> list[str]:
    """Mark those in the frame; returns their kinds, and counts in `unmarked` those that are too many.

    judged: the frame in which they are counted, larger than the other where that shows a part of a landscape again.
    """
    choice = points.choose(points.marked_points(record), record.surface, lambda place: inside(place, judged))
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
