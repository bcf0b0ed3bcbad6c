"""Show a record in a notebook: as a picture, or as a movie that plays where it stands.

record                   # the last line of a cell: its picture
record.animate()         # its movie
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

from landscape.core import Surface
from landscape.record import Record

if TYPE_CHECKING:
    from landscape.render._registry import View


@dataclasses.dataclass(frozen=True)
class Clip:
    """A movie that a notebook plays. data: an MP4; told: what it shows, for who cannot see it; width: in pixels."""

    data: bytes
    told: str
    width: int

    def _repr_html_(self) -> str:
        source = f"data:video/mp4;base64,{base64.b64encode(self.data).decode()}"
        told = html.escape(self.told, quote=True)
        return (
            f'<video controls autoplay loop muted playsinline width="{self.width}" style="max-width:100%" '
            f'aria-label="{told}" src="{source}">{told}</video>'
        )


def usual_view(surface: Surface) -> str:
    """The view that shows the most of a record at one glance."""
    return {1: "curve", 2: "race"}.get(surface.dim, "convergence")


def png(record: Record) -> bytes:
    """The record's picture."""
    from landscape.render import draw

    figure, file = draw(record, {"name": usual_view(record.surface), "file": "record.png"}), io.BytesIO()
    figure.savefig(file, format="png", facecolor=figure.get_facecolor())
    return file.getvalue()


def clip(record: Record, view: View | str | Mapping[str, Any] | None = None, **looks: Any) -> Clip:
    """The record's movie. view, looks: as for `animate`."""
    from landscape.render import REGISTRY, animate
    from landscape.render.words import title

    made = REGISTRY.coerce(usual_view(record.surface) if view is None else view)
    with tempfile.TemporaryDirectory() as folder:
        path = animate(record, Path(folder) / "record.mp4", made, **looks)
        return Clip(path.read_bytes(), title(record), looks.get("width") or made.width)
