"""`ls.surface("expression")`: A surface from a formula as text, differentiated by SymPy."""

from __future__ import annotations

import ast
import dataclasses
import functools
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from landscape.core.component import Array, FieldError, Real
from landscape.core.critical_points import CriticalPoint
from landscape.core.elementary import absolute, largest, select, sign, smallest, stack
from landscape.core.extras import library
from landscape.core.finder import find_critical_points
from landscape.core.surface import Surface
from landscape.surfaces._registry import register
from landscape.surfaces.custom._formula import (
    BINARY,
    CONSTANTS,
    FUNCTIONS,
    HIGHEST_POWER,
    KINKED,
    checked_parameters,
    parsed,
    power_in,
    second_derivative_operations,
    uses,
    variables,
)

# Derivatives beyond these would take minutes, or leave the floats.
MOST_OPERATIONS = 150_000
LARGEST_COEFFICIENT = 1e300


@register("expression")
class Expression(Surface):
    """A surface from a formula as text, differentiated by SymPy.

    f(x, y, ...) = text.

    p: (dim, ...), one coordinate for each variable, in the order of their names (x, x1, x2, x10, y). text: the
    formula, of + - * / **, numbers, names, pi, e and functions: sqrt, exp, log, sin, cos, tan, sinh, cosh, tanh,
    arcsin, arccos, arctan, erf, abs, sign, max and min of two; parameters: values of names that are no variables;
    window: one pair (lo, hi) for each variable or for all; title: how pictures call it. In one and two dimensions
    the critical points are searched in the window (`landscape.find_critical_points`); in more, from random starts,
    so that some may be missed.

    Source: Meurer et al. 2017, "SymPy: symbolic computing in Python", PeerJ Computer Science 3:e103.
    """

    needs_library = "sympy"
    text: str = "x**2 - y**2 + y**4/4"
    parameters: dict = dataclasses.field(default_factory=dict)  # type: ignore[type-arg]
    window: tuple[tuple[Real, Real], ...] | tuple[Real, Real] = (-2.0, 2.0)  # type: ignore[assignment]
    title: str = ""

    formula = r"f(x, y, \ldots) = \mathrm{text}"

    def _check(self) -> None:
        try:
            values = checked_parameters(self.parameters)
        except ValueError as error:
            raise FieldError(self.name, "parameters", str(error)) from None
        try:
            tree = parsed(self.text)
            names = variables(tree, values)
        except ValueError as error:
            raise FieldError(self.name, "text", str(error)) from None
        pairs: Any = self.window
        if pairs and isinstance(pairs[0], float):
            pairs = (pairs,) * len(names)
        if len(pairs) != len(names):
            reason = f"must have one pair for each of {', '.join(names)}, got {len(pairs)}"
            raise FieldError(self.name, "window", reason)
        if any(lo >= hi for lo, hi in pairs):
            raise FieldError(self.name, "window", f"must have lo below hi in each pair, got {pairs}")
        for field, value in {"window": pairs, "dim": len(names), "parameters": values, "variables": names}.items():
            object.__setattr__(self, field, value)
        object.__setattr__(self, "traits", frozenset({"nonsmooth"} if uses(tree, KINKED) else ()))
        self._compiled  # noqa: B018  so that what cannot be differentiated is refused now

    @property
    def customary_start(self) -> Array:
        lows, highs = np.array(self.window).T
        return lows + np.resize([0.81, 0.87], self.dim) * (highs - lows)

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        return find_critical_points(self)

    @functools.cached_property
    def _compiled(self) -> tuple[Callable[[Any], Any], Callable[[Any], Any], Callable[[Any], Any]]:
        """Value, gradient and Hessian as functions of p that return a list of entries."""
        return compiled(self.text, self.parameters, self.variables)  # type: ignore[attr-defined]

    def _value(self, p: Array) -> Array:
        return self._filled(self._compiled[0], p, ())

    def _gradient(self, p: Array) -> Array:
        return self._filled(self._compiled[1], p, (self.dim,))

    def _hessian(self, p: Array) -> Array:
        return self._filled(self._compiled[2], p, (self.dim, self.dim))

    def _filled(self, function: Callable[[Any], Any], p: Array, shape: tuple[int, ...]) -> Array:
        """The entries, constants among them, each in the shape of a coordinate: (*shape, ...)."""
        entries = function(list(p))
        if not isinstance(p, np.ndarray):  # being differentiated
            return stack(*(entry + 0.0 * p[0] for entry in entries)).reshape((*shape, *p.shape[1:]))
        filled = np.empty((len(entries), *p.shape[1:]), dtype=p.dtype)
        for row, entry in enumerate(entries):
            filled[row] = entry
        return filled.reshape((*shape, *p.shape[1:]))[()]


def compiled(text: str, parameters: Mapping[str, float], names: tuple[str, ...]) -> Any:
    """(value, gradient, Hessian) of a formula as functions of a list of coordinates that return a list of entries."""
    sympy = _sympy()
    tree = parsed(text)
    operations = second_derivative_operations(tree, names)
    if operations > MOST_OPERATIONS:
        reason = f"has second derivatives of some {operations:,.0f} operations; {MOST_OPERATIONS:,} are the most"
        raise FieldError("expression", "text", reason)
    # not said to be real, for SymPy would then write sqrt(x**2) as |x|, and differentiate it to a delta function
    symbols = [sympy.Symbol(name) for name in names]
    known = dict(zip(names, symbols, strict=True)) | {
        name: sympy.Float(value, 17) for name, value in (CONSTANTS | dict(parameters)).items()
    }
    value = _translated(tree, known, sympy)
    slopes = [value.diff(x) for x in symbols]
    lower = {(i, j): slopes[i].diff(symbols[j]) for i in range(len(names)) for j in range(i + 1)}
    curvatures = [lower[max(i, j), min(i, j)] for i in range(len(names)) for j in range(len(names))]
    numbers = {number for entry in (value, *slopes, *curvatures) for number in entry.atoms(sympy.Float, sympy.Rational)}
    if any(abs(number) > LARGEST_COEFFICIENT for number in numbers):
        raise FieldError("expression", "text", f"has a number beyond {LARGEST_COEFFICIENT:g} in it or its derivatives")
    bad = (sympy.zoo, sympy.nan, sympy.oo, -sympy.oo, sympy.I)
    if any(entry.has(*bad) for entry in (value, *slopes, *curvatures)):
        raise FieldError("expression", "text", "divides by zero, or is not real")
    return tuple(_lambdified(entries, symbols, sympy) for entries in ([value], slopes, curvatures))


def _translated(part: Any, known: Mapping[str, Any], sympy: Any) -> Any:
    match part:
        case ast.BinOp(left, ast.Pow(), right):
            power, base = power_in(right), _translated(left, known, sympy)
            if power is None:
                exponent = _translated(right, known, sympy)
                if not exponent.is_Number:
                    return sympy.exp(exponent * _applied("log", [base], sympy))
                power = float(exponent)
                if not abs(power) <= HIGHEST_POWER:
                    raise FieldError("expression", "text", f"has a power of {power:g}, beyond {HIGHEST_POWER}")
            if base.is_Number:
                return _applied("power", [base, sympy.Float(power)], sympy)
            return base ** (sympy.Integer(int(power)) if power == int(power) else sympy.nsimplify(power))
        case ast.BinOp(left, operator, right):
            return BINARY[type(operator)][1](_translated(left, known, sympy), _translated(right, known, sympy))
        case ast.UnaryOp(operator, operand):
            inner = _translated(operand, known, sympy)
            return -inner if isinstance(operator, ast.USub) else inner
        case ast.Call(ast.Name(name), arguments):
            return _applied(FUNCTIONS[name], [_translated(argument, known, sympy) for argument in arguments], sympy)
        case ast.Constant(value):
            return sympy.Integer(value) if isinstance(value, int) else sympy.Float(repr(value), 17)
        case ast.Name(name):
            return known[name]
    raise AssertionError("parsed() lets nothing else through")


def _applied(function: str, arguments: list[Any], sympy: Any) -> Any:
    """A function of SymPy's or of ours; of numbers, at once and in floats, for SymPy would take exp(10**50) on."""
    if all(argument.is_Number for argument in arguments):
        plain = _own() | {"asin": np.arcsin, "acos": np.arccos, "atan": np.arctan}
        with np.errstate(all="ignore"):
            return _number((plain.get(function) or getattr(np, function))(*map(float, arguments)), sympy)
    return (_branches().get(function) or getattr(sympy, function))(*arguments)


def _number(value: float, sympy: Any) -> Any:
    if not abs(value) <= LARGEST_COEFFICIENT:
        raise FieldError("expression", "text", f"divides by zero, is not real, or is beyond {LARGEST_COEFFICIENT:g}")
    return sympy.Float(repr(float(value)), 17)


def _own() -> dict[str, Callable[..., Any]]:
    """Functions in numbers and arrays that NumPy has not, or has without a complex step."""
    return {
        "whole_power": whole_power,
        "Absolute": absolute,
        "Side": _side,
        "Sign": sign,
        "Select": select,
        "Larger": largest,
        "Smaller": smallest,
        "erf": _erf,
    }


def _lambdified(entries: list[Any], symbols: list[Any], sympy: Any) -> Callable[[Any], Any]:
    class Printer(library("sympy.printing.numpy").NumPyPrinter):  # type: ignore[misc]
        """Whole powers as products, which are the same to the last bit for numbers and arrays."""

        def _print_Pow(self, expr: Any, rational: bool = False) -> str:  # noqa: N802
            base, power = expr.as_base_exp()
            if power.is_Integer and abs(power) <= HIGHEST_POWER * HIGHEST_POWER:
                return f"whole_power({self._print(base)}, {int(power)})"
            return str(super()._print_Pow(expr, rational=rational))

        def _print_Integer(self, expr: Any) -> str:  # noqa: N802
            return str(expr) if abs(expr) < 2**53 else repr(float(expr))

    numeric = [sympy.Float(entry, 17) if entry.is_Number else entry for entry in entries]
    settings = {"fully_qualified_modules": False, "inline": True, "allow_unknown_functions": True}
    function: Callable[[Any], Any] = sympy.lambdify(
        [symbols], numeric, modules=[_own(), "numpy"], printer=Printer(settings), cse=True
    )
    return function


def whole_power(x: Any, n: int) -> Any:
    """x^n by repeated squaring, for a whole n of any sign."""
    if n < 0:
        return 1.0 / whole_power(x, -n)
    result = None
    while n:
        if n & 1:
            result = x if result is None else result * x
        x = x * x
        n >>= 1
    return 1.0 if result is None else result


def _side(x: Any) -> Any:
    return select(x, 1.0, -1.0)


def _erf(x: Any) -> Any:
    from scipy.special import erf

    return erf(x)


@functools.cache
def _branches() -> dict[str, Any]:
    """Functions with branches for SymPy, with the derivatives that those of `landscape.core.elementary` have.

    |x| has the slope 1 at 0, max and min that of their first argument where both are equal, and none of them, nor sign,
    a second derivative of its own.
    """
    sympy = _sympy()

    class Side(sympy.Function):  # type: ignore[misc, name-defined]
        is_real = True

        def fdiff(self, argindex: int = 1) -> Any:
            return sympy.S.Zero

    class Sign(Side):
        pass

    class Absolute(sympy.Function):  # type: ignore[misc, name-defined]
        is_real = True

        def fdiff(self, argindex: int = 1) -> Any:
            return Side(self.args[0])

    class Select(sympy.Function):  # type: ignore[misc, name-defined]
        is_real = True

        def _eval_derivative(self, x: Any) -> Any:
            choice, positive, negative = self.args
            slopes = positive.diff(x), negative.diff(x)
            return Select(choice, *slopes) if any(slopes) else sympy.S.Zero

    class Larger(sympy.Function):  # type: ignore[misc, name-defined]
        is_real = True

        def _eval_derivative(self, x: Any) -> Any:
            a, b = self.args
            return Select(a - b, a, b).diff(x)

    class Smaller(sympy.Function):  # type: ignore[misc, name-defined]
        is_real = True

        def _eval_derivative(self, x: Any) -> Any:
            a, b = self.args
            return Select(b - a, a, b).diff(x)

    return {"Absolute": Absolute, "Sign": Sign, "Larger": Larger, "Smaller": Smaller}


def _sympy() -> Any:
    return library("sympy", "a surface from an expression")
