"""Run recorded steps without numba: the operations of a program done by NumPy, in the place of the compiled kernel.

    with interpreted():
        record = ls.simulate(..., engine="numba")       # recorded, and run operation by operation

What a recording leaves out, or takes for a constant, shows without a compiler.
"""

import contextlib
import operator
from unittest import mock

import numpy as np

from landscape.core.random import Source
from landscape.program.numba import Kernel
from landscape.program.operations import NUMPY
from landscape.program.stencil import with_update
from landscape.simulation import numba_engine, stencil_engine


@contextlib.contextmanager
def interpreted():
    """Within the block, engine="numba" needs no numba, and compiles nothing."""
    with (
        mock.patch.object(numba_engine, "available", lambda wanted: wanted == "numba"),
        mock.patch.object(numba_engine, "step_kernel", interpreted_kernel),
        mock.patch.object(numba_engine, "measured", return_value=None),
        mock.patch.object(stencil_engine, "stencil_kernel", interpreted_stencil),
    ):
        yield


def interpreted_kernel(step):
    """A kernel of the same arguments as the compiled one."""
    sources = list(dict.fromkeys((draw.purpose, draw.branches) for draw in step.draws))

    def call(low, high, starts, states, hyper, keys, table, uniforms, constants, shared, rows, limit, tolerance,
             out, ends, met, beyond):  # fmt: skip
        program, dim, size = step.program, step.dim, step.kept + step.remembered
        block = slice(low, high)
        params = [row.copy() for row in starts]
        mine, common = iter(states), iter(shared)
        state = [next(mine) if lane else next(common) for lane in step.lanes]
        alive, stopped = ends[block] > 0, ends[block].copy()
        recorded = iter(rows[1:])
        out[0, :, block], wanted = params, next(recorded, None)
        for now, u in enumerate(uniforms):
            own = [keys[sources.index((draw.purpose, draw.branches))] for draw in step.draws]
            drawn = [_drawn(draw, key, now, table) for draw, key in zip(step.draws, own, strict=True)]
            inputs = [*params, *state, *hyper[:, block], *u]
            found = program.run(
                inputs, NUMPY | {"power": operator.pow, "drawn": lambda index, drawn=drawn: drawn[int(index)]}
            )
            moved, state, extra = found[:dim], found[dim : dim + size], found[dim + size :]
            goes = alive.copy()
            if len(extra) >= dim:
                still = alive & (np.sqrt(sum(g * g for g in extra[:dim])) <= tolerance)
                met[block] |= still
                goes &= ~still
                extra = extra[dim:]
            goes &= np.all([np.abs(row) <= limit for row in np.broadcast_arrays(*moved, goes)[:dim]], axis=0)
            for value in extra:
                goes &= value == value
            stopped[alive & ~goes] = now
            alive = goes
            params = [np.where(alive, new, old) for new, old in zip(moved, params, strict=True)]
            if wanted == now + 1:
                out[list(rows).index(wanted), :, block], wanted = params, next(recorded, None)
        ends[block] = stopped

    call.ready = True
    return Kernel(call, np.empty(0), tuple(sources))


def interpreted_stencil(read, fused, of_all):
    """In the place of `landscape.program.stencil.stencil_kernel`."""
    program, kept = with_update(read, fused.loop), sum(fused.wide)

    def call(low, high, left, count, before, params, states, table, shared, constants, rows, limit, out, ends, beyond):
        block, mine = slice(low, high), slice(left + low, left + min(high, count))
        for now, taken in enumerate(shared, start=before):
            p, own = params[:, block], states[:, :, block]
            moved, after = np.empty_like(p), np.empty_like(own)
            for number, group in enumerate(map(np.array, read.groups)):
                part = program.only(number * (1 + kept), (number + 1) * (1 + kept))
                neighbours = [p[(group + offset) % len(p)] for offset in read.offsets]
                q = taken if of_all else taken[:, block]
                moved[group], *made = part.run([*neighbours, *table[:, group, None], *own[:, group], *q], NUMPY)
                for number_of, leaf in enumerate(made):
                    after[number_of, group] = leaf
            goes = (ends[block] > now) & np.all(np.abs(moved) <= limit, axis=0)
            ends[block] = np.where(goes, ends[block], np.minimum(ends[block], now))
            params[:, block], states[:, :, block] = np.where(goes, moved, p), after
            out[rows == now + 1, :, mine] = params[:, low : min(high, count)]

    call.ready = True
    return call, np.empty(0)


def _drawn(draw, keys, step, table):
    source = Source(0, [0], "")._of(keys)
    if draw.kind == "term":
        return table[draw.row, source.integers(step, draw.place + 1, table.shape[1])[draw.place]]
    return getattr(source, f"{draw.kind}s")(step, draw.place + 1)[draw.place]
