"""Take a batch apart into entrants of their own: a rule whose runs differ in its hyper-parameters is several rules.

shown = apart(record)                 # adam with lr=[0.01, 0.1] becomes "adam, lr 0.01" and "adam, lr 0.1"
shown.tracks[0].share                 # 0.0 for the lowest value, 1.0 for the highest
"""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np

from landscape.analysis.selection import part_of
from landscape.core.component import Array, field_hints, replaced
from landscape.core.methods import Method
from landscape.i18n.numbers import number
from landscape.record import Record, Track
from landscape.simulation.array_engine import take

# How many entrants a record is taken apart into at most, and as how many each batch is shown at least.
MOST_PARTS = 24
LEAST_PARTS = 3
DIGITS = 12  # values that agree so far are one value


@dataclasses.dataclass(frozen=True, eq=False, repr=False)
class PartOfBatch(Track):
    """The runs of an entrant that share their hyper-parameters.

    whole: the label of the entrant; entrant: its number among those of the whole record; share: from 0.0 for the first
    of its parts to 1.0 for the last; values: how many there are of it, also those that are not shown.
    """

    whole: str = ""
    entrant: int = 0
    share: float = 0.0
    values: int = 1


def varied(record: Record, track: Track) -> dict[str, Array]:
    """The hyper-parameters in which an entrant's runs differ: name -> (runs,)."""
    rule, total = track.optimizer, record.starts.shape[1] * record.repeats
    found = {}
    for name in field_hints(type(rule)):
        value = getattr(rule, name)
        if isinstance(value, np.ndarray) and value.shape in ((total,), (len(record.runs),)):
            given = value[record.runs] if value.shape == (total,) and total > int(record.runs.max()) else value
            given = np.array([float(f"{each:.{DIGITS}g}") for each in given])
            if given.size == track.runs and np.ptp(given) > 0.0:
                found[name] = given
    return found


def groups(record: Record, track: Track) -> list[tuple[dict[str, float], Array]]:
    """(hyper-parameters, numbers of the runs (n,)) of those that share them, the lowest first; one where all do."""
    differ = varied(record, track)
    if not differ:
        return [({}, np.arange(track.runs))]
    keys, place = np.unique(np.array(list(differ.values())), axis=1, return_inverse=True)
    return [
        (dict(zip(differ, map(float, key), strict=True)), np.flatnonzero(place.ravel() == index))
        for index, key in enumerate(keys.T)
    ]


def apart(record: Record) -> Record:
    """The record with an entrant for each value of its batches of hyper-parameters; itself where it has none.

    Of batches of very many values, some that are spread evenly among them.
    """
    every = [groups(record, track) for track in record.tracks]
    if all(len(each) == 1 for each in every):
        return record
    most = max(LEAST_PARTS, MOST_PARTS // len(every))
    tracks: list[Track] = []
    for index, (track, found) in enumerate(zip(record.tracks, every, strict=True)):
        if len(found) == 1:
            tracks.append(_part(_once(track), track.label, track.optimizer, index, 0.5, 1))
            continue
        shown = sorted({round(at) for at in np.linspace(0, len(found) - 1, min(most, len(found)))})
        for turn, (values, runs) in enumerate(found[at] for at in shown):
            rule = _alike(take(track.optimizer, record.runs[runs], record.starts.shape[1] * record.repeats), values)
            label = ", ".join([track.label, *(f"{name} {number(value)}" for name, value in values.items())])
            share = turn / max(1, len(shown) - 1)
            tracks.append(_part(_once(part_of(track, runs)), label, rule, index, share, len(found)))
    return dataclasses.replace(record, tracks=tuple(tracks))


def left_out(record: Record) -> tuple[int, int]:
    """(shown, all) values of the batches that a record was taken apart into."""
    parts = [track for track in record.tracks if isinstance(track, PartOfBatch)]
    return len(parts), sum({part.entrant: part.values for part in parts}.values())


def _once(track: Track) -> Track:
    """The track with one run where all are the same."""
    first = np.broadcast_to(track.params[:, :, :1], track.params.shape)
    return part_of(track, np.arange(1)) if np.array_equal(track.params, first, equal_nan=True) else track


def _part(track: Track, label: str, rule: Any, entrant: int, share: float, values: int) -> PartOfBatch:
    fields = {field.name: getattr(track, field.name) for field in dataclasses.fields(Track)}
    fields |= {"label": label, "optimizer": rule}
    return PartOfBatch(**fields, whole=track.label, entrant=entrant, share=share, values=values)


def _alike(rule: Method, values: dict[str, float]) -> Method:
    """The rule with one value of each hyper-parameter, instead of one for each run."""
    return replaced(rule, **values)
