"""A figure that shows itself: the last line of a notebook's cell is enough, with pyplot, its inline backend or neither.

landscape.draw(record)                 # the whole page, as a PNG
landscape.draw(record).savefig("x.svg")
"""

from __future__ import annotations

import base64
import io
from typing import Any

from matplotlib.backend_bases import RendererBase
from matplotlib.figure import Figure

from landscape.render.canvas.ipython import Bundle, give_way, shown_width
from landscape.render.canvas.settings import own_settings, write


class Picture(Figure):
    """A matplotlib Figure that notebooks show whole: every pixel of its page, once, without `%matplotlib inline`.

    It looks the same under any settings of matplotlib; where it is saved by `savefig`, the size, the margins and the
    paper of the file are what the user has set for their files.
    """

    def __repr__(self) -> str:
        return f"<Picture size {self.bbox.width:.0f}x{self.bbox.height:.0f} with {len(self.axes)} Axes>"

    def draw(self, renderer: RendererBase) -> None:
        with own_settings():  # ticks and letters are made as late as this
            Figure.draw(self, renderer)

    def _repr_png_(self) -> bytes:
        file = io.BytesIO()
        write(self, file, "png")
        return file.getvalue()

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Bundle:
        give_way(Picture, Figure)
        data = {"text/plain": repr(self), "image/png": base64.b64encode(self._repr_png_()).decode()}
        return data, {"image/png": {"width": shown_width(round(self.bbox.width))}}
