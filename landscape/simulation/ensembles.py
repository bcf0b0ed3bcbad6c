"""Sum up all runs of an entrant part by part, so that memory holds a part of them at a time."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from landscape.core.component import Array
from landscape.core.methods import Noise, Schedule
from landscape.core.registry import registry
from landscape.core.surface import Surface
from landscape.record import STATUSES, Track
from landscape.record.ensemble import LEVELS, Ensemble
from landscape.simulation.entrants import Entrant, longest
from landscape.simulation.job import Job
from landscape.simulation.quantiles import Sketch

AT_ONCE = 128 << 20  # bytes of the tracks of one part
USUAL = ("loss", "gap", "gradient_norm")


def measures_of(names: Any, surface: Surface, noise: Noise | None) -> tuple[Any, ...]:
    """The measures of names; where None, those of `USUAL` that the surface has. ValueError for any without one."""
    known = registry("metric")
    if names is None:
        return tuple(made for made in map(known.build, USUAL) if _fits(made, surface))
    if isinstance(names, str) or not isinstance(names, Iterable):
        raise TypeError(f'quantiles must be a list of measures, such as ["loss", "distance"], got {names!r:.80}')
    listed = list(names)
    if not listed or not all(isinstance(name, str) for name in listed):
        raise TypeError(f"quantiles must be names of measures, at least one, got {listed!r:.80}")
    measures = tuple(map(known.build, listed))
    for at, made in enumerate(measures):
        if not made.each_step:
            raise ValueError(f'quantiles are of measures with a figure at each step, and "{made.name}" has one a run')
        if made in measures[:at]:
            raise ValueError(f'quantiles: the measure "{made.name}" is there twice')
        made.check_surface(surface)
        made.check_noise(noise)
    loss = known.build("loss")  # which pictures tell of
    return measures if loss in measures else (loss, *measures)


def check_alike(entrants: Iterable[Entrant]) -> None:
    """ValueError where an entrant's runs differ in a hyper-parameter: quantiles of them all would tell of none."""
    for each in entrants:
        if longest(each.optimizer) > 1:
            raise ValueError(
                f'keep: "{each.label}" has a hyper-parameter with a number for each run, and quantiles of all of them '
                "would tell of none: make each number an entrant, or use landscape.sweep"
            )


def _fits(measure: Any, surface: Surface) -> bool:
    try:
        measure.check_surface(surface)
    except ValueError:
        return False
    return True


def at_once(rows: int, dim: int, runs: int) -> int:
    """How many of the runs are simulated together."""
    return min(runs, max(2, AT_ONCE // (8 * rows * (dim + 6))))


def with_ensemble(
    job: Job,
    numbers: Array,
    entrant: Entrant,
    schedule: Schedule,
    measures: Sequence[Any],
    tick: Callable[[int], None],
) -> Track:
    """The track of a job's runs by one entrant, with the ensemble of those of other numbers, which are made in parts
    unless they are the same."""
    track = job.track(entrant, schedule, tick)
    parts: Iterable[Track] = [track]
    if not np.array_equal(job.numbers, numbers):
        many = at_once(len(job.rows), job.surface.dim, len(numbers))
        jobs = (dataclasses.replace(job, numbers=numbers[low : low + many]) for low in range(0, len(numbers), many))
        parts = (each.track(entrant, schedule, tick) for each in jobs)
    return dataclasses.replace(track, ensemble=_summed_up(parts, job.surface, measures, len(job.rows)))


def _summed_up(tracks: Iterable[Track], surface: Surface, measures: Sequence[Any], rows: int) -> Ensemble:
    """The runs of tracks that have the same rows."""
    sketches = {measure.name: Sketch(rows) for measure in measures}
    ends: Counter[str] = Counter()
    for track in tracks:
        ends.update(dict(zip(*_counted(track.status), strict=True)))
        for measure in measures:
            sketches[measure.name].add(measure.measure(track, surface))
    return Ensemble(
        ends.total(),
        {status: ends[status] for status in STATUSES},
        {name: sketch.quantiles(LEVELS) for name, sketch in sketches.items()},
        {name: sketch.means() for name, sketch in sketches.items()},
    )


def _counted(statuses: Array) -> tuple[list[str], list[int]]:
    names, counts = np.unique(statuses, return_counts=True)
    return names.tolist(), counts.tolist()


def kept_of(keep: Any, numbers: Array) -> Array:
    """The numbers of the runs that are recorded whole: as many as `keep` says from the first on, or those that it
    names."""
    if keep is None:
        return numbers
    if isinstance(keep, (int, np.integer)) and not isinstance(keep, bool):
        if not 1 <= keep <= len(numbers):
            raise ValueError(f"keep must be from 1 to {len(numbers):,}, the runs that there are, got {keep}")
        return numbers[:keep]
    try:
        chosen = np.array(list(keep))
    except TypeError:
        raise TypeError(f"keep must be how many runs to record whole, or their numbers, got {keep!r:.80}") from None
    if chosen.ndim != 1 or chosen.size == 0 or chosen.dtype.kind not in "iu":
        raise ValueError(f"keep must be whole numbers, at least one, got {keep!r:.80}")
    missing = chosen[~np.isin(chosen, numbers)]
    if missing.size:
        raise ValueError(f"keep: there is no run {missing[0]} among the {len(numbers):,} runs of the simulation")
    if len(np.unique(chosen)) < len(chosen):
        raise ValueError("keep: a run is there twice")
    return chosen
