"""Derive from `Written` for a formula of few coordinates: its gradient and Hessian follow by the rules of calculus.

    class Bowl(Written):
        dim = 2

        def _formula(self, x, y):
            return x * x + exp(x * y)

The sum, product, quotient and chain rules are applied to second-order jets: a value with its slopes and curvatures, of
which only those that are not zero are stored. The formula runs on plain arrays for the value, and on jets for the rest.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from typing import Any

import numpy as np

from landscape.core.component import Array
from landscape.core.elementary import absolute, select, sign, stack, symmetric
from landscape.core.surface import Surface

Key = tuple[int, int]


class Jet:
    """A value, its slopes {i: df/dp_i} and, where they are needed, its curvatures {(i, j): d2f/dp_i dp_j}, i >= j."""

    __slots__ = ("curvatures", "slopes", "value")

    def __init__(self, value: Any, slopes: dict[int, Any], curvatures: dict[Key, Any] | None) -> None:
        self.value, self.slopes, self.curvatures = value, slopes, curvatures

    def through(self, value: Any, slope: Callable[[], Any], curvature: Callable[[], Any]) -> Jet:
        """g(this), given g, g' and g'' here: the chain rule."""
        g1 = slope()
        slopes = {i: g1 * s for i, s in self.slopes.items()}
        if self.curvatures is None:
            return Jet(value, slopes, None)
        g2 = curvature()
        curvatures = {key: g1 * b for key, b in self.curvatures.items()}
        for i, a in self.slopes.items():
            for j, b in self.slopes.items():
                if j <= i:
                    curvatures[i, j] = g2 * a * b + curvatures[i, j] if (i, j) in curvatures else g2 * a * b
        return Jet(value, slopes, curvatures)

    def __neg__(self) -> Jet:
        return self * -1.0

    def __add__(self, other: Any) -> Jet:
        if not isinstance(other, Jet):
            return Jet(self.value + other, self.slopes, self.curvatures)
        curvatures = (
            None if self.curvatures is None or other.curvatures is None else _merged(self.curvatures, other.curvatures)
        )
        return Jet(self.value + other.value, _merged(self.slopes, other.slopes), curvatures)

    def __sub__(self, other: Any) -> Jet:
        return self + -other

    def __rsub__(self, other: Any) -> Jet:
        return -self + other

    def __mul__(self, other: Any) -> Jet:
        if not isinstance(other, Jet):
            curvatures = None if self.curvatures is None else {key: b * other for key, b in self.curvatures.items()}
            return Jet(self.value * other, {i: s * other for i, s in self.slopes.items()}, curvatures)
        slopes = _merged(
            {i: s * other.value for i, s in self.slopes.items()}, {i: s * self.value for i, s in other.slopes.items()}
        )
        if self.curvatures is None or other.curvatures is None:
            return Jet(self.value * other.value, slopes, None)
        curvatures = _merged(
            {key: b * other.value for key, b in self.curvatures.items()},
            {key: b * self.value for key, b in other.curvatures.items()},
        )
        for i, a in self.slopes.items():
            for j, b in other.slopes.items():
                key = (max(i, j), min(i, j))
                both = a * b * 2.0 if i == j else a * b
                curvatures[key] = curvatures[key] + both if key in curvatures else both
        return Jet(self.value * other.value, slopes, curvatures)

    def __truediv__(self, other: Any) -> Jet:
        if isinstance(other, Jet):
            return self * reciprocal(other)
        curvatures = None if self.curvatures is None else {key: b / other for key, b in self.curvatures.items()}
        return Jet(self.value / other, {i: s / other for i, s in self.slopes.items()}, curvatures)

    def __rtruediv__(self, other: Any) -> Jet:
        return reciprocal(self) * other

    __radd__, __rmul__ = __add__, __mul__


def _merged(a: dict[Any, Any], b: dict[Any, Any]) -> dict[Any, Any]:
    """The sums of the entries of both."""
    return {key: a[key] + b[key] if key in a and key in b else a.get(key, b.get(key)) for key in {**a, **b}}


def reciprocal(u: Any) -> Any:
    """1 / u."""
    if not isinstance(u, Jet):
        return 1.0 / u
    r = 1.0 / u.value
    return u.through(r, lambda: -r * r, lambda: 2.0 * r * r * r)


def square(u: Any) -> Any:
    """u^2."""
    if not isinstance(u, Jet):
        return u * u
    return u.through(u.value * u.value, lambda: 2.0 * u.value, lambda: 2.0)


def sin(u: Any) -> Any:
    """sin u."""
    if not isinstance(u, Jet):
        return np.sin(u)
    s = np.sin(u.value)
    return u.through(s, lambda: np.cos(u.value), lambda: -s)


def cos(u: Any) -> Any:
    """cos u."""
    if not isinstance(u, Jet):
        return np.cos(u)
    c = np.cos(u.value)
    return u.through(c, lambda: -np.sin(u.value), lambda: -c)


def exp(u: Any) -> Any:
    """e^u."""
    if not isinstance(u, Jet):
        return np.exp(u)
    e = np.exp(u.value)
    return u.through(e, lambda: e, lambda: e)


def power(u: Any, exponent: float) -> Any:
    """u^exponent, for u > 0, by logarithms."""
    if not isinstance(u, Jet):
        return np.exp(exponent * np.log(u))
    v = np.exp(exponent * np.log(u.value))
    return u.through(v, lambda: exponent * v / u.value, lambda: exponent * (exponent - 1.0) * v / (u.value * u.value))


def root(u: Any) -> Any:
    """sqrt u, for u >= 0, with the slope 0 at 0: the tip of a cone."""
    if not isinstance(u, Jet):
        return np.sqrt(u)
    r = np.sqrt(u.value)
    safe = select(-u.value, 1.0 + r, r)
    flat = select(-u.value, 0.0, 0.5)
    return u.through(r, lambda: flat / safe, lambda: -0.5 * flat / (safe * safe * safe))


def size(u: Any) -> Any:
    """|u|, with the slope 0 at 0."""
    if not isinstance(u, Jet):
        return absolute(u)
    return u.through(absolute(u.value), lambda: sign(u.value), lambda: 0.0)


class Written(Surface):
    """A surface defined by its `_formula` alone, in + - * / and the functions of this module."""

    @abstractmethod
    def _formula(self, *p: Any) -> Any:
        """f of the coordinates: arrays (...) or jets."""

    def _value(self, p: Array) -> Array:
        value: Array = self._formula(*p)
        return value

    def _gradient(self, p: Array) -> Array:
        jet = self._formula(*(Jet(x, {i: 1.0}, None) for i, x in enumerate(p)))
        zero = 0.0 * p[0]
        return stack(*(jet.slopes[i] + zero if i in jet.slopes else zero for i in range(self.dim)))

    def _hessian(self, p: Array) -> Array:
        jet = self._formula(*(Jet(x, {i: 1.0}, {}) for i, x in enumerate(p)))
        zero = 0.0 * p[0]
        return symmetric(
            *(tuple(jet.curvatures.get((i, j), zero) + zero for j in range(i + 1)) for i in range(self.dim))
        )
