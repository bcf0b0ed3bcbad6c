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

from landscape.analysis._metric import STATISTICS, Metric
from landscape.core.component import Component, field_hints
from landscape.core.methods import Noise, Schedule, Start
from landscape.core.random import NEWEST
from landscape.core.registry import from_table, to_table
from landscape.core.surface import Surface
from landscape.i18n.texts import Language
from landscape.record import Record
from landscape.scenario.languages import Texts, say
from landscape.scenario.problems import ScenarioError
from landscape.scenario.toml_writer import toml_table, toml_value
from landscape.simulation.entrants import Entrant
from landscape.simulation.simulate import Progress, simulate


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

    def words(self, runs: int = 1, language: Language = "en") -> str:
        """What is measured, over so many runs, in words."""
        what = _described(self.measure)
        if runs > 1:
            statistic = say(language, self.statistic)
            of_all = "{statistic} over {runs} runs of {measure}"
            what = say(language, of_all, statistic=statistic, runs=runs, measure=what)
        if self.measure.each_step:
            what += say(language, " at the last step" if self.at is None else " at step {at}", at=self.at)
        if self.start is not None:
            what += say(language, " from start {start}", start=self.start)
        if self.relative_to:
            what += say(language, ", relative to {optimizer}", optimizer=self.relative_to)
        return say(language, "{optimizer}: {what}", optimizer=self.optimizer, what=what)

    def limits(self, language: Language = "en") -> str:
        """The limits in words: "above 2 and below 3"."""
        said = (("above {limit}", self.above), ("below {limit}", self.below))
        limits = [say(language, text, limit=f"{limit:.6g}") for text, limit in said if limit is not None]
        return say(language, " and ").join(limits)

    def said(self, texts: Texts) -> Expectation:
        """The expectation with its claim and its labels in another language."""
        other = self.relative_to and texts.label(self.relative_to)
        claim = texts.claims.get(self.claim, self.claim)
        return dataclasses.replace(self, claim=claim, optimizer=texts.label(self.optimizer), relative_to=other)

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

    def words(self, language: Language = "en") -> str:
        """What was measured, and the limits for it."""
        text = "{what} = {measured}, is {limits}" if self.passed else "{what} = {measured}, should be {limits}"
        what, limits = self.expectation.words(self.runs, language), self.expectation.limits(language)
        return say(language, text, what=what, measured=f"{self.measured:.5g}", limits=limits)

    def __str__(self) -> str:
        return self.words()


@dataclasses.dataclass(frozen=True, kw_only=True)
class Scenario:
    """What a scenario file says. `text` is the file's text, and travels in the record; zh: its texts in Chinese.

    stream: the version of the streams that noise, rules and starts are drawn from.
    """

    title: str
    surface: Surface
    entrants: tuple[Entrant, ...]
    start: Start
    steps: int
    look_for: str = ""
    seed: int = 0
    stream: int = NEWEST
    repeats: int = 1
    every: int = 1
    clock: bool = False
    tolerance: float | None = None
    schedule: Schedule | None = None
    noise: Noise | None = None
    views: tuple[Any, ...] = ()
    expectations: tuple[Expectation, ...] = ()
    zh: Texts = dataclasses.field(default_factory=Texts)
    text: str = dataclasses.field(default="", compare=False, repr=False)

    @classmethod
    def from_file(cls, path: str | os.PathLike[str], overrides: Iterable[str] = ()) -> Scenario:
        """The scenario in a TOML file, with "key=value" overrides. ScenarioError lists all that is wrong with it.

        What it names as "module:Class" or "module:function" is looked for beside it, in the working folder, and where
        Python looks.
        """
        from landscape.core.user_code import beside
        from landscape.scenario.reader import read_file, scenario_from

        text = read_file(path)
        with beside(path):
            return scenario_from(text, os.fspath(path), tuple(overrides))

    @classmethod
    def from_text(cls, text: str, overrides: Iterable[str] = (), file: str = "scenario") -> Scenario:
        """The scenario in a TOML text; `file` is what messages call it."""
        from landscape.scenario.reader import scenario_from

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
        if texts := self.zh.table():
            parts.append("[zh]\n" + toml_table(texts))
        return "\n".join(parts)

    def simulate(self, progress: Progress | None = None) -> Record:
        """Run it. ScenarioError where it asks for more than can be done."""
        try:
            with np.errstate(all="ignore"):
                record = self._simulated(progress)
        except (ValueError, MemoryError) as error:
            raise ScenarioError([f"{self.title}: {error or 'needs more memory than there is'}"]) from None
        return dataclasses.replace(record, scenario=self.text or self.to_toml())

    def _simulated(self, progress: Progress | None) -> Record:
        return simulate(
            self.surface,
            list(self.entrants),
            start=self.start,
            steps=self.steps,
            seed=self.seed,
            stream=self.stream,
            repeats=self.repeats,
            noise=self.noise,
            schedule=self.schedule,
            tolerance=self.tolerance,
            every=self.every,
            clock=self.clock,
            title=self.title,
            progress=progress,
        )

    def in_language(self, language: Language) -> Scenario:
        """The scenario with the texts and the views of a language; texts that it has not there stay English.

        It judges records that `translated` has put in the same language.
        """
        views = tuple(from_table("view", {**to_table(view), "language": language}) for view in self.views)
        if language == "en":
            return dataclasses.replace(self, views=views)
        entrants = tuple(dataclasses.replace(each, label=self.zh.label(str(each.label))) for each in self.entrants)
        return dataclasses.replace(
            self,
            title=self.zh.title or self.title,
            look_for=self.zh.look_for or self.look_for,
            entrants=entrants,
            views=views,
            expectations=tuple(expectation.said(self.zh) for expectation in self.expectations),
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


_PLAIN = ("title", "look_for", "seed", "stream", "steps", "repeats", "every", "clock", "tolerance")
