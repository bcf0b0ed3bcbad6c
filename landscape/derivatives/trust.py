"""Derivatives of your own functions are right, or refused: what automatic differentiation found is looked over.

slope = trusted(reverse)        # reverse(f, p) -> the gradient, of which the result refuses what it cannot vouch for

Automatic differentiation runs a function on Variables in place of arrays. Whatever these do not do as arrays do shows
in the value, so that the value is compared with f(p): one more evaluation. Where a number on the way stood at a kink,
at a tie or at a jump (`landscape.derivatives.kinks`), the derivative is compared with one-sided differences as well:
it must lie between those of either side. NaN is looked at again, carefully (`landscape.derivatives.careful`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from landscape.core.component import Array
from landscape.derivatives.automatic import INSTEAD, NotDifferentiable, lifted, plain, recorded
from landscape.derivatives.careful import carefully
from landscape.derivatives.kinks import watching
from landscape.derivatives.numerical import exact_steps

Function = Callable[[Any], Any]
Derive = Callable[[Function, Any], Array]

NEAR = 1e-9  # relative: two ways to the same number differ by rounding
ROUNDING = 1e-12  # the same, relative to the largest number on the way
# One-sided differences have errors of h f'' and eps f / h, about 1e-6 and 1e-10 of what is usual.
FIRST_STEP, SECOND_STEP = 1e-6, 1e-4
NEAREST_STEP = 1e-10  # what changes over so little jumps
SLACK, NEARNESS = 1e-4, 1e-2
ALIKE = 0.1  # how far differences of two lengths may be apart, where a gradient does not jump


class _Seen:
    """A function that remembers the first value it had."""

    __slots__ = ("__wrapped__", "value")

    def __init__(self, f: Function) -> None:
        self.__wrapped__, self.value = f, None

    def __call__(self, p: Any) -> Any:
        out = self.__wrapped__(p)
        if self.value is None:
            self.value = plain(lifted(out))
        return out


class Drawn:
    """A function that is known to give another value each time: its derivative is that of what it drew."""

    __slots__ = ("__wrapped__",)

    def __init__(self, f: Function) -> None:
        self.__wrapped__ = f

    def __call__(self, p: Any) -> Any:
        return self.__wrapped__(p)


def trusted(f: Function, derive: Derive, p: Array, check: Callable[[Function, Array, Array], Array]) -> Array:
    """derive(f, p), which check(f, p, result) looks over where f has a kink at p.

    NotDifferentiable where f does on Variables what it does not do on arrays.
    """
    if (
        isinstance(f, Drawn) or type(p) is not np.ndarray or p.dtype.kind != "f"
    ):  # imaginary steps, recording, or an outer differentiation
        return derive(f, p)
    seen = _Seen(f)
    try:
        with watching() as watch:
            result = derive(seen, p)
    except NotDifferentiable:
        raise
    except Exception as error:
        if _works(f, p) and not isinstance(error, WrongShape):
            raise NotDifferentiable(
                f"automatic differentiation does not go through this function ({_one_line(error)}): write it with "
                f"NumPy's functions, {INSTEAD}"
            ) from error
        raise
    _compare(f, p, seen.value)
    if result.dtype.kind == "c":
        raise NotDifferentiable(f"automatic differentiation does not go through complex numbers, {INSTEAD}")
    total = result.sum()
    if total != total:  # NaN, which is the one number that is not itself
        with carefully():
            again = derive(f, p)
        result = np.where(np.isnan(result), again, result)
    return check(f, p, result) if watch.met else result


class WrongShape(ValueError):
    """A function has values of another shape than it must."""


def _one_line(error: Exception) -> str:
    return str(error).partition("\n")[0][:120] or type(error).__name__


def _works(f: Function, p: Array) -> bool:
    """Whether f takes a point of numbers."""
    try:
        f(p.copy())
    except Exception:
        return False
    return True


def _compare(f: Function, p: Array, found: Any) -> None:
    """NotDifferentiable where the value found along with a derivative is not f(p)."""
    shown = p.view()
    shown.flags.writeable = False
    try:
        value = f(shown)
    except ValueError as error:
        if "read-only" not in str(error):
            raise
        raise NotDifferentiable(
            f"the function changes its own argument: write x = 2 * p in place of p *= 2, or begin with p = p.copy(), "
            f"{INSTEAD}"
        ) from error
    if isinstance(value, float) and isinstance(found, float) and value == found:
        return
    value, found = np.asarray(value), np.asarray(found)
    if value.dtype.kind not in "biuf" or found.dtype.kind not in "biuf":
        raise NotDifferentiable(f"automatic differentiation goes through real numbers only, {INSTEAD}")
    if _alike(value, found, 0.0):
        return
    again = np.asarray(f(shown))
    if value.shape == again.shape and not np.array_equal(value, again, equal_nan=True):
        raise NotDifferentiable(
            "two evaluations of the function at one point differ: it draws random numbers, or keeps a state; draw them "
            f"once, outside, {INSTEAD}"
        )
    _, tape = recorded(f, p)
    numbers = [np.abs(plain(node.primal)) for node in tape]
    largest = max((float(np.max(each[np.isfinite(each)], initial=0.0)) for each in numbers), default=0.0)
    if not _alike(value, found, ROUNDING * largest):
        raise NotDifferentiable(
            f"under automatic differentiation the function has another value, {_first(found, value)}: it does "
            f"something that Variables do not follow, such as changing arrays in place; write new ones, {INSTEAD}"
        )


def _alike(a: Any, b: Any, slack: float) -> bool:
    if a.shape != b.shape:
        return False
    with np.errstate(invalid="ignore"):
        near = np.abs(a - b) <= NEAR * np.maximum(np.abs(a), np.abs(b)) + slack
    return bool(np.all(near | (a == b) | (np.isnan(a) & np.isnan(b))))


def _first(found: Any, value: Any) -> str:
    if found.shape != value.shape:
        return f"of shape {found.shape} where f(p) has {value.shape}"
    at = np.unravel_index(np.argmax(np.abs(found - value)), value.shape)
    return f"{found[at]:.6g} where f(p) is {value[at]:.6g}"


def between(f: Function, p: Array, slope: Array, units: list[Array]) -> Array:
    """Slopes along units[i], each in slope[i], if each lies between its one-sided differences; or NotDifferentiable."""
    with np.errstate(all="ignore"):
        here = f(p)
        for row, unit in zip(slope, units, strict=True):
            left, right, step = _sides(f, p, here, unit, FIRST_STEP)
            slack = SLACK * (1e-3 + np.abs(left) + np.abs(right)) + 1e-14 * np.abs(here) / step
            inside = (row >= np.fmin(left, right) - slack) & (row <= np.fmax(left, right) + slack)
            known = np.isfinite(left) & np.isfinite(right) & np.isfinite(row)
            if not np.all(inside | ~known):
                raise NotDifferentiable(
                    f"at a kink, a tie or a branch for a single point, the slope {_worst(row, inside | ~known)} was "
                    f"found, which is not between those on either side; move the point a little, {INSTEAD}"
                )
    return slope


def _worst(row: Any, right: Any) -> str:
    return f"{np.ravel(row)[int(np.argmin(np.ravel(np.broadcast_to(right, np.shape(row)))))]:.6g}"


def mended(f: Function, slope: Function, p: Array, bend: Array, units: list[Array]) -> Array:
    """Changes of the gradient along units[i], each in bend[i], where the gradient has them; NaN where it jumps.

    f: p -> the value; slope: p -> the gradient. Where it changes alike on either side and not as the rules say (|x|^2
    at 0), its differences, extrapolated as in `landscape.derivatives.numerical.richardson`, are the answer. That is NaN
    where f itself bends otherwise, for the gradients around may stand at kinks of their own. Points of a batch that
    only lie near a kink keep what the rules say.
    """
    result = np.array(bend, dtype=np.float64)
    calm = np.ones(p.shape[1:], dtype=bool)
    with carefully():
        here = slope(p)
        for i, unit in enumerate(units):
            left, right, _ = _sides(slope, p, here, unit, SECOND_STEP)
            far_left, far_right, _ = _sides(slope, p, here, unit, 2.0 * SECOND_STEP)
            both = ((left + right) * 2.0 - (far_left + far_right) / 2.0) / 3.0
            scale = 1.0 + np.abs(left) + np.abs(right)
            steady = np.maximum(np.abs(left - far_left), np.abs(right - far_right)) <= ALIKE * scale
            smooth = steady & (np.abs(left - right) <= 10.0 * SLACK * scale)
            calm &= np.all(smooth, axis=0)
            slack = 10.0 * SLACK * scale
            inside = (result[i] >= np.minimum(left, right) - slack) & (result[i] <= np.maximum(left, right) + slack)
            near_left, near_right, near = _sides(slope, p, here, unit, NEAREST_STEP)
            jumps = np.maximum(np.abs(near_left), np.abs(near_right)) * near > SLACK * NEARNESS * (1.0 + np.abs(here))
            kept = np.where(steady, inside, ~jumps)
            result[i] = np.where(kept, result[i], np.where(smooth, both, np.nan))
        for weights in (np.ones(len(units)), (-0.7) ** np.arange(len(units))):
            along = np.tensordot(weights, np.array(units), 1)
            change = np.sum(along * np.tensordot(weights, result, 1), axis=0)
            left, right, step = _sides(f, p, f(p), along, 0.5 * SECOND_STEP)
            far_left, far_right, _ = _sides(f, p, f(p), along, SECOND_STEP)
            second = (4.0 * (right - left) - (far_right - far_left) / 2.0) / (3.0 * step)
            wrong = calm & (np.abs(change - second) > 10.0 * SLACK * (1.0 + np.abs(change) + np.abs(second)))
            result = np.where(wrong, np.nan, result)
    return result


def _sides(f: Function, p: Array, here: Any, unit: Array, relative: float) -> tuple[Any, Any, Any]:
    """(the difference quotient of f along a unit on the left, that on the right, the step (...))."""
    steps = np.max(exact_steps(p, relative), axis=0)
    move = steps * unit
    return (here - f(p - move)) / steps, (f(p + move) - here) / steps, steps
