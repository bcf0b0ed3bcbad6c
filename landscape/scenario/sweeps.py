"""The `[sweep]` table of a scenario: what it is swept over, and what is expected of the table that comes out.

table = scenario.swept()
for verdict in scenario.sweep.judge(table):
    print(verdict)
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

import numpy as np

from landscape.analysis._metric import STATISTICS, Metric
from landscape.core.registry import to_table
from landscape.i18n.numbers import number
from landscape.i18n.texts import Language, say
from landscape.scenario.translations import Texts
from landscape.sweeps.good_range import best_cell
from landscape.sweeps.table import Table


@dataclasses.dataclass(frozen=True, kw_only=True)
class SweepExpectation:
    """A claim about one entrant's cells that a sweep can contradict.

    Of the cells of `optimizer` (a label) whose fields have the values in `where`, the best: the one with the lowest
    `statistic` of `measure` over its runs, the highest of "reached" and the like; runs that diverged count as worst.
    Its figure, or the value of its field `field`, divided by the same of `relative_to` where that is given, must be
    greater than `above` and less than `below`.
    """

    claim: str
    optimizer: str
    measure: str
    statistic: str = "median"
    where: Mapping[str, float] = dataclasses.field(default_factory=dict)
    field: str | None = None
    relative_to: str | None = None
    above: float | None = None
    below: float | None = None

    def judge(self, table: Table) -> SweepVerdict:
        """The figure that was found, and whether it is within the limits."""
        found = self._of(table, self.optimizer)
        if self.relative_to is not None:
            with np.errstate(all="ignore"):
                found = np.float64(found) / np.float64(self._of(table, self.relative_to))
        return SweepVerdict(self, float(found))

    def words(self, language: Language = "en") -> str:
        """What is measured, in words."""
        measure = say(language, "{statistic} {measure}", statistic=say(language, self.statistic), measure=self.measure)
        if self.field:
            what = say(language, "{field} with the best {measure}", field=self.field, measure=measure)
        else:
            what = say(language, "best {measure}", measure=measure)
        if self.where:
            fields = ", ".join(f"{name} {number(float(value))}" for name, value in self.where.items())
            what += say(language, " where {fields}", fields=fields)
        if self.relative_to:
            what += say(language, ", relative to {optimizer}", optimizer=self.relative_to)
        return say(language, "{optimizer}: {what}", optimizer=self.optimizer, what=what)

    def limits(self, language: Language = "en") -> str:
        """The limits in words: "above 2 and below 3"."""
        low, high = (None if limit is None else f"{limit:.6g}" for limit in (self.above, self.below))
        if low is not None and high is not None:
            return say(language, "above {low} and below {high}", low=low, high=high)
        limit = high if low is None else low
        return say(language, "below {limit}" if low is None else "above {limit}", limit=limit)

    def translated(self, texts: Texts) -> SweepExpectation:
        """The expectation with its claim and its labels in another language."""
        other = self.relative_to and texts.label(self.relative_to)
        claim = texts.claims.get(self.claim, self.claim)
        return dataclasses.replace(self, claim=claim, optimizer=texts.label(self.optimizer), relative_to=other)

    def _of(self, table: Table, label: str) -> float:
        mine = table.where(entrant=label)
        for name, value in self.where.items():
            near = np.isclose(mine[name], value, rtol=1e-9, atol=0.0)
            if not near.any():
                raise ValueError(f"{label} has no {name} of {value:g} in the sweep")
            mine = mine.taken(near)
        _, figure, row = best_cell(mine, self.measure, STATISTICS[self.statistic])
        return float(mine[self.field][row]) if self.field else figure


@dataclasses.dataclass(frozen=True)
class SweepVerdict:
    """An expectation of a sweep with the figure that was measured."""

    expectation: SweepExpectation
    measured: float

    @property
    def claim(self) -> str:
        """The claim in words."""
        return self.expectation.claim

    @property
    def passed(self) -> bool:
        """Whether the figure is within the limits; NaN is not."""
        above, below = self.expectation.above, self.expectation.below
        return (above is None or self.measured > above) and (below is None or self.measured < below)

    def translated(self, texts: Texts) -> SweepVerdict:
        """The verdict with its claim and its labels in another language."""
        return dataclasses.replace(self, expectation=self.expectation.translated(texts))

    def words(self, language: Language = "en") -> str:
        """What was measured, and its limits."""
        text = "{what} = {measured}, is {limits}" if self.passed else "{what} = {measured}, should be {limits}"
        what, limits = self.expectation.words(language), self.expectation.limits(language)
        return say(language, text, what=what, measured=f"{self.measured:.5g}", limits=limits)

    def __str__(self) -> str:
        return self.words()

    def data(self) -> dict[str, Any]:
        """The verdict as plain data."""
        return {**dataclasses.asdict(self.expectation), "measured": self.measured, "passed": self.passed}


@dataclasses.dataclass(frozen=True, kw_only=True)
class ScenarioSweep:
    """The `[sweep]` table: arguments of `landscape.sweep`, and expectations of its table."""

    over: Mapping[str, Any]
    seeds: int = 1
    design: str = "grid"
    points: int | None = None
    measures: tuple[Metric, ...] = ()
    expectations: tuple[SweepExpectation, ...] = ()

    def arguments(self) -> dict[str, Any]:
        """The arguments of `landscape.sweep` that this table gives."""
        return {
            "over": dict(self.over),
            "seeds": self.seeds,
            "design": self.design,
            "points": self.points,
            "measures": self.measures or ("loss",),
        }

    def columns(self) -> list[str]:
        """The columns that are measured."""
        return [each.name for each in self.measures] or ["loss"]

    def judge(self, table: Table) -> list[SweepVerdict]:
        """Check every expectation against the sweep's table, in order."""
        return [each.judge(table) for each in self.expectations]

    def table(self) -> dict[str, Any]:
        """The table as plain data, from which it is read again."""
        expect = [{field.name: getattr(each, field.name) for field in dataclasses.fields(each)}
                  for each in self.expectations]  # fmt: skip
        return {
            "seeds": self.seeds,
            "design": self.design,
            "points": self.points,
            "over": dict(self.over),
            "measures": [to_table(each) for each in self.measures] or None,
            "expect": expect or None,
        }
