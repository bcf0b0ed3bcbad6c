"""List the leaves of an optimizer's state, and rebuild it: a tuple of arrays (dim, runs), (runs,) and numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np


def leaves(state: Any) -> list[Any]:
    """The arrays and numbers in a state, in order; `()` is the state of a rule without memory."""
    if isinstance(state, tuple):
        return [leaf for part in state for leaf in leaves(part)]
    return [state]


def rebuilt(state: Any, replace: Callable[[Any], Any]) -> Any:
    """The same state with `replace(leaf)` for each leaf."""
    if not isinstance(state, tuple):
        return replace(state)
    parts = [rebuilt(part, replace) for part in state]
    return type(state)._make(parts) if hasattr(state, "_make") else tuple(parts)


def stepped(optimizer: Any, result: Any, shape: tuple[int, ...]) -> tuple[Any, Any]:
    """What an optimizer's `apply` returned, (params, state) with params of `shape`; TypeError where it is not that."""
    if type(result) is not tuple or len(result) != 2:
        found = f"a tuple of {len(result)}" if type(result) is tuple else type(result).__name__
        raise TypeError(f"{optimizer.name}: apply must return (params, state), got {found}")
    if np.shape(result[0]) != shape:
        raise TypeError(
            f"{optimizer.name}: apply must return params in the shape (dim, runs) that it was given, here {shape}, "
            f"got {np.shape(result[0])}"
        )
    return result
