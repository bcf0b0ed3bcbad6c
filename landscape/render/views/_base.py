"""What every view is: its fields, its page, and the registry that finds it by the name of its file.

    @register("contour")
    class Contour(View):                    # in views/contour.py
        file: str = "contour.png"
        levels: Levels = 18

A view's file holds the component and what lays out its page. Matplotlib is imported inside the functions that draw, so
that a scenario with views is read and checked without it.
"""

from __future__ import annotations

import dataclasses
from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING, Annotated, ClassVar

from annotated_types import Ge, Le

from landscape.core.component import Component, FieldError
from landscape.core.registry import Registry
from landscape.core.surface import Surface
from landscape.i18n.texts import Language
from landscape.render.style.theme import Pacing, Theme, ThemeName
from landscape.render.text.legible import graded, legible

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

    from landscape.record import Record
    from landscape.render.pages.page import Page

STILLS = (".png", ".svg", ".pdf")
MOVIES = (".mp4", ".webm", ".gif", ".webp", ".apng", ".html")

Pixels = Annotated[int, Ge(160), Le(7680)]
Seconds = Annotated[float, Ge(3), Le(120)]


@dataclasses.dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class View(Component, ABC):
    """A picture of a record, still or moving. It sees the record alone and computes no trajectory.

    file: the name under which it is saved. Its suffix says what it is: a still (.png .svg .pdf) or, of a view that
    moves, a movie (.mp4 .webm .gif .webp .apng .html). width, height: in pixels. seconds: how long a movie lasts, 6 to
    12 by the number of steps where left out. pacing: which step a movie shows when: "even", "logarithmic",
    "arc_length", or "auto", which slows the early steps where most happens early. theme: "light", "dark" or "print",
    the last in greys. language: of the captions, "en" or "zh" (Simplified Chinese).

    moves: whether there is a movie of it; batches: whether it shows runs of one entrant that differ in their
    hyper-parameters itself, where others show each value as an entrant; use: what it is for, in a sentence. Every view
    states its own default for `file`.
    """

    file: str
    width: Pixels = 1280
    height: Pixels = 720
    seconds: Seconds | None = None
    pacing: Pacing = "auto"
    theme: ThemeName = "light"
    language: Language = "en"

    moves: ClassVar[bool] = True
    batches: ClassVar[bool] = False
    use: ClassVar[str] = ""

    @abstractmethod
    def check_surface(self, surface: Surface) -> None:
        """ValueError where this view cannot show that surface."""

    @abstractmethod
    def page(self, record: Record, moving: bool = False) -> Page:
        """The picture, laid out, with everything on it that does not move. moving: for a movie, with a counter."""

    @abstractmethod
    def draw_into(self, ax: Axes, record: Record) -> list[Artist]:
        """Draw into Axes that someone else has laid out; returns what was drawn. ValueError where the view needs a page
        of its own."""

    def theme_for(self, record: Record) -> Theme:
        """The theme and the language of this view, with fonts for the record's own words."""
        texts = (record.title, record.surface.title, *record.surface.labels, *record.labels)
        return graded(legible(self.theme, self.language, texts), record)

    def begin(self, record: Record, moving: bool = False) -> tuple[Page, float]:
        """A page of this size and theme with the record's title, and the y at which panels begin."""
        from landscape.render.pages import page

        return page.begin(record, self.theme_for(record), self.width, self.height, moving)

    def _check(self) -> None:
        if suffix_of(self.file) not in STILLS + MOVIES:
            raise FieldError(self.name, "file", f"must end in {listed(STILLS + MOVIES)}, got {self.file!r}")
        if not self.moves and suffix_of(self.file) not in STILLS:
            raise FieldError(
                self.name, "file", f"must end in {listed(STILLS)}, for it does not move; got {self.file!r}"
            )
        if PurePosixPath(self.file).name != self.file or PureWindowsPath(self.file).name != self.file:
            raise FieldError(self.name, "file", f"must be a file name without a folder, got {self.file!r}")


class ViewOfSeveral(View):
    """A picture of several records on one page."""

    @abstractmethod
    def page_of(self, records: Sequence[Record]) -> Page:
        """The picture of all records, laid out."""


def suffix_of(file: object) -> str:
    """The suffix of a file name, in lower case."""
    return PurePosixPath(str(file)).suffix.lower()


def listed(names: tuple[str, ...]) -> str:
    """ "a, b or c"."""
    return " or ".join(filter(None, (", ".join(names[:-1]), names[-1])))


REGISTRY: Registry[View] = Registry("view", View, package="landscape.render.views")
register = REGISTRY.register
names = REGISTRY.names
