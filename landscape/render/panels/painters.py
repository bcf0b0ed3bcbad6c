"""Paint the two panels of a movie, frame by frame: `advance` what stays, then `paint` what moves.

Steps never fall. A trail grows with its head; the comet on it and the head are put on the frame. A curve only grows to
the right, so that the finished panel is uncovered from left to right.
"""

from __future__ import annotations

import bisect
import itertools
import math

import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.colors import to_rgba
from matplotlib.path import Path

from landscape.core.component import Array
from landscape.record import Track
from landscape.render.canvas.canvas import (
    FLAT,
    Coverage,
    Patch,
    Pixels,
    Stage,
    Stamp,
    area,
    dashes,
    pixels_of,
    renderer,
)
from landscape.render.pages.page import Page
from landscape.render.panels.curves import Curve, Curves
from landscape.render.panels.land import Departure, Land, thin_alpha
from landscape.render.panels.relief import Relief
from landscape.render.panels.trails import Bundle
from landscape.render.style import marks
from landscape.render.style.marks import Look
from landscape.render.style.theme import COMET_STEPS

PIECE = 3.0  # pixels: from how far back a trail is drawn on, so that its pieces join without a seam
MOST_ROWS = 200  # of a piece
STILL = 0.05  # pixels: what has moved less is not drawn again
FARTHEST = 1e6  # pixels
TAPER = 4  # parts of a comet, each wider than the one behind it


class LandPainter:
    """Trails with their comets, heads, and the marks of runs that have left."""

    def __init__(self, land: Land, stage: Stage) -> None:
        self._stage, self._panel = stage, stage.panel(land.ax.bbox.extents)
        self._thin = [ThinTrails(land, bundle, stage) for bundle in land.bundles if bundle.thin.size]
        casing = Coverage(self._panel, stage.theme.halo, 0.9)
        stage.layers.append(casing)
        self._full = [FullTrail(land, bundle, run, stage, casing) for bundle, run in land.in_order()]
        self._heads = [self._full[number] for number in land.heads()]
        for patch in start_patches(land, stage):
            stage.pin(patch)
        self._waiting: list[Departure] = land.departures()
        self._comets = LineCollection([], capstyle="round", joinstyle="round", transform=FLAT, snap=False)
        self._comets.set_clip_box(land.ax.bbox)
        styles = [style for trail in self._full for style in trail.comet_styles]
        self._comets.set(color=[color for color, _ in styles], linewidth=[width for _, width in styles])

    def advance(self, step: float) -> None:
        """What stays after `step`."""
        for thin in self._thin:
            thin.advance(step)
        for trail in self._full:
            trail.advance(step)
        while self._waiting and self._waiting[0].step <= step:
            artists = self._waiting.pop(0).artists
            for artist in artists:
                artist.set_visible(True)
            self._stage.pin(self._stage.patch(list(artists)))

    def paint(self, step: float) -> None:
        """What moves, at `step`."""
        for thin in self._thin:
            thin.paint(step)
        pieces = [trail.comet(step) for trail in self._full]
        if pieces:
            self._comets.set_segments([piece for comet in pieces for piece in comet])
            self._comets.draw(self._stage.top)
        for thin in self._thin:
            thin.paint_head(step)
        for trail in self._heads:
            trail.paint_head(step)


class FullTrail:
    """One run: a trail in its casing, a comet over the last steps, and the head.

    comet_styles: (colour, width in points) of the lines that `comet` gives.
    """

    def __init__(self, land: Land, bundle: Bundle, run: int, stage: Stage, casing: Coverage) -> None:
        theme, color = land.theme, bundle.style.color
        self._stage, self._track, self._run, self._casing = stage, bundle.track, run, casing
        self._rows = Rows(bundle.track)
        self._places = np.asarray(land.ax.transData.transform(bundle.track.params[:, :, run]))
        self._length = lengths(self._places)
        self._panel = casing.box
        self._ink = Coverage(self._panel, color)
        stage.layers.append(self._ink)
        weight = land.weight(bundle, run)
        self._pens = [stage.pen("black", weight * theme.casing), stage.pen("white", weight * theme.trail)]
        for pen in self._pens:
            pen.set_clip_rectangle(land.ax.bbox)
        self._dashes = dashes(bundle.style.dashes, weight * theme.trail)
        if self._dashes:
            self._pens[1].set_capstyle("butt")
        self._pad = 0.5 * (theme.casing + theme.comet) * stage.dpi / 72.0 + 1.0
        self._row, self._drawn = 0, -1.0
        widths = np.linspace(theme.trail, theme.comet, TAPER + 1)[1:]
        self.comet_styles = [(to_rgba(theme.halo, 0.9), theme.casing + theme.comet - theme.trail)]
        self.comet_styles += [(to_rgba(color), float(width)) for width in widths]
        self._head = stage.stamp(marks.head(bundle.style, theme, theme.head))
        self._cross = stage.stamp(marks.cross(color, theme))

    def advance(self, step: float) -> None:
        """Draw the trail on to `step`, from a place a little behind its end."""
        row, share = self._rows.at(step)
        length = self._length[row] + (share * (self._length[row + 1] - self._length[row]) if share else 0.0)
        if length - self._drawn < STILL:
            return
        self._drawn = length
        here = between(self._places, self._rows, step)
        path = np.concatenate([self._places[self._row : row + 1], [here]])
        box = self._stage.box_of(path, self._pad, self._panel)
        if self._dashes:
            self._pens[1].set_dashes(float(self._length[self._row]) * 72.0 / self._stage.dpi, self._dashes)
        self._stage.cover(self._casing, self._ink, self._pens, path, box)
        if length - self._length[self._row] >= PIECE or row - self._row >= MOST_ROWS:
            self._row = row

    def comet(self, step: float) -> list[Pixels]:
        """The lines of the comet: its halo, then its parts from the thinnest to the widest."""
        begin = max(0.0, step - COMET_STEPS)
        (first, _), (last, _) = self._rows.at(begin), self._rows.at(step)
        tail, here = between(self._places, self._rows, begin), between(self._places, self._rows, step)
        path = np.concatenate([[tail], self._places[first + 1 : last + 1], [here]])
        self._stage.lend(self._stage.box_of(path, self._pad, self._panel))
        cuts = [round(part * (len(path) - 1) / TAPER) for part in range(TAPER + 1)]
        return [path[len(path) // 2 :], *(path[a : b + 1] for a, b in itertools.pairwise(cuts))]

    def paint_head(self, step: float) -> None:
        """The head, or the cross of a run that has diverged, where that is in the panel."""
        x, y = between(self._places, self._rows, step)
        if self._stage.holds(self._panel, x, y):
            diverged = self._track.status[self._run] == "diverged" and step >= self._track.stopped[self._run]
            (self._cross if diverged else self._head).put(x, y)


class ThinTrails:
    """The many runs of one entrant: faint lines, each with a dot at its head."""

    def __init__(self, land: Land, bundle: Bundle, stage: Stage) -> None:
        theme, style = land.theme, bundle.style
        alpha = thin_alpha(bundle, len(land.bundles))
        self._stage, self._rows = stage, Rows(bundle.track)
        points = bundle.track.params[:, :, bundle.thin].transpose(0, 2, 1)
        self._places = np.asarray(land.ax.transData.transform(points.reshape(-1, 2))).reshape(points.shape)
        self._done = 0
        self._pen = stage.pen(style.color, theme.thin, alpha, "butt")
        self._pen.set_clip_rectangle(land.ax.bbox)
        self._dot = stage.stamp(Look("o", 0.35 * theme.head, style.color, theme.halo, 0.4 * theme.rim))
        self._panel = stage.panel(land.ax.bbox.extents)
        self._pad = theme.casing * stage.dpi / 72.0

    def advance(self, step: float) -> None:
        """Draw every line on to the last row."""
        row, _ = self._rows.at(step)
        if row > self._done:
            pieces = self._places[self._done : row + 1]
            self._stage.ground.draw_path(self._pen, lines(pieces), FLAT)  # type: ignore[no-untyped-call]
            self._stage.change(self._stage.box_of(pieces, self._pad, self._panel))
            self._done = row

    def paint(self, step: float) -> None:
        """The beginnings of the lines to the next row."""
        pieces = np.array([self._places[self._done], between(self._places, self._rows, step)])
        box = self._stage.box_of(pieces, self._pad, self._panel)
        if area(box) and not np.array_equal(pieces[0], pieces[1]):
            self._stage.top.draw_path(self._pen, lines(pieces), FLAT)  # type: ignore[no-untyped-call]
            self._stage.lend(box)

    def paint_head(self, step: float) -> None:
        """The dots."""
        for x, y in between(self._places, self._rows, step):
            if self._stage.holds(self._panel, x, y):
                self._dot.put(x, y)


class CurvesPainter:
    """The curves, uncovered up to the step, and their heads."""

    def __init__(self, curves: Curves, stage: Stage) -> None:
        self._stage, self._curves = stage, curves
        self._picture = stage.whole(list(curves.draw_lines()))
        self._waiting = [(step, stage.patch([artist])) for step, artist in curves.draw_leavers()]
        x0, y0, x1, y1 = curves.ax.bbox.extents
        pad = 0.6 * stage.theme.head * stage.dpi / 72.0
        self._panel = stage.panel((x0 - pad, y0 - pad, x1 + pad, y1 + pad))
        self._column = self._panel[2]
        self._heads = [head for curve in curves.curves for head in self._heads_of(curve)]

    def advance(self, step: float) -> None:
        """Uncover the columns up to `step`."""
        upper, lower, _, end = self._panel
        over = step >= self._curves.record.steps
        x = (
            end
            if over
            else min(end, math.floor(self._curves.ax.transData.transform((step, self._curves.scale.high))[0]))
        )
        if x > self._column:
            self._stage.uncover(self._picture, (upper, lower, self._column, x))
            self._column = x
        for at, patch in self._waiting:
            if at <= step:
                self._stage.pin(patch)
        self._waiting = [(at, patch) for at, patch in self._waiting if at > step]

    def paint(self, step: float) -> None:
        """The heads of the curves that are still in the panel."""
        for rows, places, last, stamp in self._heads:
            if step <= last:
                stamp.put(*between(places, rows, step))

    def _heads_of(self, curve: Curve) -> list[tuple[Rows, Pixels, float, Stamp]]:
        """(recorded rows, places (rows, 2), last step, marker) of each head of an entrant."""
        lines = curve.middle[:, None] if curve.low is not None else curve.each
        ends = self._curves.ends(curve)
        stamp = self._stage.stamp(marks.head(curve.style, self._stage.theme, self._stage.theme.head - 2.0))
        rows = Rows(curve.track)
        return [
            (rows, curve_places(self._curves, curve, values), math.inf if end.kind == "head" else end.step, stamp)
            for values, end in zip(lines.T, ends, strict=True)
        ]


class NotePainter:
    """The words of the page that are true from a step on."""

    def __init__(self, page: Page, stage: Stage) -> None:
        self._stage = stage
        self._waiting = sorted(page.sheet.later, key=lambda note: note[0])

    def advance(self, step: float) -> None:
        """Write what is true by `step`."""
        while self._waiting and self._waiting[0][0] <= step:
            self._stage.pin(self._stage.patch([self._waiting.pop(0)[1]]))


class ReliefPainter:
    """The landscape in space, which is a new picture in every frame."""

    def __init__(self, relief: Relief, stage: Stage) -> None:
        self._relief, self._stage = relief, stage
        self._box = stage.panel(relief.ax.bbox.extents)
        upper, lower, left, right = self._box
        self._canvas = renderer(right - left, lower - upper, stage.dpi)

    def paint(self, step: float, share: float) -> None:
        """The panel, at `step` and after a share of the movie's time."""
        upper, lower, left, right = self._box
        self._relief.paint(self._canvas, step, share)
        self._stage.frame[upper:lower, left:right] = pixels_of(self._canvas)
        self._stage.lend(self._box)


def start_patches(land: Land, stage: Stage) -> list[Patch]:
    """A patch for each start, so that none is as wide as the panel."""
    stamps, made = [stage.stamp(look) for look in land.start_looks], []
    for x, y in land.ax.transData.transform(land.starts.T) if land.starts.size else []:
        # matplotlib puts a marker that stands still into the middle of a pixel
        middle = math.floor(x + 0.5) + 0.5, math.floor(y + 0.5) - 0.5
        made.append(stage.stamped(stamps, *middle))
    return made


class Rows:
    """Finds the recorded rows of a track's steps; the last one asked for is remembered."""

    def __init__(self, track: Track) -> None:
        self._steps = [float(step) for step in track.steps]
        self._asked, self._found = -1.0, (0, 0.0)

    def at(self, step: float) -> tuple[int, float]:
        """(row, share): the recorded row at or before `step`, and how far `step` is on the way to the next."""
        if step != self._asked:
            row, last = bisect.bisect_right(self._steps, step) - 1, len(self._steps) - 1
            share = 0.0
            if row < last:
                share = (step - self._steps[row]) / (self._steps[row + 1] - self._steps[row])
            self._asked, self._found = step, (min(row, last), share)
        return self._found


def between(places: Pixels, rows: Rows, step: float) -> Pixels:
    """places (rows, ..., 2) at a step that may lie between two recorded rows."""
    row, share = rows.at(step)
    if share == 0.0:
        return np.asarray(places[row])
    return np.asarray((1.0 - share) * places[row] + share * places[row + 1])


def lengths(places: Pixels) -> Array:
    """(rows,): how far it is along places (rows, 2) to each of them."""
    with np.errstate(all="ignore"):
        steps = np.nan_to_num(np.hypot(*np.diff(places, axis=0).T), nan=0.0, posinf=FARTHEST)
    return np.concatenate([[0.0], np.cumsum(np.minimum(steps, FARTHEST))])


def lines(places: Pixels) -> Path:
    """Lines through places (rows, lines, 2), as one shape: where they cross they are no darker."""
    rows, count = places.shape[:2]
    codes = np.full((count, rows), Path.LINETO, dtype=Path.code_type)
    codes[:, 0] = Path.MOVETO
    return Path(places.transpose(1, 0, 2).reshape(-1, 2), codes.ravel())


def curve_places(curves: Curves, curve: Curve, values: Array) -> Pixels:
    """(rows, 2): where a curve's values (rows,) are on the page, kept in the panel; what is undefined stays put."""
    known = np.where(np.isfinite(values), values, curves.scale.low)
    return np.asarray(curves.ax.transData.transform(np.array([curve.steps, curves.shown(known)]).T))
