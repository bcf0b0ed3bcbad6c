"""Write a recorded program as a JavaScript function over arrays of numbers.

    written(program)            # "(x, d, o) => { ... }": inputs x, numbers drawn in this step d, outputs o

All three are Float64Arrays; d is needed only where a step draws. What JavaScript's Math lacks, or does otherwise than
NumPy, is called by the names of `landscape/web/functions.js`. The numbers are those of NumPy to the last bit where only
+ - * / and sqrt occur; other functions differ by a few units in the last place.
"""

from __future__ import annotations

import re

import numpy as np

from landscape.program.operations import ARITHMETIC, UNARY
from landscape.program.rolled import LEAST_LINES, Loop, rolled
from landscape.program.trace import NotTraceable, Operand, Program

MOST_OPERATIONS = 4000  # of a program: a page holds them all as text

OWN = {"arctan": "Math.atan", "arcsin": "Math.asin", "arccos": "Math.acos", "erf": "erf"}

SPELLING = {
    **ARITHMETIC,
    **{name: f"{OWN.get(name, f'Math.{name}')}({{}})" for name in UNARY},
    "power": "power({}, {})",
    "select": "({0} >= 0 ? {1} : {2})",
    "drawn": "d[{}]",
}


def written(program: Program) -> str:
    """The function (x, d, o) of a program. NotTraceable where it is too long, or holds a number that is not finite."""
    count = len(program.operations())
    if count > MOST_OPERATIONS:
        raise NotTraceable(f"{count:,} operations are too many for a page")
    used = {int(index) for index, constant in program.outputs if not constant}
    for _, node in program.operations():
        used.update(int(a) for a, c in zip(node.args, node.constant, strict=True) if not c)
    inputs = [f"{name} = x[{i}]" for i, name in enumerate(program.names) if i in used]
    loop = _shortest(program)
    results = [_text(program, *output) for output in program.outputs]
    body = [*([f"const {', '.join(inputs)};"] if inputs else []), *loop.lines,
            *(f"o[{i}] = {loop.named(result)};" for i, result in enumerate(results))]  # fmt: skip
    written = f"(x, d, o) => {{\n{_shortened(body)}}}"
    if not loop.table:
        return written
    return f"((c, a) => {written})([{','.join(loop.table)}], new Float64Array({loop.size}))"


_SPACES = re.compile(r" ([-+*/=?:]|>=) |, ")
_CONST_AGAIN = re.compile(r";\nconst (?=t\d)")  # after another const


def _shortened(lines: list[str]) -> str:
    """The lines without what JavaScript needs not, as a page has many."""
    text = "".join(f"{_SPACES.sub(lambda found: found[1] or ',', line.strip())}\n" for line in lines)
    return _CONST_AGAIN.sub(",\n", text)


def _shortest(program: Program) -> Loop:
    """The lines of a program, those that repeat as a loop where that is shorter."""
    nested = program.nested(SPELLING)
    plain = Loop([f"const {line};" for line in nested], [], 0)
    if len(nested) < LEAST_LINES:
        return plain
    found = [plain, rolled(nested), rolled(program.lines(SPELLING))]
    return min(filter(None, found), key=lambda loop: sum(map(len, [*loop.lines, *loop.table])))


def _text(program: Program, operand: Operand, constant: bool) -> str:
    """An output, which unlike an operand may be a number that is not finite."""
    if constant and not np.isfinite(operand):
        return {"inf": "Infinity", "-inf": "-Infinity"}.get(repr(float(operand)), "NaN")
    return program.text(operand, constant)
