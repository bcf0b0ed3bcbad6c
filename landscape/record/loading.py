"""Load a record without running anything that this library does not own.

record = load("race.npz")
record = load("race.npz", trust=True)   # the code of somebody's own components is imported, and runs
"""

from __future__ import annotations

import dataclasses
import errno
import os
import struct
import warnings
import zipfile
import zlib
from collections.abc import Mapping
from typing import Any

import numpy as np

from landscape.core.component import Array, Component, field_hints
from landscape.core.methods import KINDS
from landscape.core.names import UnknownName, brief
from landscape.core.random import NEWEST
from landscape.core.user_code import NotFound, WithoutCode
from landscape.record.archive import FORMAT, MOST_ENTRANTS, Archive, Damaged, want
from landscape.record.components import DEEPEST, foreign, revived
from landscape.record.ensemble import STATUSES, Ensemble, check_table, shapes
from landscape.record.kept import KEPT, Kept, left_out
from landscape.record.record import ENGINES, PER_RUN, SERIES, Record, RecordError, Track
from landscape.record.tuning import Choice

OLDEST = 1  # the version of the streams of a record that does not say it
LONGEST_LIST = 1000  # items of a list in a rule's fields, where it is not one number for each run
COMPARED = 4  # points of a track at which what this process has under a surface's name is compared with the record

_PLAIN = ("steps", "repeats", "seed", "title", "scenario", "versions")
_KINDS = {"evaluations": "iu", "stopped": "iu", "status": "U"}

# what a file that is no record, or a damaged or a hostile one, makes of the modules that read it
_ERRORS = (
    Damaged,
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    RuntimeError,  # zipfile's word for methods and encryption that it does not know; and for what is nested too deeply
    LookupError,
    AttributeError,
    EOFError,
    TypeError,
    ValueError,
    ArithmeticError,
    MemoryError,
)


def load(path: str | os.PathLike[str], trust: bool = False) -> Record:
    """The record saved at `path`. RecordError if the file is not one; OSError if it cannot be read.

    Nothing is imported and run that is not this library's. A surface, rule, schedule or noise of somebody's own is the
    one that this process has registered, or has imported the module of, or was given. Otherwise something stands in for
    it: a surface with the values of its recorded program, so that it can be drawn and measured, or without any, where
    it did not record; a rule that has its name and fields and cannot run. trust: import the code of such components and
    bind it, which runs it; a warning names what cannot be found.
    """
    with open(path, "rb") as file:  # noqa: PTH123  its errors name the path as it was given
        try:
            archive = Archive(file)
            metadata = archive.metadata()
            if metadata.get("format") != FORMAT:
                reads = f"this version of landscape reads format {FORMAT}"
                raise RecordError(f"{path}: a record of format {brief(metadata.get('format')):.40}; {reads}")
            if metadata.get("stream", OLDEST) not in range(1, NEWEST + 1):
                known = f"this version of landscape knows streams up to version {NEWEST}"
                raise RecordError(f"{path}: its random streams have version {brief(metadata['stream']):.40}; {known}")
            record = _record(metadata, archive, trust)
        except RecordError:
            raise
        except NotFound as error:
            raise RecordError(f"{path}: {error}") from None
        except UnknownName as error:
            more = "If it is your own component, import the module that registers it first."
            raise RecordError(f"{path}: {error} {more}") from None
        except OSError as error:
            if error.errno not in (errno.EINVAL, None):
                raise
            raise RecordError(f"{path}: not a landscape record, or a damaged one ({error})") from None
        except _ERRORS as error:
            said = " ".join(str(error).split())[:300] or type(error).__name__
            raise RecordError(f"{path}: not a landscape record, or a damaged one ({said})") from None
    if trust and (missing := without_code(record)):
        warnings.warn(f"{path}: {', '.join(missing)} cannot be found to be bound again", stacklevel=2)
    return record


def without_code(record: Record) -> list[str]:
    """The names of the components of a record that were loaded without their own code."""
    return left_out(record._components())


def _record(metadata: dict[str, Any], archive: Archive, trust: bool) -> Record:
    stream, entrants = metadata.get("stream", OLDEST), metadata["entrants"]
    _check_metadata(metadata)
    dim = _check_shapes(archive, entrants)
    starts, numbers = archive.array("starts.npy"), archive.array("runs.npy")
    most = max(LONGEST_LIST, starts.shape[1] * metadata["repeats"])
    for entrant in entrants:
        _check_lists(entrant["optimizer"], most)
    tracks = [_track(archive, f"tracks/{k}", entrant, stream, trust) for k, entrant in enumerate(entrants)]
    points = [(track.params[row], track.value[row]) for track in tracks[:COMPARED] for row in (0, -1)]
    told = metadata["surface"].get("dim", dim) if isinstance(metadata["surface"], Mapping) else dim
    want(
        type(told) is not int or told == dim,
        f"starts of shape {starts.shape} on a surface of dim {brief(told):.40}",
    )

    def fits(surface: Any) -> bool:
        return surface.dim == dim and _fits(surface, points)

    surface = revived("surface", metadata["surface"], stream, trust, fits, _bare(starts, tracks))
    noise = None if metadata["noise"] is None else revived("noise", metadata["noise"], stream, trust)
    plain = {name: metadata[name] for name in _PLAIN}
    if trust and foreign(surface) and not fits(surface):
        warnings.warn(f"the code of {surface.name} has other values now than those that are recorded", stacklevel=3)
    record = Record(surface, tuple(tracks), starts, numbers, noise=noise, stream=stream, **plain)
    _check(record)
    return record


def _track(archive: Archive, place: str, entrant: Mapping[str, Any], stream: int, trust: bool) -> Track:
    arrays: dict[str, Any] = {name: archive.array(f"{place}/{name}.npy") for name in ("steps", *SERIES, *PER_RUN)}
    asked = {kind: archive.array(f"{place}/asked/{kind}.npy") for kind in entrant.get("asked", [])}
    seconds = archive.array(f"{place}/seconds.npy") if entrant.get("clock") else None
    others = {field: revived("schedule", table, stream, trust) for field, table in entrant.get("schedules", {}).items()}
    rule, schedule = (revived(kind, entrant[kind], stream, trust) for kind in ("optimizer", "schedule"))
    track = Track(entrant["label"], rule, schedule, **arrays, asked=asked, schedules=others, seconds=seconds)
    tuned = Choice.from_table(entrant["tuned"]) if "tuned" in entrant else None
    ensemble = None
    if table := entrant.get("ensemble"):
        names = [name for name, _ in shapes(table, len(track.steps))]
        ensemble = Ensemble.from_table(table, {name: archive.array(f"{place}/ensemble/{name}") for name in names})
    return dataclasses.replace(track, engine=entrant.get("engine", ENGINES[0]), tuned=tuned, ensemble=ensemble)


def _fits(surface: Any, points: list[tuple[Array, Array]]) -> bool:
    """Whether a surface has the recorded values, (params (dim, runs), value (runs,)), at a few of the points."""
    for params, value in points:
        try:
            with np.errstate(all="ignore"):
                found = np.array([float(surface.value(params[:, run])) for run in range(min(2, params.shape[1]))])
        except WithoutCode:
            return True
        except Exception:
            return False
        if not np.allclose(found, value[: len(found)], rtol=1e-6, atol=1e-9, equal_nan=True):
            return False
    return True


def _bare(starts: Array, tracks: list[Track]) -> dict[str, Any]:
    """What the numbers of a record say of a surface that is not known: its dimension, and a window that holds them."""
    everything = [starts, *(track.params.transpose(1, 0, 2).reshape(len(starts), -1) for track in tracks)]
    lows, highs = (
        np.min([a.min(axis=1) for a in everything], axis=0),
        np.max([a.max(axis=1) for a in everything], axis=0),
    )
    room = 0.1 * (highs - lows) + 0.1
    return {"dim": len(starts), "window": np.stack([lows - room, highs + room], axis=1).tolist()}


def _check_metadata(metadata: Mapping[str, Any]) -> None:
    """Damaged where the plain values are not those that a record has."""
    for name, lowest in {"steps": 1, "repeats": 1, "seed": 0}.items():
        number = metadata[name]
        want(type(number) is int and number >= lowest, f"{name} is {brief(number):.40}")
    for name in ("title", "scenario"):
        want(isinstance(metadata[name], str), f"{name} is not text")
    want(isinstance(metadata["versions"], dict), "versions is not a table")
    entrants = metadata["entrants"]
    want(isinstance(entrants, list) and 0 < len(entrants) <= MOST_ENTRANTS, "it has no entrants, or too many")
    for entrant in entrants:
        want(isinstance(entrant, dict) and isinstance(entrant["label"], str), f"an entrant is {brief(entrant):.60}")
        kinds = entrant.get("asked", [])
        want(
            isinstance(kinds, list) and set(kinds) <= set(KINDS),
            f"unknown kinds of evaluation {brief(kinds):.60}",
        )
        want(entrant.get("engine", ENGINES[0]) in ENGINES, f"unknown engine {brief(entrant.get('engine')):.60}")
        want(isinstance(entrant.get("schedules", {}), dict), "schedules is no table")
    want(len({entrant["label"] for entrant in entrants}) == len(entrants), "two entrants have one label")


def _check_shapes(archive: Archive, entrants: list[Any]) -> int:
    """The dimension, once all arrays have the types and shapes that fit together; none is read to see that."""

    def check(name: str, kinds: str, *wanted: int | None) -> tuple[int, ...]:
        kind, shape = archive.shape(name)
        fits = len(shape) == len(wanted) and all(b in (None, a) for a, b in zip(shape, wanted, strict=True))
        want(fits and 0 not in shape, f"{name} has shape {shape}, but needs {wanted}".replace("None", "any"))
        want(kind[1] in kinds, f"{name} has the type {kind}")
        return shape

    dim, _ = check("starts.npy", "f", None, None)
    (runs,) = check("runs.npy", "iu", None)
    for number, entrant in enumerate(entrants):
        place = f"tracks/{number}"
        (rows,) = check(f"{place}/steps.npy", "iu", None)
        for name in (*SERIES, *PER_RUN):
            shape = {"params": (rows, dim, runs), "status": (runs,), "stopped": (runs,)}.get(name, (rows, runs))
            check(f"{place}/{name}.npy", _KINDS.get(name, "f"), *shape)
        for kind in entrant.get("asked", []):
            check(f"{place}/asked/{kind}.npy", "iu", rows, runs)
        if entrant.get("clock"):
            check(f"{place}/seconds.npy", "f", rows)
        if "ensemble" in entrant:
            check_table(entrant["ensemble"], runs)
            for name, shape in shapes(entrant["ensemble"], rows):
                check(f"{place}/ensemble/{name}", "f", *shape)
    return dim


def _check_lists(table: Any, most: int, depth: int = 0) -> None:
    """Damaged where a list in the fields of a rule, or of one inside it, is longer than any that belongs there."""
    if isinstance(table, Mapping) and KEPT not in table and depth <= DEEPEST:
        for field, value in table.items():
            if isinstance(value, list):
                want(len(value) <= most, f"{brief(field):.40} of a rule has {len(value):,} items")
            _check_lists(value, most, depth + 1)


def _check_lengths(rule: Component, total: int) -> None:
    """Damaged where an array in the fields of a rule, or of one inside it, is not for that many runs."""
    for field in () if isinstance(rule, Kept) else field_hints(type(rule)):
        value = getattr(rule, field)
        if isinstance(value, Component):
            _check_lengths(value, total)
        fits = not isinstance(value, np.ndarray) or value.shape == (total,)
        want(fits, f"{rule.name}: {field} has shape {np.shape(value)}, and there are {total:,} runs")


def _check(record: Record) -> None:
    """Damaged if the parts of a record do not fit together."""
    starts, runs = record.starts, record.runs
    want(starts.shape[0] == record.surface.dim and _finite(starts), f"starts of shape {starts.shape}")
    want(runs.min() >= 0 and runs.max() < starts.shape[1] * record.repeats, "a run's number is out of range")
    for track in record:
        steps = track.steps
        ascend = steps[0] == 0 and steps[-1] <= record.steps and bool(np.all(np.diff(steps) > 0))
        want(ascend, "steps do not ascend from 0")
        want(_finite(track.params), f"{track.label}: params are not finite")
        _check_lengths(track.optimizer, starts.shape[1] * record.repeats)
        want(set(track.status.tolist()) <= set(STATUSES), f"{track.label}: unknown status")


def _finite(array: Array) -> bool:
    return bool(np.all(np.isfinite(array)))
