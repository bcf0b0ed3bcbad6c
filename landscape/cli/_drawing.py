"""Choose the views of a record and draw them into a folder."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from landscape.cli._view_options import Looks
from landscape.core.component import replaced
from landscape.core.names import UnknownName
from landscape.core.progress import Wanted
from landscape.core.surface import Surface
from landscape.i18n.texts import Language
from landscape.record import Record
from landscape.render.views._base import MOVIES, STILLS, View, listed, names, suffix_of
from landscape.render.views._base import REGISTRY as VIEWS
from landscape.scenario.checks import default_views
from landscape.scenario.problems import ScenarioError
from landscape.scenario.reader import views_of

WITHOUT_SURFACE = ("convergence", "phase", "basins")  # views that draw what a record holds, and no value of the surface

Progress = Callable[[str], Wanted]


def draw_all(record: Record, views: Sequence[View], folder: Path, progress: Progress, fps: int | None = None) -> None:
    """Draw each view to its file in the folder. fps: of movies. ValueError names a view that cannot be drawn."""
    for view in views:
        tick = progress(view.file)
        try:
            with np.errstate(all="ignore"):
                _writer(view)(record, folder / view.file, view, tick, False, fps)
        except (ValueError, ArithmeticError) as error:
            raise ValueError(f'the view "{view.name}" cannot show this record: {error}') from error
        if tick:
            tick(1, 1)


def _writer(view: View) -> Callable[..., Path]:
    """What writes a view to its file: a page, or a picture."""
    if suffix_of(view.file) == ".html":
        from landscape.web.files import save as page

        return page
    from landscape.render import save

    return save


def draw_together(records: Sequence[Record], view: View, folder: Path) -> None:
    """Draw several records on one page, to the view's file in the folder."""
    from landscape.render import save

    with np.errstate(all="ignore"):
        save(records, folder / view.file, view)


def chosen_together(
    records: Sequence[Record], chosen: Looks, out: str | None, beside: Path, language: Language | None = None
) -> tuple[View, Path]:
    """(view, folder) for `render` of several records: the view "multiples", the only one that shows several.

    chosen, out, beside, language: as in `chosen_views`. ValueError if another view is chosen, or a record is not
    two-dimensional.
    """
    for name in chosen.names:
        if _named(name, ()).name != "multiples":
            raise ValueError(f'--view {name}: shows a single record; for several records use "multiples"')
    placed, folder = _placed([VIEWS.build("multiples")], out, beside, language)
    chosen.check_out(out)
    [view] = chosen.applied(placed)
    for record in records:
        view.check_surface(record.surface)
    return view, folder


def chosen_views(
    record: Record,
    chosen: Looks,
    out: str | None,
    beside: Path,
    language: Language | None,
    trust: bool,
) -> tuple[list[View], Path]:
    """(views, folder) for `render`: the views that are chosen by name, or those of the record's scenario.

    chosen: what the options say of them. out: a folder, or a file for a single view; default `beside`. language: of all
    views; None: each view's own. trust: as in `scenario_views`.
    ValueError if a view is unknown or cannot show the record.
    """
    known = scenario_views(record, trust)
    views, folder = _placed(named_views(chosen, known, record.surface), out, beside, language)
    chosen.check_out(out)
    return chosen.applied(views), folder


def named_views(chosen: Looks, known: Sequence[View], surface: Surface) -> list[View]:
    """The views that are chosen by name, each as it is among those known, or as it is by default; without names, those
    known. ValueError if one is unknown or cannot show the surface."""
    views = [_named(name, known) for name in chosen.names] or [*known]
    for view in views:
        view.check_surface(surface)
    return views


def _placed(views: list[View], out: str | None, beside: Path, language: Language | None) -> tuple[list[View], Path]:
    """(views, folder): a single view with the file name of `out`, or all views in the folder `out`."""
    folder = beside if out is None else Path(out)
    unknown = folder.suffix.lower() not in STILLS + MOVIES and re.fullmatch(r"\.[A-Za-z]\w{1,4}", folder.suffix)
    if len(views) == 1 and unknown and not folder.is_dir():
        raise ValueError(f"--out {out}: the file name must end in {listed(STILLS + MOVIES)}")
    if out is not None and folder.suffix.lower() in STILLS + MOVIES and not folder.is_dir():
        if len(views) != 1:
            raise ValueError(
                f"--out {out}: is one file for {len(views)} views; choose one with --view, or give a folder"
            )
        views, folder = [replaced(views[0], file=folder.name)], folder.parent
    if language is not None:
        views = [replaced(view, language=language) for view in views]
    return views, folder


def scenario_views(record: Record, trust: bool) -> list[View]:
    """The views of the record's scenario; the default views if that can no longer be read.

    Those that need no surface where the record does not have its values. trust: import what the scenario names.
    """
    try:
        views = views_of(record.scenario, trust) if record.scenario else None
    except ScenarioError:
        views = None
    if not record.has_surface:
        return [view for view in views or () if view.name in WITHOUT_SURFACE] or [VIEWS.build(WITHOUT_SURFACE[0])]
    return default_views(record.surface) if views is None else views


def _named(name: str, known: Sequence[View]) -> View:
    if name not in names():
        raise UnknownName("view", name, names())
    return next((view for view in known if view.name == name), None) or VIEWS.build(name)
