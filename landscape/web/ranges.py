"""Where a slider begins and ends, from the bounds of a field's annotation and the value that it has."""

from __future__ import annotations

from typing import Any

from annotated_types import Ge, Gt, Le, Lt

from landscape.core.component import field_hints, split
from landscape.web.kernels import Path, value_of

LARGEST = 1e300
DECADES = 1e3  # how far a slider of a positive number goes in both directions


def range_of(component: Any, path: Path, value: float) -> dict[str, Any]:
    """{kind, low, high} of a slider and {least, most} of what may be typed.

    kind: "log" for positive numbers, "fraction" for those in [0, 1), finer towards 1, else "linear".
    """
    owner = value_of(component, path[:-1])
    bounds = split(field_hints(type(owner))[path[-1]])[1]
    least, most, open_below, open_above = -LARGEST, LARGEST, False, False
    for bound in bounds:
        if isinstance(bound, (Gt, Ge)):
            least, open_below = float(bound.gt if isinstance(bound, Gt) else bound.ge), isinstance(bound, Gt)  # type: ignore[arg-type]
        if isinstance(bound, (Lt, Le)):
            most, open_above = float(bound.lt if isinstance(bound, Lt) else bound.le), isinstance(bound, Lt)  # type: ignore[arg-type]
    if open_below:
        least = least + 1e-12 * max(1.0, abs(least)) if least else 1e-300
    if least == 0.0 and path[-1] == "momentum" and value < 1.0:  # that may be above 1 without use
        return {"kind": "fraction", "low": 0.0, "high": 0.9999, "least": 0.0, "most": most}
    if least == 0.0 and most == 1.0 and open_above:
        return {"kind": "fraction", "low": 0.0, "high": 0.9999, "least": 0.0, "most": 1.0 - 2.0**-53}
    if open_above:
        most = most - 1e-12 * max(1.0, abs(most))
    limits = {"least": least, "most": most}
    if value > 0.0 and least >= 0.0 and most > value:
        return {"kind": "log", "low": max(least, value / DECADES), "high": min(most, value * DECADES), **limits}
    size = max(1.0, 2.0 * abs(value))
    return {"kind": "linear", "low": max(least, 0.0 if least >= 0.0 else -size), "high": min(most, size), **limits}
