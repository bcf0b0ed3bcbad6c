"""What a page knows of formulas as text: names, limits and slopes, from the tables that Python has.

    python -m landscape.web.grammar          # writes src/formula/grammar.json, which is built into page.js

A test compares the file with what this writes.
"""

from __future__ import annotations

import json
import keyword
from pathlib import Path
from typing import Any

from landscape.derivatives.rules import SLOPES
from landscape.program.assignments import MOST_ASSIGNMENTS, ZERO_AT_ZERO
from landscape.program.formula import (
    CONSTANTS,
    DEEPEST,
    FUNCTIONS,
    HIGHEST_POWER,
    LARGEST_NUMBER,
    MOST_CHARACTERS,
    MOST_PARTS,
    MOST_VARIABLES,
    OF_TWO,
)
from landscape.program.operations import SIGNS, UNARY
from landscape.program.simplify import LARGEST
from landscape.program.trace import Operand, Program, Tape
from landscape.surfaces.custom.expression import MOST_OPERATIONS

FILE = Path(__file__).with_name("src") / "formula" / "grammar.json"


def grammar() -> dict[str, Any]:
    """The tables as JSON."""
    operations = (*SIGNS, "negative", "power", *UNARY, "select")
    return {
        "limits": {
            "characters": MOST_CHARACTERS, "parts": MOST_PARTS, "deep": DEEPEST, "power": HIGHEST_POWER,
            "variables": MOST_VARIABLES, "number": LARGEST_NUMBER, "largest": LARGEST, "operations": MOST_OPERATIONS,
            "assignments": MOST_ASSIGNMENTS,
        },
        "said": {"number": f"{LARGEST_NUMBER:g}"},
        "constants": CONSTANTS, "functions": FUNCTIONS, "ofTwo": list(OF_TWO), "words": keyword.kwlist,
        "odd": sorted(ZERO_AT_ZERO),
        "slopes": {name: [_slope(name, i) for i in range(len(SLOPES[name]))] for name in operations},
    }  # fmt: skip


def _slope(name: str, i: int) -> dict[str, Any]:
    """The slope along operand i, as operations on places: of g, out, the operands, and the operations before."""
    tape = Tape()
    g, out, *operands = tape.inputs("g", "out", *(f"x{j}" for j in range(len(SLOPES[name]))))
    given: list[Any] = [*operands]
    if name == "power":
        given[1] = _Exponent(operands[1])
    program = tape.program([SLOPES[name][i](g, out, *given)] if (name, i) != ("power", 1) else [0.0])
    places = {index: index for index in range(len(program.names))}
    lines = []
    for index, node in program.operations():
        places[index] = len(places)
        lines.append([node.name, *(_placed(*each, places) for each in zip(node.args, node.constant, strict=True))])
    return {"lines": lines, "result": _result(program, places)}


def _result(program: Program, places: dict[int, int]) -> float | str:
    [output] = program.outputs
    return _placed(*output, places)


def _placed(operand: Operand, constant: bool, places: dict[int, int]) -> float | str:
    """A number, or the text of a place."""
    return float(operand) if constant else str(places[int(operand)])


class _Exponent(float):
    """The exponent of a power: a number for the rule of its slope, neither 0 nor 2, that is written down."""

    def __new__(cls, value: Any) -> _Exponent:
        made = super().__new__(cls, 2.5)
        made.value = value
        return made

    value: Any

    def __sub__(self, other: Any) -> Any:
        return self.value - other

    def __mul__(self, other: Any) -> Any:
        return self.value * other


def written() -> str:
    """The text of the file."""
    return json.dumps(grammar(), separators=(",", ":")) + "\n"


if __name__ == "__main__":
    FILE.write_text(written(), encoding="utf-8")
