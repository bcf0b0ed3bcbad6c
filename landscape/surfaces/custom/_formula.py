"""Parse a formula as text: a syntax tree that holds nothing but what a formula may hold.

tree = parsed("x**2 + a*y**2")          # ValueError where it holds anything else
variables(tree, {"a": 10.0})            # ("x", "y")

The text is data. It is never evaluated: `landscape.surfaces.custom.expression` translates the tree.
"""

from __future__ import annotations

import ast
import keyword
import math
import numbers
import re
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from landscape.core.component import Array

# What a formula may be at most: more is a slip or an attack, and its derivatives would take minutes.
MOST_CHARACTERS = 2000
MOST_PARTS = 400
DEEPEST = 40
HIGHEST_POWER = 64
MOST_VARIABLES = 12
LARGEST_NUMBER = 1e100

CONSTANTS = {"pi": math.pi, "e": math.e}
# the name in a formula -> SymPy's
FUNCTIONS = {
    "sqrt": "sqrt", "exp": "exp", "log": "log", "ln": "log", "sin": "sin", "cos": "cos", "tan": "tan", "sinh": "sinh",
    "cosh": "cosh", "tanh": "tanh", "asin": "asin", "acos": "acos", "atan": "atan", "arcsin": "asin",
    "arccos": "acos", "arctan": "atan", "erf": "erf", "abs": "Absolute", "sign": "Sign", "max": "Larger",
    "min": "Smaller",
}  # fmt: skip
KINKED = ("abs", "sign", "max", "min")
OF_TWO = ("max", "min")
BINARY: dict[type[ast.operator], tuple[str, Callable[[Any, Any], Any]]] = {
    ast.Add: ("+", lambda a, b: a + b),
    ast.Sub: ("-", lambda a, b: a - b),
    ast.Mult: ("*", lambda a, b: a * b),
    ast.Div: ("/", lambda a, b: a / b),
}
_VARIABLE = re.compile(r"([A-Za-z_]+)(\d*)")


def parsed(text: str, more: frozenset[str] = frozenset()) -> ast.expr:
    """The syntax tree of a formula, or ValueError where it holds anything that a formula may not.

    more: names of further functions of one argument that it may hold.
    """
    if len(text) > MOST_CHARACTERS:
        raise ValueError(f"must be at most {MOST_CHARACTERS} characters long, got {len(text)}")
    if not text.strip() or not text.isprintable():
        raise ValueError("must be a formula in one line, such as x**2 + y**2")
    if not text.isascii() or "#" in text:
        odd = next(letter for letter in text if not letter.isascii() or letter == "#")
        raise ValueError(f'may hold only plain letters, digits and + - * / ** ( ) . ,, not "{odd}"')
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
        reason = getattr(error, "msg", None) or "it is nested too deeply"
        raise ValueError(f"is not a formula: {reason}") from None
    parts = 0
    level = [(tree, 1.0)]
    for _ in range(DEEPEST):
        parts += len(level)
        level = [(inner, degree * _degree(part)) for part, degree in level for inner in _inner(part, more)]
        if any(degree > HIGHEST_POWER for _, degree in level):
            raise ValueError(f"has powers of powers beyond {HIGHEST_POWER}")
        if not level:
            break
    if level:
        raise ValueError(f"is nested more than {DEEPEST} deep")
    if parts > MOST_PARTS:
        raise ValueError(f"must have at most {MOST_PARTS} parts, got {parts}")
    return tree


def _inner(part: Any, more: frozenset[str] = frozenset()) -> list[ast.expr]:
    """What a part is made of, or ValueError where it is none that a formula may have."""
    match part:
        case ast.BinOp(left, ast.Pow(), right):
            return [left] if power_in(right) is not None else [left, right]
        case ast.BinOp(left, operator, right) if type(operator) in BINARY:
            return [left, right]
        case ast.UnaryOp(ast.UAdd() | ast.USub(), operand):
            return [operand]
        case ast.Call(ast.Name(name), arguments, []) if len(arguments) == _arguments(name, more):
            return arguments
        case ast.Call(ast.Name(name), _, _):
            if name in FUNCTIONS or name in more:
                raise ValueError(f"{name} takes {'two arguments' if name in OF_TWO else 'one argument'}")
            raise ValueError(f'has no function "{name}". Functions: {", ".join([*FUNCTIONS, *sorted(more)])}')
        case ast.Constant(value) if isinstance(value, (int, float)) and not isinstance(value, bool):
            if not abs(value) <= LARGEST_NUMBER:
                raise ValueError(f"holds a number beyond {LARGEST_NUMBER:g}")
            return []
        case ast.Name(name):
            if not _VARIABLE.fullmatch(name) or name.startswith("_") or len(name) > 32 or keyword.iskeyword(name):
                said = "names are letters and underscores, then digits, at most 32"
                raise ValueError(f'has the name "{name[:40]}"; {said}')
            if name in FUNCTIONS or name in more:
                raise ValueError(f"needs an argument after {name}: {name}(x)")
            return []
    raise ValueError(f"may hold only + - * / **, numbers, names and functions, not {_called(part)}")


def _arguments(function: str, more: frozenset[str]) -> int:
    """How many a function takes; -1 where there is no such function."""
    return (2 if function in OF_TWO else 1) if function in FUNCTIONS or function in more else -1


def _degree(part: ast.expr) -> float:
    """By how much a part raises the power of what it is made of."""
    power = power_in(part.right) if isinstance(part, ast.BinOp) and isinstance(part.op, ast.Pow) else None
    return 1.0 if power is None else max(1.0, abs(power))


def _called(part: ast.AST) -> str:
    words = {
        "Attribute": "a dot", "Subscript": "brackets", "Lambda": "lambda", "Compare": "a comparison", "IfExp": "if",
        "BitXor": "^ (powers are **)", "BoolOp": "and, or", "JoinedStr": "text", "Constant": "text", "Starred": "stars",
    }  # fmt: skip
    if isinstance(part, ast.Constant) and not isinstance(part.value, (str, bytes)):
        return repr(part.value)
    kind = type(part.op).__name__ if isinstance(part, (ast.BinOp, ast.UnaryOp)) else type(part).__name__
    return words.get(kind, kind.lower())


def power_in(part: Any) -> float | None:
    """The number in an exponent; None where there are names in it. ValueError for any other."""
    sign, whole = 1.0, part
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
    if any(isinstance(inner, ast.Name) for inner in ast.walk(whole)):
        return None
    raise ValueError(f"may have only numbers of at most {HIGHEST_POWER}, and formulas with names, as powers")


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


def checked_parameters(given: Mapping[str, Any]) -> dict[str, float]:
    for name, value in given.items():
        number = float(value) if isinstance(value, numbers.Real) and not isinstance(value, bool) else math.nan
        if not abs(number) <= LARGEST_NUMBER:
            raise ValueError(f'must be numbers up to {LARGEST_NUMBER:g}, got {str(value)[:40]} for "{name}"')
        if name in CONSTANTS or name in FUNCTIONS:
            raise ValueError(f'must not be called "{name}", which has a meaning of its own')
    return {name: float(value) for name, value in given.items()}


def second_derivative_operations(tree: ast.expr, names: tuple[str, ...]) -> float:
    """About how many operations all second derivatives of a formula have, before anything is simplified."""
    return float(_size(tree, names)[2].sum())


def _size(part: Any, names: tuple[str, ...]) -> tuple[float, Array, Array]:
    """The operations of a part, of its slopes (dim,) and of its second derivatives (dim, dim)."""
    inner = [_size(each, names) for each in _inner(part)]
    if not inner:
        slope = np.array([1.0 if isinstance(part, ast.Name) and part.id == name else 0.0 for name in names])
        return 1.0, slope, np.zeros((len(names), len(names)))
    size, slope, curvature = 1.0, np.zeros(len(names)), np.zeros((len(names), len(names)))
    for each in inner:
        size, slope, curvature = size + each[0], slope + each[1], curvature + each[2]
    if isinstance(part, ast.UnaryOp) or (isinstance(part, ast.BinOp) and isinstance(part.op, (ast.Add, ast.Sub))):
        return size, slope, curvature
    here = slope > 0.0
    both = here[:, None] & here[None, :]
    # the chain rule: each derivative takes the part itself along
    return size, slope + size * here, curvature + (slope[:, None] + slope[None, :] + 2.0 * size) * both


def uses(tree: ast.expr, functions: tuple[str, ...]) -> bool:
    return any(isinstance(part, ast.Name) and part.id in functions for part in ast.walk(tree))
