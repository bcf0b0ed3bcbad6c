"""Record the lines of a formula or an update rule, unmodified, as a program that can be run or compiled elsewhere.

    tape = Tape()
    x, y = tape.inputs("x", "y")
    program = tape.program([x*x + np.cos(y)])
    program.lines(SPELLING)            # an assignment for each operation, as a backend's table spells it
    program.run([3.0, 1.0], NUMPY)     # the same operations by any functions: NumPy's, SymPy's, dual numbers'

It works because NumPy calls an object's own `+` and `.cos()` for arrays of objects: a formula fed an object array of
`Value`s writes itself down. One that looks at a value (`if x > 0`) or leaves plain arithmetic raises NotTraceable.
"""

from __future__ import annotations

import dataclasses
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from landscape.core.component import Array
from landscape.program.operations import SIGNS, UNARY

Operand = int | float  # the number of a node, or a constant
DEEPEST = 20  # brackets in a line of a program that is written out


class NotTraceable(TypeError):
    """The lines cannot be written down as straight-line arithmetic."""


@dataclasses.dataclass(frozen=True)
class Node:
    """One operation: its name and its operands, earlier nodes or constants (marked by `constant`)."""

    name: str
    args: tuple[Operand, ...]
    constant: tuple[bool, ...]


class Tape:
    """Writes operations down, each once.

    powers_of_numbers: whether numbers may be raised to Values, as beta**t. Python's own powers are not NumPy's to the
    last bit, so that a backend that is to have the bits of arrays takes none. most: how many operations
    may be asked for, also such as are written down already, beyond which NotTraceable is raised.
    """

    def __init__(self, powers_of_numbers: bool = False, most: int = sys.maxsize) -> None:
        self.powers_of_numbers, self.most, self.asked = powers_of_numbers, most, 0
        self.nodes: list[Node] = []
        self._known: dict[tuple[str | int, ...], int] = {}
        self._names: list[str] = []
        self.looked = ""  # what looked at a value: the program is none, even where its error was caught

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
        self.asked += 1
        if self.asked > self.most:
            raise NotTraceable(f"there are more than {self.most:,} operations")
        operands: list[Operand] = []
        args = tuple(arg.item() if isinstance(arg, np.ndarray) and arg.ndim == 0 else arg for arg in args)
        for arg in args:
            if isinstance(arg, Value):
                operands.append(arg.index)
            elif isinstance(arg, (int, float, np.integer, np.floating)):
                operands.append(float(arg))
            else:
                raise NotTraceable(f"cannot record {name} with {type(arg).__name__}")
        # unlike equality, the text of a number tells 0.0 from -0.0, and 2.0 from node 2
        key = (name, *[repr(each) if isinstance(each, float) else each for each in operands])
        if key not in self._known:
            self.nodes.append(Node(name, tuple(operands), tuple(not isinstance(arg, Value) for arg in args)))
            self._known[key] = len(self.nodes) - 1
        return Value(self, self._known[key])

    def operands(self, index: int) -> list[Any]:
        """What the operation of a node takes: Values and numbers."""
        node = self.nodes[index]
        return [a if c else Value(self, int(a)) for a, c in zip(node.args, node.constant, strict=True)]

    def program(self, outputs: Iterable[Any]) -> Program:
        """The program that computes `outputs` (Values or numbers), without the operations that they do not need."""
        wanted = [(o.index, False) if isinstance(o, Value) else (float(o), True) for o in outputs]
        if self.looked:
            raise NotTraceable(self.looked)
        return Program(tuple(self._names), tuple(self.nodes), tuple(wanted), _needed(self.nodes, wanted))


def _needed(nodes: Sequence[Node], outputs: Iterable[tuple[Operand, bool]]) -> frozenset[int]:
    """The nodes that outputs need, themselves among them."""
    needed = {int(index) for index, constant in outputs if not constant}
    for index in range(max(needed, default=-1), -1, -1):
        if index in needed:
            node = nodes[index]
            needed.update(int(a) for a, c in zip(node.args, node.constant, strict=True) if not c)
    return frozenset(needed)


@dataclasses.dataclass(frozen=True)
class Program:
    """Straight-line arithmetic: inputs, operations in order, outputs as (node or constant, is a constant)."""

    names: tuple[str, ...]
    nodes: tuple[Node, ...]
    outputs: tuple[tuple[Operand, bool], ...]
    needed: frozenset[int]

    def only(self, first: int, last: int) -> Program:
        """The program of the outputs from `first` to before `last`."""
        outputs = self.outputs[first:last]
        needed = _needed(self.nodes, outputs)
        return Program(self.names, self.nodes[: max(needed, default=-1) + 1], outputs, needed)

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

    def lines(self, spelling: Mapping[str, str]) -> list[str]:
        """A Python assignment for each operation; spelling[name] is the template of an operation."""
        return [
            f"t{index} = {spelling[node.name].format(*map(self.text, node.args, node.constant))}"
            for index, node in self.operations()
        ]

    def nested(self, spelling: Mapping[str, str]) -> list[str]:
        """The assignments of `lines`, with what is used once written where it is used.

        NumPy then computes in the memory of what is needed no more, and Python stores less.
        """
        uses: Counter[int] = Counter()
        for _, node in self.operations():
            uses.update(int(a) for a, c in zip(node.args, node.constant, strict=True) if not c)
        kept = {int(index) for index, constant in self.outputs if not constant}
        inner: dict[int, tuple[str, int]] = {}  # the text of what is used once, and how deep its brackets are
        lines = []
        for index, node in self.operations():
            parts = [
                inner.get(-1 if c else int(a)) or (self.text(a, c), 0)
                for a, c in zip(node.args, node.constant, strict=True)
            ]
            whole = spelling[node.name].format(*(part for part, _ in parts))
            depth = 1 + max(depth for _, depth in parts)
            if uses[index] == 1 and index not in kept and depth < DEEPEST:
                inner[index] = whole, depth
            else:
                lines.append(f"t{index} = {whole}")
        return lines

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
        return self.tape.apply("negative", self)

    def __pos__(self) -> Value:
        return self

    def select(self, positive: Any, negative: Any) -> Value:
        """`positive` where this is >= 0, else `negative`."""
        return self.tape.apply("select", self, positive, negative)

    def __pow__(self, power: Any) -> Value:
        if isinstance(power, (int, float)) and power == 2:
            return self.tape.apply("multiply", self, self)
        return self.tape.apply("power", self, power)

    def __rpow__(self, base: Any) -> Any:
        return self.tape.apply("power", base, self) if self.tape.powers_of_numbers else NotImplemented

    def __bool__(self) -> bool:
        raise self._refused("decides by a value (if, while, max, abs)")

    def __hash__(self) -> int:
        raise self._refused("looks a value up (in a set or a dict)")

    def __float__(self) -> float:
        raise self._refused("makes a plain number of a value (float, int, math.*)")

    def __str__(self) -> str:
        raise self._refused("makes text of a value")

    __int__ = __index__ = __complex__ = __float__

    def __format__(self, how: str) -> str:
        return str(self)

    def _refused(self, what: str) -> NotTraceable:
        self.tape.looked = f"the formula {what}: it cannot be recorded"
        return NotTraceable(self.tape.looked)


def _binary(name: str, swapped: bool) -> Callable[[Value, Any], Any]:
    def operation(self: Value, other: Any) -> Any:
        if isinstance(other, np.ndarray) or hasattr(type(other), "derived"):  # they know what to do with Values
            return NotImplemented
        return self.tape.apply(name, other, self) if swapped else self.tape.apply(name, self, other)

    return operation


def _unary(name: str) -> Callable[[Value], Value]:
    return lambda self: self.tape.apply(name, self)


def _comparison(self: Value, other: Any) -> bool:
    return bool(self)


for _name, _method in zip(SIGNS, ("add", "sub", "mul", "truediv"), strict=True):
    setattr(Value, f"__{_method}__", _binary(_name, swapped=False))
    setattr(Value, f"__r{_method}__", _binary(_name, swapped=True))
for _name in UNARY:
    setattr(Value, _name, _unary(_name))
for _method in ("lt", "le", "gt", "ge", "eq", "ne"):
    setattr(Value, f"__{_method}__", _comparison)


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
