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
from landscape.program.formula_parser import tree_of
from landscape.program.formula_texts import Refused
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
    """The syntax tree of a formula, or Refused, a ValueError, where it holds anything that a formula may not.

    more: names of further functions of one argument that it may hold.
    """
    check_letters(text)
    tree = tree_of(text, DEEPEST)
    parts = 0
    level = [(tree, 1.0)]
    for _ in range(DEEPEST):
        parts += len(level)
        level = [(inner, degree * _degree(part)) for part, degree in level for inner in _inner(part, more)]
        if any(degree > HIGHEST_POWER for _, degree in level):
            raise Refused("powers", most=HIGHEST_POWER)
        if not level:
            break
    if level:
        raise Refused("deep", most=DEEPEST)
    if parts > MOST_PARTS:
        raise Refused("parts", most=MOST_PARTS, count=parts)
    return tree


def check_letters(text: str) -> None:
    """Refused where a text is too long for a formula, empty, or of other letters."""
    if len(text) > MOST_CHARACTERS:
        raise Refused("long", most=MOST_CHARACTERS, count=len(text))
    if not text.strip() or not text.isprintable():
        raise Refused("line")
    if not text.isascii() or "#" in text:
        raise Refused("letters", odd=next(letter for letter in text if not letter.isascii() or letter == "#"))


def check_name(name: str) -> None:
    """Refused where a name is none that a formula may hold."""
    if not _VARIABLE.fullmatch(name) or name.startswith("_") or len(name) > 32:
        raise Refused("name", name=name[:40])
    if keyword.iskeyword(name):
        raise Refused("word", name=name)


def _inner(part: Any, more: frozenset[str] = frozenset()) -> list[ast.expr]:
    """What a part is made of, or Refused where it is none that a formula may have."""
    match part:
        case ast.BinOp(left, ast.Pow(), right):
            return [left] if power_in(right) is not None else [left, right]
        case ast.BinOp(left, _, right):
            return [left, right]
        case ast.UnaryOp(_, operand):
            return [operand]
        case ast.Call(ast.Name(name), arguments, []):
            if name not in FUNCTIONS and name not in more:
                raise Refused("function", name=name[:40], names=", ".join([*FUNCTIONS, *sorted(more)]))
            if len(arguments) != 1 + (name in OF_TWO):
                raise Refused("two" if name in OF_TWO else "one", name=name)
            return arguments
        case ast.Constant(int() | float() as value):
            if not abs(value) <= LARGEST_NUMBER:
                raise Refused("number", most=f"{LARGEST_NUMBER:g}")
        case ast.Name(name):
            check_name(name)
            if name in FUNCTIONS or name in more:
                raise Refused("argument", name=name)
    return []


def _degree(part: ast.expr) -> float:
    """By how much a part raises the power of what it is made of."""
    power = power_in(part.right) if isinstance(part, ast.BinOp) and isinstance(part.op, ast.Pow) else None
    return 1.0 if power is None else max(1.0, abs(power))


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
    raise Refused("exponent", most=HIGHEST_POWER)


def _plain(value: object) -> float | None:
    """A number that may be a power, or None."""
    return float(value) if type(value) in (int, float) and abs(value) <= HIGHEST_POWER else None  # type: ignore[arg-type]


def variables(tree: ast.expr, parameters: Mapping[str, float]) -> tuple[str, ...]:
    """The names in a formula that are no parameters and no constants, in natural order."""
    names = {part.id for part in ast.walk(tree) if isinstance(part, ast.Name)} - set(FUNCTIONS)
    unused = sorted(set(parameters) - names)
    if unused:
        raise Refused("idle", name=unused[0])
    free = names - set(parameters) - set(CONSTANTS)
    if not 1 <= len(free) <= MOST_VARIABLES:
        raise Refused("variables", most=MOST_VARIABLES, count=len(free))
    split = {name: re.fullmatch(r"(.*?)(\d*)", name).groups() for name in free}  # type: ignore[union-attr]
    return tuple(sorted(free, key=lambda name: (split[name][0], int(split[name][1] or -1))))


def checked_parameters(given: Mapping[str, Any]) -> dict[str, float]:
    for name, value in given.items():
        number = float(value) if isinstance(value, numbers.Real) and not isinstance(value, bool) else math.nan
        if not abs(number) <= LARGEST_NUMBER:
            raise Refused("value", most=f"{LARGEST_NUMBER:g}", given=str(value)[:40], name=name)
        if name in CONSTANTS or name in FUNCTIONS:
            raise Refused("meaning", name=name)
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
        raise Refused("power", power=f"{exponent:g}", most=HIGHEST_POWER)
    if not isinstance(base, Value) or exponent in (0.0, 1.0):
        return SIMPLE["power"](base, exponent)
    return base**exponent


def uses(tree: ast.expr, functions: Iterable[str]) -> bool:
    names = set(functions)
    return any(isinstance(part, ast.Name) and part.id in names for part in ast.walk(tree))
