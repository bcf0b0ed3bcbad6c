"""Check that the parts of a scenario fit together: dimensions, labels, steps, sizes."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from landscape.core.component import field_hints
from landscape.core.names import UnknownName
from landscape.core.registry import registry
from landscape.core.surface import Surface
from landscape.scenario.expectations import Expectation
from landscape.scenario.line_numbers import Path
from landscape.scenario.problems import Problem, from_exception
from landscape.scenario.schema import MOST_OF_ANYTHING, built, line_of_text
from landscape.scenario.toml_writer import shown
from landscape.scenario.translations import Texts, twice
from landscape.simulation.entrants import Entrant, check_scheduled, check_varied, labelled
from landscape.simulation.simulate import LIMIT, starting_points
from landscape.starts.points import Grid

# Limits on what one scenario records and on its number of updates: about an hour of computation.
MOST_RECORDED_GIB = 2.0
MOST_UPDATES = 20_000_000_000

DEFAULT_VIEWS = ("contour", "convergence", "race")


def checked_fields(document: Any, data: dict[str, Any], complete: bool) -> tuple[dict[str, Any] | None, list[Problem]]:
    """(the fields of a Scenario, problems) from the valid parts of a document; fields only if it is `complete`.

    A check is made wherever the parts that it needs are valid, so that one reading finds as many errors as possible.
    """
    check = _Check(document, data)
    with np.errstate(all="ignore"):
        fields = check.fields(complete)
    return (None if check.problems else fields), check.problems


class _Check:
    """A document and the problems found in it so far."""

    def __init__(self, document: Any, data: dict[str, Any]) -> None:
        self.document, self.data = document, data
        self.problems: list[Problem] = []

    def fields(self, complete: bool) -> dict[str, Any] | None:
        document = self.document
        surface = self._surface()
        entrants = self._entrants()
        runs = self._runs(surface)
        if surface is not None and document.noise is not None:
            self._try(("noise",), lambda: built(document.noise).check_surface(surface))
        if entrants and runs:
            self._lengths(entrants, runs)
            self._sizes(surface, entrants, runs)
        views = self._views(surface)
        expectations = self._expectations(surface, entrants, runs)
        texts = self._texts(entrants)
        if not complete or self.problems or surface is None or entrants is None:
            return None
        return {
            "title": document.title,
            "look_for": document.look_for,
            "surface": surface,
            "entrants": tuple(entrants),
            "start": self._start(),
            "steps": document.steps,
            "seed": document.seed,
            "stream": document.stream,
            "repeats": document.repeats,
            "every": document.every,
            "clock": document.clock,
            "tolerance": document.tolerance,
            "schedule": built(document.schedule),
            "noise": built(document.noise),
            "views": tuple(views),
            "expectations": tuple(expectations),
            "zh": texts,
        }

    def _try(self, path: Path, action: Callable[[], Any]) -> Any:
        """What the action returns, or None if it raises; its message becomes a problem."""
        try:
            return action()
        except (ValueError, TypeError, ArithmeticError) as error:
            self.problems.append(from_exception(path, error))
        except MemoryError:
            self.problems.append(Problem(path, "not enough memory"))
        return None

    def _surface(self) -> Surface | None:
        surface = built(self.document.surface)
        if surface is None:
            return None
        if surface.dim > MOST_OF_ANYTHING:
            text = f"must have at most {MOST_OF_ANYTHING:,} dimensions, got {surface.dim:,}"
            self.problems.append(Problem(("surface",), text))
            return None
        farthest = max(abs(edge) for side in set(surface.window) for edge in side)
        if not farthest <= LIMIT:
            text = f"has a window that reaches {farthest:g}; runs count as diverged beyond {LIMIT:g}"
            self.problems.append(Problem(("surface",), text))
            return None
        return surface

    def _start(self) -> Any:
        return built(self.document.start) or registry("start").build("point")

    def _runs(self, surface: Surface | None) -> int | None:
        """How many runs there are: starts x repeats."""
        if surface is None or ("start" in self.data and self.document.start is None):
            return None
        start, path = self._start(), ("start",)
        count = _count(start, surface.dim)
        if count > MOST_OF_ANYTHING:
            text = f"must make at most {MOST_OF_ANYTHING:,} starting points, got {count:,}"
            self.problems.append(Problem(path, text))
            return None
        points = self._try(path, lambda: starting_points(surface, start, self.document.seed))
        return None if points is None else points.shape[1] * self.document.repeats

    def _entrants(self) -> list[Entrant] | None:
        tables = self.document.optimizers
        if tables is None:
            return None
        if not tables:
            self.problems.append(Problem(("optimizers",), "needs at least one [[optimizers]] table"))
            return None
        seen: dict[str, int] = {}
        for index, table in enumerate(tables):
            if table.label is not None and table.label in seen:
                text = f'"{table.label}" is also the label of optimizers[{seen[table.label]}]; labels must be unique'
                self.problems.append(Problem(("optimizers", index, "label"), text))
            seen.setdefault(table.label, index)
        if len({table.label for table in tables if table.label}) < sum(table.label is not None for table in tables):
            return None
        entrants = []
        for index, table in enumerate(tables):
            others = built(table.schedules) or {}
            self._varied(table.component, others, ("optimizers", index, "schedules"))
            entrants.append(Entrant(table.component, built(table.schedule), table.label, others))
        return labelled(entrants)

    def _varied(self, optimizer: Any, schedules: dict[str, Any], path: Path) -> None:
        """A schedule of another hyper-parameter than the rate keeps it in its range."""
        for field, schedule in schedules.items():
            found = len(self.problems)
            self._try(path, functools.partial(check_scheduled, optimizer, field, schedule))
            if self.document.steps is not None and len(self.problems) == found:
                factors = np.asarray(schedule(np.arange(self.document.steps), self.document.steps))
                self._try(path, functools.partial(check_varied, optimizer, field, factors))

    def _lengths(self, entrants: list[Entrant], runs: int) -> None:
        """A hyper-parameter given as a list has one number for each run."""
        for index, entrant in enumerate(entrants):
            for field in field_hints(type(entrant.optimizer)):
                value = getattr(entrant.optimizer, field)
                if isinstance(value, np.ndarray) and value.shape != (runs,):
                    text = f"must be one number or a list of {runs}, one for each run (starts x repeats), got "
                    self.problems.append(Problem(("optimizers", index, field), text + shown(value.tolist())))

    def _sizes(self, surface: Surface | None, entrants: list[Entrant], runs: int) -> None:
        steps, every = self.document.steps, self.document.every
        if surface is None or steps is None:
            return
        rows = 2 + steps // every
        needed = len(entrants) * rows * runs * (surface.dim + 4) * 8 / 2**30
        if needed > MOST_RECORDED_GIB:
            self.problems.append(
                Problem(
                    ("steps",),
                    f"{rows:,} rows of {len(entrants)} optimizers x {runs:,} runs in {surface.dim} dimensions take "
                    f"{needed:,.1f} GiB, more than the {MOST_RECORDED_GIB:g} GiB allowed; record fewer rows with "
                    f"every = {math.ceil(every * needed / MOST_RECORDED_GIB)}, or use fewer runs or steps",
                )
            )
        elif len(entrants) * steps * runs * surface.dim > MOST_UPDATES:
            self.problems.append(
                Problem(
                    ("steps",),
                    f"{steps:,} steps x {len(entrants)} optimizers x {runs:,} runs x {surface.dim} dimensions are more "
                    f"than the {MOST_UPDATES:,} updates allowed in a scenario",
                )
            )

    def _views(self, surface: Surface | None) -> list[Any]:
        given = self.document.views
        if given is None:
            if "views" in self.data or surface is None:
                return []
            return default_views(surface)
        views: list[Any] = [table.component for table in given]
        taken: dict[str, int] = {}
        for index, view in enumerate(views):
            path, file = ("views", index), view.file.lower()
            if file in taken:
                text = f'has the same file "{view.file}" as views[{taken[file]}]; set another with the key "file"'
                self.problems.append(Problem(path, text))
            taken.setdefault(file, index)
            self._try((*path, "file"), functools.partial(line_of_text, view.file))
            if surface is not None:
                self._try(path, functools.partial(view.check_surface, surface))
        return views

    def _expectations(
        self, surface: Surface | None, entrants: list[Entrant] | None, runs: int | None
    ) -> list[Expectation]:
        expectations = []
        for index, table in enumerate(self.document.expect or ()):
            row = Expectation(**{name: built(getattr(table, name)) for name in type(table).model_fields})
            path = ("expect", index)
            if entrants is not None:
                self._labels(row, path, [str(entrant.label) for entrant in entrants])
            if surface is not None:
                self._try((*path, "measure"), functools.partial(row.measure.check_surface, surface))
            self._step(row, path)
            if row.start is not None and runs and row.start >= runs // self.document.repeats:
                text = f"must be less than the number of starts, {runs // self.document.repeats}, got {row.start}"
                self.problems.append(Problem((*path, "start"), text))
            self._limits(row, path)
            expectations.append(row)
        return expectations

    def _texts(self, entrants: list[Entrant] | None) -> Texts:
        """The texts in Chinese: only of labels and claims of this scenario, and no two labels alike."""
        if self.document.zh is None:
            return Texts()
        texts = Texts(**dict(self.document.zh))
        if entrants is not None:
            labels = [str(entrant.label) for entrant in entrants]
            self._known("label", texts.labels, labels)
            if double := twice(labels, texts):
                self.problems.append(Problem(("zh", "labels"), f'gives two optimizers the label "{double}"'))
        if self.document.expect is not None:
            self._known("claim", texts.claims, [row.claim for row in self.document.expect])
        return texts

    def _known(self, kind: str, given: Iterable[str], known: Sequence[str]) -> None:
        for text in given:
            if text not in known:
                self.problems.append(Problem(("zh", f"{kind}s", text), str(UnknownName(kind, text, known))))

    def _labels(self, row: Expectation, path: Path, labels: list[str]) -> None:
        for key, label in (("optimizer", row.optimizer), ("relative_to", row.relative_to)):
            if label is not None and label not in labels:
                self.problems.append(Problem((*path, key), str(UnknownName("label", label, labels))))

    def _step(self, row: Expectation, path: Path) -> None:
        steps, every = self.document.steps, self.document.every
        if row.at is None or steps is None:
            return
        if not row.measure.each_step:
            text = f'cannot be used with the measure "{row.measure.name}", which is one figure for the whole run'
        elif row.at > steps:
            text = f"must be at most the number of steps, {steps}, got {row.at}"
        elif row.at % every and row.at != steps:
            text = f"must be a recorded step: a multiple of every = {every}, or the last step, got {row.at}"
        else:
            return
        self.problems.append(Problem((*path, "at"), text))

    def _limits(self, row: Expectation, path: Path) -> None:
        if row.above is None and row.below is None:
            self.problems.append(Problem(path, 'needs a limit: "above", "below" or both'))
        elif row.above is not None and row.below is not None and row.above >= row.below:
            text = f"must be less than below = {row.below:g}, got {row.above:g}"
            self.problems.append(Problem((*path, "above"), text))


def _count(start: Any, dim: int) -> int:
    """How many starting points a start component will make, as far as that is known before it makes them."""
    if isinstance(start, Grid):
        return math.prod(start.shape) if isinstance(start.shape, tuple) else start.shape ** min(dim, 64)
    return max((value for value in vars(start).values() if type(value) is int), default=1)


def default_views(surface: Surface) -> list[Any]:
    """The views of a scenario that names none: the usual ones that can show the surface."""
    return [view for view in map(registry("view").build, DEFAULT_VIEWS) if _can_draw(view, surface)]


def _can_draw(view: Any, surface: Surface) -> bool:
    try:
        view.check_surface(surface)
    except ValueError:
        return False
    return True
