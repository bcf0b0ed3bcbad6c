"""NumPy's functions of matrices, of values that are being differentiated: norm, inverse, solution, determinant.

They enter the table of `landscape.derivatives.functions`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from landscape.derivatives.automatic import NotDifferentiable, evaluate, plain
from landscape.derivatives.functions import array_of, implements, root
from landscape.derivatives.rules import RULES


@implements(np.linalg.norm)
def _norm(x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Any:
    if ord is None or (ord == 2 and (axis is not None or x.ndim == 1)) or ord == "fro":
        return root(np.sum(x * x, axis=axis, keepdims=keepdims))
    if axis is None and x.ndim != 1:
        raise NotDifferentiable(f"automatic differentiation of np.linalg.norm: no matrix norm {ord!r}")
    if ord in (1, np.inf, -np.inf):
        reduce: Any = {1: np.sum, np.inf: np.max, -np.inf: np.min}[ord]
        return reduce(np.absolute(x), axis=axis, keepdims=keepdims)
    return np.sum(np.absolute(x) ** ord, axis=axis, keepdims=keepdims) ** (1.0 / ord)


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
