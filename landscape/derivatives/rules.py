"""Differentiate NumPy's functions: one table of rules for every automatic mode.

    RULES["sin"].push(0, t, out, (x,), ())       # forward: what a small change t of x does to out = sin(x)
    RULES["sin"].pull(0, g, out, (x,), ())       # reverse: what a slope g along out is along x

A rule is linear in t and g, and written in NumPy's functions, so that it can be differentiated again. Elementwise
functions have one line that serves both directions: their derivative is a diagonal matrix, its own transpose.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, Protocol

import numpy as np

from landscape.core.elementary import select

LN2, LN10 = math.log(2.0), math.log(10.0)


class Rule(Protocol):
    """How a function out = function(*inputs, *options) is differentiated with respect to inputs[i]."""

    function: Callable[..., Any]

    def push(self, i: int, t: Any, out: Any, inputs: Sequence[Any], options: Sequence[Any]) -> Any:
        """The change of `out` for a change t of inputs[i]."""

    def pull(self, i: int, g: Any, out: Any, inputs: Sequence[Any], options: Sequence[Any]) -> Any:
        """The slope along inputs[i], in its shape, for a slope g along `out`."""


class Elementwise:
    """A function of each element alone: slopes[i](g, out, *inputs) is g times the partial derivative to input i.

    chooses: whether it is one of its inputs, so that the others do not matter at all.
    """

    __slots__ = ("chooses", "function", "slopes")

    def __init__(self, function: Callable[..., Any], *slopes: Callable[..., Any], chooses: bool = False) -> None:
        self.function, self.slopes, self.chooses = function, slopes, chooses

    def push(self, i: int, t: Any, out: Any, inputs: Sequence[Any], options: Sequence[Any]) -> Any:
        return self.slopes[i](t, out, *inputs)

    def pull(self, i: int, g: Any, out: Any, inputs: Sequence[Any], options: Sequence[Any]) -> Any:
        g, shape = self.slopes[i](g, out, *inputs), shape_of(inputs[i])
        return g if shape_of(g) == shape else folded(g, shape)


class Linear:
    """A linear function of one input: transposed(g, shape of the input, *options)."""

    __slots__ = ("function", "transposed")

    def __init__(self, function: Callable[..., Any], transposed: Callable[..., Any]) -> None:
        self.function, self.transposed = function, transposed

    def push(self, i: int, t: Any, out: Any, inputs: Sequence[Any], options: Sequence[Any]) -> Any:
        return self.function(t, *options)

    def pull(self, i: int, g: Any, out: Any, inputs: Sequence[Any], options: Sequence[Any]) -> Any:
        return self.transposed(g, shape_of(inputs[0]), *options)


class Joint:
    """A linear function of all its inputs together: transposed(i, g, shapes of the inputs, *options)."""

    __slots__ = ("function", "transposed")

    def __init__(self, function: Callable[..., Any], transposed: Callable[..., Any]) -> None:
        self.function, self.transposed = function, transposed

    def push(self, i: int, t: Any, out: Any, inputs: Sequence[Any], options: Sequence[Any]) -> Any:
        others = [t if j == i else np.zeros(shape_of(x)) for j, x in enumerate(inputs)]
        return self.function(*others, *options)

    def pull(self, i: int, g: Any, out: Any, inputs: Sequence[Any], options: Sequence[Any]) -> Any:
        return self.transposed(i, g, [shape_of(x) for x in inputs], *options)


class Multilinear:
    """A function that is linear in each input while the others stay: transposed(i, g, inputs, *options)."""

    __slots__ = ("function", "transposed")

    def __init__(self, function: Callable[..., Any], transposed: Callable[..., Any]) -> None:
        self.function, self.transposed = function, transposed

    def push(self, i: int, t: Any, out: Any, inputs: Sequence[Any], options: Sequence[Any]) -> Any:
        return self.function(*(t if j == i else x for j, x in enumerate(inputs)), *options)

    def pull(self, i: int, g: Any, out: Any, inputs: Sequence[Any], options: Sequence[Any]) -> Any:
        return self.transposed(i, g, inputs, *options)


class Matrices:
    """A function of a matrix (..., n, n), given by what it does to a change and to a slope: two lines."""

    __slots__ = ("function", "pulled", "pushed")

    def __init__(self, function: Callable[..., Any], pushed: Callable[..., Any], pulled: Callable[..., Any]) -> None:
        self.function, self.pushed, self.pulled = function, pushed, pulled

    def push(self, i: int, t: Any, out: Any, inputs: Sequence[Any], options: Sequence[Any]) -> Any:
        return self.pushed(t, out, *inputs)

    def pull(self, i: int, g: Any, out: Any, inputs: Sequence[Any], options: Sequence[Any]) -> Any:
        return self.pulled(g, out, *inputs)


class Solve:
    """out = a^-1 b, from which a change of a takes a^-1 da out, and which is linear in b."""

    function = staticmethod(np.linalg.solve)

    def push(self, i: int, t: Any, out: Any, inputs: Sequence[Any], options: Sequence[Any]) -> Any:
        return np.linalg.solve(inputs[0], -(t @ out) if i == 0 else t)

    def pull(self, i: int, g: Any, out: Any, inputs: Sequence[Any], options: Sequence[Any]) -> Any:
        back = np.linalg.solve(transposed(inputs[0]), g)
        if i == 0:
            back = -back[:, None] * out if len(shape_of(out)) == 1 else -back @ transposed(out)
        return folded(back, shape_of(inputs[i]))


def transposed(matrix: Any) -> Any:
    return np.swapaxes(matrix, -1, -2)


def _stretched(number: Any) -> Any:
    """A number for each matrix (...), as it multiplies matrices: (..., 1, 1)."""
    return number[..., None, None]


def shape_of(x: Any) -> tuple[int, ...]:
    """The shape of an array, of a number, or of anything else that has one."""
    shape: tuple[int, ...] = getattr(x, "shape", ())
    return shape


def folded(g: Any, shape: tuple[int, ...]) -> Any:
    """g summed over the axes along which an input of `shape` was repeated to fit the others."""
    extra = len(shape_of(g)) - len(shape)
    if extra < 0:
        return np.broadcast_to(g, shape)
    if extra:
        g = g.sum(axis=tuple(range(extra)))
    repeated = tuple(axis for axis, (mine, its) in enumerate(zip(shape, shape_of(g), strict=True)) if mine == 1 != its)
    if repeated:
        g = g.sum(axis=repeated, keepdims=True)
    return g if shape_of(g) == shape else np.broadcast_to(g, shape)


def _ratio(a: Any, b: Any) -> Any:
    """a / b, and 0 where b is: the slope chosen at the tip of a cone."""
    zero = np.equal(b, 0.0)
    return np.where(zero, 0.0, a / np.where(zero, 1.0, b))


def _power_base(g: Any, out: Any, x: Any, y: Any) -> Any:
    if isinstance(y, (int, float)):
        return g * (2.0 * x) if y == 2 else g * (y * x ** (y - 1.0)) if y else g * 0.0
    zero = np.equal(y, 0.0)
    return g * np.where(zero, 0.0, y * np.power(x, np.where(zero, 1.0, y - 1.0)))


def _power_exponent(g: Any, out: Any, x: Any, y: Any) -> Any:
    positive = np.greater(x, 0.0)
    elsewhere = np.where(np.equal(x, 0.0) & np.greater(y, 0.0), 0.0, np.nan)  # (-2)^y is no number beside whole y
    return g * np.where(positive, out * np.log(np.where(positive, x, 1.0)), elsewhere)


def _picked_first(g: Any, out: Any, x: Any, y: Any) -> Any:
    return g * _share(out, x, np.equal(x, y))


def _picked_second(g: Any, out: Any, x: Any, y: Any) -> Any:
    return g * _share(out, y, np.equal(x, y))


def _share(out: Any, picked: Any, equal: Any) -> Any:
    """How much of the larger or smaller one of two is: nothing, half where they are equal, all; NaN where it is NaN."""
    return np.where(np.equal(out, out), np.equal(out, picked) / (1.0 + equal), np.nan)


def _unchosen(g: Any, out: Any, choice: Any, x: Any, y: Any) -> Any:
    return 0.0 * g


# For each elementwise function, g times each of its partial derivatives. At kinks, everywhere in the library, it is the
# middle of the slopes around: |x| has the slope 0 at 0, and so have norms; of several that are equal, each has its
# share in the slope of the larger or smaller. A smooth function made of kinks, as max(x, 0) - max(-x, 0), then has its
# own slope.
SLOPES: dict[str, tuple[Callable[..., Any], ...]] = {
    "add": (lambda g, out, x, y: g, lambda g, out, x, y: g),
    "subtract": (lambda g, out, x, y: g, lambda g, out, x, y: -g),
    "multiply": (lambda g, out, x, y: g * y, lambda g, out, x, y: g * x),
    "divide": (lambda g, out, x, y: g / y, lambda g, out, x, y: -g * out / y),
    "power": (_power_base, _power_exponent),
    "float_power": (_power_base, _power_exponent),
    "remainder": (lambda g, out, x, y: g, lambda g, out, x, y: -g * np.floor(x / y)),
    "fmod": (lambda g, out, x, y: g, lambda g, out, x, y: -g * np.trunc(x / y)),
    "maximum": (_picked_first, _picked_second),
    "minimum": (_picked_first, _picked_second),
    "fmax": (_picked_first, _picked_second),
    "fmin": (_picked_first, _picked_second),
    "arctan2": (lambda g, out, y, x: g * x / (x * x + y * y), lambda g, out, y, x: -g * y / (x * x + y * y)),
    "hypot": (lambda g, out, x, y: g * _ratio(x, out), lambda g, out, x, y: g * _ratio(y, out)),
    "logaddexp": (lambda g, out, x, y: g * np.exp(x - out), lambda g, out, x, y: g * np.exp(y - out)),
    "logaddexp2": (lambda g, out, x, y: g * np.exp2(x - out), lambda g, out, x, y: g * np.exp2(y - out)),
    "xlogy": (lambda g, out, x, y: g * np.log(y), lambda g, out, x, y: g * x / y),
    "negative": (lambda g, out, x: -g,),
    "positive": (lambda g, out, x: g,),
    "square": (lambda g, out, x: g * (2.0 * x),),
    "sqrt": (lambda g, out, x: g / (2.0 * out),),
    "cbrt": (lambda g, out, x: g / (3.0 * out * out),),
    "reciprocal": (lambda g, out, x: -g * out * out,),
    "absolute": (lambda g, out, x: g * np.sign(x),),
    "fabs": (lambda g, out, x: g * np.sign(x),),
    "exp": (lambda g, out, x: g * out,),
    "exp2": (lambda g, out, x: g * (LN2 * out),),
    "expm1": (lambda g, out, x: g * (out + 1.0),),
    "log": (lambda g, out, x: g / x,),
    "log2": (lambda g, out, x: g / (LN2 * x),),
    "log10": (lambda g, out, x: g / (LN10 * x),),
    "log1p": (lambda g, out, x: g / (1.0 + x),),
    "sin": (lambda g, out, x: g * np.cos(x),),
    "cos": (lambda g, out, x: -g * np.sin(x),),
    "tan": (lambda g, out, x: g * (1.0 + out * out),),
    "arcsin": (lambda g, out, x: g / np.sqrt(1.0 - x * x),),
    "arccos": (lambda g, out, x: -g / np.sqrt(1.0 - x * x),),
    "arctan": (lambda g, out, x: g / (1.0 + x * x),),
    "sinh": (lambda g, out, x: g * np.cosh(x),),
    "cosh": (lambda g, out, x: g * np.sinh(x),),
    "tanh": (lambda g, out, x: g * (1.0 - out * out),),
    "arcsinh": (lambda g, out, x: g / np.sqrt(x * x + 1.0),),
    "arccosh": (lambda g, out, x: g / np.sqrt(x * x - 1.0),),
    "arctanh": (lambda g, out, x: g / (1.0 - x * x),),
    "deg2rad": (lambda g, out, x: g * (math.pi / 180.0),),
    "rad2deg": (lambda g, out, x: g * (180.0 / math.pi),),
    "expit": (lambda g, out, x: g * out * (1.0 - out),),
    "log_expit": (lambda g, out, x: -g * np.expm1(out),),
    "logit": (lambda g, out, x: g / (x * (1.0 - x)),),
    "erf": (lambda g, out, x: g * (2.0 / math.sqrt(math.pi)) * np.exp(-x * x),),
    "select": (_unchosen, lambda g, out, c, x, y: select(c, g, 0.0), lambda g, out, c, x, y: select(c, 0.0, g)),
    "erfc": (lambda g, out, x: -g * (2.0 / math.sqrt(math.pi)) * np.exp(-x * x),),
}
ALIASES = {"true_divide": "divide", "mod": "remainder", "abs": "absolute", "radians": "deg2rad", "degrees": "rad2deg"}

CHOOSING = frozenset(["maximum", "minimum", "fmax", "fmin", "select"])

# Constant between their jumps, or not numbers at all: their results have no derivative worth the name.
CONSTANT = frozenset(
    ["floor", "ceil", "rint", "trunc", "sign", "signbit", "heaviside", "floor_divide", "equal", "not_equal", "less",
     "less_equal", "greater", "greater_equal", "isfinite", "isnan", "isinf", "logical_and", "logical_or", "logical_not",
     "logical_xor"]
)  # fmt: skip


# Structure: linear functions that move, repeat and add up elements.


def _axes(axis: Any, ndim: int) -> tuple[int, ...]:
    listed = range(ndim) if axis is None else (axis,) if isinstance(axis, (int, np.integer)) else axis
    return tuple(int(each) % ndim for each in listed)


def _unsummed(g: Any, shape: tuple[int, ...], axis: Any, keepdims: bool) -> Any:
    if not keepdims:
        kept = set(_axes(axis, len(shape)))
        g = np.reshape(g, tuple(1 if i in kept else n for i, n in enumerate(shape))) if len(kept) < len(shape) else g
    if isinstance(g, (np.ndarray, np.number)):  # quicker than np.broadcast_to
        spread = np.empty(shape, dtype=g.dtype)
        spread[...] = g
        return spread
    return np.broadcast_to(g, shape)


def scattered(g: Any, shape: tuple[int, ...], index: Any) -> Any:
    """Zeros of `shape` with g added at `index`: what `x[index]` is transposed to."""
    if hasattr(type(g), "derived"):  # itself being differentiated
        return SCATTER_HOOK[0](g, shape, index)
    zeros = np.zeros(shape, dtype=getattr(g, "dtype", object))
    if is_basic(index):
        zeros[index] = g
    else:
        np.add.at(zeros, index, g)
    return zeros


SCATTER_HOOK: list[Callable[..., Any]] = []  # how `scattered` goes on for a value that is itself differentiated


def is_basic(index: Any) -> bool:
    """Whether an index picks each element at most once, by its form: whole numbers, slices, ..., None."""
    parts = index if isinstance(index, tuple) else (index,)
    return all(part is None or part is Ellipsis or isinstance(part, (int, np.integer, slice)) for part in parts)


def _permuted_back(g: Any, shape: tuple[int, ...], axes: Any) -> Any:
    return np.transpose(g, None if axes is None else tuple(np.argsort([int(a) % len(shape) for a in axes]).tolist()))


def _flipped_sum(g: Any, shape: tuple[int, ...], axis: int) -> Any:
    return np.flip(np.cumsum(np.flip(g, axis), axis), axis)


def _joined_back(i: int, g: Any, shapes: list[tuple[int, ...]], axis: int) -> Any:
    axis = axis % len(shapes[0])
    first = sum(shape[axis] for shape in shapes[:i])
    return g[(slice(None),) * axis + (slice(first, first + shapes[i][axis]),)]


def _piled_back(i: int, g: Any, shapes: list[tuple[int, ...]], axis: int) -> Any:
    return g[(slice(None),) * (axis % (len(shapes[0]) + 1)) + (i,)]


def _chosen_back(i: int, g: Any, shapes: list[tuple[int, ...]], condition: Any) -> Any:
    return folded(np.where(condition, *((g, 0.0) if i == 0 else (0.0, g))), shapes[i])


def _matmul_back(i: int, g: Any, inputs: Sequence[Any]) -> Any:
    a, b = inputs
    if len(shape_of(a)) == len(shape_of(b)) == 1:
        return g * (b if i == 0 else a)
    if len(shape_of(a)) == 1:
        a, g = a[None, :], g[..., None, :]
    if len(shape_of(b)) == 1:
        b, g = b[:, None], g[..., :, None]
    result = g @ np.swapaxes(b, -1, -2) if i == 0 else np.swapaxes(a, -1, -2) @ g
    if len(shape_of(inputs[i])) == 1:
        result = result[..., 0, :] if i == 0 else result[..., 0]
    return folded(result, shape_of(inputs[i]))


def _einsum(*inputs: Any) -> Any:
    *operands, subscripts = inputs
    return np.einsum(subscripts, *operands)


def _einsum_back(i: int, g: Any, inputs: Sequence[Any], subscripts: str) -> Any:
    left, out = subscripts.split("->")
    terms = left.split(",")
    others = [(term, x) for j, (term, x) in enumerate(zip(terms, inputs, strict=True)) if j != i]
    known = set(out).union(*(set(term) for term, _ in others))
    wanted = "".join(letter for letter in terms[i] if letter in known)
    result = np.einsum(",".join([out, *(term for term, _ in others)]) + "->" + wanted, g, *(x for _, x in others))
    shape = shape_of(inputs[i])
    spread = tuple(n if letter in known else 1 for letter, n in zip(terms[i], shape, strict=True))
    return np.broadcast_to(np.reshape(result, spread), shape)


RULES: dict[str, Rule] = {
    "sum": Linear(lambda x, axis, keepdims: x.sum(axis=axis, keepdims=keepdims), _unsummed),
    "getitem": Linear(lambda x, index: x[index], scattered),
    "scatter": Linear(scattered, lambda g, shape, target, index: g[index]),
    "reshape": Linear(np.reshape, lambda g, was, shape: np.reshape(g, was)),
    "transpose": Linear(np.transpose, _permuted_back),
    "broadcast_to": Linear(np.broadcast_to, lambda g, was, shape: folded(g, was)),
    "flip": Linear(np.flip, lambda g, shape, axis: np.flip(g, axis)),
    "roll": Linear(
        np.roll,
        lambda g, shape, shift, axis: np.roll(g, np.negative(shift), axis),
    ),
    "cumsum": Linear(np.cumsum, _flipped_sum),
    "concatenate": Joint(lambda *inputs: np.concatenate(inputs[:-1], inputs[-1]), _joined_back),
    "stack": Joint(lambda *inputs: np.stack(inputs[:-1], inputs[-1]), _piled_back),
    "where": Joint(lambda x, y, condition: np.where(condition, x, y), _chosen_back),
    "matmul": Multilinear(np.matmul, _matmul_back),
    "einsum": Multilinear(_einsum, _einsum_back),
    "inv": Matrices(
        np.linalg.inv,
        lambda t, out, x: -(out @ t @ out),
        lambda g, out, x: -(transposed(out) @ g @ transposed(out)),
    ),
    "logdet": Matrices(
        lambda x: np.linalg.slogdet(x)[1],
        lambda t, out, x: np.sum(transposed(np.linalg.inv(x)) * t, axis=(-2, -1)),
        lambda g, out, x: _stretched(g) * transposed(np.linalg.inv(x)),
    ),
    "solve": Solve(),
    "select": Elementwise(select, *SLOPES["select"], chooses=True),
}
