"""Show runs in a plane of their own: position and velocity, a point on a curve, or a plane through many dimensions.

    phase(record, 0)                        # the record with params (rows, 2, runs): position, velocity
    on_curve(record)                        # of one dimension: position, loss
    cut, seen = seen_in(record, plane)      # the surface cut by a plane, and the record projected onto it

What comes out is a record of two coordinates, which a landscape panel draws like any other.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from landscape.analysis.selection import median_run
from landscape.analysis.series import spectrum
from landscape.core.component import Array
from landscape.core.critical_points import CriticalPoint
from landscape.core.planes import Flat, orthonormal, principal, shares
from landscape.core.surface import Surface, Window
from landscape.record import Record, Track

# So many numbers of a surface of many dimensions are computed at a time.
BLOCK = 4_000_000
MOST_RUNS = 24  # of an entrant, from which the main directions are found
MOST_ROWS = 2000
HESSIANS = 4000  # taken along all runs together


# A run that goes so many times as far from its start as most do has fallen away: planes follow it a little farther than
# the others go.
FAR, FARTHER = 10.0, 1.5

# An end whose loss in a plane differs from its own by more than this share of the first losses is said to.
ASTRAY = 0.05


class Facts(NamedTuple):
    """How well a plane tells of the runs: the share of their variance about its origin that lies in it, and of every
    recorded point the distance off the plane and the error of the loss (median, most)."""

    variance: float
    off: tuple[float, float]
    error: tuple[float, float]


class Cut(Surface):
    """A surface restricted to a plane: f(u, v) = f_0(origin + u b_1 + v b_2), with the critical points in the plane."""

    dim = 2

    def __init__(self, surface: Surface, flat: Flat, window: Window, labels: tuple[str, ...]) -> None:
        self.surface, self.flat, self._window, self.labels = surface, flat, window, labels
        self.name, self.title = surface.name, surface.title or surface.name.replace("_", " ")  # type: ignore[misc]
        self.traits = surface.traits - {"scalable", "saddle"}  # type: ignore[misc]

    @property
    def window(self) -> Window:
        return self._window

    @property
    def customary_start(self) -> Array:
        return self.flat.project(self.surface.customary_start[:, None])[:, 0]

    @property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        found = []
        for point in self.surface.minima:
            place = self.flat.project(point.point[:, None])
            off = float(np.linalg.norm(self.flat.lift(place)[:, 0] - point.point))
            if off <= 1e-6 * max(1.0, float(np.linalg.norm(point.point))):
                found.append(dataclasses.replace(point, point=place[:, 0]))
        return tuple(found)

    def _value(self, p: Array) -> Array:
        flat = p.reshape(2, -1)
        many = max(1, BLOCK // self.surface.dim)
        parts = [self.surface.value(self.flat.lift(flat[:, low : low + many])) for low in range(0, flat.shape[1], many)]
        return np.concatenate(parts).reshape(p.shape[1:])

    def _gradient(self, p: Array) -> Array:
        flat = p.reshape(2, -1)
        return (self.flat.basis.T @ self.surface.gradient(self.flat.lift(flat))).reshape(p.shape)

    def _hessian(self, p: Array) -> Array:
        basis, full = self.flat.basis, self.surface.hessian(self.flat.lift(p.reshape(2, -1)))
        return np.einsum("ia,ijn,jb->abn", basis, full, basis).reshape(2, 2, *p.shape[1:])


def phase(record: Record, coordinate: int) -> Record:
    """The record with params (rows, 2, runs): a coordinate, and the step that led there (0 in the first row)."""
    return with_places(record, lambda track: (track.params[:, coordinate], _velocity(track, coordinate)))


def on_curve(record: Record) -> Record:
    """The record of a surface of one dimension with params (rows, 2, runs): the position and the loss there."""
    return with_places(record, lambda track: (track.params[:, 0], track.value))


def by_index(record: Record) -> Record:
    """The record with params (rows, 2, runs): the loss, and how many eigenvalues of the Hessian are negative there."""
    return with_places(record, lambda track: (track.value, _indices(record, track.params)))


def reach(record: Record, around: Frame | None = None) -> Frame:
    """The frame of all that runs do while they stay near: those that diverge are followed as long as they do.

    record: of two coordinates; around: where near is, by the first coordinate, what all runs together do where None.
    """
    points = []
    for track in record.tracks:
        here = track.params.transpose(1, 0, 2)
        going = np.broadcast_to(track.steps[:, None] <= np.where(track.status == "diverged", 0, track.stopped),
                                here.shape[1:]) | (track.status != "diverged")  # fmt: skip
        if around is not None:
            (low, high), _ = around
            going = (here[0] >= low) & (here[0] <= high)
        points.append(here[:, going & np.isfinite(here).all(axis=0)])
    every = np.concatenate(points, axis=1)
    if not every.size:
        return around or ((-1.0, 1.0), (-1.0, 1.0))
    lows, highs = every.min(axis=1), every.max(axis=1)
    sizes = highs - lows
    # a run that stands still still needs a panel with a size
    sizes = np.where(sizes > 1e-12 * np.abs(highs), sizes, np.maximum(np.abs(highs), 1e-3))
    (x0, y0), (x1, y1) = lows - 0.08 * sizes, highs + 0.08 * sizes
    return (float(x0), float(x1)), (float(y0), float(y1))


def through(record: Record, coordinates: tuple[int, int]) -> Flat:
    """The plane of two coordinates through where the most successful entrant ended."""
    basis = np.zeros((record.surface.dim, 2))
    basis[coordinates[0], 0] = basis[coordinates[1], 1] = 1.0
    return Flat(_goal(record), basis)


def components(record: Record) -> tuple[Flat, tuple[float, float]]:
    """(plane, shares): the two main directions of the runs about where the most successful one ended, and the share of
    their variance along each. A run that falls away counts as long as it is near.

    Source: Li et al. 2018, "Visualizing the loss landscape of neural nets", section 7.
    """
    goal, far = _goal(record), _far(record)
    flat = principal(np.concatenate([_going(record, track, far, MOST_RUNS) for track in record.tracks], axis=1), goal)
    return flat, shares(flat, (_going(record, track, far) for track in record.tracks))


def spanned(points: Array) -> Flat:
    """The plane through three points (dim, 3), the first its origin."""
    return Flat(points[:, 0], orthonormal(points[:, 1:] - points[:, :1]))


def three_points(record: Record) -> Array:
    """(dim, 3): where the most successful entrant ended, where it began, and where the next one ended or, of one
    entrant, where it was half-way."""
    order = sorted(record.tracks, key=lambda track: float(np.median(track.value[-1])))
    best, run = order[0], median_run(order[0])
    third = best.params[len(best.params) // 2, :, run]
    if len(order) > 1:
        third = order[1].params[-1, :, median_run(order[1])]
    return np.array([best.params[-1, :, run], best.params[0, :, run], third]).T


def seen_in(record: Record, flat: Flat, labels: tuple[str, str]) -> tuple[Record, Facts]:
    """(the record projected onto a plane, with the surface cut by it, how well the plane tells of it)."""
    seen = with_places(record, lambda track: tuple(np.moveaxis(flat.project(track.params), 1, 0)))
    (x0, x1), (y0, y1) = reach(_only_near(record, seen))
    least = 0.25 * max(x1 - x0, y1 - y0)
    window = tuple(
        (low - grown, high + grown)
        for low, high in ((x0, x1), (y0, y1))
        for grown in (max(0.06 * (high - low), (least - (high - low)) / 2.0),)
    )
    cut = Cut(record.surface, flat, window, labels)
    starts = flat.project(record.starts)
    return dataclasses.replace(seen, surface=cut, starts=starts), _facts(record, flat)


def _facts(record: Record, flat: Flat) -> Facts:
    total, far = 0.0, _far(record)
    off, error = [np.zeros(1)], [np.zeros(1)]
    for track in record.tracks:
        points = _going(record, track, far)
        if not points.size:
            continue
        lifted = flat.lift(flat.project(points))
        total += float(np.sum((points - flat.origin[:, None]) ** 2))
        off.append(np.linalg.norm(points - lifted, axis=0))
        with np.errstate(all="ignore"):
            error.append(np.abs(record.surface.value(lifted) - record.surface.value(points)))
    distance, wrong = np.concatenate(off)[1:], np.concatenate(error)[1:]
    if not distance.size:
        return Facts(0.0, (0.0, 0.0), (0.0, 0.0))
    losses = [float(np.abs(track.value[0]).max()) for track in record.tracks]
    return Facts(
        math.fsum(shares(flat, (_going(record, track, far) for track in record.tracks))),
        _summed_up(distance, math.sqrt(total / distance.size)),
        _summed_up(wrong, max(losses)),
    )


def _far(record: Record) -> float:
    """The distance from its start from which on a run is far away; infinite where none falls away."""
    most = [np.empty(0)]
    for track in record.tracks:
        away = _away(track.params[_some(track)])
        most.append(np.max(away[:, track.status != "diverged"], axis=0, initial=0.0))
    reached = np.concatenate(most)
    reached = reached[np.isfinite(reached) & (reached > 0.0)]
    near = reached[reached <= FAR * np.median(reached)] if reached.size else reached
    return FARTHER * float(near.max()) if near.size < reached.size else math.inf


def _away(params: Array) -> Array:
    """(rows, runs): the distance of params (rows, dim, runs) from the first row; not finite where they are not."""
    with np.errstate(all="ignore"):
        return np.asarray(np.linalg.norm(params - params[:1], axis=1))


def _only_near(record: Record, seen: Record) -> Record:
    """The runs as seen in a plane, nan where they are far away."""
    far = _far(record)
    tracks = tuple(
        dataclasses.replace(drawn, params=np.where(_away(track.params)[:, None] <= far, drawn.params, np.nan))
        for track, drawn in zip(record.tracks, seen.tracks, strict=True)
    )
    return dataclasses.replace(seen, tracks=tracks)


def _going(record: Record, track: Track, far: float, most: int | None = None) -> Array:
    """(dim, n): where the runs that do not diverge are at some of the rows, while near; so many runs at most."""
    going = np.flatnonzero(track.status != "diverged")
    if most is not None and len(going) > most:
        going = going[np.linspace(0, len(going) - 1, most).astype(int)]
    params = track.params[_some(track)][:, :, going]
    return params.transpose(1, 0, 2)[:, _away(params) <= far].reshape(record.surface.dim, -1)


def _summed_up(values: Array, scale: float) -> tuple[float, float]:
    """(median, most) of values (n,), zero where they are within rounding of `scale`."""
    both = float(np.median(values)), float(values.max())
    return both[0] if both[0] > 1e-12 * scale else 0.0, both[1] if both[1] > 1e-12 * scale else 0.0


def with_places(record: Record, places: Callable[[Track], tuple[Array, ...]]) -> Record:
    """The record with params (rows, 2, runs) from places(track) -> two arrays (rows, runs)."""
    made = tuple(dataclasses.replace(track, params=np.stack(places(track), axis=1)) for track in record.tracks)
    return dataclasses.replace(record, tracks=made)


def _velocity(track: Track, coordinate: int) -> Array:
    """(rows, runs): the last step of a coordinate, the mean of several where not each was recorded."""
    back = np.diff(track.params[:, coordinate], axis=0) / np.diff(track.steps)[:, None]
    return np.concatenate([np.zeros((1, track.runs)), back])


def _indices(record: Record, params: Array) -> Array:
    """(rows, runs): the negative eigenvalues of the Hessian at params (rows, dim, runs).

    Of long runs Hessians are taken at some rows, and what holds there is drawn until the next.
    """
    rows, dim, runs = params.shape
    most = max(2, HESSIANS // (runs * len(record.tracks)))
    chosen = np.unique(np.linspace(0, rows - 1, min(rows, most)).round().astype(int))
    points = params[chosen].transpose(0, 2, 1).reshape(-1, dim)
    usable = np.isfinite(points).all(axis=1)
    counts = np.zeros(len(points))
    with np.errstate(all="ignore"):
        counts[usable] = np.count_nonzero(spectrum(record.surface, points[usable]) < 0.0, axis=1)
    return counts.reshape(len(chosen), runs)[np.searchsorted(chosen, np.arange(rows), side="right") - 1]


def _goal(record: Record) -> Array:
    """(dim,): where the entrant with the lowest median loss ended, of those that have not fallen away."""
    far = _far(record)
    best = min(record.tracks, key=lambda track: float(np.median(track.value[-1])) if _stays(track, far) else np.inf)
    return np.asarray(best.params[-1, :, median_run(best)])


def _stays(track: Track, far: float) -> bool:
    run = median_run(track)
    ends = track.params[[0, -1]][:, :, run : run + 1]
    return bool(track.status[run] != "diverged") and bool(_away(ends)[1, 0] <= far)


def _some(track: Track) -> Array:
    """Numbers of at most `MOST_ROWS` rows, the first and the last among them."""
    rows = len(track.steps)
    return np.unique(np.linspace(0, rows - 1, min(rows, MOST_ROWS)).round().astype(int))


Frame = tuple[tuple[float, float], tuple[float, float]]


def astray(record: Record, seen: Record) -> list[int]:
    """For each entrant how many runs end where a plane shows another loss than theirs. seen: as `seen_in` gives it."""
    counts = []
    highest = max(float(np.nanmax(track.value[0])) for track in record.tracks)
    for track, drawn in zip(record.tracks, seen.tracks, strict=True):
        with np.errstate(all="ignore"):
            shown = np.asarray(seen.surface.value(drawn.params[-1]))
            away = np.abs(shown - track.value[-1]) > ASTRAY * max(abs(highest), 1e-300)
        counts.append(int(np.sum(away & (track.status != "diverged"))))
    return counts
