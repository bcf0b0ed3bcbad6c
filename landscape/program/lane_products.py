"""Matrix products of many small matrices side by side: entry (i, j) of them all is a vector of LANES numbers.

    times(flat, a, am, ak, b, bk, bn, d, dm, dn, c, cm, cn, m, n, k)    # in a kernel

A product is written in LLVM's own vectors, a tile of its entries in registers at a time, which no loop over lanes
becomes: there LLVM has to expect that what is written is read again. Needs numba.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from landscape.core.extras import library
from landscape.program.lane_functions import instruction, types

cgutils = library("numba.core.cgutils", 'engine="numba"')
populate_array = library("numba.np.arrayobj", 'engine="numba"').populate_array
ir = library("llvmlite.ir", 'engine="numba"')

LANES = 8  # what the longest vectors of processors hold
TILE = 4  # rows and columns that are held in registers
VECTOR, INDEX = ir.VectorType(ir.DoubleType(), LANES), ir.IntType(64)
NAME = "landscape_times"


@instruction
def part(typingctx: Any, flat: Any, first: Any) -> Any:
    """The numbers of a flat array from the vector `first` on, as an array that is indexed from 0."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        make = context.make_array(signature.return_type)
        whole, view = make(context, builder, args[0]), make(context, builder)
        data = builder.gep(whole.data, [builder.mul(args[1], INDEX(LANES))])
        populate_array(view, data, whole.shape, whole.strides, whole.itemsize, meminfo=None)
        return view._getvalue()

    return flat(flat, types.int64), codegen


@instruction
def times(
    typingctx: Any, flat: Any,
    a: Any, am: Any, ak: Any, b: Any, bk: Any, bn: Any, d: Any, dm: Any, dn: Any, c: Any, cm: Any, cn: Any,
    m: Any, n: Any, k: Any,
) -> Any:  # fmt: skip
    """c[i, j] = d[i, j] + sum over l of a[i, l] b[l, j], each entry a vector of lanes: c (m, n), a (m, k), b (k, n).

    Matrices lie in a flat array of float64: a[i, l] is its vector a + i am + l ak, and so for the others.
    """

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        data = context.make_array(signature.args[0])(context, builder, args[0]).data
        builder.call(_function(builder.module), [builder.bitcast(data, VECTOR.as_pointer()), *args[1:]])
        return context.get_dummy_value()

    return types.void(flat, *(types.int64,) * 15), codegen


def _function(module: Any) -> Any:
    """The product as a function of the module, which is compiled once however often it is called."""
    if NAME in module.globals:
        return module.globals[NAME]
    kind = ir.FunctionType(ir.VoidType(), [VECTOR.as_pointer(), *(INDEX,) * 15])
    function = ir.Function(module, kind, NAME)
    function.linkage = "internal"
    function.attributes.add("noinline")
    set.add(function.attributes, '"prefer-vector-width"="512"')  # as `widest` has it
    builder = ir.IRBuilder(function.append_basic_block("entry"))
    flat, a, am, ak, b, bk, bn, d, dm, dn, c, cm, cn, m, n, k = function.args

    def tile(height: int, width: int, i: Any, j: Any) -> None:
        """The entries from (i, j) on."""
        rows = [builder.add(i, INDEX(row)) for row in range(height)]
        columns = [builder.add(j, INDEX(column)) for column in range(width)]
        entries = [(row, column) for row in range(height) for column in range(width)]
        sums = [cgutils.alloca_once(builder, VECTOR) for _ in entries]
        for each, (row, column) in zip(sums, entries, strict=True):
            builder.store(_loaded(builder, flat, d, (rows[row], dm), (columns[column], dn)), each)
        with cgutils.for_range(builder, k, intp=INDEX) as loop:
            x = [_loaded(builder, flat, a, (row, am), (loop.index, ak)) for row in rows]
            y = [_loaded(builder, flat, b, (loop.index, bk), (column, bn)) for column in columns]
            for each, (row, column) in zip(sums, entries, strict=True):
                builder.store(builder.call(_fma(module), [x[row], y[column], builder.load(each)]), each)
        for each, (row, column) in zip(sums, entries, strict=True):
            place = _placed(builder, flat, c, (rows[row], cm), (columns[column], cn))
            builder.store(builder.load(each), place, align=8)

    def across(height: int, i: Any) -> None:
        _in_steps(builder, n, lambda width, j: tile(height, width, i, j))

    _in_steps(builder, m, across)
    builder.ret_void()
    return function


def _in_steps(builder: Any, count: Any, body: Callable[[int, Any], None]) -> None:
    """body(TILE, i) for i = 0, TILE, ... as long as there are so many, then body(1, i) for what is left."""
    whole = builder.sub(count, builder.srem(count, INDEX(TILE)))
    for first, last, step in ((INDEX(0), whole, TILE), (whole, count, 1)):
        with cgutils.for_range_slice(builder, first, last, INDEX(step), intp=INDEX) as (i, _):
            body(step, i)


def _placed(builder: Any, flat: Any, first: Any, *steps: tuple[Any, Any]) -> Any:
    """Where the vector first + sum of number * stride lies."""
    place = first
    for number, stride in steps:
        place = builder.add(place, builder.mul(number, stride))
    return builder.gep(flat, [place])


def _loaded(builder: Any, flat: Any, first: Any, *steps: tuple[Any, Any]) -> Any:
    return builder.load(_placed(builder, flat, first, *steps), align=8)


def _fma(module: Any) -> Any:
    """LLVM's fused multiply-add of vectors."""
    return cgutils.get_or_insert_function(module, ir.FunctionType(VECTOR, [VECTOR] * 3), f"llvm.fma.v{LANES}f64")
