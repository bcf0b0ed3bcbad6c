"""NumPy's functions of matrices, of values that are being differentiated: norm, inverse, solution, determinant.

They enter the table of `landscape.derivatives.functions`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from landscape.derivatives.automatic import INSTEAD, NotDifferentiable, evaluate, plain
from landscape.derivatives.functions import array_of, implements, root
from landscape.derivatives.rules import RULES


@implements(np.linalg.norm)
def _norm(x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Any:
    x = array_of(x)
    over: dict[str, Any] = {"axis": axis, "keepdims": keepdims}
    if ord is None:
        return root(np.sum(x * x, **over))
    pair = tuple(range(x.ndim)) if axis is None else (axis,) if isinstance(axis, (int, np.integer)) else tuple(axis)
    if len(pair) == 2:
        return _matrix_norm(x, ord, pair, keepdims)
    if ord == 2:
        return root(np.sum(x * x, **over))
    if ord in (1, np.inf, -np.inf):
        reduce: Any = {1: np.sum, np.inf: np.max, -np.inf: np.min}[ord]
        return reduce(np.absolute(x), **over)
    if isinstance(ord, str) or len(pair) != 1 or ord == 0:
        raise NotDifferentiable(f"automatic differentiation of np.linalg.norm: no norm {ord!r} of this, {INSTEAD}")
    return np.sum(np.absolute(x) ** ord, **over) ** (1.0 / ord)


def _matrix_norm(x: Any, ord: Any, axes: tuple[int, int], keepdims: bool) -> Any:
    """The norms of matrices that are sums of absolute values or of squares."""
    if ord == "fro":
        return root(np.sum(x * x, axis=axes, keepdims=keepdims))
    if ord not in (1, -1, np.inf, -np.inf):
        raise NotDifferentiable(f"automatic differentiation of np.linalg.norm: no matrix norm {ord!r}, {INSTEAD}")
    summed, picked = axes if abs(ord) == 1 else axes[::-1]
    sums = np.sum(np.absolute(x), axis=summed, keepdims=True)
    found = (np.max if ord > 0 else np.min)(sums, axis=picked, keepdims=True)
    return found if keepdims else np.squeeze(found, axes)


@implements(np.linalg.inv)
def _inv(a: Any) -> Any:
    return evaluate(RULES["inv"], (array_of(a),))


@implements(np.linalg.solve)
def _solve(a: Any, b: Any) -> Any:
    return evaluate(RULES["solve"], (array_of(a), array_of(b)))


@implements(np.linalg.slogdet)
def _slogdet(a: Any) -> Any:
    a = array_of(a)
    return np.linalg.slogdet(plain(a))[0], evaluate(RULES["logdet"], (a,))


@implements(np.linalg.det)
def _det(a: Any) -> Any:
    sign, size = np.linalg.slogdet(a)
    return sign * np.exp(size)
