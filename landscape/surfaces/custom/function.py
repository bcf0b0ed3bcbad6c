"""`ls.surface("function")`: Your own function, differentiated automatically."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from landscape.core.component import Array, Count, FieldError, Real
from landscape.core.critical_points import CriticalPoint
from landscape.core.finder import find_critical_points
from landscape.core.surface import Surface
from landscape.core.user_code import NotFound, called, found, remember
from landscape.derivatives import gradient, hessian
from landscape.derivatives.automatic import NotDifferentiable
from landscape.surfaces._registry import register

ALONE = 48  # random starts of the search for critical points where each evaluation is a call


WELLS = f"{__name__}:wells"
WELLS_IN_0_1_0 = "landscape.surfaces.function:wells"  # where records of that version say that it is


def wells(p: Array) -> Array:
    """Two wells and a ripple, as an example: p (2, ...) -> (...)."""
    x, y = p
    value: Array = (x**2 - 1.0) ** 2 / 4.0 + y**2 / 2.0 + 0.1 * np.sin(3.0 * x * y)
    return value


@register("function")
class Function(Surface):
    """Your own function, differentiated automatically.

    f(p) = function(p).

    p: (dim, ...). function: a Python function of a NumPy array p (dim, ...) that returns (...), or where to find it, as
    "module:function"; modules are also looked for in the working folder, and beside the scenario that names them. One
    that only takes a point (dim,) is called for each point, which is a hundred times as slow, and its critical points
    are searched from few starts: sum over the first axis alone, np.sum(..., axis=0), to have it take many. Gradient and
    Hessian are exact, by `landscape.gradient(f, method="reverse")`. window: one pair (lo, hi) for each coordinate or
    for all; title: how pictures call it. Critical points are searched in the window
    (`landscape.find_critical_points`); in more than two dimensions some may be missed.

    Source: Griewank and Walther 2008, "Evaluating derivatives", SIAM, for the differentiation.
    """

    function: str | Callable = WELLS  # type: ignore[type-arg]
    dim: Count = 2
    window: tuple[tuple[Real, Real], ...] | tuple[Real, Real] = (-2.0, 2.0)  # type: ignore[assignment]
    title: str = ""

    formula = r"f(p) = \mathrm{function}(p)"

    def _check(self) -> None:
        given: Any = WELLS if self.function == WELLS_IN_0_1_0 else self.function
        function = wells if given == WELLS else self._found(given) if isinstance(given, str) else given
        name = given if isinstance(given, str) else called(given)
        pairs: Any = self.window
        if len(pairs) == 2 and isinstance(pairs[0], float):
            pairs = (pairs,) * self.dim
        if len(pairs) != self.dim or any(lo >= hi for lo, hi in pairs):
            raise FieldError(self.name, "window", f"must have {self.dim} pairs (lo, hi), lo below hi, got {pairs}")
        for field, value in {"function": name, "window": pairs, "called": function}.items():
            object.__setattr__(self, field, value)
        remember(name, function)
        object.__setattr__(self, "_batched", self._probed())

    def __eq__(self, other: object) -> bool:
        return Surface.__eq__(self, other) is True and self.called is other.called  # type: ignore[attr-defined]

    __hash__ = Surface.__hash__

    def _found(self, path: str) -> Callable[[Any], Any]:
        if ":" not in path:
            raise FieldError(self.name, "function", f'must be "module:function", got "{path}"')
        try:
            function = found(path)
        except NotFound as error:
            raise FieldError(self.name, "function", str(error)) from None
        if not callable(function):
            raise FieldError(self.name, "function", f'"{path}" is not a function')
        return function

    def _probed(self) -> bool:
        """Whether the function takes points (dim, ...) at once. FieldError where it takes not even one."""
        lows, highs = np.array(self.window).T
        points = lows[:, None] + (highs - lows)[:, None] * np.resize([0.31, 0.52, 0.77, 0.43, 0.68], (self.dim, 2))
        with np.errstate(all="ignore"):
            alone = [self._tried(points[:, i]) for i in range(2)]
            try:
                both = np.asarray(self.called(points))  # type: ignore[attr-defined]
                return both.shape == (2,) and bool(np.allclose(both, alone, equal_nan=True))
            except Exception:
                return False

    def _tried(self, point: Array) -> float:
        try:
            value = self.called(point)  # type: ignore[attr-defined]
        except (Exception, SystemExit) as error:
            said = "it ends Python" if isinstance(error, SystemExit) else str(error)
            raise FieldError(self.name, "function", f"fails at {point.tolist()}: {said}") from error
        if np.shape(value) != () or np.asarray(value).dtype.kind not in "biuf":
            reason = f"must return one number for a point of shape ({self.dim},), got {type(value).__name__} of shape "
            raise FieldError(self.name, "function", f"{reason}{np.shape(value)}")
        try:
            gradient(self.called, "reverse")(point)  # type: ignore[attr-defined]
        except NotDifferentiable as error:
            raise FieldError(self.name, "function", f"cannot be differentiated: {error}") from None
        return float(value)

    @property
    def customary_start(self) -> Array:
        lows, highs = np.array(self.window).T
        return lows + np.resize([0.81, 0.87], self.dim) * (highs - lows)

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        return find_critical_points(self, starts=None if self._batched else ALONE)  # type: ignore[attr-defined]

    def _value(self, p: Array) -> Array:
        return self._each(self.called, p)  # type: ignore[attr-defined]

    def _gradient(self, p: Array) -> Array:
        return self._each(gradient(self.called, "reverse"), p)  # type: ignore[attr-defined]

    def _hessian(self, p: Array) -> Array:
        return self._each(hessian(self.called, "reverse"), p)  # type: ignore[attr-defined]

    def _each(self, function: Callable[[Any], Any], p: Array) -> Array:
        """function(p), for all points at once where the function allows it, else point by point."""
        if self._batched or p.ndim == 1:  # type: ignore[attr-defined]
            result: Array = np.asarray(function(p)) if isinstance(p, np.ndarray) else function(p)
            return result
        columns = p.reshape(self.dim, -1)
        results = [function(columns[:, i]) for i in range(columns.shape[1])]
        stacked = np.stack(results, axis=-1) if results else np.empty((*p.shape[:0], 0))
        return stacked.reshape(*stacked.shape[:-1], *p.shape[1:])
