"""Call a user's code with many points at once where it then gives what it gives for each of them alone.

    functions = PointFunctions("my surface", 2, (value, gradient, hessian))
    functions.probe(probes(window))
    functions(0, p)                         # the value at p (dim, ...), whatever the code was written for

Code that was written for one point often takes many without a word, and is wrong: `np.max(r) > 6` then asks about all
of them. So it is tried with points alone and side by side before it is used, and compared again and again after that;
where the two differ, each point is evaluated alone from then on.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from landscape.core.component import Array, Component, FieldError, field_hints, owned

GRID = 256  # points in a batch of which some are always evaluated alone as well
MIXES = (
    "gives another value for a point beside others than for the point alone, so that it is called for each point, "
    "which is slower. Sum over coordinates alone, np.sum(..., axis=0), and choose by np.where to have it called once"
)
VARIES = (
    "two evaluations at one point differ, as it draws random numbers or keeps something from call to call: its runs "
    "cannot be repeated by their seed. `landscape show finite_sum` is a loss of mini-batches"
)
NAMES = ("function", "gradient", "hessian")  # by rank
INSIDE = 4  # of the points that are tried, how many lie inside of the window


# What an error says -> what to write instead.
_ROWS = "points are columns: p has shape (dim,), or (dim, n) with coordinates first; write lambda p: f(p.T) around rows"
ADVICE = {
    "read-only": "it changes its argument; write x = 2 * p, or x = p.copy() before x *= 2",
    "cannot assign to field": "a component keeps nothing in itself; a rule returns it as the state, (params, (v,))",
    "required positional argument": "it is given one array p of all coordinates; write lambda p: f(*p)",
    "can be converted": "it takes one number where it is given all coordinates; write p[0], p[1]",
    "too many indices": _ROWS,
    "out of bounds for array of dimension 1": _ROWS,
    "not enough values to unpack": "p has one entry for each coordinate; `dim` says how many",
    "too many values to unpack": "p has one entry for each coordinate; `dim` says how many",
}


class UserCodeWarning(UserWarning):
    """What a user should know of how their code is run."""


class Mixed(Exception):
    """Code gives something else for a point beside others than for the point alone."""


def components(component: Component) -> Iterator[Component]:
    """A component, and all that it holds in its fields."""
    yield component
    for field in field_hints(type(component)):
        held = getattr(component, field)
        for each in held if isinstance(held, tuple) else (held,):
            if isinstance(each, Component):
                yield from components(each)


def runs_user_code(component: Component | None) -> bool:
    """Whether a component, or one inside it, runs code that is not the library's."""
    if component is None:
        return False
    return any(not owned(type(each)) or each.user_code for each in components(component))


def display_name(function: Any) -> str:
    """What messages call a function, or an object that is called like one."""
    return str(getattr(function, "__name__", type(function).__name__))


def read_only(array: Array) -> Array:
    """A view that cannot be written to, so that a user's code does not change its argument."""
    view = array.view()
    view.flags.writeable = False
    return view


def explained(error: BaseException) -> str:
    """What an error in a user's code says, and what to write where it is a common slip."""
    text = str(error) or type(error).__name__
    for sign, advice in ADVICE.items():
        if sign in text:
            return f"{text}: {advice}"
    return text


def probes(window: Any) -> Array:
    """Points (dim, n) to try a function at: inside of a window, at two corners, and outside."""
    lows, highs = np.array(window, dtype=np.float64).T
    shares = np.resize([0.31, 0.52, 0.77, 0.43, 0.68], (len(lows), INSIDE))
    outside = np.array([0.0, 1.0, -0.7, 2.3, 9.1])
    beyond = np.broadcast_to(outside, (len(lows), len(outside))) + 0.013 * np.arange(len(lows))[:, None]
    beyond = np.where(outside == np.clip(outside, 0.0, 1.0), outside, beyond)
    return lows[:, None] + (highs - lows)[:, None] * np.concatenate([shares, beyond], axis=1)


def agree(alone: Any, beside: Any, scale: float = 0.0) -> bool:
    """Whether two results are the same but for rounding, of numbers of about `scale`."""
    return bool(np.allclose(alone, beside, rtol=1e-6, atol=1e-9 * scale, equal_nan=True))


class PointFunctions:
    """Functions of points: functions[rank] takes p (dim, ...) to (dim, ..., dim, ...) with `rank` times dim.

    product: p, v (dim, ...) to the derivative of functions[1] along v; the Hessian times v where left out. `together`
    says whether they take many points at once; `repeatable`, whether they give the same twice.
    """

    def __init__(
        self,
        owner: str,
        dim: int,
        functions: Sequence[Callable[[Any], Any]],
        product: Callable[[Any, Any], Any] | None = None,
    ) -> None:
        self.owner, self.dim, self.functions, self._product = owner, dim, tuple(functions), product
        self.together = self.repeatable = True
        self._columns = False  # whether they take points as columns (dim, 1) alone
        self._calls = 0
        self._carries: bool | None = None  # whether the gradient carries complex numbers through
        self._inside = np.empty((dim, 0))
        self._scales = [0.0] * len(self.functions)

    def __call__(self, rank: int, p: Any) -> Any:
        """functions[rank](p), for all points at once where that is right, else one by one."""
        function = self.functions[rank]
        if not isinstance(p, np.ndarray) or p.dtype.kind not in "fc":
            # being differentiated, or recorded
            return function(p) if self.together or len(p.shape) == 1 else self._one_by_one(function, p)
        with np.errstate(all="ignore"):  # what is no number is a result
            return self._evaluated(rank, p)

    def _evaluated(self, rank: int, p: Array) -> Array:
        if rank == 1 and p.dtype.kind == "c" and len(self.functions) > 2:
            return self._complex(p)
        if p.ndim == 1:
            return self._said(rank, p)
        if p.size == 0:
            return np.zeros((*(self.dim,) * rank, *p.shape[1:]))
        if self.together:
            try:
                return self._beside(rank, p)
            except Mixed:
                self.part(MIXES)
        return np.asarray(self._one_by_one(lambda point: self._said(rank, point), p))

    def _said(self, rank: int, point: Array) -> Array:
        """The result for one point; an error in the user's code says where."""
        try:
            return self._alone(rank, point)
        except FieldError:
            raise
        except Exception as error:
            reason = f"fails at {point.tolist()}: {explained(error)}"
            raise FieldError(self.owner, NAMES[rank], reason) from error

    def part(self, reason: str = "") -> None:
        """Evaluate each point alone from now on, and say why."""
        self.together = False
        if reason:
            warnings.warn(f"{self.owner}: {reason}", UserCodeWarning, stacklevel=4)

    def probe(self, points: Array) -> None:
        """Find out how the functions may be called, from points (dim, n), the first of them inside of the window.

        FieldError where they fail at a point inside alone.
        """
        self._inside = points[:, :INSIDE]
        with np.errstate(all="ignore"):
            for rank in range(len(self.functions)):
                alone = [self._tried(rank, point, inside=i < INSIDE) for i, point in enumerate(points.T)]
                known = [i for i, each in enumerate(alone) if each is not None]
                stacked = np.stack([each for each in alone if each is not None], axis=-1)
                sizes = np.abs(stacked[np.isfinite(stacked)])
                self._scales[rank] = float(np.median(sizes)) if sizes.size else 0.0
                if not agree(alone[0], self._alone(rank, points[:, 0]), self._scales[rank]):
                    self.repeatable = False
                    self.part(VARIES)
                    return
                if self.together:
                    self.together = self._takes(rank, points[:, known], stacked)

    def compare(self, points: Array) -> None:
        """Say where the gradient or the Hessian is not what differences give, at the first of points (dim, n)."""
        with np.errstate(all="ignore"):
            self._compare(points)

    def _compare(self, points: Array) -> None:
        inside = points[:, : INSIDE - 1]
        steps = 1e-5 * np.maximum(1.0, np.abs(inside))
        for rank in (1, 2):
            given = self(rank, inside)
            differences = np.empty_like(given)
            for i in range(self.dim):
                step = np.zeros_like(inside)
                step[i] = steps[i]
                differences[i] = (self(rank - 1, inside + step) - self(rank - 1, inside - step)) / (2.0 * steps[i])
            close = np.isclose(given, differences, rtol=1e-3, atol=1e-5 * (1.0 + self._scales[rank]))
            off = np.flatnonzero(~close.reshape(-1, inside.shape[1]).all(axis=0))
            if len(off) > 1:  # one point may lie at a kink
                point, said, found = (each[..., off[0]].tolist() for each in (inside, given, differences))
                text = f"the {NAMES[rank]} at {point} is {said}, and by differences {found}"
                warnings.warn(f"{self.owner}: {text}", UserCodeWarning, stacklevel=3)
                return

    def _takes(self, rank: int, points: Array, alone: Array) -> bool:
        """Whether a function gives for points (dim, n), side by side, what it gave for each alone."""
        surprising = False
        for chosen in (np.arange(INSIDE), np.resize(np.arange(INSIDE), self.dim), slice(None)):
            columns = points[:, chosen]
            try:
                given = np.asarray(self.functions[rank](read_only(columns)))
                beside = self._shaped(rank, given, columns.shape[1])
            except (Exception, SystemExit):  # whatever it is, it works for points alone
                return False
            if not agree(alone[..., chosen], beside, self._scales[rank]):
                self.part(MIXES if surprising or given.shape == beside.shape else "")  # a sum over all is no surprise
                return False
            surprising = True
        return True

    def _tried(self, rank: int, point: Array, inside: bool) -> Array | None:
        """The result for one point alone; None where it fails outside of the window."""
        try:
            return self._alone(rank, point, strictly=inside)
        except (Exception, SystemExit) as error:
            if not inside:
                return None
            if not self._columns and self._in_columns(rank, point):
                self._columns = True
                return self._alone(rank, point)
            if isinstance(error, FieldError):
                raise
            said = "it ends Python" if isinstance(error, SystemExit) else explained(error)
            raise FieldError(self.owner, NAMES[rank], f"fails at {point.tolist()}: {said}") from error

    def _in_columns(self, rank: int, point: Array) -> bool:
        try:
            self._shaped(rank, self.functions[rank](read_only(point[:, None])), 1)
        except (Exception, SystemExit):
            return False
        return True

    def _alone(self, rank: int, point: Array, strictly: bool = False) -> Array:
        """The result for one point (dim,); nan where the mathematics of plain Python says that there is no real one."""
        lead = (self.dim,) * rank
        try:
            if self._columns:
                return self._shaped(rank, self.functions[rank](read_only(point[:, None])), 1)[..., 0]
            result = self.functions[rank](read_only(point))
        except (ZeroDivisionError, OverflowError):
            return np.full(lead, np.nan)
        except ValueError as error:
            if str(error).startswith(("math domain error", "math range error", "expected a ")):
                return np.full(lead, np.nan)
            raise
        array = np.asarray(result)
        if array.shape != lead or array.dtype.kind not in "biufc":
            wanted = "one number" if not rank else f"numbers of shape {lead}"
            got = f"{type(result).__name__} of shape {array.shape}"
            more = (
                "; a function of a number takes p[0]: lambda p: f(p[0])" if array.shape == (1,) == point.shape else ""
            )
            reason = f"must return {wanted} for a point of shape ({self.dim},), got {got}{more}"
            raise FieldError(self.owner, NAMES[rank], reason)
        if array.dtype.kind == "c" and point.dtype.kind != "c":
            if strictly:
                raise FieldError(self.owner, NAMES[rank], f"must return real numbers, got {array.tolist()}")
            return np.full(lead, np.nan)
        return array.astype(np.float64) if array.dtype.kind in "biu" else array

    def _beside(self, rank: int, p: Array) -> Array:
        """The result for many points at once. Mixed where it is not that for each alone, so far as is looked."""
        columns = p.reshape(self.dim, -1)
        count = columns.shape[1]
        try:
            given = np.asarray(self.functions[rank](read_only(columns)))
        except Exception:
            raise Mixed from None  # the error is raised again for the point that it comes from
        result = self._shaped(rank, given, count, "biufc" if p.dtype.kind == "c" else "biuf")
        self._calls += 1
        if p.dtype.kind == "f" and count > 1:
            often = count >= GRID or given.shape != result.shape
            looked = 4 if often else self._calls & (self._calls - 1) == 0
            for number in range(int(looked)):
                column = (self._calls * 2654435761 + number * 40503) % count
                if not agree(self._alone(rank, columns[:, column]), result[..., column], self._scales[rank]):
                    raise Mixed
        return result.reshape(*(self.dim,) * rank, *p.shape[1:])

    def _shaped(self, rank: int, result: Any, count: int, kinds: str = "biuf") -> Array:
        """What a function returned for `count` points, with a constant repeated for each. Mixed for another shape."""
        array, lead = np.asarray(result), (self.dim,) * rank
        if array.dtype.kind not in kinds:
            raise Mixed
        if array.shape != (*lead, count):
            if array.shape != lead:
                raise Mixed
            array = np.broadcast_to(array[..., None], (*lead, count))
        return array.astype(np.float64) if array.dtype.kind in "biu" else array

    def _one_by_one(self, function: Callable[[Any], Any], p: Any) -> Any:
        """The results for each point of p (dim, ...), of which there is one or more."""
        columns = p.reshape(self.dim, -1)
        results: Any = np.stack([function(columns[:, i]) for i in range(columns.shape[1])], axis=-1)
        return results.reshape(*results.shape[:-1], *p.shape[1:])

    def _complex(self, p: Array) -> Array:
        """The gradient at a complex point, to first order: it may not be made to carry complex numbers through."""
        real, imaginary = p.real.copy(), p.imag.copy()
        if self._product is None and self._carries_complex():
            return self._beside(1, p) if self.together else np.asarray(self._one_by_one(self._raw, p))
        if self._product is None:
            change = np.einsum("ij...,j...->i...", self(2, real), imaginary)
        elif self.together or p.ndim == 1:
            change = self._product(real, imaginary)
        else:
            both = np.stack([real, imaginary]).reshape(2, self.dim, -1)
            change = np.stack([self._product(*both[..., i]) for i in range(both.shape[-1])], axis=-1).reshape(p.shape)
        return np.asarray(self(1, real)) + 1j * change

    def _raw(self, p: Any) -> Any:
        return np.asarray(self.functions[1](p))

    def _carries_complex(self) -> bool:
        """Whether the gradient takes an imaginary step to its change, as far as differences can tell."""
        if self._carries is None:
            try:
                for p in self._inside.T:
                    step = 1e-6 * np.maximum(1.0, np.abs(p))
                    change = (self(1, p + step) - self(1, p - step)) / 2.0
                    found = self._raw(p + 1e-20j * step).imag / 1e-20
                    if not np.allclose(found, change, rtol=1e-4, atol=1e-9 * (1.0 + self._scales[1])):
                        raise Mixed
                self._carries = True
            except Exception:  # as the lines may do anything with what they were not written for
                self._carries = False
        return self._carries
