"""The view "stability": how fast an entrant converges, by two of its hyper-parameters."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from landscape import i18n
from landscape.analysis.convergence_map import cells_of, measured, wrong
from landscape.analysis.selection import of_entrant, only_entrant
from landscape.core.surface import Surface
from landscape.render.style.theme import Dashes, Theme
from landscape.render.text import captions as words
from landscape.render.views._base import View, register

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

    from landscape.record import Record, Track
    from landscape.render.pages.page import Page
    from landscape.render.pages.sheet import Sheet

MOST_MAPS = 6
TITLE, FOOT, AXIS = 30.0, 64.0, 64.0
LINES: dict[str, Dashes] = {"limit": "dashed", "near": "dashed", "damped": "dotted"}


@register("stability")
class Stability(View):
    """Each pair of two hyper-parameters coloured by how fast it converges: one map for each entrant, at most six.

    The colour is the number of steps in which the loss above the global minimum falls to a tenth, as a mean from the
    first to the last recorded step, or to where it comes near rounding. Grey runs ended higher than they began, black
    ones diverged. The fastest has a star. It needs runs that differ in two fields, as `landscape.stability_map` makes
    them.

    On a quadratic, the dashed line is the stability limit: by rate and momentum 2(1+beta)/lambda of a heavy ball
    and 2(1+beta)/((1+2 beta) lambda) of Nesterov's steps, by rate and weight decay 2/(lambda + decay) of gradient
    descent. The dotted one is where a heavy ball's slowest direction is critically damped, beta = (1 - sqrt(eta
    lambda))^2; red crosses are runs that contradict theory. On other surfaces the limit is that of the Hessian at the
    minimum next to which most runs end.

    entrant: the label of the only one to show; all where left out.

    Source: Goh 2017, "Why momentum really works", doi:10.23915/distill.00006.
    """

    use = "Which pairs of two hyper-parameters converge, and how fast; for `landscape.stability_map`."

    file: str = "stability.png"
    entrant: str = ""

    moves = False
    batches = True

    def check_surface(self, surface: Surface) -> None:
        """ValueError where the surface has no known lowest loss."""
        if surface.lowest is None:
            raise ValueError(f'the view "stability" needs a known lowest loss, "{surface.name}" has none')

    def page(self, record: Record, moving: bool = False) -> Page:
        """A map for each entrant, and what the colours mean below."""
        from landscape.render.pages.lists import Row, more, without_shared_words
        from landscape.render.pages.placing import LEFT
        from landscape.render.pages.sheet import MARGIN
        from landscape.render.panels.convergence_map import draw_map, scale_of

        page, top = self.begin(record)
        sheet, theme = page.sheet, page.sheet.theme
        record = of_entrant(record, self.entrant)
        shown = record.tracks[:MOST_MAPS]
        count = max(1, len(shown))
        across = math.ceil(count / 2) if count > 3 else 1 if sheet.upright else count
        down = math.ceil(count / across)
        scale = scale_of(record)
        bottom = sheet.height - FOOT - _key(sheet, scale, _parts(record, shown), sheet.height - 26.0)
        wide = (sheet.width - LEFT - MARGIN + 62.0) / across
        tall = (bottom - top + 30.0) / down
        names = without_shared_words(sheet, [Row(words.label(track, theme)) for track in shown], wide - 210.0)
        for number, (track, name) in enumerate(zip(shown, names, strict=True)):
            row, column = divmod(number, across)
            left, above = LEFT + column * wide, top - 30.0 + row * tall + TITLE
            width, height = wide - 62.0, tall - TITLE - AXIS
            ax = sheet.axes(left, above, width, height)
            draw_map(ax, record, track, theme, scale)
            cells = cells_of(track)
            sheet.text(left, above - 9.0, name.name, theme.label, weight=theme.bold)
            room = width - sheet.measure(name.name, theme.label, theme.bold) - 14.0
            said = next((text for text in _fastest(record, track, theme) if sheet.measure(text, theme.tick) < room), "")
            sheet.text(left + width, above - 9.0, said, theme.tick, ha="right", color=theme.quiet)
            x, y = (_axis(name, theme) for name in cells.fields)
            sheet.text(left + width / 2.0, above + height + 54.0, x, theme.tick, ha="center")
            if column == 0:
                sheet.text(18.0, above + height / 2.0, y, theme.tick, rotation=90, ha="center", va="center")
        if len(record.tracks) > len(shown):
            page.right = sheet.width - MARGIN - 150.0
            more(sheet, len(record.tracks) - len(shown), page.right + 24.0, top - 40.0)
        place = ", ".join(i18n.number(float(x)) for x in record.starts[:4, 0]) + ", …" * (record.surface.dim > 4)
        page.outcome = i18n.say(theme.language, "from {place}", place=f"({place})")
        return page

    def draw_into(self, ax: Axes, record: Record) -> list[Artist]:
        """The map of one entrant in `ax`. ValueError where there are several and none is chosen."""
        from landscape.render.pages.placing import added
        from landscape.render.panels.convergence_map import draw_map, scale_of

        record = only_entrant(record, self.entrant, self.name)
        before = set(ax.get_children())
        draw_map(ax, record, record.tracks[0], self.theme_for(record), scale_of(record))
        cells = cells_of(record.tracks[0])
        ax.set(xlabel=cells.fields[0], ylabel=cells.fields[1])
        return added(ax, before)


def _fastest(record: Record, track: Track, theme: Theme) -> list[str]:
    """How fast the fastest is and where, the longest first; nothing where none falls."""
    cells, found, _ = measured(record, track)
    if not (found > 0.0).any():
        return []
    row, column = np.unravel_index(int(np.argmax(found)), found.shape)
    steps = i18n.number(1.0 / float(found[row, column]))
    where = f"{i18n.number(float(cells.x[column]))}, {i18n.number(float(cells.y[row]))}"
    return [
        i18n.say(theme.language, "fastest at {where}: {steps} steps to a tenth", where=where, steps=steps),
        i18n.say(theme.language, "fastest: {steps} steps to a tenth", steps=steps),
        i18n.say(theme.language, "fastest: {steps} steps", steps=steps),
    ]


def _parts(record: Record, tracks: Sequence[Track]) -> set[str]:
    """What there is to explain on the maps: "rises", "diverged", "limit", "near", "damped", "wrong", "fastest"."""
    parts: set[str] = set()
    for track in tracks:
        _, found, theory = measured(record, track)
        there = {
            "rises": bool(((found <= 0.0) & (found > -np.inf)).any()),
            "diverged": bool((found == -np.inf).any()),
            "limit": theory.limit is not None and theory.everywhere,
            "near": theory.limit is not None and not theory.everywhere,
            "damped": theory.damped is not None,
            "wrong": bool(wrong(found, theory, record.steps).any()),
            "fastest": bool((found > 0.0).any()),
        }
        parts |= {part for part, here in there.items() if here}
    return parts


def _axis(field: str, theme: Theme) -> str:
    """The name of a field along an axis."""
    names = {"lr": "learning rate", "momentum": "momentum"}
    return i18n.say(theme.language, names[field]) if field in names else field.replace("_", " ")


def _entries(parts: set[str], theme: Theme) -> list[tuple[str, str, float]]:
    """(part, what to say, room) of everything that the key explains."""
    said = {
        "wrong": "against theory", "rises": "rises", "diverged": "diverged", "limit": "stability limit",
        "near": "stability limit at the minimum", "damped": "critical damping", "fastest": "fastest",
    }  # fmt: skip
    return [
        (part, i18n.say(theme.language, text), 32.0 if part in LINES else 24.0)
        for part, text in said.items()
        if part in parts
    ]


def _key(sheet: Sheet, scale: tuple[float, float], parts: set[str], y: float) -> float:
    """What the colours and the lines mean, in rows upwards from y; returns how much room more rows than one take."""
    from landscape.render.pages.placing import LEFT
    from landscape.render.pages.sheet import MARGIN

    theme = sheet.theme
    name = i18n.say(theme.language, "steps to a tenth")
    low, high = (i18n.number(round(each, 1)) for each in scale)
    first = LEFT + sum(sheet.measure(text, theme.tick) for text in (name, low, high)) + 186.0
    rows: list[list[tuple[str, str, float, float]]] = [[]]
    x = first
    for part, text, wide in _entries(parts, theme):
        needed = wide + sheet.measure(text, theme.tick)
        if x + needed > sheet.width - MARGIN:
            rows.append([])
            x = LEFT
        rows[-1].append((part, text, wide, x))
        x += needed + 20.0
    top = y - 28.0 * (len(rows) - 1)
    _strip(sheet, name, low, high, top)
    for number, row in enumerate(rows):
        for part, text, wide, left in row:
            _sign(sheet, part, left, top + 28.0 * number)
            sheet.text(left + wide, top + 28.0 * number, text, theme.tick, color=theme.quiet)
    return y - top


def _strip(sheet: Sheet, name: str, low: str, high: str, y: float) -> None:
    """The colours from few to many steps."""
    from matplotlib.colors import LinearSegmentedColormap

    from landscape.render.pages.placing import LEFT

    theme = sheet.theme
    sheet.text(LEFT, y, name, theme.tick)
    x = LEFT + sheet.measure(name, theme.tick) + 14.0
    sheet.text(x, y, low, theme.tick, color=theme.quiet)
    x += sheet.measure(low, theme.tick) + 8.0
    strip = sheet.axes(x, y - 13.0, 130.0, 15.0)
    ramp = LinearSegmentedColormap.from_list("ramp", theme.ramp)
    strip.imshow(np.linspace(0.0, 1.0, 64)[None], aspect="auto", cmap=ramp)
    strip.set(xticks=[], yticks=[])
    for spine in strip.spines.values():
        spine.set(color=theme.quiet, linewidth=0.8)
    sheet.text(x + 138.0, y, high, theme.tick, color=theme.quiet)


def _sign(sheet: Sheet, part: str, x: float, y: float) -> None:
    """The line, the colour or the mark of a part of the map."""
    from matplotlib.colors import to_hex
    from matplotlib.lines import Line2D

    from landscape.render.panels.convergence_map import color_of_diverged, color_of_rising
    from landscape.render.style import marks
    from landscape.render.style.marks import MarkerStyle

    theme = sheet.theme
    if part in LINES:
        sheet.figure.add_artist(Line2D(
            [x / sheet.width, (x + 26.0) / sheet.width], [1.0 - (y - 5.0) / sheet.height] * 2,
            transform=sheet.figure.transFigure, color=theme.ink, linewidth=2.0, linestyle=LINES[part],
        ))  # fmt: skip
        return
    markers = {
        "rises": [MarkerStyle("s", theme.head, to_hex(tuple(color_of_rising(theme))), theme.outline, 0.8)],
        "diverged": [MarkerStyle("s", theme.head, to_hex(tuple(color_of_diverged(theme))), theme.outline, 0.8)],
        "wrong": [MarkerStyle("x", theme.head - 3.0, theme.wrong, theme.wrong, 1.6)],
        "fastest": marks.ground("minimum", theme),
    }
    for marker in markers[part]:
        sheet.mark(x + 8.0, y - 6.0, marker)
