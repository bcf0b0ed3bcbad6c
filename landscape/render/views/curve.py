"""The view "curve": a surface of one dimension as a curve, with the runs on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from landscape import i18n
from landscape.analysis import projections
from landscape.analysis.projections import Frame
from landscape.core.component import Array
from landscape.core.surface import Surface
from landscape.render.panels.points import choose, marked_points
from landscape.render.text import captions as words
from landscape.render.views._base import View, register
from landscape.render.views._shared import coordinate_name

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

    from landscape.record import Record
    from landscape.render.pages.page import Page
    from landscape.render.pages.planes import Plane
    from landscape.render.panels.land import Land
    from landscape.render.style.theme import Theme


@register("curve")
class CurveView(View):
    """A surface of one dimension as a curve, with each run as a ball on it and its trail."""

    use = "Runs on a function of one coordinate."

    file: str = "curve.png"

    def check_surface(self, surface: Surface) -> None:
        """ValueError where the surface has more than one dimension."""
        if surface.dim != 1:
            raise ValueError(f'the view "curve" draws surfaces of 1 dimension, "{surface.name}" has {surface.dim} here')

    def page(self, record: Record, moving: bool = False) -> Page:
        """The curve beside the list of entrants."""
        from landscape.render.pages.planes import beside_list

        page, top = self.begin(record, moving)
        beside_list(page, top, _plane(record, page.sheet.theme), rate=True)
        return page

    def draw_into(self, ax: Axes, record: Record) -> list[Artist]:
        """The curve and the runs in `ax`, with matplotlib's legend."""
        from landscape.render.pages.legend import legend
        from landscape.render.pages.placing import added
        from landscape.render.pages.planes import label_axes, land_into

        before, theme = set(ax.get_children()), self.theme_for(record)
        plane = _plane(record, theme)
        land = land_into(ax, plane._replace(labels=()), theme)
        label_axes(land, coordinate_name(record, 0), words.short_name("loss", theme.language))
        legend(ax, record, theme)
        return added(ax, before)


def _plane(record: Record, theme: Theme) -> Plane:
    """The loss over the coordinate, with the runs on it."""
    from landscape.render.pages.planes import Plane

    seen, frame = _frame(record)
    name, loss = words.surface_name(record.surface, theme.language), words.short_name("loss", theme.language)
    heads: tuple[str, ...] = i18n.say(theme.language, "loss on the curve of {name}", name=name), loss
    if record.surface.name == "expression" and not record.surface.title:
        heads = heads[1:]  # it has no name

    def ground(land: Land) -> None:
        _draw_curve(land, record, theme)

    return Plane(seen, frame, None, heads, labels=(coordinate_name(record, 0), ""), ground=ground)


def _frame(record: Record) -> tuple[Record, Frame]:
    """(the record on the curve, the part of the plane to show): the window, the starts, and the runs that stay near."""
    seen = projections.on_curve(record)
    low, high = record.surface.window[0]
    wide = 0.5 * (high - low)
    (x0, x1), _ = projections.reach(seen, ((low - wide, high + wide), (-1.0, 1.0)))
    starts = record.starts[0]
    pad = 0.05 * (max(high, float(starts.max())) - min(low, float(starts.min())))
    x0 = min(x0, low, float(starts.min()) - pad * (starts.min() < low))
    x1 = max(x1, high, float(starts.max()) + pad * (starts.max() > high))
    _, y = _sampled(record, (x0, x1))
    known = y[np.isfinite(y)]
    bottom, top = (float(known.min()), float(known.max())) if known.size else (0.0, 1.0)
    pad = 0.08 * (top - bottom) or 1.0
    return seen, ((x0, x1), (bottom - pad, top + pad))


def _sampled(record: Record, side: tuple[float, float]) -> tuple[Array, Array]:
    x = np.linspace(*side, 2001)
    with np.errstate(all="ignore"):
        return x, np.asarray(record.surface.value(x[None]), dtype=np.float64)


def _draw_curve(land: Land, record: Record, theme: Theme) -> None:
    """The curve with its ground below, and its critical points."""
    from landscape.render.pages.planes import mark_points

    x, y = _sampled(record, land.frame[0])
    (line,) = land.ax.plot(x, y, color=theme.line, linewidth=1.5 * theme.trail, zorder=2.5)
    line.set_gid("surface")
    land.ax.fill_between(x, y, land.frame[1][0], color=theme.ramp[2], alpha=0.35, linewidth=0, zorder=1)
    land.ax.set(xlim=land.frame[0], ylim=land.frame[1])
    low, high = land.frame[0]
    choice = choose(marked_points(record), record.surface, lambda place: (low <= place[0]) & (place[0] <= high))
    land.unmarked = choice.unmarked
    for kind, chosen in choice.marked.items():
        land.marks.append(kind)
        places, values = [point.point[0] for point in chosen], [point.value for point in chosen]
        mark_points(land, places, values, kind, theme, choice.small)
