"""Watch a function that is being differentiated for points where its derivative may not be what the rules say.

with watching() as watch:
    ...                     # differentiate f
watch.met                   # whether a value stood at a kink, a tie or a jump: |x| at 0, max(x, x), x == 0

A rule gives one of the slopes around a kink. What is made of several may then be none of them, and a branch that is
taken at a single point, as `1.0 if x == 0 else np.sin(x) / x`, has no slope at all: such points are looked at again, in
`landscape.derivatives.trust`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

MOST_COPIED = 4096  # elements of an array that is copied; a larger one may not be changed while it is used


class Watch:
    """What was noticed while a function ran."""

    __slots__ = ("frozen", "met")

    def __init__(self) -> None:
        self.met = False
        self.frozen: list[Any] = []

    def __enter__(self) -> Watch:
        WATCHES.append(self)
        return self

    def __exit__(self, *error: object) -> None:
        WATCHES.remove(self)
        for array in self.frozen:
            array.flags.writeable = True


WATCHES: list[Watch] = []


def watching() -> Watch:
    return Watch()


def notice() -> None:
    for watch in WATCHES:
        watch.met = True


# For functions with kinks: whether the arguments stand at one.
KINKS: dict[str, Callable[..., Any]] = {
    "absolute": lambda x: x == 0.0,
    "fabs": lambda x: x == 0.0,
    "hypot": lambda x, y: (x == 0.0) & (y == 0.0),
    "maximum": lambda x, y: x == y,
    "minimum": lambda x, y: x == y,
    "fmax": lambda x, y: x == y,
    "fmin": lambda x, y: x == y,
}
AT_ZERO = frozenset(["sign", "signbit", "heaviside"])
AT_WHOLE = frozenset(["floor", "ceil", "trunc"])
COMPARISONS = frozenset(["equal", "not_equal", "less", "less_equal", "greater", "greater_equal"])


def noticing(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """A function that tells of its kinks, where it has any."""
    kink = KINKS.get(name)
    if kink is None:
        return function

    def told(*inputs: Any) -> Any:
        if WATCHES and not any(hasattr(type(x), "derived") for x in inputs) and np.any(kink(*inputs)):
            notice()
        return function(*inputs)

    return told


def notice_jump(name: str, values: Sequence[Any]) -> None:
    """Tell of a function that is constant between its jumps, where it stands at one."""
    x = values[0]
    if name in COMPARISONS:
        here: Any = np.equal(x, values[1])
    elif name in AT_ZERO:
        here = np.equal(x, 0.0)
    elif name in AT_WHOLE:
        here = np.equal(x, np.floor(x))
    elif name == "rint":
        here = np.equal(x - np.floor(x), 0.5)
    elif name == "floor_divide":
        here = np.equal(np.remainder(x, values[1]), 0.0)
    else:
        return
    if np.any(here):
        notice()


def notice_choice(name: str, values: Sequence[Any]) -> None:
    """Tell of an array function that picks places by values, where two of these are equal, or one is 0."""
    x = np.asarray(values[0])
    if name in ("argmax", "argmin", "argsort"):
        if np.unique(x).size < x.size:  # along an axis it may be no tie: then one look more was for nothing
            notice()
    elif name in ("nonzero", "count_nonzero", "argwhere"):
        if np.any(x == 0.0):
            notice()
    elif name in ("searchsorted", "digitize") and np.any(np.isin(x, np.asarray(values[1]))):
        notice()
    elif name == "round":
        decimals = 10.0 ** (values[1] if len(values) > 1 else 0)
        if np.any(np.isclose(x * decimals - np.floor(x * decimals), 0.5, rtol=0.0, atol=1e-9)):
            notice()


def kept(x: Any) -> Any:
    """An array, or an index of them, that stays as it is now: the way back needs what the way there has seen."""
    if isinstance(x, np.ndarray) and x.dtype != object and x.flags.writeable:
        if x.size <= MOST_COPIED:
            return x.copy()
        x.flags.writeable = False
        WATCHES[-1].frozen.append(x)
    elif isinstance(x, tuple) and any(isinstance(part, (np.ndarray, list)) for part in x):
        return tuple(kept(part) for part in x)
    elif isinstance(x, list):
        return list(x)
    return x
