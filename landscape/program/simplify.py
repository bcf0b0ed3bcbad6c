"""Operations on Values and numbers that write down no more than they must.

    SIMPLE["multiply"](x, 1.0)          # x itself
    SIMPLE["exp"](2.0)                  # a number
    SIMPLE["power"](x, 3.0)             # x*x*x, as two products

Numbers are computed at once, what adds 0 or multiplies by 0 or 1 is left out (so that 0 times what is infinite
somewhere is 0), and powers by whole numbers and halves become products and roots, which are the same to the last bit
everywhere. NotFinite, a ValueError, where a number is not real, or too large.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from landscape.program.formula_texts import Refused
from landscape.program.operations import NUMPY, UNARY
from landscape.program.trace import Program, Tape, Value

LARGEST = 1e300
SAFE = 1e100  # factors within these bounds, and their products, are far from both ends of the floats


class NotFinite(Refused):
    """A number in a formula cannot be computed, or is too large."""


def simplified(program: Program) -> Program:
    """The same program written down anew with SIMPLE."""
    tape = Tape()
    outputs = program.run(tape.inputs(*program.names), SIMPLE)
    return tape.program(output if isinstance(output, Value) else number(output) for output in outputs)


def number(value: Any) -> float:
    """A number of a formula as a float. NotFinite where it is none, or too large."""
    if not abs(value) <= LARGEST:
        raise NotFinite("finite")
    return float(value)


def _known(x: Any) -> bool:
    """Whether something is a number, and no Value."""
    return not isinstance(x, Value)


def _computed(name: str, *numbers: float) -> float:
    with np.errstate(all="ignore"):
        return number(NUMPY[name](*map(np.float64, numbers)))


def _made_of(x: Any, name: str) -> list[Any] | None:
    """What a Value is made of by an operation of that name; None where it is not."""
    if not _known(x) and x.tape.nodes[x.index].name == name:
        return x.tape.operands(x.index)
    return None


def _add(a: Any, b: Any) -> Any:
    if _known(a) and _known(b):
        return _computed("add", a, b)
    if _known(b):
        a, b = b, a
    if _known(a):
        return a + b if a else b
    if (inner := _made_of(b, "negative")) is not None:
        return _subtract(a, inner[0])
    if (inner := _made_of(a, "negative")) is not None:
        return _subtract(b, inner[0])
    if a.index == b.index:
        return _multiply(2.0, a)
    return a + b if a.index < b.index else b + a


def _subtract(a: Any, b: Any) -> Any:
    if _known(b):
        return _add(a, -b)
    if _known(a) and not a:
        return _negative(b)
    if (inner := _made_of(b, "negative")) is not None:
        return _add(a, inner[0])
    return 0.0 if not _known(a) and a.index == b.index else a - b


def _negative(a: Any) -> Any:
    if (inner := _made_of(a, "negative")) is not None:
        return inner[0]
    if (pair := _made_of(a, "subtract")) is not None:
        return _subtract(pair[1], pair[0])
    if (pair := _made_of(a, "multiply")) is not None and _known(pair[0]):
        return _multiply(-pair[0], pair[1])
    return -a


def _multiply(a: Any, b: Any) -> Any:
    if _known(a) and _known(b):
        return _computed("multiply", a, b)
    if _known(b):
        a, b = b, a
    if _known(a):
        if a in (0.0, 1.0, -1.0):
            return b if a == 1.0 else _negative(b) if a else 0.0
        if (inner := _made_of(b, "negative")) is not None:
            return _multiply(-a, inner[0])
        pair = _made_of(b, "multiply")
        if pair is not None and _safe(a) and _safe(pair[0]):
            return _multiply(a * pair[0], pair[1])
        return a * b
    for x, y in ((a, b), (b, a)):
        if (inner := _made_of(x, "negative")) is not None:
            return _negative(_multiply(inner[0], y))
        pair = _made_of(x, "multiply")
        if pair is not None and _known(pair[0]):  # numbers to the front, where they meet
            return _multiply(pair[0], _multiply(pair[1], y))
    return a * b if a.index < b.index else b * a


def _safe(factor: Any) -> bool:
    return _known(factor) and 1.0 / SAFE <= abs(factor) <= SAFE


def _divide(a: Any, b: Any) -> Any:
    if _known(a) and _known(b):
        return _computed("divide", a, b)
    if _known(b):
        number(1.0 / b if b else np.inf)
        return a if b == 1.0 else _negative(a) if b == -1.0 else a / b
    if _known(a) and not a:
        return 0.0
    if (inner := _made_of(a, "negative")) is not None:
        return _negative(_divide(inner[0], b))
    if (inner := _made_of(b, "negative")) is not None:
        return _negative(_divide(a, inner[0]))
    return a / b


def _power(base: Any, exponent: Any) -> Any:
    if not _known(exponent):
        return base**exponent
    if _known(base):
        return _computed("power", base, exponent)
    if exponent % 0.5:
        return base**exponent
    root = base.sqrt() if exponent % 1.0 else 1.0
    power = _multiply(_product(base, int(abs(exponent))), root)
    return power if exponent > 0.0 else _divide(1.0, power)


def _product(x: Any, n: int) -> Any:
    """x^n for n >= 0, by repeated squaring."""
    result: Any = 1.0
    while n:
        if n & 1:
            result = _multiply(result, x)
        n >>= 1
        x = _multiply(x, x) if n else x
    return result


def _select(choice: Any, positive: Any, negative: Any) -> Any:
    if _known(choice):
        return positive if choice >= 0.0 else negative
    if not _known(positive) and not _known(negative):
        same = positive.index == negative.index
    else:
        same = _known(positive) and _known(negative) and positive == negative
    return positive if same else choice.select(positive, negative)


def _function(name: str) -> Callable[[Any], Any]:
    return lambda x: x.tape.apply(name, x) if not _known(x) else _computed(name, x)


SIMPLE: dict[str, Callable[..., Any]] = {
    "add": _add, "subtract": _subtract, "multiply": _multiply, "divide": _divide, "negative": _negative,
    "power": _power, "select": _select, **{name: _function(name) for name in UNARY},
}  # fmt: skip
