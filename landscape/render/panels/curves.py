"""Draw a quantity against the step: each entrant's median and quantile band, on a scale that shows it.

curves = Curves(ax, record, "loss", LIGHT)
curves.draw_ground()
curves.draw_runs()
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import FillBetweenPolyCollection
from matplotlib.lines import Line2D
from matplotlib.patheffects import Normal, Stroke

from landscape import i18n
from landscape.analysis._metric import StepMetric, step_metric
from landscape.analysis.selection import median_run, one
from landscape.analysis.series import Against, axis, spectrum
from landscape.analysis.theory import Prediction, predictions
from landscape.core.component import Array
from landscape.record import Record, Track
from landscape.render.canvas.canvas import Box, Canvas, Pixels, Stamp
from landscape.render.panels.curve import (
    THIN_ALPHA,
    Curve,
    End,
    EndKind,
    away,
    ensemble_of,
    everything,
    in_groups,
    near_window,
    of_all,
    one_by_one,
    scale_words,
    summed_up,
    with_mean,
    with_runs,
)
from landscape.render.panels.interlaced import interlaced
from landscape.render.panels.rows import Rows, between
from landscape.render.panels.scales import Scale, bends, scale_of, within_reach
from landscape.render.panels.trails import Bundle
from landscape.render.style import axes, marks
from landscape.render.style.marks import MarkerStyle
from landscape.render.style.theme import FEW_TRAILS, Dashes, Style, Theme
from landscape.render.style.tick_labels import Unit
from landscape.render.text import captions as words
from landscape.render.text.summaries import Summary

# Up to so many runs of an entrant are drawn one by one; more are summed up by median and quantiles.
MOST_LINES = 4
QUARTILES = (0.25, 0.75)
# More lines of theory would hide the curves.
MOST_PREDICTIONS = 4
MOST_ABOVE = 3.0  # times as high as the curves a stability limit is shown at most
MIDDLE: Literal["median", "mean"] = "median"


class Curves:
    """The convergence panel. predictions: the lines of theory, none where they would be too many; n_hidden: how many
    those are; unit: what the labels of the vertical axis leave out."""

    turns, see_through, leads = False, True, False
    bundles: Sequence[Bundle] = ()

    def __init__(
        self,
        ax: Axes,
        record: Record,
        quantity: StepMetric | str,
        theme: Theme,
        *,
        against: Against = "steps",
        quantiles: tuple[float, float] = QUARTILES,
        theory: bool = False,
        eigenvalues: bool = False,
    ) -> None:
        self.ax, self.record, self.theme, self.against = ax, record, theme, against
        self.quantity, self.middle = step_metric(quantity), MIDDLE
        self.quantiles, self.eigenvalues = quantiles, eigenvalues
        self.curves = self._curves()
        if self._better_as_gap():
            self.quantity = step_metric("gap")
            self.curves = self._curves()
        summed = any(curve.low is not None for curve in self.curves)
        known = predictions(record, self.quantity) if theory or (summed and record.noise is not None) else []
        found = known if theory and against == "steps" else []
        self.predictions = found if len(found) <= MOST_PREDICTIONS else []
        self.n_hidden = len(found) - len(self.predictions)
        whole = not any(track.diverged for track in record.tracks)
        if whole and any(line.kind == "floor" for line in known):
            self.middle = "mean"  # as the floor is one, which the median lies below
            self.curves = [with_mean(curve) for curve in self.curves]
        elif any(curve.low is not None and in_groups(curve.values[-1]) for curve in self.curves):
            self.curves = [with_runs(curve) for curve in self.curves]
        self.scale = self._scale()
        self.banded = any(curve.low is not None for curve in self.curves)
        self.unit = Unit()
        self.farthest = max([float(curve.steps[-1]) for curve in self.curves])
        if against != "time":
            self.farthest = max(self.farthest, 1.0)
        if against == "steps":
            self.farthest = float(max(record.steps, 1))
            if all(bool(np.all(track.status == "diverged")) for track in record.tracks):
                self.farthest = float(max(1, *(int(track.stopped.max()) for track in record.tracks)))

    def draw_ground(self) -> None:
        """Axes, limits, ticks and grid lines, and what theory predicts."""
        ax = self.ax
        axes.dress(ax, self.theme, ("left", "bottom"))
        ax.set_xlim(0.0, self.farthest)
        self.unit = axes.vertical(ax, self.scale, self.theme)
        axes.even_ticks(ax, "x", 0.0, self.farthest, most=5, whole=self.against != "time")
        for prediction in self.predictions:
            self._draw_prediction(prediction)

    def heads(self) -> tuple[str, ...]:
        """What the panel shows, the longest first."""
        theme = self.theme
        scale = words.measured_in(scale_words(self.scale, theme), self.unit, theme.language)
        thin = max(curve.faint.shape[1] for curve in self.curves)
        counts = [track.all_runs if ensemble_of(track, self.quantity) else track.runs for track in self.record.tracks]
        summary = Summary(self.middle, self.quantiles, thin, counts) if self.banded else None
        name = "eigenvalues" if self.eigenvalues else words.measured(self.quantity)
        scale = words.measured_where(self.quantity, theme.language) + scale
        heads = words.curves(self.record, name, scale, summary, theme.language)
        if not any(line.wrong.any() for line in self.predictions):
            return heads
        red = "{head}; solid limit: against theory" if theme.wrong == theme.ink else "{head}; red: against theory"
        told = [i18n.say(theme.language, red, head=head) for head in heads]
        return (*told, *heads[-1:])

    def axis_name(self) -> str:
        """What the curves are drawn against."""
        return i18n.say(self.theme.language, words.AXES[self.against])

    def _draw_prediction(self, prediction: Prediction) -> None:
        theme = self.theme
        if prediction.kind == "floor":
            shade = self.ax.axhspan(self.scale.low, float(prediction.values[0]), color=theme.quiet, alpha=0.13, lw=0)
            shade.set_gid(f"floor:{prediction.label}")
            shade.set_zorder(1)
        dashed: Dashes = (0.0, (6.0, 3.0))
        lines = [("theory", prediction.values, theme.quiet, dashed, 1.8)]
        if prediction.wrong.any():
            # from one row to the next on both sides, so that a single row shows
            near = np.convolve(prediction.wrong, np.ones(3), mode="same") > 0.0
            lines.append(("wrong", np.where(near, prediction.values, np.nan), theme.wrong, "solid", 3.6))
        for what, values, color, dashes, width in lines:
            (line,) = self.ax.plot(prediction.steps, values, color=color, linestyle=dashes, linewidth=width, zorder=3)
            line.set_gid(f"{what}:{prediction.label}")

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
                    arrow, cross = marks.arrow(color, self.theme, way), marks.cross(color, self.theme)
                    marker = arrow if end.kind == "left" else cross
                    drawn.append((end.step, self._mark(end, curve, marker)))
        return drawn

    def draw_lines(self) -> list[Line2D | FillBetweenPolyCollection]:
        """The curves without their heads, bands lowest; returns them in the order in which they lie."""
        drawn: list[Line2D | FillBetweenPolyCollection] = []
        for curve in self.curves:
            if curve.low is not None and curve.high is not None and not curve.faint.size:
                low, high = self.shown(curve.low), self.shown(curve.high)
                band = self.ax.fill_between(curve.steps, low, high, zorder=2, **self.theme.band(curve.style))
                band.set_gid(f"band:{curve.label}")
                drawn.append(band)
        for curve in self.curves:
            for values in curve.faint.T:
                drawn.append(self._line(curve, values, *((1.2, "faint") if curve.low is None else (0.8, "thin"))))
            for values in curve.each.T:
                drawn.append(self._line(curve, values, self.theme.trail if curve.each.shape[1] == 1 else 1.3, "run"))
            if curve.low is not None:
                drawn.append(self._line(curve, curve.middle, self.theme.trail, self.middle))
        if not self.theme.by_lines:  # in print each has dashes of its own
            drawn += self._interlaced({str(line.get_gid()): line for line in drawn if isinstance(line, Line2D)})
        return drawn

    def _interlaced(self, lines: dict[str, Line2D]) -> list[Line2D]:
        """Dash those that lie on another one for most of their way; returns the parts of them that lie on no other."""
        single = [curve for curve in self.curves if self.lines(curve).shape[1] == 1]
        turns, parts = interlaced([self.places(curve, self.lines(curve)[:, 0]) for curve in single]), []
        for curve, turn in zip(single, turns, strict=True):
            if turn is not None:
                line = lines[f"{'run' if curve.low is None else self.middle}:{curve.label}"]
                line.set_linestyle(turn.dashes)
                values = np.where(turn.alone, self.lines(curve)[:, 0], np.nan)
                parts.append(self._line(curve, values, float(line.get_linewidth()), "apart"))
        return parts

    def ends(self, curve: Curve) -> list[End]:
        """Where each drawn curve of an entrant ends, or leaves the panel for good."""
        found = []
        for number, values in enumerate(self.lines(curve).T):
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

    def away(self, curve: Curve) -> tuple[str, ...]:
        """That the (median) curve ends out of the panel, the longest first; nothing where it does not."""
        return away(curve, self.scale, self.theme) if self.against == "steps" else ()

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

    def left_out(self) -> list[Artist]:
        """Nothing: the ground is drawn as it is."""
        return []

    def painter(self, canvas: Canvas) -> CurvesPainter:
        """The curves, uncovered up to the step, and their heads."""
        return CurvesPainter(self, canvas)

    def activity(self) -> list[Array]:
        """How the curves rise and fall."""
        return [self.places(curve, curve.middle) * np.array([0.0, 1.0]) for curve in self.curves]

    def places(self, curve: Curve, values: Array) -> Array:
        """(rows, 2): where a curve's values (rows,) are on the page, kept in the panel; what is undefined stays put."""
        known = np.where(np.isfinite(values), values, self.scale.low)
        return np.asarray(self.ax.transData.transform(np.array([curve.steps, self.shown(known)]).T))

    def lines(self, curve: Curve) -> Array:
        """(rows, n): the values of the lines of an entrant that have heads."""
        return curve.middle[:, None] if curve.low is not None else curve.each

    def box(self, canvas: Canvas) -> Box:
        """The panel with room for the heads at its border."""
        x0, y0, x1, y1 = self.ax.bbox.extents
        pad = 0.6 * self.theme.head * canvas.dpi / 72.0
        return canvas.panel((x0 - pad, y0 - pad, x1 + pad, y1 + pad))

    def _mark(self, end: End, curve: Curve, marker: MarkerStyle) -> Line2D:
        gid = f"{end.kind}:{curve.label}"
        line = marks.marked([end.step], [end.value], marker, transform=self.ax.transData, gid=gid)
        self.ax.add_artist(line)
        return line

    def end_of(self, curve: Curve) -> float:
        """Where the entrant's label belongs: the height of the (median) curve's end."""
        return float(np.median([end.value for end in self.ends(curve)]))

    def height_of(self, value: float) -> float:
        """Where a value is, from 0 at the bottom of the panel to 1 at its top, and no farther."""
        to_axes = self.ax.transScale + self.ax.transLimits
        inside = float(np.clip(value, self.scale.low, self.scale.high))
        return float(to_axes.transform((0.0, inside))[1])

    def reaches_end(self, curve: Curve) -> bool:
        """Whether some of an entrant's curves end at the right border."""
        return any(end.kind == "head" and end.step >= float(curve.steps[-1]) for end in self.ends(curve))

    def shown(self, values: Array) -> Array:
        """Values brought into the panel's limits; not-a-number stays."""
        return np.clip(values, self.scale.low, self.scale.high)

    def _curves(self) -> list[Curve]:
        return [self._curve(track, self.theme.style(index)) for index, track in enumerate(self.record.tracks)]

    def _better_as_gap(self) -> bool:
        """Whether losses that are not positive bend so that only their logarithm above the lowest one shows them."""
        lowest = self.record.surface.lowest if self.quantity.name == "loss" else None
        if lowest is None or lowest > 0.0 or not np.isfinite(lowest):
            return False
        drawn = [curve.middle if curve.low is not None else curve.each for curve in self.curves]
        least = min((float(np.min(values[np.isfinite(values)], initial=np.inf)) for values in drawn), default=np.inf)
        rounding = 1e-9 * (1.0 + abs(lowest))
        return lowest - rounding < least <= 0.0 and lowest < 0.0 and bends(self._columns())

    def _columns(self) -> list[Array]:
        """What is drawn of the entrants that do not diverge, a curve each."""
        usual = [curve for curve in self.curves if not np.all(curve.track.status == "diverged")]
        return [values for curve in usual for values in self.lines(curve).T]

    def _curve(self, track: Track, style: Style) -> Curve:
        """The curve of an entrant."""
        surface, entrants = self.record.surface, len(self.record)
        x = axis(track, self.against)
        if self.eigenvalues:
            track = one(track, median_run(track))
            every = spectrum(surface, track.params[:, :, 0])
            return one_by_one(track, style, x, every[:, -1:], every[:, :-1])
        values = self.quantity.measure(track, surface)
        if known := ensemble_of(track, self.quantity):
            return of_all(track, style, x, values, known, self.quantity.name, self.quantiles)
        if values.shape[1] > MOST_LINES or values.shape[1] * entrants > max(FEW_TRAILS, entrants):
            return summed_up(track, style, x, values, self.quantiles)
        return one_by_one(track, style, x, values, values[:, :0])

    def _scale(self) -> Scale:
        usual = [curve for curve in self.curves if not np.all(curve.track.status == "diverged")]
        first = min(self.quantity.settled, min(len(curve.steps) for curve in self.curves) - 1)
        begins = np.concatenate([everything(curve)[first] for curve in self.curves])
        near = np.concatenate([near_window(self.record, curve) for curve in self.curves])
        every = np.concatenate([np.empty(0), *(everything(curve)[first:].ravel() for curve in usual)])
        every = within_reach(every, begins, self.quantity.name)
        highest = float(np.max(every[np.isfinite(every)], initial=0.0))
        # a limit far above the curves would flatten them; its label gives its value
        limits = [
            line.values[[0, -1]]
            for line in self.predictions
            if line.kind == "limit" and float(line.values[0]) < MOST_ABOVE * highest
        ]
        values = np.concatenate([np.zeros(1), *(everything(curve).ravel() for curve in self.curves)])
        deepest = float(np.min(values[np.isfinite(values)]))
        firsts, even = np.concatenate([begins, *limits]), self.quantity.even
        return scale_of(firsts, every, near, deepest, bends(self._columns()), even)

    def _line(self, curve: Curve, values: Array, width: float, what: str) -> Line2D:
        (line,) = self.ax.plot(curve.steps, values, color=curve.style.color, linewidth=width, zorder=4,
                               linestyle=curve.style.dashes, solid_capstyle="round", solid_joinstyle="round",
                               label=curve.label)  # fmt: skip
        if what == "thin":
            line.set(alpha=THIN_ALPHA, zorder=3)
        else:
            line.set_path_effects([Stroke(linewidth=width + 1.6, foreground=self.theme.halo, alpha=0.8), Normal()])
        line.set_gid(f"{what}:{curve.label}")
        return line


class CurvesPainter:
    """Paints curves: they only ever grow to the right, so the finished panel is uncovered column by column."""

    def __init__(self, curves: Curves, canvas: Canvas) -> None:
        self._canvas, self._curves = canvas, curves
        self._picture = canvas.page_with(list(curves.draw_lines()))
        self._waiting = [(step, canvas.patch([artist])) for step, artist in curves.draw_leavers()]
        self._panel = curves.box(canvas)
        self._column = self._panel[2]
        self._heads = [head for curve in curves.curves for head in self._heads_of(curve)]

    def advance(self, step: float) -> None:
        """Uncover the columns up to `step`."""
        upper, lower, _, end = self._panel
        x = end
        if step < self._curves.record.steps:
            reached = self._curves.ax.transData.transform((step, self._curves.scale.high))[0]
            x = min(end, math.floor(reached))
        if x > self._column:
            self._canvas.uncover(self._picture, (upper, lower, self._column, x))
            self._column = x
        for at, patch in self._waiting:
            if at <= step:
                self._canvas.add_static(patch)
        self._waiting = [(at, patch) for at, patch in self._waiting if at > step]

    def paint(self, step: float, share: float) -> None:
        """Paint the heads of the curves that are still in the panel."""
        for rows, places, last, stamp in self._heads:
            if step <= last:
                stamp.put(*between(places, rows, step).tolist())

    def _heads_of(self, curve: Curve) -> list[tuple[Rows, Pixels, float, Stamp]]:
        """(recorded rows, places (rows, 2), last step, marker) of each head of an entrant."""
        curves, theme, rows = self._curves, self._curves.theme, Rows(curve.track)
        stamp = marks.stamp(self._canvas, marks.head(curve.style, theme, theme.head - 2.0))
        return [
            (rows, curves.places(curve, values), math.inf if end.kind == "head" else end.step, stamp)
            for values, end in zip(curves.lines(curve).T, curves.ends(curve), strict=True)
        ]
