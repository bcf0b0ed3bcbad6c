"""The page of the view "multiples": a panel for each entrant, start, entrant and rate, or surface and entrant.

page = multiples(view, record)          # or of several records: several(view, records)
page.finish()
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from landscape import i18n
from landscape.record import Record
from landscape.render.pages import crossed
from landscape.render.pages.layouts import BELOW, LEFT, begin
from landscape.render.pages.lists import Row, end_of, more, told_apart
from landscape.render.pages.page import MARGIN, Page, Sheet
from landscape.render.panels import terrain
from landscape.render.panels.land import Land
from landscape.render.panels.trails import Bundle, bundles
from landscape.render.style import axes, marks
from landscape.render.style.theme import Style, Theme, look
from landscape.render.text import captions as words

if TYPE_CHECKING:
    from landscape.render.views.multiples import Multiples

MOST_PANELS = 12
SIDES: tuple[axes.Which, axes.Which] = ("x", "y")
TITLE = 30.0  # the height of a panel's own title


@dataclasses.dataclass(frozen=True, eq=False)
class Cell:
    """One of many panels: the runs in it, its title with a marker where it is an entrant's, and what stands at the
    right of that, the longest first, which is true from a step on."""

    bundles: list[Bundle]
    title: str
    style: Style | None
    told: tuple[str, ...]
    true: float


def multiples(view: Multiples, record: Record, moving: bool) -> Page:
    """A grid of the same landscape, with a cell's runs in each."""
    page, top = begin(view, record, moving)
    if view.by == "rate":
        return _rates(view, record, page, top - (0.0 if moving else 22.0))
    sheet, theme = page.sheet, page.sheet.theme
    cells = _cells(view.by, record, theme)
    shown = cells[:MOST_PANELS]
    names = told_apart(sheet, [Row(cell.title) for cell in shown], (sheet.width - LEFT) / min(len(shown), 6) - 60.0)
    shown = [dataclasses.replace(cell, title=row.name) for cell, row in zip(shown, names, strict=True)]
    top -= 0.0 if moving else 34.0  # the panels have their titles themselves; a movie has its counter above them
    frame = view.window or terrain.framed(record)
    (x0, x1), (y0, y1) = ((float(low), float(high)) for low, high in frame)
    bottom = sheet.height - (BELOW if view.by == "start" else 40.0)
    across, down = _grid(len(shown), sheet.width - LEFT, bottom - top, (x1 - x0) / (y1 - y0))
    wide, tall = (sheet.width - LEFT - MARGIN + 18.0) / across, (bottom - top) / down
    small = (
        theme
        if across * down <= 2
        else dataclasses.replace(theme, head=10.0, lowest=14.0, local=8.0, saddle=8.0, begin=8.0, casing=4.4)
    )
    for number, cell in enumerate(shown):
        row, column = divmod(number, across)
        place = LEFT + column * wide, top + row * tall + TITLE, wide - 18.0, tall - TITLE - 12.0
        window = view.window or terrain.fitted(((x0, x1), (y0, y1)), place[2] / place[3])
        land = Land(sheet.axes(*place), record, ((window[0][0], window[0][1]), (window[1][0], window[1][1])), small,
                    cell.bundles)  # fmt: skip
        land.draw_ground(view.levels)
        # labels at the very edges would touch those of the next panel; the last of each column has those of x
        for which, (low, high) in zip(SIDES, land.frame, strict=True):
            inset = 0.08 * (high - low)
            axes.even_ticks(land.ax, which, low + inset, high - inset, most=4)
        land.ax.tick_params(labelleft=column == 0, labelbottom=number + across >= len(shown))
        _title(sheet, cell, place, moving)
        page.panels.append(land)
    if view.by == "start":
        _entrants(sheet, record, LEFT, sheet.height - 24.0)
    if len(cells) > len(shown):
        crossed.tell_left_out(page, len(cells) - len(shown))
    return page


def _rates(view: Multiples, record: Record, page: Page, top: float) -> Page:
    """A row for each entrant, a column for each learning rate."""
    theme = page.sheet.theme
    table = crossed.by_rate(record, theme)
    crossed.draw_table(page, top, table, view.window, view.levels)
    (row, column), best = min(table.cells.items(), key=lambda item: item[1].loss)
    if math.isfinite(best.loss):
        label = i18n.say(theme.language, ", ").join((table.rows[row].name, table.columns[column].name))
        lowest = i18n.say(theme.language, "lowest loss {loss} ({label})", loss=i18n.number(best.loss), label=label)
        page.said = f"{lowest}   {i18n.say(theme.language, 'bold: the lowest of its row')}"
    return page


def several(view: Multiples, records: Sequence[Record]) -> Page:
    """A row for each record's surface, a column for each entrant. ValueError where the view is by rate or start."""
    if view.by != "entrant":
        raise ValueError(f'several records are shown by "entrant", and the view "multiples" is by "{view.by}"')
    texts = [text for record in records for text in (record.title, record.surface.title, *record.labels)]
    theme = look(view.theme, view.language, texts)
    sheet = Sheet(view.width, view.height, theme)
    baseline = sheet.heading(words.title_of_several(records, theme), sheet.width - MARGIN)
    caption = sheet.text(MARGIN, baseline + 29.0, "", theme.label, color=theme.quiet)
    page = Page(sheet, max(records, key=lambda record: record.steps), caption, sheet.width - MARGIN)
    crossed.draw_table(page, baseline + 50.0, crossed.by_surface(records, theme), view.window, view.levels)
    few, many = min(record.steps for record in records), page.record.steps
    if few < many:
        page.when = i18n.say(theme.language, "after {few} to {steps} steps", few=few, steps=many)
    said = "each surface in its own window, darker is lower", "bold: the lowest of its row"
    page.said = "   ".join(i18n.say(theme.language, text) for text in said)
    return page


def _cells(by: str, record: Record, theme: Theme) -> list[Cell]:
    every = bundles(record, theme)
    if by == "entrant":
        found = []
        for bundle in every:
            fate = words.fate(bundle.track, theme.language)
            loss = i18n.number(float(np.median(bundle.track.value[-1])))
            told: tuple[str, ...] = (words.last_line("loss", bundle.track.value, theme.language), loss)
            if fate:
                told = fate, i18n.say(theme.language, "diverged")
            found.append(Cell([bundle], words.label(bundle.track, theme), bundle.style, told, end_of(bundle.track)))
        return found
    found = []
    numbers = record.runs // record.repeats
    for start in np.unique(numbers):
        runs = np.flatnonzero(numbers == start)
        mine = [crossed.few_of(dataclasses.replace(bundle, full=runs)) for bundle in every]
        title = i18n.say(theme.language, "start {number}", number=int(start) + 1)
        best = min(mine, key=lambda bundle: float(np.nan_to_num(bundle.track.value[-1, bundle.full[0]], nan=np.inf)))
        loss = i18n.number(float(best.track.value[-1, best.full[0]]))
        label = words.label(best.track, theme)
        said = "lowest loss {loss} ({label})", "loss {loss}"
        told = tuple(i18n.say(theme.language, text, loss=loss, label=label) for text in said)
        found.append(Cell(mine, title, None, told, float(record.steps)))
    return found


def _grid(count: int, width: float, height: float, aspect: float) -> tuple[int, int]:
    """(across, down): the grid whose panels show the most of a landscape of width / height = `aspect`."""

    def area(across: int) -> float:
        down = math.ceil(count / across)
        wide, tall = width / across - 18.0, height / down - TITLE - 12.0
        if wide <= 0.0 or tall <= 0.0:
            return 0.0
        # a landscape may be stretched by a third
        return min(wide, 1.33 * aspect * tall) * min(tall, 1.33 * wide / aspect)

    across = max(range(1, count + 1), key=area)
    return across, math.ceil(count / across)


def _title(sheet: Sheet, cell: Cell, place: tuple[float, float, float, float], moving: bool) -> None:
    theme, (left, top, wide, _) = sheet.theme, place
    x, y = left, top - 9.0
    if cell.style is not None:
        sheet.mark(x + 8.0, y - 6.0, marks.head(cell.style, theme, theme.head - 2.0))
        x += 22.0
    color = theme.ink if cell.style is None else cell.style.color
    title = sheet.cut(cell.title, left + wide - x, theme.label, theme.bold)
    sheet.text(x, y, title, theme.label, weight=theme.bold, color=color)
    x += sheet.measure(title, theme.label, theme.bold) + 14.0
    for told in cell.told:
        if sheet.measure(told, theme.tick) <= left + wide - x:
            text = sheet.text(left + wide, y, told, theme.tick, ha="right", color=theme.quiet)
            if moving:
                sheet.later.append((cell.true, text))
            return


def _entrants(sheet: Sheet, record: Record, x: float, y: float) -> None:
    """Every entrant with its marker in one row, as many as there is room for."""
    theme = sheet.theme
    for index, track in enumerate(record.tracks):
        label, style = words.label(track, theme), theme.style(index)
        wide = 24.0 + sheet.measure(label, theme.label, theme.bold) + 26.0
        if x + wide > sheet.width - MARGIN:
            more(sheet, len(record) - index, x, y)
            return
        sheet.mark(x + 8.0, y - 6.0, marks.head(style, theme, theme.head - 2.0))
        sheet.text(x + 24.0, y, label, theme.label, weight=theme.bold, color=style.color)
        x += wide
