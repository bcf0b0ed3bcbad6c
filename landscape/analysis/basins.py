"""Find which minimum each run of a record ends in, and how late it came there.

found = ends(record["sgd"], record.surface.minima, runs, near=np.array([0.1, 0.1]))
found.goal[0]                       # the number of a minimum, or NOWHERE or DIVERGED
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from landscape.core.component import Array
from landscape.core.critical_points import CriticalPoint
from landscape.record import Track

NOWHERE, DIVERGED = -1, -2


class Ends(NamedTuple):
    """Where the runs from each start ended: the number of a minimum, or NOWHERE or DIVERGED; and how late, 0 to 1."""

    goal: Array
    late: Array


def ends(track: Track, minima: tuple[CriticalPoint, ...], runs: Array, near: Array) -> Ends:
    """Of the runs with these places; near: (2,), how close to a minimum counts as there, along each coordinate."""
    path = track.params[:, :, runs]
    goal = np.full(len(runs), NOWHERE)
    late = np.zeros(len(runs))
    length = np.log1p(max(1, int(track.steps[-1])))
    best = np.ones(len(runs))
    for number, point in enumerate(minima):
        with np.errstate(over="ignore", invalid="ignore"):
            away = np.sqrt(np.sum(((path - point.point[:, None]) / near[:, None]) ** 2, axis=1))
        here = away[-1] <= best
        goal[here], best[here] = number, away[-1][here]
        # the first row from which on the run stays there
        outside = away > 1.0
        row = len(away) - np.argmax(outside[::-1], axis=0)
        row = np.where(outside.any(axis=0), np.minimum(row, len(away) - 1), 0)
        late[here] = (np.log1p(track.steps[row]) / length)[here]
    goal[track.status[runs] == "diverged"] = DIVERGED
    return Ends(goal, late)
