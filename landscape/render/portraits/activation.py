"""Draw activations: one on a page with what is known of it, or many beside each other.

activation_portrait(build("relu")).savefig("relu.png")
picture([build(name) for name in names()], "Every rectifier but the smooth ones has a kink").savefig("all.png")
"""

from __future__ import annotations

import functools
import inspect
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from landscape import i18n
from landscape.nn.activations._base import Activation
from landscape.nn.activations._facts import facts
from landscape.render.canvas.settings import own_settings
from landscape.render.pages.sheet import MARGIN, Sheet
from landscape.render.portraits.schedule import described
from landscape.render.style import axes
from landscape.render.style.theme import HEIGHT, LIGHT, WIDTH, Theme

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

REACH = 4.0
HIGHEST, LOWEST = 2.2, -1.9
TICKS = (-1.0, 0.0, 1.0, 2.0)
FLAT = "derivative 0 from here on"
Dashes = tuple[float, Sequence[float]]
KEY: tuple[tuple[str, Dashes], ...] = (("function", (0.0, ())), ("derivative", (0.0, (4.0, 2.0))))


@own_settings()
def activation_portrait(phi: Activation, width: int = WIDTH, height: int = HEIGHT, theme: Theme = LIGHT) -> Figure:
    """A page with phi in full, phi' dashed, flat half lines shaded, and the formula and facts beside them."""
    sheet = Sheet(width, height, theme)
    language = theme.language
    fields = described(phi, language)
    said = (inspect.getdoc(phi) or "").partition("\n")[0] if language == "en" else ""
    bottom = sheet.heading(type(phi).__name__ + (f", {fields}" if fields else ""), sheet.width - MARGIN) + 32.0
    sheet.text(MARGIN, bottom, sheet.cut(said, sheet.width - 2.0 * MARGIN, theme.label), theme.label, color=theme.quiet)
    left, top = MARGIN + 36.0, bottom + 28.0
    tall = sheet.height - top - 44.0
    wide = min(1.25 * tall, 0.6 * sheet.width)
    ax = sheet.axes(left, top, wide, tall)
    _panel(ax, phi, theme, 1.3)
    axes.even_ticks(ax, "x", -REACH, REACH, most=6)
    sheet.text(left + wide + 14.0, top + tall + 4.0, "z", theme.label, style="italic")
    x, y = left + wide + 40.0, top + 24.0
    room = sheet.width - x - MARGIN
    text = sheet.figure.text(
        x / sheet.width, 1.0 - y / sheet.height, f"${phi.formula}$", fontsize=theme.label * 1.1, color=theme.ink,
        va="baseline", math_fontfamily="dejavusans",
    )  # fmt: skip
    if (drawn := text.get_window_extent().width / sheet.scale) > room:
        text.set_fontsize(theme.label * 1.1 * room / drawn)
    y = _keys(sheet, x, y + 54.0, bool(phi.flat))
    y += 14.0
    for label, told in facts(phi, functools.partial(i18n.say, language)).items():
        y += 54.0
        sheet.text(x, y, label, theme.tick, color=theme.quiet)
        sheet.text(x, y + 24.0, sheet.cut(told, room, theme.label), theme.label)
    return sheet.figure


@own_settings()
def picture(activations: Sequence[Activation], title: str, theme: Theme = LIGHT) -> Figure:
    """A panel for each activation, on the same axes: phi in full, phi' dashed, flat half lines shaded."""
    sheet = Sheet(WIDTH, HEIGHT, theme)
    top = sheet.heading(title, WIDTH - MARGIN) + 46.0
    cells = len(activations) + 1  # the last one holds the key
    columns = math.ceil(math.sqrt(1.9 * cells))
    rows = math.ceil(cells / columns)
    edge = MARGIN + 32.0
    width, height = (WIDTH - MARGIN - edge) / columns, (HEIGHT - top - 34.0) / rows
    for number, phi in enumerate(activations):
        column, row = number % columns, number // columns
        left, up = edge + column * width, top + row * height
        sheet.text(left, up - 8.0, phi.name.replace("_", " "), theme.label, weight=theme.bold)
        ax = sheet.axes(left, up, width - 22.0, height - 40.0)
        _panel(ax, phi, theme)
        ax.tick_params(labelleft=column == 0, labelbottom=number + columns >= len(activations))
    flat = any(phi.flat for phi in activations)
    _keys(sheet, edge + (columns - 1) * width, top + (rows - 1) * height + 30.0, flat, brief=True)
    return sheet.figure


def _keys(sheet: Sheet, left: float, y: float, flat: bool, brief: bool = False) -> float:
    """What the lines and the shade mean, from a height on; the height of the last line."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import Rectangle

    theme, figure = sheet.theme, sheet.figure
    at = figure.transFigure
    for number, (word, dashes) in enumerate(KEY):
        color, level = theme.style(number).color, 1.0 - (y - 6.0) / sheet.height
        ends = [left / sheet.width, (left + 40.0) / sheet.width]
        figure.add_artist(
            Line2D(ends, [level] * 2, color=color, linewidth=theme.trail * 1.2, linestyle=dashes, transform=at)
        )
        sheet.text(left + 50.0, y, i18n.say(theme.language, word), theme.label, color=color, weight=theme.bold)
        y += 30.0
    if flat:
        corner = (left / sheet.width, 1.0 - (y + 2.0) / sheet.height)
        size = (40.0 / sheet.width, 18.0 / sheet.height)
        figure.add_artist(Rectangle(corner, *size, color=theme.grid, linewidth=0.0, transform=at))
        word = i18n.say(theme.language, "derivative 0" if brief else FLAT)
        sheet.text(left + 50.0, y, word, theme.label, color=theme.quiet)
        y += 30.0
    return y - 30.0


def _panel(ax: Axes, phi: Activation, theme: Theme, bold: float = 1.0) -> None:
    axes.dress(ax, theme, ("left", "bottom"))
    z = np.linspace(-REACH, REACH, 801)
    for low, high in phi.flat:
        ax.axvspan(max(low, -REACH), min(high, REACH), color=theme.grid, linewidth=0.0, zorder=0)
    ax.axhline(0.0, color=theme.grid, linewidth=0.8, zorder=1)
    ax.axvline(0.0, color=theme.grid, linewidth=0.8, zorder=1)
    slope = phi.derivative(z)
    slope[np.min(np.abs(z[:, None] - np.array(phi.kinks or (np.inf,))), axis=1) < 1e-9] = np.nan  # a jump is no line
    solid, dashes = (line for _, line in KEY)
    wide = theme.trail * bold
    ax.plot(z, slope, color=theme.style(1).color, linewidth=wide, linestyle=dashes, zorder=4)
    ax.plot(z, phi.value(z), color=theme.style(0).color, linewidth=wide, linestyle=solid, zorder=3)
    ax.set_xlim(-REACH, REACH)
    ax.set_ylim(LOWEST, HIGHEST)
    ax.set_xticks([-2.0, 0.0, 2.0])
    ax.set_yticks(TICKS)
