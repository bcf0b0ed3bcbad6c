"""The page of the view `inside`: what a rule holds at each step."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from landscape import i18n
from landscape.analysis.selection import median_run, one
from landscape.core.names import UnknownName
from landscape.record import Record
from landscape.render.pages.layouts import Column, Plane, added, begin, beside_list, frame_of, theme_of
from landscape.render.pages.lists import free_corner
from landscape.render.pages.page import Page, Sheet
from landscape.render.panels.inside import LINE, Insides
from landscape.render.panels.land import Land
from landscape.render.panels.trails import Bundle, bundles
from landscape.render.style import marks
from landscape.render.style.theme import Theme
from landscape.render.text import captions as words

if TYPE_CHECKING:
    from landscape.render.views.inside import Inside


def inside_page(view: Inside, record: Record, moving: bool) -> Page:
    """The landscape with one run, and beside it what the arrows and ellipses mean."""
    bundle = chosen(record, view.entrant, theme_of(view, record))
    page, top = begin(view, dataclasses.replace(record, tracks=(record[bundle.track.label],)), moving)
    plane = Plane(record, view.window, view.levels, chosen=[bundle])
    column = beside_list(page, top, plane, rate=True, least=290.0)
    assert page.land is not None
    panel = Insides(page.land, record, bundle, view.places)
    page.panels.append(panel)
    _key(page.sheet, column, panel)
    theme, track = page.sheet.theme, bundle.track
    run = int(bundle.full[0])
    fate = "diverged" if track.status[run] == "diverged" else "loss {loss}"
    page.when = words.after_one(record, record[track.label].runs, theme.language)
    page.said = i18n.say(theme.language, fate, loss=i18n.number(float(track.value[-1, run])))
    return page


def inside_into(view: Inside, ax: Axes, record: Record) -> list[Artist]:
    """The landscape, the run and the arrows."""
    before, theme = set(ax.get_children()), theme_of(view, record)
    bundle = chosen(record, view.entrant, theme)
    box = ax.get_window_extent()
    land = Land(ax, record, frame_of(view.window, record, box.width / box.height), theme, [bundle])
    land.draw_ground(view.levels)
    land.draw_runs()
    panel = Insides(land, record, bundle, view.places)
    panel.draw_runs()
    handles = [
        Line2D([], [], color=part.color, linestyle=part.dashes, linewidth=2.2,  # type: ignore[arg-type]
               label=part.words) for part in panel.parts
    ]  # fmt: skip
    ax.legend(handles=handles, loc=free_corner(ax), prop={"family": list(theme.fonts)}, labelcolor=theme.ink,
              facecolor=theme.paper, edgecolor=theme.grid)  # fmt: skip
    return added(ax, before)


def chosen(record: Record, label: str, theme: Theme) -> Bundle:
    """The median run of the entrant with a label, of the first where there is none."""
    if label and label not in record.labels:
        raise UnknownName("entrant", label, record.labels)
    index = record.labels.index(label) if label else 0
    bundle = bundles(record, theme)[index]
    track = one(bundle.track, median_run(bundle.track))
    return dataclasses.replace(bundle, track=track, full=np.zeros(1, dtype=int), thin=np.zeros(0, dtype=int))


def _key(sheet: Sheet, column: Column, panel: Insides) -> None:
    theme, y = sheet.theme, column.top + 34.0
    to = sheet.figure.transFigure
    for part in panel.parts:
        x = [column.left / sheet.width, (column.left + 40.0) / sheet.width]
        place = 1.0 - (y - 5.0) / sheet.height
        sheet.figure.add_artist(Line2D(x, [place] * 2, transform=to, color=part.color, linewidth=2.4,
                                       linestyle=part.dashes))  # type: ignore[arg-type]  # fmt: skip
        tip = marks.Look((3, 0, -90.0), 11.0, part.color, part.color, 0.5)
        sheet.mark(column.left + 42.0, y - 5.0, tip)
        sheet.text(column.left + 60.0, y, part.words, theme.label)
        y += 32.0
    if panel.rings:
        ring = marks.Look("o", 20.0, "none", theme.ink, 1.4)
        sheet.mark(column.left + 24.0, y - 5.0, ring)
        sheet.text(column.left + 60.0, y, i18n.say(theme.language, "effective step"), theme.label)
        y += 32.0
    if panel.parts:
        for text in ("at each place the longest arrow", "has the same length"):
            told = sheet.cut(i18n.say(theme.language, text), column.wide, theme.tick)
            sheet.text(column.left, y, told, theme.tick, color=theme.quiet)
            y += LINE
