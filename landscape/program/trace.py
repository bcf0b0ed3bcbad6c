"""Record the lines of a formula or an update rule, unmodified, as a program that can be run or compiled elsewhere.

    tape = Tape()
    x, y = tape.inputs("x", "y")
    program = tape.program([x*x + np.cos(y)])
    program.source("math")             # straight-line Python source
    program.run([3.0, 1.0], NUMPY)     # the same operations by any functions: NumPy's, SymPy's, dual numbers'

It works because NumPy calls an object's own `+` and `.cos()` for arrays of objects: a formula fed an object array of
`Value`s writes itself down. One that looks at a value (`if x > 0`) or leaves plain arithmetic raises NotTraceable.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from landscape.core.component import Array
from landscape.core.elementary import select

Operand = int | float  # the number of a node, or a constant

BINARY = {"add": "+", "sub": "-", "mul": "*", "div": "/"}
UNARY = (
    "sqrt", "exp", "expm1", "log", "log1p", "sin", "cos", "tan", "tanh", "sinh", "cosh", "arctan", "arcsin", "arccos",
)  # fmt: skip


class NotTraceable(TypeError):
    """The lines cannot be written down as straight-line arithmetic."""


@dataclasses.dataclass(frozen=True)
class Node:
    """One operation: its name and its operands, earlier nodes or constants (marked by `constant`)."""

    name: str
    args: tuple[Operand, ...]
    constant: tuple[bool, ...]


class Tape:
    """Writes operations down, each once."""

    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self._known: dict[str, int] = {}
        self._names: list[str] = []

    def inputs(self, *names: str) -> list[Value]:
        """A Value for each name; the program takes them in this order."""
        for name in names:
            self.nodes.append(Node("input", (), ()))
            self._names.append(name)
        first = len(self.nodes) - len(names)
        if first + len(names) != len(self._names):
            raise ValueError("all inputs come before the first operation")
        return [Value(self, first + index) for index in range(len(names))]

    def apply(self, name: str, *args: Any) -> Value:
        """The Value of an operation on Values and numbers."""
        operands: list[Operand] = []
        for arg in args:
            if isinstance(arg, Value):
                operands.append(arg.index)
            elif isinstance(arg, (int, float, np.integer, np.floating)):
                operands.append(float(arg))
            else:
                raise NotTraceable(f"cannot record {name} with {type(arg).__name__}")
        node = Node(name, tuple(operands), tuple(not isinstance(arg, Value) for arg in args))
        key = repr(node)  # unlike equality, it tells 0.0 from -0.0
        if key not in self._known:
            self.nodes.append(node)
            self._known[key] = len(self.nodes) - 1
        return Value(self, self._known[key])

    def program(self, outputs: Iterable[Any]) -> Program:
        """The program that computes `outputs` (Values or numbers), without the operations that they do not need."""
        wanted = [(o.index, False) if isinstance(o, Value) else (float(o), True) for o in outputs]
        needed = {int(index) for index, constant in wanted if not constant}
        for index in range(len(self.nodes) - 1, -1, -1):
            if index in needed:
                node = self.nodes[index]
                needed.update(int(a) for a, c in zip(node.args, node.constant, strict=True) if not c)
        return Program(tuple(self._names), tuple(self.nodes), tuple(wanted), frozenset(needed))


@dataclasses.dataclass(frozen=True)
class Program:
    """Straight-line arithmetic: inputs, operations in order, outputs as (node or constant, is a constant)."""

    names: tuple[str, ...]
    nodes: tuple[Node, ...]
    outputs: tuple[tuple[Operand, bool], ...]
    needed: frozenset[int]

    def operations(self) -> list[tuple[int, Node]]:
        """(number, operation) in order, inputs left out."""
        return [(i, n) for i, n in enumerate(self.nodes) if n.name != "input" and i in self.needed]

    def written_out(self) -> int:
        """How many operations an output takes, at most, if what is used several times is computed anew each time."""
        lengths = dict.fromkeys(range(len(self.names)), 0)
        for index, node in self.operations():
            operands = [int(a) for a, c in zip(node.args, node.constant, strict=True) if not c]
            lengths[index] = 1 + sum(lengths[operand] for operand in operands)
        return max(lengths.values(), default=0)

    def run(self, inputs: Sequence[Any], functions: Mapping[str, Callable[..., Any]]) -> list[Any]:
        """The outputs for these inputs, each operation done by functions[name]."""
        values: dict[int, Any] = dict(enumerate(inputs))
        for index, node in self.operations():
            args = [a if c else values[int(a)] for a, c in zip(node.args, node.constant, strict=True)]
            values[index] = functions[node.name](*args)
        return [o if constant else values[int(o)] for o, constant in self.outputs]

    def lines(self, call: Callable[[str, str], str]) -> list[str]:
        """A Python assignment for each operation; `call(function, argument)` writes an elementary function."""
        written = []
        for index, node in self.operations():
            args = [self.text(a, c) for a, c in zip(node.args, node.constant, strict=True)]
            if node.name in BINARY:
                right = f"{args[0]} {BINARY[node.name]} {args[1]}"
            elif node.name == "neg":
                right = f"-{args[0]}"
            elif node.name == "select":
                right = f"{args[1]} if {args[0]} >= 0.0 else {args[2]}"
            else:
                right = call(node.name, ", ".join(args))
            written.append(f"t{index} = {right}")
        return written

    def text(self, operand: Operand, constant: bool) -> str:
        """How an operand is written: the input's name, a temporary, or the constant."""
        if constant:
            if not np.isfinite(operand):
                raise NotTraceable("a constant of the formula is not finite")
            return f"({operand!r})"
        index = int(operand)
        return self.names[index] if index < len(self.names) else f"t{index}"


class Value:
    """A number that is being written down. NumPy's elementary functions find their methods here."""

    __slots__ = ("index", "tape")

    def __init__(self, tape: Tape, index: int) -> None:
        self.tape, self.index = tape, index

    def __neg__(self) -> Value:
        return self.tape.apply("neg", self)

    def __pos__(self) -> Value:
        return self

    def select(self, positive: Any, negative: Any) -> Value:
        """`positive` where this is >= 0, else `negative`."""
        return self.tape.apply("select", self, positive, negative)

    def __pow__(self, power: Any) -> Value:
        if isinstance(power, (int, float)) and power == 2:
            return self.tape.apply("mul", self, self)
        return self.tape.apply("power", self, power)

    def __bool__(self) -> bool:
        raise NotTraceable("the formula decides by a value (if, while, max, abs): it cannot be recorded")

    __hash__ = object.__hash__


def _binary(name: str, swapped: bool) -> Callable[[Value, Any], Any]:
    def operation(self: Value, other: Any) -> Any:
        if isinstance(other, np.ndarray):
            return NotImplemented
        return self.tape.apply(name, other, self) if swapped else self.tape.apply(name, self, other)

    return operation


def _unary(name: str) -> Callable[[Value], Value]:
    return lambda self: self.tape.apply(name, self)


def _comparison(self: Value, other: Any) -> bool:
    return bool(self)


for _name, _method in {"add": "add", "sub": "sub", "mul": "mul", "div": "truediv"}.items():
    setattr(Value, f"__{_method}__", _binary(_name, swapped=False))
    setattr(Value, f"__r{_method}__", _binary(_name, swapped=True))
for _name in UNARY:
    setattr(Value, _name, _unary(_name))
for _method in ("lt", "le", "gt", "ge"):
    setattr(Value, f"__{_method}__", _comparison)


NUMPY: dict[str, Callable[..., Any]] = {
    "add": np.add, "sub": np.subtract, "mul": np.multiply, "div": np.divide, "neg": np.negative, "power": np.power,
    "select": select,
    **{name: getattr(np, name) for name in UNARY},
}  # fmt: skip


def trace(function: Callable[..., Any], *inputs: str) -> Program:
    """The program of `function(p) -> array or number`, where p is an object array of the named inputs."""
    tape = Tape()
    values = tape.inputs(*inputs)
    return tape.program(flat(function(objects(values))))


def objects(values: Sequence[Any]) -> Array:
    """Values as an object array (n,), which formulas treat like a point."""
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array


def flat(result: Any) -> list[Any]:
    """An array of objects, or one object, as a list."""
    return list(result.ravel()) if isinstance(result, np.ndarray) else [result]
