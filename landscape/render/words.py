"""Say what a picture shows: its title, its caption line, and a few words on each entrant."""

from __future__ import annotations

import numpy as np

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
    return record.surface.name.replace("_", " ")


def ground(record: Record, terrain: Terrain) -> tuple[str, ...]:
    """What the landscape's colours mean; the longest first."""
    short = f"{name(record)}, darker is lower"
    return f"{short}; {_SCALES[terrain.kind]}", short, name(record)


def caption(record: Record, row: int) -> str:
    """Rate and loss at a row: the part of the caption line that changes comes last."""
    parts = [rates(record, row)]
    losses = [float(np.median(track.value[row])) for track in record.tracks]
    best = int(np.argmin(losses))
    many = "median " if any(track.runs > 1 for track in record.tracks) else ""
    if len(losses) == 1:
        parts.append(f"{many}loss {number(losses[0])}")
    else:
        parts.append(f"lowest {many}loss {number(losses[best])} ({record.labels[best]})")
    return "   ".join(parts)


def rates(record: Record, row: int) -> str:
    """The learning rates in force: one number, one factor on all of them, or their range."""
    now = np.array([np.median(track.lr[row]) for track in record.tracks])
    if np.ptp(now) == 0:
        return f"rate {number(float(now[0]))}"
    first = np.array([np.median(track.lr[0]) for track in record.tracks])
    factors = now / np.where(first == 0, 1.0, first)
    constant = all(np.ptp(np.median(track.lr, axis=1)) == 0 for track in record.tracks)
    if np.ptp(factors) < 1e-12 and not constant:
        return f"rates × {factors[0]:.2f}"
    return f"rates {number(float(now.min()))} to {number(float(now.max()))}"


def curves(record: Record, quantity: str, banded: bool) -> tuple[str, ...]:
    """What the curves show; the longest first."""
    if not banded:
        return (quantity,)
    runs = max(track.runs for track in record.tracks)
    return f"{quantity}; median and quartiles of {runs} runs", f"{quantity}; {runs} runs", quantity


def rate_line(track: Track) -> str:
    """The rate that it begins with and, where that differs, ends with."""
    first, last = float(np.median(track.lr[0])), float(np.median(track.lr[-1]))
    return f"rate {number(first)}" if first == last else f"rate {number(first)} to {number(last)}"


def loss_line(track: Track) -> str:
    """Its last loss, the median one of several runs."""
    many = "median " if track.runs > 1 else ""
    return f"{many}loss {number(float(np.median(track.value[-1])))}"


def fate(track: Track) -> str:
    """How its runs ended, where that was badly: "diverged at step 7", "3 of 200 diverged", or nothing."""
    diverged = int(np.sum(track.status == "diverged"))
    if diverged == 0:
        return ""
    if track.runs == 1:
        return f"diverged at step {int(track.stopped[0])}"
    return "all diverged" if diverged == track.runs else f"{diverged} of {track.runs} diverged"
