"""What is painted on a picture pixel by pixel, where matplotlib has no artists: on landscapes in space and in movies.

    with strokes() as painted:
        figure = draw(record, "surface")
    painted.lines()                       # "mark; at 210.1 83.4; marker * 19 #ffc425 #1b1f24 1.2; alpha 1", ...

Places are in the picture's own pixels.
"""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from inventory import hexed, line_of, path_of, quoted

from landscape.render.canvas.canvas import Canvas, Stamp
from landscape.render.panels.relief_pen import ReliefPen

FEW = 8  # from how many on strokes that look alike share a line


class Painted:
    """Strokes in their order. Each: what it is, its points (n, 2), and how it looks."""

    def __init__(self) -> None:
        self.strokes: list[tuple[str, np.ndarray, dict[str, Any]]] = []

    def add(self, what: str, places: Any, **looks: Any) -> None:
        """One more."""
        self.strokes.append((what, np.array(places, dtype=float).reshape(-1, 2), looks))

    def lines(self) -> list[str]:
        """A line for each, or for many that look alike, and none is left."""
        alike: dict[str, list[np.ndarray]] = {}
        for what, places, looks in self.strokes:
            alike.setdefault(line_of(what, **looks), []).append(places)
        self.strokes.clear()
        found = []
        for said, places in alike.items():
            what, *parts = said.split("; ")
            groups = [places] if len(places) > FEW else [[each] for each in places]
            for group in groups:
                where = line_of(what, times=len(group) if len(group) > 1 else None, **path_of(np.concatenate(group)))
                found.append(f"  {'; '.join([where, *parts])}")
        return found


@contextlib.contextmanager
def strokes() -> Iterator[Painted]:
    """What is painted as long as this lasts."""
    painted, before = Painted(), {}

    def listened(cls: type, name: str, told: Callable[..., None]) -> None:
        right = before[cls, name] = getattr(cls, name)

        @functools.wraps(right)
        def heard(self: Any, *given: Any, **named: Any) -> Any:
            told(self, *given, **named)
            return right(self, *given, **named)

        setattr(cls, name, heard)

    def seen(alpha: float) -> float | None:
        return None if alpha == 1.0 else alpha

    def line(_: ReliefPen, places: Any, color: str, width: float, alpha: float, kind: Any = "solid") -> None:
        painted.add(
            "line", places, pen=[hexed(color), width], alpha=seen(alpha), dashes=None if kind == "solid" else str(kind)
        )

    def mark(_: ReliefPen, marker: Any, place: Any, alpha: float) -> None:
        looks = [str(marker.marker), marker.size, hexed(marker.color), hexed(marker.edge), marker.rim]
        painted.add("mark", place, marker=looks, alpha=seen(alpha))

    def text(_: ReliefPen, text: str, place: Any, size: float, color: str, align: str, halo: str = "") -> None:
        painted.add("text", place, text=quoted(text), font=[size, hexed(color), align, halo or "none"])

    def made(self: Stamp, _: Canvas, shape: Any, size: float, color: str, edge: str, rim: float) -> None:
        self.look = [f"path{len(shape)}", size, hexed(color), hexed(edge), rim]  # type: ignore[attr-defined]

    def put(self: Stamp, x: float, y: float) -> None:
        painted.add("stamp", (x, y), marker=self.look, reach=self.reach)  # type: ignore[attr-defined]

    def grown(_: Canvas, casing: Any, ink: Any, pens: Any, path: Any, box: Any) -> None:
        widths = [pen.get_linewidth() for pen in pens]
        painted.add("trail", path, pen=[hexed(tuple(ink.color / 255.0)), *widths], share=[casing.share, ink.share])

    listened(ReliefPen, "line", line)
    listened(ReliefPen, "mark", mark)
    listened(ReliefPen, "text", text)
    listened(Stamp, "__init__", made)
    listened(Stamp, "put", put)
    listened(Canvas, "add_line", grown)
    try:
        yield painted
    finally:
        for (cls, name), right in before.items():
            setattr(cls, name, right)
