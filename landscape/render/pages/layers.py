"""The page of the view `layers`: a panel for each figure, a line for each layer."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from landscape import i18n
from landscape.record import Record
from landscape.render.pages.boundary import chosen
from landscape.render.pages.layouts import BELOW, LEFT, NAMES, added, begin, theme_of
from landscape.render.pages.lists import more
from landscape.render.pages.page import MARGIN, Page, Sheet
from landscape.render.panels.layers import ACROSS, HEAD, LayerPanel, _names, figures_of
from landscape.render.style import marks
from landscape.render.text import captions as words
from landscape.surfaces.custom.network import Network

if TYPE_CHECKING:
    from landscape.render.views.layers import Layers


def layers_page(view: Layers, record: Record) -> Page:
    """A grid of panels, and the layers with their colours below."""
    record, index = chosen(record, view.entrant)
    page, top = begin(view, record, False)
    sheet, theme = page.sheet, page.sheet.theme
    network, track = _network(record), record.tracks[index]
    steps, found = figures_of(track, network)
    across = min(ACROSS[len(view.figures)], 2 if sheet.upright else 3)
    down = math.ceil(len(view.figures) / across)
    top -= 32.0  # the panels have their titles themselves
    wide = (sheet.width - MARGIN + 24.0) / across
    tall = (sheet.height - BELOW - top) / down
    for number, name in enumerate(view.figures):
        row, column = divmod(number, across)
        below = number + across >= len(view.figures)
        place = column * wide + LEFT - 6.0, top + row * tall + HEAD, wide - LEFT - 18.0, tall - HEAD - 12.0
        panel = LayerPanel(sheet.axes(*place), theme, name, steps, found[name])
        panel.draw_ground(record.steps, below)
        title = sheet.cut(panel.head(), place[2] + LEFT - 40.0, theme.label)
        sheet.text(place[0] - 40.0, place[1] - 11.0, title, theme.label)
        page.panels.append(panel)
    y = sheet.height - BELOW + NAMES
    word = i18n.say(theme.language, "step")
    sheet.text(sheet.width - MARGIN, y, word, theme.label, ha="right", color=theme.quiet)
    right = sheet.width - MARGIN - sheet.measure(word, theme.label) - 24.0
    _key(sheet, network, LEFT - 46.0, right, y)
    label, loss = words.label(track, theme), i18n.number(float(track.value[-1, 0]))
    told = i18n.say(theme.language, "loss {loss}", loss=loss)
    page.said = words.fate(track, theme.language) or told
    if len(record) > 1:
        page.said = i18n.say(theme.language, "{label}: {told}", label=label, told=page.said)
    return page


def layers_into(view: Layers, ax: Axes, record: Record) -> list[Artist]:
    """One figure in Axes that someone else has laid out, with matplotlib's legend."""
    before, theme = set(ax.get_children()), theme_of(view, record)
    record, index = chosen(record, view.entrant)
    network = _network(record)
    steps, found = figures_of(record.tracks[index], network)
    panel = LayerPanel(ax, theme, view.figures[0], steps, found[view.figures[0]])
    panel.draw_ground(record.steps)
    panel.draw_runs()
    ax.set(xlabel=i18n.say(theme.language, "step"), ylabel=panel.head())
    handles = [
        Line2D([], [], color=theme.style(number).color, marker=theme.style(number).marker, label=name)
        for number, name in enumerate(_names(network, theme))
    ]
    ax.legend(handles=handles, loc="upper right", prop={"family": list(theme.fonts)}, labelcolor=theme.ink,
              facecolor=theme.paper, edgecolor=theme.grid)  # fmt: skip
    return added(ax, before)


def _network(record: Record) -> Network:
    assert isinstance(record.surface, Network)
    return record.surface


def _key(sheet: Sheet, network: Network, x: float, right: float, y: float) -> None:
    """Every layer with its marker in one row, in short where there is no room for more."""
    theme = sheet.theme
    names = _names(network, theme)
    if sum(sheet.measure(name, theme.tick) + 46.0 for name in names) > right - x:
        names = [i18n.say(theme.language, "layer {number}", number=number) for number in range(1, len(names) + 1)]
    for number, name in enumerate(names):
        wide = sheet.measure(name, theme.tick)
        if x + 22.0 + wide > right - (0.0 if number == len(names) - 1 else 90.0):
            more(sheet, len(names) - number, x, y)
            return
        style = theme.style(number)
        sheet.mark(x + 8.0, y - 6.0, marks.head(style, theme, theme.head - 2.0))
        sheet.text(x + 22.0, y, name, theme.tick, color=style.color, weight=theme.bold)
        x += 22.0 + sheet.measure(name, theme.tick, theme.bold) + 24.0
