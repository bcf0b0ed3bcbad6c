"""Keep the pixels of a movie, and know of every frame which parts of it differ from the frame before.

    canvas.add_line(casing, ink, pens, path, box)    # what stays: a trail grows, a panel is uncovered
    canvas.begin_frame()                             # the frame with nothing on it that moves
    canvas.stamp(shape, 10.0, ...).put(x, y)         # what moves
    canvas.changed                                   # the boxes to convert, encode or send

What stays is composed from the ground up: the page, the coverage of the trails' casings and of each trail, then the
marks. Only boxes that have changed are composed anew, and only what lay on the last frame is restored.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence

import numpy as np
from matplotlib.artist import Artist
from matplotlib.backend_bases import GraphicsContextBase
from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg
from matplotlib.colors import to_rgba
from matplotlib.path import Path
from matplotlib.text import Text
from matplotlib.transforms import Affine2D, IdentityTransform

from landscape.core.component import Array

Pixels = Array
Box = tuple[int, int, int, int]  # upper, lower row; left, right column
FLAT = IdentityTransform()

FEW_POINTS = 8

# lengths of strokes and gaps in widths of the line, as matplotlib has them
DASHES = {"solid": (), "dashed": (3.7, 1.6), "dotted": (1.0, 1.65), "dashdot": (6.4, 1.6, 1.0, 1.6)}


@dataclasses.dataclass(frozen=True, eq=False)
class Patch:
    """A picture with its place: color (h, w, 3), cover (h, w, 1) from 0 to 1."""

    rows: slice
    columns: slice
    color: Pixels
    cover: Pixels

    @property
    def box(self) -> Box:
        """Where it is."""
        return self.rows.start, self.rows.stop, self.columns.start, self.columns.stop


class Coverage:
    """How much of each pixel of a panel is covered by something of one colour. Painting twice makes nothing bolder.

    box: of the panel; cover: (h, w) from 0 to 255; bounds: the box of all that is covered; share: of the colour in the
    mixture where it covers a pixel in full, in 255ths.
    """

    def __init__(self, box: Box, color: str, share: float = 1.0) -> None:
        self.box, self.share = box, round(255 * share)
        self.color = np.array([round(255 * part) for part in to_rgba(color)[:3]], dtype=np.uint16)
        self.cover = np.zeros((box[1] - box[0], box[3] - box[2]), dtype=np.uint8)
        self.bounds: Box = (0, 0, 0, 0)

    def add(self, part: Pixels, box: Box) -> None:
        """Cover a box as far as part (h, w) says, where it is not yet covered further."""
        here = self.cover[self._inside(box)]
        np.maximum(here, part, out=here)
        self.bounds = around(self.bounds, box)

    def over(self, picture: Pixels, box: Box) -> None:
        """Paint a box of a page's picture (height, width, 4)."""
        upper, lower, left, right = self.bounds
        if box[0] >= lower or box[1] <= upper or box[2] >= right or box[3] <= left:
            return
        box = common(self.bounds, box)
        thick = self.cover[self._inside(box)]
        if not thick.any():
            return
        cover = thick.astype(np.uint16)[..., None]
        if self.share < 255:
            cover *= np.uint16(self.share)
            cover //= np.uint16(255)
        blend(picture[box[0] : box[1], box[2] : box[3], :3], self.color, cover)

    def _inside(self, box: Box) -> tuple[slice, slice]:
        return slice(box[0] - self.box[0], box[1] - self.box[0]), slice(box[2] - self.box[2], box[3] - self.box[2])


class Canvas:
    """The layers of a movie's frames. frame: (height, width, 4) the current frame; changed: the boxes in which it
    differs from the frame before.

    drawn: the figure. left_out: its artists that are painted later, or anew for every frame.
    """

    def __init__(self, drawn: FigureCanvasAgg, left_out: Sequence[Artist] = ()) -> None:
        self.dpi = float(drawn.figure.dpi)
        for artist in left_out:
            artist.set_animated(True)
        drawn.draw()  # type: ignore[no-untyped-call]
        self.ground: RendererAgg = drawn.get_renderer()  # type: ignore[no-untyped-call]
        self._ground = pixels_of(self.ground)
        self._empty = self._ground.copy()
        self.height, self.width = self._ground.shape[:2]
        self.top = renderer(self.width, self.height, self.dpi)
        self._draft = renderer(self.width, self.height, self.dpi)
        self.frame, self._drafted = pixels_of(self.top), pixels_of(self._draft)
        self._still = self._empty.copy()
        self._drafted[:] = 0  # a new renderer is transparent white
        self.reset()

    def reset(self) -> None:
        """Back to the empty page."""
        np.copyto(self._ground, self._empty)
        np.copyto(self._still, self._empty)
        np.copyto(self.frame, self._empty)
        self.layers: list[Coverage] = []
        self.patches: list[Patch] = []
        self.changed: list[Box] = [(0, self.height, 0, self.width)]
        self._stale: list[Box] = []
        self._dirty: list[Box] = []
        self._next: list[Box] = list(self.changed)

    def box_of(self, points: Pixels, pad: float, panel: Box) -> Box:
        """The box around points (..., 2), in pixels from the lower left, as far as it is in the panel."""
        points = points.reshape(-1, 2)
        if len(points) <= FEW_POINTS:  # which Python compares sooner than NumPy
            xs, ys = zip(*points.tolist(), strict=True)
            x0, y0, x1, y1 = min(xs), min(ys), max(xs), max(ys)
        else:
            (x0, y0), (x1, y1) = points.min(axis=0).tolist(), points.max(axis=0).tolist()
        upper, lower, left, right = panel
        return (
            math.floor(min(max(self.height - y1 - pad, upper), lower)),
            math.ceil(min(max(self.height - y0 + pad, upper), lower)),
            math.floor(min(max(x0 - pad, left), right)),
            math.ceil(min(max(x1 + pad, left), right)),
        )

    def panel(self, extents: Sequence[float]) -> Box:
        """The box of Axes whose extents are x0, y0, x1, y1."""
        x0, y0, x1, y1 = extents
        upper, lower = math.floor(self.height - y1), math.ceil(self.height - y0)
        return max(0, upper), min(self.height, lower), max(0, math.floor(x0)), min(self.width, math.ceil(x1))

    def add_line(
        self, casing: Coverage, ink: Coverage, pens: Sequence[GraphicsContextBase], path: Pixels, box: Box
    ) -> None:
        """Add a line through path (n, 2) to two layers, each with its pen: a black one and a white one within it."""
        if not area(box):
            return
        line = Path(path)
        for pen in pens:
            self._draft.draw_path(pen, line, FLAT)  # type: ignore[no-untyped-call]
        part = self._drafted[box[0] : box[1], box[2] : box[3]]
        casing.add(part[..., 3], box)
        ink.add(part[..., 0], box)
        part[:] = 0
        self._stale.append(box)

    def mark_stale(self, box: Box) -> None:
        """Compose a box anew before the next frame: the ground, or what stays on it, has changed there."""
        if area(box):
            self._stale.append(box)

    def uncover(self, picture: Pixels, box: Box) -> None:
        """Copy a box of a picture of the page onto the ground."""
        upper, lower, left, right = box
        self._ground[upper:lower, left:right] = picture[upper:lower, left:right]
        self.mark_stale(box)

    def add_static(self, patch: Patch) -> None:
        """Lay a patch over everything that stays, from now on."""
        self.patches.append(patch)
        self.mark_stale(patch.box)

    def begin_frame(self) -> None:
        """A frame with nothing on it that moves."""
        for box in merged(self._stale):
            upper, lower, left, right = box
            self._still[upper:lower, left:right] = self._ground[upper:lower, left:right]
            for layer in self.layers:
                layer.over(self._still, box)
            for patch in self.patches:
                lay(self._still, patch, box)
        restored = self._stale + self._dirty
        for box in restored:
            self.restore(box)
        self.changed = self._next + restored
        self._stale, self._dirty, self._next = [], [], []

    def restore(self, box: Box) -> None:
        """Remove what is painted on a box of the frame."""
        upper, lower, left, right = box
        self.frame[upper:lower, left:right] = self._still[upper:lower, left:right]

    def mark_dirty(self, box: Box) -> None:
        """Restore a box of the frame before the next one: what is painted there belongs to this frame only."""
        if area(box):
            self._dirty.append(box)
            self.changed.append(box)

    def erase(self, box: Box) -> None:
        """Remove what has been written on a box of the frame."""
        if area(box):
            self.restore(box)
            self.changed.append(box)

    def write(self, patch: Patch) -> None:
        """Lay a patch on the frame, where it stays until it is erased; for parts where nothing moves."""
        lay(self.frame, patch, patch.box)
        self.changed.append(patch.box)

    def page_with(self, artists: list[Artist]) -> Pixels:
        """The empty page with these artists on it."""
        np.copyto(self._drafted, self._empty)
        for artist in artists:
            artist.draw(self._draft)
        made = self._drafted.copy()
        self._drafted[:] = 0
        return made

    def patch(self, artists: list[Artist]) -> Patch:
        """Artists as a picture of their own."""
        for artist in artists:
            artist.draw(self._draft)
        made = cropped(self._drafted)
        self._drafted[made.rows, made.columns] = 0
        return made

    def place_of(self, text: Text) -> tuple[float, float]:
        """Where a text of the page is, in pixels from the top left."""
        x, y = text.get_position()
        return float(x) * self.width, (1.0 - float(y)) * self.height

    def pen(self, color: str, width: float, alpha: float = 1.0, cap: str = "round") -> GraphicsContextBase:
        """What a line is drawn with; width in points."""
        pen = self.top.new_gc()
        pen.set_foreground(to_rgba(color, alpha), isRGBA=True)
        pen.set_alpha(alpha)
        pen.set_linewidth(width)
        pen.set_capstyle(cap)  # type: ignore[arg-type]
        pen.set_joinstyle("round")
        pen.set_snap(False)
        return pen

    def stamp(self, shape: Path, size: float, color: str, edge: str, rim: float) -> Stamp:
        """A marker, ready to be put anywhere. shape: around (0, 0), in pixels; size, rim: in points."""
        return Stamp(self, shape, size, color, edge, rim)

    def stamped(self, stamps: list[Stamp], x: float, y: float) -> Patch:
        """Markers at a place, as a picture of their own."""
        reach = max(stamp.reach for stamp in stamps)
        upper, lower, left, right = self.box_of(np.array([x, y]), reach, (0, self.height, 0, self.width))
        for stamp in stamps:
            stamp.draw(self._draft, x, y)
        part = self._drafted[upper:lower, left:right]
        made = moved(cropped(part), left, upper)
        part[:] = 0
        return made

    def contains(self, panel: Box, x: float, y: float) -> bool:
        """Whether a place, in pixels from the lower left, is inside a panel."""
        upper, lower, left, right = panel
        return bool(left <= x <= right and upper <= self.height - y <= lower)


class Stamp:
    """A marker to be put on a canvas. reach: how far it extends from its place, in pixels."""

    def __init__(self, canvas: Canvas, shape: Path, size: float, color: str, edge: str, rim: float) -> None:
        self._canvas, self._shape = canvas, shape
        self._pen = canvas.pen(edge, rim, cap="butt")
        self._pen.set_joinstyle("miter")
        self._face = None if color == "none" else to_rgba(color)
        self.reach = math.ceil((0.85 * size + 2.0 * rim) * canvas.dpi / 72.0)

    def put(self, x: float, y: float) -> None:
        """Paint the marker on the frame."""
        canvas, reach = self._canvas, self.reach
        self.draw(canvas.top, x, y)
        row, column = math.floor(canvas.height - y), math.floor(x)
        rows = max(0, row - reach), min(canvas.height, row + reach + 1)
        canvas.mark_dirty((*rows, max(0, column - reach), min(canvas.width, column + reach + 1)))

    def draw(self, renderer: RendererAgg, x: float, y: float) -> None:
        """Draw the marker with a renderer."""
        renderer.draw_path(self._pen, self._shape, Affine2D.from_values(1.0, 0.0, 0.0, 1.0, x, y), self._face)  # type: ignore[no-untyped-call]


def dashes(kind: str | tuple[float, tuple[float, ...]], width: float) -> list[float]:
    """Lengths of strokes and gaps of a kind of line, in the unit of its width; none for a solid one.

    kind: its name, or (0.0, lengths), as matplotlib has them.
    """
    return [width * part for part in (DASHES[kind] if isinstance(kind, str) else kind[1])]


def renderer(width: int, height: int, dpi: float) -> RendererAgg:
    """A renderer with an empty picture: transparent black, where matplotlib's own is transparent white."""
    made = RendererAgg(width, height, dpi)  # type: ignore[no-untyped-call]
    pixels_of(made)[:] = 0
    return made


def pixels_of(drawn: RendererAgg) -> Pixels:
    """(height, width, 4): the renderer's own pixels, not a copy."""
    return np.asarray(drawn.buffer_rgba())  # type: ignore[no-untyped-call]


def blend(under: Pixels, color: Pixels, cover: Pixels) -> None:
    """Mix a colour into under (h, w, 3), by cover (h, w, 1) of type uint16 from 0 to 255."""
    mixed = under * (np.uint16(255) - cover)
    mixed += color * cover
    mixed += np.uint16(127)
    mixed //= np.uint16(255)
    under[:] = mixed


def lay(picture: Pixels, patch: Patch, box: Box) -> None:
    """The part of a patch that is in a box over a page's picture (height, width, 4)."""
    upper, lower, left, right = common(patch.box, box)
    if upper >= lower or left >= right:
        return
    inside = (
        slice(upper - patch.rows.start, lower - patch.rows.start),
        slice(left - patch.columns.start, right - patch.columns.start),
    )
    under, cover = picture[upper:lower, left:right], patch.cover[inside]
    there = under[..., 3:] * (np.float32(1.0 / 255.0) * (1.0 - cover))  # how much of what lies below is still seen
    seen = np.maximum(cover + there, np.float32(1e-6))
    mixed = (patch.color[inside] * cover + under[..., :3] * there) / seen
    under[..., :3] = np.rint(mixed)
    under[..., 3:] = np.rint(255.0 * seen)


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
    """Boxes that cover the same; those that overlap are put together where that is no more work."""
    kept: list[Box] = []
    for new in boxes:
        box, number = new, 0
        while number < len(kept):
            both = around(kept[number], box)
            if area(both) <= area(kept[number]) + area(box):
                del kept[number]
                box, number = both, 0
            else:
                number += 1
        kept.append(box)
    return kept


def area(box: Box) -> int:
    """In pixels; 0 where there are none."""
    upper, lower, left, right = box
    return (lower - upper) * (right - left) if lower > upper and right > left else 0


def around(one: Box, other: Box) -> Box:
    """The smallest box that contains both."""
    if not area(one):
        return other
    return min(one[0], other[0]), max(one[1], other[1]), min(one[2], other[2]), max(one[3], other[3])


def common(one: Box, other: Box) -> Box:
    """What is in both."""
    return max(one[0], other[0]), min(one[1], other[1]), max(one[2], other[2]), min(one[3], other[3])


def extent(flags: Array) -> slice:
    """From the first True to the last."""
    places = np.flatnonzero(flags)
    return slice(int(places[0]), int(places[-1]) + 1) if places.size else slice(0, 0)
