"""Show a movie in a notebook, where it plays: the last line of a cell is enough.

landscape.animate(record)       # a Clip
"""

from __future__ import annotations

import base64
import dataclasses
import html
import io
from pathlib import Path
from typing import Any

from landscape.render.canvas.ipython import Bundle, shown_width


@dataclasses.dataclass(frozen=True, repr=False)
class Clip:
    """A movie that a notebook plays.

    data: an MP4; still: its last frame, a PNG, for where no movie plays: a notebook that is not trusted, or a printed
    one; description: of what it shows, for readers who cannot see it; width, height: in pixels; seconds: how long it
    lasts.
    """

    data: bytes
    still: bytes
    description: str
    width: int
    height: int
    seconds: float

    def __repr__(self) -> str:
        return f"Clip({self.seconds:.1f} s, {self.width}x{self.height}, mp4, {_size(len(self.data))})"

    def _repr_html_(self) -> str:
        description = html.escape(" ".join(self.description.split()), quote=True)
        return (
            f'<video controls autoplay loop muted playsinline width="{shown_width(self.width)}" '
            f'style="max-width:100%" poster="{_inline("image/png", self.still)}" aria-label="{description}" '
            f'src="{_inline("video/mp4", self.data)}">{description}</video>'
        )

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Bundle:
        still = base64.b64encode(self.still).decode()
        data = {"text/plain": repr(self), "text/html": self._repr_html_(), "image/png": still}
        return data, {"image/png": {"width": shown_width(self.width)}}


def clip_of(path: Path, still: Path, description: str) -> Clip:
    """The clip of an MP4 and a PNG that lie on the disk."""
    import av

    with av.open(path) as movie:
        (stream,) = movie.streams.video
        seconds = (movie.duration or 0) / av.time_base
        return Clip(path.read_bytes(), _small(still), description, stream.width, stream.height, seconds)


def _small(still: Path) -> bytes:
    """A PNG in 256 colours, a third of the bytes: a notebook stores it twice, and shows it where it cannot play."""
    from PIL import Image

    file = io.BytesIO()
    with Image.open(still) as picture:
        picture.convert("RGB").quantize(256).save(file, "PNG", optimize=True)
    return file.getvalue()


def _inline(kind: str, data: bytes) -> str:
    return f"data:{kind};base64,{base64.b64encode(data).decode()}"


def _size(count: int) -> str:
    """Bytes in words: "456 kB"."""
    return f"{count / 1e6:.1f} MB" if count >= 999_500 else f"{max(1, round(count / 1e3))} kB"
