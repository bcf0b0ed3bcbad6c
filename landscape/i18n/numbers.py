"""Spell numbers as a caption shows them: 0.0312, 3.12×10⁻⁷, 98.2 %."""

from __future__ import annotations

import numpy as np

_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_LOWERED = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def number(value: float) -> str:
    """Three significant digits: 0.0312, 12.5, 3.12×10⁻⁷."""
    if not np.isfinite(value):
        return str(value).replace("inf", "∞").replace("nan", "none")
    if value == 0 or 1e-3 <= abs(value) < 1e4:
        return f"{value:.3g}".replace("-", "−") if abs(value) < 1e3 else f"{value:.0f}".replace("-", "−")
    mantissa, exponent = f"{value:.2e}".split("e")
    return f"{mantissa}×{ten(int(exponent))}".replace("-", "−")


def ten(power: int) -> str:
    """10 to a power: 10⁻⁷."""
    return f"10{str(power).translate(_RAISED)}"


def lowered(index: int) -> str:
    """A number as an index: ₁₂."""
    return str(index).translate(_LOWERED)


def counted(number: int) -> str:
    """A whole number, from 10,000 on with commas: "9999", "100,000"."""
    return str(number) if abs(number) < 10_000 else f"{number:,}"


def percent(share: float) -> str:
    """A share: "98.2 %"."""
    return f"{100.0 * share if share > 1e-5 else 0.0:.3g} %"
