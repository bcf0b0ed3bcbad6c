"""Draw a track by itself: the loss of its runs over the steps.

track_portrait(record["adam"]).savefig("adam.png")
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from landscape import i18n
from landscape.core.component import field_hints
from landscape.record import Track
from landscape.render.canvas.settings import own_settings
from landscape.render.pages.sheet import MARGIN, Sheet
from landscape.render.panels.scales import bends, scale_of
from landscape.render.style import axes
from landscape.render.style.theme import HEIGHT, LIGHT, WIDTH, Theme
from landscape.render.text import captions as words

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST_DRAWN = 60  # runs; of more, evenly spaced ones


@own_settings()
def track_portrait(track: Track, width: int = WIDTH, height: int = HEIGHT, theme: Theme = LIGHT) -> Figure:
    """A page with the loss of every run at every step, and their median, bold, where they are repeats of one rule.

    Runs whose hyper-parameters differ have no median. Of more than 60 runs, 60 are drawn; the page says so.
    """
    sheet, language = Sheet(width, height, theme), theme.language
    right = sheet.width - MARGIN
    drawn = np.unique(np.linspace(0, track.runs - 1, min(track.runs, MOST_DRAWN)).round().astype(int))
    bottom = sheet.heading(words.opened(track.label), right) + 32.0
    told = [i18n.say(language, "{count} of {total} runs drawn", count=len(drawn), total=track.runs)]
    repeats = track.runs > 1 and not _differ(track)
    if repeats:
        told.append(i18n.say(language, "bold: their median"))
    if track.runs > 1:
        sheet.text(MARGIN, bottom, ", ".join(told), theme.label, color=theme.quiet)
    top = bottom + (44.0 if track.runs > 1 else 12.0)
    left = MARGIN + 76.0
    ax = sheet.axes(left, top, right - left - 12.0, sheet.height - top - 76.0)
    with np.errstate(all="ignore"):
        loss = np.where(np.isfinite(track.value), track.value, np.nan)
    middle = np.nanmedian(loss, axis=1) if repeats and np.isfinite(loss).any(axis=1).all() else None
    _frame(ax, track, loss, theme)
    alone, faint = track.runs == 1, max(0.08, min(0.35, 4.0 / len(drawn)))
    for run in drawn:
        ax.plot(track.steps, loss[:, run], color=theme.runs[0], alpha=1.0 if alone else faint,
                linewidth=theme.trail * (1.3 if alone else 0.6), clip_on=True)  # fmt: skip
    if middle is not None:
        ax.plot(track.steps, middle, color=theme.ink, linewidth=theme.trail)
    sheet.text(left, top - 16.0, i18n.say(language, "loss"), theme.tick, color=theme.quiet)
    step_word = i18n.say(language, "step")
    sheet.text(right, sheet.height - 22.0, step_word, theme.tick, color=theme.quiet, ha="right")
    return sheet.figure


def _differ(track: Track) -> bool:
    """Whether a hyper-parameter of the rule has a number for each run."""
    return any(np.ndim(getattr(track.optimizer, field)) for field in field_hints(type(track.optimizer)))


def _frame(ax: Axes, track: Track, loss: np.ndarray, theme: Theme) -> None:
    """The axes: logarithmic where a curve of positive losses bends, else linear."""
    known = loss[np.isfinite(loss)]
    ordinary = loss[:, np.asarray(track.status) != "diverged"]
    scale = scale_of(loss[0], ordinary[np.isfinite(ordinary)], known, float(known.min(initial=0.0)), bends(loss.T))
    axes.dress(ax, theme, ("left", "bottom"))
    low, high = scale.low, scale.high
    match scale.kind:
        case "log":
            ax.set_yscale("log")
            axes.log_ticks(ax, "y", low, high)
        case "symlog":
            ax.set_yscale("symlog", linthresh=scale.turn)
            axes.symlog_ticks(ax, "y", low, high, scale.turn)
        case _:
            axes.even_ticks(ax, "y", low, high, most=6)
    last = max(1.0, float(track.steps[-1]))
    ax.set(xlim=(0.0, last), ylim=(low, high))
    axes.even_ticks(ax, "x", 0.0, last, most=6, whole=True)
