"""NumPy's functions that rearrange an array, of values that are being differentiated: no number is changed.

They enter the table of `landscape.derivatives.functions`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from landscape.derivatives.automatic import INSTEAD, NotDifferentiable, evaluate
from landscape.derivatives.functions import array_of, axis_of, implements
from landscape.derivatives.rules import RULES, shape_of


@implements(np.reshape)
def _reshape(a: Any, shape: Any = None, order: Any = "C", newshape: Any = None) -> Any:
    shape = newshape if shape is None else shape
    shape = (shape,) if isinstance(shape, (int, np.integer)) else tuple(shape)
    a = array_of(a)
    if order == "F":
        return np.transpose(np.reshape(np.transpose(a), shape[::-1]))
    if order != "C":
        raise NotDifferentiable(f'automatic differentiation of np.reshape: order "C" or "F", {INSTEAD}')
    return evaluate(RULES["reshape"], (a,), (shape,))


@implements(np.ravel)
def _ravel(a: Any, order: Any = "C") -> Any:
    return np.reshape(a, (-1,), order="C" if a.ndim < 2 else order)


@implements(np.squeeze)
def _squeeze(a: Any, axis: Any = None) -> Any:
    axes = None if axis is None else {axis_of(each, a.ndim) for each in np.atleast_1d(axis)}
    return np.reshape(a, tuple(n for i, n in enumerate(a.shape) if n != 1 or not (axes is None or i in axes)))


@implements(np.expand_dims)
def _expand_dims(a: Any, axis: Any) -> Any:
    axes = [axis] if isinstance(axis, (int, np.integer)) else list(axis)
    total = a.ndim + len(axes)
    where = {axis_of(each, total) for each in axes}
    rest = iter(a.shape)
    return np.reshape(a, tuple(1 if i in where else next(rest) for i in range(total)))


@implements(np.transpose)
def _transpose(a: Any, axes: Any = None, *more: int) -> Any:
    axes = (axes, *more) if isinstance(axes, (int, np.integer)) else axes
    return evaluate(RULES["transpose"], (array_of(a),), (None if axes is None else tuple(axes),))


@implements(np.swapaxes)
def _swapaxes(a: Any, axis1: int, axis2: int) -> Any:
    order = list(range(a.ndim))
    order[axis1], order[axis2] = order[axis2], order[axis1]
    return np.transpose(a, order)


@implements(np.moveaxis)
def _moveaxis(a: Any, source: Any, destination: Any) -> Any:
    sources = [axis_of(each, a.ndim) for each in np.atleast_1d(source)]
    targets = [axis_of(each, a.ndim) for each in np.atleast_1d(destination)]
    rest = [i for i in range(a.ndim) if i not in sources]
    for target, origin in sorted(zip(targets, sources, strict=True)):
        rest.insert(target, origin)
    return np.transpose(a, rest)


@implements(np.broadcast_to)
def _broadcast_to(array: Any, shape: Any, subok: bool = False) -> Any:
    return evaluate(RULES["broadcast_to"], (array,), (tuple(shape) if np.iterable(shape) else (shape,),))


@implements(np.broadcast_arrays)
def _broadcast_arrays(*args: Any, subok: bool = False) -> Any:
    arrays = [array_of(each) for each in args]
    shape = np.broadcast_shapes(*map(shape_of, arrays))
    return tuple(np.broadcast_to(each, shape) for each in arrays)


@implements(np.flip)
def _flip(m: Any, axis: Any = None) -> Any:
    return evaluate(RULES["flip"], (m,), (axis,))


@implements(np.roll)
def _roll(a: Any, shift: Any, axis: Any = None) -> Any:
    return evaluate(RULES["roll"], (a,), (shift, axis))


@implements(np.concatenate)
def _concatenate(arrays: Any, axis: Any = 0, dtype: Any = None, out: Any = None) -> Any:
    parts = [array_of(each) for each in arrays]
    if axis is None:
        parts, axis = [np.ravel(each) for each in parts], 0
    return evaluate(RULES["concatenate"], parts, (axis,))


@implements(np.stack)
def _stack(arrays: Any, axis: int = 0, out: Any = None, dtype: Any = None) -> Any:
    return evaluate(RULES["stack"], [array_of(each) for each in arrays], (axis,))


@implements(np.vstack)
def _vstack(tup: Any, dtype: Any = None) -> Any:
    return np.concatenate([np.atleast_2d(array_of(each)) for each in tup])


@implements(np.hstack)
def _hstack(tup: Any, dtype: Any = None) -> Any:
    parts = [np.atleast_1d(array_of(each)) for each in tup]
    return np.concatenate(parts, axis=0 if parts[0].ndim == 1 else 1)


@implements(np.column_stack)
def _column_stack(tup: Any) -> Any:
    parts = [array_of(each) for each in tup]
    return np.concatenate([each[:, None] if each.ndim == 1 else each for each in parts], axis=1)


@implements(np.append)
def _append(arr: Any, values: Any, axis: Any = None) -> Any:
    return np.concatenate([arr, values], axis=axis)


@implements(np.atleast_1d)
def _atleast_1d(*arys: Any) -> Any:
    made = [np.reshape(each, (1,)) if each.ndim == 0 else each for each in map(array_of, arys)]
    return made[0] if len(made) == 1 else made


@implements(np.atleast_2d)
def _atleast_2d(*arys: Any) -> Any:
    made = [each if each.ndim >= 2 else np.reshape(each, (1, -1)) for each in map(array_of, arys)]
    return made[0] if len(made) == 1 else made


@implements(np.copy)
def _copy(a: Any, order: Any = None, subok: bool = False) -> Any:
    return +a


@implements(np.repeat)
def _repeat(a: Any, repeats: Any, axis: Any = None) -> Any:
    a = np.ravel(a) if axis is None else a
    axis = axis_of(axis or 0, a.ndim)
    return np.take(a, np.repeat(np.arange(a.shape[axis]), repeats), axis=axis)


@implements(np.tile)
def _tile(A: Any, reps: Any) -> Any:
    index = np.tile(np.arange(A.size).reshape(A.shape), reps)
    return np.ravel(A)[index]


@implements(np.diff)
def _diff(a: Any, n: int = 1, axis: int = -1) -> Any:
    for _ in range(n):
        before = (slice(None),) * axis_of(axis, a.ndim)
        a = a[(*before, slice(1, None))] - a[(*before, slice(None, -1))]
    return a


@implements(np.split, np.array_split)
def _split(ary: Any, indices_or_sections: Any, axis: int = 0) -> Any:
    before = (slice(None),) * axis_of(axis, ary.ndim)
    parts = np.array_split(np.arange(ary.shape[axis]), indices_or_sections)
    return [ary[(*before, slice(int(part[0]), int(part[-1]) + 1) if len(part) else slice(0, 0))] for part in parts]


@implements(np.diagonal)
def _diagonal(a: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any:
    a = np.moveaxis(a, (axis1, axis2), (-2, -1))
    index = np.diagonal(np.arange(a.shape[-2] * a.shape[-1]).reshape(a.shape[-2:]), offset)
    return np.reshape(a, (*a.shape[:-2], -1))[..., index]


@implements(np.diag)
def _diag(v: Any, k: int = 0) -> Any:
    if v.ndim == 2:
        return np.diagonal(v, k)
    size = len(v) + abs(k)
    return np.pad(v, (max(-k, 0), max(k, 0)))[:, None] * np.eye(size, k=k) if k else v[:, None] * np.eye(size)


@implements(np.pad)
def _pad(array: Any, pad_width: Any, mode: str = "constant") -> Any:
    if mode != "constant":
        raise NotDifferentiable(f"automatic differentiation of np.pad: mode constant only, {INSTEAD}")
    widths = np.broadcast_to(np.asarray(pad_width), (array.ndim, 2))
    shape = tuple(int(n + low + high) for n, (low, high) in zip(array.shape, widths, strict=True))
    index = tuple(slice(int(low), int(low) + n) for n, (low, _) in zip(array.shape, widths, strict=True))
    return evaluate(RULES["scatter"], (array,), (shape, index))
