"""Write a rule that treats every coordinate alike as one loop over all of them, which numba compiles.

    fused = elementwise(rule, runs=100, varied=())      # None where the rule is none of that kind
    params, state = fused.apply(rule, params, gradient, state, lr)

In many dimensions the surface's own gradient stays NumPy's; the rule's dozen passes over arrays become one. Whether a
rule is of that kind is read off two recordings, in two and in three dimensions: each new coordinate must come from
itself, its gradient, its part of the state and what is the same for all coordinates, by the same operations.
"""

from __future__ import annotations

import dataclasses
import functools
from typing import Any

import numpy as np

from landscape.core.component import Array
from landscape.core.methods import Method, Optimizer
from landscape.core.state import leaves, rebuilt, stepped
from landscape.program.arrays import Function
from landscape.program.kernel_files import Compiled, compiled
from landscape.program.numba import HEAD, Writer, filled
from landscape.program.steps import at_path, fields_of_runs, of_runs, with_fields
from landscape.program.trace import NotTraceable, Operand, Program, Tape, flat, objects

COLUMNS = 5  # of the state that shows which of its numbers are of a coordinate: more than there are coordinates

# of_all: whether the numbers that are the same for all coordinates are the same for all runs too
SOURCE = (
    HEAD
    + """
@njit(error_model="numpy", nogil=True, cache=True)
def kernel(params, gradient, state, shared, constants, moved, after):
    widest()
    {constants}
    {of_all}
    for row in range(params.shape[0]):
        for i in range(params.shape[1]):
            {body}
"""
)


@dataclasses.dataclass(frozen=True)
class Elementwise:
    """A rule as a loop over coordinates.

    fields: the paths of the rule's fields that are inputs; wide: for each leaf of the state, whether it has a number
    for each coordinate. shared: what is the same for all coordinates: inputs the rate, the fields, those leaves that
    are not wide; outputs these leaves after the step, and what the loop takes. loop: inputs p, g, the wide leaves, and
    what `shared` gives; outputs the new p and wide leaves.
    """

    fields: tuple[tuple[str, ...], ...]
    wide: tuple[bool, ...]
    shared: Program
    loop: Program

    def apply(self, rule: Method, params: Array, gradient: Array, state: Any, lr: Any) -> tuple[Array, Any]:
        """What rule.apply gives at params (dim, runs). NotTraceable where numba cannot compile it."""
        listed = leaves(state)
        kept, taken = self.common(rule, [leaf for leaf, wide in zip(listed, self.wide, strict=True) if not wide], lr)
        of_all = all(np.ndim(each) == 0 for each in taken)
        shape = (1, params.size) if of_all else params.shape  # numbers of all runs: one row
        arrays = [params, gradient, *(leaf for leaf, wide in zip(listed, self.wide, strict=True) if wide)]
        p, g, *before = (np.ascontiguousarray(each).reshape(shape) for each in arrays)
        moved, *after = (np.empty(shape) for _ in (p, *before))
        shared = np.array(taken if of_all else [np.broadcast_to(each, shape[1]) for each in taken], dtype=np.float64)
        call, constants = self._kernels[of_all]
        call(p, g, tuple(before), shared.reshape(len(taken), 1 if of_all else shape[1]), constants, moved, tuple(after))
        rest = iter([after.pop(0).reshape(params.shape) if wide else kept.pop(0) for wide in self.wide])
        return moved.reshape(params.shape), rebuilt(state, lambda _: next(rest))

    def common(self, rule: Method, given: list[Any], lr: Any) -> tuple[list[Any], list[Any]]:
        """The leaves that are the same for all coordinates after a step, `given` before it; and what the loop takes."""
        found = self._shared([lr, *(at_path(rule, path) for path in self.fields), *given])
        return found[: len(given)], found[len(given) :]

    @functools.cached_property
    def _shared(self) -> Function:
        return Function(self.shared)

    @functools.cached_property
    def _kernels(self) -> tuple[tuple[Compiled, Array], ...]:
        return tuple(element_kernel(self.loop, sum(self.wide), of_all) for of_all in (False, True))


def elementwise(rule: Method, runs: int, varied: tuple[str, ...]) -> Elementwise | None:
    """The rule as a loop over coordinates, or None where it is none. varied: fields that schedules change."""
    if not isinstance(rule, Optimizer) or type(rule).step is not Optimizer.step:
        return None
    fields = tuple(dict.fromkeys([*fields_of_runs(rule, runs), *((field,) for field in varied)]))
    known: dict[Any, int] = {}
    try:
        two, three = (_Recording(rule, fields, dim) for dim in (2, 3))
        told = {tuple(each.told(known)) for each in (two, three)}
        return two.split() if len(told) == 1 else None
    except NotTraceable:
        return None


class _Recording:
    """The lines of a rule's step in a few dimensions. Inputs of the coordinate i are named as "p:i"."""

    def __init__(self, rule: Optimizer, fields: tuple[tuple[str, ...], ...], dim: int) -> None:
        self.fields, self.dim = fields, dim
        try:
            begun = rule.init(np.zeros((dim, COLUMNS)))
        except Exception as error:  # of a rule with numbers for each run
            raise NotTraceable(f"{rule.name}: {error}") from error
        self.wide = [np.shape(leaf) == (dim, COLUMNS) for leaf in leaves(begun)]
        others = [leaf for wide, leaf in zip(self.wide, leaves(begun), strict=True) if not wide]
        if any(np.size(leaf) not in (1, COLUMNS) for leaf in others):
            raise NotTraceable(f"{rule.name}: its state is no vector")
        names = ["lr", *(f"h{i}" for i in range(len(fields)))]
        names += [f"s{i}" for i, wide in enumerate(self.wide) if not wide]
        self.letters = ["p", "g", *(f"s{i}" for i, wide in enumerate(self.wide) if wide)]
        names += [f"{letter}:{i}" for letter in self.letters for i in range(dim)]
        self.tape = Tape(powers_of_numbers=True)
        self.values = dict(zip(names, self.tape.inputs(*names), strict=True))
        for tail in ((), (1,)):
            try:
                moved, after = self._stepped(rule, begun, tail)
                break
            except NotTraceable:
                if tail:
                    raise
            except Exception as error:  # lines may take columns alone, or none of it
                if tail:
                    raise NotTraceable(f"{rule.name}: {error}") from error
        self.moved = flat(moved)
        self.after = [flat(leaf) for leaf in leaves(after)]
        sizes = [dim if wide else 1 for wide in self.wide]
        if len(self.moved) != dim or [len(leaf) for leaf in self.after] != sizes:
            raise NotTraceable(f"{rule.name}: the state changes its shape")

    def _stepped(self, rule: Optimizer, begun: Any, tail: tuple[int, ...]) -> tuple[Any, Any]:
        def vector(letter: str) -> Array:
            return objects([self.values[f"{letter}:{i}"] for i in range(self.dim)]).reshape(self.dim, *tail)

        numbers = iter(range(len(self.wide)))

        def replaced(leaf: Any) -> Any:
            number = next(numbers)
            if self.wide[number]:
                return vector(f"s{number}")
            value = self.values[f"s{number}"]
            return objects([value]) if np.ndim(leaf) and tail else value

        made = with_fields(rule, {path: self.values[f"h{i}"] for i, path in enumerate(self.fields)})
        state, params = rebuilt(begun, replaced), vector("p")
        return stepped(rule, made.apply(params, vector("g"), state, self.values["lr"]), params.shape)

    def told(self, known: dict[Any, int]) -> list[Any]:
        """What each coordinate's new numbers, and those of all, are made by, by numbers that `known` gives.

        NotTraceable where a coordinate takes what is of another one.
        """
        told = [tuple(self._numbers([self.moved[i], *self._of(i)], str(i), known)) for i in range(self.dim)]
        if len(set(told)) > 1:
            raise NotTraceable("its coordinates are not treated alike")
        return [told[0], tuple(self._numbers(self._common(), "", known))]

    def _of(self, i: int) -> list[Any]:
        return [leaf[i] for leaf, wide in zip(self.after, self.wide, strict=True) if wide]

    def _common(self) -> list[Any]:
        return [leaf[0] for leaf, wide in zip(self.after, self.wide, strict=True) if not wide]

    def _numbers(self, outputs: list[Any], own: str, known: dict[Any, int]) -> list[int]:
        """A number for each output, the same for the same operations on the inputs of a coordinate and of all."""
        program = self.tape.program(outputs)
        found: dict[int, int] = {}
        for index, name in enumerate(program.names):
            letter, _, coordinate = name.partition(":")
            if index in program.needed and coordinate not in ("", own):
                raise NotTraceable("its coordinates are not treated apart")
            found[index] = known.setdefault(letter, len(known))

        def number(operand: Operand, constant: bool) -> int:
            return known.setdefault(repr(float(operand)), len(known)) if constant else found[int(operand)]

        for index, node in program.operations():
            key = (node.name, *map(number, node.args, node.constant))
            found[index] = known.setdefault(key, len(known))
        return [number(*output) for output in program.outputs]

    def split(self) -> Elementwise:
        """The operations of the first coordinate, and those that are the same for all, which it takes results of."""
        program = self.tape.program([self.moved[0], *self._of(0), *self._common()])
        names, first = program.names, len(self._of(0)) + 1
        own = of_runs(program, {i for i, name in enumerate(names) if ":" in name})
        used = [zip(node.args, node.constant, strict=True) for i, node in program.operations() if i in own]
        operands = (int(a) for each in [*used, program.outputs[:first]] for a, constant in each if not constant)
        taken = list(dict.fromkeys(operand for operand in operands if operand not in own))
        shared, loop = Tape(powers_of_numbers=True), Tape(powers_of_numbers=True)
        common = [i for i, name in enumerate(names) if ":" not in name]
        mine = [names.index(f"{letter}:0") for letter in self.letters]
        values: dict[int, Any] = dict(zip(common, shared.inputs(*(names[i] for i in common)), strict=True))
        inner: dict[int, Any] = dict(
            zip([*mine, *taken], loop.inputs(*self.letters, *(f"q{i}" for i in range(len(taken)))), strict=True)
        )
        for index, node in program.operations():
            tape, known = (loop, inner) if index in own else (shared, values)
            known[index] = tape.apply(
                node.name, *(a if c else known[int(a)] for a, c in zip(node.args, node.constant, strict=True))
            )

        def found(outputs: Any, known: dict[int, Any]) -> list[Any]:
            return [operand if constant else known[int(operand)] for operand, constant in outputs]

        return Elementwise(
            self.fields,
            tuple(self.wide),
            shared.program([*found(program.outputs[first:], values), *(values[i] for i in taken)]),
            loop.program(found(program.outputs[:first], inner)),
        )


def element_kernel(loop: Program, kept: int, of_all: bool) -> tuple[Compiled, Array]:
    """The compiled loop, `kernel(params, gradient, state, shared, constants, moved, after)`, and its constants.

    params, gradient, moved: (rows, n); state, after: tuples of `kept` such arrays, of which the last is written to;
    shared: (what the loop takes, n), or of one column where of_all.
    """
    writer = Writer(loop)
    if writer.angles({index for index, _ in loop.operations()}):
        raise NotTraceable("a sine, which is right up to some size only")
    taken = loop.names[2 + kept :]
    lines = [writer.line(index, node) for index, node in loop.operations()]
    results = [writer.text(*output) for output in loop.outputs]
    shares = [f"{name} = shared[{i}, {0 if of_all else 'i'}]" for i, name in enumerate(taken)]
    body = [
        "p, g = params[row, i], gradient[row, i]",
        *(f"{name} = state[{i}][row, i]" for i, name in enumerate(loop.names[2 : 2 + kept])),
        *([] if of_all else shares),
        *lines,
        f"moved[row, i] = {results[0]}",
        *(f"after[{i}][row, i] = {result}" for i, result in enumerate(results[1:])),
    ]
    pieces = {
        "body": body,
        "of_all": shares if of_all else [],
        "constants": [f"c{i} = constants[{i}]" for i in range(len(writer.constants))],
    }
    return compiled(filled(SOURCE, pieces, {})), np.array(writer.constants)
