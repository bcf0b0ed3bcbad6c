"""Find the minima of a surface that are kinks: where its gradient jumps, or is not defined, instead of vanishing.

    kinks_below(timed, places, lows, highs, known)        # of |x| + |y| the one at (0, 0)

From a few low places quasi-Newton descent leads to where the gradient jumps; the gradients around it tell of the smooth
pieces that meet there, and the point where they meet is found as that of a small linear program.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable

import numpy as np

from landscape.core.component import Array
from landscape.core.critical_points import CriticalPoint
from landscape.core.random import Source
from landscape.core.surface import Surface, Window
from landscape.core.time_limit import TimedSurface

EPS = float(np.finfo(np.float64).eps)
STEPS = 60  # of the descent
TRIALS = 25  # of a line search
FAR = 0.1  # the longest step, in windows
RADII = (1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8)  # around a place, in windows
AROUND = (1e-6, 1e-5, 1e-4, 1e-3, 1e-2)  # where f must not be lower; from NEARBY on, the first where it is higher tells
NEARBY = 1e-4
WAYS = 64
ROUND = 1e-12  # in windows: a coordinate so close to 0 is 0, where f is no higher there
PLACES = 9  # of the window, at which slopes are looked at
ROUNDS, VALLEYS = 22, 4  # of the search for the lowest directions; how many there are at most


def kinks_below(
    surface: TimedSurface, places: Array, lows: Array, highs: Array, known: Iterable[CriticalPoint]
) -> Iterable[CriticalPoint]:
    """The kinked minima to which descent leads from places (dim, n), one by one; those beside `known` are left out.

    lows, highs: (dim, 1), the window.
    """
    seen = [point.point for point in known]
    # the lowest first, to have it where time ends
    for group in (places[:, :1], places[:, 1:]):
        if group.size:
            yield from _below(surface, group, lows, highs, seen)


def _below(
    surface: TimedSurface, places: Array, lows: Array, highs: Array, seen: list[Array]
) -> Iterable[CriticalPoint]:
    """The kinked minima below places (dim, n); where others were, and these, is appended to `seen`."""
    size = highs - lows
    ends, values = descended(surface, places, size)
    for number in np.argsort(values, kind="stable"):
        end = ends[:, number]
        inside = np.all((lows[:, 0] <= end) & (end <= highs[:, 0]))
        if not inside or not np.isfinite(values[number]) or _near(seen, end, 1e-4 * size[:, 0]):
            continue
        seen.append(end)
        if not (is_kink(surface, end, size[:, 0], (1e-6, 1e-3)) and jumps(surface, end, size[:, 0], 1e-6)):
            continue
        end = settled(surface, end, size[:, 0])
        inside = np.all((lows[:, 0] <= end) & (end <= highs[:, 0]))
        if not inside or _near(seen[:-1], end, 1e-5 * size[:, 0]):
            continue
        seen.append(end)
        if is_kink(surface, end, size[:, 0]) and rises_around(surface, end, size[:, 0]):
            value = float(surface.value(end))
            for near in (ROUND, 4.0 * EPS):
                exact = np.where(np.abs(end) <= near * size[:, 0], 0.0, end)
                if float(surface.value(exact)) <= value + 4.0 * EPS * abs(value):
                    end = exact
            yield CriticalPoint(end, float(surface.value(end)), "minimum", kink=True)


def _near(places: list[Array], point: Array, near: Array) -> bool:
    """Whether one of some places (dim,) is next to a point (dim,)."""
    return any(bool(np.all(np.abs(place - point) <= near)) for place in places)


def marked(surface: TimedSurface, points: list[CriticalPoint], size: Array) -> list[CriticalPoint]:
    """Points where a gradient of 0 was found, those that are kinks marked: the gradient given there is one of many.

    size: (dim,), of the window. A gradient near a point is not what its Hessian says, at a kink.
    """
    if not points:
        return []
    places = np.array([point.point for point in points]).T
    curved = np.max(np.abs(surface.hessian(places) * np.outer(size, size)[:, :, None]), axis=(0, 1))
    apart = 1e-8 * np.linspace(0.6, 1.0, len(size)) * size
    beside = np.concatenate([places + apart[:, None], places - apart[:, None]], axis=1)
    steep = np.max(np.abs(surface.gradient(beside) * size[:, None]), axis=0).reshape(2, -1).max(axis=0)
    far = np.max(np.abs(surface.gradient(places + 1e3 * apart[:, None]) * size[:, None]), axis=0)
    suspect = (steep > 1e-6 * curved + 1e-10 * typical_slope(surface, surface.window)) & (
        steep > 0.1 * far
    )  # a jump, not a bend
    return [
        _as_kink(surface, point, size) if suspect[number] and is_kink(surface, point.point, size) else point
        for number, point in enumerate(points)
    ]


def typical_slope(surface: Surface | TimedSurface, window: Window) -> float:
    """How much f changes along a side of the window at the slope that it has in the middle of a few places there."""
    lows, highs = np.array(window).T[:, :, None]
    shares = Source(0, np.arange(PLACES), "finder").uniforms(0, surface.dim)
    slopes = np.max(np.abs(surface.gradient(lows + (highs - lows) * shares) * (highs - lows)), axis=0)
    known = slopes[np.isfinite(slopes)]
    return float(np.median(known)) if known.size else 0.0


def _as_kink(surface: TimedSurface, point: CriticalPoint, size: Array) -> CriticalPoint:
    """A kink with its kind by the values around it; degenerate only where it was and is one of many."""
    kind, noise = point.kind, 64.0 * EPS * max(abs(point.value), EPS)
    for radius in AROUND:
        up = farthest(surface, point.point, radius * size, 1.0) > noise
        down = farthest(surface, point.point, radius * size, -1.0) < -noise
        if up or down:
            kind = "saddle" if up and down else "maximum" if down else "minimum"
            break
    alone = kind == "minimum" and rises_around(surface, point.point, size)
    return dataclasses.replace(point, kind=kind, kink=True, degenerate=point.degenerate and not alone)


def descended(surface: TimedSurface, p: Array, size: Array) -> tuple[Array, Array]:
    """Where quasi-Newton descent leads from p (dim, n), and the values there: (dim, n), (n,).

    BFGS with a line search that asks for a weak Wolfe step alone, which goes on where the gradient jumps.

    Source: Lewis and Overton 2013, "Nonsmooth optimization via quasi-Newton methods", Mathematical Programming 141.
    """
    p = p.copy()
    dim, many = p.shape
    value, slope = surface.value(p), surface.gradient(p) * size
    inverse = np.broadcast_to(np.eye(dim), (many, dim, dim)).copy()
    inverse *= (0.01 / np.maximum(_norms(slope), 1e-300))[:, None, None]
    going = np.flatnonzero(np.isfinite(value) & np.all(np.isfinite(slope), axis=0))
    for _ in range(STEPS):
        if not going.size:
            break
        g = slope[:, going]
        step = -np.einsum("nij,jn->in", inverse[going], g)
        down = np.sum(step * g, axis=0)
        uphill = ~(down < 0.0)
        step[:, uphill] = -0.01 * g[:, uphill] / np.maximum(_norms(g[:, uphill]), 1e-300)
        step *= np.minimum(1.0, FAR / np.maximum(_norms(step), 1e-300))
        moved, after, slopes, found = _searched(surface, p[:, going], value[going], g, step, size)
        s, y = (moved - p[:, going]) / size, slopes - g
        curved = np.sum(s * y, axis=0)
        usable = found & (curved > EPS * _norms(s) * _norms(y))
        rho = np.where(usable, 1.0 / np.where(usable, curved, 1.0), 0.0)
        left = np.eye(dim) - rho[:, None, None] * np.einsum("in,jn->nij", s, y)
        updated = left @ inverse[going] @ np.swapaxes(left, 1, 2) + rho[:, None, None] * np.einsum("in,jn->nij", s, s)
        inverse[going] = np.where(usable[:, None, None], updated, inverse[going])
        p[:, going], value[going], slope[:, going] = moved, after, slopes
        going = going[found & (_norms(s) > 1e-13)]
    return p, value


def _searched(
    surface: TimedSurface, p: Array, value: Array, slope: Array, step: Array, size: Array
) -> tuple[Array, Array, Array, Array]:
    """(places, values, slopes, whether there is one): a weak Wolfe step along `step`, by bisection and doubling."""
    down = np.sum(step * slope, axis=0)
    moved, after, slopes, found = p.copy(), value.copy(), slope.copy(), np.zeros(p.shape[1], dtype=bool)
    t, low, high = np.ones(p.shape[1]), np.zeros(p.shape[1]), np.full(p.shape[1], np.inf)
    open_ = np.arange(p.shape[1])
    for _ in range(TRIALS):
        at = p[:, open_] + t[open_] * step[:, open_] * size
        here, there = surface.value(at), surface.gradient(at) * size
        lower = here <= value[open_] + 1e-4 * t[open_] * down[open_]
        lower &= np.all(np.isfinite(there), axis=0)
        flat = np.sum(there * step[:, open_], axis=0) >= 0.5 * down[open_]
        kept = open_[lower]
        moved[:, kept], after[kept], slopes[:, kept], found[kept] = at[:, lower], here[lower], there[:, lower], True
        high[open_[~lower]] = t[open_[~lower]]
        low[kept] = t[kept]
        open_ = open_[~(lower & flat)]
        if not open_.size:
            break
        t[open_] = np.where(high[open_] < np.inf, (low[open_] + high[open_]) / 2.0, 2.0 * t[open_])
    return moved, after, slopes, found


def settled(surface: TimedSurface, point: Array, size: Array) -> Array:
    """(dim,): the point where the smooth pieces around one meet, as exactly as numbers allow.

    On circles ever smaller the pieces i have the values e_i and slopes g_i at the point; the least of the largest of
    e_i + g_i d is a linear program, and along the kink, where fewer pieces meet than make a corner, Newton's method on

        sum_i lambda_i (g_i + H_i d) = 0,    e_i + g_i d = v,    sum_i lambda_i = 1

    with the pieces that the program leaves active.

    Source: Fletcher and Sainz de la Maza 1989, "Nonlinear programming and nonsmooth optimization by successive linear
    programming", Mathematical Programming 43.
    """
    best = float(surface.value(point))
    for radius in RADII:
        for _ in range(3):
            proposals = _proposed(surface, point, size, radius)
            values = [float(surface.value(each)) for each in proposals]
            lowest = min(values, default=math.inf)
            if not lowest <= best + 4.0 * EPS * abs(best):
                break
            # of two that are as low to rounding, the later one, which knows of curvature
            chosen = [each for each, v in zip(proposals, values, strict=True) if v <= lowest + 4.0 * EPS * abs(lowest)]
            moved = float(np.max(np.abs(chosen[-1] - point) / size))
            point, best = chosen[-1], lowest
            if moved < radius:
                break
    return point


def _proposed(surface: TimedSurface, point: Array, size: Array, radius: float) -> list[Array]:
    """Places to go to from a point: by first derivatives, and along the kink by second ones as well."""
    from scipy.optimize import linprog

    dim = len(point)
    away = radius * _ways(dim, 16 if dim == 2 else 4 * dim + 8)
    at = point[:, None] + size[:, None] * away
    values, slopes = surface.value(at), surface.gradient(at) * size[:, None]
    usable = np.isfinite(values) & np.all(np.isfinite(slopes), axis=0)
    if np.count_nonzero(usable) <= dim:
        return []
    at, away, values, slopes = at[:, usable], away[:, usable], values[usable], slopes[:, usable]
    base, steep = float(values.min()), float(np.max(np.abs(slopes)))
    if not steep > 0.0:
        return []
    e = (values - base - np.sum(slopes * away, axis=0)) / (steep * radius)
    g = slopes.T / steep
    # d in radii, and v last
    rows = np.column_stack([g, -np.ones(len(e))])
    answer = linprog(np.eye(dim + 1)[-1], rows, -e, bounds=[(-4.0, 4.0)] * dim + [(None, None)], method="highs")
    if not answer.success:
        return []
    shares = -np.asarray(answer.ineqlin.marginals)
    first = point + size * radius * answer.x[:dim]
    active = np.flatnonzero(shares > 1e-9)
    found = [first]
    if len(active) > dim:
        found.append(_corner(point, size * radius, g[active], e[active], first))
        active = _apart(g, active, shares, dim)
    curvature = np.array([surface.hessian(at[:, i]) * np.outer(size, size) for i in active])
    if not np.all(np.isfinite(curvature)):
        return found
    bent = np.einsum("kij,jk->ki", curvature, away[:, active])
    g = (slopes[:, active].T - bent) / steep
    e = e[active] + 0.5 * np.einsum("ki,ik->k", bent, away[:, active]) / (steep * radius)
    mean = np.einsum("k,kij->ij", shares[active] / shares[active].sum(), curvature) * radius / steep
    k = len(active)
    matrix = np.zeros((dim + k + 1, dim + k + 1))
    matrix[:dim, :dim], matrix[:dim, dim:-1], matrix[dim:-1, :dim] = mean, g.T, g
    matrix[dim:-1, -1], matrix[-1, dim:-1] = -1.0, 1.0
    right = np.concatenate([np.zeros(dim), -e, [1.0]])
    d = np.linalg.lstsq(matrix, right, rcond=None)[0][:dim]
    return [*found, point + size * radius * d] if np.max(np.abs(d)) <= 10.0 else found


def _apart(g: Array, active: Array, shares: Array, most: int) -> Array:
    """So many of the active pieces: the one with the largest share, then those whose slopes are farthest apart."""
    chosen = [int(active[np.argmax(shares[active])])]
    while len(chosen) < most:
        away = np.min([np.sum((g[active] - g[each]) ** 2, axis=1) for each in chosen], axis=0)
        chosen.append(int(active[np.argmax(away)]))
    return np.array(chosen)


def _corner(point: Array, scale: Array, g: Array, e: Array, otherwise: Array) -> Array:
    """Where as many pieces meet as there are unknowns: e_i + g_i d = v."""
    matrix = np.column_stack([g, -np.ones(len(e))])
    d = np.linalg.lstsq(matrix, -e, rcond=None)[0][:-1]
    return point + scale * d if np.max(np.abs(d)) <= 10.0 else otherwise


def is_kink(surface: TimedSurface, point: Array, size: Array, radii: tuple[float, float] = (1e-8, 1e-4)) -> bool:
    """Whether gradients around a point (dim,) do not become small in proportion to the distance, near it."""
    ways = _ways(len(point), WAYS)
    steep = []
    for radius in radii:
        slopes = surface.gradient(point[:, None] + radius * size[:, None] * ways) * size[:, None]
        known = _norms(slopes[:, np.all(np.isfinite(slopes), axis=0)])
        steep.append(float(known.max(initial=0.0)))
    near, far = radii
    return steep[0] > 0.0 and steep[0] > (near / far) ** 0.75 * steep[1]


def jumps(surface: TimedSurface, point: Array, size: Array, radius: float) -> bool:
    """Whether gradients at a distance from a point (dim,), in all directions, differ from each other."""
    slopes = surface.gradient(point[:, None] + radius * size[:, None] * _ways(len(point), WAYS)) * size[:, None]
    slopes = slopes[:, np.all(np.isfinite(slopes), axis=0)]
    if not slopes.size:
        return False
    return float(np.max(_norms(slopes - slopes[:, :1]))) > 0.02 * float(np.max(_norms(slopes)))


def rises_around(surface: TimedSurface, point: Array, size: Array) -> bool:
    """Whether f is higher in all directions from a point (dim,): in the lowest, which are searched at each distance."""
    value = float(surface.value(point))
    for radius in AROUND:
        above = farthest(surface, point, radius * size, -1.0)
        if not above >= -16.0 * EPS * abs(value):
            return False
        if radius >= NEARBY and above > 64.0 * EPS * max(abs(value), EPS):
            return True
    return False


def farthest(surface: TimedSurface, point: Array, scale: Array, sign: float) -> float:
    """f in the direction in which it is highest (sign 1) or lowest (-1), less f at a point; at a distance (dim,)."""
    value, best = float(surface.value(point)), -math.inf
    for begin in _far_ways(surface, point, scale, sign):
        way = begin
        for number in range(ROUNDS):
            ways = _beside(way, 4.0 / WAYS * 4.0**-number, number)
            values = sign * (surface.value(point[:, None] + scale[:, None] * ways) - value)
            way, best = ways[:, int(np.argmax(values))], max(best, float(values.max()))
    return sign * best


def _far_ways(surface: TimedSurface, point: Array, scale: Array, sign: float) -> list[Array]:
    """Directions (dim,) in which sign f is higher than in those beside them; a few at most."""
    ways = _ways(len(point), WAYS)
    values = sign * surface.value(point[:, None] + scale[:, None] * ways)
    order = np.argsort(-values, kind="stable")
    if len(point) == 2:
        higher = (values >= np.roll(values, 1)) & (values >= np.roll(values, -1))
        order = order[higher[order]]
    return [ways[:, each] for each in order[:VALLEYS]]


def _beside(way: Array, spread: float, number: int) -> Array:
    """(dim, n): directions beside one (dim,)."""
    if len(way) == 1:
        return way[:, None]
    if len(way) == 2:
        return np.asarray(way[:, None] + spread * np.outer([-way[1], way[0]], np.linspace(-1.0, 1.0, 17)))
    ways = way[:, None] + spread * Source(number, np.arange(WAYS), "finder").normals(0, len(way))
    return np.asarray(ways / _norms(ways))


def _ways(dim: int, many: int) -> Array:
    """(dim, n): directions, all around in one and two dimensions, at random in more; the same each time."""
    if dim == 1:
        return np.array([[1.0, -1.0]])
    if dim == 2:
        angles = 2.0 * math.pi * (np.arange(many) + 0.37) / many  # along no axis, where kinks often are
        return np.array([np.cos(angles), np.sin(angles)])
    normals = Source(0, np.arange(many), "finder").normals(0, dim)
    return np.asarray(normals / _norms(normals))


def _norms(vectors: Array) -> Array:
    """(n,): the lengths of vectors (dim, n)."""
    return np.asarray(np.sqrt(np.sum(vectors * vectors, axis=0)))
