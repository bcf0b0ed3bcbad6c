"""Change a scenario from the command line: `--set optimizers[0].lr=0.2 --set surface.condition=100`.

A key is a path of names and indices; a value is read as TOML, or as plain text if it is not TOML.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from typing import Any

from landscape.core.names import hint, nearest
from landscape.scenario.keys import DOCUMENT
from landscape.scenario.line_numbers import Path
from landscape.scenario.problems import ScenarioError, named
from landscape.scenario.toml_writer import dotted, toml_text

_STEP = re.compile(r"(?P<dot>\.)?(?:(?P<name>[A-Za-z0-9_-]+)|\[(?P<index>\d{1,9})\])")

DEEPEST = 64  # names in one key

# Keys whose value may be a component's name instead of its table: setting a field turns the name into a table.
_NAMED = frozenset(
    ["surface", "noise", "start", "schedule", "optimizer", "measure", "quantity", "of", "then", "first", "second",
     "before", "after", "activation", "output", "loss", "dataset", "around"]
)  # fmt: skip


def applied(data: dict[str, Any], overrides: Iterable[str]) -> tuple[dict[str, Any], dict[Path, str]]:
    """(data with the overrides, path -> the option's text). ScenarioError if an option cannot be applied."""
    options: dict[Path, str] = {}
    wrong = []
    for text in overrides:
        try:
            path, value = read(text)
            _check_place(data, path)
            data = _put(data, path, value, ())
        except ValueError as error:
            wrong.append(f"{named(text)}: {error}")
        else:
            options.pop(path, None)
            options[path] = text
    if wrong:
        raise ScenarioError(wrong)
    return data, options


def as_comments(overrides: Iterable[str]) -> str:
    """The options as comments of a TOML file."""
    shown = (option if option.isprintable() else toml_text(option) for option in overrides)
    return "".join(f"# --set {each}\n" for each in shown)


def read(text: str) -> tuple[Path, Any]:
    """'optimizers[0].lr=0.2' -> (("optimizers", 0, "lr"), 0.2)."""
    key, equals, value = text.partition("=")
    if not equals:
        raise ValueError("must be KEY=VALUE, such as steps=200 or optimizers[0].lr=0.1")
    return _path(key.strip()), _value(value.strip())


def _check_place(data: dict[str, Any], path: Path) -> None:
    """ValueError with what to write, where a path is of no key of a scenario and goes on below it."""
    first, rest = path[0], dotted(path)[len(str(path[0])) :]
    if len(path) > DEEPEST:
        raise ValueError(f"has {len(path):,} names, more than any key of a scenario")
    if first in DOCUMENT or len(path) == 1:
        return
    close = nearest(str(first), DOCUMENT)
    if close:
        raise ValueError(f'there is no key "{first}". Write {close}{rest}')
    optimizers = data.get("optimizers")
    for index, each in enumerate(optimizers if isinstance(optimizers, list) else []):
        if first in ((each.get("label"), each.get("name")) if isinstance(each, dict) else (each,)):
            raise ValueError(f'there is no key "{first}". Write optimizers[{index}]{rest}')
    raise ValueError(f'there is no key "{first}". {hint(str(first), DOCUMENT)}')


def _path(key: str) -> Path:
    path: list[str | int] = []
    at = 0
    while at < len(key):
        step = _STEP.match(key, at)
        joined = step is not None and bool(step["dot"]) == bool(path and step["name"])
        if step is None or not joined or (not path and step["index"]):
            break
        path.append(step["name"] if step["name"] else int(step["index"]))
        at = step.end()
    if not path or at < len(key):
        raise ValueError(
            f'"{key:.80}" is not a key: join names with dots and put indices in brackets, such as optimizers[0].lr'
        )
    return tuple(path)


def _value(text: str) -> Any:
    try:
        read = tomllib.loads(f"value = {text}")
    except (ValueError, RecursionError):
        return text
    return read["value"] if len(read) == 1 else text


def _put(inside: Any, path: Path, value: Any, done: Path) -> Any:
    """A copy of `inside` with the value at `path`; `done` is the path of `inside` itself."""
    if not path:
        return value
    step, here = path[0], dotted(done)
    if isinstance(step, int):
        if not isinstance(inside, list):
            raise ValueError(f"{here} is not a list")
        if not inside:
            raise ValueError(f"{here} is an empty list")
        if step >= len(inside):
            raise ValueError(f"{here} has {len(inside)} items, [0] to [{len(inside) - 1}]")
        return [*inside[:step], _put(inside[step], path[1:], value, (*done, step)), *inside[step + 1 :]]
    if inside is None:
        inside = {}
    if isinstance(inside, str) and (done[-1] in _NAMED or isinstance(done[-1], int) or done[-2:-1] == ("schedules",)):
        inside = {"name": inside}
    if isinstance(inside, list) and step.isdecimal():
        raise ValueError(
            f"{here} is a list, and an index stands in brackets: write {dotted((*done, int(step), *path[1:]))}"
        )
    if isinstance(inside, list):
        raise ValueError(f"{here} is a list of {len(inside)} items: choose one, such as {here}[0].{step}")
    if not isinstance(inside, dict):
        raise ValueError(f"{here} is not a table")
    return {**inside, step: _put(inside.get(step), path[1:], value, (*done, step))}
