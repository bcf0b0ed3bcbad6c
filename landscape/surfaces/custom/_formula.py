"""Read a formula as text: a syntax tree that holds nothing but what a formula may hold, and what it records.

tree = parsed("x**2 + a*y**2")          # ValueError where it holds anything else
variables(tree, {"a": 10.0})            # ("x", "y")
recorded(tree, {"a": 10.0, "x": x, "y": y})     # the Value that x and y, Values of a tape, make

The text is data. It is never evaluated.
"""

from __future__ import annotations

import ast
import keyword
import math
import numbers
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from landscape.core.elementary import larger, sign, smaller
from landscape.program.simplify import SIMPLE
from landscape.program.trace import Value

# What a formula may be at most: more is a slip or an attack, and its derivatives would take minutes.
MOST_CHARACTERS = 2000
MOST_PARTS = 400
DEEPEST = 40
HIGHEST_POWER = 64
MOST_VARIABLES = 12
LARGEST_NUMBER = 1e100

CONSTANTS = {"pi": math.pi, "e": math.e}
# the name in a formula -> NumPy's
FUNCTIONS = {name: name for name in (
    "sqrt", "exp", "log", "sin", "cos", "tan", "sinh", "cosh", "tanh", "arcsin", "arccos", "arctan", "erf", "sign",
)} | {
    "ln": "log", "asin": "arcsin", "acos": "arccos", "atan": "arctan", "abs": "absolute", "max": "maximum",
    "min": "minimum",
}  # fmt: skip
KINKED: dict[str, Callable[..., Any]] = {
    "abs": lambda x: x * sign(x),
    "sign": sign,
    "max": larger,
    "min": smaller,
}
OF_TWO = ("max", "min")
BINARY: dict[type[ast.operator], str] = {
    ast.Add: "add",
    ast.Sub: "subtract",
    ast.Mult: "multiply",
    ast.Div: "divide",
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


def recorded(part: Any, known: Mapping[str, Any]) -> Any:
    """A syntax tree written down, given a Value or a number for each name in it; a number where it depends on none.

    |x| has the slope 0 at 0, max and min the middle of those of their arguments where both are equal; none of them, nor
    sign, has a second derivative of its own.
    """
    match part:
        case ast.BinOp(left, ast.Pow(), right):
            return _powered(recorded(left, known), power_in(right), right, known)
        case ast.BinOp(left, operator, right):
            return SIMPLE[BINARY[type(operator)]](recorded(left, known), recorded(right, known))
        case ast.UnaryOp(operator, operand):
            inner = recorded(operand, known)
            return SIMPLE["negative"](inner) if isinstance(operator, ast.USub) else inner
        case ast.Call(ast.Name(name), arguments):
            inputs = [recorded(argument, known) for argument in arguments]
            return (KINKED.get(name) or SIMPLE[FUNCTIONS[name]])(*inputs)
        case ast.Constant(int() | float() as value):
            return float(value)
        case ast.Name(name):
            return known[name]
    raise AssertionError("parsed() lets nothing else through")


def _powered(base: Any, power: float | None, right: Any, known: Mapping[str, Any]) -> Any:
    """A power, kept as one, for it has a shorter slope than the products that it stands for."""
    exponent = recorded(right, known) if power is None else power
    if isinstance(exponent, Value):
        return SIMPLE["exp"](SIMPLE["multiply"](exponent, SIMPLE["log"](base)))
    if not abs(exponent) <= HIGHEST_POWER:
        raise ValueError(f"has a power of {exponent:g}, beyond {HIGHEST_POWER}")
    if not isinstance(base, Value) or exponent in (0.0, 1.0):
        return SIMPLE["power"](base, exponent)
    return base**exponent


def uses(tree: ast.expr, functions: Iterable[str]) -> bool:
    names = set(functions)
    return any(isinstance(part, ast.Name) and part.id in names for part in ast.walk(tree))
