"""Make the notebook of a lecture, in one language, from its source, a percent script.

    notebook("momentum", "zh")                # a notebook of nbformat 4, without outputs
    notebook("momentum", folded=True)         # to be run in a lecture: solutions stay folded when all cells are run

A source has cells of three kinds, as jupytext reads them:

    # %% [markdown] lang="en"         text, once for each language, one after the other
    # %%                              code, for all languages; it knows the language as `language`
    # %% tags=["solution"]            code, or with [markdown] text, that is hidden until a reader opens it

The first cell of code defines `language`, which a notebook sets to its own. Needs jupytext.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from landscape.core.extras import library
from landscape.lectures.catalogue import lecture

LANGUAGES = ("en", "zh")
SOLUTION = {"en": "Solution", "zh": "参考答案"}
EXERCISE = {"en": "Exercise", "zh": "练习"}
_NUMBER = re.compile(r"^\*\*(\d)\.\*\* ?", re.MULTILINE)
_SET = re.compile(r'^language = "en"', re.MULTILINE)
_CHINESE = "[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]"
_BREAK = re.compile(f"(?<={_CHINESE})\n(?={_CHINESE})")  # which a page would show as a blank


def source(name: str) -> Path:
    """The file of a lecture: in the installed package, or in the checkout that is imported. UnknownName."""
    lecture(name)
    here = Path(__file__).parent
    installed = here / "sources" / f"{name}.py"
    return installed if installed.is_file() else here.parents[1] / "docs" / "lectures" / f"{name}.py"


def notebook(name: str, language: str = "en", folded: bool = False) -> Any:
    """The notebook of a lecture in a language. UnknownName, MissingExtra, ValueError (language).

    folded: solutions stand below a heading that JupyterLab shows closed, with whatever is computed there; else
    each cell of one says by itself that it is to be hidden, as pages of a site read it.
    """
    if language not in LANGUAGES:
        raise ValueError(f'language must be "en" or "zh", got {language!r}')
    path = source(name)
    jupytext = library("jupytext", "a lecture's notebook")
    made = jupytext.reads(path.read_text(encoding="utf-8"), fmt="py:percent")
    cells = [cell for cell in made.cells if cell.metadata.pop("lang", language) == language]
    made.cells = _folded(cells, language) if folded else [_hidden(cell, language) for cell in cells]
    for number, cell in enumerate(made.cells):  # ids that are the same whenever the notebook is made
        cell["id"] = f"{name.replace('_', '-')}-{number}"
    for cell in made.cells:
        if cell.cell_type == "code":
            cell.source, found = _SET.subn(f'language = "{language}"', cell.source, count=1)
            if found:
                break
    else:
        raise ValueError(f'{path}: no cell sets language = "en"')
    made.metadata = {
        "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"},
        "language_info": {"name": "python"},
        "title": lecture(name).title[language],
    }
    return made


def _folded(cells: list[Any], language: str) -> list[Any]:
    """The cells, with a closed heading above each solution and an open one above each exercise, which ends it."""
    found: list[Any] = []
    inside = False
    for cell in map(_joined, cells):
        solution = _is_solution(cell)
        if solution and not inside:
            node = type(cell)
            closed = node({"jp-MarkdownHeadingCollapsed": True})
            found.append(node(cell_type="markdown", source=f"##### {SOLUTION[language]}", metadata=closed))
        if not solution and cell.cell_type == "markdown":
            cell.source = _NUMBER.sub(rf"#### {EXERCISE[language]} \1\n\n", cell.source)
        inside = solution
        found.append(cell)
    return found


def _hidden(cell: Any, language: str) -> Any:
    """A cell that says by itself whether it is hidden."""
    if _is_solution(_joined(cell)):
        if cell.cell_type == "markdown":
            cell.metadata.pop("tags")
            head = f"<details>\n<summary>{SOLUTION[language]}</summary>\n\n"
            cell.source = f"{head}{cell.source}\n\n</details>"
        else:
            cell.metadata["tags"] = ["solution", "hide-cell"]
            cell.metadata["jupyter"] = {"source_hidden": True, "outputs_hidden": True}
    return cell


def _is_solution(cell: Any) -> bool:
    return "solution" in cell.metadata.get("tags", [])


def _joined(cell: Any) -> Any:
    """A cell whose Chinese has no breaks of lines."""
    if cell.cell_type == "markdown":
        cell.source = _BREAK.sub("", cell.source)
    return cell
