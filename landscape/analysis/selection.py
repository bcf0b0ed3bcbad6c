"""Choose runs and rows of a record."""

from __future__ import annotations

import dataclasses

import numpy as np

from landscape.analysis._metric import StepMetric
from landscape.core.component import Array
from landscape.core.names import UnknownName
from landscape.core.surface import Surface
from landscape.record import Record, Track


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


def median_loss(track: Track) -> Array:
    """(rows,): the median of the loss over all runs of an entrant, also of those that are not recorded whole."""
    return _median(track, "loss", track.value)


def median_of(track: Track, measure: StepMetric, surface: Surface) -> Array:
    """(rows,): the same of a measure without fields of its own, over the runs that are known to it."""
    return _median(track, measure.name, measure.measure(track, surface))


def _median(track: Track, measure: str, values: Array) -> Array:
    every = track.ensemble
    if every is not None and every.runs > track.runs and measure in every.quantiles:
        return every.quantile(measure, 0.5)
    return np.asarray(np.median(values, axis=1))


def standing_loss(track: Track, lowest: bool) -> Array:
    """(rows,): the median of the losses, or the lowest, where those of runs that have none or have diverged by then are
    infinite."""
    if track.all_runs > track.runs and not lowest and 2 * track.diverged < track.all_runs:
        return median_loss(track)
    diverged = (track.status == "diverged") & (track.steps[:, None] >= track.stopped)
    losses = np.where(diverged | np.isnan(track.value), np.inf, track.value)
    return np.asarray((np.min if lowest else np.median)(losses, axis=1))


def one(track: Track, run: int) -> Track:
    """The track of one of its runs alone."""
    return part_of(track, np.array([run]))


def part_of(track: Track, runs: Array) -> Track:
    """The track of some of its runs (n,) alone, of which what tells of all of them says nothing."""
    series = {name: getattr(track, name)[:, runs] for name in ("value", "gradient_norm", "lr", "evaluations")}
    ends = {name: getattr(track, name)[runs] for name in ("status", "stopped")}
    return dataclasses.replace(track, params=track.params[:, :, runs], **series, **ends, ensemble=None)


def row_at(track: Track, step: float) -> tuple[int, float]:
    """(row, share): the recorded row at or before `step`, and how far `step` is on the way to the next."""
    row = int(np.searchsorted(track.steps, step, side="right")) - 1
    if row >= len(track.steps) - 1:
        return len(track.steps) - 1, 0.0
    here, there = track.steps[row], track.steps[row + 1]
    return row, float((step - here) / (there - here))
