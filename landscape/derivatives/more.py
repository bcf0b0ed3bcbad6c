"""Further functions of NumPy and SciPy of values that are being differentiated, composed of those that have rules.

They enter the table of `landscape.derivatives.functions`, and the stand-ins of what NumPy's protocols do not reach.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from landscape.derivatives.automatic import ASSIGNED, INSTEAD, NotDifferentiable, Variable, plain
from landscape.derivatives.functions import array_of, axis_of, implements, logsumexp
from landscape.derivatives.rules import shape_of
from landscape.derivatives.stand_ins import LATER, stands_for


@implements(np.full_like)
def _full_like(a: Any, fill_value: Any, dtype: Any = None, shape: Any = None) -> Any:
    return +np.broadcast_to(array_of(fill_value), np.shape(a) if shape is None else shape)


@implements(np.cross)
def _cross(a: Any, b: Any, axis: Any = None) -> Any:
    a, b = array_of(a), array_of(b)
    if a.shape[-1] != 3 or b.shape[-1] != 3 or axis not in (None, -1):
        raise NotDifferentiable(
            f"automatic differentiation of np.cross: of three numbers along the last axis, {INSTEAD}"
        )
    turn, back = [1, 2, 0], [2, 0, 1]
    return a[..., turn] * b[..., back] - a[..., back] * b[..., turn]


@implements(np.kron)
def _kron(a: Any, b: Any) -> Any:
    a, b = array_of(a), array_of(b)
    ndim = max(a.ndim, b.ndim)
    first = np.reshape(a, (1,) * (ndim - a.ndim) + a.shape)
    second = np.reshape(b, (1,) * (ndim - b.ndim) + b.shape)
    shape = tuple(m * n for m, n in zip(first.shape, second.shape, strict=True))
    spread = np.reshape(first, [n for m in first.shape for n in (m, 1)])
    return np.reshape(spread * np.reshape(second, [n for m in second.shape for n in (1, m)]), shape)


@implements(np.triu)
def _triu(m: Any, k: int = 0) -> Any:
    return np.where(np.triu(np.ones(np.shape(m), dtype=bool), k), m, 0.0)


@implements(np.tril)
def _tril(m: Any, k: int = 0) -> Any:
    return np.where(np.tril(np.ones(np.shape(m), dtype=bool), k), m, 0.0)


@implements(np.average)
def _average(a: Any, axis: Any = None, weights: Any = None, returned: bool = False, keepdims: Any = False) -> Any:
    a = array_of(a)
    if returned:
        raise NotDifferentiable(f"automatic differentiation of np.average: no returned=True, {INSTEAD}")
    if weights is None:
        return np.mean(a, axis=axis, keepdims=bool(keepdims))
    weights = array_of(weights)
    if weights.shape != a.shape:
        if weights.ndim != 1 or axis is None:
            raise NotDifferentiable(f"automatic differentiation of np.average: weights of the same shape, {INSTEAD}")
        axis = axis_of(axis, a.ndim)
        weights = np.reshape(weights, tuple(-1 if i == axis else 1 for i in range(a.ndim)))
        weights = np.broadcast_to(weights, a.shape)
    over = {"axis": axis, "keepdims": bool(keepdims)}
    return np.sum(a * weights, **over) / np.sum(weights, **over)


def _between(a: Any, q: Any, axis: Any, keepdims: Any, method: str) -> Any:
    """The quantile q (a number) by straight lines between the sorted values."""
    if np.ndim(q) or isinstance(q, Variable) or method != "linear":
        raise NotDifferentiable(f"automatic differentiation of quantiles: one number q, method linear, {INSTEAD}")
    a = array_of(a)
    kept = tuple(1 for _ in a.shape) if axis is None else None
    if axis is None:
        a, axis = np.ravel(a), 0
    axis = axis_of(axis, a.ndim)
    a = np.sort(np.moveaxis(a, axis, 0), axis=0)
    place = float(q) * (len(a) - 1)
    below = min(int(np.floor(place)), max(len(a) - 2, 0))
    found = a[0] if len(a) == 1 else a[below] + (place - below) * (a[below + 1] - a[below])
    if not keepdims:
        return found
    return np.reshape(found, kept) if kept is not None else np.expand_dims(found, axis)


@implements(np.median)
def _median(a: Any, axis: Any = None, out: Any = None, overwrite_input: bool = False, keepdims: Any = False) -> Any:
    return _between(a, 0.5, axis, keepdims, "linear")


@implements(np.quantile)
def _quantile(
    a: Any, q: Any, axis: Any = None, out: Any = None, overwrite_input: bool = False, method: str = "linear",
    keepdims: Any = False,
) -> Any:  # fmt: skip
    return _between(a, q, axis, keepdims, method)


@implements(np.percentile)
def _percentile(
    a: Any, q: Any, axis: Any = None, out: Any = None, overwrite_input: bool = False, method: str = "linear",
    keepdims: Any = False,
) -> Any:  # fmt: skip
    return _between(a, q if isinstance(q, Variable) else np.divide(q, 100.0), axis, keepdims, method)


def _trapezoid(y: Any, x: Any = None, dx: Any = 1.0, axis: int = -1) -> Any:
    y = np.moveaxis(array_of(y), axis, -1)
    if x is not None:
        x = array_of(x)
        dx = np.diff(x if x.ndim == 1 else np.moveaxis(x, axis, -1))
    return np.sum(dx * (y[..., 1:] + y[..., :-1]) / 2.0, axis=-1)


implements(*(getattr(np, name) for name in ("trapezoid", "trapz") if name in dir(np)))(_trapezoid)


@implements(np.piecewise)
def _piecewise(x: Any, condlist: Any, funclist: Any, *args: Any, **options: Any) -> Any:
    conditions = [condlist] if np.ndim(condlist) == np.ndim(x) and not isinstance(condlist, (list, tuple)) else condlist
    conditions = [np.asarray(plain(each), dtype=bool) for each in conditions]
    values = [each(x, *args, **options) if callable(each) else each for each in funclist]
    result: Any = values.pop() if len(values) > len(conditions) else 0.0
    for condition, value in zip(conditions, values, strict=True):  # the last that holds
        result = np.where(condition, value, result)
    return result if np.shape(result) == np.shape(x) else np.broadcast_to(result, np.shape(x))


@implements(np.meshgrid)
def _meshgrid(*xi: Any, copy: bool = True, sparse: bool = False, indexing: str = "xy") -> Any:
    arrays = [np.ravel(array_of(x)) for x in xi]
    order = [1, 0, *range(2, len(arrays))] if indexing == "xy" and len(arrays) > 1 else list(range(len(arrays)))
    grids = [np.reshape(x, tuple(-1 if order[i] == j else 1 for j in range(len(arrays)))) for i, x in enumerate(arrays)]
    return tuple(grids if sparse else [+each for each in np.broadcast_arrays(*grids)])


@implements(np.interp)
def _interp(x: Any, xp: Any, fp: Any, left: Any = None, right: Any = None, period: Any = None) -> Any:
    if period is not None or isinstance(xp, Variable):
        raise NotDifferentiable(
            f"automatic differentiation of np.interp: with respect to x and fp, no period, {INSTEAD}"
        )
    x, xp, fp = array_of(x), np.asarray(xp, dtype=np.float64), array_of(fp)
    here = plain(x)
    at = np.clip(np.searchsorted(xp, here, side="right") - 1, 0, len(xp) - 2)
    inside = fp[at] + (x - xp[at]) * ((fp[at + 1] - fp[at]) / (xp[at + 1] - xp[at]))
    np.equal.outer(x, xp)  # a knot is a kink
    ends = fp[0] if left is None else left, fp[-1] if right is None else right
    return np.where(here < xp[0], ends[0], np.where(here > xp[-1], ends[1], inside))


@implements(np.apply_along_axis)
def _apply_along_axis(func1d: Any, axis: int, arr: Any, *args: Any, **options: Any) -> Any:
    rows = np.moveaxis(arr, axis, -1)
    shape = rows.shape[:-1]
    results = [array_of(func1d(row, *args, **options)) for row in np.reshape(rows, (-1, rows.shape[-1]))]
    made = np.reshape(np.stack(results), (*shape, *shape_of(results[0])))
    inner = len(shape_of(results[0]))
    axis = axis_of(axis, arr.ndim)
    return np.moveaxis(made, range(len(shape), len(shape) + inner), range(axis, axis + inner)) if inner else made


@implements(np.nan_to_num)
def _nan_to_num(x: Any, copy: bool = True, nan: float = 0.0, posinf: Any = None, neginf: Any = None) -> Any:
    values = plain(x)
    filled = np.nan_to_num(values, nan=nan, posinf=posinf, neginf=neginf)
    return np.where(np.isfinite(values), x, filled)


@implements(np.real)
def _real(val: Any) -> Any:
    return val.real


# What NumPy's protocols do not reach.


def _array(object: Any, dtype: Any = None, copy: Any = None, order: Any = None, **options: Any) -> Any:
    if dtype is not None and np.dtype(dtype) not in (np.float64, np.dtype("O")):
        raise NotDifferentiable(ASSIGNED)
    made = array_of(object)
    for _ in range(int(options.get("ndmin", 0)) - made.ndim):
        made = made[None]
    return made


@stands_for(np.asarray)
def _asarray(a: Any, dtype: Any = None, order: Any = None, **options: Any) -> Any:
    return _array(a, dtype)


@stands_for(np.asanyarray)
def _asanyarray(a: Any, dtype: Any = None, order: Any = None, **options: Any) -> Any:
    return _array(a, dtype)


@stands_for(np.ascontiguousarray)
def _ascontiguousarray(a: Any, dtype: Any = None, **options: Any) -> Any:
    return np.atleast_1d(_array(a, dtype))


@stands_for(np.asarray_chkfinite)
def _asarray_chkfinite(a: Any, dtype: Any = None, order: Any = None) -> Any:
    made = _array(a, dtype)
    if not np.all(np.isfinite(plain(made))):
        raise ValueError("array must not contain infs or NaNs")
    return made


@stands_for(np.array)
def _copied(object: Any, dtype: Any = None, **options: Any) -> Any:
    made = _array(object, dtype, **options)
    return +made if options.get("copy", True) else made


@stands_for(np.full)
def _full(shape: Any, fill_value: Any, dtype: Any = None, **options: Any) -> Any:
    return +np.broadcast_to(_array(fill_value, dtype), shape)


def _enter_scipy() -> None:
    """Enter what stands for functions of `scipy.special`, once that is imported."""
    from scipy import special

    @stands_for(special.logsumexp)
    def _logsumexp(a: Any, axis: Any = None, b: Any = None, keepdims: bool = False, return_sign: bool = False) -> Any:
        if return_sign:
            raise NotDifferentiable(f"automatic differentiation of logsumexp: no return_sign=True, {INSTEAD}")
        return logsumexp(a, axis, b, keepdims)

    @stands_for(special.softmax)
    def _softmax(x: Any, axis: Any = None) -> Any:
        return np.exp(x - logsumexp(x, axis, keepdims=True))

    @stands_for(special.log_softmax)
    def _log_softmax(x: Any, axis: Any = None) -> Any:
        return x - logsumexp(x, axis, keepdims=True)


LATER["scipy.special"] = _enter_scipy
