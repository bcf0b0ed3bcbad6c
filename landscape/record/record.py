"""The results of a simulation, and how they are saved: see `landscape.record`."""

from __future__ import annotations

import dataclasses
import os
import platform
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from landscape._version import __version__
from landscape.core.component import Array
from landscape.core.extras import library
from landscape.core.files import atomic_write
from landscape.core.methods import Method, Noise, Schedule
from landscape.core.names import UnknownName
from landscape.core.random import NEWEST
from landscape.core.surface import Surface
from landscape.core.user_code import WithoutCode
from landscape.record.archive import FORMAT, MOST_ENTRANTS, write
from landscape.record.components import not_kept, written
from landscape.record.ensemble import LEVELS, Ensemble
from landscape.record.tuning import Choice

if TYPE_CHECKING:
    import pandas
    import xarray

ENGINES = ("numpy", "numba")  # that compute a record

# what a track stores per row, in file order; the compressible ones are deflated
SERIES = ("params", "value", "gradient_norm", "lr", "evaluations")
PER_RUN = ("status", "stopped")
_DEFLATED = ("lr", "evaluations", "status", "stopped")


class RecordError(ValueError):
    """A file is not a record, or not one that this version can read."""


def versions() -> dict[str, str]:
    """The versions of the software that computed the numbers in a record."""
    return {"landscape": __version__, "numpy": np.__version__, "python": platform.python_version()}


def _equal(one: Array, other: Array) -> bool:
    """Whether two arrays are the same; what is not known, a rate for one, is nan in both."""
    return np.array_equal(one, other, equal_nan=one.dtype.kind == "f")


@dataclasses.dataclass(frozen=True, eq=False, repr=False)
class Track:
    """One entrant's runs.

    steps: (rows,) the step number of each row, 0 first; params: (rows, dim, runs); value, gradient_norm: (rows, runs),
    free of noise; lr: (rows, runs), the rate in force at that step; evaluations: (rows, runs), evaluations so far: a
    loss, a gradient or a product of the Hessian with a vector counts as one, a Hessian as `dim`; status: (runs,)
    "finished", "converged" or "diverged"; stopped: (runs,) the step at which a run stopped. From there on its rows
    repeat its last good point.

    asked: how often a rule that needs more than one gradient a step has evaluated each of "value", "gradient",
    "product" and "hessian": (rows, runs); empty for the others. schedules: those of hyper-parameters beside the rate.
    seconds: (rows,), how long all runs together took, where the clock was on; else None. engine: "numpy" or "numba",
    which computed it. tuned: how its hyper-parameters were chosen, where `landscape.tune` did. ensemble: quantiles of
    all runs of the simulation, where only some of them are recorded.
    """

    label: str
    optimizer: Method
    schedule: Schedule
    steps: Array
    params: Array
    value: Array
    gradient_norm: Array
    lr: Array
    evaluations: Array
    status: Array
    stopped: Array
    asked: Mapping[str, Array] = dataclasses.field(default_factory=dict)
    schedules: Mapping[str, Schedule] = dataclasses.field(default_factory=dict)
    seconds: Array | None = None
    engine: str = ENGINES[0]
    tuned: Choice | None = None
    ensemble: Ensemble | None = None

    def __repr__(self) -> str:
        runs = _of_all(self.runs, self.all_runs)
        return f"<Track: {_listed([self.label])}, {len(self.steps)} rows, {runs}>"

    @property
    def runs(self) -> int:
        """How many runs: starts x repeats."""
        return int(self.params.shape[2])

    @property
    def all_runs(self) -> int:
        """How many runs were made: those that are recorded, or all that its ensemble tells of."""
        return self.runs if self.ensemble is None else self.ensemble.runs

    @property
    def diverged(self) -> int:
        """How many of all runs diverged."""
        return int(np.sum(self.status == "diverged")) if self.ensemble is None else self.ensemble.ends["diverged"]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Track):
            return NotImplemented
        arrays = ("steps", *SERIES, *PER_RUN)
        plain = ("label", "optimizer", "schedule", "schedules", "tuned", "ensemble")
        return (
            all(getattr(self, name) == getattr(other, name) for name in plain)
            and all(_equal(getattr(self, name), getattr(other, name)) for name in arrays)
            and np.array_equal(self.seconds, other.seconds)  # type: ignore[arg-type]
            and self.asked.keys() == other.asked.keys()
            and all(np.array_equal(count, other.asked[kind]) for kind, count in self.asked.items())
        )

    __hash__ = None  # type: ignore[assignment]


@dataclasses.dataclass(frozen=True, eq=False, repr=False)
class Record:
    """The results of one simulation, and what is needed to repeat it.

    starts: (dim, starts); runs: (runs,) the number of each run, start-major then repeats
    (run = start * repeats + repeat); steps: how many were planned; stream: the version of the streams that noise, rules
    and starts were drawn from; title, scenario: the scenario's claim and its text.
    """

    surface: Surface
    tracks: tuple[Track, ...]
    starts: Array
    runs: Array
    steps: int
    repeats: int = 1
    seed: int = 0
    noise: Noise | None = None
    title: str = ""
    scenario: str = ""
    versions: Mapping[str, str] = dataclasses.field(default_factory=versions)
    stream: int = NEWEST

    @property
    def has_surface(self) -> bool:
        """Whether the surface has values, so that it can be drawn: not without its code where that did not record."""
        try:
            self.surface.value(self.starts[:, 0])
        except WithoutCode:
            return False
        return True

    def __repr__(self) -> str:
        runs = _of_all(len(self.runs), self.tracks[0].all_runs)
        return f"<Record: {_listed(self.labels)} on {self.surface.name}, {self.steps} steps, {runs}>"

    @property
    def labels(self) -> tuple[str, ...]:
        """The entrants' labels, in the order in which they were given."""
        return tuple(track.label for track in self.tracks)

    def __getitem__(self, label: str) -> Track:
        for track in self.tracks:
            if track.label == label:
                return track
        raise UnknownName("entrant", label, self.labels)

    def __iter__(self) -> Iterator[Track]:
        return iter(self.tracks)

    def __len__(self) -> int:
        return len(self.tracks)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Record):
            return NotImplemented
        plain = ("surface", "steps", "repeats", "seed", "stream", "noise", "title", "scenario", "versions", "tracks")
        return all(getattr(self, name) == getattr(other, name) for name in plain) and all(
            np.array_equal(getattr(self, name), getattr(other, name)) for name in ("starts", "runs")
        )

    __hash__ = None  # type: ignore[assignment]

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the record to `path`, completely or not at all. OSError if that fails.

        Code of your own is not saved: a warning names the components whose code a record does not have. Of a surface,
        the program that its code records is.
        """
        if len(self) > MOST_ENTRANTS:
            raise ValueError(f"a record holds at most {MOST_ENTRANTS:,} entrants, got {len(self):,}")
        lost = not_kept(self._components())
        if lost:
            warnings.warn(f"{Path(path).name}: {_lost(lost)}", stacklevel=2)
        metadata = self._metadata()
        with atomic_write(path) as file:
            write(file, metadata, self._arrays())
        return Path(path)

    def to_xarray(self) -> xarray.Dataset:
        """An xarray Dataset with dimensions (entrant, step, coordinate, run). Needs the extra `data`.

        Where tracks have an ensemble, also its quantiles, `loss_quantiles` (entrant, step, level), and means.
        """
        xarray = library("xarray", "an xarray Dataset")
        dims = {"params": ("entrant", "step", "coordinate", "run")}
        data: dict[str, Any] = {
            name: (
                dims.get(name, ("entrant", "step", "run")),
                np.stack([getattr(t, name) for t in self.tracks]),
            )
            for name in SERIES
        }
        for name in PER_RUN:
            data[name] = (("entrant", "run"), np.stack([getattr(t, name) for t in self.tracks]))
        ensembles = [track.ensemble for track in self.tracks if track.ensemble is not None]
        levels = {}
        if len(ensembles) == len(self.tracks):
            levels["level"] = LEVELS
            data["all_runs"] = ("entrant", [each.runs for each in ensembles])
            for name in ensembles[0].quantiles:
                quantiles, means = ([each[name] for each in listed] for listed in
                                    ([e.quantiles for e in ensembles], [e.means for e in ensembles]))  # fmt: skip
                data[f"{name}_quantiles"] = (("entrant", "step", "level"), np.stack(quantiles))
                data[f"{name}_mean"] = (("entrant", "step"), np.stack(means))
        return xarray.Dataset(
            data,
            coords={
                **levels,
                "entrant": list(self.labels),
                "step": self.tracks[0].steps,
                "run": self.runs,
                "start": ("run", self.runs // self.repeats),
                "repeat": ("run", self.runs % self.repeats),
            },
            attrs={
                "title": self.title,
                "scenario": self.scenario,
                "seed": self.seed,
                "stream": self.stream,
                **self.versions,
            },
        )

    def to_dataframe(self, more: Callable[[Record, str], Mapping[str, Array]] | None = None) -> pandas.DataFrame:
        """A long pandas DataFrame: one row per entrant, step and run. Needs the extra `data`.

        more: what else to put into columns, (steps, runs) or (steps, dim, runs) for a record and a label, nothing in
        the last row: `record.to_dataframe(landscape.inside)`.
        """
        pandas = library("pandas", "a pandas DataFrame")
        frames = []
        for track in self.tracks:
            rows, dim, runs = track.params.shape
            columns: dict[str, Any] = {
                "entrant": track.label,
                "step": np.repeat(track.steps, runs),
                "run": np.tile(self.runs, rows),
                "start": np.tile(self.runs // self.repeats, rows),
                "repeat": np.tile(self.runs % self.repeats, rows),
            }
            for index in range(dim):
                columns[f"p{index}"] = track.params[:, index, :].ravel()
            for name in SERIES[1:]:
                columns[name] = getattr(track, name).ravel()
            columns["status"] = np.tile(track.status, rows)
            for name, values in (more(self, track.label) if more else {}).items():
                padded = np.concatenate([values, np.full_like(values[:1], np.nan)])
                parts = {name: padded} if padded.ndim == 2 else {f"{name}{i}": padded[:, i] for i in range(dim)}
                columns |= {each: part.ravel() for each, part in parts.items()}
            frames.append(pandas.DataFrame(columns))
        return pandas.concat(frames, ignore_index=True)

    def _components(self) -> list[Any]:
        """The surface, the noise and what each entrant is made of."""
        rules = [part for track in self for part in (track.optimizer, track.schedule, *track.schedules.values())]
        return [self.surface, *([] if self.noise is None else [self.noise]), *rules]

    def _arrays(self) -> Iterator[tuple[str, Array, bool]]:
        """(name, array, whether it is packed) of all that is in the file."""
        yield "starts.npy", self.starts, False
        yield "runs.npy", self.runs, True
        for number, track in enumerate(self.tracks):
            yield f"tracks/{number}/steps.npy", track.steps, True
            for name in (*SERIES, *PER_RUN):
                yield f"tracks/{number}/{name}.npy", getattr(track, name), name in _DEFLATED
            if track.seconds is not None:
                yield f"tracks/{number}/seconds.npy", track.seconds, False
            for kind, count in track.asked.items():
                yield f"tracks/{number}/asked/{kind}.npy", count, True
            for name, array in () if track.ensemble is None else track.ensemble.arrays():
                yield f"tracks/{number}/ensemble/{name}", array, False

    def _metadata(self) -> dict[str, Any]:
        return {
            "format": FORMAT,
            "title": self.title,
            "surface": written(self.surface),
            "noise": None if self.noise is None else written(self.noise),
            "seed": self.seed,
            "stream": self.stream,
            "steps": self.steps,
            "repeats": self.repeats,
            "entrants": [_entrant(track) for track in self.tracks],
            "versions": dict(self.versions),
            "scenario": self.scenario,
        }


def _of_all(runs: int, every: int) -> str:
    return f"{runs:,} of {every:,} runs" if every > runs else f"{runs} run{'s' if runs > 1 else ''}"


def _listed(labels: Sequence[str]) -> str:
    """The labels in one short line: "adam, sgd and 12 more"."""
    shown = [" ".join(label.split()) for label in labels]
    shown = [label if len(label) <= 60 else f"{label[:59]}…" for label in shown]
    count = next(n for n in range(len(shown), 0, -1) if n == 1 or sum(map(len, shown[:n])) <= 90)
    return ", ".join(shown[:count]) + (f" and {len(shown) - count} more" if count < len(shown) else "")


def _lost(names: Mapping[str, bool]) -> str:
    """What is said where code is not saved; names: name -> whether it can be imported again."""
    told = [
        f"{_listed([name for name, can in names.items() if can is found])} ({words})"
        for found, words in (
            (True, "to be bound again by trust=True (--trust), or where registered or imported already"),
            (
                False,
                "in this process alone, as no other can import it and make it again",
            ),
        )
        if found in names.values()
    ]
    return f"the record holds what was computed, and not the code of {'; '.join(told)}"


def _entrant(track: Track) -> dict[str, Any]:
    """The metadata of a track; keys that most tracks do not need are left out."""
    table: dict[str, Any] = {
        "label": track.label,
        "optimizer": written(track.optimizer),
        "schedule": written(track.schedule),
    }
    if track.asked:
        table["asked"] = list(track.asked)
    if track.seconds is not None:
        table["clock"] = True
    if track.engine != ENGINES[0]:
        table["engine"] = track.engine
    if track.tuned is not None:
        table["tuned"] = track.tuned.to_table()
    if track.ensemble is not None:
        table["ensemble"] = track.ensemble.to_table()
    if track.schedules:
        table["schedules"] = {field: written(schedule) for field, schedule in track.schedules.items()}
    return table
