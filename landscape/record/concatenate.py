"""Join records of parts of the runs of one simulation.

parts = [simulate(..., repeats=1000, runs=range(low, low + 250)) for low in (0, 250, 500, 750)]
concatenate(parts)                     # == simulate(..., repeats=1000)
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from landscape.core.component import Array
from landscape.core.methods import KINDS
from landscape.record.record import PER_RUN, SERIES, Record, Track

_SHARED = ("surface", "noise", "steps", "repeats", "seed", "stream", "title", "scenario", "versions")
_OF_TRACKS = ("optimizer", "schedule", "schedules", "engine", "tuned")


def concatenate(records: Iterable[Record]) -> Record:
    """The record of all runs of several records, in the order of the runs' numbers.

    The records must be of one simulation: the same surface, noise, starts, seed, steps, repeats and entrants, each with
    other runs. `seconds` add up where all have them. ValueError says what differs, or which run is there twice.
    """
    listed = list(records)
    for number, record in enumerate(listed):
        if not isinstance(record, Record):
            raise TypeError(f"concatenate takes records, got {record!r:.80} as number {number}")
    if not listed:
        raise ValueError("concatenate needs at least one record, got none")
    for number, record in enumerate(listed[1:], 1):
        _check(listed[0], record, number)
    runs = np.concatenate([record.runs for record in listed])
    order = np.argsort(runs, kind="stable")
    runs = runs[order]
    if (twice := runs[1:][np.diff(runs) == 0]).size:
        where = [str(number) for number, record in enumerate(listed) if twice[0] in record.runs]
        raise ValueError(f"concatenate: run {twice[0]} is there more than once, in the records {', '.join(where)}")
    tracks = tuple(_joined([record.tracks[at] for record in listed], order) for at in range(len(listed[0])))
    return dataclasses.replace(listed[0], tracks=tracks, runs=runs)


def _check(first: Record, other: Record, number: int) -> None:
    """ValueError where a record is of another simulation than the first."""
    for each in (first, other):
        if any(track.ensemble is not None for track in each):
            raise ValueError("concatenate: a record holds quantiles of all its runs, which cannot be joined")
    for name in _SHARED:
        one, two = getattr(first, name), getattr(other, name)
        if one != two:
            raise _differs(number, name, one, two)
    if not np.array_equal(first.starts, other.starts):
        raise _differs(number, "starts", first.starts.shape, other.starts.shape)
    if first.labels != other.labels:
        raise _differs(number, "entrants", list(first.labels), list(other.labels))
    for one_track, two_track in zip(first, other, strict=True):
        for name in _OF_TRACKS:
            one, two = getattr(one_track, name), getattr(two_track, name)
            if one != two:
                raise _differs(number, f'{name} of "{one_track.label}"', one, two)
        if not np.array_equal(one_track.steps, two_track.steps):
            rows = [f"{len(track.steps)} rows" for track in (one_track, two_track)]
            raise _differs(number, f'recorded steps of "{one_track.label}"', *rows)


def _differs(number: int, name: str, one: Any, two: Any) -> ValueError:
    texts = [text if len(text := str(each)) <= 80 else text[:77] + "..." for each in (one, two)]
    said = " and ".join(texts) if texts[0] != texts[1] else "not the same values"
    return ValueError(
        f"concatenate: records 0 and {number} are not parts of one simulation, as they differ in their {name}: {said}"
    )


def _joined(tracks: Sequence[Track], order: Array) -> Track:
    """One track of the runs of several, in an order."""
    made = {name: np.concatenate([getattr(track, name) for track in tracks], axis=-1)[..., order]
            for name in (*SERIES, *PER_RUN)}  # fmt: skip
    kinds = [kind for kind in KINDS if any(kind in track.asked for track in tracks)]
    asked = {
        kind: np.concatenate([track.asked.get(kind, np.zeros(track.value.shape, np.int64)) for track in tracks], axis=1)
        for kind in kinds
    }
    seconds = [track.seconds for track in tracks]
    total = None if any(each is None for each in seconds) else np.sum(seconds, axis=0)  # type: ignore[arg-type]
    every: Any = {**made, "asked": {kind: count[:, order] for kind, count in asked.items()}, "seconds": total}
    return dataclasses.replace(tracks[0], **every)
