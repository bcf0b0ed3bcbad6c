"""Find and build components by name; a message about an unknown name has the nearest valid one.

    surfaces = Registry("surface", Surface, package="landscape.surfaces")

    @surfaces.register("parabola")
    class Parabola(Surface): ...

    surfaces.build("parabola", height=2.0)

One registry for each kind of component. Everything that lists, builds, documents, saves or tests components goes
through here, so that adding one is writing one class in one file: `parabola.py`, anywhere in the package of its kind.
A file of several members lists them in a line `NAMES = ("parabola", "paraboloid")`. Names are read from file names, and
a member's file is imported when that member is used.
"""

from __future__ import annotations

import dataclasses
import functools
import importlib
import importlib.util
import os
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Generic, TypeVar, cast, dataclass_transform, get_args, get_origin

import numpy as np

from landscape.core.component import Component, FieldError, as_dataclass, defaults, field_hints, owned, split
from landscape.core.names import UnknownName, hint, with_article
from landscape.core.random import NEWEST, Stream
from landscape.core.user_code import component_class

C = TypeVar("C", bound=Component)
T = TypeVar("T", bound=type[Any])

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_NAMES = re.compile(r"^NAMES = \(([^)]*)\)", re.MULTILINE)
_HEAD = 8192  # bytes of a file within which its NAMES are

# What becomes of a plain function.
INSTEAD = {
    "surface": "a function becomes a surface by landscape.from_function(f, dim=2, window=(-2, 2))",
    "optimizer": "derive a class from landscape.Optimizer, with init and apply",
}

_REGISTRIES: dict[str, Registry[Any]] = {}


class Registry(Generic[C]):
    """Name -> component class, for one kind of component (`kind`) with a common base class (`base`).

    package: the folder whose files contain the built-in members, or the module that contains them all; None if the
    registry is in that module itself. aliases: former name -> name, which are understood and not listed.
    """

    def __init__(
        self, kind: str, base: type[C], package: str | None = None, aliases: Mapping[str, str] | None = None
    ) -> None:
        self.kind, self.base, self.package, self.aliases = kind, base, package, dict(aliases or {})
        self._members: dict[str, type[C]] = {}
        base._registry = self
        _REGISTRIES[kind] = self

    @property
    def members(self) -> dict[str, type[C]]:
        """Name -> class of every member, their files imported."""
        for module in dict.fromkeys(self._modules.values()):
            importlib.import_module(module)
        return self._members

    @dataclass_transform(frozen_default=True, eq_default=False, kw_only_default=True)
    def register(self, name: str) -> Callable[[T], T]:
        """Class decorator: make the class a frozen, keyword-only dataclass and enter it under `name`.

        Entering a class of the same module and name again replaces it, so that a notebook cell can be run twice.
        """
        if not _NAME.fullmatch(name):
            raise ValueError(f'the name of {with_article(self.kind)} must be lower case with underscores, got "{name}"')

        if name in self.aliases:
            raise ValueError(f'the {self.kind} name "{name}" is a former name of "{self.aliases[name]}"')

        def enter(cls: T) -> T:
            if not issubclass(cls, self.base):
                raise TypeError(f"{with_article(self.kind)} must derive from {self.base.__name__}, got {cls.__name__}")
            home = cls.__module__ if owned(cls) else self._modules.get(name, cls.__module__)
            known = self._members.get(name) if home == cls.__module__ else self.get(name)
            if known is not None and (known.__module__, known.__qualname__) != (cls.__module__, cls.__qualname__):
                user = f"{known.__module__}.{known.__qualname__}"
                raise ValueError(f'the {self.kind} name "{name}" is already used by {user}')
            if owned(cls):
                dataclasses.dataclass(frozen=True, eq=False, repr=False, kw_only=True)(cls)
            as_dataclass(cls)
            cls.name = name
            self._members[name] = cls
            return cast(T, cls)

        return enter

    def names(self) -> list[str]:
        """Every registered name, sorted; nothing is imported."""
        return sorted({*self._modules, *self._members})

    def get(self, name: str) -> type[C]:
        """The class registered under `name`, or a user's class, "module:Class".

        UnknownName with the nearest name, or NotFound, if there is none.
        """
        if ":" in name:
            return component_class(self.kind, self.base, name)
        name = self.aliases.get(name, name)
        if name not in self._members and name in self._files:  # most often the file of that name has it
            importlib.import_module(self._files[name][0])
        if name not in self._members and name in self._modules:
            module = importlib.import_module(self._modules[name])
            if name not in self._members:
                raise ValueError(self._misnamed(name, str(module.__file__), module.__name__))
        if name not in self._members:
            raise UnknownName(self.kind, name, self.names())
        return self._members[name]

    def _misnamed(self, name: str, file: str, module: str) -> str:
        """What to change where the file that a name was read from does not register it."""
        found = ", ".join(f'"{each}"' for each, cls in self._members.items() if cls.__module__ == module) or "nothing"
        rule = "a file has the name of its one member, or lists its members in NAMES"
        return f'{file} does not register the {self.kind} "{name}", but {found}; {rule}'

    @functools.cached_property
    def _files(self) -> dict[str, tuple[str, Path]]:
        """Name of a file -> (module, its path), for every file of the package."""
        return {} if self.package is None else {path.stem: (module, path) for module, path in _files_of(self.package)}

    @functools.cached_property
    def _modules(self) -> dict[str, str]:
        """Name -> the module of every built-in member, from file names and NAMES alone."""
        files = [] if self.package is None else _files_of(self.package)
        return {name: module for module, path in files for name in _names_in(path)}

    def build(self, name: str, /, **fields: Any) -> C:
        """The component `name` with the given fields; the others keep their defaults."""
        cls = self.get(name)
        known = field_hints(cls)
        for field in fields:
            if field not in known:
                raise FieldError(name, field, _unknown(cls, field, known))
        missing = [field for field in known if field not in fields and field not in defaults(cls)]
        if missing:
            raise FieldError(name, missing[0], "is required")
        return cls(**fields)

    def coerce(self, given: C | str | Mapping[str, Any]) -> C:
        """A component from itself, from its name, or from a table with a "name" key."""
        if isinstance(given, self.base):
            return given
        if isinstance(given, str):
            return self.build(given)
        if isinstance(given, Mapping) and isinstance(given.get("name"), str):
            return cast(C, from_table(self.kind, given))
        more = ""
        if isinstance(given, type) and issubclass(given, self.base):
            more = f": write {given.__name__}(), with its fields"
        elif callable(given):
            more = f"; {INSTEAD.get(self.kind, f'derive a class from landscape.{self.base.__name__}')}"
        raise TypeError(f"expected {with_article(self.kind)} or its name, got {given!r:.80}{more}")


def _unknown(cls: type, field: str, known: Mapping[str, Any]) -> str:
    """Why a class has no such field, and what to write."""
    if field == "dim" and isinstance(getattr(cls, "dim", None), int):
        return f"is fixed: it has {cls.dim} coordinates"  # type: ignore[attr-defined]
    parts = [each for each in known if each[:-1] + "s" == field and each[-1].isdigit()]
    if parts:
        return f"is given as {' and '.join(parts)}"
    return f"is not a field. {hint(field, known)}"


def registry(kind: str) -> Registry[Any]:
    """The registry of a kind."""
    if kind not in _REGISTRIES:
        raise UnknownName("kind of component", kind, _REGISTRIES)
    return _REGISTRIES[kind]


def kinds() -> list[str]:
    """Every kind of component: "surface", "optimizer", ..."""
    return list(_REGISTRIES)


def kind_of(cls: type) -> str:
    """The kind whose base class `cls` derives from."""
    known = getattr(cls, "_registry", None)
    if known is None:
        raise TypeError(f"{cls.__name__} is not a kind of component")
    return str(known.kind)


def to_table(component: Component) -> dict[str, Any]:
    """A component as plain data that `from_table` turns back into an equal one."""
    table: dict[str, Any] = {"name": component.name}
    for field in field_hints(type(component)):
        table[field] = as_plain(getattr(component, field))
    return table


def from_table(kind: str, table: Mapping[str, Any], stream: int = NEWEST) -> Any:
    """The component that a table describes; tables inside it become components of their field's kind.

    stream: the version of the random streams of components, here and inside, that do not set their own.
    """
    known = registry(kind)
    cls = known.get(table["name"])
    fields: dict[str, Any] = {"stream": stream} if draws(cls) else {}
    for field, value in table.items():
        if field == "name":
            continue
        inner = nested_kind(cls, field) if isinstance(value, Mapping) else None
        listed = listed_kind(cls, field) if isinstance(value, (list, tuple)) else None
        if listed:
            fields[field] = [from_table(listed, each, stream) if isinstance(each, Mapping) else each for each in value]
        else:
            fields[field] = from_table(inner, value, stream) if inner else value
    return known.build(table["name"], **fields)


def draws(cls: type) -> bool:
    """Whether components of a class draw random numbers with a seed of their own, in streams of version `stream`."""
    return field_hints(cls).get("stream") == Stream


def nested_kind(cls: type, field: str) -> str | None:
    """The kind of component that a field holds, or None if it holds something else."""
    for alternative in split(field_hints(cls).get(field))[0]:
        if isinstance(alternative, type) and issubclass(alternative, Component):
            return kind_of(alternative)
    return None


def listed_kind(cls: type, field: str) -> str | None:
    """The kind of component that a field holds a list of, or None if it holds something else."""
    for alternative in split(field_hints(cls).get(field))[0]:
        item = (*get_args(alternative), None)[0]
        if get_origin(alternative) is tuple and isinstance(item, type) and issubclass(item, Component):
            return kind_of(item)
    return None


def _files_of(package: str) -> Iterator[tuple[str, Path]]:
    """(module, path) of every file of a package, or of a module, that may have members: none with a leading _ does."""
    spec = sys.modules[package].__spec__ if package in sys.modules else importlib.util.find_spec(package)
    assert spec is not None
    if spec.submodule_search_locations is None:
        yield package, Path(str(spec.origin))
        return
    for folder in spec.submodule_search_locations:
        for place, inner, files in os.walk(folder):
            inner[:] = sorted(each for each in inner if not each.startswith("_"))
            below = ".".join([package, *Path(place).relative_to(folder).parts])
            for file in sorted(files):
                if file.endswith(".py") and not file.startswith("_"):
                    yield f"{below}.{file[:-3]}", Path(place, file)


def _names_in(file: Path) -> list[str]:
    """The members that a file holds: its NAMES, or the one that is named as it is."""
    with file.open("rb") as source:
        listed = _NAMES.search(source.read(_HEAD).decode(errors="ignore"))
    return re.findall(r'"(\w+)"', listed[1]) if listed else [file.stem]


def as_plain(value: Any) -> Any:
    """A field's value as plain data: components as tables, arrays and tuples as lists."""
    if isinstance(value, Component):
        return to_table(value)
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, tuple):
        return [as_plain(item) for item in value]
    return value
