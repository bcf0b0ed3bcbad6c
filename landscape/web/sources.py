"""The built module of a page as a script: pages of one file cannot import, as a browser allows them no other file.

script()        # "const { start, power, erf, ... } = (() => { ... })();"

It is built from the TypeScript in `src/`: npm install --no-package-lock && npm run build.
"""

from __future__ import annotations

import functools
import json
import re
from importlib import resources
from typing import Any

_EXPORT = re.compile(r"export\{([^{}]*)\};\s*$")


@functools.cache
def script() -> str:
    """The module with what it exports declared for the whole script, and nothing else."""
    names, body = _built()
    return f"const {{{names}}}=(()=>{{{body}}})();\n"


@functools.cache
def shared_script() -> str:
    """The same as a file of its own, which a page loads before its own script: the worker asks for its function."""
    names, body = _built()
    return f"function landscapeModule(){{{body}}}\nconst {{{names}}}=landscapeModule();\n"


def _built() -> tuple[str, str]:
    """(the names that the module exports, its body, which returns them)."""
    built = text("page.js")
    found = _EXPORT.search(built)
    assert found, "page.js ends with what it exports"
    pairs = [pair.partition(" as ") for pair in found[1].split(",")]
    names = {outer or inner: inner for inner, _, outer in pairs}
    given = ",".join(f"{outer}:{inner}" for outer, inner in names.items())
    return ",".join(names), f"{built[: found.start()]}return{{{given}}}"


@functools.cache
def style() -> str:
    """The style of pages, without the spaces and ends of lines that only its readers need."""
    return re.sub(r" (?={)|(?<=[:;,{}])\s+", "", text("page.css"))


def text(name: str) -> str:
    """A file of this folder."""
    return resources.files(__package__).joinpath(name).read_text(encoding="utf-8")


def embedded(data: Any) -> str:
    """Data as JSON that may stand in a script of an HTML page, whatever its texts are."""
    dumped = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return re.sub("[<>&\u2028\u2029]", lambda found: f"\\u{ord(found[0]):04x}", dumped)
