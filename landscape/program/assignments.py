"""Read an update rule as text: assignments that are carried out from left to right in each step.

    rule = read_rule("m = beta*m + g; p = p - lr*m")     # Refused, a ValueError, where it is none
    rule.state, rule.parameters                          # ("m",), ("beta",)
    p, (m,) = taken(rule, p, g, lr, 1.0, (m,), {"beta": 0.9})

p is the position, g the gradient there, lr the learning rate of the step, t its number, 1 in the first. A name that is
read before it is assigned keeps its value from step to step, 0 in the beginning; one that is never assigned is a
parameter. All is done for each coordinate alone. The text is data; it is never run.
"""

from __future__ import annotations

import ast
import functools
import operator
import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np

from landscape.core.elementary import absolute, largest, sign, smallest
from landscape.program.formula import (
    BINARY,
    CONSTANTS,
    FUNCTIONS,
    MOST_CHARACTERS,
    check_letters,
    check_name,
    parsed,
    power_in,
    recorded,
)
from landscape.program.formula_texts import Refused
from landscape.program.operations import NUMPY
from landscape.program.trace import Tape

MOST_ASSIGNMENTS = 20
GIVEN = ("p", "g", "t", "lr")  # what every rule has
_FIXED = {"g", "t", "lr", *CONSTANTS, *FUNCTIONS}
_ASSIGNMENT = re.compile(r"\s*([A-Za-z_][A-Za-z_0-9]*)\s*([-+*/]?)=(?!=)(.*)")
_SIGNS: dict[str, ast.operator] = {"+": ast.Add(), "-": ast.Sub(), "*": ast.Mult(), "/": ast.Div()}
_ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {
    "add": operator.add, "subtract": operator.sub, "multiply": operator.mul, "divide": operator.truediv,
}  # fmt: skip
_BRANCHES: dict[str, Callable[..., Any]] = {"abs": absolute, "sign": sign, "max": largest, "min": smallest}
# functions that are 0 where all that they take is 0
ZERO_AT_ZERO = {
    "sqrt",
    "sin",
    "tan",
    "sinh",
    "tanh",
    "arcsin",
    "asin",
    "arctan",
    "atan",
    "erf",
    "abs",
    "sign",
    "max",
    "min",
}


class Rule(NamedTuple):
    """A rule as it was read.

    steps: each assignment, in order, as (name, tree); state: the names that are kept from step to step; parameters:
    those that need a value; counts, rated: whether it asks for t, for lr.
    """

    steps: tuple[tuple[str, ast.expr], ...]
    state: tuple[str, ...]
    parameters: tuple[str, ...]
    counts: bool
    rated: bool


@functools.lru_cache(maxsize=64)
def read_rule(text: str) -> Rule:
    """A rule of assignments, separated by ; or by lines. Refused says what is wrong with it."""
    if len(text) > MOST_CHARACTERS:
        raise Refused("long", most=MOST_CHARACTERS, count=len(text))
    line = text.replace("\r\n", ";").replace("\n", ";")
    pieces = [piece for piece in line.split(";") if piece.strip(" ")]
    if not pieces:
        raise Refused("assignments")
    check_letters(line)
    if len(pieces) > MOST_ASSIGNMENTS:
        raise Refused("many", most=MOST_ASSIGNMENTS, count=len(pieces))
    steps = tuple(map(_assignment, pieces))
    assigned = [name for name, _ in steps]
    if "p" not in assigned:
        raise Refused("position")
    read = [_names(tree) for _, tree in steps]
    if not any("g" in names for names in read):
        raise Refused("gradient")
    state = tuple(name for name in dict.fromkeys(assigned) if name != "p" and _is_kept(name, steps, read))
    _check_use(steps, read)
    _check_zeros(steps, state)
    free = dict.fromkeys(name for names in read for name in names)
    parameters = tuple(name for name in free if name not in {*assigned, *GIVEN, *CONSTANTS})
    counts, rated = (any(name in names for names in read) for name in ("t", "lr"))
    return Rule(steps, state, parameters, counts, rated)


def _assignment(piece: str) -> tuple[str, ast.expr]:
    found = _ASSIGNMENT.fullmatch(piece)
    if found is None:
        raise Refused("assignment", piece=piece.strip(" ")[:40])
    name, sign, formula = found.groups()
    check_name(name)
    if name in _FIXED:
        raise Refused("target", name=name)
    tree = parsed(formula)
    tape = Tape()
    names = [name for name in _names(tree) if name not in CONSTANTS]
    recorded(tree, CONSTANTS | dict(zip(names, tape.inputs(*names), strict=True)))  # NotFinite for numbers that are not
    return name, ast.BinOp(ast.Name(name), _SIGNS[sign], tree) if sign else tree


def _names(tree: ast.expr) -> dict[str, None]:
    """The names in a formula, as they come."""
    match tree:
        case ast.BinOp(left, _, right):
            return _names(left) | _names(right)
        case ast.UnaryOp(_, operand):
            return _names(operand)
        case ast.Call(_, arguments):
            return {name: None for argument in arguments for name in _names(argument)}
        case ast.Name(name):
            return {name: None}
    return {}


def _is_kept(name: str, steps: tuple[tuple[str, ast.expr], ...], read: list[dict[str, None]]) -> bool:
    """Whether a name is read before, or where, it is first assigned."""
    first = next(i for i, (target, _) in enumerate(steps) if target == name)
    return any(name in names for names in read[: first + 1])


def _check_use(steps: tuple[tuple[str, ast.expr], ...], read: list[dict[str, None]]) -> None:
    """Refused where something is assigned that p never depends on."""
    used = {"p"}
    while True:
        more = {name for (target, _), names in zip(steps, read, strict=True) if target in used for name in names} - used
        if not more:
            break
        used |= more
    for target, _ in steps:
        if target not in used:
            raise Refused("unused", name=target)


def _check_zeros(steps: tuple[tuple[str, ast.expr], ...], state: tuple[str, ...]) -> None:
    """Refused where what is kept begins at 0 and stays there."""
    zeros = set(state)
    while True:
        now = set(zeros)
        for name, tree in steps:
            now = now | {name} if _is_zero(tree, now) else now - {name}
        if zeros <= now:
            break
        zeros &= now
    if zeros:
        raise Refused("zero", name=next(name for name in state if name in zeros))


def _is_zero(tree: ast.expr, zeros: set[str]) -> bool:
    """Whether a formula is 0 where these names are, whatever the others are."""
    match tree:
        case ast.BinOp(left, ast.Pow(), right):
            return (power_in(right) or 0.0) > 0.0 and _is_zero(left, zeros)
        case ast.BinOp(left, ast.Mult(), right):
            return _is_zero(left, zeros) or _is_zero(right, zeros)
        case ast.BinOp(left, ast.Div(), _):
            return _is_zero(left, zeros)
        case ast.BinOp(left, _, right):
            return _is_zero(left, zeros) and _is_zero(right, zeros)
        case ast.UnaryOp(_, operand):
            return _is_zero(operand, zeros)
        case ast.Call(ast.Name(name), arguments):
            return name in ZERO_AT_ZERO and all(_is_zero(argument, zeros) for argument in arguments)
        case ast.Constant(value):
            return value == 0
        case ast.Name(name):
            return name in zeros
    return False


def taken(
    rule: Rule, p: Any, g: Any, lr: Any, t: Any, state: tuple[Any, ...], parameters: Mapping[str, Any]
) -> tuple[Any, tuple[Any, ...]]:
    """One step: (p, state) after it. p, g: (dim, ...); lr, t, parameters: numbers, or (...)."""
    known = {**CONSTANTS, **parameters, "p": p, "g": g, "lr": lr, "t": t, **dict(zip(rule.state, state, strict=True))}
    for name, tree in rule.steps:
        known[name] = _value(tree, known)
    return known["p"], tuple(known[name] for name in rule.state)


def _value(tree: Any, known: Mapping[str, Any]) -> Any:
    match tree:
        case ast.BinOp(left, ast.Pow(), right):
            return _powered(_value(left, known), power_in(right), right, known)
        case ast.BinOp(left, sign, right):
            return _applied(BINARY[type(sign)], _value(left, known), _value(right, known))
        case ast.UnaryOp(sign, operand):
            inner = _value(operand, known)
            return -inner if isinstance(sign, ast.USub) else inner
        case ast.Call(ast.Name(name), arguments):
            return _applied(name, *(_value(argument, known) for argument in arguments))
        case ast.Constant(int() | float() as value):
            return float(value)
        case ast.Name(name):
            return known[name]
    raise AssertionError("parsed() lets nothing else through")


def _powered(base: Any, power: float | None, right: Any, known: Mapping[str, Any]) -> Any:
    """A power by a number; by what holds names, exp(exponent log(base)), as in every formula."""
    if power is None:
        return _applied("exp", _applied("multiply", _value(right, known), _applied("log", base)))
    if power in (0.0, 1.0):
        return base if power else 1.0
    if power == 2.0:
        return _applied("multiply", base, base)
    return _applied("sqrt", base) if power == 0.5 else _applied("power", base, power)


def _applied(name: str, *operands: Any) -> Any:
    """An operation, of which plain numbers have the results that arrays have: 1/0 is no error."""
    if all(isinstance(each, (int, float)) for each in operands):
        with np.errstate(all="ignore"):
            numbers = map(np.float64, operands)
            return float(_BRANCHES[name](*numbers) if name in _BRANCHES else NUMPY[FUNCTIONS.get(name, name)](*numbers))
    function = _BRANCHES.get(name) or _ARITHMETIC.get(name)
    return function(*operands) if function else NUMPY[FUNCTIONS.get(name, name)](*operands)
