"""Functions and rules that a reader types on a page: what the page is given for them, and what they are in Python.

typed_surface({"text": "x**2 + a*y**2", "parameters": {"a": 2.0}}, window)     # ValueError where there is none
typed_rule("m = beta*m + g; p = p - lr*m", {"lr": 0.1, "beta": 0.9})
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

from landscape.core.methods import Method
from landscape.core.surface import Surface
from landscape.optimizers import REGISTRY as OPTIMIZERS
from landscape.program.assignments import Rule, read_rule
from landscape.program.formula_texts import TEXTS as REFUSALS
from landscape.program.formula_texts import Refused
from landscape.surfaces import REGISTRY as SURFACES
from landscape.web.ranges import DECADES, range_of

MOST_RULES, MOST_PARAMETERS = 8, 20
LARGEST = 1e100  # a number that a formula may hold

TEXTS = {
    "own": "Your own function and rule",
    "own_function": "your function of x and y",
    "own_rules": "your rule: assignments to p",
    "own_rule": "my rule {number}",
    "own_hint": "A function has x and y, and numbers by other names. A rule has p, the position, g, the gradient, lr, "
    "the learning rate, t, the number of the step, and what it assigns to, which begins at 0; each coordinate is taken "
    "alone. Both have + - * / **, pi, e, sqrt, exp, log, sin, cos, tan, tanh, abs, max, min and others.",
    "use_function": "Use this function",
    "use_surface": "Back to {name}",
    "add_rule": "Add this rule",
    "wrong_function": "Your function {reason}.",
    "wrong_rule": "Your rule {reason}.",
    "copy_class": "Copy as a Python class",
    "class_copied": "The class is copied.",
    "class_shown": "This browser lets no page copy: here is the class.",
    "away": "Not on a function of your own: its step or its noise is made for this surface.",
    "not_restored": "The address holds no state of this page, which shows its own.",
    **{f"refused_{name}": text for name, text in REFUSALS.items()},
}
BRACES = (
    "number", "reason", "names", "most", "count", "odd", "before", "after", "piece", "power", "given",
)  # fmt: skip


def read_function(told: Mapping[str, Any]) -> tuple[str, dict[str, float]]:
    """(text, parameters) of a function in a state, which has two variables; Refused or FieldError where it is none."""
    text, parameters = told["text"], dict(told["parameters"])
    made: Any = SURFACES.build("expression", text=text, parameters=parameters)
    if made.dim != 2:
        raise Refused("plane", names=", ".join(made.variables))
    return text, made.parameters


def typed_surface(told: Mapping[str, Any], window: Any) -> Surface:
    """The surface of a state's function."""
    return SURFACES.build("expression", text=told["text"], parameters=dict(told["parameters"]), window=window)


def numbers_of(rule: Rule) -> tuple[str, ...]:
    """The names that a typed rule has numbers for."""
    return (*["lr"] * rule.rated, *rule.parameters)


def typed_rule(text: str, values: Mapping[str, float]) -> Method:
    """The rule of a text, with numbers for its names."""
    parameters = {name: value for name, value in values.items() if name != "lr"}
    rate = {"lr": values["lr"]} if "lr" in values else {}
    return OPTIMIZERS.build("expression", text=text, parameters=parameters, **rate)


def is_typed(rule: Method) -> bool:
    """Whether a rule is the library's of a text."""
    return type(rule) is OPTIMIZERS.get("expression")


def typed_inputs(rule: Any, words: Mapping[str, str]) -> tuple[list[dict[str, Any]], dict[str, float]]:
    """The inputs that a page has for the numbers of a rule of a text, and their values."""
    values = {
        name: float(rule.lr) if name == "lr" else rule.parameters[name] for name in numbers_of(read_rule(rule.text))
    }
    inputs = [
        {"name": name, "label": words["rate"] if name == "lr" else name, "noise": False, "main": name == "lr",
         "range": range_of(rule, ("lr",), value) if name == "lr" else _range(value)}
        for name, value in values.items()
    ]  # fmt: skip
    return inputs, values


def _range(value: float) -> dict[str, Any]:
    limits = {"least": -LARGEST, "most": LARGEST}
    if 0.5 <= value < 1.0:
        return {"kind": "fraction", "low": 0.0, "high": 0.9999, **limits}
    if value > 0.0:
        return {"kind": "log", "low": value / DECADES, "high": value * DECADES, **limits}
    size = max(1.0, 2.0 * abs(value))
    return {"kind": "linear", "low": -size, "high": size, **limits}


@functools.cache
def elsewhere() -> Surface:
    """A surface on which a rule's step is recorded as well, which differs where it asks for more than the gradient."""
    return SURFACES.build("expression", text="0.37*x**4 + x*y/3 + 1.7*y**2 + 0.3*x", window=(-1.3, 1.7))
