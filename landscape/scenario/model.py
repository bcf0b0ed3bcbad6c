"""A scenario: surface, entrants, noise, starts and seed, the views to draw, and the expectations to check.

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

from landscape.core.component import Component, replaced
from landscape.core.methods import Noise, Schedule, Start
from landscape.core.progress import Wanted
from landscape.core.random import NEWEST
from landscape.core.registry import to_table
from landscape.core.surface import Surface
from landscape.core.user_code import beside
from landscape.i18n.texts import Language
from landscape.record import Record
from landscape.scenario.expectations import Expectation, Verdict
from landscape.scenario.problems import ScenarioError
from landscape.scenario.slides import Slide
from landscape.scenario.sweeps import ScenarioSweep
from landscape.scenario.toml_writer import toml_table
from landscape.scenario.translations import Texts, titled
from landscape.scenario.tuning import ScenarioTuning
from landscape.simulation.entrants import Entrant
from landscape.simulation.simulate import simulate
from landscape.sweeps.sweep import sweep
from landscape.sweeps.table import Table
from landscape.sweeps.tune import tune


@dataclasses.dataclass(frozen=True, kw_only=True)
class Scenario:
    """The content of a scenario file. text: that of the file, which the record keeps; zh: its texts in Chinese.

    stream: the version of the random streams of noise, rules and starts.
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
    sweep: ScenarioSweep | None = None
    tune: ScenarioTuning | None = None
    slides: tuple[Slide, ...] = ()
    zh: Texts = dataclasses.field(default_factory=Texts)
    text: str = dataclasses.field(default="", compare=False, repr=False)

    @classmethod
    def from_file(cls, path: str | os.PathLike[str], overrides: Iterable[str] = ()) -> Scenario:
        """The scenario in a TOML file, with "key=value" overrides. ScenarioError lists everything that is wrong.

        User code, "module:Class" or "module:function", is searched in the file's folder, in the working folder, and on
        Python's path.
        """
        from landscape.scenario.reader import read_file

        text = read_file(path)
        with beside(path):
            return cls.from_text(text, overrides, file=os.fspath(path))

    @classmethod
    def from_text(cls, text: str, overrides: Iterable[str] = (), file: str = "scenario") -> Scenario:
        """The scenario in a TOML text. file: its name in messages."""
        from landscape.scenario.reader import fields_of
        from landscape.scenario.set_options import as_comments

        options = tuple(overrides)
        made = cls(**fields_of(text, file, options), text=text)
        # an overridden scenario keeps a text that gives the same scenario when it is read
        return dataclasses.replace(made, text=as_comments(options) + made.to_toml()) if options else made

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
        if self.sweep is not None:
            parts.append("[sweep]\n" + toml_table(self.sweep.table()))
        if self.tune is not None:
            parts.append("[tune]\n" + toml_table(self.tune.table()))
        parts += ["[[slides]]\n" + toml_table(slide.told()) for slide in self.slides]
        if texts := self.zh.table():
            parts.append("[zh]\n" + toml_table(texts))
        return "\n".join(parts)

    def simulate(self, progress: Wanted = None) -> Record:
        """Run it. ScenarioError if that is impossible, for example for lack of memory."""
        try:
            with np.errstate(all="ignore"):
                record = self._simulated(progress)
        except (ValueError, MemoryError) as error:
            raise ScenarioError([f"{self.title}: {error or 'not enough memory'}"]) from None
        return dataclasses.replace(record, scenario=self.text or self.to_toml())

    def tuned(self, progress: Wanted = None) -> Scenario:
        """The scenario whose optimizers have the values that its `tune` chooses; itself where it has none."""
        if self.tune is None:
            return self
        given = shared_arguments(self)
        entrants = tune(given.pop("surface"), list(self.entrants), **given, **self.tune.arguments(), progress=progress)
        return dataclasses.replace(self, entrants=tuple(entrants), tune=None)

    def _simulated(self, progress: Wanted) -> Record:
        return simulate(
            self.surface,
            list(self.tuned(progress).entrants),
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

    def swept(self, executor: Any = None, path: str | os.PathLike[str] | None = None, progress: Wanted = None) -> Table:
        """The table of its `[sweep]`, as `landscape.sweep` makes it. ScenarioError where it has none."""
        if self.sweep is None:
            raise ScenarioError([f"{self.title}: there is no [sweep] table in it"])
        return sweep(**sweep_arguments(self), title=self.title, executor=executor, path=path, progress=progress)

    def in_language(self, language: Language) -> Scenario:
        """The scenario with its texts and views in a language; texts without a translation stay English.

        Its expectations fit records that `translated` has put in the same language.
        """
        views = tuple(replaced(view, language=language) for view in self.views)
        if language == "en":
            return dataclasses.replace(self, views=views)
        entrants = tuple(dataclasses.replace(each, label=self.zh.label(str(each.label))) for each in self.entrants)
        return dataclasses.replace(
            self,
            title=self.zh.title or self.title,
            look_for=self.zh.look_for or self.look_for,
            surface=titled(self.surface, self.zh),
            entrants=entrants,
            views=views,
            expectations=tuple(expectation.translated(self.zh) for expectation in self.expectations),
            slides=tuple(slide.translated(self.zh) for slide in self.slides),
        )

    def judge(self, record: Record) -> list[Verdict]:
        """Check every expectation against a record, in order."""
        return [expectation.judge(record) for expectation in self.expectations]


def sweep_arguments(given: Any) -> dict[str, Any]:
    """The arguments of `landscape.sweep` for a scenario with a `[sweep]`."""
    return {"optimizers": list(given.entrants), **shared_arguments(given), **given.sweep.arguments()}


def shared_arguments(given: Any) -> dict[str, Any]:
    """What simulations, sweeps and tuning of a scenario share."""
    return {
        "surface": given.surface,
        "start": given.start,
        "steps": given.steps,
        "seed": given.seed,
        "stream": given.stream,
        "noise": given.noise,
        "schedule": given.schedule,
        "tolerance": given.tolerance,
    }


_PLAIN = ("title", "look_for", "seed", "stream", "steps", "repeats", "every", "clock", "tolerance")
