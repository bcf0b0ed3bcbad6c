"""Write the whole catalogue of surfaces as static files for any web host: an index, and a page to play with for each.

    write_playground("site")                        # site/index.html, site/surfaces/NAME.html, site/shared/...
    write_playground("site", ["beale", "ackley"])

The pages ask for nothing beyond these files, and work from a disk as well.
"""

from __future__ import annotations

import dataclasses
import functools
import html
import inspect
import re
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from landscape.core.component import defaults, field_hints
from landscape.core.files import atomic_write
from landscape.core.surface import Surface
from landscape.i18n import texts as i18n
from landscape.i18n.numbers import number
from landscape.i18n.texts import Language, say
from landscape.optimizers import REGISTRY as OPTIMIZERS
from landscape.record import Record
from landscape.render.panels import terrain
from landscape.render.panels.points import kind_of
from landscape.render.text.mathematics import without
from landscape.simulation.simulate import simulate
from landscape.surfaces import REGISTRY as SURFACES
from landscape.web.contents import NotComputable
from landscape.web.mathml import mathml
from landscape.web.page import page, shared_files
from landscape.web.poster import png
from landscape.web.shared import Shared, shared_by
from landscape.web.sources import text
from landscape.web.typed import elsewhere

RULES = ("sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam")
STEPS = 300
FIRST = ("bowls", "valleys", "saddles", "multimodal")  # families that the index begins with
MOST_POINTS = 12  # that are listed below a race
FACTORS = np.geomspace(1e-6, 1e3, 28)  # of a rule's usual rate
SHADES = (72, 54)  # of a thumbnail
PAGE, PICTURE = "surfaces/{name}.html", "thumbnails/{name}.png"
Progress = Callable[[int, int], None]


@dataclasses.dataclass(frozen=True)
class Entry:
    """A surface of the index. about: the text of its documentation; why: why it cannot be played with, or ""."""

    name: str
    title: str
    family: str
    about: str
    picture: bool
    why: str = ""


def write_playground(
    folder: str | Path, names: Sequence[str] | None = None, language: Language = "en", progress: Progress | None = None
) -> list[Entry]:
    """Write the files below a folder, each whole or not at all; what the index lists.

    names: surfaces, all of the library's where left out; UnknownName where there is none of that name. language: "en"
    or "zh". progress(done, all) is called after each.
    """
    root = Path(folder)
    chosen = SURFACES.names() if names is None else list(dict.fromkeys(names))
    for name in chosen:
        SURFACES.get(name)
    entries = []
    for place, name in enumerate(chosen):
        entry, files = surface_files(name, language)
        entries.append(entry)
        for path, content in files.items():
            _write(root / path, content)
        if progress is not None:
            progress(place + 1, len(chosen))
    for path, content in shared_files(common(language)).items():
        _write(root / "shared" / path, content)
    _write(root / "index.html", index(entries, language))
    return entries


def surface_files(name: str, language: Language = "en") -> tuple[Entry, dict[str, str | bytes]]:
    """The entry of a surface in the index, and its files by their paths: a page, and where it has two coordinates a
    thumbnail.
    """
    entry, files = listed(name, language), {}
    try:
        surface = _in_the_plane(name, language)
        files[PICTURE.format(name=name)] = _thumbnail(surface)
        content = page(
            _race(surface, entry.title, language),
            language,
            shared="../shared",
            about=_below(entry, language, surface),
            common=common(language),
        )
    except NotComputable as error:
        entry = dataclasses.replace(entry, why=str(error))
        content = _still(entry, language)
    return entry, {**files, PAGE.format(name=name): content}


@functools.cache
def common(language: Language) -> Shared:
    """What the pages of all surfaces have in common."""
    return shared_by(simulate(elsewhere(), list(RULES), steps=STEPS), language)


def listed(name: str, language: Language = "en") -> Entry:
    """The entry of a surface, of which only its race, if it has one, may still turn out to be none."""
    cls = SURFACES.get(name)
    title = i18n.name(language, "surface", name.replace("_", " "))
    entry = Entry(name, title, _family(cls), inspect.getdoc(cls) or "", picture=True)
    try:
        _in_the_plane(name, language)
    except NotComputable as error:
        return dataclasses.replace(entry, picture=False, why=str(error))
    return entry


def _in_the_plane(name: str, language: Language) -> Surface:
    """The surface with its usual fields, in two coordinates. NotComputable where it cannot have them."""
    cls = SURFACES.get(name)
    if missing := set(field_hints(cls)) - set(defaults(cls)):
        fields = ", ".join(sorted(missing))
        raise NotComputable(say(language, "it is made of what you give it: {fields}", fields=fields))
    surface = SURFACES.build(name)
    if surface.dim != 2 and "scalable" in surface.traits and "dim" in field_hints(type(surface)):
        surface = SURFACES.build(name, dim=2)
    if surface.dim != 2:
        count = "it has one coordinate" if surface.dim == 1 else "it has {count} coordinates"
        raise NotComputable(say(language, count, count=surface.dim))
    return surface


def _race(surface: Surface, title: str, language: Language) -> Record:
    """The usual rules from the customary start, each at the best of some rates."""
    if not surface.differentiable:
        raise NotComputable(say(language, "it has no gradient"))
    entrants = []
    for rule in RULES:
        rates = float(OPTIMIZERS.build(rule).lr) * FACTORS
        with np.errstate(all="ignore"):
            tried = simulate(surface, OPTIMIZERS.build(rule, lr=rates), repeats=len(rates), steps=STEPS, every=STEPS)
        losses = np.where(tried.tracks[0].status == "diverged", np.inf, tried.tracks[0].value[-1])
        entrants.append(OPTIMIZERS.build(rule, lr=float(f"{rates[np.argmin(losses)]:.2g}")))
    return simulate(surface, entrants, steps=STEPS, title=title)


def _thumbnail(surface: Surface) -> bytes:
    frame = tuple((float(low), float(high)) for low, high in surface.window)
    with np.errstate(all="ignore"):
        return png(terrain.sample(surface, frame, SHADES, 12).tone[::-1])  # type: ignore[arg-type]


def _family(cls: type) -> str:
    return cls.__module__.split(".")[-2].replace("_", " ")


def _below(entry: Entry, language: Language, surface: Surface | None = None) -> str:
    """What a page says below the race: what the surface is, its points that are known, and the way back."""
    back = html.escape(say(language, "All surfaces"))
    tried = say(language, "The learning rates are those of {count} tried that end lowest here.", count=len(FACTORS))
    return (
        f'<section id="about"><h2>{html.escape(entry.title)}</h2>{_equation(SURFACES.get(entry.name))}'
        f"<pre>{html.escape(entry.about)}</pre>{'' if surface is None else _points(surface, language)}"
        f'{"" if entry.why else f"<p>{html.escape(tried)}</p>"}<p><a href="../index.html">{back}</a></p></section>'
    )


def _equation(cls: type) -> str:
    """The formula as MathML."""
    formula = getattr(cls, "formula", "")
    return mathml(formula) if isinstance(formula, str) and formula else ""


def _points(surface: Surface, language: Language) -> str:
    """A table of the points that are known, the lowest first."""
    points = sorted(surface.critical_points, key=lambda point: point.value)
    if not points:
        return ""
    rows = []
    for point in points[:MOST_POINTS]:
        kind = html.escape(say(language, kind_of(point, surface.lowest)))
        numbers = "".join(f"<td>{number(round(float(x), 12))}</td>" for x in (*point.point, point.value))
        rows.append(f'<tr><th scope="row">{kind}</th>{numbers}</tr>')
    heads = (*(without(label) for label in surface.labels or ("x", "y")), say(language, "loss"))
    head = "".join(f'<th scope="col">{html.escape(each)}</th>' for each in heads)
    more = len(points) - len(rows)
    rest = f"<p>{html.escape(say(language, 'and {count} more', count=f'{more:,}'))}</p>" if more else ""
    caption = html.escape(say(language, "Known points"))
    return f"<table><caption>{caption}</caption><tr><td></td>{head}</tr>{''.join(rows)}</table>{rest}"


def _still(entry: Entry, language: Language) -> str:
    """The page of a surface that cannot be played with."""
    why = say(language, "There is no race of it here: {reason}.", reason=entry.why)
    body = f"<h1>{html.escape(entry.title)}</h1>\n<p>{html.escape(why)}</p>\n{_below(entry, language)}"
    return filled("still.html", language, TITLE=html.escape(entry.title), BODY=body)


def index(entries: Sequence[Entry], language: Language = "en", links: str = "") -> str:
    """The page that lists surfaces. links: HTML above them."""
    families: dict[str, list[Entry]] = {}
    for entry in entries:
        families.setdefault(entry.family, []).append(entry)
    place = {family: number for number, family in enumerate(FIRST)}
    sections = []
    for family, listed in sorted(families.items(), key=lambda each: (place.get(each[0], len(place)), each[0])):
        named = html.escape(i18n.family(language, family))
        cards = "\n".join(_card(entry) for entry in listed)
        sections.append(f'<section><h2>{named}</h2>\n<div class="cards">\n{cards}\n</div></section>')
    return filled(
        "index.html",
        language,
        TITLE=html.escape(say(language, "Loss landscapes to play with")),
        SEARCH=html.escape(say(language, "Search by name, family or word"), quote=True),
        COUNT=html.escape(say(language, "{count} surfaces", count=len(entries))),
        NONE=html.escape(say(language, "No surface has all of these words.")),
        BODY=links + "\n".join(sections),
    )


def _card(entry: Entry) -> str:
    first = entry.about.partition("\n")[0]
    picture = (
        f'<img src="{PICTURE.format(name=entry.name)}" alt="" width="144" height="108" loading="lazy">'
        if entry.picture
        else '<span class="blank"></span>'
    )
    words = html.escape(" ".join([entry.name, entry.title, entry.family, entry.about]).lower(), quote=True)
    words = " ".join(words.split())
    return (
        f'<a class="card" href="surfaces/{entry.name}.html" data-words="{words}">{picture}'
        f"<b>{html.escape(entry.title)}</b><span>{html.escape(first)}</span></a>"
    )


def filled(name: str, language: Language, **values: str) -> str:
    """A page of the folder `site` with these values, HTML, in the place of their names."""
    values |= {"LANGUAGE": {"zh": "zh-Hans"}.get(language, language)}
    return re.sub("%([A-Z]+)%", lambda found: values[found[1]], text(f"site/{name}"))


def _write(path: Path, content: str | bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with atomic_write(path) as file:
        file.write(content.encode() if isinstance(content, str) else content)
