"""A figure that shows itself: the last line of a notebook's cell is enough, with pyplot, its inline backend or neither.

landscape.draw(record)                 # the whole page, as a PNG
landscape.draw(record).savefig("x.svg")
"""

from __future__ import annotations

import base64
import io
from typing import Any

import matplotlib
from matplotlib.figure import Figure

from landscape.render.canvas.ipython import Bundle, give_way, shown_width

# a user's matplotlibrc decides over files of their own, not over what a page looks like
WHOLE = {"savefig.bbox": None, "savefig.transparent": False, "savefig.dpi": "figure"}


class Picture(Figure):
    """A matplotlib Figure that notebooks show whole: every pixel of its page, once, without `%matplotlib inline`."""

    def __repr__(self) -> str:
        return f"<Picture size {self.bbox.width:.0f}x{self.bbox.height:.0f} with {len(self.axes)} Axes>"

    def _repr_png_(self) -> bytes:
        file = io.BytesIO()
        with matplotlib.rc_context(WHOLE):  # type: ignore[arg-type]
            self.savefig(file, format="png", facecolor=self.get_facecolor())
        return file.getvalue()

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Bundle:
        give_way(Picture, Figure)
        data = {"text/plain": repr(self), "image/png": base64.b64encode(self._repr_png_()).decode()}
        return data, {"image/png": {"width": shown_width(round(self.bbox.width))}}
