"""Write a record as one page that computes: its surface and rules as JavaScript, and a knob for every number.

    save_page(record, "race.html")              # opens offline and checks itself against the record
    state = first_state(record)                 # what a reader may change, as a plain dict

What cannot be recorded, such as a line search, plays back what Python computed, and the page says why.
"""

from __future__ import annotations

import html
import os
import re
from collections.abc import Mapping, Sequence
from typing import Any

from landscape.core.files import atomic_write
from landscape.i18n.texts import Language
from landscape.record import Record
from landscape.web.contents import Contents, NotComputable, contents
from landscape.web.poster import poster
from landscape.web.settings import Settings
from landscape.web.shared import Shared
from landscape.web.slides import slides_of
from landscape.web.sources import embedded, script, shared_script, style, text

__all__ = ["NotComputable", "embedded", "first_state", "page", "save_page"]


def save_page(
    record: Record,
    path: str | os.PathLike[str],
    language: Language = "en",
    settings: Settings | None = None,
    slides: Sequence[Mapping[str, Any]] = (),
) -> None:
    """Write the page of a record to a file, whole or not at all. NotComputable, a ValueError, where it can have none.

    language: "en" or "zh". settings: what it begins with, such as a window; the record's own where left out. slides: a
    presenter's sequence, as `slides_of` takes it; SlideError where the page could not show one.
    """
    content = page(record, language, settings, slides=slides).encode()
    with atomic_write(path) as file:
        file.write(content)


def page(
    record: Record,
    language: Language = "en",
    settings: Settings | None = None,
    shared: str = "",
    about: str = "",
    opened: Mapping[str, Any] | None = None,
    slides: Sequence[Mapping[str, Any]] = (),
    asks: bool = False,
    common: Shared | None = None,
) -> str:
    """The page of a record as a text of HTML.

    shared: the address of a folder that has the files of `shared_files`, which several pages use; what they hold stands
    in the page itself where left out. about: HTML below the race. opened: the state that it opens with, the record's
    where left out. slides: a presenter's sequence of states. asks: whether Python is there to compute what the page
    cannot. common: what is in those files beside the module and the style.
    """
    made = contents(record, language, settings or Settings(), asks)
    made.given.update(opened=opened, slides=slides_of(slides, made))
    given, words = made.given, made.given["texts"]
    filled = {
        "LANGUAGE": {"zh": "zh-Hans"}.get(language, language), "TITLE": given["title"], "PLAYER": words["player"],
        "LANDSCAPE": words["landscape"].format(name=given["surface"]), "CURVES": words["curves"],
        "SHARED": words["shared"], "ENTRANTS": words["entrants"], "KEYS": words["keys"], "INSIDE": words["inside"],
        "RATES": words["rates"], "OWN": words["own"],
    }  # fmt: skip
    escaped = {key: html.escape(value, quote=True) for key, value in filled.items()}
    escaped |= {"ABOUT": about, "HEAD": "", "STYLE": style(), "SCRIPT": script() + _start(made)}
    if shared:
        escaped |= {"HEAD": _links(shared), "STYLE": "", "SCRIPT": _start(common.own(made) if common else made)}
    escaped["POSTER"] = poster(record, made.state["view"], given["title"], words)
    return re.sub("%([A-Z]+)%", lambda found: escaped[found[1]], text("page.html"))


def shared_files(common: Shared) -> dict[str, str]:
    """What all pages have in common, by the names of files: the module, the style, texts and rules."""
    return {"page.js": shared_script(), "page.css": style(), "common.js": common.script()}


def _links(folder: str) -> str:
    scripts = "".join(f'\n<script src="{folder}/{name}.js"></script>' for name in ("page", "common"))
    return f'\n<link rel="stylesheet" href="{folder}/page.css">{scripts}'


def _start(made: Contents) -> str:
    """The line that opens the page, with the functions that were written for it."""
    known = made.plain != "null" and made.plain in made.kernels
    plain = f"{{ ...kernels[{made.kernels.index(made.plain)}] }}" if known else made.plain
    functions = (
        f"const measures = {made.measures};\nconst kernels = [{', '.join(made.kernels)}];\n"
        f"start({embedded(made.given)}, {embedded(made.state)}, "
        f"{{ value: {made.value}, measures, kernels, terms: {made.terms}, plain: {plain} }});"
    )
    return functions.replace("</", "<\\/")


def first_state(record: Record) -> dict[str, Any]:
    """What a reader of the record's page may change: JSON."""
    return contents(record, "en", Settings()).state
