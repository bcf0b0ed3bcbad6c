"""Differentiate any function of p (dim, ...) by stepping along each coordinate, in batches as well as at a point.

    central(f)                  # f: (dim, ...) -> (...);        its gradient (dim, ...)
    complex_step(f.gradient)    # g: (dim, ...) -> (dim, ...);   its Jacobian, here the Hessian (dim, dim, ...)

Both put the coordinate stepped along first: result[i] = df/dp_i, whatever the shape of f's value.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from landscape.core.component import Array

EPS = float(np.finfo(np.float64).eps)

# Where truncation (h^2 f''' / 6; h^2 f'''' / 12 for second differences) and rounding (eps f / h; 4 eps f / h^2) meet,
# for a function that varies over lengths of about max(1, |p|): Press et al. 2007, "Numerical recipes", section 5.7.
FIRST_STEP = EPS ** (1 / 3)
SECOND_STEP = EPS ** (1 / 4)
ONE_SIDED_STEP = EPS ** (1 / 2)
RICHARDSON_STEP = EPS ** (1 / 5)
# So small that its square vanishes beside any number that f computes with, and far from underflow.
IMAGINARY_STEP = 1e-30

NEEDS_COMPLEX = "complex-step needs a function that carries complex numbers through"
# NumPy's functions whose result of a complex number is real.
DROPPING = frozenset(["absolute", "abs", "fabs", "norm", "real", "imag", "angle", "conjugate", "vdot", "var", "std"])

Function = Callable[[Any], Array]


def central(f: Function, relative: float = FIRST_STEP) -> Function:
    """The derivative of f by central differences.

    df/dp_i = (f(p + h_i e_i) - f(p - h_i e_i)) / 2h_i,   h_i: the power of two next to relative max(1, |p_i|),

    relative: eps^(1/3) where left out.

    f: (dim, ...) -> (..., ...); the result maps p (dim, ...) to (dim, ..., ...), with the coordinate first. Error:
    h^2/6 |f'''| by truncation and, by rounding, that of the two values over 2h each.
    """

    def derivative(p: Any) -> Array:
        p = _floats(p)
        steps = exact_steps(p, relative)
        rows = [f(_moved(p, (i, h))) - f(_moved(p, (i, -h))) for i, h in enumerate(steps)]
        return np.array([row / (2.0 * h) for row, h in zip(rows, steps, strict=True)])

    return derivative


def one_sided(f: Function, relative: float = ONE_SIDED_STEP) -> Function:
    """The derivative of f by one-sided differences.

    df/dp_i = (f(p + h_i e_i) - f(p)) / h_i,   h_i: the power of two next to eps^(1/2) max(1, |p_i|).

    Shapes as for `central`. Error: h/2 |f''| by truncation and eps |f| / h by rounding: half of the digits are lost.
    """

    def derivative(p: Any) -> Array:
        p = _floats(p)
        steps = exact_steps(p, relative)
        here = f(p)
        return np.array([(f(_moved(p, (i, h))) - here) / h for i, h in enumerate(steps)])

    return derivative


def richardson(f: Function, relative: float = RICHARDSON_STEP) -> Function:
    """The derivative of f by central differences D(h) and D(2h), extrapolated to h = 0.

    df/dp_i = (4 D(h_i) - D(2 h_i)) / 3,   h_i: the power of two next to eps^(1/5) max(1, |p_i|).

    Shapes as for `central`. Error: h^4/30 |f^(5)| x 4 by truncation and about 3 eps |f| / 2h by rounding.

    Source: Richardson 1911, "The approximate arithmetical solution by finite differences of physical problems
    involving differential equations", Philosophical Transactions A 210.
    """

    def derivative(p: Any) -> Array:
        p = _floats(p)
        rows = []
        for i, h in enumerate(exact_steps(p, relative)):
            near = f(_moved(p, (i, h))) - f(_moved(p, (i, -h)))
            far = f(_moved(p, (i, 2.0 * h))) - f(_moved(p, (i, -2.0 * h)))
            rows.append((8.0 * near - far) / (12.0 * h))
        return np.array(rows)

    return derivative


def central_hessian(f: Function) -> Function:
    """The Hessian of f (dim, ...) -> (...) by second central differences of its values: p -> (dim, dim, ...).

    d2f/dp_i dp_j = (f(++) - f(+-) - f(-+) + f(--)) / 4 h_i h_j,   h_i: the power of two next to
    eps^(1/4) max(1, |p_i|); right to about eight digits of the largest values.
    """

    def second(p: Any) -> Array:
        p = _floats(p)
        steps = exact_steps(p, SECOND_STEP)
        middle = f(p)
        matrix = np.empty((len(p), len(p), *np.shape(middle)))
        for i, h in enumerate(steps):
            matrix[i, i] = (f(_moved(p, (i, h))) - 2.0 * middle + f(_moved(p, (i, -h)))) / (h * h)
            for j, k in enumerate(steps[:i]):
                ends = [s * t * f(_moved(p, (i, s * h), (j, t * k))) for s in (1.0, -1.0) for t in (1.0, -1.0)]
                matrix[i, j] = matrix[j, i] = (ends[0] + ends[1] + ends[2] + ends[3]) / (4.0 * h * k)
        return matrix

    return second


def complex_step(f: Function) -> Function:
    """The derivative of f by imaginary steps, which subtract nothing and so lose no digits.

    df/dp_i = Im f(p + i h e_i) / h,   h = 1e-30 max(1, |p_i|).

    f: (dim, ...) -> (..., ...), real on real points and made of functions that carry complex numbers through: TypeError
    where abs, norm or another that drops the imaginary part is met, or the result is not complex. The result maps
    p (dim, ...) to (dim, ..., ...). Error: that of rounding in f's own derivative, as h^2 is nothing.

    Source: Squire and Trapp 1998, "Using complex variables to estimate derivatives of real functions", SIAM Review
    40(1); Martins, Sturdza and Alonso 2003, "The complex-step derivative approximation", ACM TOMS 29(3).
    """

    def derivative(p: Any) -> Array:
        p = _floats(p)
        steps = IMAGINARY_STEP * np.maximum(1.0, np.abs(p))
        rows = []
        for i, h in enumerate(steps):
            result = np.asarray(f(_moved(p.astype(np.complex128), (i, 1j * h)).view(_Stepped)))
            if result.dtype.kind != "c":
                raise TypeError(f"{NEEDS_COMPLEX}; this one gave {result.dtype}")
            rows.append(result.imag / h)
        return np.array(rows)

    return derivative


class _Stepped(np.ndarray[Any, Any]):
    """Complex numbers that refuse what would drop their imaginary part, in which the derivative is."""

    def __getitem__(self, index: Any) -> Any:
        return _stepped(super().__getitem__(index))

    def __iter__(self) -> Any:
        return (self[i] for i in range(len(self)))

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        if ufunc.__name__ in DROPPING:
            raise TypeError(f"{NEEDS_COMPLEX}, and np.{ufunc.__name__} drops their imaginary part")
        plain = [each.view(np.ndarray) if isinstance(each, _Stepped) else each for each in inputs]
        if "out" in options:
            options["out"] = tuple(o.view(np.ndarray) if isinstance(o, _Stepped) else o for o in options["out"])
        return _stepped(getattr(ufunc, method)(*plain, **options))

    def __array_function__(self, function: Any, types: Any, args: Any, options: Any) -> Any:
        if function.__name__ in DROPPING:
            raise TypeError(f"{NEEDS_COMPLEX}, and np.{function.__name__} drops their imaginary part")
        return super().__array_function__(function, types, args, options)


def _stepped(result: Any) -> Any:
    carried = isinstance(result, (np.ndarray, np.complexfloating)) and result.dtype.kind == "c"
    return np.asarray(result).view(_Stepped) if carried else result


def exact_steps(p: Array, relative: float) -> Array:
    """Steps h (dim, ...): the powers of two next to relative * max(1, |p|).

    p + h and p - h then hold them without rounding, but where they cross a power of two.
    """
    return np.exp2(np.round(np.log2(relative * np.maximum(1.0, np.abs(p)))))


def _floats(p: Any) -> Array:
    p = np.asarray(p, dtype=np.float64)
    if p.ndim == 0:
        raise ValueError("points have shape (dim, ...), got a number")
    return p


def _moved(p: Array, *steps: tuple[int, Array]) -> Array:
    """A copy of p with a step added to each of some coordinates."""
    p = p.copy()
    for i, h in steps:
        p[i] += h
    return p
