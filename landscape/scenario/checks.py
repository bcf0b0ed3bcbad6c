"""Check that the parts of a scenario fit together: dimensions, labels, steps, sizes."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from landscape.core.batches import runs_user_code
from landscape.core.component import field_hints
from landscape.core.names import UnknownName
from landscape.core.registry import registry
from landscape.core.surface import Surface
from landscape.scenario.expectations import Expectation
from landscape.scenario.keys import DOCUMENT, MOST_OF_ANYTHING
from landscape.scenario.line_numbers import Path
from landscape.scenario.parse import INVALID, line_of_text
from landscape.scenario.problems import Problem, from_exception
from landscape.scenario.slides import Slide, problems_of
from landscape.scenario.sweeps import ScenarioSweep, SweepExpectation
from landscape.scenario.toml_writer import shown
from landscape.scenario.translations import Texts, twice
from landscape.scenario.tuning import ScenarioTuning
from landscape.simulation.array_engine import take
from landscape.simulation.entrants import Entrant, check_needs, check_scheduled, check_varied, labelled
from landscape.simulation.job import LIMIT
from landscape.simulation.simulate import starting_points
from landscape.simulation.sizes import GIB, check_kept, count_of, recorded
from landscape.sweeps.sweep import check_sweep
from landscape.sweeps.tune import check_tuning

# Limits on what one scenario records and on its number of updates: about an hour of computation.
MOST_RECORDED_GIB = GIB
MOST_UPDATES = 20_000_000_000

_MADE = ("optimizers", "views", "expect", "sweep", "tune", "slides", "zh")  # keys whose values become other fields

DEFAULT_VIEWS = ("contour", "convergence", "race")


def checked_fields(valid: dict[str, Any], complete: bool) -> tuple[dict[str, Any] | None, list[Problem]]:
    """(the fields of a Scenario, problems) from the valid values of a document; fields only if it is `complete`.

    A check is made wherever the values that it needs are valid, so that one reading finds as many errors as possible,
    and none that follows from another.
    """
    check = _Check(valid)
    with np.errstate(all="ignore"):
        check.everything()
    return (check.fields() if complete and not check.problems else None), check.problems


class _Unsure(Exception):
    """What a check needs is not valid, so it cannot be made."""


class _Valid(dict[str, Any]):
    """The valid values of a document, and what is made of them."""

    def __missing__(self, key: str) -> Any:
        raise _Unsure(key)


class _Check:
    """A document's valid values and the problems found in them so far."""

    def __init__(self, valid: dict[str, Any]) -> None:
        self.valid = _Valid(valid)
        self.problems: list[Problem] = []

    def everything(self) -> None:
        made: dict[str, Callable[[], Any]] = {
            "surface": self._surface,
            "start": self._start,
            "runs": self._runs,
            "entrants": self._entrants,
            "views": self._views,
        }
        for key, make in made.items():
            try:
                self.valid[key] = make()
            except _Unsure:
                self.valid.pop(key, None)
        for check in (
            self._noise,
            self._lengths,
            self._sizes,
            self._needs,
            self._expectations,
            self._labels,
            self._claims,
            self._sweep,
            self._tune,
            self._slides,
            self._slide_texts,
        ):
            with contextlib.suppress(_Unsure):
                check()

    def fields(self) -> dict[str, Any]:
        """The fields of a Scenario: the values of the document, with what was made of some."""
        same = {key: self.valid[key] for key in DOCUMENT if key not in _MADE}
        return {
            **same,
            "entrants": tuple(self.valid["entrants"]),
            "views": tuple(self.valid["views"]),
            "expectations": tuple(Expectation(**row) for row in self.valid["expect"]),
            "sweep": None if self.valid["sweep"] is None else sweep_of(self.valid["sweep"]),
            "tune": None if self.valid["tune"] is None else ScenarioTuning(**self.valid["tune"]),
            "slides": tuple(slide_of(row) for row in self.valid["slides"]),
            "zh": Texts(**self.valid["zh"]),
        }

    def _wrong(self, path: Path, text: str) -> None:
        self.problems.append(Problem(path, text))

    @contextlib.contextmanager
    def _at(self, path: Path) -> Iterator[None]:
        """An error inside is a problem at that place, and ends the check."""
        try:
            yield
        except (ValueError, TypeError, ArithmeticError) as error:
            self.problems.append(from_exception(path, error))
            raise _Unsure from None
        except MemoryError:
            self._wrong(path, "there is not enough memory for it: take fewer dimensions or runs")
            raise _Unsure from None

    def _surface(self) -> Surface:
        surface: Surface = self.valid["surface"]
        with self._at(("surface",)):
            if surface.dim > MOST_OF_ANYTHING:
                raise ValueError(f"must have at most {MOST_OF_ANYTHING:,} dimensions, got {surface.dim:,}")
            farthest = max(abs(edge) for side in set(surface.window) for edge in side)
            if not farthest <= LIMIT:
                raise ValueError(f"has a window that reaches {farthest:g}; runs count as diverged beyond {LIMIT:g}")
        return surface

    def _start(self) -> Any:
        return self.valid["start"] or registry("start").build("point")

    def _runs(self) -> int:
        """How many runs there are: starts x repeats."""
        start, surface = self.valid["start"], self.valid["surface"]
        count = count_of(start, surface.dim)
        with self._at(("start",)):
            if count > MOST_OF_ANYTHING:
                raise ValueError(f"must make at most {MOST_OF_ANYTHING:,} starting points, got {count:,}")
            points = starting_points(surface, start, self.valid["seed"])
        return int(points.shape[1]) * int(self.valid["repeats"])

    def _entrants(self) -> list[Entrant]:
        given = self.valid["optimizers"]
        if not given:
            self._wrong(("optimizers",), "needs at least one [[optimizers]] table")
        if not given or INVALID in given:
            raise _Unsure
        seen: dict[str, int] = {}
        for index, (_, beside) in enumerate(given):
            label = beside["label"]
            if label is not None and seen.setdefault(label, index) != index:
                text = f'"{label}" is also the label of optimizers[{seen[label]}]; labels must be unique'
                self._wrong(("optimizers", index, "label"), text)
        for index, (optimizer, beside) in enumerate(given):
            for field, schedule in beside["schedules"].items():
                with contextlib.suppress(_Unsure), self._at(("optimizers", index, "schedules")):
                    self._varied(optimizer, field, schedule)
        if len(seen) < sum(beside["label"] is not None for _, beside in given):
            raise _Unsure
        return labelled([Entrant(optimizer, **beside) for optimizer, beside in given])

    def _varied(self, optimizer: Any, field: str, schedule: Any) -> None:
        """A schedule of another hyper-parameter than the rate keeps it in its range."""
        check_scheduled(optimizer, field, schedule)
        steps = self.valid["steps"]
        check_varied(optimizer, field, np.asarray(schedule(np.arange(steps), steps)))

    def _noise(self) -> None:
        if (noise := self.valid["noise"]) is not None:
            with self._at(("noise",)):
                noise.check_surface(self.valid["surface"])

    def _lengths(self) -> None:
        """A hyper-parameter given as a list has one number for each run."""
        runs = self.valid["runs"]
        for index, entrant in enumerate(self.valid["entrants"]):
            for field in field_hints(type(entrant.optimizer)):
                value = getattr(entrant.optimizer, field)
                if isinstance(value, np.ndarray) and value.shape != (runs,):
                    text = f"must be one number or a list of {runs}, one for each run (starts x repeats), got "
                    self._wrong(("optimizers", index, field), text + shown(value.tolist()))

    def _needs(self) -> None:
        """What a rule asks for can be had of the surface and the noise, and it begins in that many dimensions."""
        surface, noise, runs = self.valid["surface"], self.valid["noise"], self.valid["runs"]
        for index, entrant in enumerate(self.valid["entrants"]):
            rule = entrant.optimizer
            with contextlib.suppress(_Unsure), self._at(("optimizers", index)):
                check_needs(rule, surface, noise)
                check_kept(rule, surface.dim, runs, MOST_RECORDED_GIB)
                if not runs_user_code(rule):
                    take(rule, np.zeros(2, dtype=int), runs).init(np.zeros((surface.dim, 2)))

    def _sizes(self) -> None:
        steps, every, runs, dim = (*map(self.valid.__getitem__, ("steps", "every", "runs")), self.valid["surface"].dim)
        count, rows = len(self.valid["entrants"]), 2 + steps // every
        needed = recorded(count, rows, dim, runs) / 2**30
        if needed > MOST_RECORDED_GIB:
            self._wrong(
                ("steps",),
                f"{rows:,} rows of {count} optimizers x {runs:,} runs in {dim} dimensions take "
                f"{needed:,.1f} GiB, more than the {MOST_RECORDED_GIB:g} GiB allowed; record fewer rows with "
                f"every = {math.ceil(every * needed / MOST_RECORDED_GIB)}, or use fewer runs or steps",
            )
        elif count * steps * runs * dim > MOST_UPDATES:
            self._wrong(
                ("steps",),
                f"{steps:,} steps x {count} optimizers x {runs:,} runs x {dim} dimensions are more "
                f"than the {MOST_UPDATES:,} updates allowed in a scenario",
            )

    def _views(self) -> list[Any]:
        given = self.valid["views"]
        if given is None:
            return default_views(self.valid["surface"])
        taken: dict[str, int] = {}
        for index, view in enumerate(given):
            if view is INVALID:
                continue
            path, first = ("views", index), taken.setdefault(view.file.lower(), index)
            if first != index:
                text = f'has the same file "{view.file}" as views[{first}]; set another with the key "file"'
                self._wrong(path, text)
            with contextlib.suppress(_Unsure), self._at((*path, "file")):
                line_of_text(view.file)
            with contextlib.suppress(_Unsure), self._at(path):
                view.check_surface(self.valid["surface"])
        return list(given)

    def _expectations(self) -> None:
        for index, row in enumerate(self.valid["expect"]):
            if row is not INVALID:
                for check in (self._labels_of, self._measure, self._step, self._start_of, self._limits):
                    with contextlib.suppress(_Unsure):
                        check(row, ("expect", index))

    def _labels_of(self, row: dict[str, Any], path: Path) -> None:
        for key in ("optimizer", "relative_to"):
            if row[key] is not None:
                self._known("label", (*path, key), row[key], self._names())

    def _measure(self, row: dict[str, Any], path: Path) -> None:
        with self._at((*path, "measure")):
            row["measure"].check_surface(self.valid["surface"])
            row["measure"].check_noise(self.valid["noise"])

    def _step(self, row: dict[str, Any], path: Path) -> None:
        at, steps, every = row["at"], self.valid["steps"], self.valid["every"]
        if at is None:
            return
        if not row["measure"].each_step:
            text = f'cannot be used with the measure "{row["measure"].name}", which is one figure for the whole run'
        elif at > steps:
            text = f"must be at most the number of steps, {steps}, got {at}"
        elif at % every and at != steps:
            text = f"must be a recorded step: a multiple of every = {every}, or the last step, got {at}"
        else:
            return
        self._wrong((*path, "at"), text)

    def _start_of(self, row: dict[str, Any], path: Path) -> None:
        starts = self.valid["runs"] // self.valid["repeats"]
        if row["start"] is not None and row["start"] >= starts:
            self._wrong((*path, "start"), f"must be less than the number of starts, {starts}, got {row['start']}")

    def _limits(self, row: dict[str, Any], path: Path) -> None:
        above, below = row["above"], row["below"]
        if above is None and below is None:
            self._wrong(path, 'needs a limit: "above", "below" or both')
        elif above is not None and below is not None and above >= below:
            self._wrong((*path, "above"), f"must be less than below = {below:g}, got {above:g}")

    def _sweep(self) -> None:
        """The sweep can be run, and its expectations are of what it has."""
        if self.valid["sweep"] is None:
            return
        given = self.valid["sweep"]
        if INVALID in given["expect"] or INVALID in given["measures"]:
            raise _Unsure
        keys = ("surface", "start", "steps", "seed", "stream", "noise", "schedule", "tolerance")
        made = sweep_of(given)
        with self._at(("sweep",)):
            columns = check_sweep(
                optimizers=list(self.valid["entrants"]), **{key: self.valid[key] for key in keys}, **made.arguments()
            )
        for index, row in enumerate(made.expectations):
            path = ("sweep", "expect", index)
            for key in ("optimizer", "relative_to"):
                if getattr(row, key) is not None:
                    self._known("label", (*path, key), getattr(row, key), self._names())
            self._known("measure of the sweep", (*path, "measure"), row.measure, made.columns())
            for name in [*row.where, *filter(None, [row.field])]:
                self._known("field of the sweep", (*path, "where"), name, columns)
            with contextlib.suppress(_Unsure):
                self._limits(given["expect"][index], path)

    def _tune(self) -> None:
        """The optimizers can be tuned, and what is shown is not swept besides."""
        if self.valid["tune"] is None:
            return
        keys = ("surface", "entrants", "start", "steps", "seed", "stream", "noise", "schedule", "tolerance")
        with self._at(("tune",)):
            if self.valid["sweep"] is not None:
                raise ValueError("tunes what `landscape run` shows, so a scenario with [sweep] cannot have it")
            check_tuning(**{key: self.valid[key] for key in keys}, **ScenarioTuning(**self.valid["tune"]).arguments())

    def _slides(self) -> None:
        """The slides are of this scenario, and of a surface that a page shows."""
        for index, row in enumerate(self.valid["slides"]):
            if row is not INVALID and None not in (row["show"] or ()):
                known = (self.valid[key] for key in ("steps", "entrants", "noise"))
                self.problems += problems_of(row, ("slides", index), *known)
        if self.valid["slides"] and self.valid["surface"].dim != 2:
            self._wrong(
                ("slides",), f"are of a page, which shows two coordinates; the surface has {self.valid['surface'].dim}"
            )

    def _slide_texts(self) -> None:
        """The words of slides in Chinese are of words of this scenario's slides."""
        rows, texts = self.valid["slides"], self.valid["zh"]["slides"] if self.valid["zh"] else ()
        if INVALID in rows:
            raise _Unsure
        said = [row[key] for row in rows for key in ("title", "text") if row[key]]
        for text in texts:
            self._known("title or text of a slide", ("zh", "slides", text), text, said)

    def _labels(self) -> None:
        """The labels in Chinese are of labels of this scenario or its surface's title, and no two are alike."""
        texts = Texts(**self.valid["zh"])
        titles = [title for title in [getattr(self.valid["surface"], "title", "")] if title]
        for text in texts.labels:
            self._known("label", ("zh", "labels", text), text, [*self._names(), *titles])
        if double := twice(self._names(), texts):
            self._wrong(("zh", "labels"), f'gives two optimizers the label "{double}"')

    def _claims(self) -> None:
        """The claims in Chinese are of claims of this scenario."""
        rows, texts = list(self.valid["expect"]), self.valid["zh"]["claims"] if self.valid["zh"] else ()
        rows += self.valid["sweep"]["expect"] if self.valid["sweep"] else []
        if INVALID in rows:
            raise _Unsure
        for text in texts:
            self._known("claim", ("zh", "claims", text), text, [row["claim"] for row in rows])

    def _names(self) -> list[str]:
        return [str(entrant.label) for entrant in self.valid["entrants"]]

    def _known(self, kind: str, path: Path, text: str, known: Sequence[str]) -> None:
        if text not in known:
            self._wrong(path, str(UnknownName(kind, text, known)))


def sweep_of(given: dict[str, Any]) -> ScenarioSweep:
    """The `[sweep]` table from its valid values."""
    measures = tuple(given["measures"])
    first = measures[0].name if measures else "loss"
    rows = tuple(SweepExpectation(**{**row, "measure": row["measure"] or first}) for row in given["expect"])
    others = {key: value for key, value in given.items() if key not in ("expect", "measures")}
    return ScenarioSweep(**others, measures=measures, expectations=rows)


def slide_of(row: dict[str, Any]) -> Slide:
    """A slide from the valid values of its table."""
    show = row["show"]
    return Slide(**{**row, "show": None if show is None else tuple(show)})


def default_views(surface: Surface) -> list[Any]:
    """The views of a scenario that names none: the usual ones that can show the surface."""
    return [view for view in map(registry("view").build, DEFAULT_VIEWS) if _can_draw(view, surface)]


def _can_draw(view: Any, surface: Surface) -> bool:
    try:
        view.check_surface(surface)
    except ValueError:
        return False
    return True
