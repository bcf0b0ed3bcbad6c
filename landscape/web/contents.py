"""What a page of a record holds: what it is given, the state that it begins with, and its functions in JavaScript."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np

from landscape.analysis.theory import eigenvalues
from landscape.core.surface import Surface
from landscape.i18n import texts as i18n
from landscape.i18n.texts import Language, say
from landscape.program.trace import NotTraceable
from landscape.record import Record
from landscape.render.panels import terrain
from landscape.render.panels.points import kind_of
from landscape.render.style.theme import DARK, LIGHT, Theme, legible_on
from landscape.render.text.mathematics import without
from landscape.scenario.slides import SCHEDULES
from landscape.simulation.job import LIMIT
from landscape.web.entries import Entries, schedule_factors
from landscape.web.kernels import measures_source, term_source, value_of, value_source
from landscape.web.packed import packed_singles
from landscape.web.reasons import reason_of_surface
from landscape.web.recipe import recipe
from landscape.web.settings import QUANTITIES, Settings
from landscape.web.texts import page_texts

KEPT = "Of {runs} runs of each optimizer some are recorded whole; {shown} are shown, the first in bold."
MOST_FACTORS = 2000  # steps up to which they are offered
MOST_POINTS = 500  # critical points that are drawn
MOST_STEPS, MOST_ENTRANTS = 100_000, 40  # that a browser computes anew while a knob turns
MOST_RUNS = 60  # of an entrant
LONG = 12_000  # characters of the loss and its gradient from which on the loss has no function of its own
GRID = (121, 121)  # places at which a loss is computed here that a browser cannot compute


class NotComputable(ValueError):
    """A record cannot be a page that computes."""


@dataclasses.dataclass(frozen=True)
class Contents:
    """given: what the page only reads, and state: what a reader may change, both JSON; value, measures, kernels: the
    loss, the loss with its gradient, and a kernel for each entrant, in JavaScript, "null" where there is none; terms:
    the terms of a finite sum, likewise; added: the rules by name that a reader may add to those of the record; plain:
    the kernel of plain descent, whose gradients typed rules are given.
    """

    given: dict[str, Any]
    state: dict[str, Any]
    value: str
    measures: str
    kernels: list[str]
    terms: str
    added: list[str]
    plain: str


def contents(record: Record, language: Language, settings: Settings, asks: bool = False) -> Contents:
    """The contents of the page of a record. NotComputable where it can have none.

    asks: whether Python is there to compute what the page cannot.
    """
    _check(record)
    surface, words = record.surface, page_texts(language)
    value, measures, why = _functions(record)
    columns = _columns(record)
    made = Entries(record, words, language, columns, "" if measures != "null" else why or "surface", asks)
    entrants = made.entrants()
    plain, about = made.plain()
    notes = [words["asked" if asks else "replayed"].format(reason=words[why])] if why else []
    every = max(track.all_runs for track in record.tracks)
    if every > 1:
        counts = {"runs": f"{every:,}", "shown": f"{len(columns):,}"}
        whole = every == len(record.runs)
        notes.append(words["runs"].format(**counts) if whole else say(language, KEPT, **counts))
    window = settings.window or terrain.framed(record)
    view = [[float(low), float(high)] for low, high in window]
    best = min(surface.minima, key=lambda point: point.value, default=None)
    bowl = None if why or not surface.differentiable else eigenvalues(surface)
    given = {
        "title": _title(record, language), "slides": [], "surface": _surface_name(surface, language), "texts": words,
        "labels": [without(label) for label in surface.labels] or ["x", "y"], "points": _points(surface),
        "lowest": None if surface.confined else surface.lowest,
        "curvatures": bowl.tolist() if bowl is not None else _curvatures(surface, best), "bowl": bowl is not None,
        "note": " ".join(notes), "limit": LIMIT, "repeats": record.repeats, "entrants": entrants,
        "noise": list(made.controls.values()),
        "recipe": _recipe(record, language, made),
        "gaussian": record.noise is None or record.noise.name == "gaussian", "batches": made.batches,
        "schedules": _schedules(record.steps, language), "themes": {"light": _theme(LIGHT), "dark": _theme(DARK)},
        "grid": _grid(surface, view) if value == measures == "null" else None, "levels": settings.levels,
        "seconds": settings.seconds, "pacing": settings.pacing, "typed": about,
        "asks": asks,
    }  # fmt: skip
    first = int(record.runs[0])
    state = {
        "surface": surface.name, "formula": None, "rules": [], "window": view, "view": view,
        "start": record.starts[:, first // record.repeats].tolist(), "others": _others(record, columns),
        "steps": record.steps, "seed": str(record.seed), "run": first, "tolerance": _tolerance(record),
        "noise": {} if record.noise is None else {name: value_of(record.noise, (name,)) for name in made.controls},
        "batch": made.batches[0] if made.batches else 0, "entrants": made.entered, "repeats": False, "field": False,
        "relief": False, "inside": -1, "basins": -1, "rates": -1, "quantity": QUANTITIES[settings.quantity],
        "theory": settings.theory, "hide": "nothing", "predict": None, "slide": -1, "theme": settings.theme,
    }  # fmt: skip
    if record.noise is None:
        state["noise"] = dict.fromkeys(made.controls, 0.0)
    terms = term_source(surface) if made.terms else "null"
    return Contents(given, state, value, measures, made.kernels, terms, made.added, plain)


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


def _recipe(record: Record, language: Language, made: Entries) -> dict[str, Any] | None:
    """What a scenario of the page's state is written by; None where there are numbers for each run."""
    each = any(entrant["each"] for entrant in made.entered)
    return None if each else recipe(record, language, made.added, SCHEDULES)


def _functions(record: Record) -> tuple[str, str, str]:
    """(value, measures, the name of the text that says why nothing is computed)."""
    surface, value, measures, why = record.surface, "null", "null", ""
    try:
        measures = measures_source(surface) if surface.differentiable else "null"
        if measures == "null" or (len(measures) < LONG and not measures.startswith("measuresOf")):
            value = value_source(surface)
    except NotTraceable as error:
        why = reason_of_surface(error)
    if record.stream < 2 and record.noise is not None:
        why, measures = "reason_stream", "null"
    return value, measures, why


def _columns(record: Record) -> list[int]:
    """Which runs of the record the page has, the first of them first."""
    count = len(record.runs)
    return np.unique(np.linspace(0, count - 1, min(count, MOST_RUNS)).round().astype(int)).tolist()


def shown_runs(record: Record) -> list[int]:
    """The numbers of the runs that a page of the record has, the first of them first."""
    return [int(record.runs[column]) for column in _columns(record)]


def _others(record: Record, columns: list[int]) -> list[dict[str, Any]]:
    """The runs beside the first: the number of each, and its start where that is another."""
    first = int(record.runs[0]) // record.repeats
    found = []
    for column in columns[1:]:
        run = int(record.runs[column])
        start = run // record.repeats
        found.append({"run": run, "start": None if start == first else record.starts[:, start].tolist()})
    return found


def _tolerance(record: Record) -> float | None:
    """What ends the same runs at the same steps as the record's tolerance, which it does not keep."""
    met = [float(track.gradient_norm[-1, 0]) for track in record.tracks if track.status[0] == "converged"]
    return max(met, default=None)


def _curvatures(surface: Surface, best: Any) -> list[float] | None:
    """The eigenvalues of the Hessian at the lowest minimum, where all are above 0."""
    if best is None or not surface.differentiable:
        return None
    with np.errstate(all="ignore"):
        hessian = np.asarray(surface.hessian(best.point), dtype=np.float64)
    if not np.isfinite(hessian).all():
        return None
    found = np.linalg.eigvalsh(hessian)
    return found.tolist() if found[0] > 1e-9 * found[-1] else None


def _grid(surface: Surface, view: list[list[float]]) -> dict[str, Any]:
    """The loss on a grid of the view and a third beyond it."""
    window = [[low - (high - low) / 3.0, high + (high - low) / 3.0] for low, high in view]
    columns, rows = GRID
    with np.errstate(all="ignore"):
        land = terrain.sample(surface, (tuple(window[0]), tuple(window[1])), GRID, 12)  # type: ignore[arg-type]
    return {"window": window, "columns": columns, "rows": rows, "values": packed_singles(land.values)}


def _schedules(steps: int, language: Language) -> dict[str, str | None]:
    from landscape.schedules import REGISTRY

    if steps > MOST_FACTORS:
        return {}
    return {i18n.name(language, "schedule", name): schedule_factors(REGISTRY.build(name), steps) for name in SCHEDULES}


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
