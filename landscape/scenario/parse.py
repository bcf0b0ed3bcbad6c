"""Read the tables of a scenario by their keys, and report every error, not just the first.

    valid, problems = parse({"title": "A race", "surface": "rosenbrock", ...})

A walk over the data: a component is selected by its name, its fields are checked as in Python, and it is built once.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Any

import numpy as np

from landscape.core.component import checked
from landscape.core.names import hint, nearest, with_article
from landscape.core.random import NEWEST, Stream
from landscape.core.registry import draws, registry
from landscape.scenario.keys import DOCUMENT, REQUIRED, Items, Key, Keys, Kind, Line, Table, Values, fields
from landscape.scenario.line_numbers import Path
from landscape.scenario.problems import Problem, from_exception
from landscape.scenario.toml_writer import dotted, shown

MISSING = 'missing key "{key}"'
INVALID: Any = None  # in place of a value that is wrong; TOML has no null


def parse(data: Mapping[str, Any]) -> tuple[dict[str, Any], list[Problem]]:
    """(valid, problems): key -> value for the keys that are valid, or left out and have a default.

    In a list, INVALID stands for each item that is wrong. A key that a misspelt one was meant for is not valid either,
    so that nothing is concluded from its default.
    """
    if isinstance(data.get("start"), list):  # a point, or a list of them, as in Python
        data = {**data, "start": {"name": "point", "points": data["start"]}}
    reader = _Reader(_stream(data))
    valid = reader.table(data, DOCUMENT, ())
    for key in data.keys() - DOCUMENT.keys():
        close = nearest(key, DOCUMENT)
        for meant in [close] if close else [each for each in DOCUMENT if _may_be(data, key, each)]:
            valid.pop(meant, None)
    for key in reader.misplaced - data.keys():
        valid.pop(key, None)
    elsewhere = {Problem((), MISSING.format(key=key)) for key in reader.misplaced}
    return valid, [problem for problem in reader.problems if problem not in elsewhere]


def _may_be(data: Mapping[str, Any], unknown: str, key: str) -> bool:
    """Whether an unknown key may have been meant for one that it does not resemble."""
    return key not in data or (isinstance(data[unknown], list) and isinstance(DOCUMENT[key].holds, Items))


def line_of_text(value: Any) -> str:
    """Check the text of a title, a label or a claim."""
    if not isinstance(value, str):
        raise ValueError(f"must be text, got {shown(value)}")
    if not value.strip() or any(unicodedata.category(sign) in ("Cc", "Zl", "Zp") for sign in value):
        raise ValueError(f"must be one line of text and not empty, got {shown(value)}")
    return value


def _stream(data: Mapping[str, Any]) -> int:
    """The version of the random streams of components that do not set their own: the document's, if it is valid."""
    try:
        return int(checked(data.get("stream", NEWEST), Stream))
    except ValueError:
        return NEWEST


class _Reader:
    """The problems found so far. stream: that of components which do not set their own."""

    def __init__(self, stream: int) -> None:
        self.stream = stream
        self.problems: list[Problem] = []
        self.misplaced: set[str] = set()  # keys of the document that stand in another table

    def table(self, given: Mapping[str, Any], keys: Keys, path: Path) -> dict[str, Any]:
        """The valid values of a table, defaults included."""
        self._names(given, keys, path)
        return self._values(given, keys, path)

    def _values(self, given: Mapping[str, Any], keys: Keys, path: Path) -> dict[str, Any]:
        valid = {key: each.default for key, each in keys.items() if key not in given and each.default is not REQUIRED}
        for key, value in given.items():
            if key in keys and (made := self.value(value, keys[key].holds, (*path, key))) is not INVALID:
                valid[key] = made
        return valid

    def value(self, given: Any, holds: Any, path: Path) -> Any:
        """What a value stands for, or INVALID."""
        before = len(self.problems)
        match holds:
            case Kind():
                return self._component(given, holds, path)
            case Items():
                if not isinstance(given, list):
                    what = f"must be a list of tables, each under its own [[{dotted(path)}]], got {shown(given)}"
                    return self._wrong(path, what)
                return [self.value(item, holds.of, (*path, index)) for index, item in enumerate(given)]
            case Values() | Table() if not isinstance(given, Mapping):
                return self._wrong(path, f"must be a table, got {shown(given)}")
            case Values():
                made = {key: self.value(item, holds.of, (*path, key)) for key, item in given.items()}
            case Table():
                made = self.table(given, holds.keys, path)
            case _:
                try:
                    return line_of_text(given) if holds is Line else checked(given, holds, shown)
                except ValueError as error:
                    return self._wrong(path, str(error))
        return made if len(self.problems) == before else INVALID

    def _component(self, given: Any, holds: Kind, path: Path) -> Any:
        """The component of a name or a table; (component, their values) where its table has keys beside its fields."""
        table = {"name": given} if isinstance(given, str) else given
        cls = self._class(table, holds.kind, path, path if isinstance(given, str) else (*path, "name"))
        if cls is None:
            return INVALID
        before, own, error = len(self.problems), fields(cls), None
        self._names(table, {"name": Key(str), **own, **holds.beside}, path)
        beside = self._values(table, holds.beside, path)
        mine = {key: value for key, value in table.items() if key in own}
        parts = [key for key in mine if isinstance(own[key].holds, Kind | Items)]
        built = {key: self.value(mine[key], own[key].holds, (*path, key)) for key in parts}
        if len(self.problems) == before:
            stream = {"stream": self.stream} if draws(cls) else {}
            try:
                with np.errstate(all="ignore"):
                    made = cls(**{**stream, **mine, **built})
                return (made, beside) if holds.beside else made
            except ArithmeticError as raised:
                error = Problem(path, f"invalid combination of fields ({raised})")
            except MemoryError:
                error = Problem(path, "there is not enough memory for it: take fewer dimensions")
            except ValueError as raised:
                error = from_exception(path, raised)
        for key in [key for key in mine if key not in built]:  # the component reported its first invalid field only
            self.value(mine[key], own[key].holds, (*path, key))
        if error is not None and len(self.problems) == before:
            self.problems.append(error)
        return INVALID

    def _class(self, given: Any, kind: str, path: Path, at: Path) -> type | None:
        """The class that a table names; at: where its name stands."""
        known = registry(kind)
        if not isinstance(given, Mapping):
            what = f"must be the name of {with_article(kind)} or a table with a name, got {shown(given)}"
            return self._wrong(path, what)
        if "name" not in given:
            close = nearest("name", given)
            if close:
                return self._wrong((*path, close), f'unknown key "{close}". Did you mean "name", which is required?')
            return self._wrong(path, f'missing key "name", one of: {", ".join(known.names())}')
        if not isinstance(given["name"], str):
            return self._wrong(at, f"must be the name of {with_article(kind)}, got {shown(given['name'])}")
        try:
            found: type = known.get(given["name"])
            return found
        except ValueError as error:
            return self._wrong(at, str(error))

    def _names(self, given: Mapping[str, Any], keys: Keys, path: Path) -> None:
        """Keys that are unknown or missing; one that is missing because it is misspelt is one problem."""
        missing = [key for key, each in keys.items() if each.default is REQUIRED and key not in given]
        for key in given:
            if key not in keys:
                close = nearest(key, keys)
                needed = close in missing
                if needed:
                    missing.remove(str(close))
                told = f'Did you mean "{close}", which is required?' if needed else hint(key, keys)
                if path and key in DOCUMENT and not needed:
                    self.misplaced.add(key)
                    told = "It is a key of the whole scenario: write it above the first line that begins with ["
                self._wrong((*path, key), f'unknown key "{key}". {told}')
        for key in missing:
            self._wrong(path, MISSING.format(key=key))

    def _wrong(self, path: Path, text: str) -> Any:
        self.problems.append(Problem(path, text))
        return INVALID
