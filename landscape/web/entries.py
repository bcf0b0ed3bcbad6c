"""The entrants of a page: the kernel of each, its knobs, its runs, and what else a reader may add."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

import numpy as np

from landscape.core.component import Array, Component, field_hints, owned, replaced
from landscape.core.methods import Method, Noise
from landscape.core.surface import Surface
from landscape.i18n import texts as i18n
from landscape.i18n.texts import Language
from landscape.noises import REGISTRY as NOISES
from landscape.optimizers import REGISTRY as OPTIMIZERS
from landscape.program.trace import NotTraceable
from landscape.record import Record, Track
from landscape.render.text.mathematics import without
from landscape.web.kernels import Kernel, Path, number_paths, planned_factors, recorded_kernel, value_of
from landscape.web.packed import packed, packed_factors, packed_others, packed_track
from landscape.web.ranges import range_of
from landscape.web.reasons import reason_of
from landscape.web.typed import elsewhere, is_typed, typed_inputs

USUAL = ("sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam")  # rules that a reader may add
MOST_USUAL = 4000  # characters of a kernel up to which they are offered
VALUES = {"value", "randomness", "exact"}  # what rules ask for that see no slope
CLOSED = ("sgd", "momentum", "nesterov")  # rules of which theory is known


@dataclasses.dataclass
class Entries:
    """What is collected of the entrants of a record.

    words: the page's texts; columns: the runs that it has; why: the name of the text that says why none is computed;
    asks: whether Python is there for those that are not.
    """

    record: Record
    words: Mapping[str, str]
    language: Language
    columns: list[int]
    why: str = ""
    asks: bool = False
    entered: list[dict[str, Any]] = dataclasses.field(default_factory=list)
    kernels: list[str] = dataclasses.field(default_factory=list)
    controls: dict[str, dict[str, Any]] = dataclasses.field(default_factory=dict)
    batches: list[int] = dataclasses.field(default_factory=list)
    draws_alone: bool = False  # whether the kernel of an entrant draws batches of the record's size itself
    terms: bool = False  # whether a kernel is given the mean of a batch, so that the page needs the terms
    added: list[str] = dataclasses.field(default_factory=list)

    def entrants(self) -> list[dict[str, Any]]:
        """What the page is given of each, those of the record first."""
        made = [self._entrant(number, track) for number, track in enumerate(self.record.tracks)]
        return [*made, *self._usual()]

    def _entrant(self, number: int, track: Track) -> dict[str, Any]:
        record = self.record
        rule = of_run(track.optimizer, 0, record)
        kernel, why = self._kernel(track, rule)
        about, values = self._about(rule, kernel)
        varied = [name for name in values if kernel or self.asks]
        if kernel is not None and not track.schedules and is_typed(rule):  # the page makes its kernel of its text
            own, values = typed_inputs(rule, self.words)
            about |= {
                "text": value_of(rule, ("text",)),
                "values": values,
                "inputs": [*own, *filter(_is_noise, about["inputs"])],
            }
            varied = [name for name in values if name == "lr"]
        each: dict[str, list[float]] = {}
        for column in self.columns[1:]:
            of_column = of_run(track.optimizer, column, record)
            for name in varied:
                each.setdefault(name, []).append(float(value_of(of_column, tuple(name.split(".")))))
        each = {name: found for name, found in each.items() if set(found) != {values[name]}}
        self.entered.append({"of": number, "look": number, "shown": True, "values": values, "each": each,
                             "schedule": ""})  # fmt: skip
        others = packed_others(track, self.columns[1:] if kernel is None else [], len(record.tracks))
        ends = packed(track.params[-1][:, self.columns[1:] if kernel else []].T)
        schedule = track.schedule.name.replace("_", " ")
        return {
            **about, "label": without(track.label), "factors": schedule_factors(track.schedule, record.steps),
            "varied": [schedule_factors(each, record.steps) for each in track.schedules.values()],
            "schedule": i18n.name(self.language, "schedule", schedule), "why": why,
            "plays": kernel is None, "free": self._free(rule, track.schedules, kernel),
            "recorded": {**packed_track(track, kernel is None), "others": others, "ends": ends},
        }  # fmt: skip

    def _kernel(self, track: Track, rule: Method) -> tuple[Kernel | None, str]:
        """The kernel of an entrant, or why it has none; its text is entered."""
        record, found, why = self.record, None, self.why
        noise = of_run(record.noise, 0, record) if record.noise is not None else None
        if track.schedule.reads_loss:
            why = "reason_schedule"
        elif _differs(track.optimizer, record):
            why = "reason_fields"
        if not why:
            try:
                found = self._recorded(rule, noise, track.schedules)
            except NotTraceable as error:
                why = reason_of(rule, error)
                if why == "reason_arithmetic" and noise is not None and self._records(rule):
                    why = "reason_noise"
        self.kernels.append("null" if found is None else found.source)
        if found is not None and record.noise is not None and record.noise.name == "minibatch":
            self.draws_alone |= not found.batch
            self.batches = [] if self.draws_alone else self._sizes(found)
            self.terms |= found.batch > 0
        if why == self.why and why:
            return None, ""  # said once for all
        said = self.words["asked" if self.asks else "replayed"]
        return found, said.format(reason=self.words[why]) if why else ""

    def _recorded(
        self, rule: Method, noise: Noise | None, schedules: Mapping[str, Any], on: Surface | None = None
    ) -> Kernel:
        surface, steps = on or self.record.surface, self.record.steps
        if noise is None and "exact" not in rule.needs:
            try:
                return recorded_kernel(surface, rule, silence(), schedules, steps)
            except NotTraceable:
                pass
        return recorded_kernel(surface, rule, noise, schedules, steps)

    def _records(self, rule: Method) -> bool:
        """Whether a rule records without noise."""
        try:
            recorded_kernel(self.record.surface, rule)
        except NotTraceable:
            return False
        return True

    def _sizes(self, kernel: Kernel) -> list[int]:
        """The sizes of mini-batches that a reader may choose, the record's first."""
        terms = self.record.surface.term_data.shape[1]  # type: ignore[attr-defined]
        powers = [2**power for power in range(20) if 2**power < terms]
        return [kernel.batch, *(size for size in [*powers, terms] if size != kernel.batch)]

    def _about(self, rule: Method, kernel: Kernel | None) -> tuple[dict[str, Any], dict[str, float]]:
        """What the page is given of an entrant that its rule alone decides, and the values of its inputs."""
        noise = self.record.noise or silence()
        inputs, values = [], {}
        found = kernel.inputs if kernel else {}
        if kernel is None and self.asks:
            found = {path: float(value_of(rule, path)) for path in number_paths(rule)}
        for path, value in found.items():
            own = path[0] != "noise"
            name, owner = (".".join(path), rule) if own else (path[1], noise)
            made = {"name": name, "label": self._label(path), "noise": not own, "main": path[-1] == "lr",
                    "range": range_of(owner, path if own else path[1:], value)}  # fmt: skip
            inputs.append(made)
            if own:
                values[name] = value
            else:
                self.controls[name] = made
        planned = planned_factors(kernel.step, noise, self.record.steps) if kernel else []
        about = {"inputs": inputs, "values": values, "scales": list(kernel.scales) if kernel else [],
                 "planned": [packed(each) for each in planned], "theory": _theory(rule, kernel),
                 "slopes": not rule.needs <= VALUES}  # fmt: skip
        return about, values

    def _label(self, path: Path) -> str:
        name = self.words["rate"] if path[-1] == "lr" else path[-1].replace("_", " ")
        return f"{self.words['noise']} {name}" if path[0] == "noise" else name

    def plain(self) -> tuple[str, dict[str, Any] | None]:
        """The kernel of plain descent and what the page is given of it, whose gradients typed rules are given."""
        rule = OPTIMIZERS.build("sgd", lr=1.0)
        if self.why or all(kernel == "null" for kernel in self.kernels):
            return "null", None
        noise = of_run(self.record.noise, 0, self.record) if self.record.noise is not None else None
        try:
            kernel = self._recorded(rule, noise, {})
        except NotTraceable:
            return "null", None
        self.terms |= kernel.batch > 0
        constant = i18n.name(self.language, "schedule", "constant")
        about = {name: each for name, each in self._about(rule, kernel)[0].items() if name in ("inputs", "planned")}
        return kernel.source, {"about": about, "free": self._free(rule, {}, kernel), "schedule": constant}

    def _free(self, rule: Method, schedules: Mapping[str, Any], kernel: Kernel | None) -> bool:
        """Whether a kernel asks nothing of the surface but the loss and the gradient where it stands."""
        if kernel is None:
            return False
        noise = of_run(self.record.noise, 0, self.record) if self.record.noise is not None else None
        try:
            return self._recorded(rule, noise, schedules, elsewhere()).source == kernel.source
        except (NotTraceable, ValueError):
            return False

    def _usual(self) -> list[dict[str, Any]]:
        """The usual rules that the record has not, which a reader may add."""
        record = self.record
        known = {track.optimizer.name for track in record.tracks}
        noise = of_run(record.noise, 0, record) if record.noise is not None else None
        found: list[dict[str, Any]] = []
        if self.why or all(kernel == "null" for kernel in self.kernels):
            return found
        for name in USUAL:
            rule = OPTIMIZERS.build(name)
            if name in known:
                continue
            try:
                kernel = self._recorded(rule, noise, {})
            except NotTraceable:
                continue
            if len(kernel.source) > MOST_USUAL or (self.batches and not kernel.batch):
                continue
            self.kernels.append(kernel.source)
            self.terms |= kernel.batch > 0
            self.added.append(name)
            constant = i18n.name(self.language, "schedule", "constant")
            found.append({**self._about(rule, kernel)[0], "label": name, "factors": None, "varied": [],
                          "schedule": constant, "why": "", "plays": False, "recorded": None,
                          "free": self._free(rule, {}, kernel)})  # fmt: skip
        return found


def _is_noise(given: Mapping[str, Any]) -> bool:
    return bool(given["noise"])


def silence() -> Noise:
    """The noise that a reader may turn up where a record has none."""
    return NOISES.build("gaussian", sigma=0.0)


def schedule_factors(schedule: Any, steps: int) -> str | None:
    """The factor at each step, packed, None where all are 1."""
    if schedule.reads_loss:
        return None
    factors = np.broadcast_to(np.asarray(schedule(np.arange(steps), steps), float), steps)
    return None if np.all(factors == 1.0) else packed_factors(factors)


def of_run(component: Any, column: int, record: Record) -> Any:
    """The component with the numbers of one run where it has one for each."""
    changed: dict[str, Any] = {}
    for name in field_hints(type(component)):
        value = getattr(component, name)
        if _of_runs(value, record):
            changed[name] = float(value[int(record.runs[column])])
        elif isinstance(value, Component):
            inner = of_run(value, column, record)
            if inner is not value:
                changed[name] = inner
    return replaced(component, **changed) if changed else component


def _of_runs(value: Any, record: Record) -> bool:
    total = record.starts.shape[1] * record.repeats
    return isinstance(value, np.ndarray) and value.shape == (total,) and total > 1


def _differs(component: Component, record: Record, inside: bool = False) -> bool:
    """Whether a field that is no input of a kernel, of a schedule inside for one, differs from run to run."""
    for name in field_hints(type(component)):
        value: Array | Any = getattr(component, name)
        if _of_runs(value, record) and inside:
            return True
        if isinstance(value, Component) and _differs(value, record, not isinstance(value, Method)):
            return True
    return False


def _theory(rule: Method, kernel: Kernel | None) -> dict[str, Any] | None:
    """The rule whose closed form an entrant follows, and its momentum: a number, or the name of the input."""
    if kernel is None or rule.name not in CLOSED or not owned(type(rule)):
        return None
    momentum: Any = "momentum" if ("momentum",) in kernel.inputs else getattr(rule, "momentum", None)
    return {"rule": rule.name, "momentum": momentum}
