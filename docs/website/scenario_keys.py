"""Write the reference of scenario files from their JSON Schema.

text = page()      # a section a table, a line a key: what it holds, its default, what it means
"""

from __future__ import annotations

import json
from typing import Any

from landscape.cli._json_schema import schema
from website import components
from website.docstrings import escaped

Schema = dict[str, Any]
TITLE = "Keys of a scenario"
LIMITS = {"minimum": "≥", "exclusiveMinimum": ">", "maximum": "≤", "exclusiveMaximum": "<"}


def page() -> str:
    """The page as reStructuredText."""
    found = schema()
    parts = [
        f"{TITLE}\n{'=' * len(TITLE)}\n\n",
        "Every table that a scenario may have, as its JSON Schema says, which ``landscape schema`` prints for editors; "
        "`scenario files <scenarios.html>`__ explains them with examples. Keys without a default are required.\n\n",
        _section("The scenario", found),
        _section("[[optimizers]]", _beside(found)),
    ]
    for key, table in found["properties"].items():
        parts += _tables(key, table)
    for kind, folder in components.LARGE.items():
        parts.append(_members(kind, folder.capitalize()))
    for kind, (_, title) in components.SMALL.items():
        parts.append(_members(kind, title))
    return "".join(parts)


def _tables(key: str, table: Schema) -> list[str]:
    """The sections of a key that holds a table, or a list of tables, and of the tables in it."""
    items = table.get("items", {})
    if "properties" not in table and "properties" not in items:
        return []
    heading = f"[[{key}]]" if items else f"[{key}]"
    inner = {**table, **items}["properties"]
    below = [part for name, each in inner.items() for part in _tables(f"{key}.{name}", each)]
    return [_section(heading, items or table), *below]


def _beside(found: Schema) -> Schema:
    """The keys that an entrant has beside its rule's fields."""
    from landscape.cli._json_schema import _table
    from landscape.scenario.keys import ENTRANT

    table = _table(ENTRANT)
    name = {"description": "the rule, by its name; its fields are keys beside it", "type": "string"}
    return {**table, "properties": {"name": name, **table["properties"]}, "required": ["name"]}


def _section(title: str, table: Schema) -> str:
    rows = "".join(_key(name, key, name in table.get("required", ())) for name, key in table["properties"].items())
    return f"{title}\n{'-' * len(title)}\n\n{rows}\n"


def _key(name: str, key: Schema, required: bool) -> str:
    default = f", default ``{json.dumps(key['default'], ensure_ascii=False)}``" if "default" in key else ""
    needed = ", required" if required else ""
    text = escaped(key.get("description", ""))
    return f"``{name}`` *({_holds(key)}{needed})*{default}\n   {text or '..'}\n\n"


def _holds(key: Schema) -> str:
    """What a key holds, in words."""
    if "$ref" in key:
        kind = key["$ref"].rpartition("/")[2]
        return "an optimizer" if kind == "entrant" else f"a {kind}" if kind[0] not in "aeiou" else f"an {kind}"
    if "enum" in key:
        return "one of " + ", ".join(json.dumps(each, ensure_ascii=False) for each in key["enum"])
    if "anyOf" in key:
        return " or ".join(dict.fromkeys(_holds(each) for each in key["anyOf"]))
    limits = " and ".join(f"{sign} {key[word]:,}" for word, sign in LIMITS.items() if word in key)
    match key.get("type"):
        case "array":
            return f"a list of {_plural(_holds(key['items']))}" if key.get("items") else "a list"
        case "object":
            return "a table"
        case "boolean":
            return "true or false"
        case "integer" | "number" as kind:
            return ("a whole number" if kind == "integer" else "a number") + (f" {limits}" if limits else "")
        case "string":
            return "text"
    return "any value"


def _plural(text: str) -> str:
    for article in ("a ", "an "):
        if text.startswith(article):
            return text.removeprefix(article) + "s"
    return text


def _members(kind: str, title: str) -> str:
    """The names of a kind, each a link to its fields."""
    known = components.targets()
    links = ", ".join(f"`{name} <{known[kind, name]}>`__" for each, name in known if each == kind)
    return f"{title}\n{'-' * len(title)}\n\n{links}\n\n"
