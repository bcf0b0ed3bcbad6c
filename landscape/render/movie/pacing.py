"""Map the steps of a record to the time of a movie.

    pace = paced("auto", record, progress_of(page.all_panels, record), frames=240)
    pace.step(0.5)            # the step at half of the playing time
    pace.words                # how the caption describes it, or ""

"even": as many steps in each second. "logarithmic": as many doublings of the step in each second. "arc_length": as much
movement in each second. "auto": even, unless most is over early; then a power of the time that slows the early steps.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from landscape.core.component import Array
from landscape.record import Record
from landscape.render.panels._base import Panel
from landscape.render.style.theme import check_pacing


def warp(record: Record, progress: Array, frames: int) -> float:
    """The exponent g of a movie's clock, step = steps * (time share)^g: above 1 where most happens early.

    progress: (rows,) how much happens up to each row, from 0 to 1. Half of it is to be seen in half the time, but the
    first step is never stretched over more than a twelfth of the frames.
    """
    steps = record.tracks[0].steps / record.steps
    half = float(np.interp(0.5, progress, steps))
    if not 0.0 < half < 0.5:
        return 1.0
    longest = math.log(max(record.steps, 2)) / math.log(12.0)
    exponent = min(math.log(half) / math.log(0.5), 3.0, max(1.0, longest))
    return exponent if exponent >= 1.25 and frames > 1 else 1.0


LEAST_EVEN = 0.1  # of the time that follows the length of the paths: standing still takes some time, too


class Pace(NamedTuple):
    """step(share): the step after a share of the playing time; words: what the caption adds, "" where it is even."""

    step: Callable[[float], float]
    words: str


def paced(pacing: str, record: Record, progress: Array, frames: int) -> Pace:
    """The pace of a record's movie. progress: (rows,), which share of all movement is over by each row.

    ValueError where there is no such pacing.
    """
    check_pacing(pacing)
    steps = float(record.steps)
    exponent = warp(record, progress, frames) if pacing == "auto" and steps else 1.0
    if pacing == "logarithmic" and steps:
        return Pace(lambda share: math.expm1(share * math.log1p(steps)), "time runs with the logarithm of the step")
    if pacing == "arc_length" and steps:
        rows = np.asarray(record.tracks[0].steps, dtype=np.float64)
        over = (1.0 - LEAST_EVEN) * progress + LEAST_EVEN * rows / steps
        return Pace(lambda share: float(np.interp(share, over, rows)), "time runs with the length of the paths")
    return Pace(lambda share: steps * share**exponent, "early steps slowed" if exponent > 1.0 else "")


def usual_seconds(steps: int) -> float:
    """6 seconds for 50 steps, 8 for 500, 12 at most."""
    return float(np.clip(6.0 + 2.0 * math.log10(max(steps, 1) / 50.0), 6.0, 12.0))


def progress_of(panels: Sequence[Panel], record: Record) -> Array:
    """(rows,): which share of everything that moves on a page has moved by each row; even where nothing moves.

    Panels that only repeat against the step what others show count where there are no others.
    """
    paths = [path for panel in panels if panel.leads for path in panel.activity()]
    paths = paths or [path for panel in panels for path in panel.activity()]
    shares = []
    for path in paths:
        moved = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(path, axis=0).T))])
        if moved[-1] > 1.0:
            shares.append(moved / moved[-1])
    rows = len(record.tracks[0].steps)
    return np.mean(shares, axis=0) if shares else np.linspace(0.0, 1.0, rows)
