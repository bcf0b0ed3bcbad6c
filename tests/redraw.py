"""Draw one frame of a movie anew, the slow way: the reference for the quick way.

    far = np.abs(redrawn(movie, step).astype(int) - shot.pixels) > 8

Everything is put on a page of its own as matplotlib's own artists and drawn once: no layers, no dirty boxes, no pieces.
"""

from __future__ import annotations

import math

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path
from matplotlib.transforms import Affine2D, IdentityTransform

from landscape.core.component import Array
from landscape.render.canvas.canvas import Pixels, pixels_of
from landscape.render.canvas.settings import own_settings
from landscape.render.movie.movie import Movie
from landscape.render.panels.curves import Curves
from landscape.render.panels.inside import Insides
from landscape.render.panels.land import Land
from landscape.render.panels.rows import Rows, between
from landscape.render.panels.trail_painter import TAPER
from landscape.render.panels.trails import Bundle, thin_alpha
from landscape.render.style import marks
from landscape.render.style.marks import MarkerStyle
from landscape.render.style.theme import COMET_STEPS, Dashes, Theme

FLAT = IdentityTransform()


@own_settings()
def redrawn(movie: Movie, step: float) -> Pixels:
    """The frame of a step, (height, width, 4) uint8."""
    page = movie.view.page(movie.record, moving=True)
    theme = page.sheet.theme
    page.caption.set_text(page.sheet.cut(movie.caption(step), page.caption_room, theme.label))
    if page.counter is not None:
        page.counter.set_text(str(int(step)))
    for when, text in page.sheet.later:
        text.set_visible(when <= step)
    for panel in page.all_panels:
        REDRAW[type(panel)](panel, page.figure, step)
    page.sheet.canvas.draw()  # type: ignore[no-untyped-call]
    return pixels_of(page.sheet.canvas.get_renderer())  # type: ignore[no-untyped-call]


def _land(land: Land, figure: Figure, step: float) -> None:
    theme = land.theme
    for bundle in land.bundles:
        if bundle.thin.size:
            _thin(land, bundle, theme, step)
    paths = [(bundle, run, *_path(land, bundle, run, step)) for bundle, run in land.in_order()]
    weights = [land.weight(bundle, run) for bundle, run, *_ in paths]
    for weight in sorted(set(weights)):
        # all in one shape: casings that cross are no brighter there
        together = [path for (*_, path, _), own in zip(paths, weights, strict=True) if own == weight]
        casings = PathPatch(
            Path.make_compound_path(*map(Path, together)), transform=FLAT, fill=False, edgecolor=theme.halo, alpha=0.9,
            linewidth=weight * theme.casing, zorder=4.0, snap=False, capstyle="round", joinstyle="round",
        )  # fmt: skip
        casings.set_clip_box(land.ax.bbox)
        land.ax.add_artist(casings)
    above = {number: order for order, number in enumerate(land.heads())}
    for number, (bundle, run, path, comet) in enumerate(paths):
        weight, color = weights[number], bundle.style.color
        _line(land.ax, path, color, weight * theme.trail, 4.1 + 1e-4 * number, dashes=bundle.style.dashes)
        order = 5.5 + 1e-3 * number
        _line(land.ax, comet[len(comet) // 2 :], theme.halo, theme.casing + theme.comet - theme.trail, order, 0.9)
        cuts = np.linspace(0, len(comet) - 1, TAPER + 1).round().astype(int)
        for part in range(TAPER):
            width = theme.trail + (theme.comet - theme.trail) * (part + 1) / TAPER
            _line(land.ax, comet[cuts[part] : cuts[part + 1] + 1], color, width, order + 1e-4)
        gone = bundle.track.status[run] == "diverged" and step >= bundle.track.stopped[run]
        head = marks.cross(color, theme) if gone else marks.head(bundle.style, theme, theme.head)
        _head(figure, head, path[-1], 10.0 + 1e-3 * above[number], land.ax)
    for departure in land.departures():
        for artist in departure.artists:
            artist.set_visible(departure.step <= step)


def _thin(land: Land, bundle: Bundle, theme: Theme, step: float) -> None:
    rows = Rows(bundle.track)
    row, _ = rows.at(step)
    points = bundle.track.params[:, :, bundle.thin].transpose(0, 2, 1)
    here = between(points, rows, step)[None]
    places = np.concatenate([points[: row + 1], here]).transpose(1, 0, 2)
    lines = LineCollection(
        list(places), colors=bundle.style.color, linewidths=theme.thin, zorder=3, capstyle="butt",
        alpha=thin_alpha(bundle, len(land.bundles)), joinstyle="round", snap=False,
    )  # fmt: skip
    land.ax.add_collection(lines, autolim=False)
    for place in land.ax.transData.transform(here[0]):
        _head(land.ax.get_figure(root=True), land.dot(bundle), place, 9.0, land.ax)


def _curves(curves: Curves, figure: Figure, step: float) -> None:
    theme = curves.theme
    x0, y0, x1, y1 = curves.ax.bbox.extents
    x = math.floor(curves.ax.transData.transform((step, curves.scale.high))[0])
    right = x1 if step >= curves.record.steps else min(x, x1)
    until = Rectangle((x0, y0), max(right - x0, 0.0), y1 - y0, transform=FLAT)
    for artist in curves.draw_lines():
        artist.set_clip_path(until)
    for at, marker in curves.draw_leavers():
        marker.set_visible(at <= step)
    for curve in curves.curves:
        head = marks.head(curve.style, theme, theme.head - 2.0)
        for values, end in zip(curves.lines(curve).T, curves.ends(curve), strict=True):
            if end.kind == "head" or step <= end.step:
                place = between(curves.places(curve, values), Rows(curve.track), step)
                _head(figure, head, place, 10.0, None)


def _insides(panel: Insides, figure: Figure, step: float) -> None:
    for number, artist in enumerate(panel.artists_at(step)):
        artist.set_zorder(20.0 + number)
        panel.ax.add_artist(artist)


REDRAW = {Land: _land, Curves: _curves, Insides: _insides}


def _path(land: Land, bundle: Bundle, run: int, step: float) -> tuple[Array, Array]:
    """(the places up to a step, those of the comet), in pixels."""
    rows = Rows(bundle.track)
    places = land.drawn_places(bundle, run)
    begin = max(0.0, step - COMET_STEPS)
    (first, _), (last, _) = rows.at(begin), rows.at(step)
    here = between(places, rows, step)[None]
    path = np.concatenate([places[: last + 1], here])
    return path, np.concatenate([between(places, rows, begin)[None], places[first + 1 : last + 1], here])


def _line(
    ax: Axes, path: Array, color: str, width: float, order: float, alpha: float = 1.0, dashes: Dashes = "solid"
) -> None:
    line = Line2D(*path.T, color=color, linewidth=width, alpha=alpha, zorder=order, transform=FLAT, linestyle=dashes,
                  solid_capstyle="round", solid_joinstyle="round", snap=False)  # fmt: skip
    line.set_clip_box(ax.bbox)
    ax.add_artist(line)


def _head(figure: Figure | None, marker: MarkerStyle, place: Array, order: float, panel: Axes | None) -> None:
    """A marker where it is in the panel."""
    assert figure is not None
    if panel is not None:
        x0, y0, x1, y1 = panel.bbox.extents
        if not (x0 - 1.0 <= place[0] <= x1 + 1.0 and y0 - 1.0 <= place[1] <= y1 + 1.0):
            return
    shape = marks.outline(marker, figure.dpi).transformed(Affine2D().translate(*place))
    figure.add_artist(PathPatch(
        shape, transform=FLAT, facecolor=marker.color, edgecolor=marker.edge, linewidth=marker.rim, zorder=order,
        snap=False, capstyle="butt", joinstyle="miter",
    ))  # fmt: skip
