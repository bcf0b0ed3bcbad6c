"""Draw a surface by itself: its landscape with every known point, or its curve where it has one coordinate.

portrait(ls.surface("himmelblau")).savefig("himmelblau.png")
"""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING

import numpy as np

from landscape import i18n
from landscape.core.critical_points import RANK
from landscape.core.registry import registry
from landscape.core.surface import Surface
from landscape.record import Record
from landscape.render.canvas.settings import own_settings
from landscape.render.pages.sheet import MARGIN, Sheet
from landscape.render.panels.land import Land
from landscape.render.panels.points import kind_of
from landscape.render.panels.terrain import fitted, framed
from landscape.render.style import axes, marks
from landscape.render.style.theme import HEIGHT, LIGHT, WIDTH, Theme
from landscape.render.text import captions as words

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LEAST_SHRINK = 0.72  # of a formula's letters, before it is broken into lines


@own_settings()
def portrait(surface: Surface, width: int = WIDTH, height: int = HEIGHT, theme: Theme = LIGHT) -> Figure:
    """A page with the surface's landscape, its critical points and its customary start.

    A surface of more than two dimensions is cut along the first two coordinates, through its lowest minimum.
    """
    sheet = Sheet(width, height, theme)
    title = words.opened(words.surface_name(surface, theme.language))
    if surface.dim > 2:
        cut = "{name}, cut along 2 of {count} coordinates"
        title = i18n.say(theme.language, cut, name=title, count=surface.dim)
    bottom = sheet.heading(title, sheet.width - MARGIN)
    left, top = MARGIN + 54.0, bottom + 22.0
    tall = sheet.height - top - 44.0
    wide = min(1.2 * tall, sheet.width - left - MARGIN)
    ax = sheet.axes(left, top, wide, tall)
    if surface.dim == 1:
        _curve(ax, surface, theme)
        counts: dict[str, int] = {}
    else:
        counts = _ground(ax, flat(surface), theme, wide / tall).unmarked
    notes = [note for note in words.marking(surface, counts, theme.language)[1:] if note]
    _facts(sheet, surface, left + wide + 32.0, top + 18.0, notes)
    return sheet.figure


def _facts(sheet: Sheet, surface: Surface, left: float, top: float, notes: list[str]) -> None:
    """The formula and the critical points, as many as there is room for."""
    theme, room = sheet.theme, sheet.width - left - MARGIN
    y = top
    for part in surface.formula.split(r", \quad "):
        y += 10.0 * (r"\sum" in part or r"\frac" in part)
        text = sheet.figure.text(
            left / sheet.width, 1.0 - y / sheet.height, f"${part}$", fontsize=theme.label, color=theme.ink,
            va="baseline", math_fontfamily="dejavusans",
        )  # fmt: skip
        wide = text.get_window_extent().width / sheet.scale
        rows = 1 if wide <= room / LEAST_SHRINK else math.ceil(LEAST_SHRINK * wide / room)
        lines = broken(part, rows)
        if len(lines) > 1:
            text.set_text("\n".join(f"${line}$" for line in lines))
            text.set_verticalalignment("top")
            text.set_y(1.0 - (y - 16.0) / sheet.height)
            text.set_linespacing(1.6)
            wide = text.get_window_extent().width / sheet.scale
        if wide > room:
            text.set_fontsize(max(6.0, theme.label * room / wide))
        y += 34.0 + 12.0 * (r"\sum" in part) + 34.0 * (len(lines) - 1)
    y += 12.0
    points = tuple(sorted(surface.marked_points, key=lambda point: (RANK[point.kind], point.value)))
    shown = points[: int((sheet.height - y - 66.0 - 24.0 * max(1, len(notes))) // 30.0)]
    lowest = surface.lowest
    for point in shown:
        for marker in marks.ground(kind_of(point, lowest), theme):
            sheet.mark(left + 9.0, y - 5.0, dataclasses.replace(marker, size=min(marker.size, 13.0)))
        place = ", ".join(i18n.number(float(x) + 0.0) for x in point.point[:4]) + ", …" * (surface.dim > 4)
        told = f"({place}):  {i18n.number(0.0 if abs(point.value) < 1e-12 else point.value)}"
        sheet.text(left + 28.0, y, sheet.cut(told, room - 28.0, 14.0), 14.0)
        y += 30.0
    if len(shown) < len(points):
        more = i18n.say(theme.language, "and {more} more", more=len(points) - len(shown))
        sheet.text(left + 28.0, y, more, 14.0, color=theme.quiet)
        y += 30.0
    for note in notes:
        sheet.text(left + 28.0, y, sheet.cut(note, room - 28.0, 13.0), 13.0, color=theme.quiet)
        y += 24.0


def broken(formula: str, rows: int) -> list[str]:
    """A formula in about so many lines of much the same length, cut before signs outside braces; or in one."""
    places, depth = [], 0
    for at, sign in enumerate(formula):
        depth += {"{": 1, "}": -1}.get(sign, 0)
        if at and depth == 0 and (formula.startswith((" + ", " - "), at) or formula.startswith("[", at)):
            places.append(at)
    if rows < 2 or not places or r"\left" in formula:
        return [formula]
    lines, begin = [], 0
    for row in range(1, rows):
        wanted = len(formula) * row / rows
        at = min(places, key=lambda place: abs(place - wanted))
        if at > begin:
            lines.append(formula[begin:at].strip())
            begin = at
    return [*lines, formula[begin:].strip()]


def flat(surface: Surface) -> Surface:
    """The surface itself in two dimensions; the cut through its lowest minimum in more."""
    if surface.dim == 2:
        return surface
    cut: Surface = registry("surface").build("slice", surface=surface)
    return cut


@own_settings()
def thumbnail(surface: Surface, width: int = 288, height: int = 216, theme: Theme = LIGHT) -> Figure:
    """The surface's landscape alone, small, without title and numbers, and with marks that show at that size."""
    marked = {name: 2.6 * getattr(theme, name) for name in ("lowest", "local", "saddle", "begin", "trail")}
    theme = dataclasses.replace(theme, **marked)
    sheet = Sheet(width, height, theme)
    ax = sheet.axes(0.0, 0.0, sheet.width, sheet.height)
    if surface.dim == 1:
        _curve(ax, surface, theme)
    else:
        _ground(ax, flat(surface), theme, 1.0)
    ax.set_xticks([])
    ax.set_yticks([])
    for spine in ax.spines.values():
        spine.set_visible(False)
    return sheet.figure


def _ground(ax: Axes, surface: Surface, theme: Theme, aspect: float) -> Land:
    begin = surface.customary_start[:, None]
    record = Record(surface, (), begin, np.zeros(1, dtype=int), 1)
    land = Land(ax, record, fitted(framed(record), aspect), theme)
    land.starts = begin
    land.draw_ground(levels=18)
    return land


def _curve(ax: Axes, surface: Surface, theme: Theme) -> None:
    ((low, high),) = surface.window
    x = np.linspace(low, high, 2001)
    with np.errstate(all="ignore"):
        y = np.asarray(surface.value(x[None]), dtype=np.float64)
    known = y[np.isfinite(y)]
    bottom, top = float(known.min()), float(known.max())
    pad = 0.08 * (top - bottom) or 1.0
    axes.dress(ax, theme, ("left", "bottom"))
    ax.plot(x, y, color=theme.line, linewidth=theme.trail * 1.3)
    ax.set(xlim=(low, high), ylim=(bottom - pad, top + pad))
    axes.even_ticks(ax, "x", low, high, most=6)
    axes.even_ticks(ax, "y", bottom - pad, top + pad, most=6)
    lowest = surface.lowest
    for point in surface.marked_points:
        for marker in marks.ground(kind_of(point, lowest), theme):
            ax.add_artist(marks.marked(point.point, [point.value], marker, transform=ax.transData, gid=point.kind))
