"""Enter a view with `@register("contour")`, so that scenarios and `landscape.draw` find it by name."""

from __future__ import annotations

from abc import ABC, abstractmethod
from pathlib import PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING, Annotated, ClassVar

from annotated_types import Ge, Le

from landscape.core.component import Component, FieldError
from landscape.core.registry import Registry
from landscape.core.surface import Surface
from landscape.i18n.texts import Language
from landscape.render.style.theme import Pacing, ThemeName

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

    from landscape.record import Record
    from landscape.render.pages.page import Page

STILLS = (".png", ".svg", ".pdf")
MOVIES = (".mp4", ".webm", ".gif", ".webp", ".apng", ".html")

Pixels = Annotated[int, Ge(160), Le(7680)]
Seconds = Annotated[float, Ge(3), Le(120)]


class View(Component, ABC):
    """A picture of a record, still or moving. It sees the record alone and computes no trajectory.

    file: what it is called where it is saved (its suffix says what it is: a still or a movie); width, height: in
    pixels; seconds: how long a movie lasts, 6 to 12 by the number of steps where left out; pacing: which step it shows
    when; theme: "light", "dark" or "print", the last in greys; language: of the captions, "en" or "zh". moves: whether
    there is a movie of it.
    """

    file: str
    width: int
    height: int
    seconds: float | None
    pacing: Pacing = "auto"
    theme: ThemeName
    language: Language

    moves: ClassVar[bool] = True

    @abstractmethod
    def check_surface(self, surface: Surface) -> None:
        """ValueError where this view cannot be had of that surface."""

    @abstractmethod
    def page(self, record: Record, moving: bool = False) -> Page:
        """The picture, laid out, with everything on it that does not move. moving: for a movie, with a counter."""

    @abstractmethod
    def draw_into(self, ax: Axes, record: Record) -> list[Artist]:
        """Draw into Axes that someone else has laid out; returns what was drawn. ValueError where the view needs a page
        of its own."""

    def _check(self) -> None:
        if suffix_of(self.file) not in STILLS + MOVIES:
            raise FieldError(self.name, "file", f"must end in {listed(STILLS + MOVIES)}, got {self.file!r}")
        if not self.moves and suffix_of(self.file) not in STILLS:
            raise FieldError(
                self.name, "file", f"must end in {listed(STILLS)}, for it does not move; got {self.file!r}"
            )
        if PurePosixPath(self.file).name != self.file or PureWindowsPath(self.file).name != self.file:
            raise FieldError(self.name, "file", f"must be a file name without a folder, got {self.file!r}")


def suffix_of(file: object) -> str:
    """The suffix of a file name, in lower case."""
    return PurePosixPath(str(file)).suffix.lower()


def listed(names: tuple[str, ...]) -> str:
    """ "a, b or c"."""
    return " or ".join(filter(None, (", ".join(names[:-1]), names[-1])))


REGISTRY: Registry[View] = Registry("view", View)
register = REGISTRY.register
names = REGISTRY.names
