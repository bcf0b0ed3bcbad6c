"""Put panels, lists, keys and words together into pages: the parts that the views share, and the first three pages."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from landscape.component import Array
from landscape.record import Record, Track
from landscape.render import marks, terrain, words
from landscape.render.curves import Curves
from landscape.render.land import Land
from landscape.render.page import MARGIN, Page, Sheet, spread
from landscape.render.theme import Style, Theme, look
from landscape.render.theory import Promise
from landscape.render.trails import Bundle, exit_of

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
    """What is written beside an entrant's marker: its name, what must be told with it, and a quiet line below; gone:
    whether it tells of runs that diverged."""

    name: str
    tail: str = ""
    second: str = ""
    gone: bool = False


class Tag(NamedTuple):
    """A label at the end of a curve: of an entrant, or of a line of theory. target: the y it belongs to; joined:
    whether a thin line leads there."""

    row: Row
    target: float
    joined: bool
    color: str
    style: Style | None


def contour(view: Contour, record: Record, moving: bool) -> Page:
    """The landscape at the left, the list of entrants at the right."""
    page, top = begin(view, record, moving)
    beside_list(page, top, view.window, view.levels, rate=True)
    return page


def beside_list(
    page: Page, top: float, window: Box, levels: int | None, rate: bool = False, heads: Sequence[str] = ()
) -> Land:
    """A plane with the list of entrants at its right and the key below. levels: None for plain paper."""
    sheet, record, moving = page.sheet, page.record, page.counter is not None
    rows = [row_of(track, sheet.theme, rate=rate, last="" if moving else "loss") for track in record.tracks]
    wide = float(np.clip(widest(sheet, rows) + GLYPH, 190.0, 380.0))
    most = sheet.width - LEFT - wide - GAP - MARGIN
    height = min(sheet.height - top - BELOW, most)
    width = min(most, 1.5 * height)
    land = land_at(page, window, levels, (LEFT, top, width, height), heads)
    left = LEFT + width + GAP
    list_at(sheet, land.bundles, rows, left, top, sheet.width - MARGIN - left, height)
    key_at(sheet, land, LEFT, left + wide, top + height + NAMES)
    return land


def convergence(view: Convergence, record: Record, moving: bool) -> Page:
    """One wide panel with the labels at the curves' ends."""
    page, top = begin(view, record, moving)
    curves_at(page, view, LEFT, top, page.sheet.height - top - BELOW)
    return page


def race(view: Race, record: Record, moving: bool) -> Page:
    """The landscape at the left, the curves at the right."""
    page, top = begin(view, record, moving)
    sheet = page.sheet
    wide = min(widest(sheet, [Row(words.label(track, sheet.theme)) for track in record.tracks]) + GLYPH, WIDEST_LABEL)
    most = sheet.width - LEFT - GAP - 62.0 - LEAST_CURVES - 18.0 - wide - MARGIN
    height = min(sheet.height - top - BELOW, most)
    (x0, x1), (y0, y1) = view.window or terrain.framed(record)
    width = min(float(np.clip(height * (x1 - x0) / (y1 - y0), 1.08 * height, 1.25 * height)), most)
    land = land_at(page, view.window, view.levels, (LEFT, top, width, height))
    left = LEFT + width + GAP + 62.0
    curves_at(page, view, left, top, height)
    key_at(sheet, land, LEFT, left, top + height + NAMES)
    return page


def contour_into(view: Contour, ax: Axes, record: Record) -> list[Artist]:
    """The landscape in Axes that someone else has laid out, with matplotlib's legend."""
    before, theme = set(ax.get_children()), theme_of(view, record)
    box = ax.get_window_extent()
    land = Land(ax, record, frame_of(view.window, record, box.width / box.height), theme)
    land.draw_ground(view.levels)
    land.draw_runs()
    ax.set(xlabel="x", ylabel="y")
    legend(ax, record, theme)
    return added(ax, before)


def convergence_into(view: Convergence, ax: Axes, record: Record) -> list[Artist]:
    """The curves in Axes that someone else has laid out, with matplotlib's legend."""
    before, theme = set(ax.get_children()), theme_of(view, record)
    curves = made_curves(view, ax, record, theme)
    curves.draw_ground()
    curves.draw_runs()
    ax.set(xlabel=curves.axis_name(), ylabel=curves.heads()[-1 if not curves.banded else -2])
    legend(ax, record, theme, curves.promises)
    return added(ax, before)


def made_curves(view: Convergence | Race, ax: Axes, record: Record, theme: Theme) -> Curves:
    """The panel of curves that a view asks for."""
    return Curves(
        ax, record, view.quantity, theme, against=view.against, coordinate=view.coordinate,
        quantiles=view.quantiles, theory=view.theory,
    )  # fmt: skip


def theme_of(view: View, record: Record) -> Theme:
    """The theme and the language that a view asks for, with fonts for the record's own words."""
    texts = (record.title, record.surface.title, *record.surface.labels, *record.labels)
    return look(view.theme, view.language, texts)


def added(ax: Axes, before: set[Artist]) -> list[Artist]:
    """The artists in Axes that were not there before."""
    return [artist for artist in ax.get_children() if artist not in before]


def begin(view: View, record: Record, moving: bool) -> tuple[Page, float]:
    """A page with its title and room for the caption, and the y at which panels begin."""
    theme = theme_of(view, record)
    sheet = Sheet(view.width, view.height, theme)
    baseline = sheet.heading(words.title(record, theme), sheet.width - MARGIN)
    caption = sheet.text(MARGIN, baseline + 29.0, "", theme.label, color=theme.quiet)
    page = Page(sheet, record, caption, sheet.width - MARGIN)
    if moving:
        _counter(page, baseline + ABOVE - 13.0)
    return page, baseline + ABOVE


def _counter(page: Page, y: float) -> None:
    """ "step 120 / 500" at the right, above the panels; the digits stand where the longest number ends."""
    sheet, steps = page.sheet, page.record.steps
    theme, word = sheet.theme, words.say(sheet.theme.language, "step")
    right = sheet.width - MARGIN
    sheet.text(right, y, f"/ {steps}", theme.label, ha="right", color=theme.quiet)
    right -= sheet.measure(f"/ {steps}", theme.label) + 8.0
    page.counter = sheet.text(right, y, "", theme.counter, ha="right", weight=theme.bold)
    right -= sheet.measure(str(steps), theme.counter, theme.bold) + 10.0
    sheet.text(right, y, word, theme.label, ha="right", color=theme.quiet)
    page.right = right - sheet.measure(word, theme.label) - 24.0


def frame_of(window: Box, record: Record, aspect: float) -> terrain.Frame:
    """The given window as it is; else the one that shows the runs, grown to the panel's shape."""
    if window:
        (x0, x1), (y0, y1) = window
        return (x0, x1), (y0, y1)
    return terrain.fitted(terrain.framed(record), aspect)


def land_at(
    page: Page,
    window: Box,
    levels: int | None,
    place: tuple[float, float, float, float],
    heads: Sequence[str] = (),
) -> Land:
    """A plane at place = (left, top, width, height), with its title. levels: None for plain paper; heads: its title in
    several lengths, what the colours mean where left out."""
    sheet, record = page.sheet, page.record
    theme, (left, top, width, height) = sheet.theme, place
    land = Land(sheet.axes(*place), record, frame_of(window, record, width / height), theme)
    if levels is None:
        land.draw_paper()
    else:
        ground = words.ground(record, land.draw_ground(levels), theme)
        heads = heads or ground
    sheet.text(left, top - 11.0, sheet.choose(heads, min(width, page.right - left), theme.label), theme.label)
    name_axes(sheet, land, place)
    page.land = land
    return land


def name_axes(sheet: Sheet, land: Land, place: tuple[float, float, float, float]) -> None:
    """ "x" and "y" beside the corners, with what the labels of the ticks leave out."""
    theme, (left, top, width, height) = sheet.theme, place
    x, y = (words.measured_in(name, unit, theme.language) for name, unit in zip("xy", land.units, strict=True))
    sheet.text(left - 12.0, top - 15.0, "y", theme.label, ha="right", style="italic")
    sheet.text(left + width + 10.0, top + height, "x", theme.label, style="italic")
    told = [name for name in (x, y) if len(name) > 1]
    if told:
        sheet.text(left + width, top + height + NAMES, "; ".join(told), theme.tick, ha="right", color=theme.quiet)


def curves_at(
    page: Page, view: Convergence | Race, left: float, top: float, height: float, right: float = 0.0
) -> Curves:
    """The curves' panel from `left` to `right` (the page's margin where left out), the labels within it."""
    sheet, record = page.sheet, page.record
    if page.counter is not None and view.against != "steps":
        raise ValueError(f'the view "{view.name}" moves in steps: a movie of it is drawn against "steps"')
    theme = sheet.theme
    right = right or sheet.width - MARGIN
    # the labels' room depends on what they say, and that on the curves, whose panel is given its width after
    curves = made_curves(view, sheet.axes(left, top, 100.0, height), record, theme)
    last = "" if page.counter is not None else view.quantity
    rows = [row_of(curve.track, theme, last=last, values=curve.values) for curve in curves.curves]
    notes = [_promise_row(promise, theme) for promise in curves.promises]
    wide = min(widest(sheet, [*rows, *notes]) + GLYPH, WIDEST_LABEL)
    width = right - wide - 18.0 - left
    curves.ax.set_position((left / sheet.width, 1.0 - (top + height) / sheet.height, width / sheet.width,
                            height / sheet.height))  # fmt: skip
    curves.draw_ground()
    sheet.text(left, top - 11.0, sheet.choose(curves.heads(), min(page.right, right) - left, theme.label), theme.label)
    sheet.text(left + width / 2.0, top + height + NAMES, curves.axis_name(), theme.label, ha="center")
    page.curves = curves
    tags = [
        Tag(row, top + height * (1.0 - curves.height_of(curves.end_of(curve))), curves.reaches_end(curve),
            curve.style.color, curve.style)
        for curve, row in zip(curves.curves, rows, strict=True)
    ]  # fmt: skip
    for promise, row in zip(curves.promises, notes, strict=True):
        color = theme.wrong if promise.wrong.any() else theme.quiet
        target = top + height * (1.0 - curves.height_of(float(promise.values[-1])))
        tags.insert(0, Tag(row, target, True, color, None))
    _tags(sheet, tags, left + width, top, height, wide)
    return curves


def _tags(sheet: Sheet, tags: list[Tag], edge: float, top: float, height: float, wide: float) -> None:
    """The labels beside the panel's right edge, as near to their targets as they can be."""
    tall = [_height(tag.row) for tag in tags]
    if sum(tall) > height:
        tags = [tag._replace(row=_single(tag.row, sheet.theme)) for tag in tags]
        tall = [26.0] * len(tags)
    shown = int(min(len(tags), height // 20.0))
    places = spread([tag.target for tag in tags[:shown]], tall[:shown], top, top + height + 8.0)
    x = edge + 18.0
    for tag, y in zip(tags, places, strict=False):
        if abs(tag.target - y) > 3.0 and tag.joined:
            sheet.figure.add_artist(Line2D(
                [(edge + 7.0) / sheet.width, (x - 2.0) / sheet.width],
                [1.0 - tag.target / sheet.height, 1.0 - (y - _up(tag.row)) / sheet.height],
                transform=sheet.figure.transFigure, color=tag.color, linewidth=0.9, alpha=0.7,
            ))  # fmt: skip
        if tag.style is None:
            _note(sheet, tag, x, y, wide)
        else:
            entry(sheet, tag.style, tag.row, x, y, wide)
    more(sheet, len(tags) - shown, x + GLYPH, top + height + 26.0)


def _note(sheet: Sheet, tag: Tag, x: float, y: float, wide: float) -> None:
    """A line of theory: a short dashed line and its formula."""
    theme = sheet.theme
    sheet.figure.add_artist(Line2D(
        [x / sheet.width, (x + 22.0) / sheet.width], [1.0 - (y - _up(tag.row)) / sheet.height] * 2,
        transform=sheet.figure.transFigure, color=tag.color, linewidth=1.8, linestyle=(0, (3.0, 1.5)),
    ))  # fmt: skip
    left, room = x + GLYPH - 4.0, wide - GLYPH + 4.0
    for text, down in ((tag.row.name, -_up(tag.row)), (tag.row.second, 12.5)):
        if text:
            sheet.text(left, y + down, sheet.cut(text, room, theme.tick), theme.tick, color=tag.color,
                       va="center_baseline")  # fmt: skip


def _promise_row(promise: Promise, theme: Theme) -> Row:
    names = {"floor": "noise floor {formula}", "border": "border {formula}", "rate": "{formula}"}
    name = words.say(theme.language, names[promise.kind], formula=promise.formula)
    if not promise.wrong.any() or promise.measured is None:
        return Row(name, second=promise.detail)
    return Row(name, second=words.say(theme.language, "measured {number}", number=words.number(promise.measured)))


def _height(row: Row) -> float:
    return 26.0 + (21.0 if row.second else 0.0)


def list_at(
    sheet: Sheet, bundles: Sequence[Bundle], rows: list[Row], left: float, top: float, wide: float, height: float
) -> None:
    """The entrants from the top down; without the second lines where they are too many."""
    pitch = 60.0
    if len(rows) * 54.0 > height:
        rows, pitch = [_single(row, sheet.theme) for row in rows], 30.0
    pitch = max(min(pitch, height / max(len(rows), 1)), 22.0)
    shown = int(min(len(rows), height // pitch))
    for number, (bundle, row) in enumerate(zip(bundles[:shown], rows, strict=False)):
        entry(sheet, bundle.style, row, left, top + (number + 0.5) * pitch, wide)
    more(sheet, len(rows) - shown, left + GLYPH, top + height + 18.0)


def entry(sheet: Sheet, style: Style, row: Row, x: float, y: float, wide: float) -> None:
    """Marker and name with its middle at y, and a quiet line under it where there is one."""
    up, theme = _up(row), sheet.theme
    left, room = x + GLYPH - 4.0, wide - GLYPH + 4.0
    if style.dashes != "solid":
        sheet.figure.add_artist(Line2D(
            [(x - 4.0) / sheet.width, (x + 24.0) / sheet.width], [1.0 - (y - up) / sheet.height] * 2, linewidth=1.6,
            transform=sheet.figure.transFigure, color=style.color, linestyle=style.dashes,
        ))  # fmt: skip
    sheet.mark(x + 10.0, y - up, marks.head(style, theme, theme.head - 1.0))
    name = sheet.cut(row.name, room - sheet.measure(row.tail, theme.label, theme.bold), theme.label, theme.bold)
    sheet.text(left, y - up, name + row.tail, theme.label, color=style.color, weight=theme.bold, va="center_baseline")
    if row.second:
        second = sheet.cut(row.second, room, theme.tick)
        sheet.text(left, y + 12.5, second, theme.tick, color=theme.quiet, va="center_baseline")


def _up(row: Row) -> float:
    """How far the name of an entry stands above its middle."""
    return 10.5 if row.second else 0.0


def _single(row: Row, theme: Theme) -> Row:
    """An entry without its second line, for want of room; but a bad end is always told."""
    return Row(row.name, words.say(theme.language, ", diverged") if row.gone else "")


def more(sheet: Sheet, left_out: int, x: float, y: float) -> None:
    """How many entries there was no room for."""
    if left_out > 0:
        text = words.say(sheet.theme.language, "and {more} more", more=left_out)
        sheet.text(x, y, text, sheet.theme.tick, color=sheet.theme.quiet)


def key_at(sheet: Sheet, land: Land, left: float, right: float, y: float) -> None:
    """What the marks mean, in a row under the landscape; those that find no room are left out."""
    theme = sheet.theme
    kinds = ("start", "minimum", "local minimum", "saddle", "maximum")
    entries = [(kind, marks.ground(kind, theme)) for kind in kinds if kind in land.marks]
    leaves = {
        str(bundle.track.status[run]) == "diverged"
        for bundle in land.bundles
        for run in bundle.full
        if exit_of(bundle.track, int(run), land.frame) is not None
    }
    if False in leaves:
        entries.append(("leaves the frame", [marks.arrow(theme.quiet, theme, np.array([1.0, 0.0]))]))
    if True in leaves:
        entries.append(("diverges", [marks.cross(theme.quiet, theme)]))
    x = left
    for kind, looks in entries:
        text = words.say(theme.language, kind)
        wide = sheet.measure(text, theme.tick)
        if x + 24.0 + wide > right:
            return
        for layer in looks:
            sheet.mark(x + 10.0, y - 5.0, dataclasses.replace(layer, size=min(layer.size, 16.0)))
        sheet.text(x + 26.0, y, text, theme.tick, color=theme.quiet)
        x += 26.0 + wide + 22.0
    told = words.unmarked(land.unmarked, theme.language)
    if told and x + sheet.measure(told, theme.tick) < right:
        sheet.text(x, y, told, theme.tick, color=theme.quiet)


def row_of(track: Track, theme: Theme, rate: bool = False, last: str = "", values: Array | None = None) -> Row:
    """An entrant's entry; with its rate, and with the last value of the quantity `last`, where these are wanted.

    values: (rows, runs) of that quantity, the loss where left out. Runs that all diverged have no last value worth
    telling.
    """
    language, fate = theme.language, words.fate(track, theme.language)
    parts = [fate, words.rate_line(track, language) if rate else ""]
    if last and not (track.status == "diverged").all():
        parts.append(words.last_line(last, track.value if values is None else values, language))
    return Row(words.label(track, theme), "", words.say(language, ", ").join(filter(None, parts)), bool(fate))


def widest(sheet: Sheet, rows: list[Row]) -> float:
    """The width of the longest entry."""
    theme = sheet.theme
    return max(
        max(sheet.measure(row.name + row.tail, theme.label, theme.bold), sheet.measure(row.second, theme.tick))
        for row in rows
    )


def legend(ax: Axes, record: Record, theme: Theme, lines: Sequence[Promise] = ()) -> None:
    """matplotlib's own legend, with each entrant and each line of theory."""
    handles = []
    for index, track in enumerate(record.tracks):
        style = theme.style(index)
        label = words.say(theme.language, ", ").join(
            filter(None, (words.label(track, theme), words.fate(track, theme.language)))
        )
        handles.append(Line2D([], [], color=style.color, marker=style.marker, linewidth=theme.trail, label=label))
    for line in lines:
        color = theme.wrong if line.wrong.any() else theme.quiet
        handles.append(Line2D([], [], color=color, linestyle="--", linewidth=1.8, label=_promise_row(line, theme).name))
    ax.legend(handles=handles, loc="upper right", prop={"family": list(theme.fonts)}, labelcolor=theme.ink,
              facecolor=theme.paper, edgecolor=theme.grid)  # fmt: skip
