"""Write a gradient that takes few neighbours of each coordinate, and a rule's update, as one loop that numba compiles.

    read = stencil(ls.surface("rosenbrock", dim=1000))      # NotTraceable where the gradient is none of that kind
    read.gradient(p)                                        # the surface's own, by NumPy
    kernel = stencil_kernel(read, elementwise(rule, runs=100, varied=()), of_all=True)

The gradient is recorded in the dimension that it is asked for, so that nothing is guessed: coordinates whose recordings
are the same operations of the same neighbours form a group, such as the inner ones of a chain, and are a loop. Where
their constants differ, as weights do, these become rows of a table. Runs are lanes: all steps of a few runs are made
before the next ones, so that their numbers stay in the processor's cache.
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Mapping
from typing import Any

import numpy as np

from landscape.core.component import Array
from landscape.core.surface import Surface
from landscape.program.elementwise import Elementwise
from landscape.program.kernel_files import Compiled, compiled
from landscape.program.numba import HEAD, Writer, filled, is_exact
from landscape.program.operations import NUMPY
from landscape.program.trace import NotTraceable, Operand, Program, Tape, flat, objects

LANES = 16
MOST_DIMENSIONS = 10_000  # beyond, to record takes seconds
MOST_OPERATIONS = 60  # of a coordinate's gradient, and on average of the whole recording
MOST_GROUPS = 8
MOST_NEIGHBOURS = 8  # that take part in a coordinate's gradient
POINTS = 4  # at which a gradient is compared with the surface's own

STEPS = (
    HEAD
    + """
@njit(error_model="numpy", nogil=True, cache=True)
def kernel(low, high, left, count, before, params, states, table, shared, constants, rows, limit, out, ends, beyond):
    widest()
    {constants}
    dim, steps, size = params.shape[0], shared.shape[0], params.shape[0] * {lanes}
    old, new = np.empty((dim, {lanes})), np.empty((dim, {lanes}))
    {allocate}
    alive = np.empty({lanes})
    for base in range(low, high, {lanes}):
        for i in range(dim):
            for lane in range({lanes}):
                old[i, lane] = params[i, base + lane]
                {load}
        frozen = 0
        for lane in range({lanes}):
            alive[lane] = 1.0 if ends[base + lane] > before else 0.0
            frozen += 0 if ends[base + lane] > before else 1
        row, step = 0, 0
        while step < steps and frozen < {lanes}:
            {shared}
            inside, large = 0, 0
            {groups}
            {large}
            if frozen > 0:
                inside = 0
                for i in range(dim):
                    for lane in range({lanes}):
                        new[i, lane] = new[i, lane] if alive[lane] > 0.5 else old[i, lane]
                        inside += 1 if math.fabs(new[i, lane]) <= limit else 0
            if inside < size:
                frozen = 0
                for lane in range({lanes}):
                    for i in range(dim):
                        if not math.fabs(new[i, lane]) <= limit:
                            alive[lane] = 0.0
                    if alive[lane] < 0.5:
                        ends[base + lane] = min(ends[base + lane], before + step)
                        for i in range(dim):
                            new[i, lane] = old[i, lane]
                        frozen += 1
            old, new = new, old
            step += 1
            if row < rows.shape[0] and rows[row] == before + step:
                for i in range(dim):
                    for lane in range(min({lanes}, count - base)):
                        out[row, i, left + base + lane] = old[i, lane]
                row += 1
        while row < rows.shape[0]:
            for i in range(dim):
                for lane in range(min({lanes}, count - base)):
                    out[row, i, left + base + lane] = old[i, lane]
            row += 1
        for i in range(dim):
            for lane in range({lanes}):
                params[i, base + lane] = old[i, lane]
                {store}
"""
)


@dataclasses.dataclass(frozen=True, eq=False)
class Stencil:
    """A gradient read off its recording.

    groups: the coordinates that are treated alike; program: the gradient of each group, its inputs x, a coordinate's
    neighbours at the `offsets`, and w, its column of the table, (w, dim).
    """

    dim: int
    groups: tuple[range, ...]
    offsets: tuple[int, ...]
    program: Program
    table: Array

    def gradient(self, p: Array) -> Array:
        """The gradient (dim, n) at p (dim, n), by the operations that a kernel is written from."""
        made = np.empty_like(p)
        for number, group in enumerate(self.groups):
            own = np.array(group)
            inputs = [*(p[(own + offset) % self.dim] for offset in self.offsets), *self.table[:, own, None]]
            made[own] = self.program.only(number, number + 1).run(inputs, NUMPY)[0]
        return made


def stencil(surface: Surface) -> Stencil:
    """A surface's gradient as groups of coordinates. NotTraceable where it takes more than a few of them each."""
    if surface.dim > MOST_DIMENSIONS or not surface.differentiable:
        raise NotTraceable(f"{surface.name}: {surface.dim:,} coordinates are too many to record")
    read = _known(surface)
    if isinstance(read, NotTraceable):
        raise read
    return read


@functools.lru_cache(maxsize=16)
def _known(surface: Surface) -> Stencil | NotTraceable:
    """What was read, or why nothing was: both take long in many dimensions."""
    try:
        return _read(surface)
    except NotTraceable as error:
        return error
    except Exception as error:  # of lines that take arrays alone
        return NotTraceable(f"{surface.name}: {error}")


def _read(surface: Surface) -> Stencil:
    low, high = np.array(surface.window).T[:, :, None]
    points = np.random.default_rng(0).uniform(low, high, (surface.dim, POINTS))
    with np.errstate(all="ignore"):
        own = surface._gradient(points)
    _check_sparse(surface, points)
    tape = Tape(most=MOST_OPERATIONS * surface.dim)
    p = objects(tape.inputs(*(f"p{i}" for i in range(surface.dim))))
    program = tape.program(flat(surface._gradient(p)))
    if len(program.outputs) != surface.dim:
        raise NotTraceable(f"{surface.name}: its gradient has {len(program.outputs)} coordinates")
    read = _grouped(program)
    with np.errstate(all="ignore"):
        mine = read.gradient(points)
    rounding = 0.0 if is_exact(read.program) else 1e-12 * np.max(np.abs(own), initial=0.0)
    if not np.allclose(mine, own, rtol=0.0, atol=rounding, equal_nan=True):
        raise NotTraceable(f"{surface.name}: what was recorded is not its gradient")
    return read


def _check_sparse(surface: Surface, points: Array) -> None:
    """NotTraceable where many coordinates of the gradient change with one of the point: what takes long to record."""
    begun = np.repeat(points[:, :1], 4, axis=1)
    for column, i in enumerate((0, surface.dim // 2, surface.dim - 1), start=1):
        begun[i, column] = points[i, 1]
    with np.errstate(all="ignore"):
        gradient = surface._gradient(begun)
    if np.any(np.count_nonzero(gradient != gradient[:, :1], axis=0) > MOST_NEIGHBOURS):
        raise NotTraceable(f"{surface.name}: its gradient takes many coordinates")


@dataclasses.dataclass(frozen=True)
class _Shape:
    """The operations of one coordinate's gradient: ("x", offset), ("c", number of a constant), ("t", operation)."""

    lines: tuple[tuple[str, tuple[tuple[str, int], ...]], ...]
    output: tuple[str, int]


def _shape(program: Program, i: int) -> tuple[_Shape, list[float]]:
    """The shape of coordinate i's gradient, and its constants. NotTraceable where it takes too many operations."""
    dim, nodes = len(program.names), program.nodes
    known: dict[int, tuple[str, int]] = {}
    lines: list[tuple[str, tuple[tuple[str, int], ...]]] = []
    constants: list[float] = []

    def read(operand: Operand, constant: bool) -> tuple[str, int]:
        if constant:
            constants.append(float(operand))
            return "c", len(constants) - 1
        index = int(operand)
        if index < dim:
            return "x", index - i
        if index not in known:
            node = nodes[index]
            args = tuple(read(*each) for each in zip(node.args, node.constant, strict=True))
            lines.append((node.name, args))
            known[index] = "t", len(lines) - 1
            if len(lines) > MOST_OPERATIONS:
                raise NotTraceable("a coordinate of the gradient takes too many operations")
        return known[index]

    output = read(*program.outputs[i])
    return _Shape(tuple(lines), output), constants


def _grouped(program: Program) -> Stencil:
    """The coordinates of a gradient by their shapes. NotTraceable where there are many."""
    dim = len(program.names)
    members: dict[_Shape, list[int]] = {}
    numbers: dict[_Shape, list[list[float]]] = {}
    for i in range(dim):
        shape, constants = _shape(program, i)
        members.setdefault(shape, []).append(i)
        numbers.setdefault(shape, []).append(constants)
        if len(members) > MOST_GROUPS:
            raise NotTraceable("the coordinates of the gradient are not treated alike")
    groups = [range(own[0], own[-1] + 1, own[1] - own[0] if len(own) > 1 else 1) for own in members.values()]
    if any(list(group) != own for group, own in zip(groups, members.values(), strict=True)):
        raise NotTraceable("the coordinates of the gradient are not treated alike")

    used = {number for shape in members for _, args in shape.lines for kind, number in args if kind == "x"}
    used |= {shape.output[1] for shape in members if shape.output[0] == "x"}
    offsets = sorted(used | {0})
    columns = {shape: np.array(each).T for shape, each in numbers.items()}  # (constants, members)
    varying = {s: [k for k, each in enumerate(columns[s]) if len(set(each.tolist())) > 1] for s in members}
    table = np.zeros((max(map(len, varying.values())), dim))
    tape = Tape()
    values = tape.inputs(*(f"x{k}" for k in range(len(offsets))), *(f"w{k}" for k in range(len(table))))
    outputs = []
    for shape, group in zip(members, groups, strict=True):
        rows = {constant: row for row, constant in enumerate(varying[shape])}
        for constant, row in rows.items():
            table[row, list(group)] = columns[shape][constant]
        made: list[Any] = []

        def operand(
            kind: str, number: int, shape: _Shape = shape, rows: dict[int, int] = rows, made: list[Any] = made
        ) -> Any:
            if kind == "x":
                return values[offsets.index(number)]
            if kind == "t":
                return made[number]
            return values[len(offsets) + rows[number]] if number in rows else float(columns[shape][number][0])

        for name, args in shape.lines:
            made.append(tape.apply(name, *(operand(*each) for each in args)))
        outputs.append(operand(*shape.output))
    return Stencil(dim, tuple(groups), tuple(offsets), tape.program(outputs), table)


def with_update(read: Stencil, loop: Program) -> Program:
    """Each group's gradient and a rule's update: the inputs of the stencil, then those of `loop` but p and g.

    The outputs are those of `loop`, for one group after the other.
    """
    tape = Tape(powers_of_numbers=True)
    values = tape.inputs(*read.program.names, *loop.names[2:])
    neighbours, rest = values[: len(read.program.names)], values[len(read.program.names) :]
    outputs = []
    for number in range(len(read.groups)):
        (g,) = read.program.only(number, number + 1).run(neighbours, _written(tape, read.program))
        outputs += loop.run([values[read.offsets.index(0)], g, *rest], _written(tape, loop))
    return tape.program(outputs)


def of_most(read: Stencil, loop: Program) -> Program:
    """What `with_update` has of the largest group."""
    first = len(loop.outputs) * max(range(len(read.groups)), key=lambda number: len(read.groups[number]))
    return with_update(read, loop).only(first, first + len(loop.outputs))


def _written(tape: Tape, program: Program) -> Mapping[str, Any]:
    return {node.name: functools.partial(tape.apply, node.name) for _, node in program.operations()}


def stencil_kernel(read: Stencil, fused: Elementwise, of_all: bool) -> tuple[Compiled, Array]:
    """The compiled loop over steps, and its constants.

    `kernel(low, high, left, count, before, params, states, table, shared, constants, rows, limit, out, ends, beyond)`
    makes steps of the runs from low to before high, whose numbers are multiples of LANES, after `before` steps. params:
    (dim, runs) and states: (wide leaves, dim, runs) are read and written to; table: (w, dim); shared: (steps, what the
    loop takes, runs), or of one column where of_all; rows: the steps to record, of those that are made; out: (rows,
    dim, all runs), of which the first `count` runs are recorded from the column `left` on, ends: (runs,), at which step
    a run stopped, and beyond: (1,), whether a sine had an argument too large for it, are written to.
    """
    program = with_update(read, fused.loop)
    writer, kept, each = Writer(program), sum(fused.wide), 1 + sum(fused.wide)
    names = fused.loop.names[2:]
    states, taken = names[:kept], names[kept:]
    shares = [f"{name} = shared[step, {k}, 0]" for k, name in enumerate(taken)]
    if not of_all:
        columns = [f"own_{name}[lane] = shared[step, {k}, base + lane]" for k, name in enumerate(taken)]
        shares = [f"for lane in range({LANES}):", *(f"    {line}" for line in columns or ["pass"])]
    given = {
        **{f"x{k}": f"x{k} = old[i + {offset}, lane]" for k, offset in enumerate(read.offsets)},
        **{f"w{k}": f"w{k} = table[{k}, i]" for k in range(len(read.table))},
        **{name: f"{name} = k{k}[i, lane]" for k, name in enumerate(states)},
        **({} if of_all else {name: f"{name} = own_{name}[lane]" for name in taken}),
    }
    lines, angular = [], False
    for number, group in enumerate(read.groups):
        own = program.only(number * each, (number + 1) * each)
        used = {program.names[index] for index in own.needed if index < len(program.names)}
        moved, *after = (writer.text(*output) for output in own.outputs)
        wide = [f"wide({argument})" for argument in writer.angles({index for index, _ in own.operations()})]
        angular = angular or bool(wide)
        body = [
            *(line for name, line in given.items() if name in used),
            *(writer.line(index, node) for index, node in own.operations()),
            f"new[i, lane] = {moved}",
            *(f"k{k}[i, lane] = {result}" for k, result in enumerate(after)),
            f"inside += 1 if math.fabs({moved}) <= limit else 0",
            *([f"large += 1 if {' | '.join(wide)} else 0"] if wide else []),
        ]
        lines += [
            f"for i in range({_place(group.start, read.dim)}, {_place(group[-1], read.dim)} + 1, {group.step}):",
            f"    for lane in range({LANES}):",
            *(f"        {line}" for line in body),
        ]
    pieces = {
        "groups": lines,
        "shared": shares,
        "large": ["if large > 0:", "    beyond[0] = True"] if angular else [],
        "constants": [f"c{k} = constants[{k}]" for k in range(len(writer.constants))],
        "allocate": [
            *(f"k{k} = np.empty((dim, {LANES}))" for k in range(kept)),
            *([] if of_all else [f"own_{name} = np.empty({LANES})" for name in taken]),
        ],
        "load": [f"k{k}[i, lane] = states[{k}, i, base + lane]" for k in range(kept)],
        "store": [f"states[{k}, i, base + lane] = k{k}[i, lane]" for k in range(kept)],
    }
    return compiled(filled(STEPS, pieces, {"lanes": LANES})), np.array(writer.constants)


def _place(i: int, dim: int) -> str:
    """A coordinate, as seen from the nearer end: the same in other dimensions, and known not to be negative."""
    return str(i) if 2 * i < dim else f"dim - {dim - i}"
