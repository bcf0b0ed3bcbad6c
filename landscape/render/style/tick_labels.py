"""Write the numbers beside the ticks of an axis: as short as keeps them distinct, with what all leave out written once.

labelled(np.array([0.5, 0.500001]))      # (["0", "1"], Unit(base=0.5, power=-6))
power_of_ten(-3)                         # "10⁻³"
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from landscape.core.component import Array

# Longer labels than this many characters would run off the page.
LONGEST = 6

RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


class Unit(NamedTuple):
    """What the labels of an axis leave out: a value is base + label * 10^power."""

    base: float = 0.0
    power: int = 0


def labelled(ticks: Array, longest: int = LONGEST) -> tuple[list[str], Unit]:
    """(labels, unit) of even ticks: in a power of ten, or from one of them on, where they would be too long."""
    if not ticks.size:
        return [], Unit()
    labels = _plainly(ticks)
    if max(map(len, labels)) <= longest and "e" not in "".join(labels):
        return labels, Unit()
    power = math.floor(math.log10(float(np.max(np.abs(ticks)))) + 1e-9)
    labels = _plainly(ticks / 10.0**power)
    if max(map(len, labels)) <= longest:
        return labels, Unit(0.0, power)
    # rounded off, so that the number that is written once is short too
    base = float(f"{ticks[len(ticks) // 2]:.6g}")
    away = ticks - base
    power = math.floor(math.log10(float(np.max(np.abs(away))) or 1.0) + 1e-9)
    return _plainly(np.round(away / 10.0**power, 6)), Unit(base, power)


def _plainly(ticks: Array) -> list[str]:
    return [plain(float(tick), ticks) for tick in ticks]


def digits(tick: float) -> str:
    """1, 2 or 5 times a power of ten: "0.02", "500", or with the power where that is long."""
    if 1e-3 <= tick < 1e4:
        return f"{tick:.6g}"
    power = math.floor(math.log10(tick) + 1e-9)
    digit = round(tick / 10.0**power)
    return power_of_ten(power) if digit == 1 else f"{digit}×{power_of_ten(power)}"


def power_of_ten(power: int, sign: str = "") -> str:
    """10 to a power, in raised digits: to have matplotlib set mathematics costs a tenth of a second a picture."""
    return f"{sign}10{str(power).translate(RAISED)}"


def plain(value: float, among: Array) -> str:
    """A number with the digits that distinguish it from its neighbours: "0.5", "1,000"."""
    reach = float(np.max(np.abs(among)))
    if reach >= 1e6 or 0 < reach < 1e-3:
        return f"{value:.3g}".replace("-", "−")
    step = float(np.min(np.diff(among))) if len(among) > 1 else reach or 1.0
    digits = next((d for d in range(7) if abs(round(step, d) - step) < 1e-6 * step), 6)
    return f"{value + 0.0:,.{digits}f}".replace("-", "−")
