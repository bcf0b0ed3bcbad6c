"""A scenario: surface, entrants, noise, starts and seed, the pictures to draw, and what is claimed about them.

scenario = Scenario.from_file("ravine.toml", overrides=["steps=500"])
record = scenario.simulate()
for verdict in scenario.judge(record):
    print(verdict)
"""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Iterable
from typing import Any

import numpy as np

from landscape.component import Component, field_hints
from landscape.core import Noise, Schedule, Start, Surface
from landscape.metrics import STATISTICS, Metric
from landscape.record import Record
from landscape.registry import to_table
from landscape.scenario.problems import ScenarioError
from landscape.scenario.writing import toml_table, toml_value
from landscape.simulate import Entrant, Progress, simulate


@dataclasses.dataclass(frozen=True, kw_only=True)
class Expectation:
    """A claim about one entrant that a run can refute.

    The measure of `optimizer` (a label) at step `at` (the last where None), over all runs or those of the start number
    `start`, put in one figure by `statistic`, and divided by the same figure of `relative_to` where that is given, must
    lie above `above` and below `below`.
    """

    claim: str
    optimizer: str
    measure: Metric
    at: int | None = None
    statistic: str = "median"
    start: int | None = None
    relative_to: str | None = None
    above: float | None = None
    below: float | None = None

    def figure(self, record: Record) -> float:
        """What the record says: the figure that the limits are set for."""
        with np.errstate(all="ignore"):
            figure = self._of(record, self.optimizer)
            if self.relative_to is not None:
                figure = figure / self._of(record, self.relative_to)
        return float(figure)

    def judge(self, record: Record) -> Verdict:
        """Whether the claim held."""
        return Verdict(expectation=self, measured=self.figure(record), runs=self._runs(record))

    def words(self, runs: int = 1) -> str:
        """What is measured, over so many runs, in words."""
        what = (
            _described(self.measure)
            if runs == 1
            else f"{self.statistic} over {runs} runs of {_described(self.measure)}"
        )
        if self.measure.each_step:
            what += " at the last step" if self.at is None else f" at step {self.at}"
        if self.start is not None:
            what += f" from start {self.start}"
        return f"{self.optimizer}: {what}" + (f", relative to {self.relative_to}" if self.relative_to else "")

    def limits(self) -> str:
        """The limits in words: "above 2 and below 3"."""
        said = (("above", self.above), ("below", self.below))
        return " and ".join(f"{word} {limit:.6g}" for word, limit in said if limit is not None)

    def _runs(self, record: Record) -> int:
        return len(record.runs) if self.start is None else int(np.sum(record.runs // record.repeats == self.start))

    def _of(self, record: Record, label: str) -> np.float64:
        track = record[label]
        figures = self.measure.measure(track, record.surface)
        if self.measure.each_step:
            at = record.steps if self.at is None else self.at
            (row,) = np.flatnonzero(track.steps == at)
            figures = figures[row]
        if self.start is not None:
            figures = figures[record.runs // record.repeats == self.start]
        return np.float64(STATISTICS[self.statistic](figures))


@dataclasses.dataclass(frozen=True, kw_only=True)
class Verdict:
    """An expectation with the figure that was measured, over so many runs."""

    expectation: Expectation
    measured: float
    runs: int = 1

    @property
    def claim(self) -> str:
        """The claim in words."""
        return self.expectation.claim

    @property
    def passed(self) -> bool:
        """Whether the figure lies within the limits. One that is not a number does not."""
        above, below = self.expectation.above, self.expectation.below
        return (above is None or self.measured > above) and (below is None or self.measured < below)

    def __str__(self) -> str:
        word = "is" if self.passed else "should be"
        return f"{self.expectation.words(self.runs)} = {self.measured:.5g}, {word} {self.expectation.limits()}"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Scenario:
    """What a scenario file says. `text` is the file's text, and travels in the record."""

    title: str
    surface: Surface
    entrants: tuple[Entrant, ...]
    start: Start
    steps: int
    look_for: str = ""
    seed: int = 0
    repeats: int = 1
    every: int = 1
    clock: bool = False
    tolerance: float | None = None
    schedule: Schedule | None = None
    noise: Noise | None = None
    views: tuple[Any, ...] = ()
    expectations: tuple[Expectation, ...] = ()
    text: str = dataclasses.field(default="", compare=False, repr=False)

    @classmethod
    def from_file(cls, path: str | os.PathLike[str], overrides: Iterable[str] = ()) -> Scenario:
        """The scenario in a TOML file, with "key=value" overrides. ScenarioError lists all that is wrong with it.

        What it names as "module:Class" or "module:function" is looked for beside it, in the working folder, and where
        Python looks.
        """
        from landscape.own import beside
        from landscape.scenario.reading import read_file, scenario_from

        text = read_file(path)
        with beside(path):
            return scenario_from(text, os.fspath(path), tuple(overrides))

    @classmethod
    def from_text(cls, text: str, overrides: Iterable[str] = (), file: str = "scenario") -> Scenario:
        """The scenario in a TOML text; `file` is what messages call it."""
        from landscape.scenario.reading import scenario_from

        return scenario_from(text, file, tuple(overrides))

    def to_toml(self) -> str:
        """The scenario as TOML, every field written out. Reading it gives an equal scenario."""
        top = {name: getattr(self, name) for name in _PLAIN}
        parts = [toml_table(top if self.views else {**top, "views": []})]
        for key in ("surface", "noise", "start", "schedule"):
            component: Component | None = getattr(self, key)
            if component is not None:
                parts.append(f"[{key}]\n" + toml_table(to_table(component)))
        for entrant in self.entrants:
            others = {field: to_table(schedule) for field, schedule in entrant.schedules.items()}
            schedule = entrant.schedule and to_table(entrant.schedule)
            extra = {"label": entrant.label, "schedule": schedule, "schedules": others or None}
            parts.append("[[optimizers]]\n" + toml_table({**to_table(entrant.optimizer), **extra}))
        parts += ["[[views]]\n" + toml_table(to_table(view)) for view in self.views]
        for expectation in self.expectations:
            fields = {field.name: getattr(expectation, field.name) for field in dataclasses.fields(expectation)}
            parts.append("[[expect]]\n" + toml_table({**fields, "measure": to_table(expectation.measure)}))
        return "\n".join(parts)

    def simulate(self, progress: Progress | None = None) -> Record:
        """Run it. ScenarioError where it asks for more than can be done."""
        try:
            with np.errstate(all="ignore"):
                record = self._simulated(progress)
        except (ValueError, MemoryError) as error:
            raise ScenarioError([f"{self.title}: {error or 'needs more memory than there is'}"]) from None
        return dataclasses.replace(record, title=self.title, scenario=self.text or self.to_toml())

    def _simulated(self, progress: Progress | None) -> Record:
        return simulate(
            self.surface,
            list(self.entrants),
            start=self.start,
            steps=self.steps,
            seed=self.seed,
            repeats=self.repeats,
            noise=self.noise,
            schedule=self.schedule,
            tolerance=self.tolerance,
            every=self.every,
            clock=self.clock,
            progress=progress,
        )

    def judge(self, record: Record) -> list[Verdict]:
        """What the record says to each expectation, in their order."""
        return [expectation.judge(record) for expectation in self.expectations]


def _described(component: Component) -> str:
    """A component as words: "late_mean (of gap, share 0.5)"."""
    fields = {name: getattr(component, name) for name in field_hints(type(component))}
    said = [
        f"{name} {_described(value) if isinstance(value, Component) else toml_value(to_table(component)[name])}"
        for name, value in fields.items()
    ]
    return component.name + (f" ({', '.join(said)})" if said else "")


_PLAIN = ("title", "look_for", "seed", "steps", "repeats", "every", "clock", "tolerance")
