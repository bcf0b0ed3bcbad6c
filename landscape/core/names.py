"""Say which names there are, and which is nearest to a misspelt one."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable

MOST_NAMES = 160  # that a message lists


class UnknownName(ValueError):
    """No component of that name; `nearest` is the closest valid name, or None."""

    def __init__(self, kind: str, name: str, names: Iterable[str]) -> None:
        self.names = sorted(names)
        self.nearest = nearest(name, self.names)
        super().__init__(f'unknown {kind} "{name}". {hint(name, self.names)}')


def nearest(name: str, names: Iterable[str]) -> str | None:
    """The valid name that is closest to a misspelt one, or None where none is close."""
    squeezed = {re.sub(r"[^a-z0-9]", "", known.lower()): known for known in names}
    close = difflib.get_close_matches(re.sub(r"[^a-z0-9]", "", name.lower()), squeezed, n=1, cutoff=0.6)
    return squeezed[close[0]] if close else None


def hint(name: str, names: Iterable[str]) -> str:
    """What to say after an unknown name: the nearest one, or all of them."""
    names = sorted(names)
    close = nearest(name, names)
    if close:
        return f'Did you mean "{close}"?'
    if len(names) > MOST_NAMES:
        return f"There are {len(names)} names; `landscape list` tells them."
    return "Valid names: " + ", ".join(names) + "." if names else "There are none."
