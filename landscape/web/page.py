"""Write a record as one page that computes: its surface and rules as JavaScript, and a knob for every number.

    save_page(record, "race.html")              # opens offline and checks itself against the record
    state = first_state(record)                 # what a reader may change, as a plain dict

What cannot be recorded, such as a line search, plays back what Python computed, and the page says why.
"""

from __future__ import annotations

import dataclasses
import html
import json
import os
import re
from collections.abc import Mapping
from typing import Any

import numpy as np

from landscape.core.component import Component, field_hints, replaced
from landscape.core.files import atomic_write
from landscape.core.methods import Method, Noise
from landscape.core.surface import Surface
from landscape.i18n import texts as i18n
from landscape.i18n.texts import Language, say
from landscape.noises import REGISTRY as NOISES
from landscape.program.trace import NotTraceable
from landscape.record import Record, Track
from landscape.render.panels.points import kind_of
from landscape.render.style.theme import DARK, LIGHT, Theme, legible_on
from landscape.render.text.mathematics import without
from landscape.simulation.job import LIMIT
from landscape.web.kernels import (
    Kernel,
    Path,
    measures_source,
    planned_factors,
    recorded_kernel,
    value_of,
    value_source,
)
from landscape.web.packed import packed, packed_track
from landscape.web.ranges import range_of
from landscape.web.sources import script, text
from landscape.web.texts import page_texts

SCHEDULES = ("constant", "cosine", "linear", "exponential")  # that a reader may choose beside those of the record
MOST_FACTORS = 2000  # steps up to which they are offered
MOST_POINTS = 500  # critical points that are drawn
MOST_STEPS, MOST_ENTRANTS = 100_000, 40  # that a browser computes anew while a knob turns


class NotComputable(ValueError):
    """A record cannot be a page that computes."""


def save_page(record: Record, path: str | os.PathLike[str], language: Language = "en") -> None:
    """Write the page of a record to a file, whole or not at all. NotComputable, a ValueError, where it can have none.

    language: "en" or "zh". Of several runs of an entrant, the page has the first.
    """
    content = page(record, language).encode()
    with atomic_write(path) as file:
        file.write(content)


def page(record: Record, language: Language = "en") -> str:
    """The page of a record as a text of HTML."""
    given, state, sources = parts(record, language)
    functions = (
        f"const measures = {sources.measures};\nconst kernels = [{', '.join(sources.kernels)}];\n"
        f"window.landscape = openPage({embedded(given)}, {embedded(state)}, {{ value: {sources.value}, kernels }});"
    )
    words = given["texts"]
    filled = {
        "LANGUAGE": {"zh": "zh-Hans"}.get(language, language), "TITLE": given["title"], "PLAYER": words["player"],
        "LANDSCAPE": words["landscape"].format(name=given["surface"]), "CURVES": words["curves"],
        "SHARED": words["shared"], "ENTRANTS": words["entrants"], "KEYS": words["keys"],
        "POSTER": _poster(record, words),
    }  # fmt: skip
    escaped = {key: html.escape(value, quote=True) for key, value in filled.items()}
    escaped |= {"STYLE": text("page.css"), "SCRIPT": f"{script('page', 'functions')}\n{functions}"}
    return re.sub("%([A-Z]+)%", lambda found: escaped[found[1]], text("page.html"))


@dataclasses.dataclass(frozen=True)
class Sources:
    """The functions of a page in JavaScript: the loss, the loss with its gradient, and a kernel for each entrant."""

    value: str
    measures: str
    kernels: list[str]


def first_state(record: Record) -> dict[str, Any]:
    """What a reader of the record's page may change: JSON, as `parts` has it."""
    return parts(record)[1]


def parts(record: Record, language: Language = "en") -> tuple[dict[str, Any], dict[str, Any], Sources]:
    """What a page of the record is given, the state that it begins with, and its functions."""
    surface = record.surface
    _check(record)
    try:
        sources = Sources(value_source(surface), measures_source(surface), [])
    except NotTraceable as error:
        raise NotComputable(f'the surface "{surface.name}" cannot be computed in a page: {error}') from error
    words = page_texts(language)
    run = int(record.runs[0])
    noise, quiet = record.noise, record.noise is None
    entrants, entered = [], []
    controls: dict[str, dict[str, Any]] = {}
    for number, track in enumerate(record.tracks):
        rule = _of_run(track.optimizer, 0, record)
        kernel, why = _kernel(record, track, rule, noise, words)
        about, values = _entrant(track, rule, kernel, noise or _silence(), words, record, language)
        entrants.append({**about, "why": why})
        entered.append({"of": number, "look": number, "shown": True, "values": values, "schedule": ""})
        sources.kernels.append("null" if kernel is None else kernel.source)
        controls |= {each["name"]: each for each in about["inputs"] if each["noise"]}
    given = {
        "title": _title(record, language), "surface": _surface_name(surface, language), "texts": words,
        "labels": [without(label) for label in surface.labels] or ["x", "y"], "points": _points(surface),
        "lowest": None if surface.confined else surface.lowest,
        "note": words["one_of"].format(runs=f"{len(record.runs):,}", run=run) if len(record.runs) > 1 else "",
        "limit": LIMIT, "entrants": entrants, "noise": list(controls.values()),
        "schedules": _schedules(record.steps, language), "themes": {"light": _theme(LIGHT), "dark": _theme(DARK)},
    }  # fmt: skip
    levels = {name: 0.0 if quiet else value_of(noise, (name,)) for name in controls}
    window = [[float(low), float(high)] for low, high in surface.window]
    state = {
        "surface": surface.name, "window": window, "view": window, "start": _start(record).tolist(),
        "steps": record.steps, "seed": str(record.seed), "run": run, "tolerance": _tolerance(record), "noise": levels,
        "entrants": entered, "repeats": record.repeats > 1, "basins": -1, "theme": "auto",
    }  # fmt: skip
    return given, state, sources


def embedded(data: Any) -> str:
    """Data as JSON that may stand in a script of an HTML page, whatever its texts are."""
    dumped = json.dumps(data, ensure_ascii=False, allow_nan=False)
    return re.sub("[<>&\u2028\u2029]", lambda found: f"\\u{ord(found[0]):04x}", dumped)


def _check(record: Record) -> None:
    surface = record.surface
    if surface.dim != 2:
        raise NotComputable(f'a page that computes shows two coordinates, "{surface.name}" has {surface.dim}')
    if not record.has_surface:
        raise NotComputable("the record was loaded without the code of its surface")
    if record.steps > MOST_STEPS or len(record.tracks) > MOST_ENTRANTS:
        raise NotComputable(
            f"a page computes at most {MOST_STEPS:,} steps of {MOST_ENTRANTS} optimizers, "
            f"the record has {record.steps:,} of {len(record.tracks)}"
        )
    if record.stream < 2:
        raise NotComputable(f"a page draws from streams of version 2, the record's are of version {record.stream}")


def _start(record: Record) -> Any:
    return record.starts[:, int(record.runs[0]) // record.repeats]


def _tolerance(record: Record) -> float | None:
    """What ends the same runs at the same steps as the record's tolerance, which it does not keep."""
    met = [float(track.gradient_norm[-1, 0]) for track in record.tracks if track.status[0] == "converged"]
    return max(met, default=None)


def _kernel(
    record: Record, track: Track, rule: Method, noise: Noise | None, words: Mapping[str, str]
) -> tuple[Kernel | None, str]:
    """The kernel of an entrant, or why it has none."""
    if track.schedule.reads_loss:
        return None, words["replayed"].format(reason=words["reads_loss"])
    try:
        if noise is None and "exact" not in rule.needs:
            try:
                return recorded_kernel(record.surface, rule, _silence(), track.schedules, record.steps), ""
            except NotTraceable:
                pass
        return recorded_kernel(record.surface, rule, noise, track.schedules, record.steps), ""
    except NotTraceable as error:
        return None, words["replayed"].format(reason=str(error))


def _silence() -> Noise:
    """The noise that a reader may turn up where a record has none."""
    return NOISES.build("gaussian", sigma=0.0)


def _entrant(
    track: Track,
    rule: Method,
    kernel: Kernel | None,
    noise: Noise,
    words: Mapping[str, str],
    record: Record,
    language: Language,
) -> tuple[dict[str, Any], dict[str, float]]:
    """What the page is given of an entrant, and the values of its inputs in the state."""
    inputs, values = [], {}
    for path, value in (kernel.inputs if kernel else {}).items():
        own = path[0] != "noise"
        name, owner = (".".join(path), rule) if own else (path[1], noise)
        inputs.append({"name": name, "label": _label(path, words), "noise": not own, "main": path[-1] == "lr",
                       "range": range_of(owner, path if own else path[1:], value)})  # fmt: skip
        if own:
            values[name] = value
    about = {
        "label": without(track.label), "inputs": inputs,
        "scales": list(kernel.scales) if kernel else [], "factors": _factors(track.schedule, record.steps),
        "varied": [_factors(each, record.steps) for each in track.schedules.values()],
        "planned": [packed(each) for each in planned_factors(kernel.step, noise, record.steps)] if kernel else [],
        "schedule": i18n.name(language, "schedule", track.schedule.name.replace("_", " ")),
        "recorded": packed_track(track, kernel is None),
    }  # fmt: skip
    return about, values


def _label(path: Path, words: Mapping[str, str]) -> str:
    name = words["rate"] if path[-1] == "lr" else path[-1].replace("_", " ")
    return f"{words['noise']} {name}" if path[0] == "noise" else name


def _factors(schedule: Any, steps: int) -> str | None:
    """The factor at each step, packed, None where all are 1."""
    if schedule.reads_loss:
        return None
    factors = np.broadcast_to(np.asarray(schedule(np.arange(steps), steps), float), steps)
    return None if np.all(factors == 1.0) else packed(factors)


def _schedules(steps: int, language: Language) -> dict[str, str | None]:
    from landscape.schedules import REGISTRY

    if steps > MOST_FACTORS:
        return {}
    return {i18n.name(language, "schedule", name): _factors(REGISTRY.build(name), steps) for name in SCHEDULES}


def _of_run(component: Any, column: int, record: Record) -> Any:
    """The component with the numbers of one run where it has one for each."""
    total = record.starts.shape[1] * record.repeats
    changed: dict[str, Any] = {}
    for name in field_hints(type(component)):
        value = getattr(component, name)
        if isinstance(value, np.ndarray) and value.shape == (total,):
            changed[name] = float(value[int(record.runs[column])])
        elif isinstance(value, Component):
            inner = _of_run(value, column, record)
            if inner is not value:
                changed[name] = inner
    return replaced(component, **changed) if changed else component


def _points(surface: Surface) -> list[dict[str, Any]]:
    """The critical points in the window's surroundings, and the direction in which a saddle falls."""
    made = []
    for point in surface.marked_points[:MOST_POINTS]:
        x, y = point.point.tolist()
        about: dict[str, Any] = {"x": x, "y": y, "kind": point.kind}
        if point.kind == "saddle":
            _, vectors = np.linalg.eigh(np.nan_to_num(surface.hessian(point.point)))
            about["direction"] = vectors[:, 0].tolist()
        about["global"] = kind_of(point, surface.lowest) == "minimum"
        made.append(about)
    return made


def _theme(theme: Theme) -> dict[str, Any]:
    names = ("name", "paper", "ink", "quiet", "grid", "halo", "unknown", "contour", "gold", "mark", "outline", "edge",
             "ramp", "runs", "regions")  # fmt: skip
    texts = [legible_on(color, theme.paper) for color in theme.runs]
    return {**{name: getattr(theme, name) for name in names}, "texts": texts}


def _title(record: Record, language: Language) -> str:
    if record.title.strip():
        return without(" ".join(record.title.split()))
    labels = [without(track.label) for track in record.tracks]
    who = labels[-1]
    if len(labels) > 4:
        who = say(language, "{count} optimizers", count=len(labels))
    elif len(labels) > 1:
        who = say(language, "{first} and {last}", first=say(language, ", ").join(labels[:-1]), last=labels[-1])
    return say(language, "{who} on {name}", who=who, name=_surface_name(record.surface, language))


def _surface_name(surface: Surface, language: Language) -> str:
    return i18n.name(language, "surface", surface.title or surface.name.replace("_", " "))


def _poster(record: Record, words: Mapping[str, str]) -> str:
    """What is read where no script runs: the end of each run."""
    ends = (f"{without(track.label)}: {words['loss']} {track.value[-1, 0]:.3g}" for track in record.tracks)
    return "; ".join(ends)
