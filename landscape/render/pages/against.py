"""Lay out curves against a hyper-parameter, with a label at the end of each."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from landscape.render.pages.lists import Row, Tag, tags_at, widest
from landscape.render.pages.placing import BELOW, LEFT, NAMES
from landscape.render.pages.sheet import GLYPH, MARGIN, Sheet
from landscape.render.panels.against import Series, best_words, draw_curves
from landscape.render.panels.scales import Scale
from landscape.render.style.theme import Theme
from landscape.render.style.tick_labels import Unit
from landscape.render.text.tables import axis_name


def curves_against(
    sheet: Sheet, top: float, found: Sequence[Series], hyper: str, head: Callable[[Scale, Unit, Theme], str],
    even: bool = False, lowest: bool = True,
) -> None:  # fmt: skip
    """One panel from y = top down. head: what the figures are called; lowest: whether labels say where it is lowest."""
    theme = sheet.theme
    rows = [Row(each.label, second=best_words(each, theme) if lowest else "") for each in found]
    wide = widest(sheet, rows) + GLYPH
    height = sheet.height - top - BELOW
    width = sheet.width - MARGIN - LEFT - wide - 18.0
    ax = sheet.axes(LEFT, top, width, height)
    scale, unit = draw_curves(ax, found, theme, even)
    sheet.text(LEFT, top - 11.0, head(scale, unit, theme), theme.label)
    sheet.text(LEFT + width / 2.0, top + height + NAMES, axis_name(hyper, theme), theme.label, ha="center")
    to_axes = ax.transScale + ax.transLimits
    tags = []
    for each, row in zip(found, rows, strict=True):
        last = float(np.clip(each.middle[-1] if each.known[-1] else scale.high, scale.low, scale.high))
        up = float(to_axes.transform((each.x[-1], last))[1])
        tags.append(Tag(row, top + height * (1.0 - up), False, each.style.color, each.style))
    tags_at(sheet, tags, LEFT + width, top, height, wide)
