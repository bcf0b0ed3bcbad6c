"""The text of a scenario to begin with.

text = template("my_scenario", "beale", ["sgd", "adam"])

Its expectations hold: they claim that each optimizer ends lower than it began, at a rate at which it does.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from landscape import optimizers, surfaces
from landscape.core.component import field_hints
from landscape.core.surface import Surface
from landscape.scenario.toml_writer import toml_text, toml_value
from landscape.simulation.simulate import simulate

STEPS = 200
MOST_COORDINATES = 8  # a longer start is not written out
FACTORS = (1.0, 0.1, 0.01, 1e-3, 1e-4, 1e-5, 1e-6)


def template(name: str, surface: str, rules: Sequence[str]) -> str:
    """A commented scenario of these optimizers on this surface, each with its default fields.

    ValueError where a name is unknown, where a component has fields that must be given, or where no rate lowers the
    loss.
    """
    land = surfaces.REGISTRY.build(surface)
    rates = [_rate(land, rule) for rule in rules]
    parts = [
        _HEAD.format(title=toml_text(f"{name}: what is asked, or claimed, in one line"), steps=STEPS),
        f"# The fields of a surface: landscape show {surface}\n[surface]\nname = {toml_text(surface)}\n",
        _start(land),
    ]
    parts += [_entrant(rule, rate) for rule, rate in zip(rules, rates, strict=True)]
    parts += [_VIEWS]
    first = float(land.value(land.customary_start))
    parts += [_expectation(rule, first, number == 0) for number, rule in enumerate(rules)]
    return "\n".join([*parts, _CHINESE])


def _rate(surface: Surface, rule: str) -> float | None:
    """A rate at which the loss falls from the customary start; None where the rule has none, or its default does it."""
    default = optimizers.REGISTRY.build(rule)
    has_rate = "lr" in field_hints(type(default))
    for factor in FACTORS if has_rate else FACTORS[:1]:
        rate = float(default.lr) * factor
        made = default if factor == 1.0 else optimizers.REGISTRY.build(rule, lr=rate)
        with np.errstate(all="ignore"):
            losses = simulate(surface, made, steps=STEPS).tracks[0].value[:, 0]
        if losses[-1] < losses[0]:
            return rate if has_rate else None
    what = f"at a rate of {rate:g} or more" if has_rate else "with its default fields"
    raise ValueError(f'{rule}: {what} it does not lower the loss of "{surface.name}" within {STEPS} steps')


def _start(surface: Surface) -> str:
    if surface.dim > MOST_COORDINATES:
        return f"# The start is the customary one of its {surface.dim} coordinates; others: landscape list start\n"
    point = toml_value([float(each) for each in surface.customary_start])
    return (
        f"# Where runs begin. Several points are several runs; others: landscape list start\n"
        f'[start]\nname = "point"\npoints = [{point}]\n'
    )


def _entrant(rule: str, rate: float | None) -> str:
    lines = ["[[optimizers]]", f"name = {toml_text(rule)}", f"label = {toml_text(rule)}  # as pictures call it"]
    if rate is not None:
        lines += [f"lr = {toml_value(float(f'{rate:.3g}'))}  # other fields: landscape show {rule}"]
    return "\n".join(lines) + "\n"


def _expectation(rule: str, first: float, is_first: bool) -> str:
    limit = toml_value(first)
    note = "# What the run must show, or `landscape check` fails. Measures: landscape list metric\n" if is_first else ""
    claim = toml_text(f"{rule} ends lower than it began")
    comment = "  # the loss at the start" if is_first else ""
    row = f'[[expect]]\nclaim = {claim}\noptimizer = {toml_text(rule)}\nmeasure = "loss"\nbelow = {limit}'
    return f"{note}{row}{comment}\n"


_HEAD = """\
# What this scenario is about, its equations, and where they come from.

title = {title}
look_for = "What to look at in the pictures."
steps = {steps}
seed = 0  # of all that is random
# repeats = 20  # runs from each start, with other noise
# noise = {{ name = "gaussian", sigma = 0.1 }}  # others: landscape list noise
# schedule = "cosine"  # of every rate; others: landscape list schedule
"""
_VIEWS = """\
# Without views there are a map, the convergence and a movie, as far as the surface allows. Others: landscape list view
[[views]]
name = "convergence"
quantity = "loss"
"""
_CHINESE = """\
# Its texts in Simplified Chinese, if there are any:
# [zh]
# title = "..."
# look_for = "..."
"""
