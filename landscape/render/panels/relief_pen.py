"""Draw lines, markers and texts on the picture of a relief, in pixels from its upper left corner."""

from __future__ import annotations

from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.colors import to_rgba
from matplotlib.font_manager import FontProperties
from matplotlib.path import Path
from matplotlib.transforms import Affine2D

from landscape.core.component import Array
from landscape.render.canvas.canvas import dashes, pixels_of
from landscape.render.style import marks
from landscape.render.style.marks import MarkerStyle
from landscape.render.style.theme import Dashes, Theme


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
        font = FontProperties(family=list(self._theme.fonts), size=size)
        wide, _, _ = self._drawn.get_text_width_height_descent(text, font, False)  # type: ignore[no-untyped-call]
        gc = self._drawn.new_gc()
        x, y, off = place[0] - (wide if align == "right" else 0.0), place[1], 1.6 * self.unit
        x = max(x, 2.0)
        around = [(off * i, off * j) for i in (-1, 0, 1) for j in (-1, 0, 1) if halo and (i or j)]
        for shade, dx, dy in [*((halo, dx, dy) for dx, dy in around), (color, 0.0, 0.0)]:
            gc.set_foreground(shade)
            self._drawn.draw_text(gc, round(x + dx), round(y + dy), text, font, 0.0)  # type: ignore[no-untyped-call]
