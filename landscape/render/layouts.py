"""Put panels, lists, keys and words together into the pages of the three views."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from landscape.record import Record, Track
from landscape.render import terrain, words
from landscape.render.curves import Curves, scale_words
from landscape.render.land import Land, mark_looks
from landscape.render.page import COUNTER, MARGIN, Page, Sheet, spread
from landscape.render.theme import LIGHT, Style
from landscape.render.trails import exit_of

if TYPE_CHECKING:
    from landscape.render._registry import View
    from landscape.render.views import Box, Contour, Convergence, Race

LEFT = 84.0  # room for the tick labels of the axes at the left
BELOW = 72.0  # room for tick labels, the axis name and the key under the axes
ABOVE = 70.0  # from the title's last baseline to the axes: the caption line and the panels' titles
GAP = 40.0
GLYPH = 30.0  # from the left of an entrant's marker to its name
WIDEST_LABEL = 230.0


def contour(view: Contour, record: Record, moving: bool) -> Page:
    """The landscape at the left, the list of entrants at the right."""
    page, top = _begin(view, record, moving)
    sheet = page.sheet
    height = sheet.height - top - BELOW
    rows = [_lines(track, "row" if not moving else "rate") for track in record.tracks]
    wide = float(np.clip(_widest(sheet, rows) + GLYPH, 190.0, 380.0))
    width = min(sheet.width - LEFT - wide - GAP - MARGIN, 1.5 * height)
    land = _land(page, view.window, view.levels, LEFT, top, width, height)
    left = LEFT + width + GAP
    _list(sheet, land, rows, left, top, sheet.width - MARGIN - left, height)
    _key(sheet, land, LEFT, left + wide)
    return page


def convergence(view: Convergence, record: Record, moving: bool) -> Page:
    """One wide panel with the labels at the curves' ends."""
    page, top = _begin(view, record, moving)
    rows = [_lines(track, "loss" if not moving else "name") for track in record.tracks]
    _curves(page, view.quantity, rows, LEFT, top, page.sheet.height - top - BELOW)
    return page


def race(view: Race, record: Record, moving: bool) -> Page:
    """The landscape at the left, the curves at the right."""
    page, top = _begin(view, record, moving)
    sheet = page.sheet
    height = sheet.height - top - BELOW
    rows = [_lines(track, "name") for track in record.tracks]
    wide = min(_widest(sheet, rows) + GLYPH, WIDEST_LABEL)
    (x0, x1), (y0, y1) = view.window or terrain.framed(record)
    most = sheet.width - LEFT - 2 * GAP - wide - MARGIN - 330.0
    width = float(np.clip(height * (x1 - x0) / (y1 - y0), 1.08 * height, 1.25 * height))
    width = max(min(width, most), 0.8 * height)
    land = _land(page, view.window, view.levels, LEFT, top, width, height)
    left = LEFT + width + GAP + 62.0
    _curves(page, view.quantity, rows, left, top, height)
    _key(sheet, land, LEFT, left)
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
    ax.set(xlabel="step", ylabel=scale_words(view.quantity, curves.scale))
    _legend(ax, record)


def _begin(view: View, record: Record, moving: bool) -> tuple[Page, float]:
    """A page with its title and room for the caption, and the y at which panels begin."""
    sheet = Sheet(view.width, view.height, LIGHT)
    baseline = sheet.heading(words.title(record), sheet.width - MARGIN - (COUNTER if moving else 0.0))
    caption = sheet.text(MARGIN, baseline + 29.0, "", LIGHT.label, color=LIGHT.quiet)
    page = Page(sheet, record, caption, moving)
    if moving:
        _counter(page)
    return page, max(baseline, 50.0 if moving else 0.0) + ABOVE


def _counter(page: Page) -> None:
    """ "step 120 / 500" at the top right; the digits stand where the longest number ends."""
    sheet, steps = page.sheet, page.record.steps
    total = sheet.text(sheet.width - MARGIN, 52.0, f"/ {steps}", LIGHT.label, ha="right", color=LIGHT.quiet)
    right = sheet.width - MARGIN - sheet.measure(total.get_text(), LIGHT.label) - 8.0
    page.counter = sheet.text(right, 52.0, "0", LIGHT.counter, ha="right", weight="bold")
    left = right - sheet.measure(str(steps), LIGHT.counter, "bold") - 8.0
    sheet.text(left, 52.0, "step", LIGHT.label, ha="right", color=LIGHT.quiet)


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
    sheet.text(left, top - 11.0, sheet.choose(ground, width, LIGHT.label), LIGHT.label)
    sheet.text(left - 12.0, top - 15.0, "y", LIGHT.label, ha="right", style="italic")
    sheet.text(left + width + 10.0, top + height, "x", LIGHT.label, style="italic")
    page.land = land
    return land


def _curves(page: Page, quantity: str, rows: list[tuple[str, str]], left: float, top: float, height: float) -> None:
    """The curves' panel from `left` to the page's right margin, the labels within it."""
    sheet = page.sheet
    wide = min(_widest(sheet, rows) + GLYPH, WIDEST_LABEL)
    width = sheet.width - MARGIN - wide - 18.0 - left
    curves = Curves(sheet.axes(left, top, width, height), page.record, quantity, LIGHT)
    curves.draw_ground()
    heads = words.curves(page.record, scale_words(quantity, curves.scale), curves.banded)
    room = sheet.width - MARGIN - left
    sheet.text(left, top - 11.0, sheet.choose(heads, room, LIGHT.label), LIGHT.label)
    sheet.text(left + width / 2.0, sheet.height - 18.0, "step", LIGHT.label, ha="center")
    page.curves = curves
    to_axes = curves.ax.transScale + curves.ax.transLimits
    ends = [float(to_axes.transform((0.0, curves.end_of(curve)))[1]) for curve in curves.curves]
    wanted = [top + height * (1.0 - end) for end in ends]
    tall = [26.0 + (21.0 if second else 0.0) for _, second in rows]
    if sum(tall) > height:
        rows, tall = _single(rows), [26.0] * len(rows)
    shown = int(min(len(rows), height // 20.0))
    places = spread(wanted[:shown], tall[:shown], top - 8.0, top + height + 8.0)
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


def _list(
    sheet: Sheet, land: Land, rows: list[tuple[str, str]], left: float, top: float, wide: float, height: float
) -> None:
    """The entrants from the top down; without the second lines where they are too many."""
    pitch = 60.0
    if len(rows) * 54.0 > height:
        rows, pitch = _single(rows), 30.0
    pitch = max(min(pitch, height / len(rows)), 22.0)
    shown = int(min(len(rows), height // pitch))
    for number, (bundle, row) in enumerate(zip(land.bundles[:shown], rows, strict=False)):
        _entry(sheet, bundle.style, row, left, top + (number + 0.5) * pitch, wide)
    _more(sheet, len(rows) - shown, left + GLYPH, top + height + 18.0)


def _entry(sheet: Sheet, style: Style, row: tuple[str, str], x: float, y: float, wide: float) -> None:
    """Marker and name with its middle at y, and a quiet line under it where there is one."""
    first, second = row
    up = _up(row)
    sheet.head(x + 10.0, y - up, style, LIGHT.head - 1)
    sheet.text(x + GLYPH - 4.0, y - up, sheet.cut(first, wide - GLYPH + 4.0, LIGHT.label, "bold"), LIGHT.label,
               color=style.color, weight="bold", va="center_baseline")  # fmt: skip
    if second:
        sheet.text(x + GLYPH - 4.0, y + 12.5, sheet.cut(second, wide - GLYPH + 4.0, LIGHT.tick), LIGHT.tick,
                   color=LIGHT.quiet, va="center_baseline")  # fmt: skip


def _up(row: tuple[str, str]) -> float:
    """How far the name of an entry stands above its middle."""
    return 10.5 if row[1] else 0.0


def _single(rows: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Entries without their second lines, for want of room; but a bad end is always told."""
    return [(f"{first}, diverged" if "diverged" in second else first, "") for first, second in rows]


def _more(sheet: Sheet, left_out: int, x: float, y: float) -> None:
    if left_out > 0:
        sheet.text(x, y, f"and {left_out} more", LIGHT.tick, color=LIGHT.quiet)


def _key(sheet: Sheet, land: Land, left: float, right: float) -> None:
    """What the marks mean, in a row under the landscape; those that find no room are left out."""
    entries = [(kind, mark_looks(kind, LIGHT)) for kind in ("start", "minimum", "local minimum", "saddle", "maximum")]
    entries = [(kind, looks) for kind, looks in entries if kind in land.marks]
    leaves = {
        str(bundle.track.status[run]) == "diverged"
        for bundle in land.bundles
        for run in bundle.full
        if exit_of(bundle.track, int(run), land.frame) is not None
    }
    grey = {"size": LIGHT.head - 1, "color": LIGHT.quiet, "edge": LIGHT.halo, "rim": LIGHT.rim, "effects": []}
    if False in leaves:
        entries.append(("leaves the frame", {**grey, "marker": (3, 0, -90.0)}))
    if True in leaves:
        entries.append(("diverges", {**grey, "marker": "X"}))
    x, y = left, sheet.height - 18.0
    for kind, looks in entries:
        wide = sheet.measure(kind, LIGHT.tick)
        if x + 24.0 + wide > right:
            break
        mark = sheet.marker(x + 10.0, y - 5.0, looks["marker"], min(looks["size"], 16.0), markerfacecolor=looks["color"],
                            markeredgecolor=looks["edge"], markeredgewidth=looks["rim"])  # fmt: skip
        mark.set_path_effects(looks["effects"])
        sheet.text(x + 26.0, y, kind, LIGHT.tick, color=LIGHT.quiet)
        x += 26.0 + wide + 22.0


def _lines(track: Track, what: str) -> tuple[str, str]:
    """An entrant's name and the quiet line under it. what: "name", "rate", "loss" or "row" for both.

    Runs that all diverged have no loss worth telling.
    """
    gone = bool((track.status == "diverged").all())
    rate = words.rate_line(track) if what in ("rate", "row") else ""
    loss = words.loss_line(track) if what in ("loss", "row") and not gone else ""
    return track.label, ", ".join(filter(None, (words.fate(track), rate, loss)))


def _widest(sheet: Sheet, rows: list[tuple[str, str]]) -> float:
    return max(
        max(sheet.measure(first, LIGHT.label, "bold"), sheet.measure(second, LIGHT.tick)) for first, second in rows
    )


def _legend(ax: Axes, record: Record) -> None:
    handles = []
    for index, track in enumerate(record.tracks):
        style = LIGHT.style(index)
        label = ", ".join(filter(None, (track.label, words.fate(track))))
        handles.append(Line2D([], [], color=style.color, marker=style.marker, linewidth=LIGHT.trail, label=label))
    ax.legend(handles=handles, loc="upper right")
