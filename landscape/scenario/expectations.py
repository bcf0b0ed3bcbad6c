"""What a scenario claims about its runs, and what a record shows.

expectation = Expectation(claim="it converges", optimizer="adam", measure=metric("loss"), below=1e-6)
verdict = expectation.judge(record)
verdict.passed, str(verdict)       # (True, "adam: value at the last step = 3.1e-08, is below 1e-06")
"""

from __future__ import annotations

import dataclasses

import numpy as np

from landscape.analysis._metric import STATISTICS, Metric, StepMetric
from landscape.core.component import Component, field_hints
from landscape.core.registry import to_table
from landscape.i18n.texts import Language, say
from landscape.record import Record
from landscape.scenario.toml_writer import toml_value
from landscape.scenario.translations import Texts


@dataclasses.dataclass(frozen=True, kw_only=True)
class Expectation:
    """A claim about one entrant that a run can contradict.

    The measure of `optimizer` (a label) at step `at` (None: the last), over all runs or those from start number
    `start`, summarised by `statistic` and divided by the same figure of `relative_to` if that is given, must be greater
    than `above` and less than `below`.
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
        """The figure that the limits apply to."""
        with np.errstate(all="ignore"):
            figure = self._of(record, self.optimizer)
            if self.relative_to is not None:
                figure = figure / self._of(record, self.relative_to)
        return float(figure)

    def judge(self, record: Record) -> Verdict:
        """The measured figure, and whether it is within the limits."""
        return Verdict(expectation=self, measured=self.figure(record), runs=self._runs(record))

    def words(self, runs: int = 1, language: Language = "en") -> str:
        """What is measured, over that number of runs, in words."""
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
        low, high = (None if limit is None else f"{limit:.6g}" for limit in (self.above, self.below))
        if low is not None and high is not None:
            return say(language, "above {low} and below {high}", low=low, high=high)
        limit = high if low is None else low
        return "" if limit is None else say(language, "below {limit}" if low is None else "above {limit}", limit=limit)

    def translated(self, texts: Texts) -> Expectation:
        """The expectation with its claim and its labels in another language."""
        other = self.relative_to and texts.label(self.relative_to)
        claim = texts.claims.get(self.claim, self.claim)
        return dataclasses.replace(self, claim=claim, optimizer=texts.label(self.optimizer), relative_to=other)

    def _runs(self, record: Record) -> int:
        return len(record.runs) if self.start is None else int(np.sum(record.runs // record.repeats == self.start))

    def _of(self, record: Record, label: str) -> np.float64:
        track = record[label]
        if isinstance(self.measure, StepMetric):
            at = record.steps if self.at is None else self.at
            (row,) = np.flatnonzero(track.steps == at)
            (figures,) = self.measure.rows(track, record.surface, slice(row, row + 1))
        else:
            figures = self.measure.measure(track, record.surface)
        if self.start is not None:
            figures = figures[record.runs // record.repeats == self.start]
        return np.float64(STATISTICS[self.statistic](figures))


@dataclasses.dataclass(frozen=True, kw_only=True)
class Verdict:
    """An expectation with the figure that was measured over that number of runs."""

    expectation: Expectation
    measured: float
    runs: int = 1

    @property
    def claim(self) -> str:
        """The claim in words."""
        return self.expectation.claim

    @property
    def passed(self) -> bool:
        """Whether the figure is within the limits; NaN is not."""
        above, below = self.expectation.above, self.expectation.below
        return (above is None or self.measured > above) and (below is None or self.measured < below)

    def words(self, language: Language = "en") -> str:
        """What was measured, and its limits."""
        text = "{what} = {measured}, is {limits}" if self.passed else "{what} = {measured}, should be {limits}"
        what, limits = self.expectation.words(self.runs, language), self.expectation.limits(language)
        return say(language, text, what=what, measured=f"{self.measured:.5g}", limits=limits)

    def __str__(self) -> str:
        return self.words()


def _described(component: Component) -> str:
    """A component as words: "late_mean (of gap, share 0.5)"."""
    fields = {name: getattr(component, name) for name in field_hints(type(component))}
    described = [
        f"{name} {_described(value) if isinstance(value, Component) else toml_value(to_table(component)[name])}"
        for name, value in fields.items()
        if value is not None
    ]
    return component.name + (f" ({', '.join(described)})" if described else "")
