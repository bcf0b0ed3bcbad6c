"""Find the critical points of any surface: where its gradient vanishes, and what each of them is.

    points = find_critical_points(ls.surface("himmelblau"))
    [point.kind for point in points]                    # four minima, four saddles and a maximum
    points.stopped                                      # whether it ended early, for want of time

What a window holds is searched from many starts at once, so a user's own surface gets its minima and saddles too.
"""

from __future__ import annotations

import contextlib
import dataclasses
import math
from collections.abc import Iterable
from typing import Any

import numpy as np

from landscape.core.component import Array
from landscape.core.critical_points import CriticalPoint, Found, Kind, classify, coordinate_sizes, in_order
from landscape.core.kinks import kinks_below, marked
from landscape.core.random import Source
from landscape.core.registry import registry
from landscape.core.surface import Surface, Window
from landscape.core.time_limit import OutOfTime, TimedSurface

# Newton's method gives up after so many steps none of which is the shortest yet.
STALLED = 8


def critical(surface: Surface | TimedSurface, guess: Any) -> CriticalPoint:
    """The critical point next to `guess` (dim,), polished by Newton's method to the last digits and classified.

    Raises ArithmeticError where Newton's method does not settle there.
    """
    point = np.array(guess, dtype=np.float64)
    scale = 1.0 + np.max(np.abs(point))
    least, since = np.inf, 0
    for _ in range(60):
        gradient = surface.gradient(point)
        hessian = surface.hessian(point)
        if not (np.all(np.isfinite(hessian)) and np.all(np.isfinite(gradient))):
            break
        sizes = np.sqrt(coordinate_sizes(hessian))
        step = np.linalg.lstsq(hessian / (sizes * sizes[:, None]), gradient / sizes, rcond=None)[0] / sizes
        point = point - step
        length = np.max(np.abs(step))
        least, since = (length, 0) if length < least else (least, since + 1)
        if length <= 4 * np.finfo(np.float64).eps * scale or since == STALLED:
            break
    ends = surface.gradient(point), surface.hessian(point)
    if not all(np.all(np.isfinite(end)) for end in ends) or np.max(np.abs(ends[0])) > 1e-8 * scale:
        raise ArithmeticError(f"{surface.name}: no critical point found next to {np.asarray(guess).tolist()}")
    return CriticalPoint(point, float(surface.value(point)), *classify(surface.hessian(point)))


def polished(surface: Surface, guesses: Iterable[Any]) -> tuple[CriticalPoint, ...]:
    """The critical points next to `guesses`, each (dim,), polished and `in_order`."""
    return in_order(critical(surface, guess) for guess in guesses)


# Starts: the cells of a grid over which every component of the gradient changes its sign, and a coarse grid; in more
# than two dimensions random points alone. Coordinates with the number of grid points along each.
FINE = {1: 4001, 2: 401}
COARSE = {1: 65, 2: 33}
MOST_CELLS = 20_000  # of a surface so rugged that more qualify, every second, third, ... cell
RANDOM = 512
ITERATIONS = 80
# Around a degenerate point: how many directions, and how far, as shares of the window.
DIRECTIONS = 128
SHARES = (1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2)
EPS = float(np.finfo(np.float64).eps)
# Where time is limited: the share of it until which starts are searched, and that until which their ends are polished;
# and how many starts are searched first, before four times as many, and so on.
SEARCHING, POLISHING = 0.6, 0.8
FIRST = 2
# Where kinks are looked for: around the lowest places of a grid; in more than two dimensions, from the lowest starts.
LOWEST, FEW = 200, 8
GRIDS = {True: FINE, False: {1: 65, 2: 17}}  # by whether starts are left out


def find_critical_points(
    surface: Surface | str,
    window: Window | None = None,
    *,
    seed: int = 0,
    starts: int | None = None,
    seconds: float | None = None,
) -> Found:
    """The critical points of a surface in a window: minima first, then saddles and maxima, each from the lowest.

    From each start the squared gradient norm |g|^2 is minimised by Levenberg's and Marquardt's method,

        p <- p - (H^2 + mu I)^-1 H g,

    with mu lowered after a step that helps and raised after one that does not; what reaches g = 0 is polished by
    Newton's method, to |g| below 1e-10 or, where the numbers are so large, to rounding, and classified by the
    eigenvalues of its Hessian; where that is singular, by the values around it along the directions of which it says
    nothing. Minima at kinks, where the gradient jumps, are searched by descent from the lowest places
    (`landscape.core.kinks`) and listed where f rises all around; saddles at kinks are not found, and of a line of
    critical points only where searches end.

    surface: or its name. window: ((lo, hi), ...), one pair for each coordinate; the surface's own where left out.
    starts: how many random starts, for surfaces that are slow to evaluate; where left out a fine grid in up to two
    dimensions, and 512 random starts in more. seed: of the random starts, with which a search cannot be complete.
    seconds: about how long to search, as long as it takes where left out; what was found until then is returned, with
    `stopped` True. A search that ends in time finds the same on every machine.
    ValueError for a window of another shape, fewer than one start, a negative seed, seconds that are not above 0;
    TypeError for no surface.

    Source: Marquardt 1963, "An algorithm for least-squares estimation of nonlinear parameters", SIAM Journal 11(2).
    """
    surface = registry("surface").build(surface) if isinstance(surface, str) else surface
    if not isinstance(surface, Surface):
        raise TypeError(f"find_critical_points takes a surface or its name, got {surface!r:.60}")
    for name, number, least in (("seed", seed, 0), ("starts", starts, 1)):
        if number is not None and (not isinstance(number, (int, np.integer)) or number < least):
            raise ValueError(f"{name} must be a whole number of at least {least}, got {number!r:.60}")
    if seconds is not None and not (isinstance(seconds, (int, float, np.number)) and seconds > 0.0):
        raise ValueError(f"seconds must be a number above 0, got {seconds!r:.60}")
    lows, highs = _bounds(surface, window)
    timed = TimedSurface(surface, seconds)
    found: list[CriticalPoint] = []
    stopped = False
    with np.errstate(all="ignore"):
        for stage in (_smooth, _kinked):
            try:
                stopped = stage(timed, found, lows, highs, seed, starts) or stopped
            except OutOfTime:
                stopped = True
    return Found(in_order(found), stopped)


def _smooth(
    surface: TimedSurface, found: list[CriticalPoint], lows: Array, highs: Array, seed: int, starts: int | None
) -> bool:
    """Append the points where the gradient vanishes to those found; whether there was no time for all starts."""
    surface.allow(SEARCHING)
    begins, stopped = _starts(surface, lows, highs, seed, starts)
    groups = [begins]
    if surface.limited:
        low = _low_places(surface, lows, highs, seed, starts) if starts is not None else begins[:, :0]
        groups = [low, *_groups(begins)] if low.size else _groups(begins)
    ends = np.empty((surface.dim, 0))
    for group in groups:
        settled, late = _searched(surface, group, highs - lows)
        ends = np.concatenate([ends, settled], axis=1)
        if late:
            stopped = True
            break
    surface.allow(POLISHING)
    _distinct(surface, found, ends, lows, highs)
    return stopped


def _kinked(
    surface: TimedSurface, found: list[CriticalPoint], lows: Array, highs: Array, seed: int, starts: int | None
) -> bool:
    """Mark those found that are kinks, and append the minima at others."""
    surface.allow(1.0)
    found[:] = marked(surface, found, (highs - lows)[:, 0])
    places = _low_places(surface, lows, highs, seed, starts)
    for point in found:
        away = np.max(np.abs(places - point.point[:, None]) / (highs - lows), axis=0)
        places = places[:, away > 1.5 / (GRIDS[starts is None].get(surface.dim, np.inf) - 1)]
    for kink in kinks_below(surface, places, lows, highs, tuple(found)):
        found.append(kink)
    return False


def _groups(starts: Array) -> list[Array]:
    """Starts (dim, n), shuffled, in parts that grow: what is cut short has then been everywhere."""
    order = np.argsort(Source(0, np.arange(starts.shape[1]), "finder").uniforms(0, 1)[0], kind="stable")
    groups, begin, size = [], 0, FIRST
    while begin < len(order):
        groups.append(starts[:, order[begin : begin + size]])
        begin, size = begin + size, 4 * size
    return groups


def _low_places(surface: TimedSurface, lows: Array, highs: Array, seed: int, starts: int | None) -> Array:
    """(dim, n), from the lowest: places of a grid that are lower than those around them; the lowest of many starts."""
    if surface.dim not in FINE:
        begins, _ = _starts(surface, lows, highs, seed, starts)
        return begins[:, np.argsort(surface.value(begins), kind="stable")[:FEW]]
    points, most = GRIDS[starts is None][surface.dim], LOWEST if starts is None else FEW
    grid = _grid(lows, highs, points)
    values = np.asarray(surface.value(grid))
    values = np.where(np.isfinite(values), values, np.inf)
    lower = np.isfinite(values)
    for axis in range(surface.dim):
        # of equal neighbours the first
        ahead, behind = _cut(values, axis, 1) < _cut(values, axis, 0), _cut(values, axis, 0) <= _cut(values, axis, 1)
        lower &= ~_beyond(ahead, axis, 1) & ~_beyond(behind, axis, 0)
    places = grid[:, lower][:, np.argsort(values[lower], kind="stable")[:most]]
    # not on the lines of the grid, on which kinks often are
    shares = Source(0, np.arange(places.shape[1]), "finder").uniforms(0, surface.dim)
    return np.asarray(places + (0.2 * shares - 0.1) * (highs - lows) / (points - 1))


def _beyond(flags: Array, axis: int, side: int) -> Array:
    """Flags with a False more along an axis, at its end (side 1) or its beginning (side 0)."""
    return np.pad(flags, [((1 - side, side) if each == axis else (0, 0)) for each in range(flags.ndim)])


def _bounds(surface: Surface, window: Any) -> tuple[Array, Array]:
    bounds = np.array(surface.window if window is None else window, dtype=np.float64)
    if bounds.shape != (surface.dim, 2) or not np.all(np.isfinite(bounds)) or not np.all(bounds[:, 0] < bounds[:, 1]):
        raise ValueError(
            f"window must be {surface.dim} pairs (lo, hi) of finite numbers, lo below hi, one for each coordinate of "
            f'"{surface.name}", got {window!r}'
        )
    return bounds[:, 0, None], bounds[:, 1, None]


def _starts(surface: TimedSurface, lows: Array, highs: Array, seed: int, many: int | None) -> tuple[Array, bool]:
    """(dim, n), where searches begin; and whether there was no time to look at the fine grid."""
    if surface.dim not in FINE or many is not None:
        shares = Source(seed, np.arange(many or RANDOM), "finder").uniforms(0, surface.dim)
        return lows + (highs - lows) * shares, False
    fine, coarse = (_grid(lows, highs, many) for many in (FINE[surface.dim], COARSE[surface.dim]))
    try:
        signs = np.sign(surface.gradient(fine))
    except OutOfTime:
        return coarse.reshape(surface.dim, -1), True
    corners = [signs]
    for axis in range(1, 1 + surface.dim):
        corners = [each for some in corners for each in (_cut(some, axis, 0), _cut(some, axis, 1))]
    crossed = np.all(np.min(corners, axis=0) != np.max(corners, axis=0), axis=0)
    crossed[crossed] = np.arange(np.count_nonzero(crossed)) % (1 + np.count_nonzero(crossed) // MOST_CELLS) == 0
    cells = fine
    for axis in range(1, 1 + surface.dim):
        cells = (_cut(cells, axis, 0) + _cut(cells, axis, 1)) / 2.0
    return np.concatenate([cells[:, crossed], coarse.reshape(surface.dim, -1)], axis=1), False


def _grid(lows: Array, highs: Array, many: int) -> Array:
    axes = [np.linspace(lo, hi, many) for lo, hi in zip(lows[:, 0], highs[:, 0], strict=True)]
    return np.array(np.meshgrid(*axes, indexing="ij"))


def _cut(array: Array, axis: int, side: int) -> Array:
    """All but the last (side 0) or all but the first (side 1) along an axis."""
    size = array.shape[axis]
    return np.take(array, np.arange(side, size - 1 + side), axis=axis)


def _searched(surface: TimedSurface, p: Array, size: Array) -> tuple[Array, bool]:
    """(dim, n): where Levenberg's and Marquardt's method takes the starts p (dim, n), those that settled.

    And whether time ended it. A start is left alone as soon as no step can help it any more; Hessians are taken again
    only where it has moved.
    """
    p = p.copy()
    try:
        gradient, hessians = surface.gradient(p), np.moveaxis(surface.hessian(p), -1, 0).copy()
    except OutOfTime:
        return p[:, :0], True
    norm, late = _norms(gradient), False
    damping = np.full(p.shape[1], 1e-2)
    eigenvalues, vectors = np.linalg.eigh(_finite(hessians))
    going = np.flatnonzero(norm > 0.0)
    for _ in range(ITERATIONS):
        if not going.size:
            break
        here, steepest = p[:, going], np.max(np.abs(eigenvalues[going]), axis=1)[:, None]
        shares = eigenvalues[going] / steepest
        slopes = np.einsum("nij,in->nj", vectors[going], gradient[:, going]) / steepest
        damped = slopes * shares / (shares * shares + damping[going, None])
        step = np.einsum("nij,nj->in", vectors[going], damped)
        moved = here - np.clip(step, -0.1 * size, 0.1 * size)
        try:
            slope = surface.gradient(moved)
            after = _norms(slope)
            better = after < norm[going]
            changed = going[better]
            curved = np.moveaxis(surface.hessian(moved[:, better]), -1, 0) if changed.size else hessians[:0]
        except OutOfTime:
            late = True
            break
        p[:, changed], gradient[:, changed], norm[changed] = moved[:, better], slope[:, better], after[better]
        hessians[changed] = curved
        eigenvalues[changed], vectors[changed] = np.linalg.eigh(_finite(curved))
        # more damping makes a step only shorter, and the most was in vain
        still = ~better & (np.all((moved == here) | np.isnan(moved), axis=0) | (damping[going] >= 1e8))
        damping[going] = np.clip(np.where(better, damping[going] * 0.1, damping[going] * 10.0), 1e-16, 1e8)
        going = going[~still & (norm[going] > 0.0)]
    settled = norm <= 1e-6 * (1.0 + np.max(np.abs(hessians), axis=(1, 2)) * np.max(size))
    return p[:, settled], late


def _norms(vectors: Array) -> Array:
    """(n,): the lengths of vectors (dim, n), which may be as small or as large as numbers get."""
    largest = np.max(np.abs(vectors), axis=0)
    shares = vectors / np.where(largest > 0.0, largest, 1.0)
    return largest * np.sqrt(np.sum(shares * shares, axis=0))


def _finite(matrices: Array) -> Array:
    return np.where(np.all(np.isfinite(matrices), axis=(1, 2))[:, None, None], matrices, 0.0)


def _distinct(surface: TimedSurface, found: list[CriticalPoint], ends: Array, lows: Array, highs: Array) -> None:
    """Append the critical points next to ends (dim, n), each once; one beside an end in vain is not tried."""
    size = (highs - lows)[:, 0]
    near = 1e-6 * size
    if not ends.size:
        return
    with contextlib.suppress(OutOfTime):
        ends = _closer(surface, ends, near[:, None])
    rounded = np.unique(np.round(ends / near[:, None]), axis=1)
    places = np.full((rounded.shape[1], surface.dim), np.inf)  # of those found
    failed, vain = places.copy(), 0
    for guess in (rounded * near[:, None]).T:
        if _beside(places[: len(found)], guess, 3.0 * near) or _beside(failed[:vain], guess, 1.5 * near):
            continue
        point = _polished(surface, guess)
        if point is None:
            failed[vain], vain = guess, vain + 1
            continue
        if np.any((point.point < lows[:, 0]) | (point.point > highs[:, 0])):
            continue
        if not _beside(places[: len(found)], point.point, 10.0 * near):
            places[len(found)] = point.point
            found.append(_classified(surface, point, size) if point.degenerate else point)


def _closer(surface: TimedSurface, p: Array, near: Array) -> Array:
    """Points p (dim, n) after a few steps of Newton's method; steps that go further than a little are not taken."""
    for _ in range(3):
        matrices = np.linalg.pinv(_finite(np.moveaxis(surface.hessian(p), -1, 0)), hermitian=True)
        step = np.einsum("nij,jn->in", matrices, surface.gradient(p))
        p = p - np.where(np.all(np.abs(step) < 1e3 * near, axis=0), step, 0.0)
    return p


def _classified(surface: TimedSurface, point: CriticalPoint, size: Array) -> CriticalPoint:
    """A degenerate point with its kind by the values around it, at the least distance where they differ from its own.

    One or two such directions are sampled all around, more at random. What is flat keeps the kind that the other
    eigenvalues give it.
    """
    eigenvalues, vectors = np.linalg.eigh(surface.hessian(point.point) * np.outer(size, size))
    flat = np.abs(eigenvalues) <= 1e-7 * np.max(np.abs(eigenvalues), initial=0.0)
    if not flat.any():
        # small, but in proportion as curved as any other
        up, down = bool(np.any(eigenvalues > 0.0)), bool(np.any(eigenvalues < 0.0))
        kind: Kind = "saddle" if up and down else "minimum" if up else "maximum"
        return dataclasses.replace(point, kind=kind, degenerate=False)
    angles = np.linspace(0.0, 2.0 * math.pi, DIRECTIONS, endpoint=False)
    around = [np.ones((1, 1)), np.array([np.cos(angles), np.sin(angles)])]
    many = int(np.count_nonzero(flat))
    sides = around[many - 1] if many <= 2 else _normals(many)
    ways = size[:, None] * (vectors[:, flat] @ np.concatenate([sides, -sides], axis=1))
    for share in SHARES:
        rises = surface.value(point.point[:, None] + share * ways) - point.value
        noise = 1e3 * EPS * max(abs(point.value), float(np.max(np.abs(rises), initial=0.0)) * 1e-3)
        up, down = bool(np.any(rises > noise)), bool(np.any(rises < -noise))
        if up or down:
            up, down = up or bool(np.any(eigenvalues[~flat] > 0.0)), down or bool(np.any(eigenvalues[~flat] < 0.0))
            return dataclasses.replace(point, kind="saddle" if up and down else "minimum" if up else "maximum")
    return point


def _normals(many: int) -> Array:
    """(many, DIRECTIONS): random directions, the same each time."""
    normals = Source(0, np.arange(DIRECTIONS), "finder").normals(0, many)
    return normals / np.sqrt(np.sum(normals * normals, axis=0))


def _beside(places: Array, point: Array, near: Array) -> bool:
    """Whether one of the places (n, dim) is next to a point (dim,)."""
    return bool(np.any(np.all(np.abs(places - point) <= near, axis=1)))


def _polished(surface: TimedSurface, guess: Array) -> CriticalPoint | None:
    try:
        point = critical(surface, guess)
    except (ArithmeticError, np.linalg.LinAlgError):
        return None
    norm = math.hypot(*surface.gradient(point.point))
    largest = float(np.max(np.abs(surface.hessian(point.point))))
    return point if norm <= max(1e-10, 64.0 * EPS * largest * (1.0 + float(np.max(np.abs(point.point))))) else None
