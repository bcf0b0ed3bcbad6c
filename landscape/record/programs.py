"""Keep a formula as data: record a surface's own code as a program, write that as lines of text, and read those again.

    program = recorded(surface)             # None where the code does not record, or decides by values
    lines(program)                          # ["multiply 0 0", "add 2 1.5", "-> 3"]
    read(lines(program), dim=2)             # the same program; ValueError for anything else

An operand is the number of an earlier line, counted from 0 with the coordinates first, or a constant, which has a
point, an exponent or is inf or nan. Nothing of such a text is ever evaluated as Python.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from landscape.core.component import Array
from landscape.core.surface import Surface, Window
from landscape.program.operations import NUMPY, SIGNS, UNARY
from landscape.program.trace import Node, NotTraceable, Operand, Program, trace

VERSION = 1
MOST_OPERATIONS = 20_000
MOST_COORDINATES = 200  # of which a program is recorded
ALIKE = 1e-9  # rounding, as sums over coordinates go in another order
BLOCK = 1 << 23  # numbers that are in memory at once, of all operations together

ARITY = {**dict.fromkeys(SIGNS, 2), **dict.fromkeys(UNARY, 1), "negative": 1, "power": 2, "select": 3}

_NODE = re.compile(r"0|[1-9]\d{0,6}")
_NUMBER = re.compile(r"-?(?:\d{1,20}\.\d{0,20}(?:e[+-]?\d{1,3})?|\d{1,20}e[+-]?\d{1,3}|inf|nan)")


def recorded(surface: Surface) -> Program | None:
    """The program of a surface's value, where its code records as the same twice and has its values in the window."""
    if not 1 <= surface.dim <= MOST_COORDINATES:
        return None
    names = [f"p{i}" for i in range(surface.dim)]
    try:
        with np.errstate(all="ignore"):
            first, second = (pruned(trace(_bounded(surface._value), *names)) for _ in range(2))
            if len(first.outputs) != 1 or lines(first) != lines(second) or len(first.nodes) > MOST_OPERATIONS:
                return None
            points = probes(surface.window)
            wanted = [float(surface.value(points[:, i])) for i in range(points.shape[1])]
            made = run(first, points)
            return first if np.allclose(made, wanted, rtol=ALIKE, atol=ALIKE, equal_nan=True) else None
    except (Exception, SystemExit):  # a user's code may raise anything where it is given no numbers
        return None


def _bounded(function: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """The function of recorded coordinates, given up where it writes down more than a record keeps."""

    def at(p: Any) -> Any:
        tape = p[0].tape
        write, left = tape.apply, itertools.count(4 * MOST_OPERATIONS, -1)

        def apply(*operation: Any) -> Any:
            if next(left) < 0 or len(tape.nodes) > 2 * MOST_OPERATIONS:
                raise NotTraceable(f"the formula takes more than {MOST_OPERATIONS:,} operations")
            return write(*operation)

        tape.apply = apply
        return function(p)

    return at


def probes(window: Window) -> Array:
    """Points (dim, count) of a window: its middle, corners, 20 at random, and a few outside of it."""
    lows, highs = np.array(window, dtype=np.float64).T
    rng = np.random.default_rng(len(lows))
    corners = [np.array([k >> min(i, 30) & 1 for i in range(len(lows))], dtype=np.float64) for k in range(8)]
    shares = [
        np.full(len(lows), 0.5),
        *corners,
        *rng.random((20, len(lows))),
        *(3.0 * rng.random((4, len(lows))) - 1.0),
    ]
    return lows[:, None] + (highs - lows)[:, None] * np.unique(np.array(shares), axis=0).T


def run(program: Program, p: Any) -> Array:
    """The program's outputs at p (dim, ...): (outputs, ...), or (...) of one; blocks of points bound the memory."""
    columns = p.reshape(len(p), -1)
    width = max(1, BLOCK // max(1, len(program.nodes)))
    filled = np.empty((len(program.outputs), columns.shape[1]), dtype=p.dtype)
    with np.errstate(all="ignore"):
        for low in range(0, columns.shape[1], width):
            outputs = program.run(list(columns[:, low : low + width]), NUMPY)
            for row, output in enumerate(outputs):
                filled[row, low : low + width] = output
    shaped: Array = filled.reshape(len(program.outputs), *p.shape[1:])
    return shaped[0] if len(program.outputs) == 1 else shaped


def pruned(program: Program) -> Program:
    """The program without the operations that its outputs do not need, numbered anew."""
    new = {i: i for i in range(len(program.names))}
    nodes = [Node("input", (), ())] * len(program.names)

    def moved(operand: Operand, constant: bool) -> Operand:
        return operand if constant else new[int(operand)]

    for index, node in program.operations():
        args = tuple(moved(*pair) for pair in zip(node.args, node.constant, strict=True))
        new[index] = len(nodes)
        nodes.append(Node(node.name, args, node.constant))
    outputs = tuple((moved(*output), output[1]) for output in program.outputs)
    return Program(program.names, tuple(nodes), outputs, frozenset(range(len(nodes))))


def lines(program: Program) -> list[str]:
    """A pruned program as text, a line for each operation and one for the outputs."""

    def texts(pairs: Sequence[tuple[Operand, bool]]) -> list[str]:
        return [repr(float(a)) if constant else str(int(a)) for a, constant in pairs]

    made = [
        " ".join([node.name, *texts(list(zip(node.args, node.constant, strict=True)))])
        for node in program.nodes[len(program.names) :]
    ]
    return [*made, " ".join(["->", *texts(program.outputs)])]


def read(text: Any, dim: int) -> Program:
    """The program of one output that `lines` wrote. ValueError for anything that it cannot have written."""
    if not isinstance(text, list) or not 1 <= len(text) <= MOST_OPERATIONS + 1 or not 1 <= dim <= MOST_COORDINATES:
        raise ValueError(f"a program has 1 to {MOST_OPERATIONS + 1:,} lines")
    nodes = [Node("input", (), ())] * dim
    for line in text[:-1]:
        name, operands = _split(line, len(nodes))
        if len(operands) != ARITY.get(name, -1):
            raise ValueError(f"a program has no line {line!r:.80}")
        args, constant = zip(*operands, strict=True)
        nodes.append(Node(name, args, constant))
    name, operands = _split(text[-1], len(nodes))
    if name != "->" or len(operands) != 1:
        raise ValueError(f"a program ends with its output, not with {text[-1]!r:.80}")
    names = tuple(f"p{i}" for i in range(dim))
    return pruned(Program(names, tuple(nodes), tuple(operands), frozenset()).only(0, 1))


def _split(line: Any, before: int) -> tuple[str, list[tuple[Operand, bool]]]:
    """The name and the operands of a line that has `before` lines before it."""
    if not isinstance(line, str) or len(line) > 200:
        raise ValueError("a line of a program is a short text")
    name, *parts = line.split(" ")
    operands: list[tuple[Operand, bool]] = []
    for part in parts:
        if _NODE.fullmatch(part) and int(part) < before:
            operands.append((int(part), False))
        elif _NUMBER.fullmatch(part):
            operands.append((float(part), True))
        else:
            raise ValueError(f"a line of a program has no operand {part!r:.40} here: {line!r:.80}")
    return name, operands
