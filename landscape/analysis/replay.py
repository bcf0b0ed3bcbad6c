"""See inside a rule: its gradient, memory and step at every recorded point, by replaying it.

    found = inside(record, "adam")
    found["gradient"], found["step"]        # (rows, dim, runs), for all rows but the last
    found["v"], found["v_hat"]              # the second moment, and that with its bias corrected

The pure rule is given the recorded points, with the noise that it was given there, and has to lead from each to the
next.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from landscape.core.batches import read_only, runs_user_code
from landscape.core.component import Array, replaced
from landscape.core.linear_algebra import one_thread
from landscape.core.methods import Noise, Optimizer, Oracle
from landscape.core.random import Seed, Source
from landscape.core.state import rebuilt
from landscape.core.surface import Surface
from landscape.simulation.array_engine import take
from landscape.simulation.trials import planned

if TYPE_CHECKING:
    from landscape.record import Record, Track

MOST_REPLAYED = 50_000
TAKEN = ("gradient", "exact_gradient", "step", "effective_step", "kept")  # such a field of a state is "state.step"
CORRECTED = (("m", "beta1_power"), ("v", "beta2_power"))  # averages, and what their bias is told by


@one_thread()
def inside(record: Record, label: str) -> dict[str, Array]:
    """What an entrant's rule has inside: name -> (rows - 1, dim, runs), at each recorded point but the last.

    "gradient", what the rule was given, and "exact_gradient", where that had noise; "step", the velocity;
    "effective_step", |step| / |gradient| of each coordinate; "kept", the step that the rule would take without a
    gradient; and its state after the point's gradient, by the names of its fields, such as "m" and "v"; numbers are
    (rows - 1, runs). "m_hat" and "v_hat" are averages with their bias corrected, of rules that carry beta^t. All are of
    the one step that begins at the point; between the points of a record with `every` above 1 the steps are made again.
    What comes after a run has stopped is nan. ValueError where the rule cannot be replayed: where it needs more than a
    gradient, or a schedule read losses that were not recorded.
    """
    track = record[label]
    reason = _obstacle(record, track)
    if reason:
        raise ValueError(f"{track.label}: cannot be replayed: {reason}")
    with np.errstate(all="ignore"):
        replay = _Replay.of(record, track)
        made = replay.found()
        made["effective_step"] = np.abs(made["step"]) / np.abs(made["gradient"])
        for name, power in CORRECTED:
            if name in made and power in made:
                made[f"{name}_hat"] = made[name] / (1.0 - made[power][:, None])
    gone = track.steps[:-1, None] >= track.stopped
    return {
        name: np.where(gone if values.ndim == 2 else gone[:, None], np.nan, values) for name, values in made.items()
    }


@dataclasses.dataclass(frozen=True)
class _Replay:
    """What is replayed. numbers: (rows,), the steps of the rows; points: (rows, dim, runs); rates: (steps, runs);
    varied: factors (steps,) on other hyper-parameters; source: of the noise; stopped: (runs,)."""

    label: str
    optimizer: Optimizer
    surface: Surface
    noise: Noise | None
    numbers: Array
    points: Array
    rates: Array
    varied: Mapping[str, Array]
    source: Source
    stopped: Array

    @classmethod
    def of(cls, record: Record, track: Track) -> _Replay:
        optimizer: Any = take(track.optimizer, record.runs, record.starts.shape[1] * record.repeats)
        steps = int(track.steps[-1])
        rates = track.lr[:-1]
        if len(rates) < steps:
            rates = np.broadcast_to(planned(track.schedule, steps)[:-1, None] * optimizer.lr, (steps, track.runs))
        varied = {field: planned(each, steps)[:-1] for field, each in track.schedules.items()}
        source = Source(Seed(record.seed, record.stream), record.runs, "noise")
        return cls(track.label, optimizer, record.surface, record.noise, track.steps, track.params, rates, varied,
                   source, track.stopped)  # fmt: skip

    def only(self, run: int) -> _Replay:
        """One of the runs."""
        column = slice(run, run + 1)
        return dataclasses.replace(
            self,
            optimizer=take(self.optimizer, run, self.points.shape[2]),
            points=self.points[:, :, column],
            rates=self.rates[:, column],
            source=self.source.select(column),
            stopped=self.stopped[column],
        )

    def found(self) -> dict[str, Array]:
        """What the rule has inside, called as it was: with all runs at once, or each alone if it is somebody's own."""
        try:
            return self.played(as_point=False)
        except Exception as error:
            if not any(map(runs_user_code, (self.optimizer, self.noise))):
                raise
            for as_point in (False, True):
                try:
                    made = [self.only(run).played(as_point) for run in range(self.points.shape[2])]
                except Exception:
                    continue
                return {name: np.concatenate([each[name] for each in made], axis=-1) for name in made[0]}
            raise error from None

    def played(self, as_point: bool) -> dict[str, Array]:
        """The same for all runs at once; as_point: for one, whose rule takes points (dim,)."""
        runs = self.points.shape[2]
        found: dict[str, list[Array]] = {}
        here = np.ascontiguousarray(self.points[0])
        state = self.optimizer.init(_given(here, as_point))
        memory = () if self.noise is None else self.noise.init(here)
        row = 0
        for step in range(int(self.numbers[-1])):
            gradient, memory = self._gradient(here, step, memory)
            optimizer, rate = self._at(step), float(self.rates[step, 0]) if as_point else self.rates[step]
            recorded = step == self.numbers[row]
            if recorded:
                before = rebuilt(state, lambda leaf: leaf.copy() if isinstance(leaf, np.ndarray) else leaf)
                resting = _given(np.zeros_like(gradient), as_point)
                without = optimizer.apply(_given(here, as_point), resting, before, rate)[0]
            moved, state = optimizer.apply(_given(here, as_point), _given(gradient, as_point), state, rate)
            there = np.reshape(moved, here.shape)
            if recorded:
                new = {"gradient": gradient, "step": there - here, "kept": np.reshape(without, here.shape) - here}
                if self.noise is not None:
                    new["exact_gradient"] = self.surface.gradient(here)
                for name, leaf in named_leaves(state):
                    part = np.asarray(leaf)[..., None] if as_point and np.ndim(leaf) else leaf
                    new[f"state.{name}" if name in TAKEN else name] = _column(part, runs)
                for name, values in new.items():
                    found.setdefault(name, []).append(values)
                row += 1
            here = self._arrived(there, step, row)
        # what a state has from its second step on only is left out
        return {name: np.array(values) for name, values in found.items() if len(values) == row}

    def _gradient(self, here: Array, step: int, memory: Any) -> tuple[Array, Any]:
        """(what the rule was given at params (dim, runs), the noise's memory for the next step)."""
        oracle = Oracle(self.surface, self.noise, self.source, None, step, len(self.rates), memory)
        return np.ascontiguousarray(oracle.gradient(here)), oracle.after

    def _at(self, step: int) -> Optimizer:
        """The rule with the hyper-parameters that it had at a step."""
        if not self.varied:
            return self.optimizer
        changed = {field: getattr(self.optimizer, field) * factors[step] for field, factors in self.varied.items()}
        return replaced(self.optimizer, **changed)

    def _arrived(self, there: Array, step: int, row: int) -> Array:
        """Where the next step begins: at the recorded point if there is one, which has to be where this one led."""
        if self.numbers[row] != step + 1:
            return np.ascontiguousarray(there)
        going = self.numbers[row] <= self.stopped
        if not np.allclose(there[:, going], self.points[row][:, going], rtol=1e-9, atol=1e-12):
            raise ValueError(f"{self.label}: cannot be replayed: step {step} leads elsewhere than recorded")
        return np.ascontiguousarray(self.points[row])


def _given(columns: Array, as_point: bool) -> Array:
    """Params (dim, runs) as a rule is given them."""
    return read_only(columns[:, 0] if as_point else columns)


def _obstacle(record: Record, track: Track) -> str:
    """Why a rule cannot be replayed on its recorded points, or nothing."""
    if track.steps[-1] > MOST_REPLAYED:
        return f"it made {track.steps[-1]:,} steps, more than {MOST_REPLAYED:,}"
    if not isinstance(track.optimizer, Optimizer):
        return "its rule asks for more than a gradient, or is not known"
    if track.schedule.reads_loss and len(track.steps) != track.steps[-1] + 1:
        return "its schedule read the loss, and not each of its steps was recorded"
    return ""


def named_leaves(state: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """(name, number or array) of every part of a state that is one; parts of parts have a dot between."""
    if isinstance(state, tuple):
        fields = getattr(state, "_fields", None) or [str(number) for number in range(len(state))]
        for field, part in zip(fields, state, strict=True):
            yield from named_leaves(part, f"{name}.{field}" if name else str(field))
    elif isinstance(state, (int, float, np.ndarray)):
        yield name or "state", state


def _column(leaf: Any, runs: int) -> Array:
    """A part of a state for every run: (runs,), or (..., runs)."""
    values = np.asarray(leaf, dtype=np.float64)
    return np.array(values if values.ndim and values.shape[-1] == runs else np.broadcast_to(values, (runs,)))
