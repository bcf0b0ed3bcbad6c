"""Differentiate what is recorded: the slopes of a Value, as Values of the same tape, by the rules of every mode.

x, y = Tape().inputs("x", "y")
gradient(x * x * y, [x, y])             # 2xy and x^2, written down
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from landscape.derivatives.rules import SLOPES
from landscape.program.trace import Value

CHOICE = ("select", 0)  # what has no slope: which way a branch goes


def gradient(output: Any, inputs: Sequence[Value]) -> list[Any]:
    """The slope of a Value, or a number, along each input, in one pass back."""
    if not isinstance(output, Value):
        return [0.0] * len(inputs)
    tape, slopes = output.tape, {output.index: 1.0}
    for index in range(output.index, -1, -1):
        if index not in slopes:
            continue
        node, operands = tape.nodes[index], tape.operands(index)
        for i, operand in enumerate(operands):
            if isinstance(operand, Value) and (node.name, i) != CHOICE:
                part = SLOPES[node.name][i](slopes[index], Value(tape, index), *operands)
                slopes[operand.index] = slopes[operand.index] + part if operand.index in slopes else part
    return [slopes.get(x.index, 0.0) for x in inputs]


def hessian(slopes: Sequence[Any], inputs: Sequence[Value]) -> list[Any]:
    """The second derivatives, row by row, each pair once, given the slopes along the inputs."""
    rows = [gradient(slope, inputs[: i + 1]) for i, slope in enumerate(slopes)]
    return [rows[max(i, j)][min(i, j)] for i in range(len(inputs)) for j in range(len(inputs))]
