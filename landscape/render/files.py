"""Write a record to a file: `animate` a movie, `save` a still or a movie, each in the format that the suffix names."""

from __future__ import annotations

import contextlib
import io
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, NamedTuple, overload

from landscape.core.files import atomic_write
from landscape.core.progress import Progress, Wanted, shown
from landscape.record import Record
from landscape.render.canvas.settings import own_settings
from landscape.render.canvas.settings import write as write_figure
from landscape.render.drawing import Given, draw, prepared, view_of
from landscape.render.encoders.notebook import Clip, clip_of
from landscape.render.text.captions import title
from landscape.render.text.mathematics import without
from landscape.render.views._base import MOVIES, STILLS, listed, suffix_of

if TYPE_CHECKING:
    from landscape.i18n.texts import Language
    from landscape.render.movie.movie import Movie
    from landscape.render.style.theme import Pacing


class Format(NamedTuple):
    """A format: its usual rate and its highest, in frames a second; whether it can be transparent by degrees."""

    usual: int
    highest: int
    transparent: bool = False


FORMATS = {
    ".mp4": Format(30, 240),
    ".webm": Format(30, 240),
    ".gif": Format(20, 50),  # a GIF's clock has only hundredths of a second, and players take one of them for ten
    ".webp": Format(30, 240, True),
    ".apng": Format(30, 240, True),
    ".png": Format(30, 240, True),
    ".html": Format(30, 240),
}


@overload
def animate(
    record: Record,
    path: str | os.PathLike[str],
    view: Given | None = None,
    progress: Wanted = None,
    **options: Any,
) -> Path: ...
@overload
def animate(
    record: Record, path: None = None, view: Given | None = None, progress: Wanted = None, **options: Any
) -> Clip: ...
@own_settings()
def animate(
    record: Record,
    path: str | os.PathLike[str] | None = None,
    view: Given | None = None,
    progress: Wanted = None,
    *,
    fps: int | None = None,
    seconds: float | None = None,
    width: int | None = None,
    height: int | None = None,
    theme: str | None = None,
    language: Language | None = None,
    pacing: Pacing | None = None,
    transparent: bool = False,
    poster: str | os.PathLike[str] | None = None,
    inline: bool = False,
    **others: Any,
) -> Path | Clip:
    """Write the view's movie to `path`, whole or not at all, in the format of its suffix; without a path, give a Clip.

    A notebook plays a Clip where it stands, an MP4 that is `clip.data`; inline: the notebook holds it itself, where
    otherwise it lies in a folder `movies` beside the notebook, which then stays small. The formats of files:
    .mp4 (H.264), .webm (VP9), .gif, .webp, .apng or .png (animated), or .html, one page with
    a video; `landscape.animate` writes a race there as a page that computes.

    view: the race where left out, or the convergence on surfaces that have not two dimensions. fps: frames a second, 30
    where left out, 20 for a GIF. seconds: how long it lasts. width, height: in pixels; theme, language, pacing: the
    view's own where left out. pacing: which step is shown when, "even", "logarithmic", "arc_length" or "auto", which
    slows early steps where most happens early; the caption says so where it is not even. transparent: no paper behind
    words and curves, in .webp, .apng and .png; up to 30 frames a second the file grows by half, above that tenfold.
    poster: where to write the last frame too, as a .png, for a slide or a page to show before it plays. others: more
    fields of the view, such as levels=40.
    progress(done, total) is called after every frame; where left out, a bar is shown from a second on, in a notebook or
    a terminal; False: none. ValueError on another suffix, or a field that the view has not;
    OSError where the file cannot be written, or PyAV or Pillow lack its codec.
    """
    if view is None:
        view = "race" if isinstance(record, Record) and record.surface.dim == 2 else "convergence"
    options = {"width": width, "height": height, "theme": theme, "language": language, **others}
    made = view_of(view, record, options)
    if inline and path is not None:
        raise ValueError(f'inline is for a movie in a notebook, which has no path; got the path "{path}"')
    if path is None:
        kept = {"fps": fps, "seconds": seconds, "pacing": pacing, "transparent": transparent}
        with tempfile.TemporaryDirectory() as folder:
            last = Path(folder) / "last.png" if poster is None else Path(poster)
            mp4 = animate(record, Path(folder) / "movie.mp4", made, progress, poster=last, **kept)
            return clip_of(mp4, last, without(title(record)), inline)
    _check_suffix(path, (*MOVIES, ".png"), "a movie")
    check_seconds(seconds)
    from landscape.render.movie.movie import Movie

    if not made.moves:
        raise ValueError(f'the view "{made.name}" does not move; it is saved as a still: {listed(STILLS)}')
    suffix = suffix_of(path)
    rate = rate_of(suffix, fps)
    if transparent:
        _check_transparent(suffix)
    if poster is not None:
        _check_suffix(poster, (".png",), "a poster")
        if Path(poster).absolute() == Path(path).absolute():
            raise ValueError(f'the poster needs a file of its own, got that of the movie, "{poster}"')
    with contextlib.ExitStack() as stack:
        tell = stack.enter_context(shown("drawing", progress))
        movie = Movie(made, prepared(record, made), seconds, pacing, transparent)
        # a poster that cannot be written is reported before the movie is made, not after
        beside = stack.enter_context(atomic_write(poster)) if poster is not None else None
        with atomic_write(path) as file:
            _write(movie, file, suffix, rate, tell)
        if beside is not None:
            _still(movie, beside)
    return Path(path)


def save(
    record: Record | Sequence[Record],
    path: str | os.PathLike[str],
    view: Given = "contour",
    progress: Wanted = None,
    transparent: bool = False,
    fps: int | None = None,
) -> Path:
    """Write the view to `path`, whole or not at all: a still or a movie, by the suffix; a .png is a still.

    record: one, or a list of them for a still of the view "multiples". transparent: no paper; ValueError where the
    format must have one. fps: frames a second of a movie, as in `animate`.
    """
    _check_suffix(path, STILLS + MOVIES, "a picture")
    if suffix_of(path) in MOVIES:
        if isinstance(record, (list, tuple)):
            raise ValueError(f"several records are drawn as a still: {listed(STILLS)}")
        assert isinstance(record, Record)
        return animate(record, path, view, progress, transparent=transparent, fps=fps)
    with shown("drawing", progress):
        figure = draw(record, view)
    with atomic_write(path) as file:
        write_figure(figure, file, suffix_of(path)[1:], transparent)
    return Path(path)


def _check_suffix(path: str | os.PathLike[str], allowed: tuple[str, ...], what: str) -> None:
    if suffix_of(path) not in allowed:
        raise ValueError(f'{what} is written to a file that ends in {listed(allowed)}, got "{Path(path).name}"')


def check_seconds(seconds: float | None) -> None:
    """ValueError where a movie cannot last so long."""
    if seconds is not None and not 0.2 <= seconds <= 3600.0:
        raise ValueError(f"seconds must be from 0.2 to 3600, got {seconds!r}")


def rate_of(suffix: str, fps: int | None) -> int:
    """The rate to write at. ValueError where the format cannot keep it."""
    form = FORMATS[suffix]
    if fps is None:
        return form.usual
    if isinstance(fps, bool) or not 1 <= fps <= form.highest or fps != int(fps):
        raise ValueError(f"fps must be a whole number from 1 to {form.highest} for a {suffix} file, got {fps!r}")
    return int(fps)


def _check_transparent(suffix: str) -> None:
    """ValueError where the format cannot be transparent."""
    if not FORMATS[suffix].transparent:
        able = [other for other, form in FORMATS.items() if form.transparent]
        raise ValueError(f"a {suffix} movie cannot be transparent; these can: {', '.join(able)}")


def _still(movie: Movie, file: IO[bytes]) -> None:
    """Write the frame on which the movie ends, as a PNG."""
    from PIL import Image

    Image.fromarray(movie.last_frame()).convert("RGBA" if movie.transparent else "RGB").save(file, "PNG")


def _write(movie: Movie, file: IO[bytes], suffix: str, rate: int, progress: Progress) -> None:
    """Write the movie at `rate` frames a second. OSError where a codec is missing."""
    from landscape.render.encoders import animated_images, html, video

    if suffix in video.FORMATS:
        video.write(movie, file, suffix, rate, progress)
    elif suffix != ".html":
        write = {".gif": animated_images.gif, ".webp": animated_images.webp}.get(suffix, animated_images.apng)
        write(movie, file, rate, progress)
    else:
        mp4 = io.BytesIO()
        video.write(movie, mp4, ".mp4", rate, progress)
        html.write_video(movie, file, mp4.getvalue(), rate)
