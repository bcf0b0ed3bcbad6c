"""The modules of a page as one script: pages of one file cannot import, as a browser allows them no other file.

script("streams", "functions", "engine")        # the text of the three, without what they import and export
"""

from __future__ import annotations

import re
from importlib import resources

_IMPORT = re.compile(r'^import \{[^}]*\} from "\./(\w+)\.js";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=function|const|class)", re.MULTILINE)


def script(*names: str) -> str:
    """The modules of these names and all that they import, each after those that it needs.

    All share one scope: ValueError where a name is left that a plain script cannot have.
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
    joined = "\n".join(_EXPORT.sub("", _IMPORT.sub("", text(f"{name}.js"))) for name in order)
    if found := re.search(r"^(import|export)\b.*", joined, re.MULTILINE):
        raise ValueError(f'a page\'s modules import by `import {{ name }} from "./file.js"` alone, got {found[0]!r}')
    return joined


def text(name: str) -> str:
    """A file of this folder."""
    return resources.files(__package__).joinpath(name).read_text(encoding="utf-8")
