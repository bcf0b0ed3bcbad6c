"""Paint the two panels of a movie, frame by frame: `advance` what stays, then `paint` what moves.

Steps never fall. A trail goes onto the ground piece by piece, once it is older than the comet; a curve only grows to
the right, so that the finished panel is uncovered from left to right.
"""

from __future__ import annotations

import math

import numpy as np
from matplotlib.backend_bases import GraphicsContextBase
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.path import Path
from matplotlib.transforms import IdentityTransform

from landscape.component import Array
from landscape.record import Track
from landscape.render import marks
from landscape.render.curves import Curve, Curves
from landscape.render.land import Land, thin_alpha
from landscape.render.marks import Look
from landscape.render.stage import Patch, Pixels, Stage
from landscape.render.theme import COMET_STEPS
from landscape.render.trails import Bundle, row_at

PIECE = 3.0  # pixels: shorter pieces of a trail wait, or their soft ends would add up to a bold line
MOST_WAITING = 200  # rows
TAPER = 4  # parts of a comet, each wider than the one behind it
FLAT = IdentityTransform()


class LandPainter:
    """Trails with their comets, heads, and the marks of runs that have left."""

    def __init__(self, land: Land, stage: Stage) -> None:
        self._stage = stage
        self._trails: list[ThinTrails | FullTrail] = [
            ThinTrails(land, bundle, stage) for bundle in land.bundles if bundle.thin.size
        ]
        self._trails += [FullTrail(land, bundle, run, stage) for bundle, run in land.in_order()]
        self._starts = np.asarray(land.ax.transData.transform(land.starts.T))
        self._start_looks = land.start_looks
        self._waiting = land.departures()
        self._left: list[Patch] = []

    def advance(self, step: float) -> None:
        """What stays after `step`."""
        for trail in self._trails:
            trail.advance(step)
        while self._waiting and self._waiting[0].step <= step:
            artists = self._waiting.pop(0).artists
            for artist in artists:
                artist.set_visible(True)
            self._left.append(self._stage.patch(list(artists)))

    def paint(self, step: float) -> None:
        """What moves, at `step`."""
        for trail in self._trails:
            trail.paint(step)
        for look in self._start_looks:
            self._stage.stamps(look, self._starts)
        for trail in self._trails:
            trail.paint_head(step)
        for patch in self._left:
            self._stage.lay(patch)


class FullTrail:
    """One run: a trail in its casing, a comet over the last steps, and the head."""

    def __init__(self, land: Land, bundle: Bundle, run: int, stage: Stage) -> None:
        theme, style = stage.theme, bundle.style
        self._stage, self._track, self._run = stage, bundle.track, run
        self._places = np.asarray(land.ax.transData.transform(bundle.track.params[:, :, run]))
        self._length = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(self._places, axis=0).T))])
        self._panel = np.asarray(land.ax.bbox.extents)
        self._pad = theme.casing * stage.dpi / 72.0
        self._done = 0
        weight = land.weight(bundle, run)
        self._pens = [
            stage.pen(theme.halo, weight * theme.casing, 0.9, "butt"),
            stage.pen(style.color, weight * theme.trail),
        ]
        widths = np.linspace(theme.trail, theme.comet, TAPER + 1)[1:]
        self._comet = [stage.pen(style.color, float(width)) for width in widths]
        self._halo = stage.pen(theme.halo, theme.casing + theme.comet - theme.trail, 0.9)
        for pen in (*self._pens, *self._comet, self._halo):
            pen.set_clip_rectangle(land.ax.bbox)
        self._head = marks.head(style, theme, theme.head)
        self._cross = marks.cross(style.color, theme)

    def advance(self, step: float) -> None:
        """Commit the piece that the comet has left behind, where it is long enough to be drawn cleanly."""
        tail, _ = row_at(self._track, max(0.0, step - COMET_STEPS))
        waiting = tail - self._done
        if waiting and (self._length[tail] - self._length[self._done] >= PIECE or waiting >= MOST_WAITING):
            piece = self._places[self._done : tail + 1]
            stroke(self._stage.ground, self._pens[0], piece)
            stroke(self._stage.ink, self._pens[1], piece)
            self._stage.change(piece, self._panel, self._pad)
            self._done = tail

    def paint(self, step: float) -> None:
        """The piece in waiting, and the comet on it."""
        row, _ = row_at(self._track, step)
        tail, _ = row_at(self._track, max(0.0, step - COMET_STEPS))
        path = np.concatenate([self._places[self._done : row + 1], [between(self._places, self._track, step)]])
        comet = path[tail - self._done :]
        for pen in self._pens:
            stroke(self._stage.top, pen, path)
        stroke(self._stage.top, self._halo, comet[len(comet) // 2 :])
        stroke(self._stage.top, self._pens[1], path)
        cuts = np.linspace(0, len(comet) - 1, TAPER + 1).round().astype(int)
        for pen, first, last in zip(self._comet, cuts[:-1], cuts[1:], strict=True):
            stroke(self._stage.top, pen, comet[first : last + 1])

    def paint_head(self, step: float) -> None:
        """The head, or the cross of a run that has diverged, where that is in the panel."""
        x, y = between(self._places, self._track, step)
        x0, y0, x1, y1 = self._panel
        if x0 <= x <= x1 and y0 <= y <= y1:
            diverged = self._track.status[self._run] == "diverged" and step >= self._track.stopped[self._run]
            self._stage.stamp(self._cross if diverged else self._head, x, y)


class ThinTrails:
    """The many runs of one entrant: faint lines, each with a dot at its head."""

    def __init__(self, land: Land, bundle: Bundle, stage: Stage) -> None:
        theme, style = stage.theme, bundle.style
        alpha = thin_alpha(bundle, len(land.bundles))
        self._stage, self._track = stage, bundle.track
        points = bundle.track.params[:, :, bundle.thin].transpose(0, 2, 1)
        self._places = np.asarray(land.ax.transData.transform(points.reshape(-1, 2))).reshape(points.shape)
        self._done = 0
        self._pen = stage.pen(style.color, theme.thin, alpha, "butt")
        self._pen.set_clip_rectangle(land.ax.bbox)
        self._dot = Look("o", 0.35 * theme.head, style.color, theme.halo, 0.4 * theme.rim)
        self._panel = np.asarray(land.ax.bbox.extents)
        self._pad = theme.casing * stage.dpi / 72.0

    def advance(self, step: float) -> None:
        """Commit every line up to the last row."""
        row, _ = row_at(self._track, step)
        if row > self._done:
            pieces = self._places[self._done : row + 1]
            strokes(self._stage.ground, self._pen, pieces)
            self._stage.change(pieces, self._panel, self._pad)
            self._done = row

    def paint(self, step: float) -> None:
        """The beginnings of the lines to the next row."""
        here = between(self._places, self._track, step)
        strokes(self._stage.top, self._pen, np.array([self._places[self._done], here]))

    def paint_head(self, step: float) -> None:
        """The dots."""
        here = between(self._places, self._track, step)
        inside = np.all((here >= self._panel[:2]) & (here <= self._panel[2:]), axis=1)
        self._stage.stamps(self._dot, here[inside])


class CurvesPainter:
    """The curves, uncovered up to the step, and their heads."""

    def __init__(self, curves: Curves, stage: Stage) -> None:
        self._stage, self._curves = stage, curves
        self._picture = stage.whole(list(curves.draw_lines()))
        self._waiting = [(step, stage.patch([artist])) for step, artist in curves.draw_leavers()]
        self._left: list[Patch] = []
        x0, y0, x1, y1 = curves.ax.bbox.extents
        pad = 0.6 * stage.theme.head * stage.dpi / 72.0
        height = self._picture.shape[0]
        self._rows = slice(max(0, math.floor(height - y1 - pad)), math.ceil(height - y0 + pad))
        self._column, self._end = max(0, math.floor(x0 - pad)), math.ceil(x1 + pad)
        self._heads = [head for curve in curves.curves for head in self._heads_of(curve)]

    def advance(self, step: float) -> None:
        """Uncover the columns up to `step`."""
        over = step >= self._curves.record.steps
        x = self._end if over else math.floor(self._curves.ax.transData.transform((step, self._curves.scale.high))[0])
        if x > self._column:
            self._stage.uncover(self._picture, self._rows, slice(self._column, x))
            self._column = x
        self._left += [patch for at, patch in self._waiting if at <= step]
        self._waiting = [(at, patch) for at, patch in self._waiting if at > step]

    def paint(self, step: float) -> None:
        """The heads of the curves that are still in the panel, and the marks of those that are not."""
        for curve, places, last, look in self._heads:
            if step <= last:
                self._stage.stamp(look, *between(places, curve.track, step))
        for patch in self._left:
            self._stage.lay(patch)

    def _heads_of(self, curve: Curve) -> list[tuple[Curve, Pixels, float, Look]]:
        """(curve, places (rows, 2), last step, look) of each head of an entrant."""
        lines = curve.middle[:, None] if curve.low is not None else curve.each
        ends = self._curves.ends(curve)
        look = marks.head(curve.style, self._stage.theme, self._stage.theme.head - 2.0)
        return [
            (curve, curve_places(self._curves, curve, values), math.inf if end.kind == "head" else end.step, look)
            for values, end in zip(lines.T, ends, strict=True)
        ]


def between(places: Pixels, track: Track, step: float) -> Pixels:
    """places (rows, ..., 2) at a step that may lie between two recorded rows."""
    row, share = row_at(track, step)
    if share == 0.0:
        return np.asarray(places[row])
    return np.asarray((1.0 - share) * places[row] + share * places[row + 1])


def stroke(renderer: RendererAgg, pen: GraphicsContextBase, path: Pixels) -> None:
    """One line through path (n, 2)."""
    if len(path) > 1:
        renderer.draw_path(pen, Path(path), FLAT)  # type: ignore[no-untyped-call]


def strokes(renderer: RendererAgg, pen: GraphicsContextBase, places: Pixels) -> None:
    """Lines through places (rows, lines, 2), as one shape: where they cross they are no darker."""
    rows, lines = places.shape[:2]
    codes = np.full((lines, rows), Path.LINETO, dtype=Path.code_type)
    codes[:, 0] = Path.MOVETO
    renderer.draw_path(pen, Path(places.transpose(1, 0, 2).reshape(-1, 2), codes.ravel()), FLAT)  # type: ignore[no-untyped-call]


def curve_places(curves: Curves, curve: Curve, values: Array) -> Pixels:
    """(rows, 2): where a curve's values (rows,) are on the page, kept in the panel; what is undefined stays put."""
    known = np.where(np.isfinite(values), values, curves.scale.low)
    return np.asarray(curves.ax.transData.transform(np.array([curve.steps, curves.shown(known)]).T))
