"""Write a program as a Python function of arrays, or of anything else that NumPy's functions take.

function = Function(trace(lambda p: p[0] * np.sin(p[1]), "x", "y"))
function([x, y])                           # the outputs, each in the shape of x and y, or a number
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

from landscape.program.operations import ARITHMETIC, NUMPY, UNARY
from landscape.program.trace import Program

SPELLING = {
    **ARITHMETIC,
    **{name: f"{name}({{}})" for name in UNARY},
    "power": "power({}, {})",
    "select": "select({}, {}, {})",
}


class Function:
    """A program as a function of a sequence of its inputs, which returns the list of its outputs."""

    def __init__(self, program: Program) -> None:
        self.program = program

    def __call__(self, inputs: Sequence[Any]) -> list[Any]:
        return self._compiled(inputs)

    def __reduce__(self) -> tuple[type[Function], tuple[Program]]:
        return Function, (self.program,)

    @functools.cached_property
    def _compiled(self) -> Callable[[Sequence[Any]], list[Any]]:
        program = self.program
        source = [
            "def function(inputs):",
            f"    {', '.join(program.names)}, = inputs",
            *(f"    {line}" for line in program.nested(SPELLING)),
            f"    return [{', '.join(program.text(*output) for output in program.outputs)}]",
        ]
        scope: dict[str, Any] = dict(NUMPY)
        exec(compile("\n".join(source), "<program>", "exec"), scope)
        function: Callable[[Sequence[Any]], list[Any]] = scope["function"]
        return function
