"""Measure how fast runs on a grid of two hyper-parameters converge, and what theory predicts.

cells = cells_of(record["momentum"])                       # the grid on which the runs lie
decades(record["momentum"], lowest=0.0)                    # (runs,): by how many decades a step the loss falls
theory_of(record, record["momentum"], cells).limit         # (ny,): the largest stable rate at each y
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from landscape.analysis.theory import Rule, eigenvalues
from landscape.core.component import Array, field_hints
from landscape.record import Record, Track

NEAR_ROUNDING = 1e-13  # of the first gap: what is below is rounding and shows no rate
SURE = 3.0  # decades by which theory must separate a fall from a rise before a run can contradict it
KNOWN = {
    ("sgd", ("lr", "weight_decay")),
    ("momentum", ("lr", "momentum")),
    ("nesterov", ("lr", "momentum")),
}


class Cells(NamedTuple):
    """The map of one entrant. fields: the names of x and y; x: (nx,), y: (ny,), increasing; runs: (ny, nx), the place
    of each cell's run in the record."""

    fields: tuple[str, str]
    x: Array
    y: Array
    runs: Array


def cells_of(track: Track) -> Cells:
    """The grid on which an entrant's runs lie, the rate along x. ValueError where they lie on none."""
    rule = track.optimizer
    varied = {
        name: np.asarray(getattr(rule, name))
        for name in field_hints(type(rule))
        if isinstance(getattr(rule, name), np.ndarray) and np.ptp(getattr(rule, name)) > 0.0
    }
    names = sorted(varied, key=lambda name: name != "lr")
    wanted = 'the view "stability" needs runs on a grid of two hyper-parameters, as landscape.stability_map makes them'
    if len(names) != 2:
        raise ValueError(f"{wanted}; those of {track.label} differ in {', '.join(names) or 'none'}")
    (x, i), (y, j) = (np.unique(varied[name], return_inverse=True) for name in names)
    runs = np.full((len(y), len(x)), -1)
    cells, first = np.unique(j * len(x) + i, return_index=True)  # of several in one cell, the first
    runs.flat[cells] = first
    if (runs < 0).any():
        raise ValueError(f"{wanted}; those of {track.label} leave cells of it empty")
    return Cells((names[0], names[1]), x, y, runs)


def decades(track: Track, lowest: float) -> Array:
    """(runs,): by how many decades a step the loss above the lowest falls; below 0 where it rises, -inf where a run
    diverged."""
    with np.errstate(all="ignore"):
        gap = np.maximum(track.value - lowest, 0.0)
        floor = np.maximum(NEAR_ROUNDING * gap[0], np.spacing(abs(lowest)) * 8.0)
        down = gap <= floor
        row = np.where(down.any(axis=0), np.argmax(down, axis=0), len(gap) - 1)
        row = np.maximum(row, 1)
        end = np.maximum(gap[row, np.arange(track.runs)], floor)
        found = (np.log10(gap[0]) - np.log10(end)) / track.steps[row]
    found = np.where(np.isfinite(found), found, -np.inf)
    return np.where(track.status == "diverged", -np.inf, found)


class Theory(NamedTuple):
    """What theory predicts for a map. limit: (ny,) the largest stable rate at each y, or None; damped: (nx,) the y of
    critical damping at each x, or None; everywhere: whether that is so everywhere, and not just near the minimum;
    falls: (ny, nx) by how many decades a step the gap must fall, or None."""

    limit: Array | None = None
    damped: Array | None = None
    everywhere: bool = False
    falls: Array | None = None


def theory_of(record: Record, track: Track, cells: Cells) -> Theory:
    """The stability limit of plain descent by rate and weight decay, or of a heavy ball's and of Nesterov's steps by
    rate and momentum; else nothing."""
    name, fields = track.optimizer.name, cells.fields
    steady = np.ptp(track.lr, axis=0).max() == 0.0
    others = [getattr(track.optimizer, field, 0.0) for field in ("weight_decay", "dampening") if field not in fields]
    if (name, fields) not in KNOWN or not steady or any(np.any(each) for each in others):
        return Theory()
    bowl = eigenvalues(record.surface)
    steepest = _steepest(record, track) if bowl is None else float(bowl[-1])
    if not (np.isfinite(steepest) and steepest > 0.0):
        return Theory()
    limit = stability_limit(name, fields[1], cells.y, steepest)
    if name == "sgd":
        return Theory(limit, everywhere=bowl is not None)
    if bowl is None:
        return Theory(limit)
    root = np.sqrt(cells.x * float(bowl[0]))
    damped = np.where(root < 1.0, (1.0 - root) ** 2, np.nan) if name == "momentum" else None
    with np.errstate(divide="ignore"):
        falls = -2.0 * np.log10([Rule(name, cells.x, float(b)).contraction(bowl) for b in cells.y])
    return Theory(limit, damped, True, falls if record.noise is None else None)


def stability_limit(rule: str, field: str, values: Array, steepest: float) -> Array:
    """(n,): the largest stable rate of gradient descent, a heavy ball or Nesterov's steps at each value of another
    field, "weight_decay" or "momentum", where the largest eigenvalue of the Hessian is `steepest`."""
    if field == "weight_decay":
        return 2.0 / (steepest + values)
    return np.array([Rule(rule, 1.0, float(beta)).limit for beta in values]) / steepest


def _steepest(record: Record, track: Track) -> float:
    """The largest eigenvalue of the Hessian at the minimum next to which most runs end, nan where none does."""
    minima = record.surface.minima
    ends = track.params[-1][:, track.status != "diverged"]
    if not minima or not ends.shape[1]:
        return math.nan
    away = np.array([np.sum((ends - point.point[:, None]) ** 2, axis=0) for point in minima])
    most = minima[int(np.bincount(np.argmin(away, axis=0), minlength=len(minima)).argmax())]
    return float(np.linalg.eigvalsh(record.surface.hessian(most.point))[-1])


def wrong(found: Array, theory: Theory, steps: int) -> Array:
    """(ny, nx): where what was measured, decades a step, is not what theory promises without doubt."""
    if theory.falls is None:
        return np.zeros(found.shape, dtype=bool)
    sure = np.abs(theory.falls) * steps > SURE
    return np.asarray(sure & ((theory.falls > 0.0) != (found > 0.0)))


def measured(record: Record, track: Track) -> tuple[Cells, Array, Theory]:
    """(cells, decades a step (ny, nx), theory) of an entrant's map."""
    cells = cells_of(track)
    return cells, decades(track, float(record.surface.lowest or 0.0))[cells.runs], theory_of(record, track, cells)
