"""Read a scenario: file to text, text to data, data to the fields of a Scenario. Each stage reports all its errors."""

from __future__ import annotations

import contextlib
import os
import re
import tomllib
from pathlib import Path as FilePath
from typing import Any

from landscape.core.names import nearest
from landscape.core.user_code import untrusted
from landscape.scenario.checks import DEFAULT_VIEWS, checked_fields, default_views, slide_of
from landscape.scenario.line_numbers import positions
from landscape.scenario.parse import parse
from landscape.scenario.problems import ScenarioError, raise_for
from landscape.scenario.set_options import applied
from landscape.scenario.toml_hints import what_to_write
from landscape.scenario.translations import Texts

# A scenario is a page of text; a longer file is not one.
MOST_BYTES = 1_000_000
DEEPEST = 64  # tables and lists, one in another

_AT = re.compile(r"\s*\(at (?:line (?P<line>\d+), column (?P<column>\d+)|end of document)\)$")


def fields_of(text: str, file: str, overrides: tuple[str, ...]) -> dict[str, Any]:
    """The fields of the Scenario in a text, with "key=value" overrides. file: its name in messages."""
    if not text.strip():
        raise ScenarioError([f"{file}: is empty; a scenario has a title, a surface, optimizers and steps"])
    data, options = applied(_with_views(_loaded(text, file), overrides), overrides)
    _check_depth(data, file)
    valid, problems = parse(data)
    fields, more = checked_fields(valid, complete=not problems)
    raise_for([*problems, *more], file, positions(text), options)
    assert fields is not None
    return fields


def _with_views(data: dict[str, Any], overrides: tuple[str, ...]) -> dict[str, Any]:
    """The data with the default views written out, where it names none and an override is of one of them."""
    others = [text for text in overrides if not re.match(r"\s*views\s*[\[.]", text)]
    if "views" in data or len(others) == len(overrides):
        return data
    with contextlib.suppress(ScenarioError):  # overrides that are wrong are reported where all are applied
        known = applied(data, others)[0]
        if "views" in known:
            return data
        valid, _ = parse({key: known[key] for key in ("surface", "stream") if key in known})
        surface = valid.get("surface")
        return {
            **data,
            "views": [*DEFAULT_VIEWS] if surface is None else [each.name for each in default_views(surface)],
        }
    return data


def views_of(text: str, trust: bool) -> list[Any] | None:
    """The views in the text of somebody's scenario, of which nothing else is built and for which nothing is imported.

    None where it names none. trust: import what they name. ScenarioError where the text or a view cannot be read.
    """
    data = _loaded(text, "scenario")
    _check_depth(data, "scenario")
    if "views" not in data:
        return None
    with contextlib.nullcontext() if trust else untrusted():
        valid, problems = parse({"views": data["views"]})
    wrong = [problem for problem in problems if problem.path[:1] == ("views",)]
    raise_for(wrong, "scenario", positions(text), {})
    return list(valid["views"])


def slides_of(text: str, language: str = "en") -> list[dict[str, Any]]:
    """The slides in the text of somebody's scenario, as a page takes them; ScenarioError where they cannot be read.

    language: "en" or "zh", as far as the scenario has translations.
    """
    data = _loaded(text, "scenario")
    _check_depth(data, "scenario")
    with untrusted():
        valid, problems = parse({key: data[key] for key in ("slides", "zh") if key in data})
    wrong = [problem for problem in problems if problem.path[:1] in (("slides",), ("zh",))]
    raise_for(wrong, "scenario", positions(text), {})
    texts = Texts(**valid["zh"]) if language == "zh" else Texts()
    return [slide_of(row).translated(texts).told() for row in valid["slides"]]


def read_file(path: str | os.PathLike[str]) -> str:
    """The text of a scenario file. ScenarioError if it cannot be read."""
    name = os.fspath(path)
    try:
        with FilePath(path).open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except FileNotFoundError:
        raise ScenarioError([f"{name}: file not found.{_neighbour(FilePath(path))}"]) from None
    except IsADirectoryError:
        raise ScenarioError([f"{name}: is a folder, not a scenario file.{_inside(FilePath(path))}"]) from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise ScenarioError([f"{name}: cannot be read: {reason}"]) from None
    if data[:4] == b"PK\x03\x04":  # of a zip archive
        raise ScenarioError(
            [f"{name}: is an archive such as a record, and not a scenario: `landscape render {name}` draws a record"]
        )
    if len(data) > MOST_BYTES:
        raise ScenarioError([f"{name}: is not a scenario: it is longer than {MOST_BYTES:,} bytes"])
    try:
        return data.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ScenarioError(
            [f"{name}:{line}: is not UTF-8 text: byte 0x{data[error.start]:02x} at position {error.start}"]
        ) from None


def _loaded(text: str, file: str) -> dict[str, Any]:
    if len(text) > MOST_BYTES:
        raise ScenarioError([f"{file}: is not a scenario: it is longer than {MOST_BYTES:,} bytes"])
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise ScenarioError([f"{file}: is nested too deeply"]) from None
    except ValueError as error:
        message = str(error)
        at = _AT.search(message)
        if at is None:  # the syntax is valid, but Python cannot convert a number
            raise ScenarioError([f"{file}: is not valid TOML: {message}"]) from None
        last = text.rstrip("\n").count("\n") + 1
        where = f"{at['line']}:{at['column']}" if at["line"] else f"{last}"
        what = message[: at.start()]
        line, column = int(at["line"] or last), int(at["column"] or 0)
        advice = what_to_write(text.split("\n")[line - 1], column)
        raise ScenarioError([f"{file}:{where}: is not valid TOML: {what[:1].lower()}{what[1:]}{advice}"]) from None


def _check_depth(data: Any, file: str) -> None:
    """ScenarioError where tables and lists are nested deeper than any scenario's."""
    level, depth = [data], 0
    while level:
        inside = [each.values() if isinstance(each, dict) else each for each in level]
        level = [item for items in inside for item in items if isinstance(item, dict | list)]
        if (depth := depth + 1) > DEEPEST:
            raise ScenarioError([f"{file}: is nested too deeply: tables and lists in more than {DEEPEST} others"])


def _neighbour(path: FilePath) -> str:
    """A hint at a scenario in the same folder with a similar name."""
    try:
        there = {each.name for each in path.parent.glob("*.toml")}
    except OSError:
        return ""
    close = f"{path.name}.toml" if f"{path.name}.toml" in there else nearest(path.name, there)
    return f' Did you mean "{path.parent / close}"?' if close else ""


def _inside(path: FilePath) -> str:
    """A list of the scenarios in a folder that was given in place of a file."""
    try:
        there = sorted(each.name for each in path.glob("*.toml"))
    except OSError:
        return ""
    return f" It contains {', '.join(there)}." if there else ""
