"""Dress matplotlib Axes in the theme, and put the ticks where all are inside and none touch."""

from __future__ import annotations

import math
from typing import Literal, Protocol

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_hex, to_rgba
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator, NullLocator

from landscape.core.component import Array
from landscape.render.style.theme import DARK, LEAST_CONTRAST, LIGHT, Theme, contrast
from landscape.render.style.tick_labels import LONGEST, Unit, digits, labelled, power_of_ten

Which = Literal["x", "y"]


def dress(ax: Axes, theme: Theme, spines: tuple[str, ...]) -> None:
    """Quiet spines and ticks; spines that are not named are left out."""
    ax.set_facecolor(theme.paper)
    for side, spine in ax.spines.items():
        spine.set_visible(side in spines)
        spine.set_color(theme.quiet)
        spine.set_linewidth(0.8)
    ax.tick_params(which="both", colors=theme.quiet, labelcolor=theme.quiet, labelsize=theme.tick, width=0.8, length=4,
                   labelfontfamily=list(theme.fonts))  # fmt: skip
    # at the corner the lowest label of y hangs below the axis: the labels of x keep clear of it
    ax.tick_params(axis="x", pad=7.0)
    ax.grid(False)


def letter(ax: Axes, theme: Theme) -> None:
    """Names and tick labels of Axes that someone else has laid out: in the theme's ink where it stands out from the
    figure around them, as dark ink does from white paper; else in that of a theme whose ink does."""
    figure = ax.get_figure(root=True)
    assert figure is not None
    red, green, blue, opaque = to_rgba(figure.get_facecolor())
    around = to_hex((red, green, blue)) if opaque > 0.5 else theme.paper
    inks = [each for each in (theme, LIGHT, DARK) if contrast(each.quiet, around) >= LEAST_CONTRAST]
    ink = inks[0] if inks else theme
    ax.tick_params(which="both", labelcolor=ink.quiet)
    for axis in (ax.xaxis, ax.yaxis):
        axis.label.set_color(ink.ink)
        axis.label.set_fontfamily(list(theme.fonts))


class Scale(Protocol):
    """What is known of an axis of values: "log", "symlog" or "linear", its limits, and where a symlog turns linear."""

    @property
    def kind(self) -> Literal["log", "symlog", "linear"]: ...
    @property
    def low(self) -> float: ...
    @property
    def high(self) -> float: ...
    @property
    def turn(self) -> float: ...


def vertical(ax: Axes, scale: Scale, theme: Theme, most: int = 5, most_powers: int = 7) -> Unit:
    """The scale, limits, ticks and grid lines of an axis of values; returns what its labels leave out.

    most, most_powers: how many ticks a linear and a logarithmic one has, about.
    """
    unit = Unit()
    if scale.kind != "linear":
        ax.set_yscale(scale.kind, **({"linthresh": scale.turn} if scale.kind == "symlog" else {}))
    ax.set_ylim(scale.low, scale.high)
    if scale.kind == "log":
        log_ticks(ax, "y", scale.low, scale.high, most_powers)
    elif scale.kind == "symlog":
        symlog_ticks(ax, "y", scale.low, scale.high, scale.turn)
    else:
        unit = even_ticks(ax, "y", scale.low, scale.high, most=most)
    ax.grid(True, axis="y", color=theme.grid, linewidth=0.9)
    ax.set_axisbelow(True)
    return unit


def even_ticks(ax: Axes, which: Which, low: float, high: float, most: int = 5, whole: bool = False) -> Unit:
    """At most `most` + 1 round ticks within [low, high], with no more digits than they need; or whole numbers.

    Returns what the labels leave out, where they would be too long with it. The axis must have its limits.
    """
    locator = MaxNLocator(nbins=most, steps=[1, 2, 2.5, 5, 10], integer=whole)
    ticks = np.asarray(locator.tick_values(low, high), dtype=np.float64)
    slack = 1e-9 * (high - low)
    ticks = ticks[(ticks >= low - slack) & (ticks <= high + slack)]
    labels, unit = labelled(ticks, LONGEST + 1 if whole else LONGEST)
    put_ticks(ax, which, ticks, labels)
    return unit


def log_ticks(ax: Axes, which: Which, low: float, high: float, most: int = 7) -> None:
    """Powers of ten within [low, high], every one or every few; with 2 and 5 times them where they are few."""
    first, last = math.ceil(math.log10(low) - 1e-9), math.floor(math.log10(high) + 1e-9)
    if last - first >= 2:
        powers = np.arange(first, last + 1, max(1, math.ceil((last - first + 1) / most)))
        put_ticks(ax, which, 10.0**powers, [power_of_ten(int(power)) for power in powers])
        return
    ticks = np.array([digit * 10.0**power for power in range(first - 1, last + 1) for digit in (1, 2, 5)])
    ticks = ticks[(ticks >= low) & (ticks <= high)]
    put_ticks(ax, which, ticks, [digits(float(tick)) for tick in ticks])


def symlog_ticks(ax: Axes, which: Which, low: float, high: float, turn: float) -> None:
    """Zero and a few powers of ten on each side of it, beyond `turn`; of those too near each other, the outer ones."""
    ticks, labels = [0.0], ["0"]
    for sign, reach in (("", high), ("−", -low)):
        if reach > turn:
            first, last = math.ceil(math.log10(turn)), math.floor(math.log10(reach))
            for power in range(last, first - 1, -max(1, math.ceil((last - first + 1) / 3))):
                ticks.append((-1.0 if sign else 1.0) * 10.0**power)
                labels.append(power_of_ten(power, sign))
    put_ticks(ax, which, np.array(ticks), labels)


def put_ticks(ax: Axes, which: Which, ticks: Array, labels: list[str]) -> None:
    """Put the labels down in their order, but for those that would touch one that is there."""
    axis = ax.xaxis if which == "x" else ax.yaxis
    places = np.asarray(axis.get_transform().transform(ticks), dtype=np.float64)
    low, high = axis.get_transform().transform(np.array(axis.get_view_interval(), dtype=np.float64))
    box = ax.get_window_extent()
    length = box.width if which == "x" else box.height
    figure = ax.get_figure(root=True)
    size = axis.get_tick_params(which="major").get("labelsize", 14.0)
    em = float(size) * (figure.dpi if figure is not None else 100.0) / 72.0
    kept: list[int] = []
    for number, place in enumerate(places):
        apart = [abs(place - places[other]) / abs(high - low) * length for other in kept]
        letters = [len(labels[number]) + len(labels[other]) for other in kept]
        needed = [1.25 * em if which == "y" else (0.5 + 0.33 * both) * em for both in letters]
        if all(here >= there for here, there in zip(apart, needed, strict=True)):
            kept.append(number)
    by_tick = {float(ticks[number]): labels[number] for number in kept}
    axis.set_major_locator(FixedLocator(sorted(by_tick)))
    axis.set_minor_locator(NullLocator())
    axis.set_major_formatter(FuncFormatter(lambda tick, _: by_tick.get(float(tick), "")))
