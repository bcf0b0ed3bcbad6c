"""Draw a quantity against the step: each entrant's median and quartile band, on a scale that shows it.

curves = Curves(ax, record, "loss", LIGHT)
curves.draw_ground()
curves.draw_runs()
"""

from __future__ import annotations

import dataclasses
from typing import Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import FillBetweenPolyCollection
from matplotlib.lines import Line2D
from matplotlib.patheffects import Normal, Stroke

from landscape.component import Array
from landscape.core import Surface
from landscape.record import Record, Track
from landscape.render import axes, marks
from landscape.render.marks import Look
from landscape.render.theme import FEW_TRAILS, Style, Theme

EndKind = Literal["head", "left", "diverged"]
ScaleKind = Literal["log", "linear", "symlog"]

# Up to so many runs of an entrant are drawn one by one; more are summed up by median and quartiles.
MOST_LINES = 4
DECADES = 30.0
DEEPEST = 1e-16


@dataclasses.dataclass(frozen=True)
class Scale:
    """The vertical axis: its kind, its limits, and where a symmetric logarithm turns linear."""

    kind: ScaleKind
    low: float
    high: float
    turn: float = 1.0


@dataclasses.dataclass(frozen=True, eq=False)
class Curve:
    """One entrant's curve. steps: (rows,); middle: (rows,), NaN once its only run has diverged; low, high: (rows,)
    quartiles, or None; each: (rows, runs) the runs that are drawn one by one."""

    label: str
    style: Style
    track: Track
    steps: Array
    middle: Array
    low: Array | None
    high: Array | None
    each: Array


@dataclasses.dataclass(frozen=True)
class End:
    """Where a drawn curve ends: with its head, where it leaves the panel, or where it diverged."""

    step: float
    value: float
    kind: EndKind


class Curves:
    """The convergence panel."""

    def __init__(self, ax: Axes, record: Record, quantity: str, theme: Theme) -> None:
        self.ax, self.record, self.theme = ax, record, theme
        self.curves = [
            curve(track, series(track, quantity, record.surface), theme.style(index), len(record))
            for index, track in enumerate(record.tracks)
        ]
        self.scale = scale_of(record, self.curves, quantity)
        self.banded = any(curve.low is not None for curve in self.curves)

    def draw_ground(self) -> None:
        """Axes, limits, ticks and grid lines."""
        ax, scale = self.ax, self.scale
        axes.dress(ax, self.theme, ("left", "bottom"))
        steps = max(self.record.steps, 1)
        ax.set_xlim(0.0, float(steps))
        if scale.kind == "log":
            ax.set_yscale("log")
            axes.log_ticks(ax, "y", scale.low, scale.high)
        elif scale.kind == "symlog":
            ax.set_yscale("symlog", linthresh=scale.turn)
            axes.symlog_ticks(ax, "y", scale.low, scale.high, scale.turn)
        else:
            axes.even_ticks(ax, "y", scale.low, scale.high)
        ax.set_ylim(scale.low, scale.high)
        axes.even_ticks(ax, "x", 0.0, float(steps), most=5, whole=True)
        ax.grid(True, axis="y", color=self.theme.grid, linewidth=0.9)
        ax.set_axisbelow(True)

    def draw_runs(self) -> None:
        """Every curve to its end, with its head."""
        self.draw_lines()
        for curve in self.curves:
            for end in self.ends(curve):
                if end.kind == "head":
                    self._mark(end, curve, marks.head(curve.style, self.theme, self.theme.head - 2.0))
        self.draw_leavers()

    def draw_leavers(self) -> list[tuple[float, Line2D]]:
        """A cross where a run diverged, an arrow where a curve leaves the panel; each with its step."""
        drawn = []
        for curve in self.curves:
            for end in self.ends(curve):
                if end.kind != "head":
                    way = np.array([0.0, 1.0 if end.value >= self.scale.high else -1.0])
                    color = curve.style.color
                    look = marks.arrow(color, self.theme, way) if end.kind == "left" else marks.cross(color, self.theme)
                    drawn.append((end.step, self._mark(end, curve, look)))
        return drawn

    def draw_lines(self) -> list[Line2D | FillBetweenPolyCollection]:
        """The curves without their heads, bands lowest; returns them in the order in which they lie."""
        drawn: list[Line2D | FillBetweenPolyCollection] = []
        for curve in self.curves:
            if curve.low is not None and curve.high is not None:
                low, high = self.shown(curve.low), self.shown(curve.high)
                band = self.ax.fill_between(curve.steps, low, high, color=curve.style.color, alpha=0.18, linewidth=0,
                                            zorder=2)  # fmt: skip
                band.set_gid(f"band:{curve.label}")
                drawn.append(band)
        for curve in self.curves:
            for values in curve.each.T:
                drawn.append(self._line(curve, values, self.theme.trail if curve.each.shape[1] == 1 else 1.3, "run"))
            if curve.low is not None:
                drawn.append(self._line(curve, curve.middle, self.theme.trail, "median"))
        return drawn

    def ends(self, curve: Curve) -> list[End]:
        """Where each drawn curve of an entrant ends, or leaves the panel for good."""
        found = []
        lines = curve.middle[:, None] if curve.low is not None else curve.each
        for number, values in enumerate(lines.T):
            known = np.flatnonzero(np.isfinite(values))
            last = int(known[-1]) if known.size else 0
            step, value = float(curve.steps[last]), float(values[last])
            kind: EndKind = "head"
            inside = np.flatnonzero(values[: last + 1] == self.shown(values[: last + 1]))
            if inside.size and inside[-1] < last and self.leaves(value):
                kind, (step, value) = "left", self._crossing(curve.steps, values, int(inside[-1]))
            if curve.low is None and curve.track.status[number] == "diverged":
                kind = "diverged"
            found.append(End(step, float(self.shown(np.array(value))), kind))
        return found

    def leaves(self, value: float) -> bool:
        """Whether a curve at a value is out of the panel. Below a logarithmic scale it has arrived instead."""
        return value > self.scale.high or (value < self.scale.low and self.scale.kind != "log")

    def _crossing(self, steps: Array, values: Array, row: int) -> tuple[float, float]:
        """(step, value) where the line from a row to the next crosses the panel's border."""
        scaled = self.ax.transScale.transform(np.array([steps[row : row + 2], values[row : row + 2]]).T)
        border = float(self.shown(values[row + 1]))
        goal = self.ax.transScale.transform((0.0, border))[1]
        share = (goal - scaled[0, 1]) / (scaled[1, 1] - scaled[0, 1])
        return float(steps[row] + share * (steps[row + 1] - steps[row])), border

    def _mark(self, end: End, curve: Curve, look: Look) -> Line2D:
        gid = f"{end.kind}:{curve.label}"
        line = marks.marked([end.step], [end.value], look, transform=self.ax.transData, gid=gid)
        self.ax.add_artist(line)
        return line

    def end_of(self, curve: Curve) -> float:
        """Where the entrant's label belongs: the height of the (median) curve's end."""
        return float(np.median([end.value for end in self.ends(curve)]))

    def reaches_end(self, curve: Curve) -> bool:
        """Whether some of an entrant's curves end at the right border."""
        return any(end.kind == "head" and end.step >= self.record.steps for end in self.ends(curve))

    def shown(self, values: Array) -> Array:
        """Values brought into the panel's limits; not-a-number stays."""
        return np.clip(values, self.scale.low, self.scale.high)

    def _line(self, curve: Curve, values: Array, width: float, what: str) -> Line2D:
        (line,) = self.ax.plot(curve.steps, values, color=curve.style.color, linewidth=width, zorder=4,
                               solid_capstyle="round", solid_joinstyle="round", label=curve.label)  # fmt: skip
        line.set_path_effects([Stroke(linewidth=width + 1.6, foreground=self.theme.halo, alpha=0.8), Normal()])
        line.set_gid(f"{what}:{curve.label}")
        return line


def scale_words(scale: Scale) -> str:
    """What to add to the name of a quantity: ", log scale" or nothing."""
    return {"log": ", log scale", "symlog": ", symmetric log scale", "linear": ""}[scale.kind]


def series(track: Track, quantity: str, surface: Surface) -> Array:
    """(rows, runs): the quantity of every run at every recorded row."""
    if quantity == "gap":
        return np.maximum(track.value - (surface.lowest or 0.0), 0.0)
    if quantity == "gradient_norm":
        return track.gradient_norm
    if quantity == "distance":
        nearest = np.full(track.value.shape, np.inf)
        with np.errstate(over="ignore"):
            for minimum in surface.minima:
                away = track.params - minimum.point[None, :, None]
                np.minimum(nearest, np.sqrt(np.sum(away * away, axis=1)), out=nearest)
        return nearest
    return track.value


def curve(track: Track, values: Array, style: Style, entrants: int) -> Curve:
    """The curve of an entrant whose quantity is values (rows, runs)."""
    if track.runs > MOST_LINES or track.runs * entrants > FEW_TRAILS:
        with np.errstate(invalid="ignore"):
            low, middle, high = np.quantile(values, (0.25, 0.5, 0.75), axis=1)
        return Curve(track.label, style, track, track.steps, middle, low, high, values[:, :0])
    gone = (track.status == "diverged") & (track.steps[:, None] > track.stopped)
    each = np.where(gone, np.nan, values)
    return Curve(track.label, style, track, track.steps, np.median(each, axis=1), None, None, each)


def scale_of(record: Record, curves: list[Curve], quantity: str) -> Scale:
    """Logarithmic where the quantity is positive and spans decades; else linear over what happens in the window."""
    usual = [curve for curve in curves if not np.all(curve.track.status == "diverged")]
    begins = np.concatenate([_all(curve)[0] for curve in curves])
    pool = np.concatenate([begins, *(_all(curve).ravel() for curve in usual)])
    pool = pool[np.isfinite(pool)]
    if not pool.size:
        return Scale("linear", 0.0, 1.0)
    if not usual:
        pool = np.concatenate([pool, pool * 1e3 + 1e-12])
    if pool.min() >= 0.0 and pool.max() > DECADES * max(pool.min(), 1e-300):
        high = float(pool.max())
        positive = pool[pool > max(0.0, DEEPEST * high)]
        low = float(positive.min())
        if high > DECADES * low:
            pad = (high / low) ** 0.04
            return Scale("log", low / pad, high * pad)
    if pool.min() < 0.0:
        near = np.concatenate([begins, *(_near(record, curve) for curve in curves)])
        pool = near[np.isfinite(near)]
        typical = float(np.median(np.abs(pool)))
        if typical > 0.0 and np.abs(pool).max() > 1e4 * typical:
            return Scale("symlog", float(pool.min()) * 1.5, float(pool.max()) * 1.5, typical)
    low, high = float(pool.min()), float(pool.max())
    pad = 0.05 * (high - low) or 0.5 * max(abs(low), 1e-12)
    return Scale("linear", low - pad, high + pad)


def _all(curve: Curve) -> Array:
    """(rows, n): everything that is drawn of a curve."""
    bands = [values[:, None] for values in (curve.low, curve.high) if values is not None]
    return np.concatenate([curve.middle[:, None], curve.each, *bands], axis=1)


def _near(record: Record, curve: Curve) -> Array:
    """The drawn values at the steps at which most of the entrant's runs are in the surface's window."""
    lows, highs = np.array(record.surface.window).T
    inside = np.all((curve.track.params >= lows[:, None]) & (curve.track.params <= highs[:, None]), axis=1)
    return _all(curve)[np.mean(inside, axis=1) > 0.5].ravel()
