"""Curves of a figure against a hyper-parameter: the median and the quartiles of the runs at each of its values.

found = [series("sgd", style, [(0.1, losses), (0.2, losses)])]
scale = draw_curves(ax, found, theme)
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes

from landscape import i18n
from landscape.core.component import Array
from landscape.render.panels.scales import Scale, scale_of
from landscape.render.style import axes, marks
from landscape.render.style.theme import Style, Theme
from landscape.render.style.tick_labels import Unit

BELOW_ANOTHER = 1.3  # of the size of a head, from one cross to the next at the same x
MOST_CUT, LEAST_LEFT = 0.2, 0.25  # the share of figures that may be cut, and of the axis that the others have else
WIDE = 8.0  # of the width of a curve, where its values are nearly as good as the best


class Series(NamedTuple):
    """One curve. x: (n,) increasing; low, middle, high: (n,) quartiles of the figures of the runs that have not
    diverged; diverged: (n,) whether some have; runs: the most at one place; good: (lowest, highest) x of the values
    that are nearly as good as the best, which are drawn wide, where that is known."""

    label: str
    style: Style
    x: Array
    low: Array
    middle: Array
    high: Array
    diverged: Array
    runs: int
    good: tuple[float, float] | None = None

    @property
    def known(self) -> Array:
        """(n,): where there is a figure."""
        return np.isfinite(self.middle)


def series(label: str, style: Style, points: Sequence[tuple[float, Array]]) -> Series:
    """A curve from (x, figures of runs, nan of one that has diverged)."""
    places = sorted({x for x, _ in points})
    columns = [np.concatenate([last for x, last in points if x == place]) for place in places]
    finite = [column[np.isfinite(column)] for column in columns]
    quartiles = [np.quantile(column, (0.25, 0.5, 0.75)) if column.size else np.full(3, np.nan) for column in finite]
    low, middle, high = np.array(quartiles).T
    lost = np.array([finite[n].size < columns[n].size for n in range(len(columns))])
    return Series(label, style, np.array(places), low, middle, high, lost, max(map(len, columns)))


def best_words(found: Series, theme: Theme) -> str:
    """ "lowest 0.0123 at 0.1", or that all runs have diverged."""
    if not found.known.any():
        return i18n.say(theme.language, "all diverged")
    at = int(np.nanargmin(found.middle))
    x, loss = i18n.number(float(found.x[at])), i18n.number(float(found.middle[at]))
    return i18n.say(theme.language, "lowest {loss} at {x}", loss=loss, x=x)


def draw_curves(ax: Axes, found: Sequence[Series], theme: Theme, even: bool = False) -> tuple[Scale, Unit]:
    """The curves with their axes; returns their scale, and what its labels leave out. even: linear, as shares are.

    A few figures so high that a linear axis would flatten all others are arrows at its upper end with their values.
    """
    x = np.concatenate([each.x for each in found])
    values = np.concatenate([np.concatenate([each.low, each.high]) for each in found])
    scale = scale_of(values, values, values, even=even)
    if scale.kind == "linear" and not even:
        kept = values[values <= highest_shown(np.concatenate([each.middle for each in found]))]
        scale = scale_of(kept, kept, kept)
    axes.dress(ax, theme, ("left", "bottom"))
    unit = axes.vertical(ax, scale, theme)
    _horizontal_axis(ax, x)
    apart = BELOW_ANOTHER * theme.head * float(ax.figure.dpi) / 72.0 / ax.get_window_extent().height
    crosses: dict[float, int] = {}  # x -> how many stand there, one below the other
    for each in found:
        color = each.style.color
        if each.runs > 1:
            top = np.minimum(each.high, scale.high)
            ax.fill_between(each.x, np.minimum(each.low, top), top, zorder=2, **theme.band(each.style))
        if each.good is not None:
            here = (each.x >= each.good[0]) & (each.x <= each.good[1])
            alone = "o" if here.sum() == 1 else ""
            (wide,) = ax.plot(each.x[here], np.maximum(each.middle[here], scale.low), color=color, alpha=0.3, zorder=3,
                              linewidth=WIDE * theme.trail, solid_capstyle="round", clip_on=False,
                              marker=alone, markersize=WIDE * theme.trail, markeredgewidth=0.0)  # fmt: skip
            wide.set_gid(f"good:{each.label}")
        above = each.middle > scale.high
        (line,) = ax.plot(each.x, np.clip(each.middle, scale.low, scale.high), color=color, linewidth=theme.trail,
                          linestyle=each.style.dashes, marker=each.style.marker, markersize=0.7 * theme.head,
                          markeredgecolor=theme.edge, zorder=4, label=each.label, clip_on=False,
                          markevery=np.flatnonzero(~above).tolist())  # fmt: skip
        line.set_gid(f"rates:{each.label}")
        for x_above, value in zip(each.x[above], each.middle[above], strict=True):
            _arrow(ax, float(x_above), float(value), each.style, theme)
        lost = each.x[each.diverged]
        if lost.size:
            places = [crosses.get(float(x), 0) for x in lost]
            crosses |= {float(x): place + 1 for x, place in zip(lost, places, strict=True)}
            cross = marks.marked(lost, 1.0 - apart * np.array(places), marks.cross(color, theme),
                                 transform=ax.get_xaxis_transform(), gid=f"diverged:{each.label}")  # fmt: skip
            ax.add_artist(cross)
    return scale, unit


def highest_shown(values: Array) -> float:
    """The highest figure that a linear axis shows: all but a few that would leave a small part of it to the others."""
    known = np.sort(values[np.isfinite(values)])
    for cut in range(1, int(MOST_CUT * known.size) + 1):
        if known[-cut - 1] > known[0] and known[-cut - 1] - known[0] < LEAST_LEFT * (known[-cut] - known[0]):
            return float(known[-cut - 1])
    return float(np.max(known, initial=-np.inf))


def _arrow(ax: Axes, x: float, value: float, style: Style, theme: Theme) -> None:
    """What lies above the axis: an arrow at its upper end, with the value beside it."""
    up = marks.arrow(style.color, theme, np.array([0.0, 1.0]))
    ax.add_artist(marks.marked([x], [1.0], up, transform=ax.get_xaxis_transform(), gid=f"above:{style.marker}"))
    right = float(ax.transAxes.inverted().transform(ax.transData.transform((x, 0.0)))[0]) < 0.5
    ax.annotate(i18n.number(value), (x, 1.0), xycoords=ax.get_xaxis_transform(), textcoords="offset points",
                xytext=(10.0 if right else -10.0, -2.0), ha="left" if right else "right", va="top", zorder=6,
                color=style.text, fontsize=theme.tick, fontfamily=list(theme.fonts))  # fmt: skip


def _horizontal_axis(ax: Axes, x: Array) -> None:
    """Limits and ticks, logarithmic where the values are far apart."""
    low, high = float(x.min()), float(x.max())
    if low > 0.0 and high > 3.0 * low:
        pad = (high / low) ** 0.03
        ax.set_xscale("log")
        ax.set_xlim(low / pad, high * pad)
        axes.log_ticks(ax, "x", low / pad, high * pad)
    else:
        pad = 0.05 * (high - low) or 0.5 * abs(high) or 0.5
        ax.set_xlim(low - pad, high + pad)
        axes.even_ticks(ax, "x", low - pad, high + pad)
