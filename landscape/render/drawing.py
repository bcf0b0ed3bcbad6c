"""Draw a record: `draw` gives a matplotlib Figure, `animate` writes a movie, `save` writes either by its suffix."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

from landscape.core.component import field_hints, replaced
from landscape.core.files import atomic_write
from landscape.core.methods import Schedule
from landscape.core.names import hint
from landscape.core.surface import Surface
from landscape.nn.activations._base import Activation
from landscape.record import Record
from landscape.render.canvas.ipython import Bundle
from landscape.render.canvas.settings import own_settings
from landscape.render.canvas.settings import write as write_figure
from landscape.render.encoders.notebook import Clip, clip_of
from landscape.render.style.theme import THEMES
from landscape.render.text.captions import title
from landscape.render.text.legible import legible
from landscape.render.text.mathematics import without
from landscape.render.views._base import MOVIES, REGISTRY, STILLS, View, ViewOfSeveral, listed, suffix_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from landscape.i18n.texts import Language
    from landscape.render.style.theme import Pacing, Theme

Given = View | str | Mapping[str, Any]
Progress = Callable[[int, int], None]


@own_settings()
def draw(
    record: Record | Sequence[Record] | Surface | Schedule | Activation,
    view: Given | None = None,
    ax: Axes | None = None,
    **options: Any,
) -> Figure:
    """A still picture of a record: the view's state after the last step. Of a surface: its landscape by itself.

    Of a schedule: its factor at every step. Of an activation: the function and its derivative. Of a list of records:
    the view "multiples", with a row for each surface. A notebook shows the figure whole, with or without pyplot.

    view: a view, its name or its table, "contour" where left out. ax: draw the view's one panel into these Axes instead
    of onto a page of its own. options: fields of the view in place of its own, such as theme="dark", language="zh"
    (Simplified Chinese), width=1920, height=1080 or levels=40; of what is no record, theme and language alone.
    ValueError where the view cannot show the record's surface, has no such field, or shows one record and is given
    several.
    """
    if isinstance(record, Surface):
        from landscape.render.portraits.surface import portrait

        return portrait(record, theme=_theme(options, record.title))
    if isinstance(record, Schedule):
        from landscape.render.portraits.schedule import schedule_portrait

        return schedule_portrait(record, theme=_theme(options, record.name))
    if isinstance(record, Activation):
        from landscape.render.portraits.activation import activation_portrait

        return activation_portrait(record, theme=_theme(options, record.name))
    if isinstance(record, (list, tuple)):
        return _several(record, _with(REGISTRY.coerce(view or "multiples"), options), ax)
    _check_record(record)
    assert isinstance(record, Record)
    made = _view(view or "contour", record, options)
    if ax is None:
        page = made.page(_in_its_language(record, made))
        page.finish()
        return page.figure
    if getattr(ax, "name", None) != "rectilinear":
        kind = f'those of "{ax.name}"' if hasattr(ax, "name") else f"{ax!r:.60}"
        raise TypeError(f"ax must be plain matplotlib Axes, as figure.add_subplot() makes, got {kind}")
    made.draw_into(ax, _in_its_language(record, made))
    return ax.get_figure(root=True)  # type: ignore[return-value]


def _several(records: Sequence[Record], view: Given, ax: Axes | None) -> Figure:
    made = REGISTRY.coerce(view)
    if not isinstance(made, ViewOfSeveral):
        raise ValueError(f'the view "{made.name}" shows one record; of several, choose the view "multiples"')
    if not records:
        raise ValueError("expected at least one Record, got an empty list")
    for record in records:
        _check_record(record)
        made.check_surface(record.surface)
    if ax is not None:
        made.draw_into(ax, records[0])
    page = made.page_of([_in_its_language(record, made) for record in records])
    page.finish()
    return page.figure


@overload
def animate(
    record: Record,
    path: str | os.PathLike[str],
    view: Given | None = None,
    progress: Progress | None = None,
    **options: Any,
) -> Path: ...
@overload
def animate(
    record: Record, path: None = None, view: Given | None = None, progress: Progress | None = None, **options: Any
) -> Clip: ...
@own_settings()
def animate(
    record: Record,
    path: str | os.PathLike[str] | None = None,
    view: Given | None = None,
    progress: Progress | None = None,
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
    **others: Any,
) -> Path | Clip:
    """Write the view's movie to `path`, whole or not at all, in the format of its suffix; without a path, give a Clip.

    A notebook plays a Clip where it stands, an MP4 that is `clip.data`. The formats of files:
    .mp4 (H.264), .webm (VP9), .gif, .webp, .apng or .png (animated), or .html, a page with a player of its own.

    view: the race where left out, or the convergence on surfaces that have not two dimensions. fps: frames a second, 30
    where left out, 20 for a GIF. seconds: how long it lasts. width, height: in pixels; theme, language, pacing: the
    view's own where left out. pacing: which step is shown when, "even", "logarithmic", "arc_length" or "auto", which
    slows early steps where most happens early; the caption says so where it is not even. transparent: no paper behind
    words and curves, in .webp, .apng and .png, which grow much larger. poster: where to write the last frame too, as a
    .png, for a slide or a page to show before it plays. others: more fields of the view, such as levels=40.
    progress(done, total) is called after every frame. ValueError on another suffix, or a field that the view has not;
    OSError where the file cannot be written, or PyAV or Pillow lack its codec.
    """
    if view is None:
        view = "race" if isinstance(record, Record) and record.surface.dim == 2 else "convergence"
    options = {"width": width, "height": height, "theme": theme, "language": language, **others}
    made = _view(view, record, options)
    if path is None:
        kept = {"fps": fps, "seconds": seconds, "pacing": pacing, "transparent": transparent}
        with tempfile.TemporaryDirectory() as folder:
            last = Path(folder) / "last.png" if poster is None else Path(poster)
            mp4 = animate(record, Path(folder) / "movie.mp4", made, progress, poster=last, **kept)
            return clip_of(mp4, last, without(title(record)))
    _check_suffix(path, (*MOVIES, ".png"), "a movie")
    if seconds is not None and not 0.2 <= seconds <= 3600.0:
        raise ValueError(f"seconds must be from 0.2 to 3600, got {seconds!r}")
    from landscape.render.encoders.formats import check_transparent, rate_of, still, write
    from landscape.render.movie.movie import Movie

    if not made.moves:
        raise ValueError(f'the view "{made.name}" does not move; it is saved as a still: {listed(STILLS)}')
    suffix = suffix_of(path)
    rate = rate_of(suffix, fps)
    if transparent:
        check_transparent(suffix)
    if poster is not None:
        _check_suffix(poster, (".png",), "a poster")
        if Path(poster).absolute() == Path(path).absolute():
            raise ValueError(f'the poster needs a file of its own, got that of the movie, "{poster}"')
    movie = Movie(made, _in_its_language(record, made), seconds, pacing, transparent)
    with contextlib.ExitStack() as stack:
        # a poster that cannot be written is reported before the movie is made, not after
        beside = stack.enter_context(atomic_write(poster)) if poster is not None else None
        with atomic_write(path) as file:
            write(movie, file, suffix, rate, progress)
        if beside is not None:
            still(movie, beside)
    return Path(path)


def _with(view: View, options: Mapping[str, Any]) -> View:
    """The view with other values of some fields, where those are not None. ValueError where it has no such field."""
    options = {name: value for name, value in options.items() if value is not None}
    if not options:
        return view
    fields = field_hints(type(view))
    for name in options:
        if name not in fields:
            raise ValueError(f'the view "{view.name}" has no {name} to choose. {hint(name, fields)}')
    return replaced(view, **options)


def save(
    record: Record | Sequence[Record],
    path: str | os.PathLike[str],
    view: Given = "contour",
    progress: Progress | None = None,
    transparent: bool = False,
) -> Path:
    """Write the view to `path`, whole or not at all: a still or a movie, by the suffix; a .png is a still.

    record: one, or a list of them for a still of the view "multiples". transparent: no paper; ValueError where the
    format must have one.
    """
    _check_suffix(path, STILLS + MOVIES, "a picture")
    if suffix_of(path) in MOVIES:
        if isinstance(record, (list, tuple)):
            raise ValueError(f"several records are drawn as a still: {listed(STILLS)}")
        assert isinstance(record, Record)
        return animate(record, path, view, progress, transparent=transparent)
    figure = draw(record, view)
    with atomic_write(path) as file:
        write_figure(figure, file, suffix_of(path)[1:], transparent)
    return Path(path)


def _view(given: Given, record: Record, options: Mapping[str, Any]) -> View:
    _check_record(record)
    made = _with(REGISTRY.coerce(given), options)
    made.check_surface(record.surface)
    return made


def _theme(options: Mapping[str, Any], text: str) -> Theme:
    """The theme of a picture without a view. ValueError on another option."""

    allowed: dict[str, list[str]] = {"theme": [*THEMES], "language": ["en", "zh"]}
    for name, value in options.items():
        if name not in allowed:
            raise ValueError(f"this picture has no {name} to choose. {hint(name, allowed)}")
        if value is not None and value not in allowed[name]:
            raise ValueError(f"{name} must be {' or '.join(repr(known) for known in allowed[name])}, got {value!r}")
    return legible(options.get("theme") or "light", options.get("language") or "en", [text])


def _in_its_language(record: Record, view: View) -> Record:
    """The record with the title and labels of the view's language, where its scenario has them and a font can."""
    if view.language == "en":
        return record
    from landscape.scenario.translations import translated

    return translated(record, legible(view.theme, view.language).language)


def _check_record(record: object) -> None:
    if not isinstance(record, Record):
        raise TypeError(f"expected a Record, as simulate makes, got {record!r}")


def _check_suffix(path: str | os.PathLike[str], allowed: tuple[str, ...], what: str) -> None:
    if suffix_of(path) not in allowed:
        raise ValueError(f'{what} is written to a file that ends in {listed(allowed)}, got "{Path(path).name}"')


def usual_view(surface: Surface) -> str:
    """The view that shows the most of a record at one glance."""
    return {1: "curve", 2: "race"}.get(surface.dim, "convergence")


def bundle(record: Record) -> Bundle:
    """What a notebook shows of a record: its picture, and in one line what it is."""
    from landscape.render.pages.sheet import Picture

    picture = draw(record, {"name": usual_view(record.surface), "file": "record.png"})
    assert isinstance(picture, Picture)
    shown, size = picture._repr_mimebundle_()
    return {**shown, "text/plain": repr(record)}, size
