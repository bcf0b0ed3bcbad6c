"""Name the valid names in a message, or the nearest one to a misspelt name; and write a value that was given."""

from __future__ import annotations

import difflib
import functools
import inspect
import re
import reprlib
from collections.abc import Callable, Iterable
from typing import Any, TypeVar, cast

F = TypeVar("F", bound=Callable[..., Any])

MOST_NAMES = 160  # that a message lists


class UnknownName(ValueError):
    """No component of that name; `nearest` is the closest valid name, or None."""

    def __init__(self, kind: str, name: str, names: Iterable[str]) -> None:
        self.names = sorted(names)
        self.nearest = nearest(name, self.names)
        super().__init__(f'unknown {kind} "{name}". {hint(name, self.names)}')


def nearest(name: str, names: Iterable[str]) -> str | None:
    """The valid name that is closest to a misspelt one, or None if none is close."""
    squeezed = {re.sub(r"[^a-z0-9]", "", known.lower()): known for known in names}
    close = difflib.get_close_matches(re.sub(r"[^a-z0-9]", "", name.lower()), squeezed, n=1, cutoff=0.6)
    return squeezed[close[0]] if close else None


def hint(name: str, names: Iterable[str]) -> str:
    """The end of a message about an unknown name: the nearest valid name, or all of them."""
    names = sorted(names)
    close = nearest(name, names)
    if close:
        return f'Did you mean "{close}"?'
    if len(names) > MOST_NAMES:
        return f"For all {len(names)} names run `landscape list`."
    return "Valid names: " + ", ".join(names) + "." if names else "There are no valid names."


def with_article(noun: str) -> str:
    """ "optimizer" -> "an optimizer"."""
    return f"an {noun}" if noun[:1].lower() in "aeiou" else f"a {noun}"


def named_arguments(function: F) -> F:
    """Have a function say, of a keyword that it does not take, which it may be meant for."""
    known = inspect.signature(function).parameters

    @functools.wraps(function)
    def checked(*args: Any, **given: Any) -> Any:
        for name in given:
            if name not in known:
                said = f"{function.__name__} takes no {name}=. {hint(name, known)}"
                raise TypeError(f'{said} Fields of an optimizer are given to it: ls.optimizer("sgd", lr=0.1)')
        return function(*args, **given)

    return cast(F, checked)


# of long lists, as files that others wrote may hold them, no more is written out than a message shows
_REPR = reprlib.Repr()
_REPR.maxlist = _REPR.maxtuple = _REPR.maxdict = _REPR.maxset = _REPR.maxfrozenset = 40
_REPR.maxstring = _REPR.maxlong = _REPR.maxother = 10_000


def brief(value: Any) -> str:
    """repr(value), of which no more than 40 items of a list is written, for messages that show its beginning."""
    return _REPR.repr(value)
