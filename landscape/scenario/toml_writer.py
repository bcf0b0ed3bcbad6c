"""Write plain data as TOML, for messages and for scenarios made in Python.

toml_value({"name": "adam", "lr": 0.1})     # '{ name = "adam", lr = 0.1 }'
"""

from __future__ import annotations

import datetime
import json
import math
import re
from collections.abc import Mapping
from typing import Any

LONGEST_SHOWN = 80

_BARE = re.compile(r"[A-Za-z0-9_-]+")


def toml_key(key: str) -> str:
    """A key, quoted if necessary."""
    return key if _BARE.fullmatch(key) else toml_text(key)


def toml_text(text: str) -> str:
    """Text as a basic TOML string: JSON's escapes are among TOML's."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def toml_value(value: Any) -> str:
    """A value on one line. Tables become inline tables; entries that are None are left out."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return toml_text(value)
    if isinstance(value, float) and not math.isfinite(value):
        return "nan" if math.isnan(value) else ("inf" if value > 0 else "-inf")
    if isinstance(value, (int, float)):
        return _number(value)
    if isinstance(value, Mapping):
        pairs = [f"{toml_key(key)} = {toml_value(item)}" for key, item in value.items() if item is not None]
        return "{ " + ", ".join(pairs) + " }" if pairs else "{}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(toml_value(item) for item in value) + "]"
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    raise TypeError(f"no TOML for {value!r}")


def toml_table(table: Mapping[str, Any]) -> str:
    """The `key = value` lines of a table, tables inside it inline."""
    return "".join(f"{toml_key(key)} = {toml_value(item)}\n" for key, item in table.items() if item is not None)


def shown(value: Any) -> str:
    """A value as a message shows it: as in a TOML file, shortened if it is long."""
    text = toml_value(value)
    return text if len(text) <= LONGEST_SHOWN else text[: LONGEST_SHOWN - 3] + "..."


def dotted(path: tuple[str | int, ...]) -> str:
    """A path as text: ("optimizers", 0, "lr") -> 'optimizers[0].lr'."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{toml_key(part)}" if text else toml_key(part)
    return text


def _number(value: float) -> str:
    try:
        return repr(value)
    except ValueError:
        return "an integer with thousands of digits"
