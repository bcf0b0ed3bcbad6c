"""Choose how far to go along a direction, for many runs at once: each as far as it needs."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from landscape.core.component import Array
from landscape.core.methods import Oracle
from landscape.optimizers._bases.dense import dot

MOST_TRIALS = 60
MOST_DOUBLINGS = 60


class Found(NamedTuple):
    """Where a search ended. t, value: (runs,), t = 0 where it failed; params, gradient: (dim, runs)."""

    t: Array
    params: Array
    value: Array
    gradient: Array


def backtracked(
    oracle: Oracle, params: Array, direction: Array, value: Array, slope: Array, first: Any, c1: Any, shrink: Any
) -> tuple[Array, Array, Array]:
    """Armijo's rule: the first t of first, shrink first, shrink^2 first, ... with f(p + t d) <= f(p) + c1 t slope.

    (t, p + t d, f there). A run that finds none in MOST_TRIALS stays, with t = 0, as one whose direction does not
    descend does.
    """
    t = np.broadcast_to(first, slope.shape).astype(float)
    open_ = slope < 0.0
    ended_t, ended, ended_value = np.zeros_like(t), params, value
    for _ in range(MOST_TRIALS):
        if not open_.any():
            break
        trial = params + t * direction
        f = oracle.value(trial, open_)
        good = open_ & (f <= value + c1 * t * slope)
        ended_t, ended = np.where(good, t, ended_t), np.where(good, trial, ended)
        ended_value = np.where(good, f, ended_value)
        open_ = open_ & ~good
        t = t * shrink
    return ended_t, ended, ended_value


def exact(oracle: Oracle, params: Array, direction: Array, slope: Array, first: Any) -> tuple[Array, Array, Array]:
    """The first minimum along a direction: (t, p + t d, the gradient there).

    The slope's zero is bracketed by doubling t and narrowed by the Illinois rule until the slope is 1e-13 of the first,
    or t is known to rounding. A run whose direction does not descend, or that descends without end, keeps the last t.
    """
    low, low_slope = np.zeros_like(slope), slope
    high = np.broadcast_to(first, slope.shape).astype(float)
    tiny = 1e-13 * np.abs(slope)
    open_ = slope < 0.0
    best_t, best, best_gradient = np.zeros_like(slope), params, np.zeros_like(params)
    high_slope = np.full_like(slope, np.nan)
    bracketed, was_above, was_below = (np.zeros(slope.shape, dtype=bool) for _ in range(3))
    t = high
    for _ in range(MOST_DOUBLINGS + MOST_TRIALS):
        if not open_.any():
            break
        trial = params + t * direction
        gradient = oracle.gradient(trial, open_)
        now = dot(gradient, direction)
        known = open_ & np.isfinite(now)
        best_t, best = np.where(known, t, best_t), np.where(known, trial, best)
        best_gradient = np.where(known, gradient, best_gradient)
        above = open_ & ~(now < 0.0)
        below = open_ & (now < 0.0)
        # Illinois: an end that stays twice has its slope halved, so that the other end moves too
        low_slope = np.where(above & was_above, 0.5 * low_slope, low_slope)
        high_slope = np.where(below & was_below, 0.5 * high_slope, high_slope)
        was_above, was_below = above, below & bracketed
        high, high_slope = (
            np.where(above, t, high),
            np.where(above, np.where(np.isfinite(now), now, np.inf), high_slope),
        )
        low, low_slope = np.where(below, t, low), np.where(below, now, low_slope)
        bracketed = bracketed | above
        width = high - low
        done = (np.abs(now) <= tiny) | (bracketed & (width <= 2.3e-16 * high))
        open_ = open_ & ~done
        secant = low - low_slope * width / (high_slope - low_slope)
        inside = (secant > low) & (secant < high)
        t = np.where(bracketed, np.where(inside, secant, low + 0.5 * width), 2.0 * t)
    return best_t, best, best_gradient


def wolfe(
    oracle: Oracle,
    params: Array,
    direction: Array,
    value: Array,
    gradient: Array,
    first: Any,
    c1: Any,
    c2: Any,
    most: int = 25,
) -> Found:
    """The strong Wolfe conditions: f(p + t d) <= f(p) + c1 t slope, and |slope at t| <= c2 |slope at 0|.

    Bracketing with cubic extrapolation, then zooming in with safeguarded cubic interpolation, at most `most` trials;
    then the lowest point of the bracket. Source: Nocedal and Wright 2006, algorithms 3.5 and 3.6, with the safeguards
    of Schmidt's minFunc, which torch.optim.LBFGS has too.
    """
    search = _Wolfe(oracle, params, direction, value, gradient, dot(gradient, direction), c1, c2)
    with np.errstate(all="ignore"):  # a bracket that has closed has no cubic
        return search.run(np.broadcast_to(first, value.shape).astype(float), most)


class _End(NamedTuple):
    """An end of the bracket. t, f, slope: (runs,); gradient: (dim, runs)."""

    t: Array
    f: Array
    slope: Array
    gradient: Array


class _Wolfe:
    """One strong Wolfe search of many runs."""

    def __init__(
        self,
        oracle: Oracle,
        params: Array,
        direction: Array,
        value: Array,
        gradient: Array,
        slope: Array,
        c1: Any,
        c2: Any,
    ) -> None:
        self.oracle, self.params, self.direction = oracle, params, direction
        self.origin = _End(np.zeros_like(slope), value, slope, gradient)
        self.c1, self.c2 = c1, c2

    def run(self, t: Array, most: int) -> Found:
        origin = self.origin
        active = origin.slope < 0.0
        bracketing, done = active.copy(), ~active
        before, now = origin, self.at(t, active)
        left, right = origin, origin
        unlucky = np.zeros(t.shape, dtype=bool)
        for trial in range(most + 1):
            # bracketing: is there a minimum between the point before and this one?
            past = (now.f > origin.f + self.c1 * now.t * origin.slope) | ((trial > 1) & (now.f >= before.f))
            past = past | ~np.isfinite(now.f)
            flat = np.abs(now.slope) <= -self.c2 * origin.slope
            rising = now.slope >= 0.0
            ends = bracketing & (past | flat | rising)
            accepted = bracketing & ~past & flat
            left = _chosen(ends, _chosen(accepted, now, before), left)
            right = _chosen(ends, now, right)
            done = done | accepted
            fresh = ends & ~accepted
            # zooming: what this trial says about the bracket of a run that had one already
            zooming = active & ~bracketing & ~done
            left, right, zoomed = self._narrowed(zooming, now, left, right)
            done = done | zoomed
            bracketing = bracketing & ~ends
            if trial == most or done.all():
                break
            further = _cubic(before, now, now.t + 0.01 * (now.t - before.t), 10.0 * now.t)
            inside, unlucky = self._inside(left, right, unlucky & ~fresh)
            closed = ~bracketing & ~done & ~(np.abs(left.t - right.t) > 0.0)
            done = done | closed
            t = np.where(bracketing, further, inside)
            before = _chosen(bracketing, now, before)
            now = _chosen(~done, self.at(t, ~done), now)
        low = _chosen(left.f <= right.f, left, right)
        ended = _chosen(bracketing, _chosen(origin.f <= now.f, origin, now), low)
        ended = _chosen(active & np.isfinite(ended.f), ended, origin)
        return Found(ended.t, self.params + ended.t * self.direction, ended.f, ended.gradient)

    def at(self, t: Array, active: Array) -> _End:
        """The end at t, counted for the active runs alone."""
        trial = self.params + t * self.direction
        f, gradient = self.oracle.value(trial, active), self.oracle.gradient(trial, active)
        return _End(t, f, dot(gradient, self.direction), gradient)

    def _narrowed(self, zooming: Array, now: _End, left: _End, right: _End) -> tuple[_End, _End, Array]:
        """(left, right, accepted) after a trial inside the bracket."""
        left_low = left.f <= right.f
        low, high = _chosen(left_low, left, right), _chosen(left_low, right, left)
        worse = (now.f > self.origin.f + self.c1 * now.t * self.origin.slope) | ~(now.f < low.f)
        flat = np.abs(now.slope) <= -self.c2 * self.origin.slope
        turn = now.slope * (high.t - low.t) >= 0.0
        new_high = _chosen(worse, now, _chosen(~flat & turn, low, high))
        new_low = _chosen(worse, low, now)
        left = _chosen(zooming, _chosen(left_low, new_low, new_high), left)
        right = _chosen(zooming, _chosen(left_low, new_high, new_low), right)
        return left, right, zooming & ~worse & flat

    def _inside(self, left: _End, right: _End, unlucky: Array) -> tuple[Array, Array]:
        """(the next trial inside the bracket, whether it came close to an end): not twice close to the same end."""
        least, most = np.minimum(left.t, right.t), np.maximum(left.t, right.t)
        t = _cubic(left, right, least, most)
        margin = 0.1 * (most - least)
        close = np.minimum(most - t, t - least) < margin
        forced = close & (unlucky | (t >= most) | (t <= least))
        moved = np.where(np.abs(t - most) < np.abs(t - least), most - margin, least + margin)
        return np.where(forced, moved, t), close & ~forced


def _chosen(choice: Array, yes: _End, no: _End) -> _End:
    return _End(*(np.where(choice, a, b) for a, b in zip(yes, no, strict=True)))


def _cubic(a: _End, b: _End, least: Array, most: Array) -> Array:
    """The minimum of the cubic through two ends with their slopes, kept in [least, most]; else the middle."""
    first = a.slope + b.slope - 3.0 * (a.f - b.f) / (a.t - b.t)
    square = first * first - a.slope * b.slope
    second = np.sqrt(np.maximum(square, 0.0))
    upward = a.t <= b.t
    t = np.where(
        upward,
        b.t - (b.t - a.t) * ((b.slope + second - first) / (b.slope - a.slope + 2.0 * second)),
        a.t - (a.t - b.t) * ((a.slope + second - first) / (a.slope - b.slope + 2.0 * second)),
    )
    good = (square >= 0.0) & np.isfinite(t)
    return np.where(good, np.minimum(np.maximum(t, least), most), 0.5 * (least + most))
