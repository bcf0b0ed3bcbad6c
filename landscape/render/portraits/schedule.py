"""Draw a schedule by itself: its factor at every step of a run.

schedule_portrait(ls.schedule("one_cycle")).savefig("one_cycle.png")
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from landscape import i18n
from landscape.core.component import Component, field_hints
from landscape.core.methods import Schedule
from landscape.i18n.texts import Language
from landscape.render.canvas.settings import own_settings
from landscape.render.pages.sheet import MARGIN, Sheet
from landscape.render.style import axes
from landscape.render.style.theme import HEIGHT, LIGHT, WIDTH, Theme
from landscape.render.text import captions as words

if TYPE_CHECKING:
    from matplotlib.figure import Figure

STEPS = 500


@own_settings()
def schedule_portrait(
    schedule: Schedule, steps: int = STEPS, width: int = WIDTH, height: int = HEIGHT, theme: Theme = LIGHT
) -> Figure:
    """A page with the schedule's factor at steps 0, ..., steps of a run of `steps`, and its fields in words.

    One that reads the loss is drawn on a loss that never falls.
    """
    sheet = Sheet(width, height, theme)
    right = sheet.width - MARGIN
    title = "{name} over {steps} steps" + (" of a loss that never falls" if schedule.reads_loss else "")
    name = words.opened(words.schedule_name(schedule, theme.language))
    bottom = sheet.heading(i18n.say(theme.language, title, name=name, steps=steps), right)
    if fields := described(schedule, theme.language):
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
    sheet.text(left, top - 16.0, i18n.say(theme.language, "factor on the rate"), theme.tick, color=theme.quiet)
    step_word = i18n.say(theme.language, "step")
    sheet.text(right, sheet.height - 22.0, step_word, theme.tick, color=theme.quiet, ha="right")
    return sheet.figure


def described(component: Component, language: Language = "en") -> str:
    """A component's fields in words: "rise 0.3, div factor 25"; in Chinese as scenarios write them, "div_factor 25"."""
    fields = {field: getattr(component, field) for field in field_hints(type(component))}
    said = {field.replace("_", " ") if language == "en" else field: value for field, value in fields.items()}
    return ", ".join(f"{field} {_word(value, language)}" for field, value in said.items())


def _word(value: Any, language: Language) -> str:
    if isinstance(value, Component):
        inner = described(value, language)
        name = words.schedule_name(value, language) if isinstance(value, Schedule) else value.name.replace("_", " ")
        return name + (f" ({inner})" if inner else "")
    if isinstance(value, tuple):
        return " ".join(_word(item, language) for item in value)
    return f"{value:g}" if isinstance(value, float) else str(value)
