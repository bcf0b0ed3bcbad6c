"""Records of simulations: every run of every entrant, saved completely or not at all, and equal when loaded again.

    record = ls.simulate("rosenbrock", ["sgd", "adam"], start=(-1.5, 2.0), steps=500)
    record["adam"].params          # (rows, dim, runs)
    record.save("race.npz")
    ls.load("race.npz") == record  # True

The file is a NumPy .npz with a `metadata.json` inside: anything that reads zip files can read it. The same simulation
gives the same bytes.
"""

from __future__ import annotations

import dataclasses
import json
import os
import platform
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from landscape._version import __version__
from landscape.core.component import Array, FieldError
from landscape.core.extras import library
from landscape.core.files import add_entry, atomic_write, npy_array, npy_bytes
from landscape.core.methods import KINDS, Method, Noise, Schedule
from landscape.core.names import UnknownName
from landscape.core.random import NEWEST
from landscape.core.registry import from_table, to_table
from landscape.core.surface import Surface
from landscape.core.user_code import NotFound

if TYPE_CHECKING:
    import pandas
    import xarray

FORMAT = 1
OLDEST = 1  # the version of the streams of a record that does not say it
STATUSES = ("finished", "converged", "diverged")

# what a track stores per row, in file order; the compressible ones are deflated
_SERIES = ("params", "value", "gradient_norm", "lr", "evaluations")
_PER_RUN = ("status", "stopped")
_DEFLATED = ("lr", "evaluations", "status", "stopped")


class RecordError(ValueError):
    """A file is not a record, or not one that this version can read."""


def versions() -> dict[str, str]:
    """The versions of the software that computed the numbers in a record."""
    return {"landscape": __version__, "numpy": np.__version__, "python": platform.python_version()}


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
    seconds: (rows,), how long all runs together took, where the clock was on; else None.
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

    def __repr__(self) -> str:
        return (
            f"<Track: {_listed([self.label])}, {len(self.steps)} rows, {self.runs} run{'s' if self.runs > 1 else ''}>"
        )

    @property
    def runs(self) -> int:
        """How many runs: starts x repeats."""
        return int(self.params.shape[2])

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Track):
            return NotImplemented
        arrays = ("steps", *_SERIES, *_PER_RUN)
        plain = ("label", "optimizer", "schedule", "schedules")
        return (
            all(getattr(self, name) == getattr(other, name) for name in plain)
            and all(np.array_equal(getattr(self, name), getattr(other, name)) for name in arrays)
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

    def __repr__(self) -> str:
        runs = f"{len(self.runs)} run" + ("s" if len(self.runs) > 1 else "")
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
        """Write the record to `path`, completely or not at all. OSError if that fails."""
        metadata = json.dumps(self._metadata(), indent=1, ensure_ascii=False, allow_nan=False)
        with atomic_write(path) as file, zipfile.ZipFile(file, "w") as archive:
            add_entry(archive, "metadata.json", metadata.encode(), deflated=True)
            add_entry(archive, "starts.npy", npy_bytes(self.starts))
            add_entry(archive, "runs.npy", npy_bytes(self.runs), deflated=True)
            for number, track in enumerate(self.tracks):
                add_entry(archive, f"tracks/{number}/steps.npy", npy_bytes(track.steps), deflated=True)
                for name in (*_SERIES, *_PER_RUN):
                    data = npy_bytes(getattr(track, name))
                    add_entry(archive, f"tracks/{number}/{name}.npy", data, deflated=name in _DEFLATED)
                if track.seconds is not None:
                    add_entry(archive, f"tracks/{number}/seconds.npy", npy_bytes(track.seconds))
                for kind, count in track.asked.items():
                    add_entry(archive, f"tracks/{number}/asked/{kind}.npy", npy_bytes(count), deflated=True)
        return Path(path)

    def to_xarray(self) -> xarray.Dataset:
        """An xarray Dataset with dimensions (entrant, step, coordinate, run). Needs the extra `data`."""
        xarray = library("xarray", "an xarray Dataset")
        dims = {"params": ("entrant", "step", "coordinate", "run")}
        data: dict[str, Any] = {
            name: (
                dims.get(name, ("entrant", "step", "run")),
                np.stack([getattr(t, name) for t in self.tracks]),
            )
            for name in _SERIES
        }
        for name in _PER_RUN:
            data[name] = (("entrant", "run"), np.stack([getattr(t, name) for t in self.tracks]))
        return xarray.Dataset(
            data,
            coords={
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
            for name in _SERIES[1:]:
                columns[name] = getattr(track, name).ravel()
            columns["status"] = np.tile(track.status, rows)
            for name, values in (more(self, track.label) if more else {}).items():
                padded = np.concatenate([values, np.full_like(values[:1], np.nan)])
                parts = {name: padded} if padded.ndim == 2 else {f"{name}{i}": padded[:, i] for i in range(dim)}
                columns |= {each: part.ravel() for each, part in parts.items()}
            frames.append(pandas.DataFrame(columns))
        return pandas.concat(frames, ignore_index=True)

    def _metadata(self) -> dict[str, Any]:
        return {
            "format": FORMAT,
            "title": self.title,
            "surface": to_table(self.surface),
            "noise": None if self.noise is None else to_table(self.noise),
            "seed": self.seed,
            "stream": self.stream,
            "steps": self.steps,
            "repeats": self.repeats,
            "entrants": [_entrant(track) for track in self.tracks],
            "versions": dict(self.versions),
            "scenario": self.scenario,
        }


def load(path: str | os.PathLike[str]) -> Record:
    """The record saved at `path`. RecordError if the file is not one; OSError if it cannot be read."""
    try:
        with zipfile.ZipFile(path) as archive:
            metadata = json.loads(archive.read("metadata.json"))
            if metadata["format"] != FORMAT:
                reads = f"this version of landscape reads format {FORMAT}"
                raise RecordError(f"{path}: a record of format {metadata['format']}; {reads}")
            if metadata.get("stream", OLDEST) not in range(1, NEWEST + 1):
                known = f"this version of landscape knows streams up to version {NEWEST}"
                raise RecordError(f"{path}: its random streams have version {metadata['stream']!r}; {known}")
            record = _record(metadata, archive)
            _check(record)
            return record
    except (
        zipfile.BadZipFile,
        zlib.error,
        RuntimeError,  # zipfile's word for methods and encryption that it does not know
        LookupError,
        AttributeError,
        EOFError,
        TypeError,
        json.JSONDecodeError,
        UnicodeDecodeError,
    ) as error:
        raise RecordError(f"{path}: not a landscape record, or a damaged one ({error})") from None
    except NotFound as error:
        raise RecordError(f"{path}: {error}") from None
    except UnknownName as error:
        more = "If it is your own component, import the module that registers it first."
        raise RecordError(f"{path}: {error} {more}") from None
    except (FieldError, _Damaged) as error:
        raise RecordError(f"{path}: not a landscape record, or a damaged one ({error})") from None


def _record(metadata: dict[str, Any], archive: zipfile.ZipFile) -> Record:
    tracks, stream = [], metadata.get("stream", OLDEST)
    for number, entrant in enumerate(metadata["entrants"]):
        arrays = {name: npy_array(archive, f"tracks/{number}/{name}.npy") for name in ("steps", *_SERIES, *_PER_RUN)}
        optimizer = from_table("optimizer", entrant["optimizer"])
        schedule = from_table("schedule", entrant["schedule"])
        kinds = entrant.get("asked", [])
        asked = {kind: npy_array(archive, f"tracks/{number}/asked/{kind}.npy") for kind in kinds}
        others = {field: from_table("schedule", table) for field, table in entrant.get("schedules", {}).items()}
        seconds = npy_array(archive, f"tracks/{number}/seconds.npy") if entrant.get("clock") else None
        track = Track(entrant["label"], optimizer, schedule, **arrays, asked=asked, schedules=others, seconds=seconds)
        tracks.append(track)
    return Record(
        surface=from_table("surface", metadata["surface"], stream),
        tracks=tuple(tracks),
        starts=npy_array(archive, "starts.npy"),
        runs=npy_array(archive, "runs.npy"),
        noise=None if metadata["noise"] is None else from_table("noise", metadata["noise"]),
        stream=stream,
        **{name: metadata[name] for name in ("steps", "repeats", "seed", "title", "scenario", "versions")},
    )


def _listed(labels: Sequence[str]) -> str:
    """The labels in one short line: "adam, sgd and 12 more"."""
    shown = [" ".join(label.split()) for label in labels]
    shown = [label if len(label) <= 60 else f"{label[:59]}…" for label in shown]
    count = next(n for n in range(len(shown), 0, -1) if n == 1 or sum(map(len, shown[:n])) <= 90)
    return ", ".join(shown[:count]) + (f" and {len(shown) - count} more" if count < len(shown) else "")


def _entrant(track: Track) -> dict[str, Any]:
    """The metadata of a track; keys that most tracks do not need are left out."""
    table: dict[str, Any] = {
        "label": track.label,
        "optimizer": to_table(track.optimizer),
        "schedule": to_table(track.schedule),
    }
    if track.asked:
        table["asked"] = list(track.asked)
    if track.seconds is not None:
        table["clock"] = True
    if track.schedules:
        table["schedules"] = {field: to_table(schedule) for field, schedule in track.schedules.items()}
    return table


class _Damaged(Exception):
    """The content of a file cannot have been saved by a Record."""


def _check(record: Record) -> None:
    """_Damaged if the parts of a record do not fit together."""
    dim, planned = record.surface.dim, record.steps
    for name, lowest in {"steps": 1, "repeats": 1, "seed": 0}.items():
        number = getattr(record, name)
        _want(type(number) is int and number >= lowest, f"{name} is {number!r}")
    for name in ("title", "scenario"):
        _want(isinstance(getattr(record, name), str), f"{name} is not text")
    _want(isinstance(record.versions, dict), "versions is not a table")
    _want(len(record.tracks) > 0, "it has no entrants")
    starts, runs = record.starts, record.runs
    _want(starts.ndim == 2 and starts.shape[0] == dim and _finite(starts), f"starts of shape {starts.shape}")
    _want(runs.ndim == 1 and runs.size > 0 and runs.dtype.kind in "iu", f"runs of shape {runs.shape}")
    _want(runs.min() >= 0 and runs.max() < starts.shape[1] * record.repeats, "a run's number is out of range")
    _want(len(set(record.labels)) == len(record.tracks), "two entrants have one label")
    for track in record:
        steps, rows = track.steps, len(track.steps)
        _want(isinstance(track.label, str), f"the label {track.label!r}")
        _want(steps.ndim == 1 and rows > 0 and steps.dtype.kind in "iu", f"steps of shape {steps.shape}")
        _want(steps[0] == 0 and steps[-1] <= planned and bool(np.all(np.diff(steps) > 0)), "steps do not ascend from 0")
        for name in (*_SERIES, *_PER_RUN):
            array = getattr(track, name)
            shape = {"params": (rows, dim, len(runs)), "status": (len(runs),), "stopped": (len(runs),)}
            wanted, kinds = shape.get(name, (rows, len(runs))), _KINDS.get(name, "f")
            _want(array.shape == wanted, f"{track.label}: {name} has shape {array.shape}, but needs {wanted}")
            _want(array.dtype.kind in kinds, f"{track.label}: {name} has the type {array.dtype}")
        if track.seconds is not None:
            fits = track.seconds.shape == (rows,) and track.seconds.dtype.kind == "f"
            _want(fits, f"{track.label}: seconds has shape {track.seconds.shape}")
        for kind, count in track.asked.items():
            _want(kind in KINDS, f"{track.label}: unknown kind of evaluation {kind!r}")
            fits = count.shape == (rows, len(runs)) and count.dtype.kind in "iu"
            _want(fits, f"{track.label}: asked/{kind} has shape {count.shape}, {count.dtype}")
        _want(_finite(track.params), f"{track.label}: params are not finite")
        _want(set(track.status.tolist()) <= set(STATUSES), f"{track.label}: unknown status")


_KINDS = {"evaluations": "iu", "stopped": "iu", "status": "U"}


def _finite(array: Array) -> bool:
    return array.dtype.kind == "f" and bool(np.all(np.isfinite(array)))


def _want(fits: bool, otherwise: str) -> None:
    if not fits:
        raise _Damaged(otherwise)
