"""Sketch a surface in characters for a terminal; dark is low."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np

from landscape.core.component import Array
from landscape.core.critical_points import CriticalPoint
from landscape.core.registry import registry
from landscape.core.surface import Surface

WIDTH, HEIGHT = 72, 24

# Shades from low to high, and the marks of the points: in Unicode, and for terminals that have only ASCII.
UNICODE = ("█▓▒░ ", {"minimum": "★", "saddle": "×", "maximum": "▲", "start": "○", "curve": "●"})
ASCII = ("@#+-. ", {"minimum": "V", "saddle": "x", "maximum": "^", "start": "o", "curve": "*"})


def sketch(surface: Surface) -> str:
    """The window of a surface as lines of text, with a legend."""
    shades, signs = _characters()
    if surface.dim == 1:
        rows, marked = _curve(surface, signs)
    else:
        rows, marked = _ground(surface, shades, signs)
    legend = "   ".join(f"{signs[name]} {name}" for name in marked)
    if surface.dim > 2:
        legend += f"   (a cut along 2 of {surface.dim} coordinates)"
    return "\n".join("  " + "".join(row).rstrip() for row in rows) + f"\n\n  {legend}"


def _characters() -> tuple[str, dict[str, str]]:
    try:
        "".join([UNICODE[0], *UNICODE[1].values()]).encode(getattr(sys.stdout, "encoding", None) or "ascii")
    except (UnicodeEncodeError, LookupError):
        return ASCII
    return UNICODE


def _ground(surface: Surface, shades: str, signs: dict[str, str]) -> tuple[list[list[str]], list[str]]:
    from landscape.render.panels.terrain import sample

    plane = surface if surface.dim == 2 else registry("surface").build("slice", surface=surface)
    frame: Any = plane.window
    tone = sample(plane, frame, (WIDTH, HEIGHT), 10).tone[::-1]
    index = np.clip(np.nan_to_num(tone, nan=1.0) * len(shades), 0, len(shades) - 1).astype(int)
    rows = [[shades[i] for i in row] for row in index]
    start = CriticalPoint(plane.customary_start, 0.0, "minimum")
    places = [(name, [point.point for point in points]) for name, points in (("start", [start]), *_by_kind(plane))]
    return rows, _mark(rows, places, frame, signs)


def _mark(
    rows: list[list[str]], places: list[tuple[str, list[Array]]], frame: tuple[Any, Any], signs: dict[str, str]
) -> list[str]:
    """Put signs where the places are, the last on top; returns the names of those that are within the frame."""
    marked: list[str] = []
    for name, points in places:
        for point in points:
            column, row = _cell(point, frame)
            if 0 <= column < WIDTH and 0 <= row < HEIGHT:
                rows[row][column] = signs[name]
                if name not in marked:
                    marked.append(name)
    return marked


def _by_kind(surface: Surface) -> list[tuple[str, list[CriticalPoint]]]:
    """Maxima, saddles and minima, so that minima are drawn last; minima alone if there are many points."""
    points = surface.critical_points
    kinds = ("maximum", "saddle", "minimum") if len(points) <= 24 else ("minimum",)
    return [(kind, [point for point in points if point.kind == kind]) for kind in kinds]


def _cell(point: Array, frame: tuple[tuple[float, float], ...]) -> tuple[int, int]:
    (x0, x1), (y0, y1) = frame
    across, up = (point[0] - x0) / (x1 - x0), (point[1] - y0) / (y1 - y0)
    return round(float(across) * (WIDTH - 1)), HEIGHT - 1 - round(float(up) * (HEIGHT - 1))


def _curve(surface: Surface, signs: dict[str, str]) -> tuple[list[list[str]], list[str]]:
    ((low, high),) = surface.window
    x = np.linspace(low, high, WIDTH)
    with np.errstate(all="ignore"):
        y = np.asarray(surface.value(x[None]), dtype=np.float64)
    known = y[np.isfinite(y)]
    frame = ((low, high), (float(known.min()), float(known.max() + (known.max() == known.min()))))
    rows = [[" "] * WIDTH for _ in range(HEIGHT)]
    line = [point for point in np.array([x, y]).T if np.all(np.isfinite(point))]
    return rows, _mark(rows, [("curve", line), *_known(surface)], frame, signs)


def _known(surface: Surface) -> list[tuple[str, list[Array]]]:
    return [(kind, [np.append(p.point, p.value) for p in points]) for kind, points in _by_kind(surface)]
