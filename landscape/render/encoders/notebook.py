"""Show a movie in a notebook, where it plays: the last line of a cell is enough.

landscape.animate(record)                  # a Clip: its movie is written beside the notebook, which stays small
landscape.animate(record, inline=True)     # the notebook itself holds the movie
"""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import html
import io
import re
from pathlib import Path
from typing import Any

from landscape.core.files import atomic_write
from landscape.render.canvas.ipython import Bundle, beside_notebook, shown_width

FOLDER = "movies"  # beside the notebook
STILL_WIDTH = 640  # of the last frame where the movie is a file, in pixels


@dataclasses.dataclass(frozen=True, repr=False)
class Clip:
    """A movie that a notebook plays.

    data: an MP4; still: its last frame, a PNG, for where no movie plays: a notebook that is not trusted, or a printed
    one; description: of what it shows, for readers who cannot see it; width, height: in pixels; seconds: how long it
    lasts. inline: whether the notebook holds the movie itself; else it holds a small still, and the movie is a file in
    the folder `movies` beside it, where Jupyter runs and that can be written.
    """

    data: bytes
    still: bytes
    description: str
    width: int
    height: int
    seconds: float
    inline: bool = False

    def __repr__(self) -> str:
        return f"Clip({self.seconds:.1f} s, {self.width}x{self.height}, mp4, {_size(len(self.data))})"

    def _repr_html_(self) -> str:
        return self._page(None if self.inline else self._beside())

    def _page(self, file: str | None) -> str:
        """The element that plays. file: where the movie lies, as seen from the notebook; else it is in the page."""
        description = html.escape(" ".join(self.description.split()), quote=True)
        still = _inline("image/png", self.still) if file is None else _inline("image/jpeg", _reduced(self.still))
        source = html.escape(file, quote=True) if file else _inline("video/mp4", self.data)
        link = f'<div><a href="{source}" target="_blank">{source}</a></div>' if file else ""
        return (
            f'<video controls autoplay loop muted playsinline width="{shown_width(self.width)}" '
            f'style="max-width:100%" poster="{still}" aria-label="{description}" '
            f'src="{source}">{description}</video>{link}'
        )

    def _beside(self) -> str | None:
        """Write the movie beside the notebook, once; where it lies from there. None where no notebook would find it."""
        if (folder := beside_notebook()) is None:
            return None
        words = re.sub(r"[^a-z0-9]+", "-", self.description.lower()).strip("-")[:40].strip("-")
        name = f"{words or 'movie'}-{hashlib.sha256(self.data).hexdigest()[:8]}.mp4"
        try:
            (folder / FOLDER).mkdir(exist_ok=True)
            path = folder / FOLDER / name
            if not path.exists() or path.stat().st_size != len(self.data):
                with atomic_write(path) as file:
                    file.write(self.data)
        except OSError:
            return None
        return f"{FOLDER}/{name}"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Bundle:
        file = None if self.inline else self._beside()
        data = {"text/plain": repr(self), "text/html": self._page(file)}
        kind, still = ("image/png", self.still) if file is None else ("image/jpeg", _reduced(self.still))
        data[kind] = base64.b64encode(still).decode()
        return data, {kind: {"width": shown_width(self.width)}}


def clip_of(path: Path, still: Path, description: str, inline: bool = False) -> Clip:
    """The clip of an MP4 and a PNG that lie on the disk."""
    import av

    with av.open(path) as movie:
        (stream,) = movie.streams.video
        seconds = (movie.duration or 0) / av.time_base
        return Clip(path.read_bytes(), _small(still), description, stream.width, stream.height, seconds, inline)


def _small(still: Path) -> bytes:
    """A PNG in 256 colours, a third of the bytes: a notebook stores it twice, and shows it where it cannot play."""
    from PIL import Image

    file = io.BytesIO()
    with Image.open(still) as picture:
        picture.convert("RGB").quantize(256).save(file, "PNG", optimize=True)
    return file.getvalue()


def _reduced(still: bytes) -> bytes:
    """A PNG as a smaller JPEG."""
    from PIL import Image

    file = io.BytesIO()
    with Image.open(io.BytesIO(still)) as picture:
        size = (STILL_WIDTH, max(1, round(picture.height * STILL_WIDTH / picture.width)))
        small = (
            picture.convert("RGB").resize(size, Image.Resampling.LANCZOS) if picture.width > STILL_WIDTH else picture
        )
        small.convert("RGB").save(file, "JPEG", quality=80, optimize=True)
    return file.getvalue()


def _inline(kind: str, data: bytes) -> str:
    return f"data:{kind};base64,{base64.b64encode(data).decode()}"


def _size(count: int) -> str:
    """Bytes in words: "456 kB"."""
    return f"{count / 1e6:.1f} MB" if count >= 999_500 else f"{max(1, round(count / 1e3))} kB"
