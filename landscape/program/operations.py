"""The operations that a program may hold, by NumPy's names, and what each does to numbers and arrays.

NUMPY["add"](x, y)

A backend is a table of the same names: functions as here, or templates that say how an operation is written.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from landscape.core.elementary import erf, select

SIGNS = {"add": "+", "subtract": "-", "multiply": "*", "divide": "/"}
UNARY = (
    "sqrt", "exp", "expm1", "log", "log1p", "sin", "cos", "tan", "tanh", "sinh", "cosh", "arctan", "arcsin", "arccos",
    "erf",
)  # fmt: skip

NUMPY: dict[str, Callable[..., Any]] = {
    **{name: getattr(np, name) for name in (*SIGNS, "negative", "power", *UNARY) if name != "erf"},
    "erf": erf,
    "select": select,
}

ARITHMETIC = {**{name: f"({{}} {sign} {{}})" for name, sign in SIGNS.items()}, "negative": "(-{})"}
"""Templates of the arithmetic that most languages write alike."""
