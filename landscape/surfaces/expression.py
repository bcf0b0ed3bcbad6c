"""Make a surface from a formula as text, with exact derivatives by SymPy.

    bowl = ls.from_expression("x**2 + a*y**2", a=10)
    bowl.gradient([1.0, 1.0])                           # [2, 20]

The text is data: it is parsed against a short list of what a formula may hold, and never evaluated as Python.
From a scenario: surface = { name = "expression", text = "x**2 + a*y**2", parameters = { a = 10 } }.
"""

from __future__ import annotations

import ast
import dataclasses
import functools
import importlib
import keyword
import math
import re
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from landscape.component import Array, FieldError, Real
from landscape.core import CriticalPoint, Surface, absolute, select, stack
from landscape.finder import find_critical_points
from landscape.surfaces._registry import register

# What a formula may be at most: more is a slip or an attack, and its derivatives would take minutes.
MOST_CHARACTERS = 2000
MOST_PARTS = 400
DEEPEST = 40
HIGHEST_POWER = 64
MOST_VARIABLES = 12
MOST_OPERATIONS = 20_000
LARGEST_NUMBER = 1e100

CONSTANTS = {"pi": math.pi, "e": math.e}
# the name in a formula -> SymPy's
FUNCTIONS = {
    "sqrt": "sqrt", "exp": "exp", "log": "log", "ln": "log", "sin": "sin", "cos": "cos", "tan": "tan", "sinh": "sinh",
    "cosh": "cosh", "tanh": "tanh", "asin": "asin", "acos": "acos", "atan": "atan", "arcsin": "asin",
    "arccos": "acos", "arctan": "atan", "abs": "absolute",
}  # fmt: skip
BINARY: dict[type[ast.operator], tuple[str, Callable[[Any, Any], Any]]] = {
    ast.Add: ("+", lambda a, b: a + b),
    ast.Sub: ("-", lambda a, b: a - b),
    ast.Mult: ("*", lambda a, b: a * b),
    ast.Div: ("/", lambda a, b: a / b),
}
_VARIABLE = re.compile(r"([A-Za-z_]+)(\d*)")


@register("expression")
class Expression(Surface):
    """A surface from a formula as text, differentiated by SymPy.

    f(x, y, ...) = text.

    p: (dim, ...), one coordinate for each variable, in the order of their names (x, x1, x2, x10, y). text: the formula;
    parameters: values of names that are no variables; window: one pair (lo, hi) for each variable or for all; title:
    how pictures call it. In one and two dimensions the critical points are searched in the window
    (`landscape.find_critical_points`); in more, from random starts, so that some may be missed.

    Source: Meurer et al. 2017, "SymPy: symbolic computing in Python", PeerJ Computer Science 3:e103.
    """

    text: str = "x**2 - y**2 + y**4/4"
    parameters: dict = dataclasses.field(default_factory=dict)  # type: ignore[type-arg]
    window: tuple[tuple[Real, Real], ...] | tuple[Real, Real] = (-2.0, 2.0)  # type: ignore[assignment]
    title: str = ""

    formula = r"f(x, y, \ldots) = \mathrm{text}"

    def _check(self) -> None:
        try:
            values = _parameters(self.parameters)
        except ValueError as error:
            raise FieldError(self.name, "parameters", str(error)) from None
        try:
            tree = parsed(self.text)
            names = variables(tree, values)
        except ValueError as error:
            raise FieldError(self.name, "text", str(error)) from None
        pairs: Any = self.window
        if isinstance(pairs[0], float):
            pairs = (pairs,) * len(names)
        if len(pairs) != len(names):
            reason = f"must have one pair for each of {', '.join(names)}, got {len(pairs)}"
            raise FieldError(self.name, "window", reason)
        if any(lo >= hi for lo, hi in pairs):
            raise FieldError(self.name, "window", f"must have lo below hi in each pair, got {pairs}")
        for field, value in {"window": pairs, "dim": len(names), "parameters": values, "variables": names}.items():
            object.__setattr__(self, field, value)
        object.__setattr__(self, "traits", frozenset({"nonsmooth"}) if _uses(tree, "abs") else frozenset())
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


def parsed(text: str) -> ast.expr:
    """The syntax tree of a formula, or ValueError where it holds anything that a formula may not."""
    if len(text) > MOST_CHARACTERS:
        raise ValueError(f"must be at most {MOST_CHARACTERS} characters long, got {len(text)}")
    if not text.strip() or not text.isprintable():
        raise ValueError("must be a formula in one line, such as x**2 + y**2")
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
        reason = getattr(error, "msg", None) or "it is nested too deeply"
        raise ValueError(f"is not a formula: {reason}") from None
    parts = 0
    level = [(tree, 1.0)]
    for _ in range(DEEPEST):
        parts += len(level)
        level = [(inner, degree * _degree(part)) for part, degree in level for inner in _inner(part)]
        if any(degree > HIGHEST_POWER for _, degree in level):
            raise ValueError(f"has powers of powers beyond {HIGHEST_POWER}")
        if not level:
            break
    if level:
        raise ValueError(f"is nested more than {DEEPEST} deep")
    if parts > MOST_PARTS:
        raise ValueError(f"must have at most {MOST_PARTS} parts, got {parts}")
    return tree


def _inner(part: Any) -> list[ast.expr]:
    """What a part is made of, or ValueError where it is none that a formula may have."""
    match part:
        case ast.BinOp(left, ast.Pow(), right):
            _power(right)
            return [left]
        case ast.BinOp(left, operator, right) if type(operator) in BINARY:
            return [left, right]
        case ast.UnaryOp(ast.UAdd() | ast.USub(), operand):
            return [operand]
        case ast.Call(ast.Name(name), [argument], []) if name in FUNCTIONS:
            return [argument]
        case ast.Call(ast.Name(name), _, _):
            if name in FUNCTIONS:
                raise ValueError(f"{name} takes one argument")
            raise ValueError(f'has no function "{name}". Functions: {", ".join(FUNCTIONS)}')
        case ast.Constant(value) if isinstance(value, (int, float)) and not isinstance(value, bool):
            if not abs(value) <= LARGEST_NUMBER:
                raise ValueError(f"holds a number beyond {LARGEST_NUMBER:g}")
            return []
        case ast.Name(name):
            if not _VARIABLE.fullmatch(name) or name.startswith("_") or len(name) > 32 or keyword.iskeyword(name):
                raise ValueError(f'has the name "{name[:40]}"; names are letters, then digits, at most 32')
            if name in FUNCTIONS:
                raise ValueError(f"needs an argument after {name}: {name}(x)")
            return []
    raise ValueError(f"may hold only + - * / **, numbers, names and functions, not {_called(part)}")


def _degree(part: ast.expr) -> float:
    """By how much a part raises the power of what it is made of."""
    return max(1.0, abs(_power(part.right))) if isinstance(part, ast.BinOp) and isinstance(part.op, ast.Pow) else 1.0


def _called(part: ast.AST) -> str:
    words = {
        "Attribute": "a dot", "Subscript": "brackets", "Lambda": "lambda", "Compare": "a comparison", "IfExp": "if",
        "BitXor": "^ (powers are **)", "BoolOp": "and, or", "JoinedStr": "text", "Constant": "text", "Starred": "stars",
    }  # fmt: skip
    kind = type(part.op).__name__ if isinstance(part, (ast.BinOp, ast.UnaryOp)) else type(part).__name__
    return words.get(kind, kind.lower())


def _power(part: Any) -> float:
    """The number in an exponent, or ValueError."""
    sign = 1.0
    for _ in range(DEEPEST):
        match part:
            case ast.UnaryOp(ast.USub(), operand):
                sign, part = -sign, operand
            case ast.UnaryOp(ast.UAdd(), operand):
                part = operand
            case ast.BinOp(ast.Constant(above), ast.Div(), ast.Constant(below)):
                if (a := _plain(above)) is not None and (b := _plain(below)):
                    return sign * a / b
                break
            case ast.Constant(value):
                if (number := _plain(value)) is not None:
                    return sign * number
                break
            case _:
                break
    raise ValueError(f"may have only numbers of at most {HIGHEST_POWER} as powers; write exp(b*log(a)) for a**b")


def _plain(value: object) -> float | None:
    """A number that may be a power, or None."""
    return float(value) if type(value) in (int, float) and abs(value) <= HIGHEST_POWER else None  # type: ignore[arg-type]


def variables(tree: ast.expr, parameters: Mapping[str, float]) -> tuple[str, ...]:
    """The names in a formula that are no parameters and no constants, in natural order."""
    names = {part.id for part in ast.walk(tree) if isinstance(part, ast.Name)} - set(FUNCTIONS)
    unused = sorted(set(parameters) - names)
    if unused:
        raise ValueError(f'does not hold the parameter "{unused[0]}"')
    free = names - set(parameters) - set(CONSTANTS)
    if not 1 <= len(free) <= MOST_VARIABLES:
        raise ValueError(f"must hold 1 to {MOST_VARIABLES} variables, got {len(free)}")
    split = {name: re.fullmatch(r"(.*?)(\d*)", name).groups() for name in free}  # type: ignore[union-attr]
    return tuple(sorted(free, key=lambda name: (split[name][0], int(split[name][1] or -1))))


def _parameters(given: Mapping[str, Any]) -> dict[str, float]:
    for name, value in given.items():
        number = float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else math.nan
        if not abs(number) <= LARGEST_NUMBER:
            raise ValueError(f'must be numbers up to {LARGEST_NUMBER:g}, got {str(value)[:40]} for "{name}"')
        if name in CONSTANTS or name in FUNCTIONS:
            raise ValueError(f'must not be called "{name}", which has a meaning of its own')
    return {name: float(value) for name, value in given.items()}


def _uses(tree: ast.expr, function: str) -> bool:
    return any(isinstance(part, ast.Name) and part.id == function for part in ast.walk(tree))


def compiled(text: str, parameters: Mapping[str, float], names: tuple[str, ...]) -> Any:
    """(value, gradient, Hessian) of a formula as functions of a list of coordinates that return a list of entries."""
    sympy = _sympy()
    symbols = [sympy.Symbol(name, real=True) for name in names]
    known = dict(zip(names, symbols, strict=True)) | {
        name: sympy.Float(value, 17) for name, value in (CONSTANTS | dict(parameters)).items()
    }
    value = _translated(parsed(text), known, sympy)
    slopes = [value.diff(x) for x in symbols]
    lower = {(i, j): slopes[i].diff(symbols[j]) for i in range(len(names)) for j in range(i + 1)}
    bends = [lower[max(i, j), min(i, j)] for i in range(len(names)) for j in range(len(names))]
    operations = sum(int(entry.count_ops()) for entry in lower.values())
    if operations > MOST_OPERATIONS:
        raise FieldError("expression", "text", f"has second derivatives of {operations:,} operations, too many")
    bad = (sympy.zoo, sympy.nan, sympy.oo, -sympy.oo, sympy.I)
    if any(entry.has(*bad) for entry in (value, *slopes, *bends)):
        raise FieldError("expression", "text", "divides by zero, or is not real")
    return tuple(_lambdified(entries, symbols, sympy) for entries in ([value], slopes, bends))


def _translated(part: Any, known: Mapping[str, Any], sympy: Any) -> Any:
    match part:
        case ast.BinOp(left, ast.Pow(), right):
            power = _power(right)
            exponent = sympy.Integer(int(power)) if power == int(power) else sympy.nsimplify(power)
            return _translated(left, known, sympy) ** exponent
        case ast.BinOp(left, operator, right):
            return BINARY[type(operator)][1](_translated(left, known, sympy), _translated(right, known, sympy))
        case ast.UnaryOp(operator, operand):
            inner = _translated(operand, known, sympy)
            return -inner if isinstance(operator, ast.USub) else inner
        case ast.Call(ast.Name(name), [argument]):
            function = _absolute() if name == "abs" else getattr(sympy, FUNCTIONS[name])
            return function(_translated(argument, known, sympy))
        case ast.Constant(value):
            return sympy.Integer(value) if isinstance(value, int) else sympy.Float(repr(value), 17)
        case ast.Name(name):
            return known[name]
    raise AssertionError("parsed() lets nothing else through")


def _lambdified(entries: list[Any], symbols: list[Any], sympy: Any) -> Callable[[Any], Any]:
    from sympy.printing.numpy import NumPyPrinter

    class Printer(NumPyPrinter):  # type: ignore[misc]
        """Whole powers as products, which are the same to the last bit for numbers and arrays."""

        def _print_Pow(self, expr: Any, rational: bool = False) -> str:  # noqa: N802
            base, power = expr.as_base_exp()
            if power.is_Integer and abs(power) <= HIGHEST_POWER * HIGHEST_POWER:
                return f"whole_power({self._print(base)}, {int(power)})"
            return str(super()._print_Pow(expr, rational=rational))

    modules = [{"whole_power": whole_power, "Absolute": absolute, "Sign": _sign}, "numpy"]
    numeric = [entry.evalf(17) if entry.is_number else entry for entry in entries]
    settings = {"fully_qualified_modules": False, "inline": True, "allow_unknown_functions": True}
    function: Callable[[Any], Any] = sympy.lambdify(
        [symbols], numeric, modules=modules, printer=Printer(settings), cse=True
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


def _sign(x: Any) -> Any:
    return select(x, 1.0, -1.0)


@functools.cache
def _absolute() -> Any:
    """|x| for SymPy, with the derivative that `landscape.core.absolute` has: 1 at 0, and no second one."""
    sympy = _sympy()

    class Sign(sympy.Function):  # type: ignore[misc, name-defined]
        is_real = True

        def fdiff(self, argindex: int = 1) -> Any:
            return sympy.S.Zero

    class Absolute(sympy.Function):  # type: ignore[misc, name-defined]
        is_real = True

        def fdiff(self, argindex: int = 1) -> Any:
            return Sign(self.args[0])

    return Absolute


def _sympy() -> Any:
    try:
        return importlib.import_module("sympy")
    except ImportError:
        raise ImportError(
            'a surface from an expression needs SymPy, which is not installed: pip install "landscape[symbolic]"'
        ) from None
