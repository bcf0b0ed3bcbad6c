"""Name what other libraries bring: their modules, classes given in Python, and plain arguments.

torch = library("torch")                # MissingExtra says which extra of landscape brings it
text = named(MyRule)                    # "my_rules:MyRule", or a name that holds in this process alone
thing(text)                             # MyRule, or None where it was given in another process
"""

from __future__ import annotations

import importlib
import importlib.util
import itertools
from collections.abc import Mapping
from typing import Any

from landscape.own import NotFound, found

EXTRAS = {"torch": "torch", "optax": "optax", "jax": "optax", "cma": "cma"}

GIVEN = "given in Python: "

_given: dict[str, Any] = {}


class MissingExtra(ImportError, ValueError):
    """A library that an extra brings is not installed."""


def library(name: str) -> Any:
    """The module of another library. MissingExtra where it is not installed."""
    if not installed(name):
        raise MissingExtra(f'this needs {name}: pip install "landscape[{EXTRAS[name]}]"')
    return importlib.import_module(name)


def installed(name: str) -> bool:
    """Whether another library can be had."""
    return importlib.util.find_spec(name) is not None


def named(given: Any, label: str = "") -> str:
    """What stands for a class or a function in a record: "module:name" where that finds it again.

    Anything else is kept under a name, made of `label`, that means nothing to another process.
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


def thing(text: str) -> Any:
    """What a text stands for, None where it was given in another process. NotFound where it is not there."""
    return _given.get(text) if text.startswith(GIVEN) else found(text)


def lost(owner: str, text: str) -> ValueError:
    """The error of using what was given in another process."""
    what = text.removeprefix(GIVEN)
    return ValueError(f'{owner}: "{what}" was given in Python, which no record keeps: give it again to run it')


def given(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Plain arguments as a Python function takes them: lists become tuples."""
    return {name: tuple(value) if isinstance(value, list) else value for name, value in arguments.items()}
