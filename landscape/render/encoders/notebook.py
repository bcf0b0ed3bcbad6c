"""Show a record in a notebook: as a picture, or as a movie that plays where it stands.

record                      # the last line of a cell: its picture
landscape.animate(record)   # its movie; record.animate() likewise
"""

from __future__ import annotations

import base64
import dataclasses
import html
import io
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from landscape.core.surface import Surface
from landscape.record import Record

if TYPE_CHECKING:
    from landscape.render.views._base import View

Bundle = tuple[dict[str, Any], dict[str, Any]]  # what a notebook shows by MIME type, and how

WIDEST = 960  # on the screen: a page of 1280 pixels stays sharp where a screen has more than one for each


def shown_width(width: int) -> int:
    """How wide a notebook shows a picture of so many pixels; it makes it narrower where there is less room."""
    return min(width, WIDEST)


@dataclasses.dataclass(frozen=True, repr=False)
class Clip:
    """A movie that a notebook plays.

    data: an MP4; still: its last frame, a PNG, for where no movie plays: a notebook that is not trusted, or a printed
    one; told: what it shows, for who cannot see it; width, height: in pixels; seconds: how long it lasts.
    """

    data: bytes
    still: bytes
    told: str
    width: int
    height: int
    seconds: float

    def __repr__(self) -> str:
        return f"Clip({self.seconds:.1f} s, {self.width}x{self.height}, mp4, {_size(len(self.data))})"

    def _repr_html_(self) -> str:
        told = html.escape(" ".join(self.told.split()), quote=True)
        return (
            f'<video controls autoplay loop muted playsinline width="{shown_width(self.width)}" '
            f'style="max-width:100%" poster="{_inline("image/png", self.still)}" aria-label="{told}" '
            f'src="{_inline("video/mp4", self.data)}">{told}</video>'
        )

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Bundle:
        still = base64.b64encode(self.still).decode()
        data = {"text/plain": repr(self), "text/html": self._repr_html_(), "image/png": still}
        return data, {"image/png": {"width": shown_width(self.width)}}


def usual_view(surface: Surface) -> str:
    """The view that shows the most of a record at one glance."""
    return {1: "curve", 2: "race"}.get(surface.dim, "convergence")


def bundle(record: Record) -> Bundle:
    """The record's picture."""
    from landscape.render import draw
    from landscape.render.picture import Picture

    picture = draw(record, {"name": usual_view(record.surface), "file": "record.png"})
    assert isinstance(picture, Picture)
    shown, looks = picture._repr_mimebundle_()
    return {**shown, "text/plain": repr(record)}, looks


def clip(record: Record, view: View | str | Mapping[str, Any] | None = None, **looks: Any) -> Clip:
    """The record's movie. view, looks: as for `animate`."""
    import av

    from landscape.render import animate
    from landscape.render.text.captions import title
    from landscape.render.text.mathematics import without

    view = usual_view(record.surface) if view is None else view
    with tempfile.TemporaryDirectory() as folder:
        still = Path(looks.pop("poster", None) or Path(folder) / "still.png")
        path = animate(record, Path(folder) / "record.mp4", view, poster=still, **looks)
        with av.open(path) as movie:
            (stream,) = movie.streams.video
            told, seconds = without(title(record)), (movie.duration or 0) / av.time_base
            return Clip(path.read_bytes(), _small(still), told, stream.width, stream.height, seconds)


def _small(still: Path) -> bytes:
    """A PNG in 256 colours, a third of the bytes: a notebook holds it twice, and shows it where it cannot play."""
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
