"""Keep a movie's canvas: what stays on it, what lies on top for one frame, and the pens and stamps to paint with."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
from matplotlib.artist import Artist
from matplotlib.backend_bases import GraphicsContextBase
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.colors import to_rgba
from matplotlib.path import Path
from matplotlib.text import Text
from matplotlib.transforms import IdentityTransform

from landscape.component import Array
from landscape.render import marks
from landscape.render.marks import Look
from landscape.render.page import Page

Pixels = Array
Box = tuple[int, int, int, int]  # upper, lower row; left, right column


@dataclasses.dataclass(frozen=True, eq=False)
class Patch:
    """A picture with its place: color (h, w, 3), cover (h, w, 1) from 0 to 1."""

    rows: slice
    columns: slice
    color: Pixels
    cover: Pixels


class Stage:
    """The layers of a movie's frames.

    ground: the page and what has been painted on it for good; ink: the lasting trails over it, in a layer of their own,
    so that the casing of a new piece never covers an old trail; top: the frame at hand.
    """

    def __init__(self, page: Page) -> None:
        canvas = page.sheet.canvas
        self.theme = page.sheet.theme
        self.dpi = page.figure.dpi
        moving: list[Artist] = [page.caption, *([page.counter] if page.counter is not None else [])]
        if page.land is not None:
            moving += page.land.start_artists
        for artist in moving:
            artist.set_animated(True)
        canvas.draw()  # type: ignore[no-untyped-call]
        self.ground: RendererAgg = canvas.get_renderer()  # type: ignore[no-untyped-call]
        self._ground = pixels_of(self.ground)
        self._empty = self._ground.copy()
        height, width = self._ground.shape[:2]
        self.ink = RendererAgg(width, height, self.dpi)  # type: ignore[no-untyped-call]
        self.top = RendererAgg(width, height, self.dpi)  # type: ignore[no-untyped-call]
        self._ink, self.frame = pixels_of(self.ink), pixels_of(self.top)
        self._still = self._empty.copy()
        self._changed: list[Box] = []

    def reset(self) -> None:
        """Back to the empty page."""
        np.copyto(self._ground, self._empty)
        np.copyto(self._still, self._empty)
        self._ink[:] = 0
        self._changed.clear()

    def change(self, path: Pixels, panel: Array, pad: float) -> None:
        """Say that the ground or the ink has changed around path (..., 2), within panel (x0, y0, x1, y1); in pixels."""
        points = path.reshape(-1, 2)
        height, width = self.frame.shape[:2]
        x0, y0 = np.maximum(points.min(axis=0) - pad, panel[:2] - 1.0)
        x1, y1 = np.minimum(points.max(axis=0) + pad, panel[2:] + 1.0)
        left, right = max(0, math.floor(x0)), min(width, math.ceil(x1))
        upper, lower = max(0, math.floor(height - y1)), min(height, math.ceil(height - y0))
        if left < right and upper < lower:
            self._changed.append((upper, lower, left, right))

    def begin_frame(self) -> None:
        """A frame with nothing on it that moves."""
        for upper, lower, left, right in merged(self._changed):
            where = slice(upper, lower), slice(left, right)
            still, ink = self._still[where], self._ink[where]
            still[:] = self._ground[where]
            inked = np.nonzero(ink[..., 3])
            cover = ink[inked][:, 3:].astype(np.uint16)
            still[inked] = (still[inked] * (255 - cover) + ink[inked] * cover + 127) // 255
        self._changed.clear()
        np.copyto(self.frame, self._still)

    def whole(self, artists: list[Artist]) -> Pixels:
        """The empty page with these artists on it."""
        np.copyto(self.frame, self._empty)
        for artist in artists:
            artist.draw(self.top)
        return self.frame.copy()

    def uncover(self, picture: Pixels, rows: slice, columns: slice) -> None:
        """Put a part of a picture on the page, where there is no ink."""
        self._still[rows, columns] = picture[rows, columns]

    def patch(self, artists: list[Artist]) -> Patch:
        """Artists as a picture of their own, to be laid over a frame at any time."""
        self.frame[:] = 0
        for artist in artists:
            artist.draw(self.top)
        return cropped(self.frame)

    def lay(self, patch: Patch) -> None:
        """A patch over the frame."""
        under = self.frame[patch.rows, patch.columns, :3]
        under[:] = np.rint(under + (patch.color - under) * patch.cover).astype(np.uint8)

    def place_of(self, text: Text) -> tuple[float, float]:
        """Where a text of the page is, in pixels from the top left."""
        x, y = text.get_position()
        height, width = self.frame.shape[:2]
        return float(x) * width, (1.0 - float(y)) * height

    def pen(self, color: str, width: float, alpha: float = 1.0, cap: str = "round") -> GraphicsContextBase:
        """What a line is drawn with; width in points."""
        pen = self.top.new_gc()
        pen.set_foreground(to_rgba(color, alpha), isRGBA=True)
        pen.set_alpha(alpha)
        pen.set_linewidth(width)
        pen.set_capstyle(cap)  # type: ignore[arg-type]
        pen.set_joinstyle("round")
        return pen

    def stamp(self, look: Look, x: float, y: float) -> None:
        """A marker on the frame."""
        self.stamps(look, np.array([[x, y]]))

    def stamps(self, look: Look, places: Pixels) -> None:
        """A marker on the frame at each of places (n, 2)."""
        pen, face = self.pen(look.edge, look.rim), None if look.color == "none" else to_rgba(look.color)
        shape = marks.outline(look, self.dpi)
        self.top.draw_markers(pen, shape, IdentityTransform(), Path(places), IdentityTransform(), face)


def pixels_of(renderer: RendererAgg) -> Pixels:
    """(height, width, 4): the renderer's own pixels, not a copy."""
    return np.asarray(renderer.buffer_rgba())  # type: ignore[no-untyped-call]


def cropped(pixels: Array) -> Patch:
    """What is not transparent in pixels (height, width, 4)."""
    seen = pixels[..., 3] > 0
    rows, columns = extent(np.any(seen, axis=1)), extent(np.any(seen, axis=0))
    part = pixels[rows, columns].astype(np.float32)
    return Patch(rows, columns, part[..., :3], part[..., 3:] / np.float32(255.0))


def moved(patch: Patch, right: int, down: int) -> Patch:
    """The patch at another place."""
    rows = slice(patch.rows.start + down, patch.rows.stop + down)
    columns = slice(patch.columns.start + right, patch.columns.stop + right)
    return Patch(rows, columns, patch.color, patch.cover)


def merged(boxes: list[Box]) -> list[Box]:
    """The boxes, or the one around them where that is less work."""
    if len(boxes) < 2:
        return list(boxes)
    uppers, lowers, lefts, rights = zip(*boxes, strict=True)
    around = (min(uppers), max(lowers), min(lefts), max(rights))
    return [around] if area(around) <= sum(area(box) for box in boxes) else list(boxes)


def area(box: Box) -> int:
    """In pixels."""
    upper, lower, left, right = box
    return (lower - upper) * (right - left)


def extent(flags: Array) -> slice:
    """From the first True to the last."""
    places = np.flatnonzero(flags)
    return slice(int(places[0]), int(places[-1]) + 1) if places.size else slice(0, 0)
