"""Draw what the layers of a network do over the steps of a run, and lay out the page of the view "layers"."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patheffects import Normal, Stroke

from landscape.component import Array
from landscape.networks.landscape import along
from landscape.networks.network import Network
from landscape.record import Record, Track
from landscape.render import axes, marks, words
from landscape.render.boundary import chosen
from landscape.render.layouts import BELOW, LEFT, NAMES, added, begin, theme_of
from landscape.render.lists import more
from landscape.render.page import MARGIN, Page, Sheet
from landscape.render.scales import Scale, scale_of
from landscape.render.theme import Theme

if TYPE_CHECKING:
    from landscape.render.layer_views import Layers

MOST_ROWS = 600
SAME = 1e-6  # values that differ by less, of the largest, are one
ACROSS = {1: 1, 2: 2, 3: 3, 4: 2, 5: 3, 6: 3}
HEAD = 34.0  # a panel's title
WORDS = {
    "gradient_norm": "gradient norm",
    "signal": "gradient, signal to noise",
    "mean": "mean output",
    "saturated": "saturated slopes",
    "dead": "dead units",
    "effective_rate": "effective rate",
}
SHARES = ("saturated", "dead")


class LayerPanel:
    """One figure of every layer. steps: (rows,); values: (layers, rows)."""

    def __init__(self, ax: Axes, theme: Theme, name: str, steps: Array, values: Array) -> None:
        self.ax, self.theme, self.name, self.steps, self.values = ax, theme, name, steps, values
        self.scale = _scale(name, values[np.isfinite(values)])
        self.unit = axes.Unit()

    def draw_ground(self, steps: int, below: bool = True) -> None:
        """Axes, limits, ticks and grid lines. below: whether the steps are told under the panel."""
        ax, scale, theme = self.ax, self.scale, self.theme
        axes.dress(ax, theme, ("left", "bottom"))
        ax.set_xlim(0.0, max(steps, 1))
        if scale.kind == "log":
            ax.set_yscale("log")
        elif scale.kind == "symlog":
            ax.set_yscale("symlog", linthresh=scale.turn)
        ax.set_ylim(scale.low, scale.high)
        if scale.kind == "log":
            axes.log_ticks(ax, "y", scale.low, scale.high, 4)
        elif scale.kind == "symlog":
            axes.symlog_ticks(ax, "y", scale.low, scale.high, scale.turn)
        else:
            self.unit = axes.even_ticks(ax, "y", scale.low, scale.high, most=4)
        axes.even_ticks(ax, "x", 0.0, max(steps, 1), most=4, whole=True)
        ax.tick_params(labelbottom=below)
        ax.grid(True, axis="y", color=theme.grid, linewidth=0.9)
        ax.set_axisbelow(True)

    def head(self) -> str:
        """The panel's title."""
        language = self.theme.language
        told = {"log": ", log scale", "symlog": ", symmetric log scale", "linear": ""}[self.scale.kind]
        title = words.say(language, WORDS[self.name]) + (words.say(language, told) if told else "")
        return words.measured_in(title, self.unit, language)

    def draw_runs(self) -> None:
        """A line for each layer, its head at its end."""
        for number, values in enumerate(self.values):
            style = self.theme.style(number)
            line = Line2D(self.steps, np.where(np.isfinite(values), values, np.nan), color=style.color,
                          linewidth=self.theme.trail, linestyle=style.dashes, zorder=4)  # fmt: skip
            line.set_path_effects([Stroke(linewidth=self.theme.trail + 1.6, foreground=self.theme.halo), Normal()])
            line.set_gid(f"{self.name}:{number + 1}")
            self.ax.add_artist(line)
        # heads that would cover each other are drawn from the last layer to the first, each smaller
        for number in reversed(range(len(self.values))):
            end = self.values[number, -1]
            if np.isfinite(end) and self.scale.low <= end <= self.scale.high:
                look = marks.head(self.theme.style(number), self.theme, 0.72 * self.theme.head)
                self.ax.add_artist(marks.marked([self.steps[-1]], [end], look, transform=self.ax.transData,
                                                gid=f"head:{number + 1}"))  # fmt: skip


def _scale(name: str, known: Array) -> Scale:
    """The vertical axis for all finite values (n,): the whole range for shares; none that would show rounding alone."""
    if name in SHARES:
        return Scale("linear", -0.04, 1.04)
    if known.size and np.ptp(known) <= SAME * np.max(np.abs(known)):
        known = known[:1]
    return scale_of(known, known, known)


def figures_of(track: Track, network: Network) -> tuple[Array, dict[str, Array]]:
    """(steps (rows,), figures by name (layers, rows)) of a track of one run, up to where it diverged."""
    last = int(track.stopped[0]) if track.status[0] == "diverged" else int(track.steps[-1])
    rows = max(1, int(np.searchsorted(track.steps, last, side="right")))
    kept = np.unique(np.linspace(0, rows - 1, min(rows, MOST_ROWS)).round().astype(int))
    steps = track.steps[kept].astype(np.float64)
    return steps, along(network, track.params[kept, :, 0], steps)


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
    word = words.say(theme.language, "step")
    sheet.text(sheet.width - MARGIN, y, word, theme.label, ha="right", color=theme.quiet)
    right = sheet.width - MARGIN - sheet.measure(word, theme.label) - 24.0
    _key(sheet, network, LEFT - 46.0, right, y)
    label, loss = words.label(track, theme), words.number(float(track.value[-1, 0]))
    told = words.say(theme.language, "loss {loss}", loss=loss)
    page.said = words.fate(track, theme.language) or told
    if len(record) > 1:
        page.said = words.say(theme.language, "{label}: {told}", label=label, told=page.said)
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
    ax.set(xlabel=words.say(theme.language, "step"), ylabel=panel.head())
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


def _names(network: Network, theme: Theme) -> list[str]:
    """ "layer 1: 2 to 16, tanh", of each layer."""
    return [
        words.say(theme.language, "layer {number}: {before} to {after}, {phi}", number=number, before=before,
                  after=after, phi=phi.name.replace("_", " "))
        for number, (before, after, phi) in enumerate(zip(network.layers, network.layers[1:], network.activations,
                                                          strict=False), start=1)
    ]  # fmt: skip


def _key(sheet: Sheet, network: Network, x: float, right: float, y: float) -> None:
    """Every layer with its marker in one row, in short where there is no room for more."""
    theme = sheet.theme
    names = _names(network, theme)
    if sum(sheet.measure(name, theme.tick) + 46.0 for name in names) > right - x:
        names = [words.say(theme.language, "layer {number}", number=number) for number in range(1, len(names) + 1)]
    for number, name in enumerate(names):
        wide = sheet.measure(name, theme.tick)
        if x + 22.0 + wide > right - (0.0 if number == len(names) - 1 else 90.0):
            more(sheet, len(names) - number, x, y)
            return
        style = theme.style(number)
        sheet.mark(x + 8.0, y - 6.0, marks.head(style, theme, theme.head - 2.0))
        sheet.text(x + 22.0, y, name, theme.tick, color=style.color, weight=theme.bold)
        x += 22.0 + sheet.measure(name, theme.tick, theme.bold) + 24.0
