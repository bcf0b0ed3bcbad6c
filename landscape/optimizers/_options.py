"""Check the table of arguments that a rule hands on to another library."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from landscape.component import FieldError


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
