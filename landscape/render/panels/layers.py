"""Draw what the layers of a network do over the steps of a run: one figure, a line for each layer."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patheffects import Normal, Stroke

from landscape import i18n
from landscape.core.component import Array
from landscape.nn.diagnostics import along
from landscape.record import Track
from landscape.render.canvas.canvas import Canvas
from landscape.render.panels._base import StillPainter
from landscape.render.panels.scales import Scale, scale_of
from landscape.render.panels.trails import Bundle
from landscape.render.style import axes, marks
from landscape.render.style.theme import Theme
from landscape.render.style.tick_labels import Unit
from landscape.render.text import captions as words
from landscape.surfaces.custom.network import Network

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

    turns, see_through, leads = False, True, False
    bundles: Sequence[Bundle] = ()

    def __init__(self, ax: Axes, theme: Theme, name: str, steps: Array, values: Array) -> None:
        self.ax, self.theme, self.name, self.steps, self.values = ax, theme, name, steps, values
        self.scale = _scale(name, values[np.isfinite(values)])
        self.unit = Unit()

    def draw_ground(self, steps: int, below: bool = True) -> None:
        """Axes, limits, ticks and grid lines. below: whether the steps are written under the panel."""
        ax, theme = self.ax, self.theme
        axes.dress(ax, theme, ("left", "bottom"))
        ax.set_xlim(0.0, max(steps, 1))
        self.unit = axes.vertical(ax, self.scale, theme, most=4, most_powers=4)
        axes.even_ticks(ax, "x", 0.0, max(steps, 1), most=4, whole=True)
        ax.tick_params(labelbottom=below)

    def head(self) -> str:
        """The panel's title."""
        language = self.theme.language
        scaled = {"log": ", log scale", "symlog": ", symmetric log scale", "linear": ""}[self.scale.kind]
        title = i18n.say(language, WORDS[self.name]) + (i18n.say(language, scaled) if scaled else "")
        return words.measured_in(title, self.unit, language)

    def left_out(self) -> list[Artist]:
        """Nothing: the ground is drawn as it is."""
        return []

    def painter(self, canvas: Canvas) -> StillPainter:
        """The lines to their ends: they do not move."""
        return StillPainter(canvas, self.draw_lines())

    def activity(self) -> list[Array]:
        """Nothing moves."""
        return []

    def draw_runs(self) -> None:
        """A line for each layer, its head at its end."""
        self.draw_lines()

    def draw_lines(self) -> list[Artist]:
        """The same; returns the lines and the heads in the order in which they lie."""
        drawn: list[Artist] = []
        for number, values in enumerate(self.values):
            style = self.theme.style(number)
            line = Line2D(self.steps, np.where(np.isfinite(values), values, np.nan), color=style.color,
                          linewidth=self.theme.trail, linestyle=style.dashes, zorder=4)  # fmt: skip
            line.set_path_effects([Stroke(linewidth=self.theme.trail + 1.6, foreground=self.theme.halo), Normal()])
            line.set_gid(f"{self.name}:{number + 1}")
            drawn.append(self.ax.add_artist(line))
        # heads that would cover each other are drawn from the last layer to the first, each smaller
        for number in reversed(range(len(self.values))):
            end = self.values[number, -1]
            if np.isfinite(end) and self.scale.low <= end <= self.scale.high:
                marker = marks.head(self.theme.style(number), self.theme, 0.72 * self.theme.head)
                head = marks.marked([self.steps[-1]], [end], marker, transform=self.ax.transData,
                                    gid=f"head:{number + 1}")  # fmt: skip
                drawn.append(self.ax.add_artist(head))
        return drawn


def _scale(name: str, known: Array) -> Scale:
    """The vertical axis for all finite values (n,): the whole range for shares; none that would show rounding alone."""
    if name in SHARES:
        return Scale("linear", -0.04, 1.04)
    if known.size and np.ptp(known) <= SAME * np.max(np.abs(known)):
        scale = scale_of(known[:1], known[:1], known[:1])
        beyond = 0.04 * (scale.high - scale.low)  # a tick at the very end would reach into the heading
        return dataclasses.replace(scale, low=scale.low - beyond, high=scale.high + beyond)
    return scale_of(known, known, known)


def figures_of(track: Track, network: Network) -> tuple[Array, dict[str, Array]]:
    """(steps (rows,), figures by name (layers, rows)) of a track of one run, up to where it diverged."""
    last = int(track.stopped[0]) if track.status[0] == "diverged" else int(track.steps[-1])
    rows = max(1, int(np.searchsorted(track.steps, last, side="right")))
    kept = np.unique(np.linspace(0, rows - 1, min(rows, MOST_ROWS)).round().astype(int))
    steps = track.steps[kept].astype(np.float64)
    return steps, along(network, track.params[kept, :, 0], steps)


def _names(network: Network, theme: Theme) -> list[str]:
    """ "layer 1: 2 to 16, tanh", of each layer."""
    return [
        i18n.say(theme.language, "layer {number}: {before} to {after}, {phi}", number=number, before=before,
                  after=after, phi=phi.name.replace("_", " "))
        for number, (before, after, phi) in enumerate(zip(network.layers, network.layers[1:], network.activations,
                                                          strict=False), start=1)
    ]  # fmt: skip
