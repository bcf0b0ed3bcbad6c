"""Write a record to a file by its suffix, as `landscape.render` does, but a race in .html as a page that computes.

animate(record, "race.html")                    # the page; "race.mp4" and the other suffixes are movies
save(record, "race.html", view="race")          # likewise; a still by its suffix
"""

from __future__ import annotations

import dataclasses
import functools
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar, cast

import numpy as np

from landscape.analysis.batches import apart
from landscape.analysis.selection import one
from landscape.core.progress import Wanted
from landscape.i18n.texts import Language
from landscape.record import Record
from landscape.render import drawing, files
from landscape.render.encoders.notebook import Clip
from landscape.render.style.theme import check_pacing
from landscape.render.views._base import View, suffix_of
from landscape.render.views.race import Race
from landscape.scenario.problems import ScenarioError
from landscape.scenario.reader import slides_of
from landscape.scenario.translations import translated
from landscape.web.settings import QUANTITIES, Settings
from landscape.web.slides import SlideError

T = TypeVar("T")
Slides = list[dict[str, Any]]
HERE = ("seconds", "pacing", "fps", "progress")  # what a page takes beside the fields of its view


@functools.wraps(files.animate)
def animate(
    record: Record,
    path: str | os.PathLike[str] | None = None,
    view: Any = None,
    progress: Wanted = None,
    **options: Any,
) -> Path | Clip:
    made = None if path is None else _race(record, path, view, options)
    if made is not None:
        files.rate_of(".html", options.get("fps"))
        files.check_seconds(options.get("seconds"))
        check_pacing(options.get("pacing"))
        if _page(record, Path(cast(str, path)), made, options.get("seconds"), options.get("pacing")):
            return Path(cast(str, path))
    written: Path | Clip = files.animate(record, path, view, progress, **options)
    return written


def save(
    record: Record | Sequence[Record],
    path: str | os.PathLike[str],
    view: Any = "contour",
    progress: Wanted = None,
    transparent: bool = False,
    fps: int | None = None,
) -> Path:
    """Write the view to `path`, as `landscape.render.save`; a race in .html as a page that computes."""
    made = None if transparent or not isinstance(record, Record) else _race(record, path, view, {})
    if made is not None:
        files.rate_of(".html", fps)
        if _page(cast(Record, record), Path(path), made, None, None):
            return Path(path)
    return files.save(record, path, view, progress, transparent, fps)


def _race(record: Record, path: str | os.PathLike[str], view: Any, options: dict[str, Any]) -> Race | None:
    """The view, where it is a race that a page can show; None where a movie shows it."""
    if suffix_of(path) != ".html" or not isinstance(record, Record) or record.surface.dim != 2:
        return None
    if any(options.get(name) for name in ("transparent", "inline", "poster")):
        return None
    name = view.name if isinstance(view, View) else view.get("name") if isinstance(view, Mapping) else view
    if name not in (None, "race"):
        return None
    fields = {key: value for key, value in options.items() if key not in HERE}
    made = drawing.view_of("race" if view is None else view, record, fields)
    if not isinstance(made, Race) or made.against != "steps" or made.coordinate is not None:
        return None
    return made if made.quantity.name in QUANTITIES else None


def _page(record: Record, path: Path, view: Race, seconds: float | None, pacing: str | None) -> bool:
    """Write the page of a race. False where the record can have none."""
    from landscape.web.page import NotComputable, save_page

    pace = pacing or view.pacing
    settings = Settings(
        theme="dark" if view.theme == "dark" else "auto",
        window=view.window,
        levels=min(view.levels, 30),
        seconds=seconds or view.seconds or Settings.seconds,
        pacing=pace if pace in ("even", "logarithmic") else "auto",  # type: ignore[arg-type]
        quantity=view.quantity.name,
        theory=view.theory,
    )
    language: Language = view.language
    shown = one_value_each(translated(record, language))
    try:
        with_slides(record, language, lambda slides: save_page(shown, path, language, settings, slides))
    except NotComputable:
        return False
    return True


def with_slides(record: Record, language: Language, make: Callable[[Slides], T]) -> T:
    """What is made with the slides of the record's scenario, in a language; with none where they do not fit it."""
    try:
        return make(slides_of(record.scenario, language) if record.scenario else [])
    except (ScenarioError, SlideError):
        return make([])


def one_value_each(record: Record) -> Record:
    """The record with an entrant for each value of a batch, where the runs differ in nothing else; else as it is."""
    parts = apart(record)
    starts = record.starts[:, record.runs // record.repeats]
    if parts is record or record.noise is not None or np.ptp(starts, axis=1).any():
        return record
    return dataclasses.replace(parts, runs=record.runs[:1], tracks=tuple(one(track, 0) for track in parts.tracks))
