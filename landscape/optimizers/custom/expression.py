"""`ls.optimizer("expression")`: An update rule as text: assignments in plain arithmetic."""

from __future__ import annotations

import collections
import dataclasses
import functools
from typing import Any

import numpy as np

from landscape.core.component import Array, FieldError, NonNegativeHyper
from landscape.core.methods import Optimizer
from landscape.optimizers._registry import register
from landscape.program.assignments import GIVEN, read_rule, taken
from landscape.program.formula import checked_parameters
from landscape.program.formula_texts import Refused


@register("expression")
class Expression(Optimizer):
    """An update rule as text: assignments in plain arithmetic.

    state, p <- text(state, p, g, lr, t)

    text: assignments, separated by ; or by lines, which are carried out from left to right in each step, for each
    coordinate alone. p is the position, g the gradient there, t the number of the step, 1 in the first. A name that is
    read before it is assigned keeps its value from step to step, and begins at 0; all others are parameters. They hold
    what a formula may hold: + - * / **, numbers, pi, e and the functions of the surface `expression`; m += g is
    m = m + g. A power of names, b**t, is exp(t log(b)). lr: learning rate; parameters: the values of the other names.
    Defaults: heavy ball's, with torch's momentum of 0.9, whose invariances are declared; another text has its own.
    Source: none of its own; in its default Polyak 1964, "Some methods of speeding up the convergence of iteration
    methods", doi:10.1016/0041-5553(64)90137-5.
    """

    text: str = "m = 0.9*m + g; p = p - lr*m"
    lr: NonNegativeHyper = 1e-3
    parameters: dict = dataclasses.field(default_factory=dict)  # type: ignore[type-arg]

    invariances = frozenset({"permutation", "rotation", "sign flip", "translation"})

    def _check(self) -> None:
        try:
            values = checked_parameters(self.parameters)
            if taken_name := next((name for name in values if name in GIVEN), None):
                raise Refused("meaning", name=taken_name)
        except Refused as error:
            raise FieldError(self.name, "parameters", str(error)) from None
        try:
            rule = read_rule(self.text)
            for name in sorted({*rule.parameters} ^ {*values}):
                raise Refused("unknown" if name in rule.parameters else "idle", name=name)
        except Refused as error:
            raise FieldError(self.name, "text", str(error)) from None
        object.__setattr__(self, "parameters", values)

    def init(self, params: Array) -> Any:
        """Zeros (dim, runs) for each name that is kept, and the number of the step where the rule asks for it."""
        rule = read_rule(self.text)
        return _state(self.text)._make([*(np.zeros_like(params) for _ in rule.state), *[0.0] * rule.counts])

    def apply(self, params: Array, gradient: Array, state: Any, lr: Any) -> tuple[Array, Any]:
        """One step at params (dim, runs) with gradient (dim, runs)."""
        rule = read_rule(self.text)
        step = state[-1] + 1.0 if rule.counts else 0.0
        p, kept = taken(rule, params, gradient, lr, step, state[: len(rule.state)], self.parameters)
        shaped = [_shaped(each, params.shape) for each in kept]
        return _shaped(p, params.shape), _state(self.text)._make([*shaped, *[step] * rule.counts])


@functools.lru_cache(maxsize=64)
def _state(text: str) -> Any:
    """The type of a rule's state."""
    rule = read_rule(text)
    return collections.namedtuple("State", [*rule.state, *["t"] * rule.counts])


def _shaped(value: Any, shape: tuple[int, ...]) -> Array:
    return value if np.shape(value) == shape else np.array(np.broadcast_to(value, shape))
