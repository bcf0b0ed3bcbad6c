"""Differentiate a surface or your own function by any of several methods.

    f = lambda p: np.sin(p[0]) * p[1]
    gradient(f, method="reverse")([0.3, 2.0])           # a function (dim, ...) -> (dim, ...)
    jvp(f, method="forward")([0.3, 2.0], [1.0, 0.0])    # the derivative along a direction, by dual numbers
    hvp(f)([0.3, 2.0], [1.0, 0.0])                      # the Hessian times a vector, forward over reverse
    hessian(f)([0.3, 2.0])                              # (dim, dim, ...)

    manual         the formulas that a surface carries; a surface of torch, torch's own derivatives, as by reverse
    forward        automatic, by dual numbers: a pass for each coordinate
    reverse        automatic, by a tape: one pass forwards and one back, whatever the number of coordinates
    symbolic       SymPy's formulas, for functions of known dimension
    one-sided      differences: right to about eight digits
    central        central differences: right to about ten digits, works on anything
    richardson     central differences of two steps, extrapolated: right to about twelve digits
    complex-step   imaginary steps: right to the last digits, for functions that carry complex numbers through

Points have shape (dim, ...), and every derivative is taken at all of them at once. A function must treat them one by
one: f(p) has shape (...).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from landscape.core.batches import components
from landscape.core.component import Array
from landscape.core.surface import Surface
from landscape.derivatives import functions, matrices, methods, more, shapes  # noqa: F401  enter their functions
from landscape.derivatives.automatic import NotDifferentiable, Variable, taped
from landscape.derivatives.automatic import jvp as pushed
from landscape.derivatives.numerical import EPS, central, central_hessian, complex_step, one_sided, richardson
from landscape.derivatives.rules import shape_of
from landscape.derivatives.trust import WrongShape, between, mended, trusted

__all__ = [
    "METHODS",
    "NotDifferentiable",
    "central",
    "central_hessian",
    "complex_step",
    "gradient",
    "hessian",
    "hvp",
    "jvp",
    "one_sided",
    "richardson",
]

METHODS = ("manual", "forward", "reverse", "symbolic", "one-sided", "central", "richardson", "complex-step")
NUMERICAL = {
    "one-sided": one_sided,
    "central": central,
    "richardson": richardson,
    "complex-step": complex_step,
}

# Relative steps of differences of differences, where truncation and rounding (about eps f / h^2) meet.
SECOND_STEPS = {"one-sided": EPS ** (1 / 3), "central": EPS ** (1 / 4), "richardson": EPS ** (1 / 6)}

Function = Callable[[Any], Array]
Along = Callable[[Any, Any], Array]


def gradient(f: Surface | Function, method: str = "reverse", dim: int | None = None) -> Function:
    """The gradient of f, as a function p (dim, ...) -> (dim, ...).

    f: a surface, or a function p (dim, ...) -> (...) written with NumPy. dim: the number of coordinates, which the
    symbolic method must be told for a plain function. ValueError for a method that there is not, or not for this f, or
    where f's value has another shape; NotDifferentiable (a TypeError) where an automatic method has no rule for what f
    does.
    """
    value, dim = _opened(f, method, dim)
    if _own(f, method):
        return _surface(f).gradient
    if method == "symbolic":
        from landscape.derivatives import symbolic

        return symbolic.gradient(value, _known(dim))
    if method in ("forward", "reverse"):
        slope = _forward if method == "forward" else _reverse
        if isinstance(f, Surface):
            return lambda p: slope(value, _floats(p))
        return lambda p: trusted(value, slope, _floats(p), lambda f, p, g: between(f, p, g, _units(p)))
    return NUMERICAL[method](value)


def jvp(f: Surface | Function, method: str = "forward", dim: int | None = None) -> Along:
    """The derivative of f along a direction, as a function of p and v, (dim, ...) each -> the shape of f(p).

    It is the Jacobian of f times v. By the forward method it costs one pass, as many as f itself; by differences two
    or four values; by the reverse method a gradient. Arguments as for `gradient`. Except for the manual, symbolic and
    reverse methods, f may have any number of values.
    """
    if method == "forward":
        value, _ = _opened(f, method, dim)
        if isinstance(f, Surface):
            return lambda p, v: _along(value, *_pair(p, v))
        return lambda p, v: _directed(value, *_pair(p, v))
    if method in NUMERICAL:
        value, _ = _opened(f, method, dim)

        def directional(p: Any, v: Any) -> Array:
            p, v = _pair(p, v)
            return NUMERICAL[method](lambda t: value(p + t[0] * v))(np.zeros((1, *p.shape[1:])))[0]

        return directional
    slope = gradient(f, method, dim)

    def product(p: Any, v: Any) -> Array:
        p, v = _pair(p, v)
        return np.sum(slope(p) * v, axis=0)

    return product


def hvp(f: Surface | Function, method: str = "reverse", dim: int | None = None) -> Along:
    """The Hessian of f times a vector, as a function of p and v, (dim, ...) each -> (dim, ...).

    By the reverse method it is the derivative along v, by dual numbers, of the gradient by the tape (forward over
    reverse), and costs a few gradients; by the forward method dual numbers of dual numbers; by differences the change
    of the gradient along v, for which complex-step takes central differences. Arguments as for `gradient`.
    """
    value, _ = _opened(f, method, dim)
    if isinstance(f, Surface) and f.outside and method in ("manual", "reverse"):
        return lambda p, v: f.hvp(*_pair(p, v))
    if method == "forward" or (method == "reverse" and not _own(f, method)):
        slope = _forward if method == "forward" else _reverse
        if isinstance(f, Surface):
            return lambda p, v: _along(lambda q: slope(value, q), *_pair(p, v))
        return lambda p, v: _bent(value, slope, *_pair(p, v))
    if method in NUMERICAL:
        first, then = _twice(value, method)

        def change(p: Any, v: Any) -> Array:
            p, v = _pair(p, v)
            scale = np.maximum(1.0, np.max(np.abs(v), axis=0))  # so that a long vector is not a long step
            return then(lambda t: first(p + t[0] * (v / scale)))(np.zeros((1, *p.shape[1:])))[0] * scale

        return change
    matrix = hessian(f, method, dim)

    def product(p: Any, v: Any) -> Array:
        p, v = _pair(p, v)
        return np.einsum("ij...,j...->i...", matrix(p), v)

    return product


def hessian(f: Surface | Function, method: str = "reverse", dim: int | None = None) -> Function:
    """The Hessian of f, as a function p (dim, ...) -> (dim, dim, ...); arguments as for `gradient`.

    The automatic methods take a Hessian-vector product for each coordinate; of the numerical ones, central takes second
    differences of the value, and the others differences of their gradient. Complex-step takes central ones, as two
    imaginary steps would multiply to a real one: right to about ten digits. `complex_step` of an exact gradient is
    right to the last ones.
    """
    value, dim = _opened(f, method, dim)
    if _own(f, method):
        return _surface(f).hessian
    if method == "symbolic":
        from landscape.derivatives import symbolic

        return symbolic.hessian(value, _known(dim))
    if method == "central":
        return central_hessian(value)
    if method in NUMERICAL:
        first, then = _twice(value, method)
        return lambda p: _even(then(first)(p))
    slope = _forward if method == "forward" else _reverse

    def matrix(f: Function, p: Any) -> Array:
        return np.array([_along(lambda q: slope(f, q), p, unit) for unit in _units(p)])

    if isinstance(f, Surface):
        return lambda p: _even(matrix(value, _floats(p)))

    def looked_over(f: Function, p: Array, found: Array) -> Array:
        return mended(f, lambda q: slope(f, q), p, found, _units(p))

    return lambda p: _even(trusted(value, matrix, _floats(p), looked_over))


def _reverse(value: Function, p: Any) -> Any:
    """The gradient at p, an array or a Variable, by one pass forwards and one back."""
    out, pull = taped(value, p)
    _check_shape(out, p)
    return pull(np.ones(shape_of(out)))


def _forward(value: Function, p: Any) -> Any:
    """The gradient at p, an array or a Variable, by a pass of dual numbers for each coordinate."""
    rows = []
    for unit in _units(p):
        out, change = pushed(value, p, unit)
        _check_shape(out, p)
        rows.append(change)
    return np.stack(rows)


def _twice(value: Function, method: str) -> tuple[Function, Callable[[Function], Function]]:
    """(gradient of f, how to take differences of it), with steps that suit second derivatives."""
    if method == "complex-step":
        return complex_step(value), central
    differences: Any = NUMERICAL[method]
    return differences(value, SECOND_STEPS[method]), lambda f: differences(f, SECOND_STEPS[method])


def _along(value: Function, p: Array, v: Array) -> Array:
    return np.asarray(pushed(value, p, v)[1])


def _directed(value: Function, p: Array, v: Array) -> Array:
    """The derivative of a user's function along v."""
    return trusted(
        value,
        lambda f, q: _along(f, q, v)[None],
        p,
        lambda f, q, slope: between(f, q, slope, [v]),
    )[0]


def _bent(value: Function, slope: Callable[[Function, Any], Any], p: Array, v: Array) -> Array:
    """The Hessian of a user's function times v."""
    return trusted(
        value,
        lambda f, q: _along(lambda r: slope(f, r), q, v)[None],
        p,
        lambda f, q, bend: mended(f, lambda r: slope(f, r), q, bend, [v]),
    )[0]


def _units(p: Any) -> list[Array]:
    """For each coordinate, the direction (dim, ...) along it."""
    units = np.zeros((len(p), *p.shape))
    units[np.arange(len(p)), np.arange(len(p))] = 1.0
    return list(units)


def _even(matrix: Array) -> Array:
    """A matrix that is symmetric but for rounding, made so."""
    return (matrix + np.swapaxes(matrix, 0, 1)) / 2.0


def _check_shape(out: Any, p: Any) -> None:
    if np.shape(out) != p.shape[1:]:
        raise WrongShape(
            f"the function must map points (dim, ...) to values (...): it was given shape {p.shape} and returned "
            f"{np.shape(out)}, not {p.shape[1:]}; sum over the first axis only, as np.sum(..., axis=0)"
        )


def _floats(p: Any) -> Array:
    p = p if isinstance(p, Variable) else np.asarray(p)
    if p.ndim == 0 or p.dtype.kind not in "biufcO":
        raise ValueError(f"points have shape (dim, ...) and hold numbers, got {p.dtype} of shape {p.shape}")
    return p.astype(np.float64) if p.dtype.kind in "biuf" else p


def _pair(p: Any, v: Any) -> tuple[Array, Array]:
    p, v = _floats(p), _floats(v)
    if v.shape != p.shape:
        if v.shape != p.shape[:1]:
            raise ValueError(f"a direction has the shape of the point, {p.shape}, or {p.shape[:1]}, got {v.shape}")
        v = np.broadcast_to(v.reshape(-1, *(1,) * (p.ndim - 1)), p.shape)
    return p, v


def _opened(f: Surface | Function, method: str, dim: int | None) -> tuple[Function, int | None]:
    """(function, dim) of a surface or a function."""
    if method not in METHODS:
        raise ValueError(f'there is no method "{method}" to differentiate by. Methods: {", ".join(METHODS)}.')
    if isinstance(f, Surface):
        if dim not in (None, f.dim):
            raise ValueError(f"{f.name} has {f.dim} coordinates, got dim={dim}")
        if _outside(f) and method in ("forward", "symbolic", "complex-step"):
            others = ", ".join(each for each in METHODS if each not in ("forward", "symbolic", "complex-step"))
            raise ValueError(
                f'{f.title or f.name} is computed by another library, which "{method}" cannot look into; use one of: '
                f"{others}, of which manual and reverse are that library's own derivatives"
            )
        return (_checking(f) if method in ("forward", "reverse") else f.value), f.dim
    if not callable(f):
        raise TypeError(f"expected a surface or a function, got {f!r}")
    return f, dim


def _checking(surface: Surface) -> Function:
    """A surface's value for points that may be Variables, which `surface.value` would turn into arrays."""

    def value(p: Any) -> Any:
        if p.shape[0] != surface.dim:
            raise ValueError(f"{surface.name}: points have shape ({surface.dim}, ...), got {p.shape}")
        return surface._value(p)

    return value


def _own(f: Surface | Function, method: str) -> bool:
    """Whether a surface's own derivatives are meant: also those that another library takes by its own tape."""
    return method == "manual" or (method == "reverse" and isinstance(f, Surface) and _outside(f))


def _outside(surface: Surface) -> bool:
    """Whether another library computes the surface, or one that it holds."""
    return any(isinstance(each, Surface) and each.outside for each in components(surface))


def _surface(f: Surface | Function) -> Surface:
    if isinstance(f, Surface):
        return f
    others = ", ".join(method for method in METHODS if method != "manual")
    raise ValueError(f"only a surface carries its own derivatives; for a function, use one of: {others}.")


def _known(dim: int | None) -> int:
    if dim is None:
        raise ValueError("symbolic derivatives of a function need its number of coordinates: dim=2, for instance")
    return dim
