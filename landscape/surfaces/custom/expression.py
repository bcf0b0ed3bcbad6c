"""`ls.surface("expression")`: A surface from a formula as text, with exact derivatives."""

from __future__ import annotations

import dataclasses
import functools
from typing import Any, NamedTuple

import numpy as np

from landscape.core.component import Array, FieldError, Real
from landscape.core.critical_points import Completeness, CriticalPoint
from landscape.core.elementary import stack
from landscape.core.finder import find_critical_points
from landscape.core.surface import Surface
from landscape.derivatives.recorded import gradient, hessian
from landscape.program.arrays import Function
from landscape.program.formula import (
    CONSTANTS,
    KINKED,
    checked_parameters,
    parsed,
    recorded,
    uses,
    variables,
)
from landscape.program.formula_texts import Refused
from landscape.program.simplify import simplified
from landscape.program.trace import Tape
from landscape.surfaces._registry import register

MOST_OPERATIONS = 50_000  # more would take seconds to write down


@register("expression")
class Expression(Surface):
    """A surface from a formula as text, with exact derivatives.

    f(x, y, ...) = text.

    p: (dim, ...), one coordinate for each variable, in the order of their names (x, x1, x2, x10, y). text: the
    formula, of + - * / **, numbers, names, pi, e and functions: sqrt, exp, log, sin, cos, tan, sinh, cosh, tanh,
    arcsin, arccos, arctan, erf, abs, sign, max and min of two; parameters: values of names that are no variables;
    window: one pair (lo, hi) for each variable or for all; title: how pictures call it. In one and two dimensions
    the critical points are searched in the window (`landscape.find_critical_points`); in more, from random starts,
    so that some may be missed.

    |x| has the slope 0 at 0, as sign(x) is; max and min have the middle of both slopes at a tie.

    Source: Griewank and Walther 2008, "Evaluating derivatives", SIAM, chapter 6, for derivatives as programs.
    """

    text: str = "x**2 - y**2 + y**4/4"
    parameters: dict = dataclasses.field(default_factory=dict)  # type: ignore[type-arg]
    window: tuple[tuple[Real, Real], ...] | tuple[Real, Real] = (-2.0, 2.0)  # type: ignore[assignment]
    title: str = ""

    formula = r"f(x, y, \ldots) = \mathrm{text}"
    partial = True

    def _check(self) -> None:
        try:
            values = checked_parameters(self.parameters)
        except ValueError as error:
            raise FieldError(self.name, "parameters", str(error)) from None
        try:
            formula = read(self.text, tuple(sorted(values.items())))
        except ValueError as error:
            raise FieldError(self.name, "text", str(error)) from None
        names = formula.variables
        pairs: Any = self.window
        if pairs and isinstance(pairs[0], float):
            pairs = (pairs,) * len(names)
        if len(pairs) != len(names):
            reason = f"must have one pair for each of {', '.join(names)}, got {len(pairs)}"
            raise FieldError(self.name, "window", reason)
        if any(lo >= hi for lo, hi in pairs):
            raise FieldError(self.name, "window", f"must have lo below hi in each pair, got {pairs}")
        kept = {"window": pairs, "dim": len(names), "parameters": values, "variables": names, "orders": formula.orders}
        for field, value in kept.items():
            object.__setattr__(self, field, value)
        object.__setattr__(self, "traits", frozenset({"nonsmooth"} if formula.kinked else ()))

    @property
    def customary_start(self) -> Array:
        lows, highs = np.array(self.window).T
        return lows + np.resize([0.81, 0.87], self.dim) * (highs - lows)

    @property
    def completeness(self) -> Completeness:
        return "found"

    @functools.cached_property
    def critical_points(self) -> tuple[CriticalPoint, ...]:
        return find_critical_points(self)

    def _value(self, p: Array) -> Array:
        return self._filled(0, p, ())

    def _gradient(self, p: Array) -> Array:
        return self._filled(1, p, (self.dim,))

    def _hessian(self, p: Array) -> Array:
        return self._filled(2, p, (self.dim, self.dim))

    def _filled(self, order: int, p: Array, shape: tuple[int, ...]) -> Array:
        """The entries, constants among them, each in the shape of a coordinate: (*shape, ...)."""
        entries = self.orders[order](list(p))  # type: ignore[attr-defined]
        if not isinstance(p, np.ndarray):  # being differentiated
            return stack(*(entry + 0.0 * p[0] for entry in entries)).reshape((*shape, *p.shape[1:]))
        filled = np.empty((len(entries), *p.shape[1:]), dtype=p.dtype)
        for row, entry in enumerate(entries):
            filled[row] = entry
        return filled.reshape((*shape, *p.shape[1:]))[()]


class Formula(NamedTuple):
    """A formula as it was read: its variables, whether it has kinks, and (value, gradient, Hessian) of them."""

    variables: tuple[str, ...]
    kinked: bool
    orders: tuple[Function, Function, Function]


@functools.lru_cache(maxsize=64)
def read(text: str, parameters: tuple[tuple[str, float], ...]) -> Formula:
    """A formula, given the values of its parameters. ValueError says what is wrong with it."""
    tree = parsed(text)
    names = variables(tree, dict(parameters))
    tape = Tape()
    inputs = tape.inputs(*(f"p{i}" for i in range(len(names))))
    value = recorded(tree, CONSTANTS | dict(parameters) | dict(zip(names, inputs, strict=True)))
    slopes = gradient(value, inputs)
    program = simplified(tape.program([value, *slopes, *hessian(slopes, inputs)]))
    operations = len(program.operations())
    if operations > MOST_OPERATIONS:
        raise Refused("operations", count=f"{operations:,}", most=f"{MOST_OPERATIONS:,}")
    first, last = 1, 1 + len(names)
    orders = (program.only(0, first), program.only(first, last), program.only(last, len(program.outputs)))
    return Formula(names, uses(tree, KINKED), tuple(map(Function, orders)))  # type: ignore[arg-type]
