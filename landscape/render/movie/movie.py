"""Set a page in motion: the clock of a movie, and the frames themselves.

    film = Movie(view, record)
    for shot in film.frames(rate=30):
        shot.pixels             # (height, width, 4) uint8, valid until the next one
        shot.boxes              # where they differ from those before

The page is drawn once. What stays grows on it: a trail as its run moves on, a curve column by column. What moves
(comets, heads, words) is painted over it for each frame, and removed again. Each panel brings its own painter.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator
from typing import NamedTuple, Protocol

from matplotlib.artist import Artist
from matplotlib.text import Text

from landscape import i18n
from landscape.analysis.selection import row_at
from landscape.record import Record
from landscape.render.canvas.canvas import Box, Canvas, Pixels
from landscape.render.movie.pacing import paced, progress_of, usual_seconds
from landscape.render.pages.page import Page, shorter
from landscape.render.text import captions as words
from landscape.render.text.lettering import Lettering

FIRST, LAST = 0.7, 1.5  # seconds for which the first and the last frame stand
TURNING = 15.0  # pictures a second of a camera that goes around slowly
MOST_STANDING = 0.8  # of a movie's time, both together


class Shot(NamedTuple):
    """A frame: pixels (height, width, 4), for how many frames it stands, and the boxes in which it is a new one."""

    pixels: Pixels
    repeat: int
    boxes: list[Box]


class Scene(Protocol):
    """What a movie is made of: as much of a view as it needs."""

    @property
    def width(self) -> int: ...

    @property
    def height(self) -> int: ...

    @property
    def seconds(self) -> float | None: ...

    @property
    def pacing(self) -> str: ...

    def page(self, record: Record, moving: bool = False) -> Page: ...


class Movie:
    """The movie of a view of a record. size: (width, height) in pixels; pace: of the clock; transparent: without paper
    behind the words and the curves."""

    def __init__(
        self,
        view: Scene,
        record: Record,
        seconds: float | None = None,
        pacing: str | None = None,
        transparent: bool = False,
    ) -> None:
        self.view, self.transparent = view, transparent
        self.page = view.page(record, moving=True)
        self.record = record = self.page.record  # of a view of one entrant, that alone
        if transparent:
            papers = [panel.ax.patch for panel in self.page.all_panels if panel.see_through]
            for patch in (self.page.figure.patch, *papers):
                patch.set_alpha(0.0)
        self.seconds = seconds or view.seconds or usual_seconds(record.steps)
        self.size = (view.width, view.height)
        self.pace = paced(
            pacing or view.pacing, record, progress_of(self.page.all_panels, record), round(30 * self.seconds)
        )
        self.canvas = Canvas(self.page.sheet.canvas, self._left_out())
        self._theme = self.page.sheet.theme
        self._captions = words.Captions(record, self._theme)

    @property
    def colors(self) -> list[str]:
        """The colours that mean something."""
        theme, count = self.page.sheet.theme, len(self.record)
        styles = [theme.style(index).color for index in range(count)]
        return list(dict.fromkeys([theme.paper, theme.ink, theme.quiet, theme.gold, *styles]))

    @property
    def turns(self) -> bool:
        """Whether a camera goes around, so that every pixel of a panel changes in every frame."""
        return any(panel.turns for panel in self.page.all_panels)

    def _left_out(self) -> list[Artist]:
        """The artists of the page that are not there from the first frame on, or change."""
        page = self.page
        changing: list[Artist] = [page.caption, *([page.counter] if page.counter is not None else [])]
        changing += [text for _, text in page.sheet.later]
        return [*changing, *(artist for panel in page.all_panels for artist in panel.left_out())]

    def clock(self, rate: float) -> list[tuple[float, int]]:
        """(step, for how many frames) of everything shown, at `rate` frames a second; of a camera that goes around, at
        most so many new pictures a second as the eye needs, since each is drawn from nothing."""
        total = max(4, round(self.seconds * rate))
        shorter = min(1.0, MOST_STANDING * self.seconds / (FIRST + LAST))
        first, last = max(1, round(shorter * FIRST * rate)), round(shorter * LAST * rate)
        play = max(2, total - first - last)
        steps = float(self.record.steps)
        each = max(1, round(rate / TURNING)) if self.turns else 1
        between = [(self.pace.step(frame / play), min(each, play - frame)) for frame in range(1, play, each)]
        return [(0.0, first), *between, (steps, last + 1)]

    def frame_count(self, rate: float) -> int:
        """How many frames there are at `rate` frames a second."""
        return sum(repeat for _, repeat in self.clock(rate))

    def frames(self, rate: float) -> Iterator[Shot]:
        """Every frame that differs from the one before."""
        paint = self._painter()
        clock = self.clock(rate)
        for number, (step, repeat) in enumerate(clock):
            yield Shot(paint(step, number / (len(clock) - 1)), repeat, self.canvas.changed)

    def frame_at(self, step: float) -> Pixels:
        """The frame of one step, painted in one go."""
        return self._painter()(step, 1.0).copy()

    def last_frame(self) -> Pixels:
        """The frame on which the movie ends."""
        return self._painter()(float(self.record.steps), 1.0).copy()

    def _painter(self) -> Callable[[float, float], Pixels]:
        """A step and the share of the time that has passed -> a frame. Steps never fall."""
        canvas, page = self.canvas, self.page
        canvas.reset()
        painters = [panel.painter(canvas) for panel in page.all_panels]
        notes = sorted(page.sheet.later, key=lambda note: note[0])
        say = self._caption_writer()

        def paint(step: float, share: float) -> Pixels:
            for painter in painters:
                painter.advance(step)
            write_notes(canvas, notes, step)
            canvas.begin_frame()
            for painter in painters:
                painter.paint(step, share)
            say(step)
            return canvas.frame

        return paint

    def caption(self, step: float) -> str:
        """The caption line of a step."""
        if self.page.unreadable:
            return ""
        row, _ = row_at(self.record.tracks[0], step)
        return shorter(self._parts(row))[self._brief]

    def _parts(self, row: int) -> list[str]:
        """The parts of the caption line at a recorded row."""
        first = [self.pace.words and self.say(self.pace.words), *self.page.drawn()]
        if any(track.all_runs > track.runs for track in self.record.tracks):
            first.reverse()  # what goes first for want of room stands last
        return [*filter(None, first), *self._captions.at(row).split("   ")]

    @functools.cached_property
    def _brief(self) -> int:
        """How many of the parts are left out, from the first frame on, so that the line fits in every one."""
        if self.page.unreadable:
            return 0
        sheet, rows = self.page.sheet, range(0, len(self.record.tracks[0].steps), 1 + self.record.steps // 50)
        size, room = float(self.page.caption.get_fontsize()), self.page.caption_room
        lines = [shorter(self._parts(row)) for row in rows]
        for n in range(len(lines[0]) - 1):
            # measuring takes a while, and digits are equally wide
            if all(sheet.measure(text, size) <= room for text in {re.sub(r"\d", "0", each[n]) for each in lines}):
                return n
        return len(lines[0]) - 1

    def say(self, text: str) -> str:
        """A text in the movie's language."""
        return i18n.say(self._theme.language, text)

    @property
    def last_words(self) -> str:
        """The last caption, as a sentence."""
        return f"{words.after(self.record, self._theme.language)}   {self._captions.at(-1)}"

    @property
    def language(self) -> str:
        """The language of the words, as HTML names it."""
        return {"en": "en", "zh": "zh-Hans"}[self._theme.language]

    @functools.cached_property
    def _letterings(self) -> tuple[Lettering, Lettering]:
        """What the caption and the counter are written with."""
        page, theme = self.page, self.page.sheet.theme
        small = Lettering(self.canvas, theme.fonts, float(page.caption.get_fontsize()), theme.quiet)
        return small, Lettering(self.canvas, theme.fonts, theme.counter, theme.ink, theme.bold)

    def _caption_writer(self) -> Callable[[float], None]:
        """Writes the caption line and the counter of a step."""
        page, canvas, (small, large) = self.page, self.canvas, self._letterings
        for lettering in (small, large):
            lettering.begin()
        room = page.caption_room * page.sheet.scale

        def say(step: float) -> None:
            small.write(self.caption(step), *canvas.place_of(page.caption), room)
            if page.counter is not None:
                large.write(str(int(step)), *canvas.place_of(page.counter), right=True)

        return say


def write_notes(canvas: Canvas, notes: list[tuple[float, Text]], step: float) -> None:
    """Write the words that are true by `step`, and drop them from the notes, which are in the order of their steps."""
    while notes and notes[0][0] <= step:
        canvas.add_static(canvas.patch([notes.pop(0)[1]]))
