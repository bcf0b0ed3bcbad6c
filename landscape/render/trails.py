"""Choose which runs of a record are drawn, and how: in full, as a thin line, or not at all.

Everything here is plain data in the record's own coordinates; the panels draw it.
"""

from __future__ import annotations

import dataclasses
import math

import numpy as np

from landscape.component import Array
from landscape.record import Record, Track
from landscape.registry import UnknownName
from landscape.render.terrain import Frame
from landscape.render.theme import FEW_TRAILS, MOST_TRAILS, Style, Theme

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


def only_entrant(record: Record, label: str, view: str) -> Record:
    """The record with one entrant alone, of a label or the only one. ValueError where there are several to choose."""
    record = of_entrant(record, label)
    if len(record) > 1:
        names = " or ".join(f'"{each}"' for each in record.labels[:6])
        raise ValueError(
            f'the view "{view}" has a map for each entrant, and one fits these Axes: choose entrant = {names}'
        )
    return record


def of_entrant(record: Record, label: str) -> Record:
    """The record with the entrant of a label alone; all of it where there is no label. UnknownName for another."""
    if not label:
        return record
    if label not in record.labels:
        raise UnknownName("entrant", label, record.labels)
    return dataclasses.replace(record, tracks=(record[label],))


def median_run(track: Track) -> int:
    """The run whose last loss is the (lower) median one."""
    order = np.argsort(np.nan_to_num(track.value[-1], nan=np.inf), kind="stable")
    return int(order[(track.runs - 1) // 2])


def one(track: Track, run: int) -> Track:
    """The track of one of its runs alone."""
    return part_of(track, np.array([run]))


def part_of(track: Track, runs: Array) -> Track:
    """The track of some of its runs (n,) alone."""
    series = {name: getattr(track, name)[:, runs] for name in ("value", "gradient_norm", "lr", "evaluations")}
    ends = {name: getattr(track, name)[runs] for name in ("status", "stopped")}
    return dataclasses.replace(track, params=track.params[:, :, runs], **series, **ends)


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


def row_at(track: Track, step: float) -> tuple[int, float]:
    """(row, share): the recorded row at or before `step`, and how far `step` is on the way to the next."""
    row = int(np.searchsorted(track.steps, step, side="right")) - 1
    if row >= len(track.steps) - 1:
        return len(track.steps) - 1, 0.0
    here, there = track.steps[row], track.steps[row + 1]
    return row, float((step - here) / (there - here))


def warp(record: Record, activity: Array, frames: int) -> float:
    """The exponent g of a movie's clock, step = steps * (time share)^g: above 1 where most happens early.

    activity: (rows,) how much happens up to each row, from 0 to 1. Half of it is to be seen in half the time, but the
    first step is never stretched over more than a twelfth of the frames.
    """
    steps = record.tracks[0].steps / record.steps
    half = float(np.interp(0.5, activity, steps))
    if not 0.0 < half < 0.5:
        return 1.0
    longest = math.log(max(record.steps, 2)) / math.log(12.0)
    exponent = min(math.log(half) / math.log(0.5), 3.0, max(1.0, longest))
    return exponent if exponent >= 1.25 and frames > 1 else 1.0
