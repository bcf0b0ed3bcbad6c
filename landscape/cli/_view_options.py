"""The options that say which views a command draws and how: --view, --format, --theme, --width, --height, --fps.

@view_options("Default: the views of the scenario.")
def command(chosen: Looks, ...)                         # chosen.names, and chosen.applied(views)
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Sequence
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

import click

from landscape.cli import _completion
from landscape.cli._printing import Refusal

if TYPE_CHECKING:
    from landscape.render.views._base import View


@dataclasses.dataclass(frozen=True)
class Looks:
    """What the options say of the views, each None or empty where it is left out.

    names: the views to draw; form: the suffix of their files without its dot; fps: of those that are movies.
    """

    names: tuple[str, ...] = ()
    form: str | None = None
    theme: str | None = None
    width: int | None = None
    height: int | None = None
    fps: int | None = None

    def check_out(self, out: str | None) -> None:
        """Refusal where a file that --out names is of another format than --format."""
        from landscape.render.views._base import MOVIES, STILLS, suffix_of

        if (
            self.form
            and suffix_of(out or "") in {*STILLS, *MOVIES} - {_suffix(self.form)}
            and not Path(str(out)).is_dir()
        ):
            raise Refusal(f"--format {self.form}: --out names a file of another format, {out}; leave one of them out")

    def applied(self, views: Sequence[View]) -> list[View]:
        """The views with these options. Refusal names the option that cannot be had, and says what can."""
        made = [self._applied(view) for view in views]
        files = [view.file.lower() for view in made]
        if len(set(files)) < len(files):
            option = f"--format {self.form}" if self.form else "--view"
            raise Refusal(f"{option}: two views have the same file name; draw them separately, each with its own --out")
        self._check_fps(made)
        return made

    def _applied(self, view: View) -> View:
        from landscape.core.component import FieldError, replaced

        for option in ("theme", "width", "height"):
            if (value := getattr(self, option)) is not None:
                try:
                    view = replaced(view, **{option: value})
                except FieldError as error:
                    raise Refusal(f"--{option} {value}: {error.reason}") from None
        if self.form is None:
            return view
        try:
            return replaced(view, file=PurePosixPath(view.file).stem + _suffix(self.form))
        except FieldError as error:
            told = error.reason.partition("; got")[0]
            raise Refusal(f'--format {self.form}: the file of the view "{view.name}" {told}') from None

    def _check_fps(self, views: Sequence[View]) -> None:
        """Refusal where no view is a movie, or the format of one cannot keep the rate."""
        if self.fps is None:
            return
        from landscape.render.files import rate_of
        from landscape.render.views._base import MOVIES, listed, suffix_of

        movies = [view for view in views if suffix_of(view.file) in MOVIES]
        if not movies:
            files = ", ".join(view.file for view in views) or "none"
            formats = listed(tuple(suffix[1:] for suffix in MOVIES))
            raise Refusal(
                f"--fps {self.fps}: nothing that is drawn is a movie ({files}); choose one with --view and --format: "
                f"{formats}"
            )
        for view in movies:
            try:
                rate_of(suffix_of(view.file), self.fps)
            except ValueError as error:
                raise Refusal(f"--fps {self.fps}: {error}") from None


def view_options(default: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Give a command these options, as its argument `chosen`. default: what is drawn without --view."""
    options = (
        click.option("--view", "names", multiple=True, metavar="NAME",
                     shell_complete=_completion.names("view"),
                     help=f"View to draw; can be repeated. {default}"),
        click.option("--format", "form", metavar="NAME", shell_complete=_completion.formats,
                     help="Format of every view: png, svg, pdf; or mp4, webm, gif, webp, apng, html, a movie. "
                     "Default: that of each view's file."),
        click.option("--theme", type=click.Choice(["light", "dark", "print"]), help="Theme of every view."),
        click.option("--width", type=int, metavar="PIXELS", help="Width of every view."),
        click.option("--height", type=int, metavar="PIXELS", help="Height of every view."),
        click.option("--fps", type=int, metavar="N", help="Frames a second of movies.  [default: 30; 20 for a GIF, 60 "
                     "for a page]"),
    )  # fmt: skip

    def decorated(function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def command(
            names: tuple[str, ...],
            form: str | None,
            theme: str | None,
            width: int | None,
            height: int | None,
            fps: int | None,
            **others: Any,
        ) -> Any:
            return function(chosen=Looks(names, form, theme, width, height, fps), **others)

        for option in reversed(options):
            command = option(command)
        return command

    return decorated


def _suffix(form: str) -> str:
    """The suffix of a format. Refusal where there is no such format."""
    from landscape.core.names import hint
    from landscape.render.views._base import MOVIES, STILLS

    known = tuple(suffix[1:] for suffix in STILLS + MOVIES)
    name = form.lower().removeprefix(".")
    if name not in known:
        raise Refusal(f"--format {form}: there is no such format. {hint(name, known)}")
    return f".{name}"
