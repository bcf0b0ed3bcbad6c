"""Tell whether code of a user's is the same as before, by what it does: its instructions, and the values that they see.

fingerprint(component)          # "" where a component runs the library's code alone, else 64 hexadecimal digits

It covers a component's classes and functions, and the functions, numbers, texts and arrays that those refer to, in
their closures, defaults and modules. What an object of another kind holds is not looked into.
"""

from __future__ import annotations

import hashlib
import types
from typing import Any

import numpy as np

from landscape.core.batches import components
from landscape.core.component import Component, owned

HEAP = 1 << 9  # of a class that a `class` statement has made
PLAIN = (int, float, complex, str, bytes, bool, type(None), np.generic)


def fingerprint(component: Component) -> str:
    """A digest of the code of a user's that a component, or one inside it, runs; "" where there is none."""
    found = _Digest()
    some = False
    for each in components(component):
        kept = [*vars(each).values()]
        kept += [value for table in kept if isinstance(table, dict) for value in table.values()]
        called = [value for value in kept if _is_own(value)]
        if not owned(type(each)):
            called.append(type(each))
        for value in called:
            some = True
            found.add(value)
    return found.hash.hexdigest() if some else ""


def _is_own(value: Any) -> bool:
    """Whether something is a function, a method or a callable object of a user's."""
    if isinstance(value, (types.FunctionType, types.MethodType)):
        return not owned(value)
    return callable(value) and not isinstance(value, (Component, type)) and _is_somebodys(type(value))


def _is_somebodys(cls: type) -> bool:
    """Whether a class is written in Python by none of the library, Python or NumPy."""
    top = cls.__module__.partition(".")[0]
    return bool(cls.__flags__ & HEAP) and not owned(cls) and top not in ("abc", "functools", "numpy", "scipy")


class _Digest:
    """hash: of what has been added so far, each function and class once."""

    def __init__(self) -> None:
        self.hash = hashlib.sha256()
        self._seen: set[int] = set()

    def add(self, value: Any) -> None:
        if isinstance(value, PLAIN):
            self._text(f"{type(value).__name__} {value!r}")
        elif isinstance(value, np.ndarray):
            self._text(f"array {value.dtype} {value.shape}")
            self.hash.update(np.ascontiguousarray(value).tobytes() if value.dtype != object else repr(value).encode())
        elif isinstance(value, (tuple, list)):
            self._text(f"{type(value).__name__} {len(value)}")
            self._all(value)
        elif isinstance(value, dict):
            self._text(f"dict {len(value)}")
            self._all(item for pair in value.items() for item in pair)
        elif isinstance(value, (set, frozenset)):
            self._text(f"set {sorted(map(repr, value))}")
        elif id(value) not in self._seen:
            self._seen.add(id(value))
            self._deeper(value)

    def _deeper(self, value: Any) -> None:
        if isinstance(value, types.MethodType):
            self._all([value.__func__, vars(value.__self__) if hasattr(value.__self__, "__dict__") else None])
        elif isinstance(value, types.FunctionType):
            self._function(value)
        elif isinstance(value, (staticmethod, classmethod)):
            self.add(value.__func__)
        elif isinstance(value, property):
            self._all([value.fget, value.fset])
        elif isinstance(value, type):
            self._class(value)
        elif _is_somebodys(type(value)) and hasattr(value, "__dict__") and not isinstance(value, types.ModuleType):
            self._all([type(value), vars(value)])
        else:
            self._text(f"{type(value).__module__}.{type(value).__qualname__}")

    def _class(self, cls: type) -> None:
        for each in cls.__mro__:
            if _is_somebodys(each):
                self._text(each.__qualname__)
                for name, value in sorted(vars(each).items()):
                    if not name.startswith("__") or name in ("__call__", "__init__"):
                        self._text(name)
                        self.add(value)

    def _function(self, function: types.FunctionType) -> None:
        if owned(function):
            self._text(function.__qualname__)
            return
        self._code(function.__code__)
        self._all([function.__defaults__, function.__kwdefaults__])
        self._all(cell.cell_contents for cell in function.__closure__ or () if _is_filled(cell))
        names = names_in(function.__code__)
        for name in sorted(names & function.__globals__.keys()):
            value = function.__globals__[name]
            self._text(name)
            if isinstance(value, types.ModuleType):  # what it takes from there, as far as that is a user's or a number
                taken = {each: getattr(value, each) for each in sorted(names) if hasattr(value, each)}
                self._all(each for each in taken.values() if isinstance(each, (*PLAIN, np.ndarray)) or _is_own(each))
            else:
                self.add(value)

    def _code(self, code: types.CodeType) -> None:
        self.hash.update(code.co_code)
        self._text(" ".join((*code.co_names, *code.co_varnames)))
        for constant in code.co_consts:
            if isinstance(constant, types.CodeType):
                self._code(constant)
            else:
                self.add(constant)

    def _all(self, values: Any) -> None:
        for value in values:
            self.add(value)

    def _text(self, text: str) -> None:
        self.hash.update(f"{len(text)}:{text};".encode())


def names_in(code: types.CodeType) -> set[str]:
    """The names that a code refers to, also in functions inside it."""
    inner = [names_in(each) for each in code.co_consts if isinstance(each, types.CodeType)]
    return set(code.co_names).union(*inner)


def _is_filled(cell: Any) -> bool:
    try:
        return cell.cell_contents is not None
    except ValueError:  # a name that has no value yet
        return False
