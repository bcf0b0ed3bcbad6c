"""Numbers for a page: the rows that an entrant is checked by, or all that it plays back."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Any

import numpy as np

from landscape.core.component import Array
from landscape.record import Track

CHECKED_ROWS = 96  # of a run that the page computes anew
PLAYED_ROWS = 600  # of one that it plays back
OTHER_ROWS, OTHER_PLACES = 100, 2500  # of those beside it, of each and of all


def packed_track(track: Track, played: bool) -> dict[str, Any]:
    """rows: the steps; params (rows x dim), value and norm (rows): float64 in base64; status and stopped."""
    most = PLAYED_ROWS if played else CHECKED_ROWS
    count = len(track.steps)
    # all early rows, in which a difference shows first, and of the others those that are evenly spaced
    early = np.arange(min(count, most // 2))
    chosen = np.unique([*early, *np.linspace(0, count - 1, most - len(early)).round().astype(int)])
    return {
        "rows": track.steps[chosen].tolist(),
        "params": packed(track.params[chosen, :, 0]),
        "value": packed(track.value[chosen, 0]) if played else "",
        "norm": packed(track.gradient_norm[chosen, 0]) if played else "",
        "status": str(track.status[0]),
        "stopped": int(track.stopped[0]),
    }


def packed_others(track: Track, columns: Sequence[int], entrants: int) -> dict[str, Any]:
    """Further runs that are played back: rows, and of each params and value as float32 in base64.

    entrants: how many have such.
    """
    most = int(np.clip(OTHER_PLACES / max(1, len(columns) * entrants), 12, OTHER_ROWS))
    count = len(track.steps)
    chosen = np.unique(np.linspace(0, count - 1, min(count, most)).round().astype(int))
    runs = [
        {
            "params": packed_singles(track.params[chosen, :, column]),
            "value": packed_singles(track.value[chosen, column]),
        }
        for column in columns
    ]
    return {"rows": track.steps[chosen].tolist() if runs else [], "runs": runs}


def packed(numbers: Array) -> str:
    """Numbers as float64 in base64, which `unpacked` of race.ts reads."""
    return base64.b64encode(np.ascontiguousarray(numbers, dtype="<f8").tobytes()).decode()


def packed_factors(factors: Array) -> str:
    """The factors of a schedule: those that fall evenly from 1 to 0 by their number alone."""
    steps = len(factors)
    even = np.array_equal(factors, 1.0 - np.arange(steps) / max(steps, 1))
    return f"linear {steps}" if even else packed(factors)


def packed_singles(numbers: Array) -> str:
    """Numbers as float32 in base64."""
    with np.errstate(over="ignore"):
        return base64.b64encode(np.ascontiguousarray(numbers, dtype="<f4").tobytes()).decode()
