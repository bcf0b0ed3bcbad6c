"""What is seen where no script runs: the landscape and the first run of each entrant, as a picture of SVG.

poster(record, [[-2.0, 2.0], [-1.0, 3.0]], "Two on Rosenbrock", words)      # "<figure>...</figure>"
"""

from __future__ import annotations

import base64
import html
import struct
import zlib
from collections.abc import Mapping, Sequence

import numpy as np

from landscape.core.component import Array
from landscape.record import Record
from landscape.render.panels import terrain
from landscape.render.style.theme import LIGHT
from landscape.render.text.mathematics import without

WIDTH, HEIGHT = 640, 480
SHADES = (100, 75)  # of the landscape
TONES = 32
MOST_PLACES = 70  # of a run


def poster(record: Record, view: Sequence[Sequence[float]], title: str, words: Mapping[str, str]) -> str:
    """The picture, and below it how each run ends."""
    frame = (tuple(view[0]), tuple(view[1]))
    with np.errstate(all="ignore"):
        tone = terrain.sample(record.surface, frame, SHADES, 12).tone[::-1]  # type: ignore[arg-type]
    picture = base64.b64encode(png(tone)).decode()
    lines, ends = [], []
    for number, track in enumerate(record.tracks):
        colour = LIGHT.runs[number % len(LIGHT.runs)]
        label = html.escape(without(track.label))
        lines.append(_line(track.params[:, :, 0], view, colour, f"run{number}"))
        ends.append(f'<li style="color:{colour}">{label}: {words["loss"]} {track.value[-1, 0]:.3g}</li>')
    escaped = html.escape(title, quote=True)
    return (
        f'<figure><svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escaped}" width="100%">'
        f'<image width="{WIDTH}" height="{HEIGHT}" preserveAspectRatio="none" '
        f'href="data:image/png;base64,{picture}"/>{"".join(lines)}</svg></figure><ul>{"".join(ends)}</ul>'
    )


def _line(params: Array, view: Sequence[Sequence[float]], colour: str, name: str) -> str:
    """A run as a line that ends in a disc."""
    rows = np.unique(np.linspace(0, len(params) - 1, min(len(params), MOST_PLACES)).round().astype(int))
    (left, right), (low, high) = view
    x = (params[rows, 0] - left) / (right - left) * WIDTH
    y = (high - params[rows, 1]) / (high - low) * HEIGHT
    near = np.clip(np.stack([x, y], axis=1), -WIDTH, 2 * WIDTH).round(1)
    places = " ".join(f"{a:g},{b:g}" for a, b in near.tolist())
    return (
        f'<defs><polyline id="{name}" points="{places}" fill="none"/></defs>'
        f'<use href="#{name}" stroke="#fff" stroke-width="5"/>'
        f'<use href="#{name}" stroke="{colour}" stroke-width="2.4"/>'
        f'<circle cx="{near[-1, 0]:g}" cy="{near[-1, 1]:g}" r="6" fill="{colour}" stroke="#fff" stroke-width="1.5"/>'
    )


def png(tone: Array) -> bytes:
    """Tones (rows, columns) from 0 to 1, NaN where there is none, as a picture in the shades of the light theme."""
    places = np.linspace(0.0, len(LIGHT.ramp) - 1.0, TONES)
    ramp = np.array([[int(colour[at : at + 2], 16) for at in (1, 3, 5)] for colour in LIGHT.ramp], dtype=float)
    palette = np.stack([np.interp(places, np.arange(len(ramp)), channel) for channel in ramp.T], axis=1)
    unknown = [int(LIGHT.unknown[at : at + 2], 16) for at in (1, 3, 5)]
    colours = np.vstack([palette.round(), unknown]).astype(np.uint8)
    index = np.where(np.isnan(tone), TONES, np.nan_to_num(tone) * (TONES - 1) + 0.5).astype(np.uint8)
    rows = np.hstack([np.zeros((len(index), 1), np.uint8), index])  # each begins with the number of its filter
    height, width = index.shape
    parts = [
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)),
        (b"PLTE", colours.tobytes()),
        (b"IDAT", zlib.compress(rows.tobytes(), 9)),
        (b"IEND", b""),
    ]
    chunks = (
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)
