"""Make the JSON Schema of scenarios (draft 2020-12), for editors, from the keys that scenarios are read by.

    json.dumps(schema())

What it refuses is wrong. It does not find errors that depend on several tables, such as an unknown label.
"""

from __future__ import annotations

import inspect
import math
import typing
from collections.abc import Mapping
from typing import Any

from landscape.core.component import BOUNDS, Array, Component, split
from landscape.core.documentation import field_text
from landscape.core.registry import as_plain, kinds, registry
from landscape.scenario.keys import DOCUMENT, ENTRANT, REQUIRED, Items, Key, Keys, Kind, Line, Table, Values, fields

Schema = dict[str, Any]

_LIMITS = {"gt": "exclusiveMinimum", "ge": "minimum", "lt": "exclusiveMaximum", "le": "maximum"}
_PLAIN = {float: "number", int: "integer", bool: "boolean", str: "string", dict: "object"}
_OWN: Schema = {"type": "string", "pattern": ":"}  # the "module:Class" of a user


def schema() -> Schema:
    """The JSON Schema of scenario files, with every component."""
    document = _table(DOCUMENT)
    points = {"type": "array", "description": "a point, or a list of points; each is a run"}
    document["properties"]["start"] = {"anyOf": [points, document["properties"]["start"]]}
    definitions: Schema = {}
    known: list[str] = []
    while more := [kind for kind in kinds() if kind not in known]:  # members' files bring kinds of their own along
        known += [kind for kind in more if registry(kind).members]
    for name, kind, beside in [*((kind, kind, {}) for kind in kinds()), ("entrant", "optimizer", ENTRANT)]:
        tables = {member: _component(cls, beside) for member, cls in sorted(registry(kind).members.items())}
        definitions[name] = _any_of(name, tables, registry(kind).aliases)
        definitions |= {f"{name}.{member}": table for member, table in tables.items()}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A scenario of landscape",
        "description": "What to run, what to draw and what to expect.",
        **document,
        "$defs": definitions,
    }


def _any_of(name: str, tables: dict[str, Schema], aliases: Mapping[str, str]) -> Schema:
    """One of these tables, selected by its name, or that name alone. aliases: former name -> name.

    Language servers complete the keys under "properties"; with "if" they report an error at its own place.
    """
    texts: dict[str, set[str]] = {}
    for table in tables.values():
        for key, each in table["properties"].items():
            texts.setdefault(key, set()).add(each.get("description", ""))
    shared = {key: {"description": min(said)} if len(said) == 1 else {} for key, said in texts.items()}
    names = {member: [member, *(old for old, new in aliases.items() if new == member)] for member in tables}
    bare = [each for member, table in tables.items() if table["required"] == ["name"] for each in names[member]]
    tests = [
        {"if": {"properties": {"name": {"enum": names[member]}}}, "then": _reference(f"{name}.{member}")}
        for member in tables
    ]
    return {
        "type": ["string", "object"],
        "if": {"type": "string"},
        "then": {"anyOf": [{"enum": bare}, _OWN]},
        "required": ["name"],
        "properties": {
            **shared,
            "name": {"anyOf": [{"enum": [each for member in tables for each in names[member]]}, _OWN]},
        },
        "else": {"allOf": tests},
    }


def _component(cls: type[Component], beside: Keys) -> Schema:
    own = {name: key._replace(text=field_text(cls, name)) for name, key in fields(cls).items()}
    table = _table({**own, **beside})
    table["properties"] = {"name": {"type": "string"}, **table["properties"]}
    about = (inspect.getdoc(cls) or "").partition("\n")[0]
    return {"title": cls.name, "description": about, **table, "required": ["name", *table["required"]]}


def _table(keys: Keys) -> Schema:
    return {
        "type": "object",
        "properties": {name: _key(key) for name, key in keys.items()},
        "required": [name for name, key in keys.items() if key.default is REQUIRED],
        "additionalProperties": False,
    }


def _key(key: Key) -> Schema:
    made = dict(_holds(key.holds))
    if key.text:
        made["description"] = key.text
    default = as_plain(key.default)
    if key.default is not REQUIRED and default not in (None, [], {}, "") and _is_json(default):
        made["default"] = default
    return made


def _holds(holds: Any) -> Schema:
    match holds:
        case Kind():
            return _reference("entrant" if holds.beside else holds.kind)
        case Items():
            return {"type": "array", "items": _holds(holds.of)}
        case Values():
            return {"type": "object", "additionalProperties": _holds(holds.of)}
        case Table():
            return _table(holds.keys)
    return {"type": "string", "pattern": r"\S"} if holds is Line else _annotation(holds)


def _reference(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


def _annotation(hint: Any) -> Schema:
    """What an annotation allows of TOML's values; {} is anything."""
    alternatives, bounds = split(hint)
    limits = {_LIMITS[word]: getattr(bound, word) for bound in bounds for word in [BOUNDS[type(bound)][1]]}
    made = [_alternative(each, limits) for each in alternatives if each is not type(None)]
    return made[0] if len(made) == 1 else {} if {} in made else {"anyOf": made}


def _alternative(each: Any, limits: Schema) -> Schema:
    if each in _PLAIN:
        return {"type": _PLAIN[each], **(limits if each in (float, int) else {})}
    if each == Array:
        return {"type": "array", "items": {"anyOf": [{"type": "number", **limits}, {"type": "array"}]}}
    arguments = typing.get_args(each)
    match typing.get_origin(each):
        case typing.Annotated:
            return _annotation(each)
        case typing.Literal:
            return {"enum": list(arguments)}
        case builtin if builtin is tuple and arguments[-1:] == (Ellipsis,):
            return {"type": "array", "items": _annotation(arguments[0])}
        case builtin if builtin is tuple:
            size = len(arguments)
            items = {"prefixItems": [_annotation(item) for item in arguments]}
            return {"type": "array", **items, "minItems": size, "maxItems": size}
    return {}


def _is_json(value: Any) -> bool:
    if isinstance(value, (list, dict)):
        return all(map(_is_json, value.values() if isinstance(value, dict) else value))
    return isinstance(value, (str, bool, int, type(None))) or (isinstance(value, float) and math.isfinite(value))
