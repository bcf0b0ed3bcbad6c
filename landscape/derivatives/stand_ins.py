"""What cannot be told by NumPy's protocols that its argument is being differentiated: np.asarray, SciPy's logsumexp.

with used(f):
    f(variable)             # np.asarray(variable) is the Variable itself

np.asarray makes an array of numbers or of objects of whatever it is given, and asks nobody. A function that calls it on
its point is therefore run with stand-ins: for that time they take the place of those functions in NumPy's module, in
SciPy's, and among the names of the function's own. They do the same as ever for everything that is no Variable. A
function that calls none of them is never run like this: Variables raise `Wanted` when they are to be made an array.
"""

from __future__ import annotations

import contextlib
import functools
import sys
import threading
import weakref
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

Names = dict[str, Any]

STAND_INS: dict[int, tuple[Any, Callable[..., Any]]] = {}  # by id: (what it stands for, the stand-in)
LATER: dict[str, Callable[[], None]] = {}  # by module: enters what stands for its functions, once it is imported
_MODULES = ("numpy", "scipy.special")
_LOCK = threading.Lock()
WANTING: weakref.WeakSet[Any] = weakref.WeakSet()  # functions that have called one of these
_FOUND: dict[Any, Names] = {}
_USED: dict[int, list[Any]] = {}  # by id of the names: [how many use them, the names, what was there]


class Wanted(BaseException):  # which no `except Exception` of a user's function takes for its own
    """A Variable is to be made an array."""


def stands_for(original: Callable[..., Any]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Enter a function as what is done instead of `original` where an argument is a Variable, or holds one."""

    def enter(ours: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(original)
        def stand_in(*args: Any, **options: Any) -> Any:
            if any(map(_carries, args)) or any(map(_carries, options.values())):
                return ours(*args, **options)
            return original(*args, **options)

        STAND_INS[id(original)] = original, stand_in
        return ours

    return enter


def _carries(x: Any) -> bool:
    if isinstance(x, (list, tuple)):
        return any(map(_carries, x))
    if isinstance(x, np.ndarray):
        return x.dtype == object and any(hasattr(type(part), "derived") for part in x.ravel())
    return hasattr(type(x), "derived")


def in_use() -> bool:
    return bool(_USED)


def wanted_by(f: Any) -> bool:
    """Whether f has wanted stand-ins before."""
    return _innermost(f) in WANTING


@contextlib.contextmanager
def used(f: Any) -> Iterator[None]:
    """The stand-ins are called by the names of what they stand for, in the modules and by f."""
    for name in [name for name in LATER if name in sys.modules]:
        LATER.pop(name)()
    f = _innermost(f)
    with contextlib.suppress(TypeError):  # of what has no hash, or no weak references
        WANTING.add(f)
    spaces = [vars(sys.modules[name]) for name in _MODULES if name in sys.modules]
    if hasattr(f, "__globals__"):
        spaces.append(f.__globals__)
    with _LOCK:
        for names in spaces:
            _enter(names)
    try:
        yield
    finally:
        with _LOCK:
            for names in spaces:
                _leave(names)


def _innermost(f: Any) -> Any:
    """The function in a partial one, in a method, or in one that has a function as its `__wrapped__`."""
    while True:
        inner = getattr(f, "__wrapped__", None) or getattr(f, "func", None) or getattr(f, "__func__", None)
        if not callable(inner):
            return f if hasattr(f, "__globals__") else type(f).__call__
        f = inner


def _found(names: Names) -> Names:
    """What of some names there is a stand-in for; of a module's, found once."""
    key = id(names), len(names), len(STAND_INS)
    if names.get("__name__") not in _MODULES:
        return {name: value for name, value in list(names.items()) if id(value) in STAND_INS}
    if key not in _FOUND:
        _FOUND[key] = {name: value for name, value in list(names.items()) if id(value) in STAND_INS}
    return _FOUND[key]


def _enter(names: Names) -> None:
    if id(names) not in _USED:
        found = _found(names)
        _USED[id(names)] = [0, names, found]
        names.update({name: STAND_INS[id(value)][1] for name, value in found.items()})
    _USED[id(names)][0] += 1


def _leave(names: Names) -> None:
    entry = _USED[id(names)]
    entry[0] -= 1
    if entry[0] == 0:
        del _USED[id(names)]
        for name, value in entry[2].items():
            if names.get(name) is STAND_INS[id(value)][1]:  # unless the function has given it another meaning
                names[name] = value
