"""Take an optimizer's state apart and put it together: a NamedTuple of arrays (dim, runs), (runs,) and numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def leaves(state: Any) -> list[Any]:
    """The arrays and numbers in a state, in order; `()` is the state of a rule without memory."""
    if isinstance(state, tuple):
        return [leaf for part in state for leaf in leaves(part)]
    return [state]


def rebuilt(state: Any, replace: Callable[[Any], Any]) -> Any:
    """The same state with `replace(leaf)` for each leaf."""
    if not isinstance(state, tuple):
        return replace(state)
    return type(state)._make(rebuilt(part, replace) for part in state) if state else state  # type: ignore[attr-defined]
