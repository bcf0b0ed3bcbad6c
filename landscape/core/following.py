"""Follow an index to critical points: uphill along so many directions, downhill along the others.

In many dimensions nearly all critical points are saddles, and a search for small gradients ends between them. A saddle
of index k is a minimum for whoever turns its k directions of descent around, and can be descended to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from landscape.core.component import Array
from landscape.core.random import Source
from landscape.core.time_limit import OutOfTime

if TYPE_CHECKING:
    from landscape.core.time_limit import TimedSurface

STEPS = 250
DESCENTS = 60
# How far a step goes, as a share of the window's size in every coordinate: the first, and the longest.
FIRST, LONGEST = 0.02, 0.1
# How much of the gradient's change a step may not have foreseen: to go further next time, and to be taken at all.
GOOD, BAD = 0.3, 0.8
SETTLED = 1e-8  # of the length of the first gradient, or of what it is at most starts
STALLED = 50  # steps in which the gradient gets no shorter than half
OUTSIDE = 0.5  # how far beyond the window, as a share of it, a search may go
ALIKE = 10.0  # indices nearer than dim / ALIKE lead to new points about as often
GROUP = 64  # searched at once, before indices are chosen anew


def followed(
    surface: TimedSurface, begins: Array, lows: Array, highs: Array, seed: int, indices: Array
) -> tuple[Array, bool]:
    """(dim, n): where searches end, as many as begins (dim, n) has, each end once; and whether time ended them.

    The begins are taken downhill first, and searches start between any two of the places that are reached: there
    the critical points are, and not in the window's corners. Each follows one of `indices`: all as often at first,
    then in proportion to how often an index, and those next to it, have led to a new point.
    """
    many, dim, size = begins.shape[1], surface.dim, highs - lows
    found, begun, new = np.empty((dim, 0)), np.zeros(dim + 1), np.zeros(dim + 1)
    orders = np.arange(dim + 1)
    alike = np.maximum(1.0 - np.abs(orders[:, None] - orders) / (1.0 + dim / ALIKE), 0.0)
    draws = Source(seed, np.arange(many), "finder").uniforms(1, 4)
    try:
        low = _downhill(surface, begins, lows, highs)
        for begin in range(0, many, GROUP):
            first, second, share, choice = draws[:, begin : begin + GROUP]
            places = low[:, (first * many).astype(int)] * share + low[:, (second * many).astype(int)] * (1.0 - share)
            odds = np.cumsum(((alike @ new + 1.0) / (alike @ begun + 1.0))[indices])
            index = indices[np.minimum(np.searchsorted(odds, choice * odds[-1], side="right"), len(indices) - 1)]
            ends, settled = follow(surface, places, index, lows, highs)
            np.add.at(begun, index, 1.0)
            for end, order in zip(ends[:, settled].T, index[settled], strict=True):
                if not np.any(np.all(np.abs(found - end[:, None]) < 1e-5 * size, axis=0)):
                    found = np.concatenate([found, end[:, None]], axis=1)
                    new[order] += 1.0
    except OutOfTime:
        return found, True
    return found, False


def follow(surface: TimedSurface, p: Array, index: Array, lows: Array, highs: Array) -> tuple[Array, Array]:
    """(ends (dim, n), settled (n,)): from starts p (dim, n), each to a point with `index` (n,) directions of descent.

    In units of the window, and with l_i and v_i the eigenvalues of the Hessian, from the lowest, and their vectors, a
    step is

        p <- p - sum_i s_i (v_i . g) / (|l_i| + mu) v_i,    s_i = -1 for i <= index, 1 otherwise,

    with mu >= 0 such that it is no longer than allowed: further where the gradient changes as the Hessian foresees. It
    is Newton's method around what it searches, and there alone where it ends.

    Source: Cerjan and Miller 1981, "On finding transition states", J. Chem. Phys. 75; in high dimensions Yin, Zhang
    and Zhang 2019, "High-index optimization-based shrinking dimer method", SIAM J. Sci. Comput. 41(6).
    """
    size, p, dim = highs - lows, p.copy(), surface.dim
    gradient = size * surface.gradient(p)
    values, vectors = _eigen(surface, p, size)
    least = np.sqrt(np.sum(gradient * gradient, axis=0))
    known = least[np.isfinite(least)]
    typical = float(np.median(known)) if known.size else 0.0
    enough, since = SETTLED * np.maximum(least, typical), np.zeros(p.shape[1], dtype=int)
    reach = np.full(p.shape[1], FIRST * np.sqrt(dim))
    settled = np.zeros(p.shape[1], dtype=bool)
    going = np.flatnonzero(np.isfinite(least) & np.all(np.isfinite(values), axis=1))
    for _ in range(STEPS):
        if not going.size:
            break
        basis, curved = vectors[going], values[going]
        slopes = np.einsum("nij,in->nj", basis, gradient[:, going])
        signs = np.where(np.arange(dim) < index[going, None], -1.0, 1.0)
        along = -signs * slopes / (np.abs(curved) + _shifts(slopes, np.abs(curved), reach[going]))
        length = np.sqrt(np.sum(along * along, axis=1))
        moved = p[:, going] + size * np.einsum("nij,nj->in", basis, along)
        after = size * surface.gradient(moved)
        foreseen = np.einsum("nij,nj->in", basis, curved * along)
        missed = after - gradient[:, going] - foreseen
        error = np.sqrt(np.sum(missed * missed, axis=0) / np.maximum(np.sum(foreseen * foreseen, axis=0), 1e-300))
        taken = error < BAD
        grown = np.where(error < GOOD, np.minimum(2.0 * length, LONGEST * np.sqrt(dim)), reach[going])
        reach[going] = np.where(taken, grown, 0.5 * length)
        changed = going[taken]
        p[:, changed], gradient[:, changed] = moved[:, taken], after[:, taken]
        if changed.size:
            values[changed], vectors[changed] = _eigen(surface, p[:, changed], size)
        norm = np.sqrt(np.sum(gradient[:, going] * gradient[:, going], axis=0))
        shorter = norm < 0.5 * least[going]
        least[going], since[going] = np.where(shorter, norm, least[going]), np.where(shorter, 0, since[going] + 1)
        right = np.count_nonzero(values[going] < 0.0, axis=1) == index[going]
        ended = (norm <= enough[going]) & right
        settled[going[ended]] = True
        away = np.any((p[:, going] < lows - OUTSIDE * size) | (p[:, going] > highs + OUTSIDE * size), axis=0)
        lost = ~np.isfinite(norm) | ~np.all(np.isfinite(values[going]), axis=1) | (reach[going] < 1e-9)
        going = going[~ended & ~away & ~lost & (since[going] < STALLED)]
    return p, settled


def _downhill(surface: TimedSurface, p: Array, lows: Array, highs: Array) -> Array:
    """Points (dim, n) after some steps of gradient descent in the window, of Barzilai's and Borwein's length.

    Source: Barzilai and Borwein 1988, "Two-point step size gradient methods", IMA J. Numer. Anal. 8(1).
    """
    size = highs - lows
    gradient = size * surface.gradient(p)
    steepest = np.max(np.abs(gradient), axis=0)
    rate = FIRST / np.where(steepest > 0.0, steepest, 1.0)
    for _ in range(DESCENTS):
        step = np.clip(-rate * gradient, -LONGEST, LONGEST)
        moved = np.clip(p + size * step, lows, highs)
        after = size * surface.gradient(moved)
        usable = np.all(np.isfinite(after), axis=0)
        change = np.where(usable, after - gradient, 0.0)
        made = (moved - p) / size
        bent = np.abs(np.sum(made * change, axis=0))
        rate = np.where(bent > 0.0, np.sum(made * made, axis=0) / np.where(bent > 0.0, bent, 1.0), rate)
        p, gradient = np.where(usable, moved, p), np.where(usable, after, 0.0)
    return np.where(np.isfinite(p), p, lows)


def _eigen(surface: TimedSurface, p: Array, size: Array) -> tuple[Array, Array]:
    """(eigenvalues (n, dim), vectors (n, dim, dim)) of Hessians at p (dim, n), in units of the window; or nan."""
    hessians = np.moveaxis(surface.hessian(p), -1, 0) * (size * size.T)
    finite = np.all(np.isfinite(hessians), axis=(1, 2))
    values, vectors = np.linalg.eigh(np.where(finite[:, None, None], hessians, 0.0))
    return np.where(finite[:, None], values, np.nan), vectors


def _shifts(slopes: Array, curved: Array, reach: Array) -> Array:
    """(n, 1): the least mu >= 0 with |slopes / (curved + mu)| at most `reach` (n,), by bisection."""
    low, high = np.zeros(len(reach)), np.sqrt(np.sum(slopes * slopes, axis=1)) / reach
    with np.errstate(divide="ignore", invalid="ignore"):
        free = np.sum((slopes / curved) ** 2, axis=1) <= reach * reach
    for _ in range(20):
        middle = 0.5 * (low + high)
        long = np.sum((slopes / (curved + middle[:, None])) ** 2, axis=1) > reach * reach
        low, high = np.where(long, middle, low), np.where(long, high, middle)
    return np.where(free, 0.0, high)[:, None]
