"""NumPy's array functions of values that are being differentiated: most are composed of a few with rules of their own.

call(np.sum, (x,), {"axis": 0})
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np

from landscape.derivatives.automatic import HANDLERS, NotDifferentiable, Variable, applied, evaluate, lifted, plain
from landscape.derivatives.rules import RULES, shape_of

_FUNCTIONS: dict[Any, Callable[..., Any]] = {}
_REDUCED = {"add": "sum", "multiply": "prod", "maximum": "max", "minimum": "min"}

# Functions whose results have no derivative: they are told the plain values.
_PLAIN = (
    np.shape, np.ndim, np.size, np.argmax, np.argmin, np.argsort, np.any, np.all, np.zeros_like, np.ones_like,
    np.full_like, np.empty_like, np.isclose, np.allclose, np.array_equal, np.count_nonzero, np.nonzero, np.iscomplexobj,
    np.isrealobj, np.result_type, np.searchsorted, np.argwhere, np.round, np.can_cast, np.iscomplex,
)  # fmt: skip


def call(function: Any, args: Any, options: Any) -> Any:
    """A NumPy function of arguments among which are Variables. NotDifferentiable where it has no rule."""
    if function in _FUNCTIONS:
        return _FUNCTIONS[function](*args, **options)
    if function in _PLAIN:
        return function(*_plainly(args), **{name: plain(value) for name, value in options.items()})
    raise NotDifferentiable(
        f"automatic differentiation has no rule for np.{function.__name__}; write it with the functions that have, "
        "or differentiate by central or complex-step"
    )


def reduced(ufunc: Any, method: str, inputs: Any, options: Any) -> Any:
    """A ufunc's method, such as np.add.reduce, or a ufunc with options."""
    if method == "reduce" and ufunc.__name__ in _REDUCED and options.get("out") in (None, (None,)):
        axis, keepdims = options.get("axis", 0), options.get("keepdims", False)
        return getattr(np, _REDUCED[ufunc.__name__])(*inputs[:1], axis=axis, keepdims=bool(keepdims))
    if method == "accumulate" and ufunc is np.add:
        return np.cumsum(inputs[0], axis=options.get("axis", 0))
    if method == "outer" and len(inputs) == 2:
        first, second = map(_array, inputs)
        return applied(ufunc, first[(..., *[None] * second.ndim)], second)
    told = ", ".join(options) or method
    raise NotDifferentiable(f"automatic differentiation does not go through np.{ufunc.__name__} with {told}")


def _plainly(args: Any) -> Any:
    return [type(a)(_plainly(a)) if isinstance(a, (list, tuple)) else plain(a) for a in args]


def _implements(*functions: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Enter a function as what NumPy's `functions` do; options that it does not name must have their default."""

    def enter(ours: Callable[..., Any]) -> Callable[..., Any]:
        known = inspect.signature(ours).parameters
        variadic = any(p.kind is p.VAR_KEYWORD for p in known.values())

        def checked(*args: Any, **options: Any) -> Any:
            if not options:
                return ours(*args)
            for name in list(options):
                if name not in known and not variadic:
                    value = options.pop(name)
                    if value is not None and value is not np._NoValue:
                        raise NotDifferentiable(f"automatic differentiation of np.{ours.__name__[1:]}: no {name}=...")
            return ours(*args, **options)

        for function in functions:
            _FUNCTIONS[function] = checked
        return ours

    return enter


def _array(x: Any) -> Any:
    """A Variable or an array; lists are stacked."""
    if isinstance(x, (list, tuple)):
        return np.stack([_array(part) for part in x]) if x else np.array([])
    return lifted(x) if isinstance(x, (Variable, np.ndarray)) else np.asarray(x)


def _axis(axis: Any, ndim: int) -> int:
    return int(axis) % ndim


@_implements(np.sum)
def _sum(a: Any, axis: Any = None, dtype: Any = None, out: Any = None, keepdims: Any = False) -> Any:
    return evaluate(RULES["sum"], (a if isinstance(a, Variable) else _array(a),), (axis, keepdims is True))


@_implements(np.mean)
def _mean(a: Any, axis: Any = None, dtype: Any = None, out: Any = None, keepdims: Any = False) -> Any:
    a = _array(a)
    added = _sum(a, axis, keepdims=keepdims)
    return added * (max(1, int(np.prod(shape_of(added)))) / a.size)


@_implements(np.var)
def _var(a: Any, axis: Any = None, dtype: Any = None, out: Any = None, ddof: int = 0, keepdims: Any = False) -> Any:
    a = _array(a)
    off = a - _mean(a, axis, keepdims=True)
    count = a.size / max(1, int(np.prod(shape_of(_mean(a, axis)))))
    return _mean(off * off, axis, keepdims=keepdims) * (count / (count - ddof))


@_implements(np.std)
def _std(a: Any, axis: Any = None, dtype: Any = None, out: Any = None, ddof: int = 0, keepdims: Any = False) -> Any:
    return _root(_var(a, axis, ddof=ddof, keepdims=keepdims))


def _root(x: Any) -> Any:
    """sqrt(x) with the slope 0 at 0."""
    zero = plain(x) == 0.0
    return np.where(zero, 0.0, np.sqrt(np.where(zero, 1.0, x)))


@_implements(np.prod)
def _prod(a: Any, axis: Any = None, dtype: Any = None, out: Any = None, keepdims: Any = False) -> Any:
    a = _array(a)
    shape = a.shape
    axes = range(a.ndim) if axis is None else [axis] if isinstance(axis, (int, np.integer)) else axis
    first = [_axis(each, a.ndim) for each in axes]
    rest = [i for i in range(a.ndim) if i not in first]
    terms = np.transpose(a, (*first, *rest)).reshape((-1, *(shape[i] for i in rest)))
    if len(terms) == 0:
        terms = np.ones((1, *terms.shape[1:]))
    while len(terms) > 1:
        half = len(terms) // 2
        pairs = terms[:half] * terms[half : 2 * half]
        terms = np.concatenate([pairs, terms[-1:]]) if len(terms) % 2 else pairs
    result = terms[0]
    return (
        np.reshape(result, tuple(1 if i in first else n for i, n in enumerate(shape))) if keepdims is True else result
    )


def _extreme(a: Any, axis: Any, keepdims: Any, arg: Any) -> Any:
    """The largest or smallest, as the element that `arg` points at."""
    a = _array(a)
    if axis is None:
        found = np.ravel(a)[int(arg(plain(a)))]
        return np.reshape(found, (1,) * a.ndim) if keepdims is True else found
    if not isinstance(axis, (int, np.integer)):
        raise NotDifferentiable("automatic differentiation of max and min: along one axis, or all")
    axis = _axis(axis, a.ndim)
    index = np.expand_dims(arg(plain(a), axis=axis), axis)
    found = np.take_along_axis(a, index, axis)
    return found if keepdims is True else np.squeeze(found, axis)


@_implements(np.max, np.amax)
def _max(a: Any, axis: Any = None, out: Any = None, keepdims: Any = False) -> Any:
    return _extreme(a, axis, keepdims, np.argmax)


@_implements(np.min, np.amin)
def _min(a: Any, axis: Any = None, out: Any = None, keepdims: Any = False) -> Any:
    return _extreme(a, axis, keepdims, np.argmin)


@_implements(np.take_along_axis)
def _take_along_axis(arr: Any, indices: Any, axis: int = -1) -> Any:
    axis = _axis(axis, arr.ndim)
    grid = list(np.ogrid[tuple(slice(n) for n in shape_of(indices))])
    grid[axis] = plain(indices)
    return arr[tuple(grid)]


@_implements(np.sort)
def _sort(a: Any, axis: Any = -1) -> Any:
    return np.take_along_axis(a, np.argsort(plain(a), axis=axis), axis)


@_implements(np.take)
def _take(a: Any, indices: Any, axis: Any = None) -> Any:
    if axis is None:
        return np.ravel(a)[plain(indices)]
    return a[(slice(None),) * _axis(axis, a.ndim) + (plain(indices),)]


@_implements(np.cumsum)
def _cumsum(a: Any, axis: Any = None, dtype: Any = None, out: Any = None) -> Any:
    a = np.ravel(a) if axis is None else _array(a)
    return evaluate(RULES["cumsum"], (a,), (_axis(axis or 0, a.ndim),))


@_implements(np.cumprod)
def _cumprod(a: Any, axis: Any = None, dtype: Any = None, out: Any = None) -> Any:
    a = np.ravel(a) if axis is None else np.moveaxis(a, axis, 0)
    rows = [a[0]]
    for row in a[1:]:
        rows.append(rows[-1] * row)
    piled = np.stack(rows)
    return piled if axis is None else np.moveaxis(piled, 0, axis)


@_implements(np.where)
def _where(condition: Any, x: Any = None, y: Any = None) -> Any:
    condition = np.asarray(plain(condition))
    if x is None:
        return np.where(condition)
    if condition.dtype == object:
        condition = condition.astype(bool)
    return evaluate(RULES["where"], (lifted(x), lifted(y)), (condition,))


@_implements(np.select)
def _select(condlist: Any, choicelist: Any, default: Any = 0) -> Any:
    result = default
    for condition, choice in zip(reversed(condlist), reversed(choicelist), strict=True):
        result = np.where(plain(condition), choice, result)
    return result


@_implements(np.clip)
def _clip(a: Any, a_min: Any = None, a_max: Any = None, min: Any = None, max: Any = None) -> Any:
    low, high = min if a_min is None else a_min, max if a_max is None else a_max
    a = a if low is None else np.maximum(a, low)
    return a if high is None else np.minimum(a, high)


@_implements(np.reshape)
def _reshape(a: Any, shape: Any = None, *more: int, newshape: Any = None) -> Any:
    shape = newshape if shape is None else (shape, *more) if isinstance(shape, (int, np.integer)) else tuple(shape)
    shape = (shape,) if isinstance(shape, (int, np.integer)) else shape
    return evaluate(RULES["reshape"], (_array(a),), (shape,))


@_implements(np.ravel)
def _ravel(a: Any, order: str = "C") -> Any:
    return np.reshape(a, (-1,))


@_implements(np.squeeze)
def _squeeze(a: Any, axis: Any = None) -> Any:
    axes = None if axis is None else {_axis(each, a.ndim) for each in np.atleast_1d(axis)}
    return np.reshape(a, tuple(n for i, n in enumerate(a.shape) if n != 1 or not (axes is None or i in axes)))


@_implements(np.expand_dims)
def _expand_dims(a: Any, axis: Any) -> Any:
    axes = [axis] if isinstance(axis, (int, np.integer)) else list(axis)
    total = a.ndim + len(axes)
    where = {_axis(each, total) for each in axes}
    rest = iter(a.shape)
    return np.reshape(a, tuple(1 if i in where else next(rest) for i in range(total)))


@_implements(np.transpose)
def _transpose(a: Any, axes: Any = None, *more: int) -> Any:
    axes = (axes, *more) if isinstance(axes, (int, np.integer)) else axes
    return evaluate(RULES["transpose"], (_array(a),), (None if axes is None else tuple(axes),))


@_implements(np.swapaxes)
def _swapaxes(a: Any, axis1: int, axis2: int) -> Any:
    order = list(range(a.ndim))
    order[axis1], order[axis2] = order[axis2], order[axis1]
    return np.transpose(a, order)


@_implements(np.moveaxis)
def _moveaxis(a: Any, source: Any, destination: Any) -> Any:
    sources = [_axis(each, a.ndim) for each in np.atleast_1d(source)]
    targets = [_axis(each, a.ndim) for each in np.atleast_1d(destination)]
    rest = [i for i in range(a.ndim) if i not in sources]
    for target, origin in sorted(zip(targets, sources, strict=True)):
        rest.insert(target, origin)
    return np.transpose(a, rest)


@_implements(np.broadcast_to)
def _broadcast_to(array: Any, shape: Any, subok: bool = False) -> Any:
    return evaluate(RULES["broadcast_to"], (array,), (tuple(shape) if np.iterable(shape) else (shape,),))


@_implements(np.broadcast_arrays)
def _broadcast_arrays(*args: Any, subok: bool = False) -> Any:
    shape = np.broadcast_shapes(*map(shape_of, args))
    return tuple(np.broadcast_to(each, shape) for each in args)


@_implements(np.flip)
def _flip(m: Any, axis: Any = None) -> Any:
    return evaluate(RULES["flip"], (m,), (axis,))


@_implements(np.roll)
def _roll(a: Any, shift: Any, axis: Any = None) -> Any:
    return evaluate(RULES["roll"], (a,), (shift, axis))


@_implements(np.concatenate)
def _concatenate(arrays: Any, axis: Any = 0, dtype: Any = None, out: Any = None) -> Any:
    parts = [_array(each) for each in arrays]
    if axis is None:
        parts, axis = [np.ravel(each) for each in parts], 0
    return evaluate(RULES["concatenate"], parts, (axis,))


@_implements(np.stack)
def _stack(arrays: Any, axis: int = 0, out: Any = None, dtype: Any = None) -> Any:
    return evaluate(RULES["stack"], [_array(each) for each in arrays], (axis,))


@_implements(np.vstack)
def _vstack(tup: Any, dtype: Any = None) -> Any:
    return np.concatenate([np.atleast_2d(_array(each)) for each in tup])


@_implements(np.hstack)
def _hstack(tup: Any, dtype: Any = None) -> Any:
    parts = [np.atleast_1d(_array(each)) for each in tup]
    return np.concatenate(parts, axis=0 if parts[0].ndim == 1 else 1)


@_implements(np.column_stack)
def _column_stack(tup: Any) -> Any:
    parts = [_array(each) for each in tup]
    return np.concatenate([each[:, None] if each.ndim == 1 else each for each in parts], axis=1)


@_implements(np.append)
def _append(arr: Any, values: Any, axis: Any = None) -> Any:
    return np.concatenate([arr, values], axis=axis)


@_implements(np.atleast_1d)
def _atleast_1d(*arys: Any) -> Any:
    made = [np.reshape(each, (1,)) if each.ndim == 0 else each for each in map(_array, arys)]
    return made[0] if len(made) == 1 else made


@_implements(np.atleast_2d)
def _atleast_2d(*arys: Any) -> Any:
    made = [each if each.ndim >= 2 else np.reshape(each, (1, -1)) for each in map(_array, arys)]
    return made[0] if len(made) == 1 else made


@_implements(np.copy)
def _copy(a: Any, order: str = "K", subok: bool = False) -> Any:
    return +a


@_implements(np.repeat)
def _repeat(a: Any, repeats: Any, axis: Any = None) -> Any:
    a = np.ravel(a) if axis is None else a
    axis = _axis(axis or 0, a.ndim)
    return np.take(a, np.repeat(np.arange(a.shape[axis]), repeats), axis=axis)


@_implements(np.tile)
def _tile(A: Any, reps: Any) -> Any:
    index = np.tile(np.arange(A.size).reshape(A.shape), reps)
    return np.ravel(A)[index]


@_implements(np.diff)
def _diff(a: Any, n: int = 1, axis: int = -1) -> Any:
    for _ in range(n):
        before = (slice(None),) * _axis(axis, a.ndim)
        a = a[(*before, slice(1, None))] - a[(*before, slice(None, -1))]
    return a


@_implements(np.split, np.array_split)
def _split(ary: Any, indices_or_sections: Any, axis: int = 0) -> Any:
    before = (slice(None),) * _axis(axis, ary.ndim)
    parts = np.array_split(np.arange(ary.shape[axis]), indices_or_sections)
    return [ary[(*before, slice(int(part[0]), int(part[-1]) + 1) if len(part) else slice(0, 0))] for part in parts]


@_implements(np.diagonal)
def _diagonal(a: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any:
    a = np.moveaxis(a, (axis1, axis2), (-2, -1))
    index = np.diagonal(np.arange(a.shape[-2] * a.shape[-1]).reshape(a.shape[-2:]), offset)
    return np.reshape(a, (*a.shape[:-2], -1))[..., index]


@_implements(np.diag)
def _diag(v: Any, k: int = 0) -> Any:
    if v.ndim == 2:
        return np.diagonal(v, k)
    size = len(v) + abs(k)
    return np.pad(v, (max(-k, 0), max(k, 0)))[:, None] * np.eye(size, k=k) if k else v[:, None] * np.eye(size)


@_implements(np.pad)
def _pad(array: Any, pad_width: Any, mode: str = "constant") -> Any:
    if mode != "constant":
        raise NotDifferentiable("automatic differentiation of np.pad: mode constant only")
    widths = np.broadcast_to(np.asarray(pad_width), (array.ndim, 2))
    shape = tuple(int(n + low + high) for n, (low, high) in zip(array.shape, widths, strict=True))
    index = tuple(slice(int(low), int(low) + n) for n, (low, _) in zip(array.shape, widths, strict=True))
    return evaluate(RULES["scatter"], (array,), (shape, index))


@_implements(np.trace)
def _trace(a: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any:
    return np.sum(np.diagonal(a, offset, axis1, axis2), axis=-1)


@_implements(np.dot)
def _dot(a: Any, b: Any, out: Any = None) -> Any:
    a, b = _array(a), _array(b)
    if a.ndim == 0 or b.ndim == 0:
        return a * b
    return a @ b if b.ndim <= 2 else np.tensordot(a, b, axes=((a.ndim - 1,), (b.ndim - 2,)))


@_implements(np.vdot)
def _vdot(a: Any, b: Any) -> Any:
    return np.ravel(_array(a)) @ np.ravel(_array(b))


@_implements(np.inner)
def _inner(a: Any, b: Any) -> Any:
    a, b = _array(a), _array(b)
    return a * b if a.ndim == 0 or b.ndim == 0 else np.tensordot(a, b, axes=((a.ndim - 1,), (b.ndim - 1,)))


@_implements(np.outer)
def _outer(a: Any, b: Any, out: Any = None) -> Any:
    return np.ravel(_array(a))[:, None] * np.ravel(_array(b))[None, :]


@_implements(np.tensordot)
def _tensordot(a: Any, b: Any, axes: Any = 2) -> Any:
    a, b = _array(a), _array(b)
    if isinstance(axes, (int, np.integer)):
        axes = range(a.ndim - axes, a.ndim), range(axes)
    ours, theirs = ([each] if isinstance(each, (int, np.integer)) else each for each in axes)
    first, second = [_axis(i, a.ndim) for i in ours], [_axis(i, b.ndim) for i in theirs]
    left, right = [i for i in range(a.ndim) if i not in first], [i for i in range(b.ndim) if i not in second]
    inner = int(np.prod([a.shape[i] for i in first]))
    rows = np.reshape(np.transpose(a, (*left, *first)), (-1, inner))
    columns = np.reshape(np.transpose(b, (*second, *right)), (inner, -1))
    return np.reshape(rows @ columns, (*(a.shape[i] for i in left), *(b.shape[i] for i in right)))


@_implements(np.einsum)
def _einsum(*operands: Any, optimize: Any = False) -> Any:
    subscripts, *arrays = operands
    if not isinstance(subscripts, str):
        raise NotDifferentiable("automatic differentiation of np.einsum: the subscripts as text, please")
    arrays = [_array(each) for each in arrays]
    return evaluate(RULES["einsum"], arrays, (_explicit(subscripts.replace(" ", ""), [a.ndim for a in arrays]),))


def _explicit(subscripts: str, ndims: list[int]) -> str:
    """The subscripts with their output written out, and letters in place of "..."."""
    left, arrow, out = subscripts.partition("->")
    terms = left.split(",")
    free = [letter for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ" if letter not in subscripts]
    longest = max((n - len(t.replace("...", "")) for t, n in zip(terms, ndims, strict=True) if "..." in t), default=0)
    dots = "".join(free[:longest])
    terms = [t.replace("...", dots[longest - (n - len(t) + 3) :]) for t, n in zip(terms, ndims, strict=True)]
    if any(len(set(term)) < len(term) for term in terms):
        raise NotDifferentiable("automatic differentiation of np.einsum: a letter twice in one operand")
    letters = "".join(terms)
    once = dots + "".join(sorted(each for each in set(letters) if letters.count(each) == 1 and each not in dots))
    return ",".join(terms) + "->" + (out.replace("...", dots) if arrow else once)


@_implements(np.linalg.norm)
def _norm(x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Any:
    if ord is None or (ord == 2 and (axis is not None or x.ndim == 1)) or ord == "fro":
        return _root(np.sum(x * x, axis=axis, keepdims=keepdims))
    if axis is None and x.ndim != 1:
        raise NotDifferentiable(f"automatic differentiation of np.linalg.norm: no matrix norm {ord!r}")
    if ord in (1, np.inf, -np.inf):
        reduce: Any = {1: np.sum, np.inf: np.max, -np.inf: np.min}[ord]
        return reduce(np.absolute(x), axis=axis, keepdims=keepdims)
    return np.sum(np.absolute(x) ** ord, axis=axis, keepdims=keepdims) ** (1.0 / ord)


@_implements(np.polyval)
def _polyval(p: Any, x: Any) -> Any:
    result = 0.0 * x
    for coefficient in p:
        result = result * x + coefficient
    return result


@_implements(np.sinc)
def _sinc(x: Any) -> Any:
    zero = plain(x) == 0.0
    angle = np.pi * np.where(zero, 1.0, x)
    series = 1.0 - (np.pi * x) ** 2 / 6.0  # so that at 0 the second derivative is right as well
    return np.where(zero, series, np.sin(angle) / angle)


HANDLERS.update(call=call, reduced=reduced)
