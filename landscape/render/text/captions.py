"""Say what a picture shows: its title, its caption line, and a few words on each entrant.

    say("en", "after {steps} steps", steps=60)     # "after 60 steps"
    say("zh", "after {steps} steps", steps=60)     # "60 步之后"

The English text is its key in the tables of `landscape.i18n`.
"""

from __future__ import annotations

import dataclasses
import math
import tomllib
from collections.abc import Sequence

import numpy as np

from landscape import i18n
from landscape.analysis._metric import StepMetric
from landscape.analysis.batches import PartOfBatch
from landscape.analysis.metrics.networks import Layer
from landscape.analysis.metrics.steps import DistanceTo
from landscape.analysis.selection import standing_loss
from landscape.core.component import Array
from landscape.core.methods import Schedule
from landscape.core.surface import Surface
from landscape.i18n.numbers import counted, number, ten
from landscape.i18n.texts import Language, say
from landscape.record import Record, Track
from landscape.render.style.theme import LIGHT, Theme
from landscape.render.style.tick_labels import Unit
from landscape.render.text import fonts
from landscape.render.text.summaries import Summary, curves_of

QUANTITIES = {
    "loss": "loss",
    "gap": "loss above the lowest",
    "gradient_norm": "gradient norm",
    "distance": "distance to the nearest minimum",
    "distance_to": "distance to a given point",
    "distance_from_start": "distance from the start",
    "distance_from_saddle": "distance from the nearest saddle",
    "learning_rate": "learning rate",
    "effective_rate": "effective rate, |Δp| / |g|",
    "speed": "speed, |Δp| a step",
    "sharpness": "sharpness, the largest eigenvalue of the Hessian",
    "preconditioned_sharpness": "preconditioned sharpness, the largest eigenvalue of D⁻¹H",
    "index": "index: negative eigenvalues of the Hessian",
    "eigenvalues": "eigenvalues of the Hessian, the largest heavier",
}
_SHORT = {
    **dict.fromkeys(("eigenvalues", "preconditioned_sharpness"), "sharpness"),
    **dict.fromkeys(("distance_to", "distance_from_start", "distance_from_saddle"), "distance"),
}
AXES = {"steps": "step", "evaluations": "evaluations", "time": "milliseconds"}
LEVELS = {
    "log": "logarithmic levels",
    "two-sided": "centred on the saddle's loss",
    "quantile": "levels of equal area",
    "linear": "even levels",
}


def title(record: Record, theme: Theme = LIGHT) -> str:
    """The record's claim, or who runs on what.

    Where no font has the characters of the claim, it is the English one of the record's scenario, if that has one.
    """
    if record.title and not fonts.readable(record.title, theme.fonts):
        fonts.say_unreadable(record.title)
    for claim in (record.title, _english_title(record)):
        if claim.strip() and fonts.readable(claim, theme.fonts):
            return " ".join(claim.split())
    who = _who(list(dict.fromkeys(_entrant(track, theme) for track in record.tracks)), theme.language)
    surface = surface_name(record.surface, theme.language)
    return say(theme.language, "{who} on {name}", who=who, name=surface) if who else surface


def _english_title(record: Record) -> str:
    """The title in the text of the record's scenario, which is the English one; nothing where it has no such text."""
    try:
        return str(tomllib.loads(record.scenario).get("title", "")) if record.title else ""
    except (ValueError, RecursionError):
        return ""


def title_of_several(records: Sequence[Record], theme: Theme = LIGHT) -> str:
    """The one claim that records make, or who runs on how many surfaces."""
    claims = {" ".join(record.title.split()) for record in records} - {""}
    if len(claims) == 1 and fonts.readable(claim := claims.pop(), theme.fonts):
        return claim
    labels = dict.fromkeys(label(track, theme) for record in records for track in record.tracks)
    who = _who(list(labels), theme.language)
    on = surface_name(records[0].surface, theme.language)
    if len(records) > 1:
        on = say(theme.language, "{count} surfaces", count=len(records))
    return say(theme.language, "{who} on {name}", who=who, name=on)


def _who(labels: list[str], language: Language) -> str:
    """The entrants in a few words."""
    if len(labels) > 4:
        return say(language, "{count} optimizers", count=len(labels))
    if len(labels) > 1:
        first = say(language, ", ").join(labels[:-1])
        return say(language, "{first} and {last}", first=first, last=labels[-1])
    return labels[0] if labels else ""


def _entrant(track: Track, theme: Theme) -> str:
    """The label of the entrant that a track is, or is a part of."""
    if isinstance(track, PartOfBatch):
        track = dataclasses.replace(track, label=track.whole)
    return label(track, theme)


def label(track: Track, theme: Theme) -> str:
    """The entrant's label, or the name of its rule where no font has the label's characters."""
    if fonts.readable(track.label, theme.fonts):
        return " ".join(track.label.split())
    fonts.say_unreadable(track.label)
    return track.optimizer.name


def surface_name(surface: Surface, language: Language = "en") -> str:
    """A surface's name, to be read; one that has no other name in the language, such as one's own, stays."""
    name = surface.title or surface.name.replace("_", " ")
    return i18n.name(language, "surface", name)


def schedule_name(schedule: Schedule, language: Language = "en") -> str:
    """A schedule's name, to be read; one's own stays as it is."""
    name = schedule.name.replace("_", " ")
    return i18n.name(language, "schedule", name)


def opened(text: str) -> str:
    """A text with a capital letter to begin with."""
    return text[:1].upper() + text[1:]


def ground(record: Record, scale_kind: str, theme: Theme = LIGHT) -> tuple[str, ...]:
    """What the landscape's colours mean; the longest first. scale_kind: of its levels, a key of LEVELS."""
    language = theme.language
    surface = opened(surface_name(record.surface, language))
    scale = say(language, LEVELS[scale_kind])
    if scale_kind == "two-sided":
        below, above = say(language, theme.below), say(language, theme.above)
        sides = say(language, "{name}: {below} below the saddle, {above} above", name=surface, below=below, above=above)
        return sides, say(language, "{name}; {scale}", name=surface, scale=scale), surface
    return (
        say(language, "{name}, darker is lower; {scale}", name=surface, scale=scale),
        say(language, "{name}, darker is lower", name=surface),
        surface,
    )


def limits(coarse: tuple[int, int] | None, stopped: bool, beyond: bool = False, language: Language = "en") -> str:
    """What a picture of a surface lacks, a line each; nothing where it lacks nothing.

    coarse: of how many values it is drawn, where not of all that it shows; stopped: whether critical points were
    searched only in part; beyond: whether their marks end with the window, and the picture does not.
    """
    lacks = []
    if beyond:
        lacks.append(say(language, "critical points marked in the window alone"))
    if coarse:
        lacks.append(say(language, "coarse grid of {columns} × {rows} values", columns=coarse[0], rows=coarse[1]))
    if stopped:
        lacks.append(say(language, "critical points searched only in part"))
    return "\n".join(lacks)


class Captions:
    """The caption line at every row: rate and loss; the part that changes comes last.

    Both are medians over runs; where runs differ in their rate, the range of the rates and the lowest loss of all. Runs
    that have diverged count as having no loss.
    """

    def __init__(self, record: Record, theme: Theme = LIGHT) -> None:
        self._language = theme.language
        self._labels = [label(track, theme) for track in record.tracks]
        self._spread = any(np.ptp(track.lr[0]) > 0 for track in record.tracks)
        self._many = ["" if track.runs < 2 or np.ptp(track.lr[0]) > 0 else "median " for track in record.tracks]
        self._losses = np.array([standing_loss(track, bool(np.ptp(track.lr[0]) > 0)) for track in record.tracks])
        self._rates = np.array([np.median(track.lr, axis=1) for track in record.tracks])
        self._ranges = np.array([(track.lr.min(axis=1), track.lr.max(axis=1)) for track in record.tracks])
        # whether all rates change, and by one factor in every row
        self._together = bool(np.ptp(self._rates, axis=1).any() and np.all(self._rates[:, 0] > 0)) and bool(
            np.ptp(self._rates / self._rates[:, :1], axis=0).max() < 1e-12
        )
        self._steps = record.tracks[0].steps
        diverged = [(track.status == "diverged").all() for track in record.tracks]
        self._over = max(int(track.stopped.max()) for track in record.tracks) if all(diverged) else math.inf

    def at(self, row: int) -> str:
        """The caption at a recorded row; -1 for the last."""
        rate, outcome = self._rate(row), self._outcome(row)
        return f"{rate}   {outcome}" if rate else outcome

    def _outcome(self, row: int) -> str:
        """The lowest loss, and whose it is."""
        if self._steps[row] >= self._over:
            return say(self._language, "all diverged")
        losses = self._losses[:, row]
        best = int(np.argmin(np.nan_to_num(losses, nan=np.inf)))
        many = self._many[best]
        if not losses[best] < np.inf:  # those that have not diverged are fewer than half
            return say(self._language, f"no finite {many}loss")
        loss = number(float(losses[best]))
        if len(losses) > 1:
            text = f"lowest {many}loss {{loss}} ({{label}})"
            return say(self._language, text, loss=loss, label=self._who(losses, loss))
        return say(self._language, f"{many}loss {{loss}}", loss=loss)

    def _who(self, losses: Array, loss: str) -> str:
        """Whose loss (entrants,) is the lowest, as it is written: all of them where it is that of several."""
        tied = [name for name, each in zip(self._labels, losses, strict=True) if number(float(each)) == loss]
        if len(tied) > 2:
            return say(self._language, "{count} alike", count=len(tied))
        return say(self._language, " and ").join(tied) or self._labels[int(np.argmin(losses))]

    def _rate(self, row: int) -> str:
        """The learning rates in force: one number, one factor on all of them, or their range; nothing if not known."""
        if np.isnan(self._rates).any():
            return ""
        now = self._rates[:, row]
        if self._spread:
            now = self._ranges[:, :, row]
            return say(self._language, "rates {low} to {high}", low=number(now.min()), high=number(now.max()))
        if self._together and number(self._rates[:, 0].min()) != number(self._rates[:, 0].max()):
            return say(self._language, "rates × {factor}", factor=f"{now[0] / self._rates[0, 0]:.2f}")
        low, high = number(float(now.min())), number(float(now.max()))
        if low == high:  # as they are written: rates that are a rounding error apart are one
            return say(self._language, "rate {rate}", rate=low)
        return say(self._language, "rates {low} to {high}", low=low, high=high)


def after_one(record: Record, run: int, track: Track, theme: Theme) -> str:
    """ "after 60 steps", and where an entrant has several runs, that its median one is shown, and which that is."""
    language = theme.language
    steps = after(record, language)
    if track.runs < 2:
        return steps
    text = "{after}, run {run} of {runs}, the median one of {label}"
    return say(language, text, after=steps, run=run + 1, runs=track.runs, label=label(track, theme))


def drawn(counts: Sequence[tuple[int, int]], language: Language) -> str:
    """ "60 of 300 runs drawn", from (drawn, all) of each entrant; nothing where all are."""
    if all(some == every for some, every in counts):
        return ""
    if len(set(counts)) == 1 and len(counts) > 1:
        some, every = counts[0]
        return say(language, "{some} of {runs} runs of each drawn", some=counted(some), runs=counted(every))
    some, every = (sum(each) for each in zip(*counts, strict=True))
    return say(language, "{some} of {runs} runs drawn", some=counted(some), runs=counted(every))


def values_drawn(shown: int, every: int, language: Language) -> str:
    """ "12 of 300 values drawn", of hyper-parameters; nothing where all are."""
    return say(language, "{some} of {runs} values drawn", some=shown, runs=every) if shown < every else ""


def after(record: Record, language: Language) -> str:
    """ "after 60 steps"."""
    return say(language, "after 1 step" if record.steps == 1 else "after {steps} steps", steps=record.steps)


def curves(
    record: Record,
    quantity: str,
    scale: str,
    summary: Summary | None,
    language: Language = "en",
) -> tuple[str, ...]:
    """What the curves show; the longest first. scale: what to add to the quantity's name; summary: how runs are."""
    short = short_name(quantity, language)
    if quantity in ("effective_rate", "speed") and (every := thinned(record)) > 1:
        short = say(language, "{name}, mean of {count} steps", name=short, count=every)
        return curves_of(record, short + scale, short + scale, short, summary, language)
    long, scaled = say(language, long_name(record.surface, quantity)) + scale, short + scale
    return curves_of(record, long, scaled, short, summary, language)


def long_name(surface: Surface, quantity: str) -> str:
    """The English name of a quantity. A distance says of which minima: of all, the global one, or those known."""
    if quantity == "distance" and surface.completeness != "complete":
        only = surface.completeness == "global"
        return "distance to the global minimum" if only else "distance to the nearest known minimum"
    return QUANTITIES.get(quantity, quantity.replace("_", " "))


def thinned(record: Record) -> int:
    """Over how many steps the record goes from one row to the next, at most."""
    return int(max((np.max(np.diff(track.steps), initial=1) for track in record.tracks), default=1))


MOST_COORDINATES = 3  # of a point that is named where it is measured to
LAYER_FIGURES = {
    "gradient_norm": "gradient_norm",
    "mean": "mean output",
    "saturated": "saturated slopes",
    "dead": "dead units",
    "spread": "spread of units",
}


def measured(quantity: StepMetric) -> str:
    """The name of what a measure measures: of one of a layer, which of its figures."""
    return LAYER_FIGURES[quantity.quantity] if isinstance(quantity, Layer) else quantity.name


def measured_where(quantity: StepMetric, language: Language = "en") -> str:
    """ ", layer 1", or which examples or coordinates a measure is of; nothing of another measure."""
    if isinstance(quantity, DistanceTo) and len(quantity.point) <= MOST_COORDINATES:
        return say(language, " ({place})", place=", ".join(number(x) for x in quantity.point))
    if getattr(quantity, "examples", "") == "test":
        return say(language, ", new examples")
    if not isinstance(quantity, Layer):
        return ""
    text = ", layer {layer} over layer {over}" if quantity.over else ", layer {layer}"
    return say(language, text, layer=number(float(quantity.layer)), over=number(float(quantity.over)))


def short_name(quantity: str, language: Language = "en") -> str:
    """The name of a quantity in two words at most."""
    return say(language, _SHORT.get(quantity, quantity.replace("_", " ")))


def rate_line(track: Track, language: Language = "en") -> str:
    """The rate that it begins with and, where that differs, ends with; nothing where it is not known."""
    if np.isnan(track.lr).any():
        return ""
    first, last = float(np.median(track.lr[0])), float(np.median(track.lr[-1]))
    low, high = float(track.lr[0].min()), float(track.lr[0].max())
    if low < high:
        return say(language, "rates {low} to {high}", low=number(low), high=number(high))
    if first == last:
        return say(language, "rate {rate}", rate=number(first))
    return say(language, "rate {low} to {high}", low=number(first), high=number(last))


def last_line(quantity: str, values: Array, language: Language = "en") -> str:
    """The last of a quantity's values (rows, runs), the median of several runs."""
    last = number(float(np.median(values[-1])))
    return say(language, "{quantity} {number}", quantity=short_name(quantity, language), number=last)


def fate(track: Track, language: Language = "en") -> str:
    """How its runs ended, where that was badly: "diverged at step 7", "3 of 200 diverged", or nothing."""
    diverged = track.diverged
    if diverged == 0:
        return ""
    if track.all_runs == 1:
        return say(language, "diverged at step {step}", step=int(track.stopped[0]))
    if diverged == track.all_runs:
        return say(language, "all diverged")
    some, runs = counted(diverged), counted(track.all_runs)
    return say(language, "{some} of {runs} diverged", some=some, runs=runs)


def measured_in(quantity: str, unit: Unit, language: Language) -> str:
    """A name with what the labels of its axis leave out: "loss − 0.5, in 10⁻⁶"."""
    if unit.base:
        less = "{quantity} − {base}" if unit.base > 0.0 else "{quantity} + {base}"
        quantity = say(language, less, quantity=quantity, base=f"{abs(unit.base):.6g}")
    return say(language, "{quantity}, in {power}", quantity=quantity, power=ten(unit.power)) if unit.power else quantity


def marking(surface: Surface, counts: dict[str, int], language: Language = "en") -> tuple[str, ...]:
    """What goes without a mark, the longest text first: those that are `unmarked`, and those that are not listed.

    counts: of each kind, how many listed ones go without.
    """
    first, second = unmarked(counts, language), ""
    some = surface.completeness in ("global", "notable") and "multimodal" in surface.traits
    if some and surface.critical_points:
        second = say(language, "other critical points are not listed")
    both = say(language, "{first}; {second}", first=first, second=second) if first and second else ""
    return both, first, second


def unmarked(counts: dict[str, int], language: Language = "en") -> str:
    """ "not marked: 36 saddles and 25 maxima", from the number of each kind; nothing where there are none."""
    plurals = {"saddle": "saddles", "maximum": "maxima", "minimum": "minima"}
    parts = [
        say(language, f"1 {kind}" if counts[kind] == 1 else f"{{count}} {plural}", count=counts[kind])
        for kind, plural in plurals.items()
        if counts.get(kind)
    ]
    return say(language, "not marked: {what}", what=say(language, " and ").join(parts)) if parts else ""
