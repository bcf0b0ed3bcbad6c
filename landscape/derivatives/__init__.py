"""Differentiate a surface or your own function by any of several methods.

    f = lambda p: np.sin(p[0]) * p[1]
    gradient(f, method="complex-step")([0.3, 2.0])      # a function (dim, ...) -> (dim, ...)
    hessian(f, method="symbolic", dim=2)                # a function (dim, ...) -> (dim, dim, ...)

    manual         the formulas that a surface carries
    central        central differences of the value: right to about ten digits, works on anything
    complex-step   imaginary steps: right to the last digits, for functions that carry complex numbers through
    symbolic       SymPy's formulas, for functions of known dimension

Points have shape (dim, ...), and every derivative is taken at all of them at once.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from landscape.component import Array
from landscape.core import Surface
from landscape.derivatives.numerical import central, central_hessian, complex_step

__all__ = ["METHODS", "central", "central_hessian", "complex_step", "gradient", "hessian"]

METHODS = ("manual", "central", "complex-step", "symbolic")

Function = Callable[[Any], Array]


def gradient(f: Surface | Function, method: str = "central", dim: int | None = None) -> Function:
    """The gradient of f, as a function p (dim, ...) -> (dim, ...).

    f: a surface, or a function p (dim, ...) -> (...) written with NumPy. dim: the number of coordinates, which the
    symbolic method must be told for a plain function. ValueError for a method that there is not, or not for this f.
    """
    value, dim = _opened(f, method, dim)
    if method == "manual":
        return _surface(f).gradient
    if method == "symbolic":
        from landscape.derivatives import symbolic

        return symbolic.gradient(value, _known(dim))
    return central(value) if method == "central" else complex_step(value)


def hessian(f: Surface | Function, method: str = "central", dim: int | None = None) -> Function:
    """The Hessian of f, as a function p (dim, ...) -> (dim, dim, ...); arguments as for `gradient`.

    Complex-step takes central differences of the complex-step gradient, as two imaginary steps would multiply to a
    real one: right to about ten digits. `complex_step` of an exact gradient is right to the last ones.
    """
    value, dim = _opened(f, method, dim)
    if method == "manual":
        return _surface(f).hessian
    if method == "symbolic":
        from landscape.derivatives import symbolic

        return symbolic.hessian(value, _known(dim))
    return central_hessian(value) if method == "central" else central(complex_step(value))


def _opened(f: Surface | Function, method: str, dim: int | None) -> tuple[Function, int | None]:
    """(function, dim) of a surface or a function."""
    if method not in METHODS:
        raise ValueError(f'there is no method "{method}" to differentiate by. Methods: {", ".join(METHODS)}.')
    if isinstance(f, Surface):
        if dim not in (None, f.dim):
            raise ValueError(f"{f.name} has {f.dim} coordinates, got dim={dim}")
        return f.value, f.dim
    if not callable(f):
        raise TypeError(f"expected a surface or a function, got {f!r}")
    return f, dim


def _surface(f: Surface | Function) -> Surface:
    if isinstance(f, Surface):
        return f
    others = ", ".join(method for method in METHODS if method != "manual")
    raise ValueError(f"only a surface carries its own derivatives; for a function, use one of: {others}.")


def _known(dim: int | None) -> int:
    if dim is None:
        raise ValueError("symbolic derivatives of a function need its number of coordinates: dim=2, for instance")
    return dim
