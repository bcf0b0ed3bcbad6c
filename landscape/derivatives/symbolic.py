"""Differentiate with SymPy: the formula that NumPy runs is handed symbols, and comes back as an expression.

    expression(f, dim=2)        # f(p) as a SymPy expression, and its symbols
    gradient(f, dim=2)          # a fast NumPy function p (2, ...) -> (2, ...)

f must be straight-line: arithmetic and elementary functions, no branches on values. Needs SymPy, an optional extra.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from landscape.core.component import Array
from landscape.core.elementary import select
from landscape.core.extras import library

Function = Callable[[Any], Array]

# NumPy's name of an elementary function -> SymPy's
FUNCTIONS = {
    "sqrt": "sqrt", "exp": "exp", "log": "log", "sin": "sin", "cos": "cos", "tan": "tan", "sinh": "sinh",
    "cosh": "cosh", "tanh": "tanh", "log1p": "log1p", "expm1": "expm1", "arcsin": "asin", "arccos": "acos",
    "arctan": "atan",
}  # fmt: skip


# what SymPy has no function of its own for
_ONE_MORE: dict[str, Callable[[Any, Any], Any]] = {
    "log1p": lambda sympy, x: sympy.log(1 + x),
    "expm1": lambda sympy, x: sympy.exp(x) - 1,
}


class Symbolic:
    """A SymPy expression in NumPy's clothes: NumPy calls the methods for its functions on arrays of objects."""

    __slots__ = ("expression",)

    def __init__(self, expression: Any) -> None:
        self.expression = expression

    def __neg__(self) -> Symbolic:
        return Symbolic(-self.expression)

    def __pos__(self) -> Symbolic:
        return self

    def select(self, positive: Any, negative: Any) -> Symbolic:
        """`positive` where this is >= 0, else `negative`."""
        return Symbolic(_branch()(self.expression, exact(positive), exact(negative)))

    def __bool__(self) -> bool:
        raise TypeError("symbolic derivatives need a formula without branches on values (if, while, max, abs)")

    __hash__ = object.__hash__


def _binary(operate: Callable[[Any, Any], Any], swapped: bool) -> Callable[[Symbolic, Any], Any]:
    def operation(self: Symbolic, other: Any) -> Any:
        if isinstance(other, np.ndarray):
            return NotImplemented
        pair = (self.expression, exact(other))
        return Symbolic(operate(*(pair[::-1] if swapped else pair)))

    return operation


def _unary(name: str) -> Callable[[Symbolic], Symbolic]:
    if name in _ONE_MORE:
        return lambda self: Symbolic(_ONE_MORE[name](_sympy(), self.expression))
    return lambda self: Symbolic(getattr(_sympy(), name)(self.expression))


def _comparison(self: Symbolic, other: Any) -> bool:
    return bool(self)


for _name, _operate in {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "truediv": lambda a, b: a / b,
    "pow": lambda a, b: a**b,
}.items():
    setattr(Symbolic, f"__{_name}__", _binary(_operate, swapped=False))
    setattr(Symbolic, f"__r{_name}__", _binary(_operate, swapped=True))
for _name, _theirs in FUNCTIONS.items():
    setattr(Symbolic, _name, _unary(_theirs))
for _name in ("lt", "le", "gt", "ge"):
    setattr(Symbolic, f"__{_name}__", _comparison)


def expression(f: Function, dim: int) -> tuple[Any, list[Any]]:
    """(f(p) as a SymPy expression, its symbols), found by calling f on an object array (dim,).

    TypeError where f does more than arithmetic and elementary functions. ImportError where SymPy is not installed.
    """
    symbols = list(_sympy().symbols(f"x:{dim}", real=True))
    p = np.empty(dim, dtype=object)
    p[:] = [Symbolic(symbol) for symbol in symbols]
    result = f(p)
    return exact(result.item() if isinstance(result, np.ndarray) else result), symbols


def gradient(f: Function, dim: int) -> Function:
    """The gradient of f, differentiated by SymPy: p (dim, ...) -> (dim, ...)."""
    value, symbols = expression(f, dim)
    return _compiled(_slopes(value, tuple(symbols)), symbols, (dim,))


def hessian(f: Function, dim: int) -> Function:
    """The Hessian of f, differentiated by SymPy: p (dim, ...) -> (dim, dim, ...)."""
    value, symbols = expression(f, dim)
    slopes = _slopes(value, tuple(symbols))
    lower = {(i, j): slopes[i].diff(symbols[j]) for i in range(dim) for j in range(i + 1)}
    entries = [lower[max(i, j), min(i, j)] for i in range(dim) for j in range(dim)]
    return _compiled(entries, symbols, (dim, dim))


@functools.lru_cache(maxsize=1)  # who asks for the gradient asks for the Hessian next
def _slopes(value: Any, symbols: tuple[Any, ...]) -> list[Any]:
    return [value.diff(x) for x in symbols]


def exact(number: Any) -> Any:
    """What SymPy computes with for a Symbolic or a number: a float as the fraction that it is."""
    if isinstance(number, Symbolic):
        return number.expression
    if isinstance(number, (int, float, np.integer, np.floating)):
        return _sympy().Rational(number.item() if isinstance(number, np.generic) else number)
    raise TypeError(f"symbolic derivatives need plain arithmetic, got {type(number).__name__}")


def _compiled(entries: Sequence[Any], symbols: Sequence[Any], shape: tuple[int, ...]) -> Function:
    """A NumPy function p (dim, ...) -> (*shape, ...) of the entries, in order."""
    function = _sympy().lambdify(
        [symbols], [entry.evalf(17) for entry in entries], modules=[_AT_KINKS, "numpy"], cse=True
    )

    def evaluated(p: Any) -> Array:
        p = np.asarray(p, dtype=np.float64)
        if p.ndim == 0 or len(p) != len(symbols):
            raise ValueError(f"points have shape ({len(symbols)}, ...), got {p.shape}")
        with np.errstate(all="ignore"):  # of what a branch does where it is not taken
            results = [np.broadcast_to(result, p.shape[1:]) for result in function(p)]
        return np.array(results).reshape(*shape, *p.shape[1:])

    return evaluated


@functools.cache
def _branch() -> Any:
    """`landscape.core.elementary.select` for SymPy: differentiated on either side, without a pulse at the jump.

    SymPy's own Piecewise does not do where a branch decides another: it prints conditions that NumPy refuses.
    """
    sympy = _sympy()

    class Select(sympy.Function):  # type: ignore[misc, name-defined]
        nargs = 3
        is_real = True

        def fdiff(self, argindex: int = 1) -> Any:
            if argindex == 1:
                return sympy.S.Zero
            return Select(self.args[0], *((1, 0) if argindex == 2 else (0, 1)))

    return Select


# A slope that jumps has no curvature worth the name.
_AT_KINKS = {"DiracDelta": lambda x, *order: 0.0 * x, "Select": select}


def _sympy() -> Any:
    return library("sympy", "a symbolic derivative")
