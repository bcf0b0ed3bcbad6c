"""Say with a few swatches which loss some of a landscape's contour lines have.

title_at(sheet, land, heads, left, right, y)       # the title from `left`, the swatches up to `right`
key_before(sheet, land, left, right, y)            # the swatches alone, as where several panels show one landscape
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.colors import to_hex
from matplotlib.patches import Rectangle

from landscape import i18n
from landscape.core.component import Array
from landscape.render.pages.sheet import Sheet
from landscape.render.panels.land import Land
from landscape.render.panels.terrain import Terrain

SWATCH = 16.0  # pixels
NEAR, APART = 5.0, 13.0  # from a swatch to its number, and from that to the next swatch
AWAY = 22.0  # from the title to the first swatch
COUNTS = (4, 3, 2)


def chosen(land: Terrain, count: int) -> Array:
    """(count,) of the levels, from a low to a high one; the one that divides a landscape is among them."""
    levels = land.levels
    if len(levels) <= count:
        return levels
    at = np.round(np.linspace(0.0, len(levels) - 1, count + 2)[1:-1] if len(levels) > 2 * count else
                  np.linspace(0, len(levels) - 1, count)).astype(int)  # fmt: skip
    if land.divide is not None and land.divide in levels:
        at[len(at) // 2] = int(np.flatnonzero(levels == land.divide)[0])
    return levels[np.unique(at)]


def written(values: Array) -> list[str]:
    """The numbers of levels, with as many digits as distinguish them."""
    values = np.where(np.abs(values) < 1e-12 * float(np.max(np.abs(values), initial=0.0)), 0.0, values)
    short = [i18n.number(float(f"{value:.2g}")) for value in values]
    close = [i18n.number(float(value)) for value in values]
    if len(set(short)) == len(values) and np.allclose([float(f"{v:.2g}") for v in values], values, rtol=0.05):
        return short
    return close if len(set(close)) == len(values) else [f"{value:.6g}".replace("-", "−") for value in values]


def title_at(sheet: Sheet, land: Land, heads: Sequence[str], left: float, right: float, y: float) -> None:
    """The longest title that leaves room for the key of levels, and that at the right."""
    size = sheet.theme.label
    if land.terrain is None or len(land.terrain.levels) == 0:
        sheet.text(left, y, sheet.choose(heads, right - left, size), size)
        return
    room = right - left
    choices = [(head, count) for head in heads for count in COUNTS[:2]] + [(heads[-1], COUNTS[2])]
    for head, count in choices:
        wide = _width(sheet, written(chosen(land.terrain, count)))
        if sheet.measure(head, size) + AWAY + wide <= room:
            break
    sheet.text(left, y, sheet.cut(head, max(room - wide - AWAY, 0.0), size), size)
    if wide <= room:
        key_at(sheet, land, count, right - wide, y)


def key_before(sheet: Sheet, land: Land, left: float, right: float, y: float) -> float:
    """The key of a landscape that several panels show, up to `right`; returns where what is left of it must end."""
    if land.terrain is None or len(land.terrain.levels) == 0:
        return right
    for count in COUNTS:
        wide = _width(sheet, written(chosen(land.terrain, count)))
        if wide <= right - left:
            key_at(sheet, land, count, right - wide, y)
            return right - wide - AWAY
    return right


def key_at(sheet: Sheet, land: Land, count: int, x: float, y: float) -> float:
    """A swatch and a number for each of some levels, from x on; returns where they end."""
    theme = sheet.theme
    assert land.terrain is not None
    assert land.colors is not None
    levels = chosen(land.terrain, count)
    for level, text in zip(levels, written(levels), strict=True):
        color = to_hex(land.colors(float(land.terrain.tone_of(np.array(level)))))
        corner = x / sheet.width, 1.0 - (y + 2.0) / sheet.height
        box = Rectangle(corner, SWATCH / sheet.width, SWATCH / sheet.height, transform=sheet.figure.transFigure,
                        facecolor=color, edgecolor=theme.quiet, linewidth=0.8)  # fmt: skip
        box.set_gid(f"level:{float(level)!r}")
        sheet.figure.add_artist(box)
        x += SWATCH + NEAR
        sheet.text(x, y, text, theme.tick, color=theme.quiet).set_gid(f"level:{float(level)!r}")
        x += sheet.measure(text, theme.tick) + APART
    return x - APART


def _width(sheet: Sheet, texts: list[str]) -> float:
    return sum(SWATCH + NEAR + sheet.measure(text, sheet.theme.tick) + APART for text in texts) - APART
