"""NumPy's array functions of values that are being differentiated: most are composed of a few with rules of their own.

call(np.sum, (x,), {"axis": 0})
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np

from landscape.derivatives import kinks
from landscape.derivatives.automatic import (
    HANDLERS,
    INSTEAD,
    NotDifferentiable,
    Variable,
    applied,
    evaluate,
    lifted,
    plain,
)
from landscape.derivatives.rules import RULES, shape_of

_FUNCTIONS: dict[Any, Callable[..., Any]] = {}
_REDUCED = {"add": "sum", "multiply": "prod", "maximum": "max", "minimum": "min"}

# Functions whose results have no derivative: they are told the plain values.
_PLAIN = (
    np.shape, np.ndim, np.size, np.argmax, np.argmin, np.argsort, np.any, np.all, np.zeros_like, np.ones_like,
    np.empty_like, np.isclose, np.allclose, np.array_equal, np.count_nonzero, np.nonzero, np.iscomplexobj,
    np.isrealobj, np.result_type, np.searchsorted, np.argwhere, np.round, np.can_cast, np.iscomplex,
    np.digitize,
)  # fmt: skip


def call(function: Any, args: Any, options: Any) -> Any:
    """A NumPy function of arguments among which are Variables. NotDifferentiable where it has no rule."""
    if function in _FUNCTIONS:
        return _FUNCTIONS[function](*args, **options)
    if function in _PLAIN:
        values = _plainly(args)
        if kinks.WATCHES and values:
            kinks.notice_choice(function.__name__, values)
        return function(*values, **{name: plain(value) for name, value in options.items()})
    raise NotDifferentiable(
        f"automatic differentiation has no rule for np.{function.__name__}; write it with the functions that have, "
        f"{INSTEAD}"
    )


def reduced(ufunc: Any, method: str, inputs: Any, options: Any) -> Any:
    """A ufunc's method, such as np.add.reduce, or a ufunc with options."""
    options = {each: value for each, value in options.items() if not _changes_nothing(each, value)}
    name = ufunc.__name__
    if method == "reduce" and len(inputs) == 1 and set(options) <= {"axis", "keepdims"}:
        over = {"axis": options.get("axis", 0), "keepdims": bool(options.get("keepdims", False))}
        if name in _REDUCED:
            return getattr(np, _REDUCED[name])(inputs[0], **over)
        if name == "logaddexp":
            return logsumexp(inputs[0], **over)
    if method == "accumulate" and len(inputs) == 1 and set(options) <= {"axis"} and name in ("add", "multiply"):
        return (np.cumsum if name == "add" else np.cumprod)(inputs[0], axis=options.get("axis", 0))
    if method == "outer" and len(inputs) == 2 and not options:
        first, second = map(array_of, inputs)
        return applied(ufunc, first[(..., *[None] * second.ndim)], second)
    told = ", ".join(f"{each}=" for each in options) or method
    raise NotDifferentiable(
        f"automatic differentiation does not go through np.{name} with {told}; write a new array without it, {INSTEAD}"
    )


def _changes_nothing(option: str, value: Any) -> bool:
    if option == "axis":
        return False
    none = value is None or value is np._NoValue or (isinstance(value, tuple) and len(value) == 1 and value[0] is None)
    return none or (option == "where" and value is True)


def logsumexp(a: Any, axis: Any = None, b: Any = None, keepdims: bool = False) -> Any:
    """log(sum(b exp(a))), as SciPy's."""
    a = array_of(a)
    top = np.max(plain(a), axis=axis, keepdims=True)
    top = np.where(np.isfinite(top), top, 0.0)
    terms = np.exp(a - top) if b is None else b * np.exp(a - top)
    total = np.log(np.sum(terms, axis=axis, keepdims=True)) + top
    return total if keepdims else np.reshape(total, shape_of(np.sum(plain(a), axis=axis)))


def _plainly(args: Any) -> Any:
    return [type(a)(_plainly(a)) if isinstance(a, (list, tuple)) else plain(a) for a in args]


# Options that change what is computed, or where to; the values that change nothing.
_USUAL: dict[str, Callable[[Any], bool]] = {
    "out": lambda value: value is None,
    "dtype": lambda value: value is None or np.dtype(value) in (np.float64, object),
    "subok": lambda value: True,
}


def implements(*functions: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Enter a function as what NumPy's `functions` do; options that it does not name must have their default."""

    def enter(ours: Callable[..., Any]) -> Callable[..., Any]:
        known = inspect.signature(ours).parameters
        usual = [(place, name, _USUAL[name]) for place, name in enumerate(known) if name in _USUAL]
        first = min((place for place, _, _ in usual), default=100)

        def refused(name: str) -> NotDifferentiable:
            return NotDifferentiable(
                f"automatic differentiation of np.{functions[0].__name__}: no {name}=...; write it without, {INSTEAD}"
            )

        def checked(*args: Any, **options: Any) -> Any:
            if not options and len(args) <= first:
                return ours(*args)
            for name, value in list(options.items()):
                if value is np._NoValue or (value is None and name not in known):
                    del options[name]
                elif name not in known:
                    raise refused(name)
            for place, name, fits in usual:
                value = args[place] if place < len(args) else options.get(name)
                if value is not None and not fits(value):
                    raise refused(name)
            return ours(*args, **options)

        for function in functions:
            _FUNCTIONS[function] = checked
        return ours

    return enter


def array_of(x: Any) -> Any:
    """A Variable or an array; lists are stacked."""
    if isinstance(x, (list, tuple)):
        return np.stack([array_of(part) for part in x]) if x else np.array([])
    return lifted(x) if isinstance(x, (Variable, np.ndarray)) else np.asarray(x)


def axis_of(axis: Any, ndim: int) -> int:
    return int(axis) % ndim


@implements(np.sum)
def _sum(a: Any, axis: Any = None, dtype: Any = None, out: Any = None, keepdims: Any = False) -> Any:
    return evaluate(RULES["sum"], (a if isinstance(a, Variable) else array_of(a),), (axis, bool(keepdims)))


@implements(np.mean)
def _mean(a: Any, axis: Any = None, dtype: Any = None, out: Any = None, keepdims: Any = False) -> Any:
    a = array_of(a)
    added = _sum(a, axis, keepdims=keepdims)
    return added * (max(1, int(np.prod(shape_of(added)))) / a.size)


@implements(np.var)
def _var(a: Any, axis: Any = None, dtype: Any = None, out: Any = None, ddof: int = 0, keepdims: Any = False) -> Any:
    a = array_of(a)
    off = a - _mean(a, axis, keepdims=True)
    count = a.size / max(1, int(np.prod(shape_of(_mean(a, axis)))))
    return _mean(off * off, axis, keepdims=keepdims) * (count / (count - ddof))


@implements(np.std)
def _std(a: Any, axis: Any = None, dtype: Any = None, out: Any = None, ddof: int = 0, keepdims: Any = False) -> Any:
    return root(_var(a, axis, ddof=ddof, keepdims=keepdims))


def root(x: Any) -> Any:
    """sqrt(x) with the slope 0 at 0."""
    zero = plain(x) == 0.0
    if not np.any(zero):
        return np.sqrt(x)
    kinks.notice()
    return np.where(zero, 0.0, np.sqrt(np.where(zero, 1.0, x)))


@implements(np.prod)
def _prod(a: Any, axis: Any = None, dtype: Any = None, out: Any = None, keepdims: Any = False) -> Any:
    a = array_of(a)
    shape = a.shape
    axes = range(a.ndim) if axis is None else [axis] if isinstance(axis, (int, np.integer)) else axis
    first = [axis_of(each, a.ndim) for each in axes]
    rest = [i for i in range(a.ndim) if i not in first]
    terms = np.transpose(a, (*first, *rest)).reshape((-1, *(shape[i] for i in rest)))
    if len(terms) == 0:
        terms = np.ones((1, *terms.shape[1:]))
    while len(terms) > 1:
        half = len(terms) // 2
        pairs = terms[:half] * terms[half : 2 * half]
        terms = np.concatenate([pairs, terms[-1:]]) if len(terms) % 2 else pairs
    result = terms[0]
    return np.reshape(result, tuple(1 if i in first else n for i, n in enumerate(shape))) if bool(keepdims) else result


def _extreme(a: Any, axis: Any, keepdims: Any, arg: Any) -> Any:
    """The largest or smallest, as the element that `arg` points at, or the mean of several that are equal."""
    a = array_of(a)
    if axis is None:
        found = np.ravel(a)[int(arg(plain(a)))]
        alike = plain(a) == plain(found)
        if np.count_nonzero(alike) > 1:
            kinks.notice()
            found = np.sum(np.where(alike, a / np.count_nonzero(alike), 0.0))
        return np.reshape(found, (1,) * a.ndim) if keepdims else found
    if not isinstance(axis, (int, np.integer)):
        kept = [i for i in range(a.ndim) if i not in {axis_of(each, a.ndim) for each in axis}]
        rows = np.reshape(np.moveaxis(a, kept, range(len(kept))), (*(a.shape[i] for i in kept), -1))
        found = _extreme(rows, -1, False, arg)
        return np.reshape(found, tuple(n if i in kept else 1 for i, n in enumerate(a.shape))) if keepdims else found
    axis = axis_of(axis, a.ndim)
    index = np.expand_dims(arg(plain(a), axis=axis), axis)
    found = np.take_along_axis(a, index, axis)
    alike = plain(a) == plain(found)
    counts = np.sum(alike, axis=axis, keepdims=True)
    if np.any(counts > 1):
        kinks.notice()
        found = np.sum(np.where(alike, a / counts, 0.0), axis=axis, keepdims=True)
    return found if keepdims else np.squeeze(found, axis)


@implements(np.max, np.amax)
def _max(a: Any, axis: Any = None, out: Any = None, keepdims: Any = False) -> Any:
    return _extreme(a, axis, keepdims, np.argmax)


@implements(np.min, np.amin)
def _min(a: Any, axis: Any = None, out: Any = None, keepdims: Any = False) -> Any:
    return _extreme(a, axis, keepdims, np.argmin)


@implements(np.ptp)
def _ptp(a: Any, axis: Any = None, out: Any = None, keepdims: Any = False) -> Any:
    over = {"axis": axis, "keepdims": bool(keepdims)}
    return np.max(a, **over) - np.min(a, **over)


@implements(np.take_along_axis)
def _take_along_axis(arr: Any, indices: Any, axis: int = -1) -> Any:
    axis = axis_of(axis, arr.ndim)
    grid = list(np.ogrid[tuple(slice(n) for n in shape_of(indices))])
    grid[axis] = plain(indices)
    return arr[tuple(grid)]


@implements(np.sort)
def _sort(a: Any, axis: Any = -1) -> Any:
    if axis is None:
        a, axis = np.ravel(a), 0
    order = np.argsort(plain(a), axis=axis, kind="stable")
    if kinks.WATCHES and np.any(np.diff(np.take_along_axis(plain(a), order, axis), axis=axis) == 0.0):
        kinks.notice()
    return np.take_along_axis(a, order, axis)


@implements(np.take)
def _take(a: Any, indices: Any, axis: Any = None) -> Any:
    if axis is None:
        return np.ravel(a)[plain(indices)]
    return a[(slice(None),) * axis_of(axis, a.ndim) + (plain(indices),)]


@implements(np.cumsum)
def _cumsum(a: Any, axis: Any = None, dtype: Any = None, out: Any = None) -> Any:
    a = np.ravel(a) if axis is None else array_of(a)
    return evaluate(RULES["cumsum"], (a,), (axis_of(axis or 0, a.ndim),))


@implements(np.cumprod)
def _cumprod(a: Any, axis: Any = None, dtype: Any = None, out: Any = None) -> Any:
    a = np.ravel(a) if axis is None else np.moveaxis(a, axis, 0)
    rows = [a[0]]
    for row in a[1:]:
        rows.append(rows[-1] * row)
    piled = np.stack(rows)
    return piled if axis is None else np.moveaxis(piled, 0, axis)


@implements(np.where)
def _where(condition: Any, x: Any = None, y: Any = None) -> Any:
    condition = np.asarray(plain(array_of(condition)))
    if x is None:
        return np.where(condition)
    if condition.dtype == object:
        condition = condition.astype(bool)
    return evaluate(RULES["where"], (array_of(x), array_of(y)), (condition,))


@implements(np.select)
def _select(condlist: Any, choicelist: Any, default: Any = 0) -> Any:
    result = default
    for condition, choice in zip(reversed(condlist), reversed(choicelist), strict=True):
        result = np.where(plain(condition), choice, result)
    return result


@implements(np.clip)
def _clip(a: Any, a_min: Any = None, a_max: Any = None, min: Any = None, max: Any = None) -> Any:
    low, high = min if a_min is None else a_min, max if a_max is None else a_max
    a = a if low is None else np.maximum(a, low)
    return a if high is None else np.minimum(a, high)


@implements(np.trace)
def _trace(a: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any:
    return np.sum(np.diagonal(a, offset, axis1, axis2), axis=-1)


@implements(np.dot)
def _dot(a: Any, b: Any, out: Any = None) -> Any:
    a, b = array_of(a), array_of(b)
    if a.ndim == 0 or b.ndim == 0:
        return a * b
    return a @ b if b.ndim <= 2 else np.tensordot(a, b, axes=((a.ndim - 1,), (b.ndim - 2,)))


@implements(np.vdot)
def _vdot(a: Any, b: Any) -> Any:
    return np.ravel(array_of(a)) @ np.ravel(array_of(b))


@implements(np.inner)
def _inner(a: Any, b: Any) -> Any:
    a, b = array_of(a), array_of(b)
    return a * b if a.ndim == 0 or b.ndim == 0 else np.tensordot(a, b, axes=((a.ndim - 1,), (b.ndim - 1,)))


@implements(np.outer)
def _outer(a: Any, b: Any, out: Any = None) -> Any:
    return np.ravel(array_of(a))[:, None] * np.ravel(array_of(b))[None, :]


@implements(np.tensordot)
def _tensordot(a: Any, b: Any, axes: Any = 2) -> Any:
    a, b = array_of(a), array_of(b)
    if isinstance(axes, (int, np.integer)):
        axes = range(a.ndim - axes, a.ndim), range(axes)
    ours, theirs = ([each] if isinstance(each, (int, np.integer)) else each for each in axes)
    first, second = [axis_of(i, a.ndim) for i in ours], [axis_of(i, b.ndim) for i in theirs]
    left, right = [i for i in range(a.ndim) if i not in first], [i for i in range(b.ndim) if i not in second]
    inner = int(np.prod([a.shape[i] for i in first]))
    rows = np.reshape(np.transpose(a, (*left, *first)), (-1, inner))
    columns = np.reshape(np.transpose(b, (*second, *right)), (inner, -1))
    return np.reshape(rows @ columns, (*(a.shape[i] for i in left), *(b.shape[i] for i in right)))


@implements(np.einsum)
def _einsum(*operands: Any, optimize: Any = False) -> Any:
    subscripts, *arrays = operands
    if not isinstance(subscripts, str):
        raise NotDifferentiable(f"automatic differentiation of np.einsum: the subscripts as text, please, {INSTEAD}")
    arrays = [array_of(each) for each in arrays]
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
        raise NotDifferentiable(f"automatic differentiation of np.einsum: a letter twice in one operand, {INSTEAD}")
    letters = "".join(terms)
    once = dots + "".join(sorted(each for each in set(letters) if letters.count(each) == 1 and each not in dots))
    return ",".join(terms) + "->" + (out.replace("...", dots) if arrow else once)


@implements(np.polyval)
def _polyval(p: Any, x: Any) -> Any:
    result = 0.0 * x
    for coefficient in p:
        result = result * x + coefficient
    return result


@implements(np.sinc)
def _sinc(x: Any) -> Any:
    zero = plain(x) == 0.0
    if np.any(zero):
        kinks.notice()
    angle = np.pi * np.where(zero, 1.0, x)
    series = 1.0 - (np.pi * x) ** 2 / 6.0  # so that at 0 the second derivative is right as well
    return np.where(zero, series, np.sin(angle) / angle)


HANDLERS.update(call=call, reduced=reduced)
