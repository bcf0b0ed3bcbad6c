"""Begin a page, fill it with panels, and finish it.

page, top = begin(record, theme, 1280, 720)
page.curves = Curves(page.sheet.axes(LEFT, top, 600.0, 400.0), record, "loss", theme)
page.finish()
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.text import Text

from landscape import i18n
from landscape.analysis.batches import left_out
from landscape.record import Record
from landscape.render.pages.sheet import MARGIN, Sheet
from landscape.render.panels._base import Panel
from landscape.render.panels.curves import Curves
from landscape.render.panels.land import Land
from landscape.render.style.theme import DPI, Theme
from landscape.render.text import captions as words
from landscape.render.text import tunings
from landscape.render.text.mathematics import has_mathematics

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclasses.dataclass(eq=False)
class Page:
    """A laid out picture without its runs: `finish` draws them as they are after the last step.

    caption, counter: the texts that change as a movie plays; a still has no counter. right: where the room of the
    caption and of the panels' titles ends. panels: all but the first landscape and the first curves. outcome: the rest
    of a still's caption line, the usual one where None; progress: how that line begins, the record's number of steps
    where None.
    """

    sheet: Sheet
    record: Record
    caption: Text
    right: float
    counter: Text | None = None
    land: Land | None = None
    curves: Curves | None = None
    panels: list[Panel] = dataclasses.field(default_factory=list)
    outcome: str | None = None
    progress: str | None = None

    @property
    def figure(self) -> Figure:
        return self.sheet.figure

    def finish(self) -> None:
        """Draw every run to its end."""
        for panel in self.all_panels:
            panel.draw_runs()
        theme = self.sheet.theme
        outcome = words.Captions(self.record, theme).at(-1) if self.outcome is None else self.outcome
        progress = self.progress or words.after(self.record, theme.language)
        parts = [*filter(None, [progress, *self.drawn()]), *outcome.split("   ")]
        text = self.fitting(shorter(parts))
        self.caption.set_parse_math(has_mathematics(text))
        self.caption.set_text(text)

    def fitting(self, lines: list[str]) -> str:
        """The first caption line that fits, or nothing where none could be read."""
        size = float(self.caption.get_fontsize())
        if self.unreadable:
            return ""
        if size > self.sheet.theme.label:  # whole or not at all
            return next((line for line in lines if self.sheet.measure(line, size) <= self.caption_room), "")
        return self.sheet.choose(lines, self.caption_room, size)

    @property
    def unreadable(self) -> bool:
        """Whether the page is so small that the caption would be no more than a grey line."""
        return least_size(self.sheet) > MOST_LARGER * self.sheet.theme.label

    def drawn(self) -> list[str]:
        """How many of the runs, and of the values of hyper-parameters, are drawn, where not all are."""
        language = self.sheet.theme.language
        bundles = {bundle.track.label: bundle for panel in self.all_panels for bundle in panel.bundles}
        counts = [(len(bundle.full) + len(bundle.thin), bundle.track.all_runs) for bundle in bundles.values()]
        several = all(
            len(bundle.thin) or bundle.track.all_runs > bundle.track.runs for bundle in bundles.values()
        )  # else one run is chosen, and said
        return [
            words.drawn(counts, language) if counts and several else "",
            words.values_drawn(*left_out(self.record), language),
        ]

    @property
    def all_panels(self) -> list[Panel]:
        """Every panel, in the order in which they are painted."""
        first: list[Panel] = [panel for panel in (self.land, self.curves) if panel is not None]
        return [*first, *self.panels]

    @property
    def caption_room(self) -> float:
        """How wide the caption may be."""
        return self.right - MARGIN


def least_size(sheet: Sheet) -> float:
    """The size, in points, from which a text can be read on a page."""
    return LEAST_PIXELS * 72.0 / (DPI * sheet.scale)


def shorter(parts: list[str]) -> list[str]:
    """The caption line from its parts, the longest first: what is in the middle goes first, the last part stays."""
    return ["   ".join([*parts[:count], parts[-1]]) for count in range(len(parts) - 1, -1, -1)]


# The height of a font in pixels from which a caption can be read; how much larger than usual it may be for that.
LEAST_PIXELS, MOST_LARGER = 8.5, 1.35

MOST_TUNED = 2  # lines on what was chosen
ABOVE = 72.0  # from the title's last baseline to the axes: the caption line and the panels' titles


def begin(record: Record, theme: Theme, width: int, height: int, moving: bool = False) -> tuple[Page, float]:
    """A page with its title and room for the caption, and the y at which panels begin. moving: with a step counter."""
    sheet = Sheet(width, height, theme)
    baseline = sheet.heading(words.title(record, theme), sheet.width - MARGIN)
    size = float(np.clip(least_size(sheet), theme.label, MOST_LARGER * theme.label))
    caption = sheet.text(MARGIN, baseline + 29.0, "", size, color=theme.quiet)
    caption.set_gid("caption")
    page = Page(sheet, record, caption, sheet.width - MARGIN)
    if not page.unreadable:
        baseline += _tuned(page, baseline + 29.0)
    if moving:
        _counter(page, baseline + ABOVE - 13.0)
    return page, baseline + ABOVE


def _tuned(page: Page, y: float) -> float:
    """Lines below the caption on how hyper-parameters were chosen, where they were; how much room they take."""
    sheet, record = page.sheet, page.record
    if not (head := tunings.head(record, sheet.theme)):
        return 0.0
    room, size = sheet.width - 2 * MARGIN, sheet.theme.tick
    lines, rest = [sheet.cut(head, room, size)], tunings.parts(record, sheet.theme)
    while rest and len(lines) <= MOST_TUNED:
        fits = next(
            n for n in range(len(rest), 0, -1) if n == 1 or sheet.measure(tunings.SPACE.join(rest[:n]), size) <= room
        )
        lines.append(sheet.cut(tunings.SPACE.join(rest[:fits]), room, size))
        rest = rest[fits:]
    if rest:
        more = i18n.say(sheet.theme.language, "and {count} more", count=len(rest))
        lines[-1] = sheet.cut(lines[-1], room - sheet.measure(tunings.SPACE + more, size), size) + tunings.SPACE + more
    step = 1.45 * size * DPI / 72.0
    for number, line in enumerate(lines, 1):
        sheet.text(MARGIN, y + 3.0 + number * step, line, size, color=sheet.theme.quiet).set_gid("tuned")
    return 3.0 + len(lines) * step


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
