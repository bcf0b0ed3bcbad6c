"""The view "basins": which minimum a run ends in, by where it began."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from landscape import i18n
from landscape.analysis.basins import DIVERGED, NOWHERE, Ends, ends
from landscape.analysis.selection import of_entrant, only_entrant
from landscape.core.component import Array, NonNegative
from landscape.core.surface import Surface
from landscape.render.panels.points import kind_of, sorted_out
from landscape.render.style.theme import luminance
from landscape.render.text import captions as words
from landscape.render.views._base import View, register
from landscape.render.views._shared import check_plane

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

    from landscape.record import Record, Track
    from landscape.render.pages.page import Page
    from landscape.render.pages.sheet import Sheet
    from landscape.render.style.theme import Theme

MOST_MAPS, MOST_LISTED = 6, 12
TITLE, KEY, LINE = 30.0, 26.0, 28.0
SWATCH, GLYPH = 24.0, 32.0  # the width of a sample of an area, and from its left to what it means


@register("basins")
class Basins(View):
    """Each start coloured by the minimum that its run ends in: one map for each entrant, at most six.

    Starts on a regular grid fill the map, others are dots. A run has reached a minimum where it ends within `radius` of
    it; grey runs ended elsewhere, and hatched black ones diverged; in print greys and hatches stand for the minima, or
    shapes of dots. The later a run came within the radius, the paler its start,
    as far as the steps in between are recorded. Of repeats the first is shown.

    radius: as a share of the window's longer side. entrant: the label of the only one to show; all where left out.
    """

    use = "Which minimum each start leads to, and how rules differ in that; for `landscape.basins`."

    file: str = "basins.png"
    radius: NonNegative = 0.03
    entrant: str = ""

    moves = False
    batches = True

    def check_surface(self, surface: Surface) -> None:
        """ValueError where the surface has not two dimensions."""
        check_plane(self, surface)

    def page(self, record: Record, moving: bool = False) -> Page:
        """A map for each entrant, and the minima with their colours below."""
        from landscape.render.pages.lists import Row, more, without_shared_words
        from landscape.render.pages.placing import LEFT
        from landscape.render.pages.sheet import MARGIN

        page, top = self.begin(record)
        sheet, theme = page.sheet, page.sheet.theme
        minima = record.surface.minima
        record = of_entrant(record, self.entrant)
        shown = record.tracks[:MOST_MAPS]
        across = 1 if len(shown) <= 1 else len(shown) if len(shown) <= 3 else math.ceil(len(shown) / 2)
        if sheet.upright:
            across = 1 if sheet.height > 1.4 * sheet.width and len(shown) <= 3 else min(across, 2)
        down = math.ceil(len(shown) / max(1, across))
        found = [_ends(record, track, self.radius) for track in shown]
        rows = _listed(sheet, record, theme, found)
        bottom = sheet.height - KEY - LINE * max(1, len(rows))
        wide = (sheet.width - LEFT - MARGIN + 22.0) / max(1, across)
        tall = (bottom - top + 8.0) / max(1, down)
        names = without_shared_words(sheet, [Row(words.label(track, theme)) for track in shown], wide - 140.0)
        for number, (mine, name) in enumerate(zip(found, names, strict=True)):
            row, column = divmod(number, across)
            place = LEFT + column * wide, top - 8.0 + row * tall + TITLE, wide - 22.0, tall - TITLE - 30.0
            ax = sheet.axes(*place)
            _draw(ax, record, mine, theme)
            ax.tick_params(labelleft=column == 0)
            sheet.text(place[0], place[1] - 9.0, name.name, theme.label, weight=theme.bold)
            lowest = record.surface.lowest
            best = [i for i, point in enumerate(minima) if kind_of(point, lowest) == "minimum"]
            share = float(np.mean(np.isin(mine.goal, best))) if len(mine.goal) else 0.0
            reached = i18n.say(theme.language, "{share} reach the global minimum", share=i18n.percent(share))
            room = place[2] - sheet.measure(name.name, theme.label, theme.bold) - 14.0
            told = 0 < len(best) < len(minima)  # where all are global ones there is nothing to tell
            if told and sheet.measure(reached, theme.tick) < room:
                sheet.text(place[0] + place[2], place[1] - 9.0, reached, theme.tick, ha="right", color=theme.quiet)
        for number, row_of in enumerate(rows):
            _key(sheet, row_of, sheet.height - KEY - LINE * (len(rows) - 1 - number) + 4.0)
        if len(record.tracks) > len(shown):
            page.right = sheet.width - MARGIN - 150.0
            more(sheet, len(record.tracks) - len(shown), page.right + 24.0, top - 40.0)
        return page

    def draw_into(self, ax: Axes, record: Record) -> list[Artist]:
        """The map of one entrant in `ax`. ValueError where there are several and none is chosen."""
        from landscape.render.pages.placing import added

        record = only_entrant(record, self.entrant, self.name)
        before = set(ax.get_children())
        _draw(ax, record, _ends(record, record.tracks[0], self.radius), self.theme_for(record))
        return added(ax, before)


def colours(theme: Theme, count: int) -> Array:
    """(count, 3): a colour for each minimum, the last ones over again where there are more than colours."""
    from matplotlib.colors import to_rgb

    return np.array([to_rgb(theme.regions[i % len(theme.regions)]) for i in range(count)]).reshape(-1, 3)


def painted(found: Ends, theme: Theme, count: int) -> Array:
    """(starts, 3): the colour of each start."""
    from matplotlib.colors import to_rgb

    from landscape.render.panels.convergence_map import color_of_diverged

    paper = np.array(to_rgb(theme.paper))
    table = np.concatenate([colours(theme, count), [color_of_diverged(theme), to_rgb(theme.unknown)]])
    plain = table[found.goal]  # -1 and -2 count from the end
    pale = np.where(found.goal >= 0, theme.palest * found.late, 0.0)[:, None]
    return plain * (1.0 - pale) + paper * pale


def _ends(record: Record, track: Track, radius: float) -> Ends:
    """Where an entrant's run from each start ended."""
    window = np.array(record.surface.window)
    near = np.full(2, max(radius * float(np.max(window[:, 1] - window[:, 0])), 1e-12))
    return ends(track, record.surface.minima, _first_runs(record)[1], near)


def _draw(ax: Axes, record: Record, found: Ends, theme: Theme) -> None:
    """One entrant's map with the minima on it."""
    from landscape.render.panels.convergence_map import hatch_cells
    from landscape.render.style import axes, marks

    starts, _ = _first_runs(record)
    window = np.array(record.surface.window)
    color = painted(found, theme, len(record.surface.minima))
    axes.dress(ax, theme, ("left", "bottom"))
    ticks = [np.unique(row) for row in starts]
    drawn: Artist
    if _on_grid(starts):
        sides = (x0, x1), (y0, y1) = [_reach(each) for each in ticks]
        order = np.lexsort((starts[0], starts[1]))
        image = color[order].reshape(len(ticks[1]), len(ticks[0]), 3)
        drawn = ax.imshow(image, extent=(x0, x1, y0, y1), origin="lower", aspect="auto", interpolation="nearest")
        edges = [np.linspace(low, high, len(each) + 1) for (low, high), each in zip(sides, ticks, strict=True)]
        goals = found.goal[order].reshape(image.shape[:2])
        for goal in np.unique(goals):
            if goal == DIVERGED:
                hatch_cells(ax, theme, edges, goals == goal)
            elif goal >= 0 and (hatch := hatch_of(theme, int(goal))):
                hatch_cells(ax, theme, edges, goals == goal, hatch, _stroke_on(theme, int(goal)))
        limits = (x0, x1), (y0, y1)
    else:
        drawn = ax.scatter(starts[0], starts[1], c=color, s=30.0, edgecolors=theme.outline, linewidths=0.6)
        if len(theme.hatches) > 1:
            shapes = [marks.shape(_shape_of(theme, int(goal))) for goal in found.goal]
            drawn.set_paths(shapes)
        pad = 0.05 * np.maximum(window[:, 1] - window[:, 0], 1e-9)
        low = np.minimum(window[:, 0], starts.min(axis=1)) - pad
        high = np.maximum(window[:, 1], starts.max(axis=1)) + pad
        limits = (float(low[0]), float(high[0])), (float(low[1]), float(high[1]))
    drawn.set_gid("basins")
    ax.set(xlim=limits[0], ylim=limits[1])
    inset = [0.06 * (high - low) for low, high in limits]
    axes.even_ticks(ax, "x", limits[0][0] + inset[0], limits[0][1] - inset[0], most=4)
    axes.even_ticks(ax, "y", limits[1][0] + inset[1], limits[1][1] - inset[1], most=5)
    lowest = record.surface.lowest
    for point in sorted_out(record.surface.minima)[0][:60]:
        for marker in marks.ground(kind_of(point, lowest), theme):
            ax.add_artist(
                marks.marked([point.point[0]], [point.point[1]], marker, transform=ax.transData, gid="minimum")
            )


def hatch_of(theme: Theme, number: int) -> str:
    """The strokes over the area of a minimum, "" for none."""
    return theme.hatches[number % len(theme.hatches)]


def _stroke_on(theme: Theme, number: int) -> str:
    """The colour of strokes on the area of a minimum."""
    return theme.ink if luminance(theme.regions[number % len(theme.regions)]) > 0.2 else theme.paper


def _shape_of(theme: Theme, number: int) -> str:
    """The marker of a start that leads to a minimum, where hatches tell areas apart; of one that leads to none "o"."""
    return theme.markers[number % len(theme.markers)] if number >= 0 and len(theme.hatches) > 1 else "o"


def _on_grid(starts: Array) -> bool:
    """Whether starts (2, n) are all places of a regular grid."""
    ticks = [np.unique(row) for row in starts]
    return starts.shape[1] >= 4 and min(map(len, ticks)) >= 2 and len(ticks[0]) * len(ticks[1]) == starts.shape[1]


def _first_runs(record: Record) -> tuple[Array, Array]:
    """((2, n), (n,)): the starts, and the place of the first of each one's runs."""
    numbers = np.asarray(record.runs) // record.repeats
    _, runs = np.unique(numbers, return_index=True)
    return record.tracks[0].params[0][:, runs] if record.tracks else np.empty((2, 0)), runs


def _reach(ticks: Array) -> tuple[float, float]:
    half = (ticks[-1] - ticks[0]) / (len(ticks) - 1) / 2.0
    return float(ticks[0] - half), float(ticks[-1] + half)


class Entry(NamedTuple):
    """What a colour of the maps means. shape: of its marker, "" for a piece of an area; stroke: of its hatch."""

    color: str
    said: str
    hatch: str = ""
    stroke: str = ""
    shape: str = ""


def _listed(sheet: Sheet, record: Record, theme: Theme, found: list[Ends]) -> list[list[Entry]]:
    """Each minimum, and the other ends that there are, in lines as long as the page is wide."""
    from matplotlib.colors import to_hex

    from landscape.render.pages.placing import LEFT
    from landscape.render.pages.sheet import MARGIN
    from landscape.render.panels.convergence_map import color_of_diverged

    minima, dots = record.surface.minima, not _on_grid(_first_runs(record)[0])
    shades = colours(theme, len(minima))
    entries = []
    for number, (point, shade) in enumerate(list(zip(minima, shades, strict=True))[:MOST_LISTED]):
        place = ", ".join(i18n.number(float(x)) for x in point.point)
        value = i18n.number(0.0 if abs(point.value) < 1e-12 else point.value)
        said = i18n.say(theme.language, "({place}), loss {loss}", place=place, loss=value)
        shape = _shape_of(theme, number) if dots else ""
        entries.append(Entry(to_hex(shade), said, hatch_of(theme, number), _stroke_on(theme, number), shape))
    if len(minima) > MOST_LISTED:
        text = "and {number} more, in these colours again"
        said = i18n.say(theme.language, text, number=len(minima) - MOST_LISTED)
        entries.append(Entry(theme.paper, said))
    goals = np.concatenate([np.empty(0, dtype=int), *(each.goal for each in found)])
    if np.any(goals == NOWHERE):
        text = "elsewhere" if minima else "elsewhere: no minimum is known"
        entries.append(Entry(theme.unknown, i18n.say(theme.language, text)))
    if np.any(goals == DIVERGED):
        gone = to_hex(tuple(color_of_diverged(theme)))
        entries.append(Entry(gone, i18n.say(theme.language, "diverged"), "" if dots else "////", theme.paper))
    if theme.palest and np.any(goals >= 0):
        later = "paler: came later" if luminance(theme.paper) > luminance(theme.ink) else "darker: came later"
        entries.append(Entry(theme.paper, i18n.say(theme.language, later)))
    lines: list[list[Entry]] = [[]]
    room = sheet.width - LEFT - MARGIN
    for entry in entries:
        width = sheet.measure(entry.said, theme.tick) + GLYPH + 22.0
        if lines[-1] and width > room:
            lines.append([])
            room = sheet.width - LEFT - MARGIN
        lines[-1].append(entry)
        room -= width
    return lines


def _key(sheet: Sheet, entries: list[Entry], y: float) -> None:
    """One line of the key: colours and what they mean."""
    from matplotlib.patches import Rectangle

    from landscape.render.pages.placing import LEFT
    from landscape.render.style.marks import MarkerStyle

    theme, x = sheet.theme, LEFT
    for color, said, hatch, stroke, shape in entries:
        if shape:
            sheet.mark(x + 7.0, y - 6.0, MarkerStyle(shape, theme.head, color, theme.outline, 0.8))
        else:
            place = x / sheet.width, 1.0 - (y + 2.0) / sheet.height
            sides: dict[str, Any] = {"width": SWATCH / sheet.width, "height": 16.0 / sheet.height}
            sides["transform"] = sheet.figure.transFigure
            area = Rectangle(
                place, facecolor=color, edgecolor=stroke or color, hatch=hatch or None, linewidth=0.0, **sides
            )
            sheet.figure.add_artist(area)
            sheet.figure.add_artist(Rectangle(place, fill=False, edgecolor=theme.quiet, linewidth=0.8, **sides))
        sheet.text(x + GLYPH, y, said, theme.tick, color=theme.ink)
        x += sheet.measure(said, theme.tick) + GLYPH + 22.0
