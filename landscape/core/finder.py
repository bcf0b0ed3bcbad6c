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
from typing import Any, NamedTuple

import numpy as np

from landscape.core.component import Array
from landscape.core.critical_points import CriticalPoint, Found, Kind, classify, in_order, scaled_alike
from landscape.core.following import GROUP, followed
from landscape.core.kinks import kinks_below, marked, typical_slope
from landscape.core.least_squares import finite, small_gradients
from landscape.core.random import Source
from landscape.core.registry import registry
from landscape.core.surface import Surface, Window
from landscape.core.time_limit import OutOfTime, TimedSurface

# Newton's method gives up after so many steps none of which is the shortest yet.
STALLED = 8
# The last of its steps must be as short, in windows, where the Hessian is regular, and where it is not.
SETTLED, CLOSE = 1e-8, 1e-4
EPS = float(np.finfo(np.float64).eps)


def critical(surface: Surface | TimedSurface, guess: Any, window: Window | None = None) -> CriticalPoint:
    """The critical point next to `guess` (dim,), polished by Newton's method to the last digits and classified.

    Raises ArithmeticError where Newton's method does not settle there. Coordinates are measured in the sides of the
    window (the surface's where left out), and slopes by the curvature or by what slopes the window has, so that no
    scale of either matters.
    """
    point = np.array(guess, dtype=np.float64)
    sides = surface.window if window is None else window
    size = np.ptp(np.array(sides), axis=1)
    reach = np.maximum(size, np.abs(point))
    length, least, since = np.inf, np.inf, 0
    for _ in range(60):
        slope, curved = _scaled(surface, point, size)
        if not (np.all(np.isfinite(curved)) and np.all(np.isfinite(slope))):
            break
        alike, scale = scaled_alike(curved)
        step = np.linalg.lstsq(alike, slope / scale, rcond=None)[0] / scale * size
        point = point - step
        length = np.max(np.abs(step) / reach)
        least, since = (length, 0) if length < least else (least, since + 1)
        if length <= 4.0 * EPS or since == STALLED:
            break
    slope, curved = _scaled(surface, point, size)
    if not (np.all(np.isfinite(slope)) and np.all(np.isfinite(curved)) and length <= CLOSE):
        raise ArithmeticError(f"{surface.name}: no critical point found next to {np.asarray(guess).tolist()}")
    steep, most = float(np.max(np.abs(slope))), 1e-12 * float(np.max(np.abs(curved)))
    # what is flat to a higher order is come to slowly, and has no curvature to compare with
    if not (steep <= most and least <= SETTLED) and not steep <= 4.0 * EPS * typical_slope(surface, sides):
        raise ArithmeticError(f"{surface.name}: no critical point found next to {np.asarray(guess).tolist()}")
    return CriticalPoint(point, float(surface.value(point)), *classify(curved))


def _scaled(surface: Surface | TimedSurface, point: Array, size: Array) -> tuple[Array, Array]:
    """The gradient (dim,) and the Hessian (dim, dim) at a point, of coordinates in the window's sides."""
    return surface.gradient(point) * size, surface.hessian(point) * np.outer(size, size)


def polished(surface: Surface, guesses: Iterable[Any]) -> tuple[CriticalPoint, ...]:
    """The critical points next to `guesses`, each (dim,), polished and `in_order`."""
    return in_order(critical(surface, guess) for guess in guesses)


# Starts: the cells of a grid over which every component of the gradient changes its sign, and a coarse grid; in more
# than two dimensions random points alone. Coordinates with the number of grid points along each.
FINE = {1: 4001, 2: 401}
COARSE = {1: 65, 2: 33}
MOST_CELLS = 20_000  # of a surface so rugged that more qualify, every second, third, ... cell
RANDOM = 512
# Around a degenerate point: how many directions, and how far, as shares of the window.
DIRECTIONS = 128
SHARES = (1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2)
# Where time is limited: the share of it until which starts are searched, and that until which their ends are polished;
# and how many starts are searched first, before four times as many, and so on.
SEARCHING, POLISHING = 0.6, 0.8
FIRST = 2
# In more than two dimensions: one start in so many has to settle for more to follow.
RARE = 10
# Where kinks are looked for: around the lowest places of a grid; in more than two dimensions, from the lowest starts.
LOWEST, FEW = 200, 8
GRIDS = {True: FINE, False: {1: 65, 2: 17}}  # by whether starts are left out


def find_critical_points(
    surface: Surface | str,
    window: Window | None = None,
    *,
    index: int | Iterable[int] | None = None,
    seed: int = 0,
    starts: int | None = None,
    seconds: float | None = None,
) -> Found:
    """The critical points of a surface in a window: minima first, then saddles and maxima, each from the lowest.

    From each start the squared gradient norm |g|^2 is minimised by Levenberg's and Marquardt's method,

        p <- p - (H^2 + mu I)^-1 H g,

    with coordinates measured in the sides of the window, and mu lowered after a step that helps and raised after one
    that does not; what reaches g = 0 is polished by
    Newton's method, to a slope of 0 but for rounding, and classified by the
    eigenvalues of its Hessian; where that is singular, by the values around it along the directions of which it says
    nothing. Minima at kinks, where the gradient jumps, are searched by descent from the lowest places
    (`landscape.core.kinks`) and listed where f rises all around; saddles at kinks are not found, and of a line of
    critical points only where searches end.

    In more than two dimensions, where least squares mostly end where the gradient is small but not 0, as many searches
    follow an index, a number of directions of descent (`landscape.core.following`): from between places that descent
    has reached, uphill along so many directions and downhill along the others.

    surface: or its name. window: ((lo, hi), ...), one pair for each coordinate; the surface's own where left out.
    index: search points with so many directions of descent alone, one number or several, and list no others; minima
    have 0, maxima `dim`; all where left out. starts: how many random starts, for surfaces that are slow to evaluate;
    where left out a fine grid in up to two dimensions, and 512 random starts in more. seed: of the random starts, with
    which a search cannot be complete.
    seconds: about how long to search, as long as it takes where left out; what was found until then is returned, with
    `stopped` True. A search that ends in time finds the same on every machine.
    ValueError for a window of another shape, an index that no point can have, fewer than one start, a negative seed,
    seconds that are not above 0; TypeError for no surface.

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
    indices = _indices(surface, index)
    search = _Search(TimedSurface(surface, seconds), *_bounds(surface, window), seed, starts, indices)
    found: list[CriticalPoint] = []
    stopped = False
    with np.errstate(all="ignore"):
        for stage in (_smooth, _kinked):
            try:
                stopped = stage(search, found) or stopped
            except OutOfTime:
                stopped = True
        if index is not None:
            found = [point for point in found if _index(surface, point) in indices]
    return Found(in_order(found), stopped)


class _Search(NamedTuple):
    """What is searched: a surface in the window from lows (dim, 1) to highs, as `find_critical_points` was told to."""

    surface: TimedSurface
    lows: Array
    highs: Array
    seed: int
    starts: int | None
    indices: Array


def _indices(surface: Surface, index: int | Iterable[int] | None) -> Array:
    """The numbers of directions of descent that are searched, each once."""
    given = range(surface.dim + 1) if index is None else index if isinstance(index, Iterable) else (index,)
    wanted = list(given)
    if not wanted or not all(isinstance(each, (int, np.integer)) and 0 <= each <= surface.dim for each in wanted):
        raise ValueError(f"index must be whole numbers from 0 to {surface.dim}, the dimension, got {index!r:.60}")
    return np.unique(np.array(wanted, dtype=int))


def _index(surface: Surface, point: CriticalPoint) -> int:
    """How many directions of descent a point has; at a kink, of which only minima are found, none."""
    return 0 if point.kink else surface.saddle_index(point.point)


def _smooth(search: _Search, found: list[CriticalPoint]) -> bool:
    """Append the points where the gradient vanishes to those found; whether there was no time for all starts."""
    surface, lows, highs = search.surface, search.lows, search.highs
    several = surface.dim not in FINE
    surface.allow(0.5 * SEARCHING if several else SEARCHING)
    begins, stopped = _starts(search)
    groups = [begins]
    if several:
        groups = np.array_split(begins, math.ceil(begins.shape[1] / GROUP), axis=1)
    if surface.limited:
        low = _low_places(search) if search.starts is not None else begins[:, :0]
        groups = [low, *_groups(begins)] if low.size else _groups(begins)
    ends = np.empty((surface.dim, 0))
    for group in groups:
        settled, late = small_gradients(surface, group, highs - lows)
        ends = np.concatenate([ends, settled], axis=1)
        if late:
            stopped = True
            break
        if several and RARE * settled.shape[1] < group.shape[1] > FEW:
            break  # they end between the critical points
    if several:
        surface.allow(SEARCHING)
        more, late = followed(surface, begins, lows, highs, search.seed, search.indices)
        ends, stopped = np.concatenate([ends, more], axis=1), stopped or late
    surface.allow(POLISHING)
    _distinct(surface, found, ends, lows, highs)
    return stopped


def _kinked(search: _Search, found: list[CriticalPoint]) -> bool:
    """Mark those found that are kinks, and append the minima at others."""
    surface, lows, highs = search.surface, search.lows, search.highs
    surface.allow(1.0)
    found[:] = marked(surface, found, (highs - lows)[:, 0])
    places = _low_places(search)
    for point in found:
        away = np.max(np.abs(places - point.point[:, None]) / (highs - lows), axis=0)
        places = places[:, away > 1.5 / (GRIDS[search.starts is None].get(surface.dim, np.inf) - 1)]
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


def _low_places(search: _Search) -> Array:
    """(dim, n), from the lowest: places of a grid that are lower than those around them; the lowest of many starts."""
    surface, lows, highs, starts = search.surface, search.lows, search.highs, search.starts
    if surface.dim not in FINE:
        begins, _ = _starts(search)
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


def _starts(search: _Search) -> tuple[Array, bool]:
    """(dim, n), where searches begin; and whether there was no time to look at the fine grid."""
    surface, lows, highs, many = search.surface, search.lows, search.highs, search.starts
    if surface.dim not in FINE or many is not None:
        shares = Source(search.seed, np.arange(many or RANDOM), "finder").uniforms(0, surface.dim)
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


def _distinct(surface: TimedSurface, found: list[CriticalPoint], ends: Array, lows: Array, highs: Array) -> None:
    """Append the critical points next to ends (dim, n), each once; one beside an end in vain is not tried."""
    size = (highs - lows)[:, 0]
    near = 1e-6 * size
    if not ends.size:
        return
    with contextlib.suppress(OutOfTime):
        ends = _closer(surface, ends, size[:, None], 1e-3)
    rounded = np.unique(np.round(ends / near[:, None]), axis=1)
    places = np.full((rounded.shape[1], surface.dim), np.inf)  # of those found
    failed, vain = places.copy(), 0
    for guess in (rounded * near[:, None]).T:
        if _beside(places[: len(found)], guess, 3.0 * near) or _beside(failed[:vain], guess, 1.5 * near):
            continue
        try:
            point = critical(surface, guess)
        except (ArithmeticError, np.linalg.LinAlgError):
            failed[vain], vain = guess, vain + 1
            continue
        if np.any((point.point < lows[:, 0]) | (point.point > highs[:, 0])):
            continue
        if not _beside(places[: len(found)], point.point, 10.0 * near):
            places[len(found)] = point.point
            found.append(_classified(surface, point, size) if point.degenerate else point)


def _closer(surface: TimedSurface, p: Array, size: Array, most: float) -> Array:
    """Points p (dim, n) after a few steps of Newton's method; steps above `most` of the window are not taken."""
    for _ in range(3):
        curved = np.moveaxis(surface.hessian(p), -1, 0) * (size[:, 0] * size)
        step = np.einsum("nij,jn->in", np.linalg.pinv(finite(curved), hermitian=True), surface.gradient(p) * size)
        p = p - np.where(np.all(np.abs(step) < most, axis=0), step, 0.0) * size
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
