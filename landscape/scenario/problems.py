"""Report everything that is wrong with a scenario at once: one line each, with its place in the file.

ravine.toml:10: optimizers[0].lr: must be greater than 0, got -0.1
ravine.toml:11: optimizers[0].beta_1: unknown key "beta_1". Did you mean "beta1"?
--set steps=0: steps: must be at least 1, got 0
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from landscape.core.component import FieldError
from landscape.core.names import hint, nearest, with_article
from landscape.core.registry import kinds, registry
from landscape.scenario.line_numbers import Path, line_of
from landscape.scenario.toml_writer import dotted, shown


class ScenarioError(ValueError):
    """A scenario is invalid. The text has one line for each problem."""

    def __init__(self, lines: Iterable[str]) -> None:
        self.lines = tuple(lines)
        super().__init__("\n".join(self.lines))


@dataclasses.dataclass(frozen=True)
class Problem:
    """One error: where, as a path of keys and indices, and what is wrong."""

    path: Path
    text: str


def raise_for(problems: Sequence[Problem], file: str, lines: Mapping[Path, int], overrides: Mapping[Path, str]) -> None:
    """ScenarioError if there are problems, in the order of the file's lines and then of the --set options."""
    messages = []
    for problem in problems:
        line, place = line_of(lines, problem.path), dotted(problem.path)
        by_option = [text for path, text in overrides.items() if path == problem.path[: len(path)]]
        where = f"--set {by_option[-1]}" if by_option else f"{file}:{line}"
        order = (bool(by_option), 0 if by_option else line)
        messages.append((order, f"{where}: {place}: {problem.text}" if place else f"{where}: {problem.text}"))
    if messages:
        raise ScenarioError(dict.fromkeys(text for _, text in sorted(messages, key=lambda each: each[0])))


def problems_of(errors: Iterable[Any], keys_of: Any) -> list[Problem]:
    """pydantic's errors as problems. `keys_of(location)` lists the valid keys of the table at a location.

    A missing key and its misspelling, two errors to pydantic, become one problem.
    """
    errors = list(errors)
    missing: dict[Path, list[str]] = {}
    for error in errors:
        if error["type"] == "missing":
            missing.setdefault(error["loc"][:-1], []).append(error["loc"][-1])
    problems = []
    for error in errors:
        if error["type"] == "extra_forbidden":
            problems.append(_unknown_key(error["loc"], keys_of(error["loc"][:-1]), missing))
    for table, keys in missing.items():
        problems += [Problem(place(table), f'missing key "{key}"') for key in keys]
    for error in errors:
        if error["type"] not in ("missing", "extra_forbidden"):
            problems.append(_problem(error))
    return problems


def place(location: Iterable[str | int]) -> Path:
    """pydantic's location without the tags of its unions: the path in the file."""
    return tuple(part for part in location if not tag_of(part))


def tag_of(part: str | int) -> tuple[str, str] | None:
    """(kind, name) of a union's tag such as "optimizer:adam", or None for a key or an index."""
    kind, colon, name = str(part).partition(":")
    return (kind, name) if colon and kind in kinds() else None


def from_exception(path: Path, error: Exception) -> Problem:
    """A component's error about its fields, or about the surface that it is used with."""
    if isinstance(error, FieldError):
        return Problem((*path, error.field), error.reason)
    return Problem(path, str(error) or type(error).__name__)


def _unknown_key(location: Path, valid: Sequence[str], missing: dict[Path, list[str]]) -> Problem:
    table, key = location[:-1], str(location[-1])
    text = f'unknown key "{key}". {hint(key, valid)}'
    needed = missing.get(table, [])
    close = nearest(key, valid)
    if close in needed:
        needed.remove(str(close))
        text = f'unknown key "{key}". Did you mean "{close}", which is required?'
    return Problem(place(location), text)


def _problem(error: Any) -> Problem:
    path, given = place(error["loc"]), error["input"]
    match error["type"]:
        case "value_error":
            problem = from_exception(path, error["ctx"]["error"])
            reason, got, _ = problem.text.rpartition(", got ")
            same_field = problem.path == path
            return Problem(path, f"{reason}, got {shown(given)}") if got and same_field else problem
        case "union_tag_invalid":
            return _bad_choice(path, error["ctx"]["tag"].partition(":")[0], given)
        case "list_type":
            return Problem(path, f"must be a list of tables, each under its own [[{dotted(path)}]], got {shown(given)}")
        case _:
            return Problem(path, f"must be a table, got {shown(given)}")


def _bad_choice(path: Path, kind: str, given: Any) -> Problem:
    """The problem of a table or a name that is not a component of its kind."""
    names = registry(kind).names()
    if isinstance(given, str):
        return Problem(path, _unknown(kind, given))
    if not isinstance(given, Mapping):
        return Problem(path, f"must be the name of {with_article(kind)} or a table with a name, got {shown(given)}")
    if isinstance(given.get("name"), str):
        return Problem((*path, "name"), _unknown(kind, given["name"]))
    if "name" in given:
        return Problem((*path, "name"), f"must be the name of {with_article(kind)}, got {shown(given['name'])}")
    close = nearest("name", given)
    if close:
        return Problem((*path, close), f'unknown key "{close}". Did you mean "name", which is required?')
    return Problem(path, f'missing key "name", one of: {", ".join(names)}')


def _unknown(kind: str, name: str) -> str:
    """Why there is no component of that name or "module:Class"."""
    try:
        registry(kind).get(name)
    except ValueError as error:
        return str(error)
    return f'"{name}" cannot be used here'
