"""Put the plane of a landscape on a page, beside the list of its entrants, or into Axes that someone else has laid out.

page, top = begin(record, theme, 1280, 720)
column = beside_list(page, top, Plane(record, levels=18))      # what is left of the list's column
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes

from landscape.analysis.projections import Frame
from landscape.record import Record
from landscape.render.pages.inset import inset_at
from landscape.render.pages.level_key import title_at
from landscape.render.pages.lists import Row, key_at, list_at, row_of, widest
from landscape.render.pages.page import Page
from landscape.render.pages.placing import BELOW, GAP, LEFT, NAMES, Place, across, listed_at
from landscape.render.pages.sheet import GLYPH, MARGIN, Sheet
from landscape.render.panels import terrain
from landscape.render.panels.land import Land
from landscape.render.panels.trails import Bundle
from landscape.render.style import marks
from landscape.render.style.theme import Theme
from landscape.render.text import captions as words

LEAST_LIST = 190.0
LINE = 24.0  # from one line of a note to the next


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
    window: Sequence[Sequence[float]] = ()
    levels: int | None = 18
    heads: Sequence[str] = ()
    chosen: list[Bundle] | None = None
    labels: tuple[str, ...] | None = None
    ground: Callable[[Land], None] | None = None


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


def frame_of(window: Sequence[Sequence[float]], record: Record, aspect: float) -> Frame:
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
        ground = words.ground(plane.record, land.draw_ground(plane.levels).kind, theme)
        heads = heads or ground
    if plane.ground is not None:
        plane.ground(land)
    if len(land.labels) == 2 and not land.labels[1]:
        # the title is the name of the vertical axis
        heads = [words.measured_in(head, land.units[1], theme.language) for head in heads]
    title_at(sheet, land, heads, left, min(left + width, page.right), top - 11.0)
    name_axes(sheet, land, place)
    if plane.levels is not None and not plane.window and plane.ground is None:
        inset = inset_at(sheet, land, place, plane.levels)
        page.panels += [inset] if inset is not None else []
    return land


def land_into(ax: Axes, plane: Plane, theme: Theme) -> Land:
    """A plane in Axes that someone else has laid out, with every run to its end."""
    box = ax.get_window_extent()
    frame = frame_of(plane.window, plane.record, box.width / box.height)
    land = Land(ax, plane.record, frame, theme, plane.chosen, plane.labels)
    if plane.levels is None:
        land.draw_paper()
    else:
        land.draw_ground(plane.levels)
    if plane.ground is not None:
        plane.ground(land)
    land.draw_runs()
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
        note = sheet.choose(choice, 0.45 * width, theme.tick)
        sheet.text(left + width, top + height + NAMES, note, theme.tick, ha="right", color=theme.quiet)
        land.key_ends = left + width - sheet.measure(note, theme.tick) - 16.0


def label_axes(land: Land, *names: str) -> None:
    """The names of the axes, with what the labels of their ticks leave out."""
    theme = land.theme
    x, y = (words.measured_in(name, unit, theme.language) for name, unit in zip(names, land.units, strict=True))
    land.ax.set_xlabel(x, color=theme.ink, fontfamily=list(theme.fonts))
    land.ax.set_ylabel(y, color=theme.ink, fontfamily=list(theme.fonts))


def notes_below(sheet: Sheet, column: Column, lines: Sequence[tuple[str | tuple[str, ...], str]]) -> None:
    """Lines of text with their colours under the list of entrants, as many as there is room for.

    A line may be given in several lengths, the longest first.
    """
    y = column.top + 40.0
    for text, color in lines:
        if y > column.bottom + 4.0:
            break
        texts, room, size = (text,) if isinstance(text, str) else text, column.wide - GLYPH + 4.0, sheet.theme.tick
        fits = next((each for each in texts if sheet.measure(each, size) <= room), None)
        for line in sheet.wrapped(texts[-1], room, size) if fits is None else [fits]:
            sheet.text(column.left + GLYPH - 4.0, y, sheet.cut(line, room, size), size, color=color)
            y += LINE


def mark_points(land: Land, x: list[float], y: list[float], kind: str, theme: Theme, small: bool = False) -> None:
    """Critical points of a kind."""
    for marker in marks.ground(kind, theme, small):
        land.ax.add_artist(marks.marked(x, y, marker, transform=land.ax.transData, gid=kind, zorder=3.3))
