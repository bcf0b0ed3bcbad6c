"""Write a recorded step as a loop over steps and blocks of runs, which numba compiles to vector instructions.

    source = kernel_source(recorded_step(parts))
    kernel, constants = compiled(source)

The runs of a block are lanes: all steps of a block are made before the next one, its numbers lie in one array that
stays in the innermost cache, and the loop over lanes inside of a step has no branches. Constants of a program are
arguments, so that other hyper-parameters and other coefficients need no other kernel.
"""

from __future__ import annotations

import dataclasses
import functools
from typing import Any

import numpy as np

from landscape.core.component import Array
from landscape.program.kernel_files import Compiled, compiled
from landscape.program.operations import ARITHMETIC, UNARY
from landscape.program.steps import Draw, Step, of_runs
from landscape.program.trace import Node, NotTraceable, Operand, Program

LANES = 128
MOST_OPERATIONS = 4000  # of a program: the time to compile grows faster than their number
OURS = ("sin", "cos", "tan", "exp", "expm1", "log", "log1p", "tanh")
ANGULAR = ("sin", "cos", "tan")
ARRAYS = {"arctan": "atan", "arcsin": "asin", "arccos": "acos"}

SPELLING = {
    **ARITHMETIC,
    **{name: f"{name}({{}})" if name in OURS else f"math.{ARRAYS.get(name, name)}({{}})" for name in UNARY},
    "power": "math.pow({}, {})",
    "select": "({1} if {0} >= 0.0 else {2})",
}
EXACT = frozenset([*ARITHMETIC, "sqrt", "select", "drawn"])

HEAD = f"""
import math

import numpy as np
from numba import njit

from landscape.program.lane_functions import (
    {", ".join(OURS)}, mixed, normal_0, normal_1, uniform, whole, wide, widest
)

U = np.uint64
"""

STEPS = (
    HEAD
    + """
@njit(error_model="numpy", nogil=True, cache=True)
def kernel(low, high, starts, states, hyper, keys, table, uniforms, constants, shared, rows, limit, tolerance,
           out, ends, met, beyond):
    widest()
    {constants}
    flat = np.zeros({rows} * {lanes})
    words = np.zeros({words} * {lanes}, dtype=np.uint64)
    steps, recorded = uniforms.shape[0], rows.shape[0]
    terms = U(table.shape[1])
    for base in range(low, high, {lanes}):
        count = min({lanes}, high - base)
        for lane in range({lanes}):
            run = base + min(lane, count - 1)
            {load}
        for lane in range(count):
            {record_first}
        {shared}
        row, step = 1, 0
        while step < steps:
            {once}
            {draw}
            for lane in range({lanes}):
                {body}
            {after}
            step += 1
            if row < recorded and rows[row] == step:
                for lane in range(count):
                    {record}
                row += 1
            if step % 32 == 0:
                last = 0.0
                for lane in range({lanes}):
                    last = max(last, flat[{end} * {lanes} + lane])
                if last < step:
                    break
        while row < recorded:
            for lane in range(count):
                {record}
            row += 1
        for lane in range(count):
            ends[base + lane] = np.int64(flat[{end} * {lanes} + lane])
            {met}
            {beyond}
"""
)

MEASURES = (
    HEAD
    + """
@njit(error_model="numpy", nogil=True, cache=True)
def kernel(low, high, params, constants, value, norm, beyond):
    widest()
    {constants}
    for row in range(params.shape[0]):
        for run in range(low, high):
            {body}
"""
)


@dataclasses.dataclass(frozen=True)
class Kernel:
    """A compiled loop, and the constants that it is called with. keyed: (purpose, branches) of each row of its keys."""

    call: Compiled
    constants: Array
    keyed: tuple[tuple[str, tuple[int, ...]], ...] = ()


class Writer:
    """The lines of a program with its constants taken out. letters: the first letters of inputs that are of a step."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.constants: list[float] = []
        self._known: dict[str, str] = {}
        if len(program.operations()) > MOST_OPERATIONS:
            raise NotTraceable(f"{len(program.operations()):,} operations are too many to compile")

    def text(self, operand: Operand, constant: bool) -> str:
        if not constant:
            return self.program.text(operand, constant)
        if not np.isfinite(operand):
            raise NotTraceable("a constant of the formula is not finite")
        key = repr(float(operand))
        if key not in self._known:
            self._known[key] = f"c{len(self.constants)}"
            self.constants.append(float(operand))
        return self._known[key]

    def line(self, index: int, node: Node) -> str:
        """The assignment of an operation."""
        return f"t{index} = {self._spelt(node)}"

    def angles(self, among: set[int]) -> list[str]:
        """The arguments of sines, cosines and tangents among some operations, each once."""
        found = [node for index, node in self.program.operations() if index in among and node.name in ANGULAR]
        return list(dict.fromkeys(self.text(node.args[0], node.constant[0]) for node in found))

    def _spelt(self, node: Node) -> str:
        if node.name == "drawn":
            return f"d{int(node.args[0])}"
        if node.name == "power" and node.constant[1] and not node.constant[0]:
            power = float(node.args[1])
            if power.is_integer() and 0.0 < abs(power) <= 16.0:
                return _product(self.text(node.args[0], False), int(power))
        return SPELLING[node.name].format(*map(self.text, node.args, node.constant))


def _product(base: str, power: int) -> str:
    """A whole power as products, by repeated squaring."""
    if power < 0:
        return f"(1.0 / {_product(base, -power)})"
    if power == 1:
        return base
    half = _product(base, power // 2)
    return f"(({half} * {half}) * {base})" if power % 2 else f"({half} * {half})"


def step_kernel(step: Step) -> Kernel:
    """The compiled loop of a recorded step: `kernel(low, high, ...)` runs some of the runs for all steps.

    starts: (dim, high - low); states: (lanes of the state and the memory, high - low), of the runs from low on; hyper:
    (fields, runs); keys: (sources, high - low) uint64; table: (rows, terms); uniforms: (steps, number of u); shared:
    first numbers of the state that are the same for all; rows: the steps to record. out: (rows, dim, runs), ends (0
    where a run shall not begin), the step at which a run stops, and met, whether its gradient ends it, (runs,) each,
    and
    beyond, whether a sine had an argument too large for it, are written to.
    """
    program, dim = step.program, step.dim
    writer = Writer(program)
    size = step.kept + step.remembered
    kept = list(program.names[dim : dim + size])
    mine = [name for name, lane in zip(kept, step.lanes, strict=True) if lane]
    common = [name for name, lane in zip(kept, step.lanes, strict=True) if not lane]
    hyper = [name for name in program.names if name[0] == "h"]
    uniform = [name for name in program.names if name[0] == "u"]
    params = list(program.names[:dim])
    draws = [f"d{i}" for i in range(len(step.draws))]

    varying = of_runs(program, {i for i, name in enumerate(program.names) if name in {*params, *mine, *hyper}})
    lines = [(index, writer.line(index, node)) for index, node in program.operations()]
    results = [writer.text(*output) for output in program.outputs]
    moved, after, extra = results[:dim], results[dim : dim + size], results[dim + size :]
    gradient = extra[:dim] if len(extra) >= dim else []
    value = extra[len(gradient) :]

    wide = [f"wide({argument})" for argument in writer.angles(varying)]
    names = [*params, *mine, *hyper, *draws, "end"]
    names += ["still"] * bool(gradient) + ["beyond"] * bool(wide)
    at = {name: f"flat[{row * LANES} + lane]" for row, name in enumerate(names)}
    sources = list(dict.fromkeys((draw.purpose, draw.branches) for draw in step.draws))
    stays, still = "end > now", []  # `end`: the step at which a run stops, as far as is known
    if gradient:
        squares = " + ".join(f"{g} * {g}" for g in gradient)
        still = [
            f"short = 1.0 if (end > now) & (math.sqrt({squares}) <= tolerance) else 0.0",
            f"{at['still']} = {at['still']} + short",
        ]
        stays = "(end > now) & (short < 0.5)"
    inside = [*(f"(math.fabs({new}) <= limit)" for new in moved), *(f"({v} == {v})" for v in value)]
    body = [
        *(f"{name} = {at[name]}" for name in [*params, *mine, *hyper, *draws, "end"]),
        *(line for index, line in lines if index in varying),
        *still,
        f"goes = ({stays}) & {' & '.join(inside)}",
        *(f"{at[name]} = {new} if goes else {name}" for name, new in zip(params, moved, strict=True)),
        *(f"{at[name]} = {new}" for name, new, lane in zip(kept, after, step.lanes, strict=True) if lane),
        f"{at['end']} = end if goes else (now if end > now else end)",
    ]
    if wide:
        body.append(f"{at['beyond']} = 1.0 if (end > now) & ({' | '.join(wide)}) else {at['beyond']}")
    load = [
        *(f"{at[name]} = starts[{i}, run - low]" for i, name in enumerate(params)),
        *(f"{at[name]} = states[{i}, run - low]" for i, name in enumerate(mine)),
        *(f"{at[name]} = hyper[{i}, run]" for i, name in enumerate(hyper)),
        f"{at['end']} = np.float64(ends[run])",
        *([f"{at['still']} = 0.0"] if gradient else []),
        *([f"{at['beyond']} = 0.0"] if wide else []),
        *(f"words[{i * LANES} + lane] = keys[{i}, run - low]" for i in range(len(sources))),
    ]
    renewed = [(name, new) for name, new, lane in zip(kept, after, step.lanes, strict=True) if not lane]
    pieces = {
        "body": body,
        "load": load,
        "shared": [f"{name} = shared[{i}]" for i, name in enumerate(common)],
        "met": [f"met[base + lane] = {at['still']} > 0.5"] if gradient else [],
        "beyond": [f"beyond[base + lane] = {at['beyond']} > 0.5"] if wide else [],
        "once": [
            "now = np.float64(step)",
            *(f"{name} = uniforms[step, {i}]" for i, name in enumerate(uniform)),
            *(line for index, line in lines if index not in varying),
        ],
        "draw": _draw_lines(step, sources, at),
        "after": [f"{', '.join(n for n, _ in renewed)}, = {', '.join(new for _, new in renewed)},"] if renewed else [],
        "record_first": [f"out[0, {i}, base + lane] = {at[name]}" for i, name in enumerate(params)],
        "record": [f"out[row, {i}, base + lane] = {at[name]}" for i, name in enumerate(params)],
        "constants": [f"c{i} = constants[{i}]" for i in range(len(writer.constants))],
    }
    numbers = {
        "rows": len(names),
        "words": max(1, len(sources)),
        "lanes": LANES,
        "end": names.index("end"),
    }
    source = filled(STEPS, pieces, numbers)
    return Kernel(compiled(source), np.array(writer.constants), tuple(sources))


def _draw_lines(step: Step, sources: list[Any], at: dict[str, str]) -> list[str]:
    """Loops over lanes that draw the numbers of a step, one for each word."""
    lines = []
    words: dict[Any, list[tuple[int, Draw]]] = {}
    for i, draw in enumerate(step.draws):
        place = draw.place // 2 if draw.kind == "normal" else draw.place
        words.setdefault((draw.purpose, draw.branches, place), []).append((i, draw))
    for (purpose, branches, place), drawn in words.items():
        key = sources.index((purpose, branches)) * LANES
        lines += [
            f"counter = ((U(step) << U(32)) + U({place})) * U(0x9E3779B97F4A7C15)",
            f"for lane in range({LANES}):",
            f"    word = mixed(words[{key} + lane] + counter)",
        ]
        if any(draw.kind == "term" for _, draw in drawn):
            lines.append("    term = whole(word, terms)")
        for i, draw in drawn:
            drawn_as = {
                "normal": f"normal_{draw.place % 2}(word)",
                "uniform": "uniform(word)",
                "term": f"table[{draw.row}, term]",
            }[draw.kind]
            lines.append(f"    {at[f'd{i}']} = {drawn_as}")
    return lines


def measures_kernel(program: Program) -> Kernel:
    """The compiled loss and norm of the gradient: `kernel(low, high, params, constants, value, norm, beyond)`.

    params: (rows, dim, runs); value, norm: (rows, runs) are written to, for runs from low to before high, and beyond:
    (runs,), true where a sine had an argument too large for it.
    """
    writer = Writer(program)
    lines = [writer.line(index, node) for index, node in program.operations()]
    value, *gradient = (writer.text(*output) for output in program.outputs)
    body = [
        *(f"{name} = params[row, {i}, run]" for i, name in enumerate(program.names)),
        *lines,
        f"value[row, run] = {value}",
        f"norm[row, run] = math.sqrt({' + '.join(f'{g} * {g}' for g in gradient)})",
    ]
    if wide := [f"wide({argument})" for argument in writer.angles({index for index, _ in program.operations()})]:
        body.append(f"beyond[run] = beyond[run] | {' | '.join(wide)}")
    constants = [f"c{i} = constants[{i}]" for i in range(len(writer.constants))]
    source = filled(MEASURES, {"body": body, "constants": constants}, {})
    return Kernel(compiled(source), np.array(writer.constants))


def is_exact(program: Program) -> bool:
    """Whether a program has the same bits everywhere: whether it has + - * / sqrt and choices alone."""
    return all(node.name in EXACT for _, node in program.operations())


def filled(template: str, pieces: dict[str, list[str]], numbers: dict[str, int]) -> str:
    """The template with lines in the place of {names} that stand alone in a line, and numbers in that of others."""
    written = []
    for line in template.strip().splitlines():
        name = line.strip()[1:-1]
        if line.strip() == f"{{{name}}}" and name in pieces:
            indent = line[: len(line) - len(line.lstrip())]
            written += [indent + each for each in pieces[name] or ["pass"]]
        else:
            written.append(
                functools.reduce(lambda text, each: text.replace(f"{{{each[0]}}}", str(each[1])), numbers.items(), line)
            )
    return "\n".join(written) + "\n"
