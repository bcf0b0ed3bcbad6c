"""What several wrappers share."""

from __future__ import annotations

from typing import Any

import numpy as np

from landscape.core.component import Array, FieldError
from landscape.core.surface import Surface


def like(wrapper: Surface, surface: Surface) -> None:
    """Give a wrapper the dimension and the traits of what it wraps."""
    object.__setattr__(wrapper, "dim", surface.dim)
    object.__setattr__(wrapper, "traits", surface.traits - {"scalable"})
    object.__setattr__(wrapper, "confined", surface.confined)


def spread(wrapper: Any, field: str, dim: int) -> Array:
    """A field with one number for each coordinate or one for all, as (dim,)."""
    given = getattr(wrapper, field)
    if isinstance(given, tuple) and len(given) != dim:
        raise FieldError(wrapper.name, field, f"must be one number or {dim} of them, got {len(given)}")
    return np.broadcast_to(np.array(given, dtype=np.float64), dim).copy()
