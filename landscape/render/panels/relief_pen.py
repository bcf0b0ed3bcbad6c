"""Draw lines, markers and texts on the picture of a relief, in pixels from its upper left corner."""

from __future__ import annotations

import functools
import math

import numpy as np
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.colors import to_rgba
from matplotlib.font_manager import FontProperties, fontManager
from matplotlib.path import Path
from matplotlib.transforms import Affine2D

from landscape.core.component import Array
from landscape.render.canvas.canvas import dashes, extent, pixels_of, renderer
from landscape.render.style import marks
from landscape.render.style.marks import MarkerStyle
from landscape.render.style.theme import Dashes, Theme


@functools.lru_cache(maxsize=256)  # a movie's texts are the same in every frame, at other places
def _lettered(
    text: str, fonts: tuple[str, ...], size: float, dpi: float, known: int, color: str
) -> tuple[float, Array, int, int]:
    """(how wide a text is, its picture from the bottom up, how far that begins right of the text and ends below)."""
    font = FontProperties(family=list(fonts), size=size)
    pad = math.ceil(size * dpi / 72.0)
    wide, _, _ = RendererAgg(1, 1, dpi).get_text_width_height_descent(text, font, False)  # type: ignore[no-untyped-call]
    drawn = renderer(int(wide) + 2 * pad, 4 * pad, dpi)
    gc = drawn.new_gc()
    gc.set_foreground(color)
    drawn.draw_text(gc, pad, 2 * pad, text, font, 0.0)  # type: ignore[no-untyped-call]
    pixels = pixels_of(drawn)
    seen = pixels[..., 3] > 0
    rows, columns = extent(np.any(seen, axis=1)), extent(np.any(seen, axis=0))
    picture = np.ascontiguousarray(pixels[rows, columns][::-1])
    return float(wide), picture, columns.start - pad, rows.stop - 2 * pad


class ReliefPen:
    """Draws with a renderer, in pixels from its upper left corner. unit: pixels of a point."""

    def __init__(self, drawn: RendererAgg, theme: Theme, unit: float) -> None:
        self._drawn, self._theme, self.unit = drawn, theme, unit
        self._height = float(pixels_of(drawn).shape[0])
        self._flip = Affine2D.from_values(1.0, 0.0, 0.0, -1.0, 0.0, self._height)

    def line(self, places: Array, color: str, width: float, alpha: float, kind: Dashes = "solid") -> None:
        """A line through places (n, 2), broken where they are not numbers."""
        if len(places) > 1:
            gc = self._drawn.new_gc()
            gc.set_foreground(to_rgba(color, alpha), isRGBA=True)
            gc.set_alpha(alpha)
            gc.set_linewidth(width)
            gc.set_capstyle("round" if kind == "solid" else "butt")
            gc.set_joinstyle("round")
            if kind != "solid":
                gc.set_dashes(0.0, dashes(kind, width))
            self._drawn.draw_path(gc, Path(places), self._flip)  # type: ignore[no-untyped-call]

    def mark(self, marker: MarkerStyle, place: Array, alpha: float) -> None:
        """A marker at a place (2,)."""
        x, y = place
        gc = self._drawn.new_gc()
        gc.set_foreground(to_rgba(marker.edge, alpha), isRGBA=True)
        gc.set_alpha(alpha)
        gc.set_linewidth(marker.rim)
        face = None if marker.color == "none" else to_rgba(marker.color, alpha)
        shape = marks.outline(marker, 72.0 * self.unit)
        self._drawn.draw_path(gc, shape, Affine2D().translate(x, self._height - y), face)  # type: ignore[no-untyped-call]

    def text(self, text: str, place: Array, size: float, color: str, align: str, halo: str = "") -> None:
        """A line of text that begins or ends at a place; on a halo, where it has a colour."""
        known = len(fontManager.ttflist)  # one that is added may be taken from then on
        looks = text, tuple(self._theme.fonts), size, float(self._drawn.dpi), known
        wide, gc = _lettered(*looks, color)[0], self._drawn.new_gc()
        x, y, off = place[0] - (wide if align == "right" else 0.0), place[1], 1.6 * self.unit
        x = max(x, 2.0)
        around = [(off * i, off * j) for i in (-1, 0, 1) for j in (-1, 0, 1) if halo and (i or j)]
        for shade, dx, dy in [*((halo, dx, dy) for dx, dy in around), (color, 0.0, 0.0)]:
            _, picture, right, down = _lettered(*looks, shade)
            low = self._height - round(y + dy) - down
            self._drawn.draw_image(gc, round(x + dx) + right, low, picture)
