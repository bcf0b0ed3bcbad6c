"""The `[[slides]]` of a scenario: a presenter's sequence of states, for the page that `landscape explore` writes.

    scenario.slides[1].told()       # {"title": "Where to?", "step": 20, "predict": {"optimizer": "SGD", "step": 60}}

What a slide does not say is as in the scenario.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from landscape.core.component import Component, FieldError, field_hints, replaced
from landscape.core.methods import Noise
from landscape.core.names import UnknownName, hint
from landscape.core.registry import registry
from landscape.scenario.line_numbers import Path
from landscape.scenario.problems import Problem
from landscape.scenario.toml_writer import shown
from landscape.scenario.translations import Texts
from landscape.simulation.entrants import Entrant
from landscape.simulation.job import LIMIT

HIDDEN = ("nothing", "future", "landscape")
QUANTITIES = ("loss", "gradient_norm", "distance", "step_length")
SCHEDULES = ("constant", "cosine", "linear", "exponential")  # that a page offers
LABELS = ("inside", "basins", "rates")  # keys that hold the label of an optimizer


@dataclasses.dataclass(frozen=True, kw_only=True)
class Slide:
    """One state. The fields are the keys of its table; None is what the scenario says."""

    title: str
    text: str = ""
    step: int = 0
    until: int | None = None
    show: tuple[str, ...] | None = None
    set: Mapping[str, Mapping[str, Any]] = dataclasses.field(default_factory=dict)
    start: tuple[float, float] | None = None
    view: tuple[tuple[float, float], tuple[float, float]] | None = None
    noise: Mapping[str, float] = dataclasses.field(default_factory=dict)
    seed: int | None = None
    hide: str = "nothing"
    predict: Mapping[str, Any] | None = None
    quantity: str | None = None
    field: bool = False
    relief: bool = False
    theory: bool | None = None
    repeats: bool = False
    inside: str | None = None
    basins: str | None = None
    rates: str | None = None

    def told(self) -> dict[str, Any]:
        """The slide as a page takes it: what it says, in plain data."""
        made = {}
        for each in dataclasses.fields(self):
            value = getattr(self, each.name)
            if value is not None and value != each.default and value != {}:
                made[each.name] = value
        return made

    def translated(self, texts: Texts) -> Slide:
        """The slide with its words, and the labels that it names, in another language."""
        said, label = texts.slides.get, texts.label
        named: dict[str, Any] = {key: value and label(value) for key in LABELS for value in [getattr(self, key)]}
        return dataclasses.replace(
            self,
            title=said(self.title, self.title),
            text=said(self.text, self.text),
            show=None if self.show is None else tuple(map(label, self.show)),
            set={label(each): values for each, values in self.set.items()},
            predict=self.predict and {**self.predict, "optimizer": label(self.predict["optimizer"])},
            **named,
        )


def problems_of(
    row: Mapping[str, Any], path: Path, steps: int, entrants: Sequence[Entrant], noise: Noise | None
) -> Iterator[Problem]:
    """What is wrong with the valid values of a slide's table, in a scenario of these steps, entrants and noise."""
    rules = {str(entrant.label): entrant.optimizer for entrant in entrants}
    yield from _steps(row, path, steps)
    named: list[tuple[Path, str]] = [((key,), row[key]) for key in LABELS if row[key] is not None]
    named += [(("show", number), label) for number, label in enumerate(row["show"] or ())]
    named += [(("set", label), label) for label in row["set"]]
    named += [(("predict", "optimizer"), row["predict"]["optimizer"])] if row["predict"] else []
    for key, label in named:
        if label not in rules:
            yield Problem((*path, *key), str(UnknownName("label", label, rules)))
        elif key[0] in (*LABELS, "predict") and row["show"] is not None and label not in row["show"]:
            yield Problem((*path, *key), f'"{label}" is not shown on this slide: add it to "show"')
    for label, values in row["set"].items():
        if label in rules:
            yield from _values(rules[label], values, (*path, "set", label), schedules=True)
    yield from _values(noise or registry("noise").build("gaussian"), row["noise"], (*path, "noise"))
    if row["start"] is not None and not max(map(abs, row["start"])) <= LIMIT:
        yield Problem((*path, "start"), f"must be within {LIMIT:g} of zero, got {shown(row['start'])}")
    if row["view"] is not None and not all(low < high for low, high in row["view"]):
        yield Problem((*path, "view"), f"must be two ranges, [low, high] each, got {shown(row['view'])}")


def _steps(row: Mapping[str, Any], path: Path, steps: int) -> Iterator[Problem]:
    """The steps that a slide names are in the run, and the later ones after the one that it shows."""
    at = row["step"]
    if at > steps:
        yield Problem((*path, "step"), f"must be at most the number of steps, {steps}, got {at}")
        return
    later = [(("until",), row["until"]), (("predict", "step"), row["predict"] and row["predict"]["step"])]
    for key, step in later:
        if step is not None and not at < step <= steps:
            text = f"must be after the step that is shown, {at}, and at most the number of steps, {steps}, got {step}"
            yield Problem((*path, *key), text)


def _values(component: Component, values: Mapping[str, Any], path: Path, schedules: bool = False) -> Iterator[Problem]:
    """New numbers are of fields that a component has, and such as it takes."""
    names = [*field_hints(type(component)), *(["schedule"] if schedules else [])]
    for name, value in values.items():
        if name not in names:
            yield Problem((*path, name), f'unknown key "{name}". {hint(name, names)}')
        elif name == "schedule" and schedules:
            if value not in SCHEDULES:
                yield Problem((*path, name), f"must be one of {', '.join(map(shown, SCHEDULES))}, got {shown(value)}")
        elif isinstance(inner := getattr(component, name), Component) and isinstance(value, Mapping):
            yield from _values(inner, value, (*path, name))
        elif isinstance(value, bool) or not isinstance(value, (int, float)):
            yield Problem((*path, name), f"must be a number, got {shown(value)}")
        else:
            try:
                replaced(component, **{name: value})
            except FieldError as error:
                yield Problem((*path, name), error.reason)
            except ValueError as error:
                yield Problem((*path, name), str(error))
