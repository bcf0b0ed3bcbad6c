"""Turn docstrings, which are plain text, into reStructuredText that reads like them.

    as_rst("One line.\\n\\np <- p - lr g\\n\\nlr: learning rate; eps: keeps it finite.", names={"lr", "eps"})

Equations and indented lines keep their shape; what is said of each name begins a line of its own.
"""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
from collections.abc import Collection
from typing import Any

_TITLE = r"(?:Source|Sources|Defaults|Differences)"


def as_rst(text: str, names: Collection[str] = (), equation: str = "") -> list[str]:
    """The lines of a docstring as reStructuredText. names: of fields or parameters; equation: that paragraph of it."""
    lines: list[str] = []
    for paragraph in _paragraphs(text):
        if paragraph.startswith("    ") or paragraph == equation or "<-" in paragraph:
            code = textwrap.dedent(paragraph)
            lines += [f".. code-block:: {_language(code)}", "", *textwrap.indent(code, "   ").splitlines(), ""]
            continue
        words = " ".join(paragraph.split()) if not paragraph.startswith("- ") else paragraph
        lines += [*_parts(words, names), ""]
    return lines


def _paragraphs(text: str) -> list[str]:
    """Paragraphs; in one, lines that begin with "Source:" and its like begin another."""
    text = re.sub(rf"\n(?={_TITLE}: )", "\n\n", inspect.cleandoc(text))
    return [each.rstrip() for each in re.split(r"\n\s*\n", text) if each.strip()]


def _language(code: str) -> str:
    """What lines that keep their shape are coloured as."""
    try:
        ast.parse(code)
    except SyntaxError:
        return "text"
    return "python"


def _parts(words: str, names: Collection[str]) -> list[str]:
    """A paragraph; of what is said of names, each as an item of a list."""
    if title := re.match(rf"({_TITLE}): ", words):
        return [f"*{title[1]}:* {escaped(words[title.end() :])}"]
    if words.startswith("- "):
        return [escaped(" ".join(each.split())) for each in re.split(r"\n(?=- )", words)]
    if not names:
        return [escaped(words)]
    one = "|".join(sorted(map(re.escape, names), key=len, reverse=True))
    heads = list(re.finditer(rf"(?:^|(?<=[.;:] )|(?<=\)\. ))((?:{one})(?:, (?:{one}))*): ", words))
    if not heads:
        return [escaped(words)]
    before = words[: heads[0].start()].strip()
    ends = [head.start() for head in heads[1:]] + [len(words)]
    items = [escaped(before), ""] if before else []
    for head, end in zip(heads, ends, strict=True):
        called = ", ".join(f"``{each}``" for each in head[1].split(", "))
        items.append(f"- {called}: {escaped(words[head.end() : end].strip().rstrip(';'))}")
    return items


def escaped(text: str) -> str:
    """Plain text as reStructuredText; what stands between backticks is code."""
    parts = re.split(r"`([^`]+)`", text)
    plain = [re.sub(r"([\\*`|])|(?<=\w)(_)(?!\w)|(?<![\w])(_)(?=\w)", r"\\\g<0>", each) for each in parts[::2]]
    made = plain[0]
    for code, after in zip(parts[1::2], plain[1:], strict=True):
        made += ("\\ " if made and made[-1] not in " (" else "") + f"``{code}``"
        made += ("\\ " if after[:1].isalnum() else "") + after
    return made


def _process(app: Any, what: str, name: str, found: Any, options: Any, lines: list[str]) -> None:
    """Sphinx's docstring, made anew in place."""
    try:
        names = set(inspect.signature(found).parameters)
    except (TypeError, ValueError):
        names = set()
    if what == "class":
        names |= {*getattr(found, "__annotations__", ())}
    lines[:] = as_rst("\n".join(lines), names)


def setup(app: Any) -> dict[str, bool]:
    """Have Sphinx read docstrings so."""
    app.connect("autodoc-process-docstring", _process)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
