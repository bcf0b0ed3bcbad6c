"""What follows from a track row by row: moves, gradients, curvature, and what curves are drawn against.

    moves(record["adam"])                                    # (rows, dim, runs)

Nothing is simulated: gradients and Hessians are those of the surface at the recorded points.
"""

from __future__ import annotations

from typing import Literal

import numpy as np

from landscape.core.component import Array
from landscape.core.surface import Surface
from landscape.record import Track

Against = Literal["steps", "evaluations", "time"]

# Hessians are taken of so many numbers at a time.
BLOCK = 200_000


def moves(track: Track) -> Array:
    """(rows, dim, runs): the move of one step from each row on, the mean of several where not each was recorded."""
    ahead = np.diff(track.params, axis=0) / np.diff(track.steps)[:, None, None]
    return np.concatenate([ahead, ahead[-1:]]) if len(ahead) else np.zeros_like(track.params)


def gradients(track: Track, surface: Surface) -> Array:
    """(rows, dim, runs): the exact gradient at every recorded point."""
    with np.errstate(all="ignore"):
        return np.moveaxis(np.asarray(surface.gradient(np.moveaxis(track.params, 1, 0))), 0, 1)


def spectrum(surface: Surface, points: Array, roots: Array | None = None) -> Array:
    """(n, dim): the eigenvalues of the Hessian H at points (n, dim), ascending; NaN where it has none.

    roots: D (n, dim), above 0: the eigenvalues of D^-1 H instead, which are those of D^-1/2 H D^-1/2.
    """
    count, dim = points.shape
    found = np.full((count, dim), np.nan)
    many = max(1, BLOCK // (dim * dim))
    for low in range(0, count, many):
        with np.errstate(all="ignore"):
            hessians = np.moveaxis(np.array(surface.hessian(points[low : low + many].T)), -1, 0)
            if roots is not None:
                factors = 1.0 / np.sqrt(roots[low : low + many])
                hessians = factors[:, :, None] * hessians * factors[:, None, :]
        good = np.isfinite(hessians).all(axis=(1, 2))
        found[low : low + many][good] = np.linalg.eigvalsh(hessians[good])
    return found


def axis(track: Track, against: Against) -> Array:
    """(rows,): what a curve is drawn against. Evaluations are the median of the runs; time is that of all together,
    in milliseconds.

    ValueError for time where the record has none.
    """
    if against == "steps":
        return track.steps.astype(np.float64)
    if against == "evaluations":
        return np.asarray(np.median(track.evaluations, axis=1), dtype=np.float64)
    if track.seconds is None:
        raise ValueError(
            "the record holds no times to draw against: simulate with clock=True, in a scenario clock = true"
        )
    return 1e3 * track.seconds
