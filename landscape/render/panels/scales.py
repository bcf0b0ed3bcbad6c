"""Choose the vertical axis of curves: logarithmic, symmetric about zero or linear, and from where to where."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import Literal

import numpy as np

from landscape.core.component import Array

ScaleKind = Literal["log", "linear", "symlog"]

# A ratio between high and low from which a scale is logarithmic, and the lowest share of the highest that is shown.
DECADES = 30.0
DEEPEST = 1e-16
# The same ratio for curves that bend: one of them is longer than this share of its steps in the lowest part.
LEAST_DECADES = 3.0
LOWEST_SHARE, MOST_LOW = 0.1, 0.1
# What an entrant reaches beyond so many times the highest of the first values is out of the panel, where others stay.
MOST_ABOVE_START = 100.0
FALLING = ("loss", "gap", "gradient_norm", "distance")
# What happens outside the window is shown in full where it is at most so many times as high as what happens inside.
MOST_OUTSIDE = 4.0
# How far below zero falls without end are shown, in the size of what they begin with.
DEEPEST_FALL = -1e24


@dataclasses.dataclass(frozen=True)
class Scale:
    """The vertical axis: its kind, its limits, and where a symmetric logarithm turns linear."""

    kind: ScaleKind
    low: float
    high: float
    turn: float = 1.0


def bends(curves: Iterable[Array]) -> bool:
    """Whether one of several curves (rows,) runs along the bottom of a linear axis that shows all of them."""
    known = [curve[np.isfinite(curve)] for curve in curves]
    known = [curve for curve in known if curve.size]
    if not known:
        return False
    low, high = min(float(curve.min()) for curve in known), max(float(curve.max()) for curve in known)
    bottom = low + LOWEST_SHARE * (high - low)
    return high > low and any(float(np.mean(curve < bottom)) > MOST_LOW for curve in known)


def scale_of(
    begins: Array, usual: Array, near: Array, deepest: float = 0.0, bent: bool = False, even: bool = False
) -> Scale:
    """Logarithmic where what is drawn is positive and spans decades, or bends into the lowest tenth of a linear axis;
    else linear over what happens in the window.

    begins: (n,) the first values; usual: (m,) those of the entrants that do not all diverge, empty where all do; near:
    (k,) those of the runs while they are in the surface's window. deepest: the lowest value of all
    where some are below zero; bent: whether a curve bends so; even: linear however it is, as counts and shares are.
    """
    pool = _known(np.concatenate([begins, usual]))
    if not pool.size:
        return Scale("linear", 0.0, 1.0)
    if not _known(usual).size and deepest < 0.0:
        # all fall without end
        turn = float(np.median(np.abs(np.concatenate([pool, _known(near)])))) or 1.0
        return Scale("symlog", max(3.0 * deepest, DEEPEST_FALL * turn), max(float(np.max(pool)), turn) * 3.0, turn)
    if not _known(usual).size:
        pool = np.concatenate([pool, pool * 1e3 + 1e-12])
    decades = LEAST_DECADES if bent else DECADES
    if not even and pool.min() >= 0.0 and pool.max() > decades * max(pool.min(), 1e-300):
        high = float(pool.max())
        low = float(pool[pool > max(0.0, DEEPEST * high)].min())
        if high > decades * low:
            pad = (high / low) ** 0.04
            return Scale("log", low / pad, high * pad)
    if pool.min() < 0.0:
        inside = _known(np.concatenate([begins, near]))
        if np.ptp(pool) > MOST_OUTSIDE * np.ptp(inside):
            pool = inside
        typical = float(np.median(np.abs(pool)))
        if typical > 0.0 and np.abs(pool).max() > 1e4 * typical:
            return Scale("symlog", float(pool.min()) * 1.5, float(pool.max()) * 1.5, typical)
    low, high = float(pool.min()), float(pool.max())
    pad = 0.05 * (high - low)
    if pad <= 1e-12 * max(abs(low), abs(high)):  # a flat line: room for it, and ticks that differ
        if low == high == 0.0:  # of what is never negative, as a share
            return Scale("linear", -0.05, 1.05)
        pad = 0.5 * max(abs(low), abs(high)) or 0.5
    return Scale("linear", low - pad, high + pad)


def within_reach(usual: Array, begins: Array, quantity: str) -> Array:
    """The values (m,) that the axis is to show: of a loss or the like, not those far above where all begin."""
    first = _known(begins)
    if quantity not in FALLING or not first.size or first.max() <= 0.0:
        return usual
    kept = usual[usual <= MOST_ABOVE_START * float(first.max())]
    return kept if kept.size else usual


def _known(values: Array) -> Array:
    return values[np.isfinite(values)]
