"""Find and build components by name, with a hint where a name is nearly right.

    surfaces = Registry("surface", Surface)

    @surfaces.register("parabola")
    class Parabola(Surface): ...

    surfaces.build("parabola", height=2.0)

One registry for each kind of component. Everything that lists, builds, documents, saves or tests components goes
through here, so that adding one is writing one class in one place.
"""

from __future__ import annotations

import dataclasses
import difflib
import importlib
import pkgutil
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Generic, TypeVar, cast, dataclass_transform

import numpy as np

from landscape.component import Component, FieldError, defaults, field_hints, split
from landscape.own import component_class

C = TypeVar("C", bound=Component)
T = TypeVar("T", bound=type[Any])

MOST_NAMES = 160  # that a message lists

_NAME = re.compile(r"[a-z][a-z0-9_]*")

# kind -> the module whose import registers the built-in members
_HOMES = {
    "surface": "landscape.surfaces",
    "optimizer": "landscape.optimizers",
    "schedule": "landscape.schedules",
    "noise": "landscape.noises",
    "start": "landscape.starts",
    "metric": "landscape.metrics",
    "view": "landscape.render",
    "activation": "landscape.networks.activations",
    "dataset": "landscape.networks.data",
    "loss": "landscape.networks.losses",
}
# kind -> modules outside its home that register members, imported when a name is first asked for
_ELSEWHERE = {
    "surface": ["landscape.networks.network"],
    "optimizer": [
        "landscape.bridges.torch_optimizers",
        "landscape.bridges.optax_optimizers",
        "landscape.bridges.evolution",
    ],
    "schedule": ["landscape.bridges.torch_schedulers"],
    "start": ["landscape.networks.initial"],
}
_REGISTRIES: dict[str, Registry[Any]] = {}


class UnknownName(ValueError):
    """No component of that name; `nearest` is the closest valid name, or None."""

    def __init__(self, kind: str, name: str, names: Iterable[str]) -> None:
        self.names = sorted(names)
        self.nearest = nearest(name, self.names)
        super().__init__(f'unknown {kind} "{name}". {hint(name, self.names)}')


class Registry(Generic[C]):
    """Name -> component class, for one kind of component (`kind`) with a common base class (`base`).

    Where the members live in a `package`, its modules are imported when a name is first asked for, so that hundreds of
    components cost nothing until then; so are modules of other families that have members.
    """

    def __init__(self, kind: str, base: type[C], package: str | None = None) -> None:
        self.kind, self.base, self.package = kind, base, package
        self._members: dict[str, type[C]] = {}
        self._elsewhere = _ELSEWHERE.get(kind, [])
        self._loaded = package is None and not self._elsewhere
        _REGISTRIES[kind] = self

    @property
    def members(self) -> dict[str, type[C]]:
        """Name -> class of every member."""
        if not self._loaded:
            inside = pkgutil.iter_modules(importlib.import_module(self.package).__path__) if self.package else ()
            for module in (*(f"{self.package}.{each.name}" for each in inside), *self._elsewhere):
                importlib.import_module(module)
            self._loaded = True
        return self._members

    @dataclass_transform(frozen_default=True, eq_default=False, kw_only_default=True)
    def register(self, name: str) -> Callable[[T], T]:
        """Class decorator: make the class a frozen, keyword-only dataclass and enter it under `name`.

        Entering a class of the same module and name again replaces it, so that a notebook cell can be run twice.
        """
        if not _NAME.fullmatch(name):
            raise ValueError(f'a {self.kind} is named in lower case with underscores, got "{name}"')

        def enter(cls: T) -> T:
            if not issubclass(cls, self.base):
                raise TypeError(f"a {self.kind} must derive from {self.base.__name__}, got {cls.__name__}")
            within = self.package is not None and cls.__module__.startswith(f"{self.package}.")
            inside = within or cls.__module__ in (_HOMES.get(self.kind), *self._elsewhere)
            known = (self._members if inside else self.members).get(name)
            if known is not None and (known.__module__, known.__qualname__) != (
                cls.__module__,
                cls.__qualname__,
            ):
                raise ValueError(f'the {self.kind} name "{name}" is taken by {known.__module__}.{known.__qualname__}')
            made = dataclasses.dataclass(frozen=True, eq=False, repr=False, kw_only=True)(cls)
            made.name = name
            self._members[name] = made
            return cast(T, made)

        return enter

    def names(self) -> list[str]:
        """Every registered name, sorted."""
        return sorted(self.members)

    def get(self, name: str) -> type[C]:
        """The class registered under `name`, or one of your own by where it is, "module:Class".

        UnknownName with the nearest name, or NotFound, where there is none.
        """
        if ":" in name:
            return component_class(self.kind, self.base, name)
        if name not in self._members:
            self._import_home(name)
        if name not in self._members and name not in self.members:
            raise UnknownName(self.kind, name, self.members)
        return self._members[name]

    def _import_home(self, name: str) -> None:
        """Import the one module of the package that registers `name`: to make all the classes takes 0.3 s."""
        if self._loaded or self.package is None:
            return
        for folder in importlib.import_module(self.package).__path__:
            for source in Path(folder).glob("*.py"):  # where only bytecode is installed, all modules are imported
                if f'@register("{name}")' in source.read_text(encoding="utf-8"):
                    importlib.import_module(f"{self.package}.{source.stem}")

    def build(self, name: str, /, **fields: Any) -> C:
        """The component `name` with the given fields; the others keep their defaults."""
        cls = self.get(name)
        known = field_hints(cls)
        for field in fields:
            if field not in known:
                raise FieldError(name, field, f"is not one of its fields. {hint(field, known)}")
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
        raise TypeError(f"expected a {self.kind} or the name of one, got {given!r}")


def registry(kind: str) -> Registry[Any]:
    """The registry of a kind, its built-in members loaded."""
    if kind not in _HOMES:
        raise UnknownName("kind of component", kind, _HOMES)
    importlib.import_module(_HOMES[kind])
    return _REGISTRIES[kind]


def kinds() -> list[str]:
    """Every kind of component: "surface", "optimizer", ..."""
    return list(_HOMES)


def kind_of(cls: type) -> str:
    """The kind whose base class `cls` derives from."""
    for kind, known in _REGISTRIES.items():
        if issubclass(cls, known.base):
            return kind
    raise TypeError(f"{cls.__name__} is not a kind of component")


def to_table(component: Component) -> dict[str, Any]:
    """A component as plain data that `from_table` turns back into an equal one."""
    table: dict[str, Any] = {"name": component.name}
    for field in field_hints(type(component)):
        table[field] = _plain(getattr(component, field))
    return table


def from_table(kind: str, table: Mapping[str, Any]) -> Any:
    """The component that a table describes; tables inside it become components of their field's kind."""
    known = registry(kind)
    cls = known.get(table["name"])
    fields: dict[str, Any] = {}
    for field, value in table.items():
        if field == "name":
            continue
        inner = nested_kind(cls, field) if isinstance(value, Mapping) else None
        fields[field] = from_table(inner, value) if inner else value
    return known.build(table["name"], **fields)


def nested_kind(cls: type, field: str) -> str | None:
    """The kind of component that a field holds, or None where it holds something else."""
    for alternative in split(field_hints(cls).get(field))[0]:
        if isinstance(alternative, type) and issubclass(alternative, Component):
            return kind_of(alternative)
    return None


def nearest(name: str, names: Iterable[str]) -> str | None:
    """The valid name that is closest to a misspelt one, or None where none is close."""
    squeezed = {re.sub(r"[^a-z0-9]", "", known.lower()): known for known in names}
    close = difflib.get_close_matches(re.sub(r"[^a-z0-9]", "", name.lower()), squeezed, n=1, cutoff=0.6)
    return squeezed[close[0]] if close else None


def hint(name: str, names: Iterable[str]) -> str:
    """What to say after an unknown name: the nearest one, or all of them."""
    names = sorted(names)
    close = nearest(name, names)
    if close:
        return f'Did you mean "{close}"?'
    if len(names) > MOST_NAMES:
        return f"There are {len(names)} names; `landscape list` tells them."
    return "Valid names: " + ", ".join(names) + "." if names else "There are none."


def _plain(value: Any) -> Any:
    if isinstance(value, Component):
        return to_table(value)
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value
