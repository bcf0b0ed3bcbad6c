"""Set a page in motion: the clock of a movie, and the frames themselves.

    film = Movie(view, record)
    for shot in film.frames(rate=30):
        shot.pixels             # (height, width, 4) uint8, valid until the next one
        shot.boxes              # where they differ from those before

The page is drawn once. A trail grows on it as its run moves on; what moves (comets, heads, words) is painted over it
for each frame, and taken off again. A convergence curve only ever grows to the right: it is drawn whole once, and
uncovered column by column.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from landscape import i18n
from landscape.analysis.selection import row_at
from landscape.record import Record
from landscape.render.canvas.canvas import Box, Pixels, Stage
from landscape.render.canvas.lettering import Lettering
from landscape.render.movie.pacing import activity, paced, usual_seconds
from landscape.render.pages.page import shorter
from landscape.render.panels.boundary import Boundary, BoundaryPainter
from landscape.render.panels.inside import Insides, InsidesPainter
from landscape.render.panels.painters import CurvesPainter, LandPainter, NotePainter, ReliefPainter
from landscape.render.panels.relief import Relief
from landscape.render.text import captions as words
from landscape.render.views._base import View

FIRST, LAST = 0.7, 1.5  # seconds for which the first and the last frame stand
MOST_HELD = 0.8  # of a movie's time, both together


Progress = Callable[[int, int], None]


class Shot(NamedTuple):
    """A frame: pixels (height, width, 4), for how many frames it stands, and the boxes in which it is a new one."""

    pixels: Pixels
    repeat: int
    boxes: list[Box]


class Movie:
    """The movie of a view of a record. size: (width, height) in pixels; pace: of the clock; transparent: without paper
    behind the words and the curves."""

    def __init__(
        self,
        view: View,
        record: Record,
        seconds: float | None = None,
        pacing: str | None = None,
        transparent: bool = False,
    ) -> None:
        self.view, self.transparent = view, transparent
        self.page = view.page(record, moving=True)
        self.record = record = self.page.record  # of a view of one entrant, that alone
        if transparent:
            for patch in (self.page.figure.patch, *(graph.ax.patch for graph in self.page.graphs)):
                patch.set_alpha(0.0)
        self.seconds = seconds or view.seconds or usual_seconds(record.steps)
        self.size = (view.width, view.height)
        self.pace = paced(pacing or view.pacing, record, activity(self.page), round(30 * self.seconds))
        self.stage = Stage(self.page)
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
        return any(isinstance(panel, Relief) for panel in self.page.panels)

    def clock(self, rate: float) -> list[tuple[float, int]]:
        """(step, for how many frames) of everything shown, at `rate` frames a second."""
        total = max(4, round(self.seconds * rate))
        shorter = min(1.0, MOST_HELD * self.seconds / (FIRST + LAST))
        first, last = max(1, round(shorter * FIRST * rate)), round(shorter * LAST * rate)
        play = max(2, total - first - last)
        steps = float(self.record.steps)
        between = [(self.pace.step(frame / play), 1) for frame in range(1, play)]
        return [(0.0, first), *between, (steps, last + 1)]

    def frame_count(self, rate: float) -> int:
        """How many frames there are at `rate` frames a second."""
        return sum(repeat for _, repeat in self.clock(rate))

    def frames(self, rate: float) -> Iterator[Shot]:
        """Every frame that differs from the one before."""
        paint = self._painter()
        clock = self.clock(rate)
        for number, (step, repeat) in enumerate(clock):
            yield Shot(paint(step, number / (len(clock) - 1)), repeat, self.stage.changed)

    def frame_at(self, step: float) -> Pixels:
        """The frame of one step, painted in one go."""
        return self._painter()(step, 1.0).copy()

    def last_frame(self) -> Pixels:
        """The frame on which the movie ends."""
        return self._painter()(float(self.record.steps), 1.0).copy()

    def _painter(self) -> Callable[[float, float], Pixels]:
        """A step and the share of the time that has passed -> a frame. Steps never fall."""
        stage, page = self.stage, self.page
        stage.reset()
        lands = [LandPainter(land, stage) for land in page.lands]
        graphs = [CurvesPainter(curves, stage) for curves in page.graphs]
        reliefs = [ReliefPainter(panel, stage) for panel in page.panels if isinstance(panel, Relief)]
        boundaries = [BoundaryPainter(panel, stage) for panel in page.panels if isinstance(panel, Boundary)]
        insides = [InsidesPainter(panel, stage) for panel in page.panels if isinstance(panel, Insides)]
        notes = NotePainter(page, stage)
        say = self._caption_writer()

        def paint(step: float, share: float) -> Pixels:
            for graph in graphs:
                graph.advance(step)
            for land in lands:
                land.advance(step)
            notes.advance(step)
            stage.begin_frame()
            for land in lands:
                land.paint(step)
            for graph in graphs:
                graph.paint(step)
            for relief in reliefs:
                relief.paint(step, share)
            for boundary in boundaries:
                boundary.paint(step)
            for inside in insides:
                inside.paint(step)
            say(step)
            return stage.frame

        return paint

    def caption(self, step: float) -> str:
        """The caption line of a step."""
        row, _ = row_at(self.record.tracks[0], step)
        return shorter(self._parts(row))[self._brief]

    def _parts(self, row: int) -> list[str]:
        """What the caption line says at a recorded row."""
        return [*filter(None, [self.pace.words and self.say(self.pace.words)]), *self._captions.at(row).split("   ")]

    @functools.cached_property
    def _brief(self) -> int:
        """How many of the parts are left out, from the first frame on, so that the line fits in every one."""
        sheet, rows = self.page.sheet, range(0, len(self.record.tracks[0].steps), 1 + self.record.steps // 50)
        size, room = self._theme.label, self.page.caption_room
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
    def told_at_end(self) -> str:
        """What the caption says in the end, as a sentence."""
        return f"{words.after(self.record, self._theme.language)}   {self._captions.at(-1)}"

    @property
    def language(self) -> str:
        """The language of the words, as HTML names it."""
        return {"en": "en", "zh": "zh-Hans"}[self._theme.language]

    def _caption_writer(self) -> Callable[[float], None]:
        """Writes the caption line and the counter of a step."""
        page, stage, theme = self.page, self.stage, self.page.sheet.theme
        small = Lettering(stage, theme.label, theme.quiet)
        large = Lettering(stage, theme.counter, theme.ink, theme.bold)
        room = page.caption_room * page.sheet.scale

        def say(step: float) -> None:
            small.write(self.caption(step), *stage.place_of(page.caption), room)
            if page.counter is not None:
                large.write(str(int(step)), *stage.place_of(page.counter), right=True)

        return say
