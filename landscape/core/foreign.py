"""Refer to objects of other libraries: their modules, classes given in Python, and plain arguments.

torch = library("torch")                # MissingExtra names the extra of landscape that installs it
text = named(MyRule)                    # "my_rules:MyRule", or a name that is valid in this process alone
object_of(text)                         # MyRule, or None where it was given in another process
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from landscape.core.component import FieldError
from landscape.core.extras import installed
from landscape.core.user_code import NotFound, WithoutCode, found, trusting


def plain(owner: str, field: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Arguments as plain data, which a record and a scenario can hold. FieldError where they are not."""
    return {str(name): _plain(owner, field, name, value) for name, value in arguments.items()}


def _plain(owner: str, field: str, name: str, value: Any) -> Any:
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, Mapping):
        return plain(owner, field, value)
    if isinstance(value, (list, tuple)):
        return [_plain(owner, field, name, item) for item in value]
    if isinstance(value, (bool, int, str)) or (isinstance(value, float) and math.isfinite(value)):
        return value
    reason = f"must be finite numbers, texts, true or false, and lists of them, got {name} = {value!r}"
    raise FieldError(owner, field, reason)


GIVEN = "given in Python: "

_given: dict[str, Any] = {}


def named(given: Any, label: str = "") -> str:
    """The text for a class or a function in a record: "module:name" where that finds it again.

    Anything else is kept under a name, made of `label`, that is valid in this process alone.
    """
    module, name = getattr(given, "__module__", None), getattr(given, "__qualname__", None)
    if module and name and module != "__main__":
        try:
            if found(f"{module}:{name}") is given:
                return f"{module}:{name}"
        except NotFound:
            pass
    for number in itertools.count(1):
        key = f"{GIVEN}{label or name or type(given).__name__}" + (f" {number}" if number > 1 else "")
        if _given.setdefault(key, given) is given:
            return key
    raise AssertionError


def object_of(text: str) -> Any:
    """The object that a text refers to, None where another process was given it. NotFound where there is none."""
    return _given.get(text) if text.startswith(GIVEN) else found(text)


def usable(module: str, text: str) -> bool:
    """Whether what a text names may be tried out: its library is there, and somebody's record is not being read.

    NotFound where a record names what this process does not know.
    """
    if trusting():
        return installed(module)
    if ":" in text:
        object_of(text)
    return False


def not_restorable(owner: str, text: str) -> WithoutCode:
    """The error of using what was given in another process."""
    what = text.removeprefix(GIVEN)
    return WithoutCode(f'{owner}: "{what}" was given in Python, which no record keeps: give it again to run it')


def call_arguments(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Plain arguments as a Python function takes them: lists become tuples."""
    return {name: tuple(value) if isinstance(value, list) else value for name, value in arguments.items()}
