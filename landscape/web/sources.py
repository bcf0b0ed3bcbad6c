"""The modules of a page as one script: pages of one file cannot import, as a browser allows them no other file.

script("streams", "functions", "engine")        # what the three export, and all that they import
"""

from __future__ import annotations

import functools
import re
from importlib import resources

_IMPORT = re.compile(r'^import \{[^}]*\} from "\./(\w+)\.js";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:function|const|class) (\w+))", re.MULTILINE)


@functools.cache
def script(*names: str) -> str:
    """The modules of these names and all that they import, each after those that it needs, each in a scope of its own.

    What they export is declared for the whole script: ValueError where two export the same name, or a module imports
    or exports in another way than `import { name } from "./file.js"` and `export function name`.
    """
    order: list[str] = []

    def visit(name: str) -> None:
        for needed in _IMPORT.findall(text(f"{name}.js")):
            if needed not in order:
                visit(needed)
        if name not in order:
            order.append(name)

    for name in names:
        visit(name)
    written: list[str] = []
    known: set[str] = set()
    for name in order:
        exported = _EXPORT.findall(source := text(f"{name}.js"))
        if twice := known & set(exported):
            raise ValueError(f"{name}.js exports what another module does: {', '.join(sorted(twice))}")
        known |= set(exported)
        body = _EXPORT.sub("", _IMPORT.sub("", source))
        if left := re.search(r"^(?:import|export)\b.*", body, re.MULTILINE):
            raise ValueError(
                f'{name}.js may `import {{ name }} from "./file.js"` and `export function`, got {left[0]!r}'
            )
        given = ", ".join(exported)
        written.append(f"const {{ {given} }} = (() => {{\n{body}return {{ {given} }};\n}})();\n")
    return "\n".join(written)


def text(name: str) -> str:
    """A file of this folder."""
    return resources.files(__package__).joinpath(name).read_text(encoding="utf-8")
