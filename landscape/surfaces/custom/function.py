"""`ls.surface("function")`: Your own function, differentiated automatically."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, Literal

import numpy as np

from landscape.core.batches import PointFunctions, display_name
from landscape.core.component import Array, Count, FieldError, Real, owned
from landscape.core.critical_points import Completeness, CriticalPoint
from landscape.core.finder import find_critical_points
from landscape.core.surface import Surface, guard
from landscape.core.user_code import NotFound, called, found, remember
from landscape.derivatives import central, gradient, hessian, hvp
from landscape.derivatives.automatic import NotDifferentiable
from landscape.derivatives.trust import Drawn
from landscape.surfaces._registry import register

ALONE = 48  # random starts of the search for critical points where each evaluation is a call
MOST_COORDINATES = 100_000  # of each of which there is a pair of the window
SEARCH_SECONDS = 1.2  # seconds that this search may take, as pictures wait for it

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
    are searched from few starts: sum over the first axis alone, np.sum(..., axis=0), to have it take many. What it
    gives for points side by side is compared with what it gives for one alone, and where they differ each is evaluated
    alone.

    derivatives: how the gradient and the Hessian are found. "reverse" and "forward" differentiate exactly
    (`landscape.gradient`); "central", "richardson" and "complex-step" evaluate f nearby, and so take what cannot be
    differentiated: math.sin, interpolators, a simulation; with "none" there are none, for rules that ask for values
    alone. gradient_function: p (dim, ...) to (dim, ...), and
    hessian_function: p to (dim, dim, ...), where you have formulas of your own, functions too or where to find them;
    with a gradient alone, the Hessian is its central difference. window: one pair (lo, hi) for each coordinate or
    for all; title: how pictures call it. Critical points are searched in the window
    (`landscape.find_critical_points`); in more than two dimensions some may be missed.

    Source: Griewank and Walther 2008, "Evaluating derivatives", SIAM, for the differentiation.
    """

    function: str | Callable = WELLS  # type: ignore[type-arg]
    dim: Count = 2
    window: tuple[tuple[Real, Real], ...] | tuple[Real, Real] = (-2.0, 2.0)  # type: ignore[assignment]
    derivatives: Literal["reverse", "forward", "central", "richardson", "complex-step", "none"] = "reverse"
    gradient_function: str | Callable | None = None  # type: ignore[type-arg]
    hessian_function: str | Callable | None = None  # type: ignore[type-arg]
    title: str = ""

    formula = r"f(p) = \mathrm{function}(p)"
    partial = True

    def _check(self) -> None:
        given = {field: getattr(self, field) for field in ("function", "gradient_function", "hessian_function")}
        if given["function"] == WELLS_IN_0_1_0:
            given["function"] = WELLS
        functions = {field: self._found(field, each) for field, each in given.items() if each is not None}
        if "hessian_function" in functions and "gradient_function" not in functions:
            raise FieldError(self.name, "hessian_function", "needs a gradient_function beside it")
        if self.dim > MOST_COORDINATES:
            raise FieldError(self.name, "dim", f"must be at most {MOST_COORDINATES:,}, got {self.dim:,}")
        pairs: Any = self.window
        if len(pairs) == 2 and isinstance(pairs[0], float):
            pairs = (pairs,) * self.dim
        if len(pairs) != self.dim or any(lo >= hi for lo, hi in pairs):
            raise FieldError(self.name, "window", f"must have {self.dim} pairs (lo, hi), lo below hi, got {pairs}")
        named = {field: called(each) if callable(each) else each for field, each in given.items()}
        kept = {
            "window": pairs,
            "called": functions,
            "user_code": not all(map(owned, functions.values())),
            "differentiable": self.derivatives != "none" or "gradient_function" in functions,
        }
        for field, value in {**named, **kept}.items():
            object.__setattr__(self, field, value)
        for field, function in functions.items():
            remember(str(named[field]), function)
        self._guarded(**functions)

    def __eq__(self, other: object) -> bool:
        return Surface.__eq__(self, other) is True and self.called == other.called  # type: ignore[attr-defined]

    __hash__ = Surface.__hash__

    def _found(self, field: str, given: Any) -> Callable[[Any], Any]:
        if not isinstance(given, str):
            return given
        if given == WELLS:
            return wells
        if ":" not in given:
            raise FieldError(self.name, field, f'must be "module:function", got "{given}"')
        try:
            function = found(given)
        except NotFound as error:
            raise FieldError(self.name, field, str(error)) from None
        if not callable(function):
            raise FieldError(self.name, field, f'"{given}" is not a function')
        return function

    def _guarded(
        self,
        function: Callable[[Any], Any],
        gradient_function: Callable[[Any], Any] | None = None,
        hessian_function: Callable[[Any], Any] | None = None,
    ) -> None:
        """Have f and its derivatives evaluated as they can be: together, or each point alone."""
        given = gradient_function is not None
        product = self._along if self._exact and not given else None
        functions = (function, gradient_function or self._first, hessian_function or self._second)
        try:
            guard(self, PointFunctions(self._said, self.dim, functions, product), compare=given)
        except FieldError as error:
            cause = error.__cause__
            if given or not self._exact or cause is None or not error.field != "function":
                raise
            said = str(cause).strip().partition("\n")[0] or type(cause).__name__
            said = (
                said
                if isinstance(cause, NotDifferentiable)
                else f"its {error.field} {error.reason.partition(':')[0]}: {said}"
            )
            more = "" if "derivatives=" in said else '; or take derivatives="central"'
            raise FieldError(self._said, "function", f"cannot be differentiated: {said}{more}") from None

    @property
    def _said(self) -> str:
        """What warnings call it: its title, or the name of the function."""
        return self.title or display_name(self.called["function"])  # type: ignore[attr-defined]

    @property
    def _exact(self) -> bool:
        return self.derivatives in ("reverse", "forward")

    def _differentiated(self) -> Callable[[Any], Any]:
        """f as it is differentiated: differences take it as it can be evaluated, each point alone or many."""
        if not self._exact:
            return self._value
        function: Callable[[Any], Any] = self.called["function"]  # type: ignore[attr-defined]
        return function if self._point_functions.repeatable else Drawn(function)  # type: ignore[attr-defined]

    def _first(self, p: Any) -> Any:
        if self.derivatives == "none":
            return np.full(np.shape(p), np.nan)
        return gradient(self._differentiated(), self.derivatives)(p)

    def _second(self, p: Any) -> Any:
        if self.gradient_function is not None:
            return central(self._gradient)(p)
        if self.derivatives == "none":
            return np.full((self.dim, *np.shape(p)), np.nan)
        return hessian(self._differentiated(), self.derivatives)(p)

    def _along(self, p: Any, v: Any) -> Any:
        return hvp(self._differentiated(), self.derivatives)(p, v)

    @property
    def customary_start(self) -> Array:
        lows, highs = np.array(self.window).T
        return lows + np.resize([0.81, 0.87], self.dim) * (highs - lows)

    @property
    def completeness(self) -> Completeness:
        return "notable" if self.derivatives == "none" and self.gradient_function is None else "found"

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        if self.derivatives == "none" and self.gradient_function is None:
            return ()
        starts = None if self._point_functions.together else ALONE  # type: ignore[attr-defined]
        return find_critical_points(self, starts=starts, seconds=SEARCH_SECONDS)

    # what stands in for these is set when the function is known: `guard`

    def _value(self, p: Array) -> Array:
        raise NotImplementedError

    _gradient = _hessian = _value
