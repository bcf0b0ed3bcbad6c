"""Small multiples with two sides: a row for each entrant and a column for each rate, or for each surface and entrant.

table = by_rate(record, theme)          # or by_surface(records, theme)
draw_table(page, top, table, window=(), levels=10)
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from landscape import i18n
from landscape.analysis import projections
from landscape.analysis.selection import part_of
from landscape.core.component import Array
from landscape.record import Record, Track
from landscape.render.pages.level_key import key_before
from landscape.render.pages.lists import Row, end_of, more, without_shared_words
from landscape.render.pages.page import Page
from landscape.render.pages.sheet import MARGIN, Sheet
from landscape.render.panels import terrain
from landscape.render.panels.land import Land
from landscape.render.panels.trails import MOST_LABELLED, Bundle
from landscape.render.style import axes, marks
from landscape.render.style.theme import Style, Theme
from landscape.render.text import captions as words

if TYPE_CHECKING:
    from matplotlib.text import Text

MOST_CELLS = 24  # that can be read at 1280x720
NARROWEST, LOWEST = 104.0, 84.0  # a cell with its distance from the next, and with the label above it
HIGHEST = 1.6  # a cell, in widths
HEAD, LABEL = 30.0, 25.0  # heights of the columns' names, and of the label above each cell
ACROSS, DOWN = 14.0, 10.0  # between cells
FEW_CELLS = 4  # up to which marks are as large as elsewhere, and the step at which a run leaves the frame is written
TICKS = 56.0  # room for the tick labels at the left of the first column
LEAST_NAMES, MOST_NAMES = 140.0, 190.0  # the width of the rows' names and windows
GLYPH = 24.0  # from the left of a marker to the name beside it
DIGITS = 12  # rates that agree so far are one rate
SIDES: tuple[axes.Which, axes.Which] = ("x", "y")


class Head(NamedTuple):
    """What a row or a column is of: its name, its style where it is an entrant's, and what stands for a long name."""

    name: str
    style: Style | None = None
    brief: str = ""


@dataclasses.dataclass(frozen=True, eq=False)
class Cell:
    """One panel: the runs in it, and the label above it in several lengths, the longest first. loss: the final one,
    the median of several runs, infinite where none has one. visible_from: the step from which on a movie shows the
    label."""

    record: Record
    bundle: Bundle
    labels: tuple[str, ...]
    loss: float
    visible_from: float


class Table(NamedTuple):
    """The cells by (row, column), some of which may be missing. shared: whether all have one window."""

    rows: list[Head]
    columns: list[Head]
    cells: dict[tuple[int, int], Cell]
    shared: bool


def by_rate(record: Record, theme: Theme) -> Table:
    """A row for each entrant, a column for each of the runs' learning rates, from the lowest up.

    ValueError where no entrant has runs that differ in it.
    """
    rates = [rates_of(record, track) for track in record.tracks]
    if all(np.ptp(each) == 0 for each in rates):
        raise ValueError(
            'by "rate" needs runs that differ in their learning rate, as those of ls.optimizer("adam", lr=[0.01, 0.1]) '
            "with two runs do; here each entrant has one"
        )
    every = np.unique(np.concatenate(rates))
    cells = {
        (row, column): cell_of(record, track, theme.style(row), np.flatnonzero(rates[row] == rate), theme)
        for row, track in enumerate(record.tracks)
        for column, rate in enumerate(every)
        if np.any(rates[row] == rate)
    }
    rows = [Head(words.label(track, theme), theme.style(row)) for row, track in enumerate(record.tracks)]
    columns = [
        Head(i18n.say(theme.language, "rate {rate}", rate=_short(rate)), brief=_short(float(f"{rate:.2g}")))
        for rate in map(float, every)
    ]
    return Table(rows, columns, cells, True)


def _short(rate: float) -> str:
    """A rate without a factor of 1: 10⁻⁴, 5×10⁻⁴."""
    mantissa, times, power = i18n.number(rate).partition("×")
    tidy = f"{float(mantissa):g}" if times else mantissa
    return power if times and tidy == "1" else tidy + times + power


def rates_of(record: Record, track: Track) -> Array:
    """(runs,): the learning rate of each of an entrant's runs, before its schedule."""
    given = np.broadcast_to(np.asarray(track.optimizer.lr, dtype=np.float64), record.starts.shape[1] * record.repeats)
    return np.array([float(f"{rate:.{DIGITS}g}") for rate in given[record.runs]])


def by_surface(records: Sequence[Record], theme: Theme) -> Table:
    """A row for each record's surface, a column for each entrant, in the order in which they are first met.

    An entrant that a record lacks has no cell there.
    """
    labels = list(dict.fromkeys(label for record in records for label in record.labels))
    styles = [theme.style(index) for index in range(len(labels))]
    cells: dict[tuple[int, int], Cell] = {}
    columns: dict[int, Head] = {}
    for row, record in enumerate(records):
        for track in record.tracks:
            column = labels.index(track.label)
            cells[row, column] = cell_of(record, track, styles[column], np.arange(track.runs), theme)
            columns.setdefault(column, Head(words.label(track, theme), styles[column]))
    names = [words.surface_name(record.surface, theme.language) for record in records]
    rows = [Head(name if names.count(name) == 1 else f"{name} #{number}")
            for name, number in zip(names, _numbered(names), strict=True)]  # fmt: skip
    return Table(rows, [columns[column] for column in range(len(labels))], cells, False)


def _numbered(names: list[str]) -> list[int]:
    """Which of its namesakes each is."""
    return [names[: index + 1].count(name) for index, name in enumerate(names)]


def cell_of(record: Record, track: Track, style: Style, runs: Array, theme: Theme) -> Cell:
    """The panel of some of an entrant's runs (n,)."""
    part = part_of(track, runs)
    last = words.last_line("loss", part.value, theme.language)
    fate = words.fate(part, theme.language)
    loss = float(np.median(part.value[-1]))
    labels: tuple[str, ...] = (last, i18n.number(loss))
    if fate:
        labels = (fate, i18n.say(theme.language, "diverged"))
    stays = bool((part.status != "diverged").any()) and math.isfinite(loss)
    return Cell(
        record, few_of(Bundle(track, style, runs, np.arange(0))), labels, loss if stays else math.inf, end_of(part)
    )


def few_of(bundle: Bundle) -> Bundle:
    """One run in full, the (lower) median one of the bundle's, and at most 59 of the others as thin lines."""
    runs = bundle.full
    order = np.argsort(np.nan_to_num(bundle.track.value[-1, runs], nan=np.inf), kind="stable")
    middle = runs[order[(len(runs) - 1) // 2]]
    return dataclasses.replace(bundle, full=np.array([middle]), thin=runs[runs != middle][:59])


def fitting(rows: int, columns: int, width: float, height: float) -> tuple[int, int]:
    """(rows, columns) that are drawn in so much room: as many cells as can be read, in about the proportions of all."""
    tall, broad = max(1, int(height / LOWEST)), max(1, int(width / NARROWEST))
    sizes = [(down, min(columns, broad, MOST_CELLS // down)) for down in range(1, min(rows, tall, MOST_CELLS) + 1)]
    skew = math.log(rows / columns)
    return max(sizes, key=lambda size: (size[0] * size[1], -abs(math.log(size[0] / size[1]) - skew)))


def draw_table(page: Page, top: float, table: Table, window: Sequence[Sequence[float]], levels: int) -> None:
    """The cells with the names of the rows and columns; `top` is where the columns' names begin.

    Above each cell stands its final loss, in a movie only how it ended where that was badly. The lowest loss of a row
    is bold.
    """
    sheet, theme = page.sheet, page.sheet.theme
    wide = max(_name_width(sheet, head) for head in table.rows)
    wide = wide if table.shared else max(wide, LEAST_NAMES)
    left = MARGIN + wide + (TICKS if table.shared else 18.0)
    bottom = sheet.height - (44.0 if table.shared else 22.0)
    room = sheet.width - MARGIN - left + ACROSS, bottom - top - HEAD + DOWN
    down, across = fitting(len(table.rows), len(table.columns), *room)
    cells = {place: cell for place, cell in table.cells.items() if place[0] < down and place[1] < across}
    names = table.rows[:down]
    step_x = room[0] / across
    step_y = min(room[1] / down, HIGHEST * step_x + LABEL + DOWN)
    size = step_x - ACROSS, step_y - DOWN - LABEL
    _column_names(sheet, table.columns[:across], left, top, step_x)
    inside, most_steps = theme, MOST_LABELLED
    if down * across > FEW_CELLS:
        most_steps = 0
        inside = dataclasses.replace(
            theme, head=9.0, lowest=12.0, local=7.0, saddle=7.0, begin=7.0, casing=4.2, trail=2.0, comet=3.2
        )
    frames: dict[int, projections.Frame] = {}
    for (row, column), cell in sorted(cells.items(), key=lambda item: item[0]):
        record = cell.record
        y = top + HEAD + row * step_y + LABEL
        place = left + column * step_x, y, *size
        if row not in frames:
            frames[row] = _frame(window, record, size)
        land = Land(sheet.axes(*place), record, frames[row], inside, [cell.bundle], (), most_steps)
        land.draw_ground(levels)
        if table.shared:
            _label_ticks(land, column == 0, (row + 1, column) not in cells)
        else:
            land.ax.tick_params(bottom=False, left=False, labelbottom=False, labelleft=False)
        page.panels.append(land)
        lowest = min(other.loss for (other_row, _), other in cells.items() if other_row == row)
        best = math.isfinite(cell.loss) and i18n.number(cell.loss) == i18n.number(lowest)
        text = _label(sheet, cell, place, best)
        if page.counter is not None and text is not None:
            sheet.later.append((cell.visible_from, text))
    if table.shared and cells:
        page.right = key_before(sheet, land, sheet.width / 2.0, page.right, caption_line(page))
    for row, head in enumerate(names):
        middle = top + HEAD + row * step_y + LABEL + size[1] / 2.0
        notes = () if table.shared else _window_notes(frames[row], theme)
        _row_name(sheet, head, notes, middle, wide, step_y - 6.0)
    say_left_out(page, len(table.cells) - len(cells))


def say_left_out(page: Page, count: int) -> None:
    """How many panels there was no room for, at the end of the caption's line."""
    if count:
        page.right -= 150.0
        more(page.sheet, count, page.right + 24.0, caption_line(page))


def caption_line(page: Page) -> float:
    """The y of the caption."""
    return float((1.0 - page.caption.get_position()[1]) * page.sheet.height)


def _frame(window: Sequence[Sequence[float]], record: Record, size: tuple[float, float]) -> projections.Frame:
    if window:
        (x0, x1), (y0, y1) = window
        return (x0, x1), (y0, y1)
    return terrain.fitted(terrain.framed(record), size[0] / size[1])


def _label_ticks(land: Land, first: bool, last: bool) -> None:
    """Few ticks, for the labels at the very edges would touch those of the next cell; labels at the outer cells."""
    for which, (low, high) in zip(SIDES, land.frame, strict=True):
        inset = 0.1 * (high - low)
        axes.even_ticks(land.ax, which, low + inset, high - inset, most=2)
    land.ax.tick_params(labelleft=first, labelbottom=last)


def _window_notes(frame: projections.Frame, theme: Theme) -> tuple[str, ...]:
    """ "x −2 to 2" and the same of y, in two digits."""
    numbers = [[i18n.number(float(f"{side:.2g}")) for side in sides] for sides in frame]
    return tuple(
        i18n.say(theme.language, "{axis} {low} to {high}", axis=axis, low=low, high=high)
        for axis, (low, high) in zip("xy", numbers, strict=True)
    )


def _column_names(sheet: Sheet, heads: list[Head], left: float, top: float, step: float) -> None:
    theme, y = sheet.theme, top + 16.0
    glyph = GLYPH if heads[0].style is not None else 0.0
    names, room = [head.name for head in heads], step - ACROSS - glyph
    if any(sheet.measure(name, theme.label, theme.bold) > room for name in names) and all(h.brief for h in heads):
        names = [head.brief for head in heads] if len({head.brief for head in heads}) == len(heads) else names
    sizes = (theme.label, theme.tick, 0.8 * theme.tick)
    fitting = (size for size in sizes if all(sheet.measure(name, size, theme.bold) <= room for name in names))
    if heads[0].style is None and (size := next(fitting, None)) is not None:
        for column, name in enumerate(names):
            sheet.text(left + column * step, y, name, size, weight=theme.bold)
        return
    rows = without_shared_words(sheet, [Row(name) for name in names], room)
    for column, (head, row) in enumerate(zip(heads, rows, strict=True)):
        x = left + column * step
        name = sheet.cut(row.name, step - ACROSS - glyph, theme.label, theme.bold)
        _name(sheet, head, name, x, y)


def _name(sheet: Sheet, head: Head, name: str, x: float, y: float) -> None:
    """The first line of a name with its baseline at y, after its marker where it is an entrant's."""
    theme = sheet.theme
    if head.style is not None:
        sheet.mark(x + 8.0, y - 6.0, marks.head(head.style, theme, theme.head - 2.0))
    _line(sheet, head, name, x, y)


def _line(sheet: Sheet, head: Head, line: str, x: float, y: float) -> None:
    """A line of a name, where it stands with the marker that it has or could have."""
    theme, style = sheet.theme, head.style
    color, right = (theme.ink, 0.0) if style is None else (style.text, GLYPH)
    sheet.text(x + right, y, line, theme.label, weight=theme.bold, color=color)


def _row_name(sheet: Sheet, head: Head, notes: tuple[str, ...], middle: float, wide: float, tall: float) -> None:
    """A row's name at the left margin, in two lines where it is long, with as many notes below as there is room for."""
    theme = sheet.theme
    glyph = GLYPH if head.style is not None else 0.0
    lines = _broken(sheet, head.name, wide - glyph)
    notes = notes if 24.0 * len(lines) + 21.0 * len(notes) <= tall else ()
    y = middle - (24.0 * len(lines) + 21.0 * len(notes)) / 2.0 + 18.0
    _name(sheet, head, lines[0], MARGIN, y)
    for line in lines[1:]:
        _line(sheet, head, line, MARGIN, y + 24.0)
    y += 24.0 * len(lines)
    for note in notes:
        sheet.text(MARGIN, y - 2.0, sheet.cut(note, wide + 8.0, theme.tick), theme.tick, color=theme.quiet)
        y += 21.0


def _broken(sheet: Sheet, name: str, wide: float) -> list[str]:
    """A name in one line, or in two that fit as far as they can."""
    theme, parts = sheet.theme, name.split()

    def measured(text: str) -> float:
        return sheet.measure(text, theme.label, theme.bold)

    if measured(name) <= wide or len(parts) < 2:
        return [sheet.cut(name, wide, theme.label, theme.bold)]
    splits = [(" ".join(parts[:n]), " ".join(parts[n:])) for n in range(1, len(parts))]
    pair = min(splits, key=lambda two: max(map(measured, two)))
    return [sheet.cut(line, wide, theme.label, theme.bold) for line in pair]


def _name_width(sheet: Sheet, head: Head) -> float:
    """What a row's name needs in two lines at most."""
    theme = sheet.theme
    lines = _broken(sheet, head.name, MOST_NAMES - (GLYPH if head.style is not None else 0.0))
    return max(sheet.measure(line, theme.label, theme.bold) for line in lines) + (GLYPH if head.style else 0.0)


def _label(sheet: Sheet, cell: Cell, place: tuple[float, float, float, float], best: bool) -> Text | None:
    """The longest label that fits above a cell; none where none fits."""
    theme, (left, top, wide, _) = sheet.theme, place
    weight, color = (theme.bold, theme.ink) if best else ("normal", theme.quiet)
    label = next((label for label in cell.labels if sheet.measure(label, theme.tick, weight) <= wide), None)
    return None if label is None else sheet.text(left, top - 7.0, label, theme.tick, weight=weight, color=color)
