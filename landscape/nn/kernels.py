"""Compile a network's gradient for many runs side by side, where numba is installed.

    kernel = gradient_kernel(activations, loss, outputs)        # NotTraceable where a part is not recorded
    kernel.call(0, runs, params, ..., out)

BLAS and NumPy make a pass over memory for each step of a formula, and a call for each small matrix. Here the runs are
the lanes of vectors: eight runs go forward and back over some tens of examples before the next eight, their weights and
activations in the cache, and products of matrices are tiles in registers. Activations and losses are the library's own
lines, recorded.
"""

from __future__ import annotations

import dataclasses
import functools
from typing import Any

import numpy as np

from landscape.core.component import Array
from landscape.nn.activations._base import Activation, Learnt
from landscape.nn.losses import Loss
from landscape.program.machine_code import Alone, alone
from landscape.program.numba import HEAD, Writer, filled
from landscape.program.trace import NotTraceable, Program, Tape, objects

LANES = 8  # as `landscape.program.lane_products` has it, which needs numba
ROWS = 16  # examples that go forward and back at a time

SOURCE = (
    HEAD
    + """
from landscape.program.lane_products import part, times


@njit(error_model="numpy", nogil=True, cache=True)
def kernel(low, high, params, examples, targets, index, layers, constants, flat, out):
    widest()
    {constants}
    dim, batch, inputs, outputs = params.shape[0], index.shape[0], examples.shape[1], targets.shape[1]
    chunk, last, longest = min(batch, {chunk}), layers.shape[0] - 1, inputs
    for k in range(last + 1):
        longest = max(longest, layers[k, 1])
    # places of vectors: 0, 1, the weights, their gradient, targets, slopes of a layer and of the one before, a learnt
    # slope, and the inputs with z and a of each layer
    zero, one, weights = 0, 1, 2
    gradient = weights + dim
    wanted = gradient + dim
    slope = wanted + chunk * outputs
    behind = slope + chunk * longest
    learnt = behind + chunk * longest
    inner = learnt + chunk * longest
    drawn = index.shape[1] - 1
    ones = part(flat, one)
    zeros = part(flat, zero)
    for lane in range({lanes}):
        zeros[lane], ones[lane] = 0.0, 1.0
    ps, gs, xs, ys = part(flat, weights), part(flat, gradient), part(flat, inner), part(flat, wanted)
    for base in range(low, high, {lanes}):
        for i in range(dim * {lanes}):
            ps[i] = params[i // {lanes}, min(base + i % {lanes}, high - 1)]
            gs[i] = 0.0
        for first in range(0, batch, chunk):
            rows = min(chunk, batch - first)
            for i in range(rows * {lanes}):
                row, lane = i // {lanes}, i % {lanes}
                example = index[first + row, min(base + lane, high - 1, drawn)]
                for j in range(inputs):
                    xs[(row * inputs + j) * {lanes} + lane] = examples[example, j]
                for j in range(outputs):
                    ys[(j * rows + row) * {lanes} + lane] = targets[example, j]
            w, last_a = weights, inner
            for k in range(last + 1):
                into, outof, x_at = layers[k, 0], layers[k, 1], last_a
                # the last layer's numbers lie output by output, those of others example by example
                by_row, by_unit = (outof, 1) if k < last else (1, rows)
                z_at, b = x_at + rows * into, w + into * outof
                last_a, size = z_at + rows * outof, rows * outof * {lanes}
                times(flat, x_at, into, 1, w, 1, into, b, 0, 1, z_at, by_row, by_unit, rows, outof, into)
                zs, found = part(flat, z_at), part(flat, last_a)
                {values}
                w += layers[k, 2]
            size = rows * {lanes}
            {loss}
            d, e = slope, behind
            for k in range(last, -1, -1):
                into, outof = layers[k, 0], layers[k, 1]
                by_row, by_unit = (outof, 1) if k < last else (1, rows)
                w -= layers[k, 2]
                b, z_at, size = w + into * outof, last_a - rows * outof, rows * outof * {lanes}
                x_at, dw, db = z_at - rows * into, w + dim, b + dim
                zs, found, ds, es = part(flat, z_at), part(flat, last_a), part(flat, d), part(flat, e)
                {slopes}
                times(flat, d, by_unit, by_row, x_at, into, 1, dw, into, 1, dw, into, 1, outof, into, rows)
                times(flat, one, 0, 0, d, by_row, by_unit, db, 0, 1, db, 0, 1, 1, outof, rows)
                if k > 0:
                    times(flat, d, by_row, by_unit, w, into, 1, zero, 0, 0, e, into, 1, rows, into, outof)
                    d, e = e, d
                last_a = x_at
        for i in range(dim):
            for lane in range(min({lanes}, high - base)):
                out[i, base + lane] = gs[i * {lanes} + lane]
"""
)


@dataclasses.dataclass(frozen=True)
class Kernel:
    """The compiled gradient, `kernel(low, high, params, examples, targets, index, layers, constants, flat, out)`.

    low, high: which runs; params: (dim, runs); examples (terms, inputs), targets (terms, outputs); index: (batch, runs)
    the examples of each run, or (batch, 1) those of all; layers: (layers, 4), the inputs, the outputs, the number of
    parameters and that of the activation of each. flat: `scratch` numbers, and out: (dim, runs), the mean gradient, are
    written to; what is read is read only. All are whole numbers of 64 bits or float64, in the order of rows.
    """

    call: Alone
    constants: Array
    program: Program


def scratch(widths: tuple[int, ...], dim: int, batch: int) -> int:
    """How many numbers a call works on, whatever the number of runs."""
    each = widths[-1] + 3 * max(widths) + widths[0] + 2 * sum(widths[1:])
    return (2 + 2 * dim + min(batch, ROWS) * each) * LANES


def recorded(activations: tuple[Activation, ...], loss: Loss, outputs: int) -> Program:
    """phi, phi' and the derivative by a learnt slope of each activation, then dl/df (outputs,). NotTraceable if not."""
    tape = Tape()
    f, y = ([f"{letter}{j}" for j in range(outputs)] for letter in "fy")
    inputs: list[Any] = tape.inputs("z", "a", "s", *f, *y)
    z, a, s, *rest = inputs
    found: list[Any] = []
    try:
        for phi in activations:
            at = phi.at(s) if isinstance(phi, Learnt) else phi
            found += [at._value(z), at._slope(z, a), at.by_slope(z) if isinstance(at, Learnt) else 0.0]
        slopes = loss.gradient(objects(rest[:outputs])[None], objects(rest[outputs:])[None])
    except NotTraceable:
        raise
    except Exception as error:  # of a function that takes arrays alone
        raise NotTraceable(f"{error}") from error
    return tape.program([*found, *np.broadcast_to(slopes, (1, outputs))[0]])


@functools.cache
def gradient_kernel(activations: tuple[Activation, ...], loss: Loss, outputs: int) -> Kernel:
    """The compiled gradient of networks with these activations, each once. NotTraceable where there is none."""
    program = recorded(activations, loss, outputs)
    writer = Writer(program)
    if writer.angles({index for index, _ in program.operations()}):
        raise NotTraceable("a sine, which is right up to some size only")

    def lines(first: int, last: int) -> list[str]:
        return [writer.line(index, node) for index, node in program.only(first, last).operations()]

    values, slopes = [], []
    for number, phi in enumerate(activations):
        first, chosen = 3 * number, f"{'el' * bool(number)}if layers[k, 3] == {number}:"
        value, slope, by_slope = (writer.text(*output) for output in program.outputs[first : first + 3])
        shared, added = [], []
        if isinstance(phi, Learnt):
            shared = [
                "times(flat, one, 0, 0, b + outof, 0, 0, zero, 0, 0, learnt, 1, 0, rows * outof, 1, 1)",
                "learnts = part(flat, learnt)",
            ]
            added = [
                *_loop(["z, s = zs[i], learnts[i]", *lines(first + 2, first + 3), f"es[i] = ds[i] * {by_slope}"]),
                "ds_at = db + outof",
                "times(flat, one, 0, 0, e, 1, 0, ds_at, 0, 0, ds_at, 0, 0, 1, 1, rows * outof)",
            ]
        given = "z, a, s = zs[i], found[i], learnts[i]" if shared else "z, a = zs[i], found[i]"
        values += [chosen, *_inside([*shared, *_loop([given, *lines(first, first + 1), f"found[i] = {value}"])])]
        back = _loop([given, *lines(first + 1, first + 2), f"ds[i] = ds[i] * {slope}"])
        slopes += [chosen, *_inside([*shared, *added, *back])]
    at = len(program.outputs) - outputs
    names = [(f"{letter}{j}", f"{letter}s{j}[i]") for j in range(outputs) for letter in "fy"]
    places = [("f", "last_a"), ("y", "wanted"), ("d", "slope")]
    pieces = {
        "values": values,
        "slopes": slopes,
        "loss": [
            *(f"{letter}s{j} = part(flat, {place} + {j} * rows)" for letter, place in places for j in range(outputs)),
            *_loop(
                [
                    *(f"{name} = {place}" for name, place in names),
                    *lines(at, at + outputs),
                    *(f"ds{j}[i] = {writer.text(*program.outputs[at + j])} / batch" for j in range(outputs)),
                ]
            ),
        ],
        "constants": [f"c{i} = constants[{i}]" for i in range(len(writer.constants))],
    }
    source = filled(SOURCE, pieces, {"chunk": ROWS, "lanes": LANES})
    return Kernel(alone(source), np.array(writer.constants), program)


def _loop(body: list[str]) -> list[str]:
    return ["for i in range(size):", *_inside(body)]


def _inside(body: list[str]) -> list[str]:
    return [f"    {line}" for line in body]
