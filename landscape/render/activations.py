"""Draw activations beside each other: each function, its derivative, and where its slope vanishes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from landscape.networks.activations import Activation
from landscape.render import words
from landscape.render.axes import dress
from landscape.render.page import MARGIN, Sheet
from landscape.render.theme import HEIGHT, LIGHT, WIDTH, Theme

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

REACH = 4.0
HIGHEST, LOWEST = 2.2, -1.4


def picture(activations: Sequence[Activation], title: str, theme: Theme = LIGHT) -> Figure:
    """A panel for each activation, on the same axes: phi in full, phi' dashed, flat half lines shaded."""
    sheet = Sheet(WIDTH, HEIGHT, theme)
    top = sheet.heading(title, WIDTH - MARGIN) + 54.0
    columns = min(len(activations), max(1, math.ceil(math.sqrt(1.6 * len(activations)))))
    rows = math.ceil(len(activations) / columns)
    width, height = (WIDTH - 2.0 * MARGIN) / columns, (HEIGHT - top - 30.0) / rows
    for number, phi in enumerate(activations):
        left, up = MARGIN + number % columns * width, top + number // columns * height
        sheet.text(left + 24.0, up - 8.0, phi.name.replace("_", " "), theme.label, weight=theme.bold)
        _panel(sheet.axes(left + 24.0, up, width - 44.0, height - 70.0), phi, theme)
    value, slope = theme.style(0).color, theme.style(1).color
    sheet.text(WIDTH - MARGIN, top - 44.0, words.say(theme.language, "function"), theme.label, color=value, ha="right")
    told = words.say(theme.language, "derivative (dashed)")
    sheet.text(WIDTH - MARGIN - 110.0, top - 44.0, told, theme.label, color=slope, ha="right")
    return sheet.figure


def _panel(ax: Axes, phi: Activation, theme: Theme) -> None:
    dress(ax, theme, ("left", "bottom"))
    z = np.linspace(-REACH, REACH, 801)
    for low, high in phi.flat:
        ax.axvspan(max(low, -REACH), min(high, REACH), color=theme.grid, linewidth=0.0, zorder=0)
    ax.axhline(0.0, color=theme.grid, linewidth=0.8, zorder=1)
    ax.axvline(0.0, color=theme.grid, linewidth=0.8, zorder=1)
    slope = phi.derivative(z)
    slope[np.min(np.abs(z[:, None] - np.array(phi.kinks or (np.inf,))), axis=1) < 1e-9] = np.nan  # a jump is no line
    ax.plot(z, slope, color=theme.style(1).color, linewidth=theme.trail, linestyle=(0, (4, 2)), zorder=2)
    ax.plot(z, phi.value(z), color=theme.style(0).color, linewidth=theme.trail, zorder=3)
    ax.set_xlim(-REACH, REACH)
    ax.set_ylim(LOWEST, HIGHEST)
    ax.set_xticks([-4, -2, 0, 2, 4])
    ax.set_yticks([-1, 0, 1, 2])
