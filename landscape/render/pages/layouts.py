"""Put panels, lists, keys and words together into pages: the parts that the views share, and the first three pages."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes

from landscape import i18n
from landscape.analysis import projections
from landscape.analysis.series import Against
from landscape.record import Record
from landscape.render.pages.lists import GLYPH, Row, Tag, key_at, legend, list_at, promise_rows, row_of, tags_at, widest
from landscape.render.pages.page import MARGIN, Page, Sheet
from landscape.render.panels import terrain
from landscape.render.panels.curves import QUARTILES, Curves
from landscape.render.panels.land import Land
from landscape.render.panels.trails import Bundle
from landscape.render.style.theme import Theme, look
from landscape.render.text import captions as words

if TYPE_CHECKING:
    from landscape.render.views._base import View
    from landscape.render.views._shared import Box
    from landscape.render.views.contour import Contour
    from landscape.render.views.convergence import Convergence
    from landscape.render.views.race import Race

LEFT = 84.0  # room for the tick labels of the axes at the left
BELOW = 72.0  # room for tick labels, the axis name and the key under the axes
ABOVE = 72.0  # from the title's last baseline to the axes: the caption line and the panels' titles
NAMES = 54.0  # from the axes down to the baseline of the axis name and the key
GAP = 40.0
LEAST_CURVES = 262.0  # the narrowest panel of curves beside a landscape
WIDEST_LABEL = 270.0
LEAST_LIST = 190.0
TITLED = 34.0  # between the key of a panel and the next panel below, for the title of that


Place = tuple[float, float, float, float]  # left, top, width, height


class Column(NamedTuple):
    """What is left of the list's column: from `top` down, between `left` and left + wide, to `bottom`."""

    left: float
    top: float
    wide: float
    bottom: float


class Plane(NamedTuple):
    """What a landscape panel shows. record: whose runs; window: the frame, found where left out; levels: about how many
    contour lines, None for plain paper; heads: its title in several lengths, what the colours mean where left out;
    chosen: the runs to draw, all where None; labels: of the axes, the surface's where None; ground: what else to draw
    below the runs."""

    record: Record
    window: Box = ()
    levels: int | None = 18
    heads: Sequence[str] = ()
    chosen: list[Bundle] | None = None
    labels: tuple[str, ...] | None = None
    ground: Callable[[Land], None] | None = None


class Wanted(NamedTuple):
    """What a panel of curves shows, as the view "convergence" says it."""

    quantity: str
    against: Against = "steps"
    coordinate: int | None = None
    quantiles: tuple[float, float] = QUARTILES
    theory: bool = True


def wanted(view: Convergence | Race) -> Wanted:
    """What a view asks for."""
    return Wanted(view.quantity, view.against, view.coordinate, view.quantiles, view.theory)


def contour(view: Contour, record: Record, moving: bool) -> Page:
    """The landscape at the left, the list of entrants at the right."""
    page, top = begin(view, record, moving)
    beside_list(page, top, Plane(record, view.window, view.levels), rate=True)
    return page


def beside_list(page: Page, top: float, plane: Plane, rate: bool = False, least: float = LEAST_LIST) -> Column:
    """A plane with the list of its entrants at the right, at least so wide, and the key below.

    On an upright page the list is below. least: more than the list itself needs where notes are to follow it.
    """
    sheet, moving = page.sheet, page.counter is not None
    tracks = plane.record.tracks if plane.chosen is None else [bundle.track for bundle in plane.chosen]
    rows = [row_of(track, sheet.theme, "loss", rate, moving=moving) for track in tracks]
    wide = float(np.clip(widest(sheet, rows) + GLYPH, least, 380.0))
    if sheet.upright:
        return _above_list(page, top, plane, rows, wide, least > LEAST_LIST)
    most = sheet.width - LEFT - wide - GAP - MARGIN
    height = min(sheet.height - top - BELOW, most)
    width = min(most, 1.5 * height)
    land = land_at(page, plane, (LEFT, top, width, height))
    page.land = land
    left = LEFT + width + GAP
    room = sheet.width - MARGIN - left
    end = list_at(sheet, land.bundles, rows, left, top, room, height)
    key_at(sheet, land, LEFT, left + wide, top + height + NAMES)
    return Column(left, end, room, top + height)


def _above_list(page: Page, top: float, plane: Plane, rows: list[Row], wide: float, noted: bool) -> Column:
    """A plane as wide as the page with the list of its entrants below, in columns; notes take the last of them."""
    sheet = page.sheet
    width = across(sheet)
    columns = max(1, int((width + GAP) // (wide + GAP)) - noted)
    if noted:
        columns, wide = 1, min(widest(sheet, rows) + GLYPH, 0.47 * width)
    needed = 60.0 * math.ceil(len(rows) / columns) + 12.0
    space = sheet.height - top - BELOW - MARGIN
    height = min(1.25 * width, space - min(max(needed, 230.0 if noted else 0.0), 0.45 * space))
    land = page.land = land_at(page, plane, (LEFT, top, width, height))
    key_at(sheet, land, LEFT, LEFT + width, top + height + NAMES)
    below = top + height + BELOW + 12.0
    pitch = wide + GAP if noted else (width + GAP) / columns
    listed_at(sheet, land.bundles, rows, (LEFT, below, pitch, sheet.height - MARGIN - below), columns)
    left = LEFT + columns * pitch
    return Column(left, below, sheet.width - MARGIN - left, sheet.height - MARGIN)


def across(sheet: Sheet) -> float:
    """The width of a panel with a landscape that takes all of a page."""
    return sheet.width - LEFT - MARGIN - 18.0


def listed_at(sheet: Sheet, bundles: Sequence[Bundle], rows: list[Row], place: Place, columns: int) -> None:
    """The list of entrants in columns, the first ones in the first. place: that of the first column."""
    left, top, pitch, height = place
    share = math.ceil(len(rows) / columns)
    for number in range(0, len(rows), share):
        x = left + number // share * pitch
        list_at(sheet, bundles[number : number + share], rows[number : number + share], x, top, pitch - GAP, height)


def convergence(view: Convergence, record: Record, moving: bool) -> Page:
    """One wide panel with the labels at the curves' ends."""
    return curves_page(view, record, moving, wanted(view))


def curves_page(view: View, record: Record, moving: bool, asked: Wanted) -> Page:
    """One wide panel of the curves that are asked for."""
    page, top = begin(view, record, moving)
    place = LEFT, top, page.sheet.width - MARGIN - LEFT, page.sheet.height - top - BELOW
    page.curves = curves_at(page, asked, place)
    return page


def race(view: Race, record: Record, moving: bool) -> Page:
    """The landscape at the left, the curves at the right."""
    page, top = begin(view, record, moving)
    sheet = page.sheet
    if sheet.upright:
        return _one_above(page, top, Plane(record, view.window, view.levels), wanted(view))
    wide = min(widest(sheet, [Row(words.label(track, sheet.theme)) for track in record.tracks]) + GLYPH, WIDEST_LABEL)
    most = sheet.width - LEFT - GAP - 62.0 - LEAST_CURVES - 18.0 - wide - MARGIN
    height = min(sheet.height - top - BELOW, most)
    (x0, x1), (y0, y1) = view.window or terrain.framed(record)
    width = min(float(np.clip(height * (x1 - x0) / (y1 - y0), 1.08 * height, 1.25 * height)), most)
    land = page.land = land_at(page, Plane(record, view.window, view.levels), (LEFT, top, width, height))
    left = LEFT + width + GAP + 62.0
    page.curves = curves_at(page, wanted(view), (left, top, sheet.width - MARGIN - left, height))
    key_at(sheet, land, LEFT, left, top + height + NAMES)
    return page


def _one_above(page: Page, top: float, plane: Plane, asked: Wanted) -> Page:
    """The landscape above the curves, each as wide as the page."""
    sheet = page.sheet
    width = across(sheet)
    (x0, x1), (y0, y1) = plane.window or terrain.framed(plane.record)
    shape = float(np.clip((y1 - y0) / (x1 - x0), 0.8, 1.0))
    space = sheet.height - top - 2.0 * BELOW - TITLED
    height = min(width * shape, 0.62 * space)
    land = page.land = land_at(page, plane, (LEFT, top, width, height))
    key_at(sheet, land, LEFT, LEFT + width, top + height + NAMES)
    below = top + height + BELOW + TITLED
    page.curves = curves_at(page, asked, (LEFT, below, sheet.width - MARGIN - LEFT, space - height))
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
    return curves_into(ax, record, theme_of(view, record), wanted(view))


def curves_into(ax: Axes, record: Record, theme: Theme, asked: Wanted) -> list[Artist]:
    """The curves that are asked for, with their names on the axes."""
    before = set(ax.get_children())
    curves = made_curves(asked, ax, record, theme)
    curves.draw_ground()
    curves.draw_runs()
    ax.set(xlabel=curves.axis_name(), ylabel=curves.heads()[-1])
    legend(ax, record, theme, curves.promises, curves.untold)
    return added(ax, before)


def made_curves(asked: Wanted, ax: Axes, record: Record, theme: Theme) -> Curves:
    """The panel of curves that is asked for."""
    quantity, against, coordinate, quantiles, theory = asked
    return Curves(
        ax, record, quantity, theme, against=against, coordinate=coordinate, quantiles=quantiles, theory=theory
    )


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
    theme, word = sheet.theme, i18n.say(sheet.theme.language, "step")
    right = sheet.width - MARGIN
    sheet.text(right, y, f"/ {steps}", theme.label, ha="right", color=theme.quiet)
    right -= sheet.measure(f"/ {steps}", theme.label) + 8.0
    page.counter = sheet.text(right, y, "", theme.counter, ha="right", weight=theme.bold)
    right -= sheet.measure(str(steps), theme.counter, theme.bold) + 10.0
    sheet.text(right, y, word, theme.label, ha="right", color=theme.quiet)
    page.right = right - sheet.measure(word, theme.label) - 24.0


def frame_of(window: Box, record: Record, aspect: float) -> projections.Frame:
    """The given window as it is; else the one that shows the runs, grown to the panel's shape."""
    if window:
        (x0, x1), (y0, y1) = window
        return (x0, x1), (y0, y1)
    return terrain.fitted(terrain.framed(record), aspect)


def land_at(page: Page, plane: Plane, place: Place) -> Land:
    """A plane at its place, with its title and the names of its axes."""
    sheet, theme = page.sheet, page.sheet.theme
    left, top, width, height = place
    frame = frame_of(plane.window, plane.record, width / height)
    land = Land(sheet.axes(*place), plane.record, frame, theme, plane.chosen, plane.labels)
    heads = plane.heads
    if plane.levels is None:
        land.draw_paper()
    else:
        ground = words.ground(plane.record, land.draw_ground(plane.levels), theme)
        heads = heads or ground
    if plane.ground is not None:
        plane.ground(land)
    if len(land.labels) == 2 and not land.labels[1]:
        # the title is the name of the vertical axis
        heads = [words.measured_in(head, land.units[1], theme.language) for head in heads]
    sheet.text(left, top - 11.0, sheet.choose(heads, min(width, page.right - left), theme.label), theme.label)
    name_axes(sheet, land, place)
    return land


def name_axes(sheet: Sheet, land: Land, place: Place) -> None:
    """ "x" and "y" beside the corners where the axes have no labels, and what the labels of the ticks leave out."""
    theme, (left, top, width, height) = sheet.theme, place
    names = list(land.labels) if len(land.labels) == 2 else ["x", "y"]
    if not land.labels:
        sheet.text(left - 12.0, top - 15.0, "y", theme.label, ha="right", style="italic")
        sheet.text(left + width + 10.0, top + height, "x", theme.label, style="italic")
    short = [words.measured_in(name, unit, theme.language) for name, unit in zip("xy", land.units, strict=True)]
    measured = [words.measured_in(name, unit, theme.language) for name, unit in zip(names, land.units, strict=True)]
    units = [(long, brief) for name, long, brief in zip(names, measured, short, strict=True) if name and len(brief) > 1]
    if units:
        choice = ["; ".join(long for long, _ in units), "; ".join(brief for _, brief in units)]
        told = sheet.choose(choice, 0.45 * width, theme.tick)
        sheet.text(left + width, top + height + NAMES, told, theme.tick, ha="right", color=theme.quiet)
        land.key_ends = left + width - sheet.measure(told, theme.tick) - 16.0


def curves_at(page: Page, asked: Wanted, place: Place) -> Curves:
    """A panel of curves at a place, the labels at its right included."""
    sheet, record = page.sheet, page.record
    if page.counter is not None and asked.against != "steps":
        raise ValueError(
            f'a movie moves in steps, and the curves are to be drawn against "{asked.against}": choose against = '
            '"steps", or save a still, as with file = "race.png"'
        )
    theme, (left, top, room, height) = sheet.theme, place
    # the labels' room depends on what they say, and that on the curves, whose panel is given its width after
    curves = made_curves(asked, sheet.axes(left, top, 100.0, height), record, theme)
    moving = page.counter is not None
    rows = [row_of(curve.track, theme, asked.quantity, values=curve.values, moving=moving) for curve in curves.curves]
    notes = promise_rows(curves.promises, theme)
    left_out = i18n.say(theme.language, "{count} lines of theory left out", count=curves.untold)
    every = [*rows, *notes, *([Row(left_out)] if curves.untold else [])]
    wide = min(widest(sheet, every) + GLYPH, WIDEST_LABEL)
    width = max(room - wide - 18.0, 0.4 * room)
    wide = room - width - 18.0
    box = left / sheet.width, 1.0 - (top + height) / sheet.height, width / sheet.width, height / sheet.height
    curves.ax.set_position(box)
    curves.draw_ground()
    far = min(page.right, left + room) - left
    sheet.text(left, top - 11.0, sheet.choose(curves.heads(), far, theme.label), theme.label)
    sheet.text(left + width / 2.0, top + height + NAMES, curves.axis_name(), theme.label, ha="center")
    tags = [
        Tag(row, top + height * (1.0 - curves.height_of(curves.end_of(curve))), curves.reaches_end(curve),
            curve.style.color, curve.style)
        for curve, row in zip(curves.curves, rows, strict=True)
    ]  # fmt: skip
    for promise, row in zip(curves.promises, notes, strict=True):
        color = theme.wrong if promise.broken else theme.quiet
        target = top + height * (1.0 - curves.height_of(float(promise.values[-1])))
        tags.insert(0, Tag(row, target, True, color, None))
    if curves.untold:
        tags.insert(0, Tag(Row(left_out), top, False, theme.quiet, None))
    tags_at(sheet, tags, left + width, top, height, wide)
    return curves
