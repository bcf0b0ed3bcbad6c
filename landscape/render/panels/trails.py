"""Choose which runs of a record are drawn, and how: in full, as a thin line, or not at all.

Everything here is plain data in the record's own coordinates; the panels draw it.
"""

from __future__ import annotations

import dataclasses
import math

import numpy as np

from landscape.analysis.projections import Frame
from landscape.analysis.selection import median_run
from landscape.core.component import Array
from landscape.record import Record, Track
from landscape.render.style.theme import FEW_TRAILS, MOST_TRAILS, Style, Theme

# Of so many runs that leave the frame the step is written beside the mark: those that leave first.
MOST_LABELLED = 12

GOLDEN = (math.sqrt(5.0) - 1.0) / 2.0


@dataclasses.dataclass(frozen=True, eq=False)
class Bundle:
    """The drawn runs of one entrant. full: the numbers of those drawn in full; thin: of those drawn as thin lines."""

    track: Track
    style: Style
    full: Array
    thin: Array


@dataclasses.dataclass(frozen=True, eq=False)
class Exit:
    """Where a run leaves the frame for good: at `point` on the border, along `direction` (2,), by `step`."""

    point: Array
    direction: Array
    step: int


def bundles(record: Record, theme: Theme) -> list[Bundle]:
    """Every entrant's drawn runs, in the record's order.

    With few runs in all, each is drawn in full; else the median one is, and at most 60 of the others as thin lines.
    """
    made = []
    for index, track in enumerate(record.tracks):
        if track.runs * len(record) <= FEW_TRAILS or track.runs == 1:
            full, thin = np.arange(track.runs), np.arange(0)
        else:
            full = np.array([median_run(track)])
            thin = np.arange(track.runs)
            if track.runs > MOST_TRAILS:
                # by the golden ratio: even steps would follow the rows or a diagonal of a grid of starts
                thin = np.unique((np.arange(1, MOST_TRAILS + 1) * GOLDEN % 1.0 * track.runs).astype(int))
            thin = thin[thin != full[0]][: MOST_TRAILS - 1]
        made.append(Bundle(track, theme.style(index), full, thin))
    return made


def exit_of(track: Track, run: int, frame: Frame) -> Exit | None:
    """Where a run crosses the border for the last time; None where it ends inside, or was never inside."""
    points = track.params[:, :, run]
    (x0, x1), (y0, y1) = frame
    lows, highs = np.array([x0, y0]), np.array([x1, y1])
    inside = np.all((points >= lows) & (points <= highs), axis=1)
    if inside[-1] or not inside.any():
        return None
    last = int(np.flatnonzero(inside)[-1])
    here, there = points[last], points[last + 1]
    move = there - here
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = np.where(move > 0, (highs - here) / move, np.where(move < 0, (lows - here) / move, np.inf))
    share = float(np.clip(shares.min(), 0.0, 1.0))
    point = np.clip(here + share * move, lows, highs)
    return Exit(point, move / np.abs(move / (highs - lows)).max(), int(track.steps[last + 1]))


def starts_of(bundles: list[Bundle]) -> Array:
    """(2, n): where the drawn runs begin, each place once."""
    begins = [bundle.track.params[0][:, np.append(bundle.full, bundle.thin)] for bundle in bundles]
    return np.unique(np.concatenate(begins, axis=1), axis=1) if begins else np.empty((2, 0))


def thin_alpha(bundle: Bundle, entrants: int) -> float:
    """The fainter the more lines there are."""
    return float(np.clip(14.0 / (bundle.thin.size * math.sqrt(entrants)), 0.2, 0.6))


def inside(points: Array, frame: Frame) -> Array:
    """(n,): whether points (2, n) lie in the frame."""
    lows, highs = np.array(frame).T
    return np.all((points >= lows[:, None]) & (points <= highs[:, None]), axis=0)


def diverged_at(track: Track, run: int) -> float:
    """The step at which a run diverged; infinite where it did not."""
    return float(track.stopped[run]) if track.status[run] == "diverged" else math.inf
