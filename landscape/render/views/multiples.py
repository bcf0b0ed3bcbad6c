"""The view "multiples": the same landscape side by side, for each entrant, start, learning rate or surface."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

import numpy as np

from landscape import i18n
from landscape.analysis.batches import apart
from landscape.analysis.selection import median_loss
from landscape.core.surface import Surface
from landscape.render.panels import terrain
from landscape.render.panels.trails import Bundle, bundles
from landscape.render.style.theme import Style, Theme
from landscape.render.text import captions as words
from landscape.render.text.legible import legible
from landscape.render.views._base import ViewOfSeveral, register
from landscape.render.views._shared import Box, Levels, check_plane, check_window

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

    from landscape.record import Record
    from landscape.render.pages.page import Page
    from landscape.render.pages.sheet import Sheet
    from landscape.render.style.axes import Which

MOST_PANELS = 12
GLYPH = 22.0  # from the left of a title's marker to its words
TITLE = 30.0  # the height of a panel's own title
SIDES: tuple[Which, Which] = ("x", "y")


@register("multiples")
class Multiples(ViewOfSeveral):
    """The same landscape again and again, side by side: for each entrant, each start, or each learning rate.

    Of several records, a row for each one's surface and a column for each entrant, matched by label: `landscape.draw`
    takes a list of them. An entrant keeps its colour and marker throughout; each surface has its own window and levels.

    by: "entrant" or "start", at most twelve panels; or "rate", a row for each entrant and a column for each learning
    rate of its runs, at most 24 cells, with the final loss above each.
    window: ((lo, hi), (lo, hi)), the part of the landscape to show; where left out, the surface's own, grown by where
    the runs go. levels: about how many contour lines.
    """

    use = "Entrants, starts, rates or surfaces compared where on one map they would hide each other."

    file: str = "multiples.png"
    window: Box = ()
    levels: Levels = 10
    by: Literal["entrant", "start", "rate"] = "entrant"

    batches = True

    def check_surface(self, surface: Surface) -> None:
        """ValueError where the surface has not two dimensions, or the window does not fit it."""
        check_plane(self, surface)
        check_window(self, self.window)

    def page(self, record: Record, moving: bool = False) -> Page:
        """A grid of the same landscape, with a cell's runs in each."""
        from landscape.render.pages import table
        from landscape.render.pages.level_key import key_before
        from landscape.render.pages.lists import Row, without_shared_words
        from landscape.render.pages.placing import BELOW, LEFT
        from landscape.render.pages.sheet import MARGIN
        from landscape.render.panels.land import Land
        from landscape.render.style import axes

        record = apart(record) if self.by == "entrant" else record
        page, top = self.begin(record, moving)
        if self.by == "rate":
            return self._by_rate(record, page, top - (0.0 if moving else 22.0))
        sheet, theme = page.sheet, page.sheet.theme
        cells = _cells(self.by, record, theme)
        shown = cells[:MOST_PANELS]
        top -= 0.0 if moving else 34.0  # the panels have their titles themselves; a movie has its counter above them
        frame = self.window or terrain.framed(record)
        (x0, x1), (y0, y1) = ((float(low), float(high)) for low, high in frame)
        bottom = sheet.height - (BELOW if self.by == "start" else 40.0)
        across, down = _grid(len(shown), sheet.width - LEFT, bottom - top, (x1 - x0) / (y1 - y0))
        wide, tall = (sheet.width - LEFT - MARGIN + 18.0) / across, (bottom - top) / down
        rows = [Row(cell.title) for cell in shown]
        names = without_shared_words(sheet, rows, wide - 18.0 - GLYPH * (shown[0].style is not None))
        shown = [dataclasses.replace(cell, title=name.name) for cell, name in zip(shown, names, strict=True)]
        small = (
            theme
            if across * down <= 2
            else dataclasses.replace(theme, head=10.0, lowest=14.0, local=8.0, saddle=8.0, begin=8.0, casing=4.4)
        )
        for number, cell in enumerate(shown):
            row, column = divmod(number, across)
            place = LEFT + column * wide, top + row * tall + TITLE, wide - 18.0, tall - TITLE - 12.0
            window = self.window or terrain.fitted(((x0, x1), (y0, y1)), place[2] / place[3])
            land = Land(sheet.axes(*place), record, ((window[0][0], window[0][1]), (window[1][0], window[1][1])), small,
                        cell.bundles)  # fmt: skip
            land.draw_ground(self.levels)
            # labels at the very edges would touch those of the next panel; the last of each column has those of x
            for which, (low, high) in zip(SIDES, land.frame, strict=True):
                inset = 0.08 * (high - low)
                axes.even_ticks(land.ax, which, low + inset, high - inset, most=4)
            land.ax.tick_params(labelleft=column == 0, labelbottom=number + across >= len(shown))
            _title(sheet, cell, place, moving)
            page.panels.append(land)
        if self.by == "start":
            _entrants(sheet, record, LEFT, sheet.height - 24.0)
        if len(cells) > len(shown):
            table.say_left_out(page, len(cells) - len(shown))
        page.right = key_before(sheet, land, sheet.width / 2.0, page.right, table.caption_line(page))
        return page

    def page_of(self, records: Sequence[Record]) -> Page:
        """A row for each record's surface, a column for each entrant. ValueError where the view is by rate or start."""
        from landscape.render.pages import table
        from landscape.render.pages.page import Page
        from landscape.render.pages.sheet import MARGIN, Sheet

        if self.by != "entrant":
            raise ValueError(f'several records are shown by "entrant", and the view "multiples" is by "{self.by}"')
        texts = [text for record in records for text in (record.title, record.surface.title, *record.labels)]
        theme = legible(self.theme, self.language, texts)
        sheet = Sheet(self.width, self.height, theme)
        baseline = sheet.heading(words.title_of_several(records, theme), sheet.width - MARGIN)
        caption = sheet.text(MARGIN, baseline + 29.0, "", theme.label, color=theme.quiet)
        page = Page(sheet, max(records, key=lambda record: record.steps), caption, sheet.width - MARGIN)
        table.draw_table(page, baseline + 50.0, table.by_surface(records, theme), self.window, self.levels)
        few, many = min(record.steps for record in records), page.record.steps
        if few < many:
            page.progress = i18n.say(theme.language, "after {few} to {steps} steps", few=few, steps=many)
        said = "each surface in its own window, darker is lower", "bold: the lowest of its row"
        page.outcome = "   ".join(i18n.say(theme.language, text) for text in said)
        return page

    def draw_into(self, ax: Axes, record: Record) -> list[Artist]:
        """ValueError: several panels do not fit one Axes."""
        raise ValueError('the view "multiples" has several panels and needs a page of its own: leave ax out')

    def _by_rate(self, record: Record, page: Page, top: float) -> Page:
        """A row for each entrant, a column for each learning rate."""
        from landscape.render.pages import table

        theme = page.sheet.theme
        rates = table.by_rate(record, theme)
        table.draw_table(page, top, rates, self.window, self.levels)
        (row, column), best = min(rates.cells.items(), key=lambda item: item[1].loss)
        if math.isfinite(best.loss):
            label = i18n.say(theme.language, ", ").join((rates.rows[row].name, rates.columns[column].name))
            lowest = i18n.say(theme.language, "lowest loss {loss} ({label})", loss=i18n.number(best.loss), label=label)
            page.outcome = f"{lowest}   {i18n.say(theme.language, 'bold: the lowest of its row')}"
        return page


@dataclasses.dataclass(frozen=True, eq=False)
class Cell:
    """One of many panels: the runs in it, its title with a marker where it is an entrant's, and the label at the right
    of that in several lengths, the longest first. visible_from: the step from which on a movie shows the label."""

    bundles: list[Bundle]
    title: str
    style: Style | None
    labels: tuple[str, ...]
    visible_from: float


def _cells(by: str, record: Record, theme: Theme) -> list[Cell]:
    """A cell for each entrant or for each start."""
    from landscape.render.pages.lists import end_of
    from landscape.render.pages.table import few_of

    every = bundles(record, theme)
    if by == "entrant":
        found = []
        for bundle in every:
            fate = words.fate(bundle.track, theme.language)
            losses = median_loss(bundle.track)[:, None]
            loss = i18n.number(float(losses[-1, 0]))
            labels: tuple[str, ...] = (words.last_line("loss", losses, theme.language), loss)
            if fate:
                labels = fate, i18n.say(theme.language, "diverged")
            found.append(Cell([bundle], words.label(bundle.track, theme), bundle.style, labels, end_of(bundle.track)))
        return found
    found = []
    numbers = record.runs // record.repeats
    for start in np.unique(numbers):
        runs = np.flatnonzero(numbers == start)
        mine = [few_of(dataclasses.replace(bundle, full=runs)) for bundle in every]
        title = i18n.say(theme.language, "start {number}", number=int(start) + 1)
        best = min(mine, key=lambda bundle: float(np.nan_to_num(bundle.track.value[-1, bundle.full[0]], nan=np.inf)))
        loss = i18n.number(float(best.track.value[-1, best.full[0]]))
        label = words.label(best.track, theme)
        said = "lowest loss {loss} ({label})", "loss {loss}"
        labels = tuple(i18n.say(theme.language, text, loss=loss, label=label) for text in said)
        found.append(Cell(mine, title, None, labels, float(record.steps)))
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
    """A panel's title, with its label at the right where there is room."""
    from landscape.render.pages.lists import name_of
    from landscape.render.style import marks

    theme, (left, top, wide, _) = sheet.theme, place
    x, y = left, top - 9.0
    if cell.style is not None:
        sheet.mark(x + 8.0, y - 6.0, marks.head(cell.style, theme, theme.head - 2.0))
        x += GLYPH
    color = theme.ink if cell.style is None else cell.style.text
    title = sheet.cut(cell.title, left + wide - x, theme.label, theme.bold)
    name = sheet.text(x, y, title, theme.label, weight=theme.bold, color=color)
    if cell.style is not None:
        name.set_gid(name_of(cell.style))
    x += sheet.measure(title, theme.label, theme.bold) + 14.0
    for label in cell.labels:
        if sheet.measure(label, theme.tick) <= left + wide - x:
            text = sheet.text(left + wide, y, label, theme.tick, ha="right", color=theme.quiet)
            if moving:
                sheet.later.append((cell.visible_from, text))
            return


def _entrants(sheet: Sheet, record: Record, x: float, y: float) -> None:
    """Every entrant with its marker in one row, as many as there is room for."""
    from landscape.render.pages.lists import more
    from landscape.render.pages.sheet import MARGIN

    theme, glyph = sheet.theme, 24.0 + sheet.long_stroke
    for index, track in enumerate(record.tracks):
        label, style = words.label(track, theme), theme.style(index)
        wide = glyph + sheet.measure(label, theme.label, theme.bold) + 26.0
        if x + wide > sheet.width - MARGIN:
            more(sheet, len(record) - index, x, y)
            return
        sheet.sample(style, x + 8.0, y - 6.0, theme.head - 2.0, sheet.long_stroke)
        sheet.text(x + glyph, y, label, theme.label, weight=theme.bold, color=style.text)
        x += wide
