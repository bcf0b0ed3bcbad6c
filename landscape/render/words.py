"""Say what a picture shows: its title, its caption line, and a few words on each entrant."""

from __future__ import annotations

import numpy as np

from landscape.component import Array
from landscape.record import Record, Track
from landscape.render.terrain import Terrain

_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
QUANTITIES = {
    "loss": "loss",
    "gap": "loss above the lowest",
    "gradient_norm": "gradient norm",
    "distance": "distance to the nearest minimum",
}
_SCALES = {
    "log": "logarithmic levels",
    "two-sided": "two-sided about the saddle",
    "quantile": "levels of equal area",
    "linear": "even levels",
}


def number(value: float) -> str:
    """Three significant digits: 0.0312, 12.5, 3.12×10⁻⁷."""
    if not np.isfinite(value):
        return str(value).replace("inf", "∞").replace("nan", "none")
    if value == 0 or 1e-3 <= abs(value) < 1e4:
        return f"{value:.3g}".replace("-", "−") if abs(value) < 1e3 else f"{value:.0f}".replace("-", "−")
    mantissa, exponent = f"{value:.2e}".split("e")
    return f"{mantissa}×10{str(int(exponent)).translate(_RAISED)}".replace("-", "−")


def title(record: Record) -> str:
    """The record's claim, or who runs on what."""
    if record.title:
        return " ".join(record.title.split())
    labels = list(record.labels)
    who = labels[0] if len(labels) == 1 else f"{', '.join(labels[:-1])} and {labels[-1]}"
    if len(labels) > 4:
        who = f"{len(labels)} optimizers"
    return f"{who} on {name(record)}"


def name(record: Record) -> str:
    """The surface's name, to be read."""
    return record.surface.title or record.surface.name.replace("_", " ")


def ground(record: Record, terrain: Terrain) -> tuple[str, ...]:
    """What the landscape's colours mean; the longest first."""
    surface, scale = name(record).capitalize(), _SCALES[terrain.kind]
    if terrain.kind == "two-sided":
        return f"{surface}: blue below the saddle, sand above", f"{surface}; {scale}", surface
    return f"{surface}, darker is lower; {scale}", f"{surface}, darker is lower", surface


class Captions:
    """The caption line at every row: rate and loss, medians over runs; the part that changes comes last."""

    def __init__(self, record: Record) -> None:
        self._labels = record.labels
        self._many = "median " if any(track.runs > 1 for track in record.tracks) else ""
        self._losses = np.array([np.median(track.value, axis=1) for track in record.tracks])
        self._rates = np.array([np.median(track.lr, axis=1) for track in record.tracks])

    def at(self, row: int) -> str:
        """The caption at a recorded row; -1 for the last."""
        losses = self._losses[:, row]
        best = int(np.argmin(np.nan_to_num(losses, nan=np.inf)))
        which, whose = ("lowest ", f" ({self._labels[best]})") if len(losses) > 1 else ("", "")
        return f"{self._rate(row)}   {which}{self._many}loss {number(float(losses[best]))}{whose}"

    def _rate(self, row: int) -> str:
        """The learning rates in force: one number, one factor on all of them, or their range."""
        now, first = self._rates[:, row], self._rates[:, 0]
        if np.ptp(now) == 0:
            return f"rate {number(float(now[0]))}"
        if np.ptp(self._rates, axis=1).any() and np.all(first > 0) and np.ptp(now / first) < 1e-12:
            return f"rates × {now[0] / first[0]:.2f}"
        return f"rates {number(float(now.min()))} to {number(float(now.max()))}"


def curves(record: Record, quantity: str, scale: str, banded: bool) -> tuple[str, ...]:
    """What the curves show; the longest first. scale: what to add to the quantity's name."""
    long, short = QUANTITIES[quantity] + scale, short_name(quantity) + scale
    if not banded:
        return long, short, short_name(quantity)
    runs = max(track.runs for track in record.tracks)
    return f"{long}; median and quartiles of {runs} runs", f"{long}; {runs} runs", f"{short}; {runs} runs", short


def short_name(quantity: str) -> str:
    """The name of a quantity in two words at most."""
    return quantity.replace("_", " ")


def rate_line(track: Track) -> str:
    """The rate that it begins with and, where that differs, ends with."""
    first, last = float(np.median(track.lr[0])), float(np.median(track.lr[-1]))
    return f"rate {number(first)}" if first == last else f"rate {number(first)} to {number(last)}"


def last_line(quantity: str, values: Array) -> str:
    """The last of a quantity's values (rows, runs), the median of several runs."""
    return f"{short_name(quantity)} {number(float(np.median(values[-1])))}"


def fate(track: Track) -> str:
    """How its runs ended, where that was badly: "diverged at step 7", "3 of 200 diverged", or nothing."""
    diverged = int(np.sum(track.status == "diverged"))
    if diverged == 0:
        return ""
    if track.runs == 1:
        return f"diverged at step {int(track.stopped[0])}"
    return "all diverged" if diverged == track.runs else f"{diverged} of {track.runs} diverged"
