"""The page of the view `boundary`: where a classifier draws its line, and the way over the landscape."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes

from landscape import i18n
from landscape.analysis import projections
from landscape.analysis.selection import median_run, one
from landscape.core.names import UnknownName
from landscape.record import Record
from landscape.render.pages.layouts import (
    BELOW,
    GAP,
    LEFT,
    NAMES,
    TITLED,
    Place,
    Plane,
    across,
    added,
    begin,
    land_at,
    theme_of,
)
from landscape.render.pages.lists import key_at, legend
from landscape.render.pages.page import MARGIN, Page
from landscape.render.panels.boundary import Boundary, _classes, _entrants
from landscape.render.text import captions as words

if TYPE_CHECKING:
    from landscape.render.views.boundary import BoundaryView


def boundary_page(view: BoundaryView, record: Record, moving: bool) -> Page:
    """The landscape at the left, the boundary among the data at the right."""
    runs = record.tracks[0].runs
    record, index = chosen(record, view.entrant)
    page, top = begin(view, record, moving)
    sheet, theme = page.sheet, page.sheet.theme
    page.when = words.after_one(record, runs, theme.language)
    flat, shares = projections.components(record)
    labels = tuple(
        i18n.say(theme.language, "component {number} ({share})", number=number, share=i18n.percent(share))
        for number, share in enumerate(shares, start=1)
    )
    seen, facts = projections.seen_in(record, flat, (labels[0], labels[1]))
    # the frame need not hold the starts of runs that are not drawn
    seen = dataclasses.replace(seen, starts=seen.tracks[0].params[0], runs=np.zeros(1, dtype=int), repeats=1)
    variance = i18n.percent(facts.variance)
    heads = [
        i18n.say(theme.language, text, share=variance)
        for text in ("loss on the main plane, {share} of the variance", "main plane, {share}")
    ]
    height = sheet.height - top - BELOW
    width = (sheet.width - LEFT - GAP - 62.0 - MARGIN - 20.0) / 2.0
    place = LEFT + width + GAP + 62.0, top, width, height
    if sheet.upright:
        width, height = across(sheet), (height - BELOW - TITLED) / 2.0
        place = LEFT, top + height + BELOW + TITLED, width, height
    page.land = land_at(page, Plane(seen, (), view.levels, heads), (LEFT, top, width, height))
    page.panels.append(_panel_at(page, record, place, index, moving))
    key_at(sheet, page.land, LEFT, LEFT + 120.0, top + height + NAMES)
    _entrants(sheet, record, LEFT + 110.0, LEFT + width, top + height + NAMES)
    return page


def boundary_into(view: BoundaryView, ax: Axes, record: Record) -> list[Artist]:
    """The boundary and the data in Axes that someone else has laid out, with matplotlib's legend."""
    before = set(ax.get_children())
    record, index = chosen(record, view.entrant)
    panel = Boundary(ax, record, theme_of(view, record), index)
    panel.draw_ground()
    panel.draw_runs()
    legend(ax, record, panel.theme)
    return added(ax, before)


def chosen(record: Record, label: str) -> tuple[Record, int]:
    """(the record with one run alone, the number of the entrant with a label, the first where it is empty).

    The run is that entrant's median one, and the same for all, so that they have the same start.
    """
    if label and label not in record.labels:
        raise UnknownName("entrant", label, record.labels)
    index = record.labels.index(label) if label else 0
    run = median_run(record.tracks[index])
    tracks = tuple(one(track, run) for track in record.tracks)
    return dataclasses.replace(record, tracks=tracks, runs=record.runs[[run]]), index


def _panel_at(page: Page, record: Record, place: Place, index: int, moving: bool) -> Boundary:
    """The panel with its title above and its key below."""
    sheet, theme = page.sheet, page.sheet.theme
    left, top, width, height = place
    panel = Boundary(sheet.axes(*place), record, theme, index)
    panel.draw_ground()
    right = min(left + width, page.right)
    told = panel.accuracy(panel.params(index))
    room = right - left - sheet.measure(i18n.say(theme.language, "{share} right", share="99.99 %"), theme.label) - 16.0
    label = words.label(record.tracks[index], theme)
    heads = [i18n.say(theme.language, text, label=label) for text in ("classes by {label}", "{label}")]
    sheet.text(left, top - 11.0, sheet.choose(heads, room, theme.label), theme.label)
    if moving:
        panel.accuracy_at = right * sheet.scale, (top - 11.0) * sheet.scale
    else:
        sheet.text(right, top - 11.0, told, theme.label, ha="right")
    sheet.text(left - 12.0, top - 15.0, "x₂", theme.label, ha="right", style="italic")
    sheet.text(left + width + 6.0, top + height, "x₁", theme.label, style="italic")
    _classes(sheet, panel, left, left + width, top + height + NAMES)
    return panel
