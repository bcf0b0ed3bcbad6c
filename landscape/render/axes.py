"""Dress matplotlib Axes in the theme, and put the ticks where they are all inside and told apart."""

from __future__ import annotations

import math
from typing import Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator, NullLocator

from landscape.component import Array
from landscape.render.theme import Theme

Which = Literal["x", "y"]


def dress(ax: Axes, theme: Theme, spines: tuple[str, ...]) -> None:
    """Quiet spines and ticks; spines that are not named are left out."""
    ax.set_facecolor(theme.paper)
    for side, spine in ax.spines.items():
        spine.set_visible(side in spines)
        spine.set_color(theme.quiet)
        spine.set_linewidth(0.8)
    ax.tick_params(which="both", colors=theme.quiet, labelcolor=theme.quiet, labelsize=theme.tick, width=0.8, length=4,
                   labelfontfamily=theme.fonts[0])  # fmt: skip
    # at the corner the lowest label of y hangs below the axis: the labels of x keep clear of it
    ax.tick_params(axis="x", pad=7.0)
    ax.grid(False)


def even_ticks(ax: Axes, which: Which, low: float, high: float, most: int = 5, whole: bool = False) -> None:
    """At most `most` + 1 round ticks within [low, high], with no more digits than they need; or whole numbers."""
    locator = MaxNLocator(nbins=most, steps=[1, 2, 2.5, 5, 10], integer=whole)
    ticks = np.asarray(locator.tick_values(low, high), dtype=np.float64)
    slack = 1e-9 * (high - low)
    ticks = ticks[(ticks >= low - slack) & (ticks <= high + slack)]
    _set(ax, which, ticks, [plain(tick, ticks) for tick in ticks])


def log_ticks(ax: Axes, which: Which, low: float, high: float, most: int = 7) -> None:
    """Powers of ten within [low, high], every one or every few; with 2 and 5 times them where they are few."""
    first, last = math.ceil(math.log10(low) - 1e-9), math.floor(math.log10(high) + 1e-9)
    if last - first >= 2:
        powers = np.arange(first, last + 1, max(1, math.ceil((last - first + 1) / most)))
        _set(ax, which, 10.0**powers, [power_of_ten(int(power)) for power in powers])
        return
    ticks = np.array([digit * 10.0**power for power in range(first - 1, last + 1) for digit in (1, 2, 5)])
    ticks = ticks[(ticks >= low) & (ticks <= high)]
    _set(ax, which, ticks, [f"{tick:.6g}" for tick in ticks])


def symlog_ticks(ax: Axes, which: Which, low: float, high: float, turn: float) -> None:
    """Zero and a few powers of ten on each side of it, beyond `turn`."""
    ticks, labels = [0.0], ["0"]
    for sign, reach in (("", high), ("−", -low)):
        if reach > turn:
            first, last = math.ceil(math.log10(turn)), math.floor(math.log10(reach))
            for power in range(last, first - 1, -max(1, math.ceil((last - first + 1) / 3))):
                ticks.append((-1.0 if sign else 1.0) * 10.0**power)
                labels.append(power_of_ten(power, sign))
    _set(ax, which, np.array(ticks), labels)


def power_of_ten(power: int, sign: str = "") -> str:
    """10 to a power, to be set by matplotlib."""
    return f"$\\mathdefault{{{sign.replace('−', '-')}10^{{{power}}}}}$"


def plain(value: float, among: Array) -> str:
    """A number with the digits that tell it from its neighbours: "0.5", "1,000"."""
    reach = float(np.max(np.abs(among)))
    if reach >= 1e6 or 0 < reach < 1e-3:
        return f"{value:.3g}".replace("-", "−")
    step = float(np.min(np.diff(among))) if len(among) > 1 else reach or 1.0
    digits = next((d for d in range(7) if abs(round(step, d) - step) < 1e-6 * step), 6)
    return f"{value + 0.0:,.{digits}f}".replace("-", "−")


def _set(ax: Axes, which: Which, ticks: Array, labels: list[str]) -> None:
    axis = ax.xaxis if which == "x" else ax.yaxis
    axis.set_major_locator(FixedLocator([float(tick) for tick in ticks]))
    axis.set_minor_locator(NullLocator())
    by_tick = dict(zip((float(tick) for tick in ticks), labels, strict=True))
    axis.set_major_formatter(FuncFormatter(lambda tick, _: by_tick.get(float(tick), "")))
