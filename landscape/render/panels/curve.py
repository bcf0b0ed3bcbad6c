"""What a panel of curves draws of an entrant, and where that ends."""

from __future__ import annotations

import dataclasses
from typing import Literal

import numpy as np

from landscape import i18n
from landscape.core.component import Array
from landscape.record import Record, Track
from landscape.render.panels.scales import Scale
from landscape.render.style.theme import Style, Theme

EndKind = Literal["head", "left", "diverged"]


@dataclasses.dataclass(frozen=True, eq=False)
class Curve:
    """One entrant's curve. steps: (rows,), or what else it is drawn against; middle: (rows,), NaN once its only run has
    diverged; low, high: (rows,) quantiles, or None; each: (rows, runs) the runs that are drawn one by one; faint:
    (rows, n) lines of the same entrant that go with it; values: (rows, runs) of every run."""

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


@dataclasses.dataclass(frozen=True)
class End:
    """Where a drawn curve ends: with its head, where it leaves the panel, or where it diverged."""

    step: float
    value: float
    kind: EndKind


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
