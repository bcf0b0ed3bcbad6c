"""Quantities of a record, row by row: what the convergence views draw.

    quantities(record["adam"], "gap", record.surface)        # (rows, runs)

Nothing is simulated: gradients and Hessians are those of the surface at the recorded points.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np

from landscape.core.component import Array
from landscape.core.critical_points import CriticalPoint
from landscape.core.surface import Surface
from landscape.record import Track

Quantity = Literal["loss", "gap", "gradient_norm", "distance", "rate", "effective_step", "speed", "sharpness"]
Against = Literal["steps", "evaluations", "time"]

# Hessians are taken of so many numbers at a time.
BLOCK = 2_000_000


def quantities(track: Track, quantity: str, surface: Surface, coordinate: int | None = None) -> Array:
    """(rows, runs): the quantity of every run at every recorded row; of one coordinate where it has any."""
    return _SERIES[quantity](track, surface, coordinate)


def moves(track: Track) -> Array:
    """(rows, dim, runs): the move of one step from each row on, the mean of several where not each was recorded."""
    ahead = np.diff(track.params, axis=0) / np.diff(track.steps)[:, None, None]
    return np.concatenate([ahead, ahead[-1:]]) if len(ahead) else np.zeros_like(track.params)


def gradients(track: Track, surface: Surface) -> Array:
    """(rows, dim, runs): the exact gradient at every recorded point."""
    with np.errstate(all="ignore"):
        return np.moveaxis(np.asarray(surface.gradient(np.moveaxis(track.params, 1, 0))), 0, 1)


def spectrum(surface: Surface, points: Array) -> Array:
    """(n, dim): the eigenvalues of the Hessian at points (n, dim), ascending; NaN where it has none."""
    count, dim = points.shape
    found = np.full((count, dim), np.nan)
    many = max(1, BLOCK // (dim * dim))
    for low in range(0, count, many):
        with np.errstate(all="ignore"):
            hessians = np.moveaxis(np.array(surface.hessian(points[low : low + many].T)), -1, 0)
        good = np.isfinite(hessians).all(axis=(1, 2))
        found[low : low + many][good] = np.linalg.eigvalsh(hessians[good])
    return found


def nearest(params: Array, points: tuple[CriticalPoint, ...]) -> Array:
    """(rows, runs): the distance of params (rows, dim, runs) to the nearest of the points."""
    closest = np.full((params.shape[0], params.shape[2]), np.inf)
    with np.errstate(over="ignore"):
        for point in points:
            away = params - point.point[None, :, None]
            np.minimum(closest, np.sqrt(np.sum(away * away, axis=1)), out=closest)
    return closest


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


def _loss(track: Track, surface: Surface, coordinate: int | None) -> Array:
    return track.value


def _gap(track: Track, surface: Surface, coordinate: int | None) -> Array:
    return np.maximum(track.value - (surface.lowest or 0.0), 0.0)


def _gradient_norm(track: Track, surface: Surface, coordinate: int | None) -> Array:
    return track.gradient_norm if coordinate is None else np.abs(gradients(track, surface)[:, coordinate])


def _distance(track: Track, surface: Surface, coordinate: int | None) -> Array:
    return nearest(track.params, surface.minima)


def _rate(track: Track, surface: Surface, coordinate: int | None) -> Array:
    return track.lr


def _speed(track: Track, surface: Surface, coordinate: int | None) -> Array:
    ahead = moves(track)
    with np.errstate(over="ignore"):
        return np.sqrt(np.sum(ahead * ahead, axis=1)) if coordinate is None else np.abs(ahead[:, coordinate])


def _effective_step(track: Track, surface: Surface, coordinate: int | None) -> Array:
    slope = _gradient_norm(track, surface, coordinate)
    speed = _speed(track, surface, coordinate)
    going = (slope > 0.0) & (track.steps[:, None] < track.stopped)
    # the last row has no step after it: it repeats the one that led there
    going[-1], slope, speed = going[max(len(going) - 2, 0)], slope.copy(), speed.copy()
    slope[-1], speed[-1] = slope[max(len(slope) - 2, 0)], speed[max(len(speed) - 2, 0)]
    with np.errstate(all="ignore"):
        return np.where(going, speed / slope, np.nan)


def _sharpness(track: Track, surface: Surface, coordinate: int | None) -> Array:
    rows, dim, runs = track.params.shape
    points = track.params.transpose(0, 2, 1).reshape(rows * runs, dim)
    return spectrum(surface, points)[:, -1].reshape(rows, runs)


_SERIES: dict[str, Callable[[Track, Surface, int | None], Array]] = {
    "loss": _loss,
    "gap": _gap,
    "gradient_norm": _gradient_norm,
    "distance": _distance,
    "rate": _rate,
    "effective_step": _effective_step,
    "speed": _speed,
    "sharpness": _sharpness,
}
