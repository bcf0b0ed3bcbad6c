"""Draw a schedule by itself: its factor at every step of a run.

schedule_portrait(ls.schedule("one_cycle")).savefig("one_cycle.png")
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from landscape.component import Component, field_hints
from landscape.core import Schedule
from landscape.render import axes
from landscape.render.page import MARGIN, Sheet
from landscape.render.theme import HEIGHT, LIGHT, WIDTH, Theme

if TYPE_CHECKING:
    from matplotlib.figure import Figure

STEPS = 500


def schedule_portrait(
    schedule: Schedule, steps: int = STEPS, width: int = WIDTH, height: int = HEIGHT, theme: Theme = LIGHT
) -> Figure:
    """A page with the schedule's factor at steps 0, ..., steps of a run of `steps`, and its fields in words.

    One that reads the loss is drawn on a loss that never falls.
    """
    sheet = Sheet(width, height, theme)
    right = sheet.width - MARGIN
    title = schedule.name.replace("_", " ")
    told = f" over {steps} steps" + (" of a loss that never falls" if schedule.reads_loss else "")
    bottom = sheet.heading(title[:1].upper() + title[1:] + told, right)
    if fields := described(schedule):
        bottom += 32.0
        sheet.text(MARGIN, bottom, sheet.cut(fields, right - MARGIN, theme.label), theme.label, color=theme.quiet)
    left, top = MARGIN + 60.0, bottom + 56.0
    ax = sheet.axes(left, top, right - left - 12.0, sheet.height - top - 76.0)
    step = np.arange(steps + 1)
    with np.errstate(all="ignore"):
        factor = np.broadcast_to(np.asarray(schedule(step, steps), dtype=np.float64), step.shape)
    reach = max(1.0, float(np.max(factor[np.isfinite(factor)], initial=0.0)))
    axes.dress(ax, theme, ("left", "bottom"))
    ax.axhline(1.0, color=theme.grid, linewidth=theme.thin, zorder=0)
    ax.plot(step, factor, color=theme.runs[0], linewidth=theme.trail * 1.3, clip_on=False)
    ax.set(xlim=(0.0, steps), ylim=(0.0, 1.04 * reach))
    axes.even_ticks(ax, "x", 0.0, steps, most=6, whole=True)
    axes.even_ticks(ax, "y", 0.0, 1.04 * reach, most=6)
    sheet.text(left, top - 16.0, "factor on the rate", theme.tick, color=theme.quiet)
    sheet.text(right, sheet.height - 22.0, "step", theme.tick, color=theme.quiet, ha="right")
    return sheet.figure


def described(component: Component) -> str:
    """A component's fields in words: "rise 0.3, div factor 25"."""
    fields = {field: getattr(component, field) for field in field_hints(type(component))}
    return ", ".join(f"{field.replace('_', ' ')} {_word(value)}" for field, value in fields.items())


def _word(value: Any) -> str:
    if isinstance(value, Component):
        inner = described(value)
        return value.name.replace("_", " ") + (f" ({inner})" if inner else "")
    if isinstance(value, tuple):
        return " ".join(_word(item) for item in value)
    return f"{value:g}" if isinstance(value, float) else str(value)
