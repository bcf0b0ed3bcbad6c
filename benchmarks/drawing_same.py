"""The very picture of a landscape movie, moved by matplotlib: what the layers of `landscape.render.canvas.canvas` save.

    made = Same("record.npz")
    FuncAnimation(made.figure, made.show, made.steps(300)).save("race.mp4")

The page, its trails in their casings, comets, heads, curves and words are the library's own; every frame sets the data
of its artists anew. `drawing_peers.py` draws simpler pictures: no casings, no comets, no heads on the curves.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.collections import LineCollection

import landscape as ls
from landscape.render.style import marks
from landscape.render.style.theme import COMET_STEPS
from landscape.render.text.captions import Captions
from landscape.render.views._base import REGISTRY

FIRST, LAST, PARTS = 21, 45, 4  # frames for which the first and the last picture stand; parts of a comet


class Same:
    """The race of a record with one run each. figure; artists: all that move, from the lowest to the highest."""

    def __init__(self, record: str) -> None:
        self.record = ls.load(record)
        self.page: Any = REGISTRY.coerce({"name": "race", "levels": 40}).page(self.record, moving=True)
        self.figure, land, curves = self.page.figure, self.page.land, self.page.curves
        theme = land.theme
        land.draw_runs()
        drawn = {artist.get_gid(): artist for artist in land.ax.get_children()}
        labels = [bundle.track.label for bundle, _ in land.in_order()]
        self.paths = [bundle.track.params[:, :, run] for bundle, run in land.in_order()]
        self.trails = [drawn[f"trail:{label}:0"] for label in labels]
        self.heads = [drawn[f"head:{label}"] for label in labels]
        self.comets = [LineCollection([], capstyle="round", zorder=5.5) for _ in labels]
        for comet, (bundle, _) in zip(self.comets, land.in_order(), strict=True):
            widths = np.linspace(theme.trail, theme.comet, PARTS + 1)[1:]
            comet.set(linewidth=[theme.casing + theme.comet - theme.trail, *widths])
            comet.set(color=[theme.halo, *[bundle.style.color] * PARTS])
            land.ax.add_collection(comet, autolim=False)
        self.lines = curves.draw_lines()
        self.whole = [line.get_data() for line in self.lines]
        self.ends = []
        for curve in curves.curves:
            look = marks.head(curve.style, theme, theme.head - 2.0)
            self.ends.append(marks.marked([0], [1], look, transform=curves.ax.transData, gid="end"))
            curves.ax.add_artist(self.ends[-1])
        self.captions = Captions(self.record, theme)

    @property
    def artists(self) -> list[Any]:
        words = [self.page.caption, self.page.counter]
        return [*self.trails, *self.comets, *self.heads, *self.lines, *self.ends, *words]

    def show(self, step: int) -> list[Any]:
        """Everything as it is at a step."""
        for path, trail, comet, head in zip(self.paths, self.trails, self.comets, self.heads, strict=True):
            trail.set_data(*path[: step + 1].T)
            head.set_data(*path[step : step + 1].T)
            last = path[max(0, step - COMET_STEPS) : step + 1]
            cuts = np.linspace(0, len(last) - 1, PARTS + 1).round().astype(int)
            comet.set_segments([last[len(last) // 2 :], *(last[cuts[i] : cuts[i + 1] + 1] for i in range(PARTS))])
        for line, (x, y), end in zip(self.lines, self.whole, self.ends, strict=True):
            line.set_data(x[: step + 1], y[: step + 1])
            end.set_data(x[step : step + 1], y[step : step + 1])
        self.page.caption.set_text(self.captions.at(step))
        self.page.counter.set_text(str(step))
        return self.artists

    def steps(self, frames: int) -> list[int]:
        """The step of each frame, with holds at both ends as the library's movies have them."""
        between = np.linspace(0, self.record.steps, max(2, frames - FIRST - LAST))
        return [0] * FIRST + [int(step) for step in between] + [self.record.steps] * LAST
