"""Put panels, lists, keys and words together into the pages of the three views."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from landscape.core import Surface
from landscape.record import Record, Track
from landscape.render import marks, terrain, words
from landscape.render.curves import Curves, scale_words, series
from landscape.render.land import Land
from landscape.render.page import MARGIN, Page, Sheet, spread
from landscape.render.theme import LIGHT, Style
from landscape.render.trails import exit_of

if TYPE_CHECKING:
    from landscape.render._registry import View
    from landscape.render.views import Box, Contour, Convergence, Race

LEFT = 84.0  # room for the tick labels of the axes at the left
BELOW = 72.0  # room for tick labels, the axis name and the key under the axes
ABOVE = 72.0  # from the title's last baseline to the axes: the caption line and the panels' titles
NAMES = 54.0  # from the axes down to the baseline of the axis name and the key
GAP = 40.0
LEAST_CURVES = 262.0  # the narrowest panel of curves beside a landscape
GLYPH = 30.0  # from the left of an entrant's marker to its name
WIDEST_LABEL = 270.0


class Row(NamedTuple):
    """What is written beside an entrant's marker: its name, what must be told with it, and a quiet line below."""

    name: str
    tail: str = ""
    second: str = ""


def contour(view: Contour, record: Record, moving: bool) -> Page:
    """The landscape at the left, the list of entrants at the right."""
    page, top = _begin(view, record, moving)
    sheet = page.sheet
    rows = [_row(track, rate=True, last="" if moving else "loss") for track in record.tracks]
    wide = float(np.clip(_widest(sheet, rows) + GLYPH, 190.0, 380.0))
    most = sheet.width - LEFT - wide - GAP - MARGIN
    height = min(sheet.height - top - BELOW, most)
    width = min(most, 1.5 * height)
    land = _land(page, view.window, view.levels, LEFT, top, width, height)
    left = LEFT + width + GAP
    _list(sheet, land, rows, left, top, sheet.width - MARGIN - left, height)
    _key(sheet, land, LEFT, left + wide, top + height + NAMES)
    return page


def convergence(view: Convergence, record: Record, moving: bool) -> Page:
    """One wide panel with the labels at the curves' ends."""
    page, top = _begin(view, record, moving)
    rows = [_row(track, last="" if moving else view.quantity, surface=record.surface) for track in record.tracks]
    _curves(page, view.quantity, rows, LEFT, top, page.sheet.height - top - BELOW)
    return page


def race(view: Race, record: Record, moving: bool) -> Page:
    """The landscape at the left, the curves at the right."""
    page, top = _begin(view, record, moving)
    sheet = page.sheet
    rows = [_row(track) for track in record.tracks]
    wide = min(_widest(sheet, rows) + GLYPH, WIDEST_LABEL)
    most = sheet.width - LEFT - GAP - 62.0 - LEAST_CURVES - 18.0 - wide - MARGIN
    height = min(sheet.height - top - BELOW, most)
    (x0, x1), (y0, y1) = view.window or terrain.framed(record)
    width = min(float(np.clip(height * (x1 - x0) / (y1 - y0), 1.08 * height, 1.25 * height)), most)
    land = _land(page, view.window, view.levels, LEFT, top, width, height)
    left = LEFT + width + GAP + 62.0
    _curves(page, view.quantity, rows, left, top, height)
    _key(sheet, land, LEFT, left, top + height + NAMES)
    return page


def contour_into(view: Contour, ax: Axes, record: Record) -> None:
    """The landscape in Axes that someone else has laid out, with matplotlib's legend."""
    box = ax.get_window_extent()
    land = Land(ax, record, _frame(view.window, record, box.width / box.height), LIGHT)
    land.draw_ground(view.levels)
    land.draw_runs()
    ax.set(xlabel="x", ylabel="y")
    _legend(ax, record)


def convergence_into(view: Convergence, ax: Axes, record: Record) -> None:
    """The curves in Axes that someone else has laid out, with matplotlib's legend."""
    curves = Curves(ax, record, view.quantity, LIGHT)
    curves.draw_ground()
    curves.draw_runs()
    ax.set(xlabel="step", ylabel=words.short_name(view.quantity) + scale_words(curves.scale))
    _legend(ax, record)


def _begin(view: View, record: Record, moving: bool) -> tuple[Page, float]:
    """A page with its title and room for the caption, and the y at which panels begin."""
    sheet = Sheet(view.width, view.height, LIGHT)
    baseline = sheet.heading(words.title(record), sheet.width - MARGIN)
    caption = sheet.text(MARGIN, baseline + 29.0, "", LIGHT.label, color=LIGHT.quiet)
    page = Page(sheet, record, caption, sheet.width - MARGIN)
    if moving:
        _counter(page, baseline + ABOVE - 13.0)
    return page, baseline + ABOVE


def _counter(page: Page, y: float) -> None:
    """ "step 120 / 500" at the right, above the panels; the digits stand where the longest number ends."""
    sheet, steps = page.sheet, page.record.steps
    right = sheet.width - MARGIN
    sheet.text(right, y, f"/ {steps}", LIGHT.label, ha="right", color=LIGHT.quiet)
    right -= sheet.measure(f"/ {steps}", LIGHT.label) + 8.0
    page.counter = sheet.text(right, y, "", LIGHT.counter, ha="right", weight="bold")
    right -= sheet.measure(str(steps), LIGHT.counter, "bold") + 10.0
    sheet.text(right, y, "step", LIGHT.label, ha="right", color=LIGHT.quiet)
    page.right = right - sheet.measure("step", LIGHT.label) - 24.0


def _frame(window: Box, record: Record, aspect: float) -> terrain.Frame:
    """The given window as it is; else the one that shows the runs, grown to the panel's shape."""
    if window:
        (x0, x1), (y0, y1) = window
        return (x0, x1), (y0, y1)
    return terrain.fitted(terrain.framed(record), aspect)


def _land(page: Page, window: Box, levels: int, left: float, top: float, width: float, height: float) -> Land:
    sheet, record = page.sheet, page.record
    land = Land(sheet.axes(left, top, width, height), record, _frame(window, record, width / height), LIGHT)
    ground = words.ground(record, land.draw_ground(levels))
    sheet.text(left, top - 11.0, sheet.choose(ground, min(width, page.right - left), LIGHT.label), LIGHT.label)
    sheet.text(left - 12.0, top - 15.0, "y", LIGHT.label, ha="right", style="italic")
    sheet.text(left + width + 10.0, top + height, "x", LIGHT.label, style="italic")
    page.land = land
    return land


def _curves(page: Page, quantity: str, rows: list[Row], left: float, top: float, height: float) -> None:
    """The curves' panel from `left` to the page's right margin, the labels within it."""
    sheet = page.sheet
    wide = min(_widest(sheet, rows) + GLYPH, WIDEST_LABEL)
    width = sheet.width - MARGIN - wide - 18.0 - left
    curves = Curves(sheet.axes(left, top, width, height), page.record, quantity, LIGHT)
    curves.draw_ground()
    heads = words.curves(page.record, quantity, scale_words(curves.scale), curves.banded)
    sheet.text(left, top - 11.0, sheet.choose(heads, page.right - left, LIGHT.label), LIGHT.label)
    sheet.text(left + width / 2.0, top + height + NAMES, "step", LIGHT.label, ha="center")
    page.curves = curves
    to_axes = curves.ax.transScale + curves.ax.transLimits
    ends = [float(to_axes.transform((0.0, curves.end_of(curve)))[1]) for curve in curves.curves]
    wanted = [top + height * (1.0 - end) for end in ends]
    tall = [26.0 + (21.0 if second else 0.0) for *_, second in rows]
    if sum(tall) > height:
        rows, tall = _single(rows), [26.0] * len(rows)
    shown = int(min(len(rows), height // 20.0))
    places = spread(wanted[:shown], tall[:shown], top, top + height + 8.0)
    x = left + width + 18.0
    for curve, row, target, y in zip(curves.curves, rows, wanted, places, strict=False):
        if abs(target - y) > 3.0 and curves.reaches_end(curve):
            sheet.figure.add_artist(Line2D(
                [(left + width + 7.0) / sheet.width, (x - 2.0) / sheet.width],
                [1.0 - target / sheet.height, 1.0 - (y - _up(row)) / sheet.height],
                transform=sheet.figure.transFigure, color=curve.style.color, linewidth=0.9, alpha=0.7,
            ))  # fmt: skip
        _entry(sheet, curve.style, row, x, y, wide)
    _more(sheet, len(rows) - shown, x + GLYPH, top + height + 26.0)


def _list(sheet: Sheet, land: Land, rows: list[Row], left: float, top: float, wide: float, height: float) -> None:
    """The entrants from the top down; without the second lines where they are too many."""
    pitch = 60.0
    if len(rows) * 54.0 > height:
        rows, pitch = _single(rows), 30.0
    pitch = max(min(pitch, height / len(rows)), 22.0)
    shown = int(min(len(rows), height // pitch))
    for number, (bundle, row) in enumerate(zip(land.bundles[:shown], rows, strict=False)):
        _entry(sheet, bundle.style, row, left, top + (number + 0.5) * pitch, wide)
    _more(sheet, len(rows) - shown, left + GLYPH, top + height + 18.0)


def _entry(sheet: Sheet, style: Style, row: Row, x: float, y: float, wide: float) -> None:
    """Marker and name with its middle at y, and a quiet line under it where there is one."""
    up = _up(row)
    left, room = x + GLYPH - 4.0, wide - GLYPH + 4.0
    sheet.mark(x + 10.0, y - up, marks.head(style, LIGHT, LIGHT.head - 1.0))
    name = sheet.cut(row.name, room - sheet.measure(row.tail, LIGHT.label, "bold"), LIGHT.label, "bold")
    sheet.text(left, y - up, name + row.tail, LIGHT.label, color=style.color, weight="bold", va="center_baseline")
    if row.second:
        second = sheet.cut(row.second, room, LIGHT.tick)
        sheet.text(left, y + 12.5, second, LIGHT.tick, color=LIGHT.quiet, va="center_baseline")


def _up(row: Row) -> float:
    """How far the name of an entry stands above its middle."""
    return 10.5 if row.second else 0.0


def _single(rows: list[Row]) -> list[Row]:
    """Entries without their second lines, for want of room; but a bad end is always told."""
    return [Row(row.name, ", diverged" if "diverged" in row.second else "") for row in rows]


def _more(sheet: Sheet, left_out: int, x: float, y: float) -> None:
    if left_out > 0:
        sheet.text(x, y, f"and {left_out} more", LIGHT.tick, color=LIGHT.quiet)


def _key(sheet: Sheet, land: Land, left: float, right: float, y: float) -> None:
    """What the marks mean, in a row under the landscape; those that find no room are left out."""
    kinds = ("start", "minimum", "local minimum", "saddle", "maximum")
    entries = [(kind, marks.ground(kind, LIGHT)) for kind in kinds if kind in land.marks]
    leaves = {
        str(bundle.track.status[run]) == "diverged"
        for bundle in land.bundles
        for run in bundle.full
        if exit_of(bundle.track, int(run), land.frame) is not None
    }
    if False in leaves:
        entries.append(("leaves the frame", [marks.arrow(LIGHT.quiet, LIGHT, np.array([1.0, 0.0]))]))
    if True in leaves:
        entries.append(("diverges", [marks.cross(LIGHT.quiet, LIGHT)]))
    x = left
    for kind, looks in entries:
        wide = sheet.measure(kind, LIGHT.tick)
        if x + 24.0 + wide > right:
            break
        for look in looks:
            sheet.mark(x + 10.0, y - 5.0, dataclasses.replace(look, size=min(look.size, 16.0)))
        sheet.text(x + 26.0, y, kind, LIGHT.tick, color=LIGHT.quiet)
        x += 26.0 + wide + 22.0


def _row(track: Track, rate: bool = False, last: str = "", surface: Surface | None = None) -> Row:
    """An entrant's entry; with its rate, and with the last value of the quantity `last`, where these are wanted.

    Runs that all diverged have no last value worth telling.
    """
    parts = [words.fate(track), words.rate_line(track) if rate else ""]
    if last and not (track.status == "diverged").all():
        parts.append(words.last_line(last, track.value if surface is None else series(track, last, surface)))
    return Row(track.label, "", ", ".join(filter(None, parts)))


def _widest(sheet: Sheet, rows: list[Row]) -> float:
    return max(
        max(sheet.measure(row.name + row.tail, LIGHT.label, "bold"), sheet.measure(row.second, LIGHT.tick))
        for row in rows
    )


def _legend(ax: Axes, record: Record) -> None:
    handles = []
    for index, track in enumerate(record.tracks):
        style = LIGHT.style(index)
        label = ", ".join(filter(None, (track.label, words.fate(track))))
        handles.append(Line2D([], [], color=style.color, marker=style.marker, linewidth=LIGHT.trail, label=label))
    ax.legend(handles=handles, loc="upper right")
