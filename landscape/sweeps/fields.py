"""Which field of which component a key of `over` means: "lr", "surface.b", "noise.sigma", "schedule.x", "sgd.lr".

for field in named_fields({"lr": [...], "surface.b": [...]}, parts):
    field.column, field.place, field.paths
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from landscape.core.component import Array, Component, field_hints, replaced, split
from landscape.core.methods import Method
from landscape.core.names import hint
from landscape.simulation.entrants import Entrant
from landscape.sweeps.values import Design, Spread, spread

Path = tuple[str, ...]

PLACES = ("surface", "noise", "schedule", "start")
TAKEN = ("surface", "entrant", "start", "seed", "cell", "status", "stopped")  # columns that every table has


@dataclasses.dataclass(frozen=True)
class Field:
    """A field that a sweep varies.

    key: as it was given; column: its name in the table; place: "surface", "noise", "schedule", "start" or "entrant";
    paths: of an entrant's field the label of each entrant that has it -> where, else "" -> where; spread: its values;
    only: the label of the one entrant that it was given for, "" if for all that have it.
    """

    key: str
    column: str
    place: str
    paths: Mapping[str, Path]
    spread: Spread
    only: str = ""


@dataclasses.dataclass(frozen=True)
class Parts:
    """The components whose fields may be named; those that are not there are empty or None."""

    surfaces: Sequence[Component]
    entrants: Sequence[Entrant]
    noise: Component | None
    schedule: Component | None
    start: Component | None

    def of(self, place: str) -> list[Component]:
        """The components of a place beside the entrants."""
        if place == "surface":
            return list(self.surfaces)
        found = {"noise": self.noise, "schedule": self.schedule, "start": self.start}[place]
        return [] if found is None else [found]


def named_fields(over: Any, parts: Parts, design: Design) -> list[Field]:
    """The fields that `over` names, in its order, each with its values. ValueError with the nearest valid name."""
    if not isinstance(over, Mapping):
        raise TypeError(f"over must be a table, field -> values, got {over!r:.80}")
    found: list[Field] = []
    for key, given in over.items():
        if not isinstance(key, str):
            raise TypeError(f"over: a key is the name of a field, got {key!r:.80}")
        place, paths, column, only = _resolved(key, parts)
        found.append(Field(key, column, place, paths, spread(key, given, design), only))
    return _without_overlap(found)


def _resolved(key: str, parts: Parts) -> tuple[str, dict[str, Path], str, str]:
    """(place, paths, column, only) of a key."""
    first, _, rest = key.partition(".")
    if first in PLACES and rest:
        components = parts.of(first)
        if not components:
            raise ValueError(f'over: there is no {first} here whose field "{key}" could be')
        wheres = [where(each, tuple(rest.split("."))) for each in components]
        known = dict.fromkeys(f"{first}.{name}" for each in components for name in numeric(each))
        if None in wheres:
            lacking = components[wheres.index(None)]
            raise ValueError(f'over: "{key}" is not a number in a field of {lacking.name}. {hint(key, known)}')
        return first, {"": wheres[0] or ()}, key, ""
    for each in sorted(parts.entrants, key=lambda each: -len(str(each.label))):
        label = str(each.label)
        if key.startswith(f"{label}."):
            inner = tuple(key[len(label) + 1 :].split("."))
            if (path := where(each.optimizer, inner)) is None:
                known = dict.fromkeys(f"{label}.{name}" for name in numeric(each.optimizer))
                raise ValueError(f'over: "{key}" is not a number in a field of {label}. {hint(key, known)}')
            return "entrant", {label: path}, _column(".".join(inner)), label
    paths = {str(each.label): path for each in parts.entrants if (path := where(each.optimizer, tuple(key.split("."))))}
    if not paths:
        raise ValueError(f'over: "{key}" is a number in a field of no optimizer here. {hint(key, _valid(parts))}')
    return "entrant", paths, _column(key), ""


def _column(name: str) -> str:
    return f"optimizer.{name}" if name in TAKEN else name


def _valid(parts: Parts) -> list[str]:
    names = [name for each in parts.entrants for name in numeric(each.optimizer)]
    names += [f"{place}.{name}" for place in PLACES for each in parts.of(place) for name in numeric(each)]
    return list(dict.fromkeys(names))


def _without_overlap(found: list[Field]) -> list[Field]:
    """A field that is given for all and again for one entrant has for that one its own values. ValueError otherwise."""
    own = {(each.only, path) for each in found if each.only for path in each.paths.values()}
    kept: list[Field] = []
    seen: dict[tuple[str, str, Path], str] = {}
    for each in found:
        paths = each.paths
        if each.place == "entrant" and not each.only:
            paths = {label: path for label, path in paths.items() if (label, path) not in own}
        for label, path in paths.items():
            if (before := seen.setdefault((each.place, label, path), each.key)) != each.key:
                raise ValueError(f'over: "{before}" and "{each.key}" are the same field of {label or each.place}')
        kept.append(dataclasses.replace(each, paths=paths))
    return kept


def numeric(component: Component) -> list[str]:
    """The fields of a component that hold a number, then those of the rules inside a rule."""
    names = [name for name in field_hints(type(component)) if _holds_number(component, name)]
    if isinstance(component, Method):
        names += [name for inner in _rules(component).values() for name in numeric(inner) if name not in names]
    return names


def where(component: Component, path: Path) -> Path | None:
    """The path to a number in a component's fields; of a rule around a rule also in the inner one; else None."""
    hints = field_hints(type(component))
    if len(path) > 1:
        inner = getattr(component, path[0], None) if path[0] in hints else None
        below = where(inner, path[1:]) if isinstance(inner, Component) else None
        return None if below is None else (path[0], *below)
    if path[0] in hints and _holds_number(component, path[0]):
        return path
    for name, inner in _rules(component).items() if isinstance(component, Method) else ():
        if (below := where(inner, path)) is not None:
            return (name, *below)
    return None


def _rules(component: Component) -> dict[str, Method]:
    held = {name: getattr(component, name) for name in field_hints(type(component))}
    return {name: each for name, each in held.items() if isinstance(each, Method)}


def _hint(component: Component, name: str) -> Any:
    return component._field_hint(field_hints(type(component))[name])


def _holds_number(component: Component, name: str) -> bool:
    alternatives, _ = split(_hint(component, name))
    return name != "stream" and (float in alternatives or int in alternatives)


def takes_array(component: Component, path: Path) -> bool:
    """Whether the field at a path takes one number for each run."""
    for name in path[:-1]:
        component = getattr(component, name)
    return isinstance(component, Method) and Array in split(_hint(component, path[-1]))[0]


def whole(component: Component, path: Path) -> bool:
    """Whether the field at a path takes whole numbers alone."""
    for name in path[:-1]:
        component = getattr(component, name)
    return float not in split(_hint(component, path[-1]))[0]


def with_field(component: Any, path: Path, value: Any) -> Any:
    """The component with another value in the field at a path, checked. FieldError where it is not allowed."""
    if len(path) > 1:
        value = with_field(getattr(component, path[0]), path[1:], value)
    return replaced(component, **{path[0]: value})


def columns_of(fields: Iterable[Field]) -> list[str]:
    """The columns of fields, each once."""
    return list(dict.fromkeys(each.column for each in fields))
