"""Write the components of a record as tables, and make components of tables again without running what they name.

    table = written(surface)                        # plain data; of somebody's own code what is known of it besides
    made = revived("surface", table, trust=False)   # the component, or a stand-in for one whose code is not here

Code that is this library's comes back by name and fields. Any other is bound again where this process has registered
it, has its module imported or was given it, and with trust=True from wherever it can be imported.
"""

from __future__ import annotations

import dataclasses
import inspect
import json
import math
import sys
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from landscape.core.component import Component, field_hints, has_own_init, split
from landscape.core.critical_points import COMPLETENESS
from landscape.core.foreign import GIVEN
from landscape.core.methods import Method, Schedule
from landscape.core.names import UnknownName, brief
from landscape.core.registry import as_plain, draws, listed_kind, nested_kind, registry
from landscape.core.surface import Surface
from landscape.core.user_code import called, candidates, untrusted
from landscape.record import programs
from landscape.record.kept import KEPT, LONGEST, Kept, given_rule, left_out, stand_in

LIBRARY = __name__.partition(".")[0]
DEEPEST = 30  # components inside one another
MOST_BESIDE = 100_000  # characters of what an object of somebody's own keeps beside its fields


# writing


def written(component: Component) -> dict[str, Any]:
    """A component as plain data; of one that runs somebody's own code, also what is known of it without that code."""
    if isinstance(component, Kept):
        return dict(component.table)
    if not foreign(component):
        return {"name": component.name} | {name: _plain(value, True) for name, value in _fields(component)}
    table = {"name": name_of(component)} | {name: _plain(value, False) for name, value in _fields(component)}
    return {**table, KEPT: {**_own(component), **_known(component)}}


def foreign(component: Component) -> bool:
    """Whether a component runs code that this library does not own, itself or by what is inside it."""
    return isinstance(component, Kept) or bool(_own_code(component)) or any(map(foreign, _inside(component)))


def _own(component: Component) -> dict[str, Any]:
    """What of a component is somebody's own: its class, and what it keeps beside its fields, or the code it names."""
    if _is_library(type(component)):
        return {"code": list(not_kept([component]))}
    if not has_own_init(type(component)):  # what else there is was made of the fields
        return {"module": type(component).__module__}
    known = {
        *field_hints(type(component)),
        *(name for name in dir(type(component)) if not _is_default(type(component), name)),
    }
    beside = {name: _beside(value) for name, value in vars(component).items() if name not in known}
    return {"module": type(component).__module__} | ({"attributes": beside} if beside else {})


def _is_default(cls: type, name: str) -> bool:
    """Whether an attribute of a class is a value that somebody's own class gives its objects to begin with."""
    own = not any(name in vars(base) for base in cls.__mro__ if _is_library(base))
    return own and not hasattr(inspect.getattr_static(cls, name, None), "__get__")


def _beside(value: Any) -> Any:
    """What an object keeps beside its fields as plain data, from which nothing is made again; of much of it a text."""
    if not isinstance(value, np.ndarray) or value.size <= MOST_BESIDE:
        made = _plain(value, False)
        if len(json.dumps(made)) <= MOST_BESIDE:
            return made
    return f"{type(value).__name__}, too long for a record"


def _own_code(component: Component) -> list[str]:
    """The names of somebody's own code that a component itself runs."""
    if not _is_library(type(component)):
        return [name_of(component)]
    fields = {name: value for name, value in _fields(component) if _names_code(type(component), name)}
    return [_text(value) for name, value in fields.items() if _is_code(component, name, value)]


def _is_code(component: Component, field: str, value: Any) -> bool:
    if isinstance(value, str):
        default = next((f.default for f in dataclasses.fields(component) if f.name == field), None)  # type: ignore[arg-type]
        return ":" in value and not value.startswith(GIVEN) and value != default
    return callable(value)


def _names_code(cls: type, field: str) -> bool:
    """Whether a field of a class holds a function, a class or what one has made, or where it is found."""
    return any(each in (Callable, type, tuple) for each in split(field_hints(cls).get(field))[0])


def name_of(component: Component) -> str:
    """The name that a record has of a component: the one it is registered under, or "module:Class"."""
    cls = type(component)
    if cls._registry is not None and cls._registry._members.get(cls.name) is cls:
        return cls.name
    own = vars(cls).get("name")
    if isinstance(own, str) and ":" in own:
        return own
    return f"{cls.__module__}:{cls.__qualname__}"


def not_kept(components: Any) -> dict[str, bool]:
    """Name -> whether it can be imported again, of all code in components that a record does not have."""
    names: dict[str, bool] = {}
    for component in components:
        if isinstance(component, Kept):
            names |= dict.fromkeys(left_out([component]), True)
            continue
        for name in _own_code(component):
            names[name] = _importable(component, name) and not has_own_init(type(component))
        for field, value in _fields(component):
            if isinstance(value, str) and value.startswith(GIVEN) and _names_code(type(component), field):
                names[value.removeprefix(GIVEN)] = False
        names |= not_kept(_inside(component))
    return names


def _importable(component: Component, name: str) -> bool:
    """Whether another process finds the code of that name by importing its module."""
    if ":" not in name:
        return type(component).__module__ != "__main__" and "<" not in type(component).__qualname__
    module, _, path = name.partition(":")
    place: Any = sys.modules.get(module) if module != "__main__" else None
    for part in path.split("."):
        place = vars(place).get(part) if inspect.ismodule(place) or isinstance(place, type) else None
    return place is not None


def _known(component: Component) -> dict[str, Any]:
    """What is known of a component without its code."""
    if isinstance(component, Method):
        return {"needs": sorted(map(str, getattr(component, "needs", ()))), "lr": _plain(component.lr, False)}
    if isinstance(component, Schedule):
        return {"reads_loss": True} if component.reads_loss else {}
    if not isinstance(component, Surface):
        return {}
    made: dict[str, Any] = {"dim": int(component.dim), "window": _plain(component.window, False)}
    for name in ("title", "formula"):
        if (text := _asked(component, name, "")) and isinstance(text, str) and len(text) <= LONGEST:
            made[name] = text
    for name in ("labels", "traits"):
        if items := _asked(component, name, ()):
            made[name] = sorted(map(str, items)) if name == "traits" else [str(item)[:LONGEST] for item in items]
    if component.confined:
        made["confined"] = True
    start = _asked(component, "customary_start", None)
    if start is not None and np.shape(start) == (component.dim,) and np.all(np.isfinite(start)):
        made["customary_start"] = [float(x) for x in start]
    if (claim := _asked(component, "completeness", "notable")) in COMPLETENESS:
        made["completeness"] = claim
    for name in ("critical_points", "edge_minima"):
        # what is searched when it is asked for is not searched now, and is found by the program again
        if type(inspect.getattr_static(type(component), name)).__name__ != "cached_property":
            points = [_point(each) for each in _asked(component, name, ())]
            if points or name == "critical_points":
                made[name] = points
    program = programs.recorded(component)
    if program is not None:
        made["program"] = {"version": programs.VERSION, "lines": programs.lines(program)}
    return made


def _point(point: Any) -> dict[str, Any]:
    flags = {name: True for name in ("degenerate", "kink") if getattr(point, name)}
    return {"kind": point.kind, "point": point.point.tolist(), "value": point.value, **flags}


def _asked(component: Component, name: str, otherwise: Any) -> Any:
    """An attribute of somebody's own component, which may fail."""
    try:
        return getattr(component, name)
    except Exception:
        return otherwise


def _plain(value: Any, library: bool) -> Any:
    """A field's value as plain data; what is none in somebody's own component becomes a text."""
    if isinstance(value, Component):
        return written(value)
    if isinstance(value, (tuple, list)):
        return [_plain(item, library) for item in value]
    if library:
        return as_plain(value)
    if isinstance(value, Mapping):
        return {str(key): _plain(item, library) for key, item in value.items()}
    if isinstance(value, (np.ndarray, np.generic)):
        return _plain(value.tolist(), library)
    if value is None or isinstance(value, (bool, int, str)) or (isinstance(value, float) and math.isfinite(value)):
        return value
    return _text(value)


def _text(value: Any) -> str:
    """What is no data as a text that is the same in every process."""
    if isinstance(value, str):
        return value
    return (called(value) if callable(value) else called(value).partition(":")[2])[:LONGEST]


def _is_library(cls: type) -> bool:
    return cls.__module__.partition(".")[0] == LIBRARY


def _fields(component: Component) -> Iterator[tuple[str, Any]]:
    for name in field_hints(type(component)):
        yield name, getattr(component, name)


def _inside(component: Component) -> Iterator[Component]:
    """The components in a component's fields."""
    for _, value in _fields(component):
        for each in value if isinstance(value, (tuple, list)) else (value,):
            if isinstance(each, Component):
                yield each


# reading


def revived(
    kind: str, table: Any, stream: int, trust: bool, fits: Callable[[Any], bool] = lambda _: True, bare: Any = None
) -> Any:
    """The component of a table, or a stand-in for one whose code is not here.

    stream: as in `from_table`. fits: whether what this process has under that name is what the record was made of; of
    several functions of one name, the first that fits is taken. bare: what is known of a component of somebody's own
    where the record, an old one, does not say it. ValueError says what is wrong with the table.
    """
    by_trust = _Reader(stream, True, [], bare).made(kind, table) if trust else None
    if by_trust is not None and not left_out([by_trust]):
        return by_trust
    for choice in range(max([1, *(len(candidates(text)) for text in _texts(table))])):
        with untrusted(choice) as refused:
            made = _Reader(stream, True, refused, bare).made(kind, table)
        if not foreign(made) or fits(made):
            break
    else:
        with untrusted(None) as refused:
            made = _Reader(stream, False, refused, bare).made(kind, table)
    fewer = by_trust is None or len(left_out([made])) < len(left_out([by_trust]))
    return made if fewer else by_trust


@dataclasses.dataclass
class _Reader:
    """bind: whether what this process has registered may be used; refused: names that were asked for in vain."""

    stream: int
    bind: bool
    refused: list[str]
    bare: Any = None

    def made(self, kind: str, table: Any, depth: int = 0) -> Any:
        if not isinstance(table, Mapping) or not isinstance(table.get("name"), str) or depth > DEEPEST:
            raise ValueError(f"{kind} is {brief(table):.60}")
        name, kept = table["name"], table.get(KEPT)
        if kind == "optimizer" and isinstance(kept, Mapping) and kept.get("points") is True:
            return given_rule(table)
        try:
            cls = registry(kind).get(name)
            if not self._may_be(cls, kept):
                self.refused.append(name)
                raise UnknownName(kind, name, ())
            return registry(kind).build(name, **self._fields(cls, table, depth))
        except ValueError:
            if not (self.refused or kept is not None or ":" in name):
                raise
        whole = dict(table) if kept is not None or depth or self.bare is None else {**table, KEPT: self.bare}
        stands = stand_in(kind, whole)
        if stands is None:
            raise ValueError(f'the {kind} "{name}" is not of this library')
        return stands

    def _may_be(self, cls: type, kept: Any) -> bool:
        """Whether a class is the one that the record means: this library's, or one of somebody's own that may run."""
        own = isinstance(kept, Mapping) and "module" in kept
        return not own if _is_library(cls) else self.bind and not (own and "attributes" in kept)

    def _fields(self, cls: type, table: Mapping[str, Any], depth: int) -> dict[str, Any]:
        fields: dict[str, Any] = {"stream": self.stream} if draws(cls) else {}
        for field, value in table.items():
            if field in ("name", KEPT):
                continue
            inner = nested_kind(cls, field) if isinstance(value, Mapping) else None
            listed = listed_kind(cls, field) if isinstance(value, list) else None
            if listed:
                fields[field] = [self._item(listed, each, depth) for each in value]
            else:
                fields[field] = self._item(inner, value, depth) if inner else value
        return fields

    def _item(self, kind: str, value: Any, depth: int) -> Any:
        return self.made(kind, value, depth + 1) if isinstance(value, Mapping) else value


def _texts(table: Any) -> Iterator[str]:
    """The texts in the fields of a table and of the tables in it."""
    level = [table]
    for _ in range(DEEPEST):
        inner: list[Any] = []
        for each in level:
            items = list(each.values()) if isinstance(each, Mapping) else each
            kinds = set(map(type, items))  # of long lists of numbers, nothing more is looked at
            if str in kinds:
                yield from (item for item in items if isinstance(item, str))
            if kinds & {dict, list}:
                inner += [item for item in items if isinstance(item, (dict, list)) and item]
        level = inner
