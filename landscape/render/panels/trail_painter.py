"""Paint the runs on a landscape, frame by frame: full trails with comets and heads, or many faint lines of an entrant.

A trail grows with its head; the comet on it and the head are painted on the frame, and belong to that frame only.
"""

from __future__ import annotations

import dataclasses
import itertools

import numpy as np
from matplotlib.artist import Artist
from matplotlib.collections import LineCollection
from matplotlib.colors import to_rgba
from matplotlib.path import Path
from matplotlib.transforms import Bbox

from landscape.core.component import Array
from landscape.record import Track
from landscape.render.canvas.canvas import FLAT, Canvas, Coverage, Pixels, Stamp, area, dashes
from landscape.render.panels.rows import Rows, between
from landscape.render.style.theme import COMET_STEPS, Style, Theme

PIECE = 3.0  # pixels: from how far back a trail is drawn on, so that its pieces join without a seam
MOST_ROWS = 200  # of a piece
STILL = 0.05  # pixels: what has moved less is not drawn again
FARTHEST = 1e6  # pixels
TAPER = 4  # parts of a comet, each wider than the one behind it


@dataclasses.dataclass(frozen=True, eq=False)
class Departure:
    """The mark where a run leaves the frame, to be shown from `step` on."""

    step: int
    artists: tuple[Artist, ...]


class LandPainter:
    """Paints the runs on a landscape: thin trails, full ones, their heads in an order of their own, departures."""

    def __init__(
        self, canvas: Canvas, clip: Bbox, thin: list[ThinTrails], full: list[FullTrail], heads: list[FullTrail],
        departures: list[Departure],
    ) -> None:  # fmt: skip
        self._canvas, self._thin, self._full, self._heads, self._waiting = canvas, thin, full, heads, departures
        self._comets = LineCollection([], capstyle="round", joinstyle="round", transform=FLAT, snap=False)
        self._comets.set_clip_box(clip)
        styles = [style for trail in full for style in trail.comet_styles]
        self._comets.set(color=[color for color, _ in styles], linewidth=[width for _, width in styles])

    def advance(self, step: float) -> None:
        """Grow the trails, and mark the runs that have left."""
        for thin in self._thin:
            thin.advance(step)
        for trail in self._full:
            trail.advance(step)
        while self._waiting and self._waiting[0].step <= step:
            artists = self._waiting.pop(0).artists
            for artist in artists:
                artist.set_visible(True)
            self._canvas.add_static(self._canvas.patch(list(artists)))

    def paint(self, step: float, share: float) -> None:
        """Paint the comets and the heads."""
        for thin in self._thin:
            thin.paint(step)
        pieces = [trail.comet(step) for trail in self._full]
        if pieces:
            self._comets.set_segments([piece for comet in pieces for piece in comet])
            self._comets.draw(self._canvas.top)
        for thin in self._thin:
            thin.paint_head(step)
        for trail in self._heads:
            trail.paint_head(step)


class FullTrail:
    """One run: a trail in its casing, a comet over the last steps, and the head.

    places: (rows, 2), in pixels; end: the step from which on the cross stands in place of the head; casing: of all the
    trails of the panel; clip: the panel's extents; weight: of the line, 1 as a rule. comet_styles: (colour, width in
    points) of the lines that `comet` gives.
    """

    def __init__(
        self, canvas: Canvas, casing: Coverage, clip: Bbox, theme: Theme, style: Style, weight: float, track: Track,
        places: Pixels, end: float, head: Stamp, cross: Stamp,
    ) -> None:  # fmt: skip
        self._canvas, self._casing, self._head, self._cross, self._end = canvas, casing, head, cross, end
        self._rows, self._places = Rows(track), places
        self._length = lengths(self._places)
        self._panel = casing.box
        self._ink = Coverage(self._panel, style.color)
        canvas.layers.append(self._ink)
        self._pens = [canvas.pen("black", weight * theme.casing), canvas.pen("white", weight * theme.trail)]
        for pen in self._pens:
            pen.set_clip_rectangle(clip)
        self._dashes = dashes(style.dashes, weight * theme.trail)
        if self._dashes:
            self._pens[1].set_capstyle("butt")
        self._pad = 0.5 * (theme.casing + theme.comet) * canvas.dpi / 72.0 + 1.0
        self._row, self._drawn = 0, -1.0
        self._at: tuple[float, Pixels] = (-1.0, places[0])
        widths = np.linspace(theme.trail, theme.comet, TAPER + 1)[1:]
        self.comet_styles = [(to_rgba(theme.halo, 0.9), theme.casing + theme.comet - theme.trail)]
        self.comet_styles += [(to_rgba(style.color), float(width)) for width in widths]

    def advance(self, step: float) -> None:
        """Draw the trail on to `step`, from a place a little behind its end."""
        row, share = self._rows.at(step)
        length = self._length[row] + (share * (self._length[row + 1] - self._length[row]) if share else 0.0)
        if length - self._drawn < STILL:
            return
        self._drawn = length
        here = self._here(step)
        path = np.concatenate([self._places[self._row : row + 1], [here]])
        box = self._canvas.box_of(path, self._pad, self._panel)
        if self._dashes:
            self._pens[1].set_dashes(float(self._length[self._row]) * 72.0 / self._canvas.dpi, self._dashes)
        self._canvas.add_line(self._casing, self._ink, self._pens, path, box)
        if length - self._length[self._row] >= PIECE or row - self._row >= MOST_ROWS:
            self._row = row

    def comet(self, step: float) -> list[Pixels]:
        """The lines of the comet: its halo, then its parts from the thinnest to the widest."""
        here, (last, _) = self._here(step), self._rows.at(step)
        begin = max(0.0, step - COMET_STEPS)
        tail, (first, _) = between(self._places, self._rows, begin), self._rows.at(begin)
        path = np.concatenate([[tail], self._places[first + 1 : last + 1], [here]])
        self._canvas.mark_dirty(self._canvas.box_of(path, self._pad, self._panel))
        cuts = [round(part * (len(path) - 1) / TAPER) for part in range(TAPER + 1)]
        return [path[len(path) // 2 :], *(path[a : b + 1] for a, b in itertools.pairwise(cuts))]

    def _here(self, step: float) -> Pixels:
        """(2,): where the run is at a step; the answer for the last one is kept."""
        if step != self._at[0]:
            self._at = step, between(self._places, self._rows, step)
        return self._at[1]

    def paint_head(self, step: float) -> None:
        """The head, or the cross of a run that has diverged, where that is in the panel."""
        x, y = self._here(step).tolist()
        if self._canvas.contains(self._panel, x, y):
            (self._cross if step >= self._end else self._head).put(x, y)


class ThinTrails:
    """The many runs of one entrant: faint lines, each with a dot at its head. places: (rows, lines, 2), in pixels."""

    def __init__(
        self, canvas: Canvas, clip: Bbox, theme: Theme, color: str, alpha: float, track: Track, places: Pixels,
        dot: Stamp,
    ) -> None:  # fmt: skip
        self._canvas, self._dot = canvas, dot
        self._rows, self._places = Rows(track), places
        self._done = 0
        self._pen = canvas.pen(color, theme.thin, alpha, "butt")
        self._pen.set_clip_rectangle(clip)
        self._panel = canvas.panel(clip.extents)
        self._pad = theme.casing * canvas.dpi / 72.0

    def advance(self, step: float) -> None:
        """Draw every line on to the last row."""
        row, _ = self._rows.at(step)
        if row > self._done:
            pieces = self._places[self._done : row + 1]
            self._canvas.ground.draw_path(self._pen, lines(pieces), FLAT)  # type: ignore[no-untyped-call]
            self._canvas.mark_stale(self._canvas.box_of(pieces, self._pad, self._panel))
            self._done = row

    def paint(self, step: float) -> None:
        """The beginnings of the lines to the next row."""
        pieces = np.array([self._places[self._done], between(self._places, self._rows, step)])
        box = self._canvas.box_of(pieces, self._pad, self._panel)
        if area(box) and not np.array_equal(pieces[0], pieces[1]):
            self._canvas.top.draw_path(self._pen, lines(pieces), FLAT)  # type: ignore[no-untyped-call]
            self._canvas.mark_dirty(box)

    def paint_head(self, step: float) -> None:
        """The dots."""
        for x, y in between(self._places, self._rows, step):
            if self._canvas.contains(self._panel, x, y):
                self._dot.put(x, y)


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
