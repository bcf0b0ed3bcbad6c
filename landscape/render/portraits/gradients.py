"""Draw what the ways to a gradient cost: error, time, passes and the size of expressions, as coordinates grow."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from landscape import i18n
from landscape.core.surface import Surface
from landscape.derivatives.comparison import Cost
from landscape.render.canvas.settings import own_settings
from landscape.render.pages.sheet import MARGIN, Sheet
from landscape.render.style.axes import dress, log_ticks
from landscape.render.style.marks import MarkerStyle
from landscape.render.style.theme import HEIGHT, LIGHT, WIDTH, Style, Theme
from landscape.render.text import captions as words

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# An error of nothing has no place on a logarithmic axis: it is drawn at rounding level.
ROUNDING = 1e-17
KEY_WIDTH = 262.0


@own_settings()
def picture(costs: Sequence[Cost], surface: Surface, theme: Theme = LIGHT) -> Figure:
    """Four panels over the same dimensions, with the methods and their last figures beside them."""
    sheet, language = Sheet(WIDTH, HEIGHT, theme), theme.language
    methods = list(dict.fromkeys(cost.method for cost in costs))
    title, name = "What the gradient of {name} costs, by {count} methods", words.surface_name(surface, language)
    bottom = sheet.heading(i18n.say(language, title, name=name, count=len(methods)), WIDTH - MARGIN)
    styles = {method: theme.style(index) for index, method in enumerate(methods)}
    panels = [
        ("relative error (exact: at 1e-17)", [(c, max(c.error, ROUNDING)) for c in costs if c.method != "manual"]),
        ("time, in values of f", [(c, c.values) for c in costs]),
        ("passes through f", [(c, float(c.passes)) for c in costs if c.passes]),
        ("size of the gradient's expression, in sizes of f's", [(c, c.swell) for c in costs if c.swell]),
    ]
    wide = (WIDTH - KEY_WIDTH - 2.0 * MARGIN) / 2.0
    tall = (HEIGHT - bottom - 58.0) / 2.0
    for number, (name, points) in enumerate(panels):
        left, top = MARGIN + 44.0 + number % 2 * wide, bottom + 46.0 + number // 2 * tall
        sheet.text(left - 40.0, top - 14.0, i18n.say(language, name), theme.label, color=theme.quiet)
        if points:
            _panel(sheet.axes(left, top, wide - 66.0, tall - 76.0), points, styles, theme)
        else:
            sheet.text(left, top + 40.0, i18n.say(language, "not measured"), theme.label, color=theme.quiet)
    below = i18n.say(language, "coordinates")
    sheet.text(MARGIN + 44.0 + wide, HEIGHT - 16.0, below, theme.label, color=theme.quiet, ha="center")
    _key(sheet, costs, styles, bottom + 46.0)
    return sheet.figure


def _panel(ax: Axes, points: Sequence[tuple[Cost, float]], styles: dict[str, Style], theme: Theme) -> None:
    dress(ax, theme, ("left", "bottom"))
    ax.set_xscale("log")
    ax.set_yscale("log")
    lines = {method: tuple((cost.dim, y) for cost, y in points if cost.method == method) for method in styles}
    for method, style in styles.items():
        if not lines[method]:
            continue
        # lines that lie on one another take turns, and their markers grow smaller
        alike = [other for other in styles if lines[other] == lines[method]]
        turn, x, y = alike.index(method), *np.array(lines[method]).T
        dashes = (8.0 * turn, (8.0, 8.0 * (len(alike) - 1))) if len(alike) > 1 else "solid"
        ax.plot(x, y, color=style.color, linewidth=theme.trail, zorder=2, linestyle=dashes, dash_capstyle="butt")
        ax.plot(x, y, color=style.color, marker=style.marker, markersize=theme.head * 0.62 * 0.72**turn,
                linestyle="none", markeredgecolor=theme.halo, markeredgewidth=1.0, zorder=3)  # fmt: skip
    dims = [cost.dim for cost, _ in points]
    values = [y for _, y in points]
    low, high = min(dims) / 1.25, max(dims) * 1.25
    # small figures over several powers of ten, so that labels are powers, which fit beside the axis
    least = 20.0 if min(values) > 1e-2 else 1e5
    bottom, top = min(values) / 2.5, max(max(values) * 2.5, min(values) * least)
    ax.set_xlim(low, high)
    ax.set_ylim(bottom, top)
    log_ticks(ax, "x", low, high)
    log_ticks(ax, "y", bottom, top)
    ax.grid(True, color=theme.grid, linewidth=0.8)
    ax.set_axisbelow(True)


def _key(sheet: Sheet, costs: Sequence[Cost], styles: dict[str, Style], top: float) -> None:
    """Each method with its marker and its figures in the largest dimension that it was measured in."""
    largest = max(cost.dim for cost in costs)
    theme, left, language = sheet.theme, WIDTH - KEY_WIDTH, sheet.theme.language
    at = i18n.say(language, "at {count} coordinates", count=f"{largest:,}")
    sheet.text(left, top - 14.0, at, theme.label, color=theme.quiet)
    top = top + 16.0
    step = min(72.0, (HEIGHT - top - 40.0) / max(1, len(styles)))
    for number, (method, style) in enumerate(styles.items()):
        last = max((cost for cost in costs if cost.method == method), key=lambda cost: cost.dim)
        y = top + 12.0 + number * step
        sheet.mark(left + 8.0, y - 6.0, MarkerStyle(style.marker, theme.head * 0.8, style.color, theme.halo, theme.rim))
        sheet.text(left + 26.0, y, i18n.say(language, method), theme.label, weight=theme.bold)
        times = f"{last.values:,.0f}" if last.values >= 10.0 else f"{last.values:.1f}"
        text = "exact, {times} × f" if last.error == 0.0 else "error {error}, {times} × f"
        text += " at {count}" if last.dim < largest else ""
        error = f"{last.error:.0e}".replace("e-0", "e-")
        told = i18n.say(language, text, error=error, times=times, count=last.dim)
        sheet.text(left + 26.0, y + 22.0, sheet.cut(told, KEY_WIDTH - 36.0, 12.5), 12.5, color=theme.quiet)
