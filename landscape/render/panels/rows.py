"""Find the recorded row of a step, and what lies between two rows.

row, share = Rows(track).at(12.5)
between(places, Rows(track), 12.5)
"""

from __future__ import annotations

import bisect

import numpy as np

from landscape.core.component import Array
from landscape.record import Track


class Rows:
    """Finds the recorded rows of a track's steps; the answer for the last step is kept."""

    def __init__(self, track: Track) -> None:
        self._steps = [float(step) for step in track.steps]
        self._step, self._found = -1.0, (0, 0.0)

    def at(self, step: float) -> tuple[int, float]:
        """(row, share): the recorded row at or before `step`, and how far `step` is on the way to the next."""
        if step != self._step:
            row, last = bisect.bisect_right(self._steps, step) - 1, len(self._steps) - 1
            share = 0.0
            if row < last:
                share = (step - self._steps[row]) / (self._steps[row + 1] - self._steps[row])
            self._step, self._found = step, (min(row, last), share)
        return self._found


def between(places: Array, rows: Rows, step: float) -> Array:
    """places (rows, ..., 2) at a step that may lie between two recorded rows."""
    row, share = rows.at(step)
    if share == 0.0:
        return np.asarray(places[row])
    return np.asarray((1.0 - share) * places[row] + share * places[row + 1])
