"""Draw maps of where runs end, by where they began."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from matplotlib.colors import to_rgb

from landscape import i18n
from landscape.analysis.selection import of_entrant, only_entrant
from landscape.core.component import Array
from landscape.core.critical_points import CriticalPoint
from landscape.record import Record, Track
from landscape.render.pages.layouts import LEFT, begin, theme_of
from landscape.render.pages.lists import Row, more, told_apart
from landscape.render.pages.page import MARGIN, Page, Sheet
from landscape.render.panels.points import kind_of, sorted_out
from landscape.render.style import axes, marks
from landscape.render.style.marks import Look
from landscape.render.style.theme import Theme
from landscape.render.text import captions as words

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

    from landscape.render.views.basins import Basins

MOST_MAPS, MOST_LISTED = 6, 12
TITLE, KEY, LINE = 30.0, 26.0, 28.0
NOWHERE, DIVERGED = -1, -2


class Ends(NamedTuple):
    """Where the runs from each start ended: the number of a minimum, or NOWHERE or DIVERGED; and how late, 0 to 1."""

    goal: Array
    late: Array


def ends(track: Track, minima: tuple[CriticalPoint, ...], runs: Array, near: Array) -> Ends:
    """Of the runs with these places; near: (2,), how close to a minimum counts as there, along each coordinate."""
    path = track.params[:, :, runs]
    goal = np.full(len(runs), NOWHERE)
    late = np.zeros(len(runs))
    length = math.log1p(max(1, int(track.steps[-1])))
    best = np.ones(len(runs))
    for number, point in enumerate(minima):
        with np.errstate(over="ignore", invalid="ignore"):
            away = np.sqrt(np.sum(((path - point.point[:, None]) / near[:, None]) ** 2, axis=1))
        here = away[-1] <= best
        goal[here], best[here] = number, away[-1][here]
        # the first row from which on the run stays there
        outside = away > 1.0
        row = len(away) - np.argmax(outside[::-1], axis=0)
        row = np.where(outside.any(axis=0), np.minimum(row, len(away) - 1), 0)
        late[here] = (np.log1p(track.steps[row]) / length)[here]
    goal[track.status[runs] == "diverged"] = DIVERGED
    return Ends(goal, late)


def colours(theme: Theme, count: int) -> Array:
    """(count, 3): a colour for each minimum, the last ones over again where there are more than colours."""
    return np.array([to_rgb(theme.regions[i % len(theme.regions)]) for i in range(count)]).reshape(-1, 3)


def painted(found: Ends, theme: Theme, count: int) -> Array:
    """(starts, 3): the colour of each start."""
    paper = np.array(to_rgb(theme.paper))
    table = np.concatenate([colours(theme, count), [to_rgb(theme.ink), to_rgb(theme.unknown)]])
    plain = table[found.goal]  # -1 and -2 count from the end
    pale = np.where(found.goal >= 0, theme.palest * found.late, 0.0)[:, None]
    return plain * (1.0 - pale) + paper * pale


def maps(view: Basins, record: Record) -> Page:
    """One map beside the other, and the minima with their colours below."""
    page, top = begin(view, record, False)
    sheet, theme = page.sheet, page.sheet.theme
    minima = record.surface.minima
    record = of_entrant(record, view.entrant)
    shown = record.tracks[:MOST_MAPS]
    across = 1 if len(shown) <= 1 else len(shown) if len(shown) <= 3 else math.ceil(len(shown) / 2)
    if sheet.upright:
        across = 1 if sheet.height > 1.4 * sheet.width and len(shown) <= 3 else min(across, 2)
    down = math.ceil(len(shown) / max(1, across))
    rows = _listed(sheet, record, theme)
    bottom = sheet.height - KEY - LINE * max(1, len(rows))
    wide = (sheet.width - LEFT - MARGIN + 22.0) / max(1, across)
    tall = (bottom - top + 8.0) / max(1, down)
    names = told_apart(sheet, [Row(words.label(track, theme)) for track in shown], wide - 140.0)
    found = []
    for number, (track, name) in enumerate(zip(shown, names, strict=True)):
        row, column = divmod(number, across)
        place = LEFT + column * wide, top - 8.0 + row * tall + TITLE, wide - 22.0, tall - TITLE - 30.0
        ax = sheet.axes(*place)
        mine = _draw(ax, view, record, track, theme)
        found.append(mine)
        ax.tick_params(labelleft=column == 0)
        sheet.text(place[0], place[1] - 9.0, name.name, theme.label, weight=theme.bold)
        best = [i for i, point in enumerate(minima) if kind_of(point, record.surface.lowest) == "minimum"]
        share = float(np.mean(np.isin(mine.goal, best))) if len(mine.goal) else 0.0
        said = i18n.say(theme.language, "{share} find the lowest", share=i18n.percent(share))
        if (
            best
            and sheet.measure(said, theme.tick) < place[2] - sheet.measure(name.name, theme.label, theme.bold) - 14.0
        ):
            sheet.text(place[0] + place[2], place[1] - 9.0, said, theme.tick, ha="right", color=theme.quiet)
    for number, row_of in enumerate(rows):
        _key(sheet, row_of, sheet.height - KEY - LINE * (len(rows) - 1 - number) + 4.0)
    if len(record.tracks) > len(shown):
        page.right = sheet.width - MARGIN - 150.0
        more(sheet, len(record.tracks) - len(shown), page.right + 24.0, top - 40.0)
    return page


def map_into(view: Basins, ax: Axes, record: Record) -> list[Artist]:
    """The map of one entrant in `ax`."""
    record = only_entrant(record, view.entrant, view.name)
    before = set(ax.get_children())
    _draw(ax, view, record, record.tracks[0], theme_of(view, record))
    return [artist for artist in ax.get_children() if artist not in before]


def _draw(ax: Axes, view: Basins, record: Record, track: Track, theme: Theme) -> Ends:
    starts, runs = _first_runs(record)
    window = np.array(record.surface.window)
    near = np.full(2, max(view.radius * float(np.max(window[:, 1] - window[:, 0])), 1e-12))
    found = ends(track, record.surface.minima, runs, near)
    color = painted(found, theme, len(record.surface.minima))
    axes.dress(ax, theme, ("left", "bottom"))
    ticks = [np.unique(row) for row in starts]
    if len(runs) >= 4 and min(map(len, ticks)) >= 2 and len(ticks[0]) * len(ticks[1]) == len(runs):
        (x0, x1), (y0, y1) = [_reach(each) for each in ticks]
        order = np.lexsort((starts[0], starts[1]))
        image = color[order].reshape(len(ticks[1]), len(ticks[0]), 3)
        drawn: Artist = ax.imshow(
            image, extent=(x0, x1, y0, y1), origin="lower", aspect="auto", interpolation="nearest"
        )
        limits = (x0, x1), (y0, y1)
    else:
        drawn = ax.scatter(starts[0], starts[1], c=color, s=30.0, edgecolors=theme.outline, linewidths=0.6)
        pad = 0.05 * np.maximum(window[:, 1] - window[:, 0], 1e-9)
        low = np.minimum(window[:, 0], starts.min(axis=1)) - pad
        high = np.maximum(window[:, 1], starts.max(axis=1)) + pad
        limits = (float(low[0]), float(high[0])), (float(low[1]), float(high[1]))
    drawn.set_gid("basins")
    ax.set(xlim=limits[0], ylim=limits[1])
    inset = [0.06 * (high - low) for low, high in limits]
    axes.even_ticks(ax, "x", limits[0][0] + inset[0], limits[0][1] - inset[0], most=4)
    axes.even_ticks(ax, "y", limits[1][0] + inset[1], limits[1][1] - inset[1], most=5)
    for point in sorted_out(record.surface.minima)[0][:60]:
        for look in marks.ground(kind_of(point, record.surface.lowest), theme):
            ax.add_artist(marks.marked([point.point[0]], [point.point[1]], look, transform=ax.transData, gid="minimum"))
    return found


def _first_runs(record: Record) -> tuple[Array, Array]:
    """((2, n), (n,)): the starts, and the place of the first of each one's runs."""
    numbers = np.asarray(record.runs) // record.repeats
    _, runs = np.unique(numbers, return_index=True)
    return record.tracks[0].params[0][:, runs] if record.tracks else np.empty((2, 0)), runs


def _reach(ticks: Array) -> tuple[float, float]:
    half = (ticks[-1] - ticks[0]) / (len(ticks) - 1) / 2.0
    return float(ticks[0] - half), float(ticks[-1] + half)


def _listed(sheet: Sheet, record: Record, theme: Theme) -> list[list[tuple[str, str]]]:
    """Colour and name of each minimum, and of what ended in none, in lines as long as the page is wide."""
    minima = record.surface.minima
    shades = colours(theme, len(minima))
    entries = []
    for point, shade in list(zip(minima, shades, strict=True))[:MOST_LISTED]:
        place = ", ".join(i18n.number(float(x)) for x in point.point)
        value = i18n.number(0.0 if abs(point.value) < 1e-12 else point.value)
        entries.append(
            (
                "#{:02x}{:02x}{:02x}".format(*(round(255 * part) for part in shade)),
                i18n.say(theme.language, "({place}), loss {loss}", place=place, loss=value),
            )
        )
    if len(minima) > MOST_LISTED:
        more_of_them = "and {number} more, in these colours again"
        said = i18n.say(theme.language, more_of_them, number=len(minima) - MOST_LISTED)
        entries.append((theme.paper, said))
    entries.append((theme.unknown, i18n.say(theme.language, "elsewhere")))
    entries.append((theme.ink, i18n.say(theme.language, "diverged")))
    if theme.palest:
        entries.append((theme.paper, i18n.say(theme.language, "paler: came later")))
    lines: list[list[tuple[str, str]]] = [[]]
    room = sheet.width - LEFT - MARGIN
    for entry in entries:
        width = sheet.measure(entry[1], theme.tick) + 46.0
        if lines[-1] and width > room:
            lines.append([])
            room = sheet.width - LEFT - MARGIN
        lines[-1].append(entry)
        room -= width
    return lines


def _key(sheet: Sheet, entries: list[tuple[str, str]], y: float) -> None:
    theme, x = sheet.theme, LEFT
    for color, said in entries:
        sheet.mark(x + 7.0, y - 6.0, Look("s", theme.head, color, theme.outline, 0.8))
        sheet.text(x + 22.0, y, said, theme.tick, color=theme.ink)
        x += sheet.measure(said, theme.tick) + 46.0
