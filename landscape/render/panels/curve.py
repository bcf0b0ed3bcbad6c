"""What a panel of curves draws of an entrant, and where that ends."""

from __future__ import annotations

import dataclasses
import math
from typing import Literal

import numpy as np

from landscape import i18n
from landscape.analysis._metric import StepMetric, step_metric
from landscape.core.component import Array
from landscape.record import Ensemble, Record, Track
from landscape.render.panels.scales import DEEPEST, Scale
from landscape.render.style.theme import MOST_TRAILS, Style, Theme

LEAST_GROUPED = 30  # runs of which two groups are told apart
THIN_ALPHA = 0.35

EndKind = Literal["head", "left", "diverged"]


@dataclasses.dataclass(frozen=True, eq=False)
class Curve:
    """One entrant's curve. steps: (rows,), or what else it is drawn against; middle: (rows,), NaN once its only run has
    diverged; low, high: (rows,) quantiles, or None; each: (rows, runs) the runs that are drawn one by one; faint:
    (rows, n) lines of the same entrant that go with it; values: (rows, n) of every run, or as many quantiles of them,
    evenly spread; recorded: (rows, runs) of the runs that are recorded; mean: (rows,) over all."""

    label: str
    style: Style
    track: Track
    steps: Array
    middle: Array
    low: Array | None
    high: Array | None
    each: Array
    faint: Array
    values: Array
    recorded: Array
    mean: Array


def ensemble_of(track: Track, quantity: StepMetric) -> Ensemble | None:
    """What tells of all runs of an entrant, where they are more than are recorded and it has the quantity."""
    every, name = track.ensemble, quantity.name
    if every is None or every.runs == track.runs or name not in every.quantiles:
        return None
    return every if quantity == step_metric(name) else None


def of_all(
    track: Track, style: Style, x: Array, values: Array, every: Ensemble, name: str, quantiles: tuple[float, float]
) -> Curve:
    """The curve of an ensemble's quantiles of a measure. values: (rows, runs) of the runs that are recorded."""
    low, middle, high = (every.quantile(name, level) for level in (quantiles[0], 0.5, quantiles[1]))
    spread, none = every.quantiles[name], values[:, :0]
    return Curve(track.label, style, track, x, middle, low, high, none, none, spread, values, every.means[name])


def summed_up(track: Track, style: Style, x: Array, values: Array, quantiles: tuple[float, float]) -> Curve:
    """The curve of the quantiles of values (rows, runs)."""
    with np.errstate(invalid="ignore"):
        low, middle, high = np.quantile(values, (quantiles[0], 0.5, quantiles[1]), axis=1)
        mean = np.mean(values, axis=1)
    none = values[:, :0]
    return Curve(track.label, style, track, x, middle, low, high, none, none, values, values, mean)


def one_by_one(track: Track, style: Style, x: Array, values: Array, faint: Array) -> Curve:
    """The curves of the runs of values (rows, runs), each until it has diverged."""
    gone = (track.status == "diverged") & (track.steps[:, None] > track.stopped)
    each, faint = np.where(gone, np.nan, values), np.where(gone[:, :1], np.nan, faint)
    middle = np.median(each, axis=1)
    return Curve(track.label, style, track, x, middle, None, None, each, faint, values, values, middle)


@dataclasses.dataclass(frozen=True)
class End:
    """Where a drawn curve ends: with its head, where it leaves the panel, or where it diverged."""

    step: float
    value: float
    kind: EndKind


def in_groups(values: Array) -> bool:
    """Whether runs end in two groups far apart, so that no line in the middle stands for them. values: (runs,).

    That is, whether a gap that takes a third of the way from the lowest to the highest, or of that of their logarithms
    where all are positive, has a seventh of the runs on either side. Samples of one bell-shaped or exponential law of
    30 or more have none.
    """
    known = np.sort(values[np.isfinite(values)])
    least = math.ceil(len(known) / 7.0)
    if len(known) < LEAST_GROUPED or known[-1] <= known[0] + 1e-6 * abs(known[0]):
        return False
    scaled = [known, *([np.log(np.maximum(known, DEEPEST * known[-1]))] if known[0] > 0.0 else [])]
    gaps = [np.max(np.diff(each)[least - 1 : len(each) - least]) / max(each[-1] - each[0], 1e-300) for each in scaled]
    return max(gaps) > 1.0 / 3.0


def with_mean(curve: Curve) -> Curve:
    """The same with the mean of its runs in place of their median, where they are summed up."""
    return curve if curve.low is None else dataclasses.replace(curve, middle=curve.mean)


def with_runs(curve: Curve) -> Curve:
    """The same with up to 60 of its runs as thin lines, where they are summed up."""
    if curve.low is None:
        return curve
    runs = curve.recorded.shape[1]
    shown = np.unique(np.linspace(0, runs - 1, min(runs, MOST_TRAILS)).astype(int))
    return dataclasses.replace(curve, faint=curve.recorded[:, shown])


def scale_words(scale: Scale, theme: Theme) -> str:
    """What to add to the name of a quantity: ", log scale" or nothing."""
    text = {"log": ", log scale", "symlog": ", symmetric log scale", "linear": ""}[scale.kind]
    return i18n.say(theme.language, text) if text else ""


def everything(curve: Curve) -> Array:
    """(rows, n): everything that is drawn of a curve."""
    bands = [values[:, None] for values in (curve.low, curve.high) if values is not None]
    return np.concatenate([curve.middle[:, None], curve.each, curve.faint, *bands], axis=1)


def near_window(record: Record, curve: Curve) -> Array:
    """The drawn values at the steps at which most of the entrant's runs are in the surface's window."""
    lows, highs = np.array(record.surface.window).T
    inside = np.all((curve.track.params >= lows[:, None]) & (curve.track.params <= highs[:, None]), axis=1)
    return everything(curve)[np.mean(inside, axis=1) > 0.5].ravel()


def away(curve: Curve, scale: Scale, theme: Theme) -> tuple[str, ...]:
    """That the (median) curve over the steps ends out of the panel, and from which one on, or since when alone; the
    longest first, and nothing where it does not."""
    known = np.flatnonzero(np.isfinite(curve.middle))
    if not known.size or np.all(curve.track.status == "diverged"):
        return ()
    last, say = float(curve.middle[known[-1]]), i18n.say
    above = last > scale.high
    if not above and not (last < scale.low and scale.kind == "log"):
        return ()
    inside = np.flatnonzero(curve.middle <= scale.high if above else curve.middle >= scale.low)
    step = int(curve.steps[min(inside[-1] + 1, len(curve.steps) - 1)]) if inside.size else 0
    if above:
        return (say(theme.language, "above the axis from step {step}", step=step),)
    low = i18n.number(scale.low)
    long = say(theme.language, "below {loss} from step {step}", loss=low, step=step)
    return long, say(theme.language, "below {loss}", loss=low)
