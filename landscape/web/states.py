"""The state of a page, as a plain dict, turned back into what it stands for: a record.

record = raced(first, state)        # the race of a state of the page of `first`
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from landscape.core.component import Array, Component, replaced
from landscape.core.methods import Noise
from landscape.noises import REGISTRY as NOISES
from landscape.optimizers import REGISTRY as OPTIMIZERS
from landscape.record import Record
from landscape.schedules import REGISTRY as SCHEDULES
from landscape.simulation.entrants import Entrant, entrant
from landscape.simulation.simulate import simulate

KEPT = ("start", "view", "seed", "noise", "entrants", "batch", "repeats", "field", "relief", "inside", "basins",
        "rates", "quantity", "theory")  # fmt: skip


def kept(state: Mapping[str, Any]) -> dict[str, Any]:
    """What a reader may change of a state."""
    return {name: state[name] for name in KEPT if name in state}


def raced(first: Record, state: Mapping[str, Any], added: list[str], schedules: Mapping[str, str]) -> Record:
    """Simulate what a page of the record `first` shows in a state, hidden entrants left out.

    added: the rules that a reader may add to those of the record; schedules: those that may be chosen, by the names
    that the page gives them.
    """
    others = [each["start"] for each in state.get("others", []) if each["start"] is not None]
    points = [*dict.fromkeys(tuple(point) for point in [state["start"], *others])]
    whole = len(first.runs) == first.starts.shape[1] * first.repeats
    entrants = [_entrant(first, each, added, schedules) for each in state["entrants"] if each["shown"]]
    return simulate(
        first.surface,
        _apart(entrants),
        start=np.array(points).T,
        steps=int(state["steps"]),
        seed=int(state["seed"]),
        repeats=first.repeats,
        runs=None if whole else first.runs.tolist(),
        noise=_noise(first.noise, state),
        tolerance=state.get("tolerance"),
        title=first.title,
    )


def _entrant(first: Record, told: Mapping[str, Any], added: list[str], schedules: Mapping[str, str]) -> Entrant:
    number = int(told["of"])
    track = first.tracks[number] if number < len(first.tracks) else None
    rule = track.optimizer if track else OPTIMIZERS.build(added[number - len(first.tracks)])
    chosen = told["schedule"]
    schedule = SCHEDULES.build(schedules[chosen]) if chosen else track.schedule if track else None
    label = track.label if track else rule.name
    values = {**told["values"], **{name: _of_runs(first, told, name) for name in told.get("each", {})}}
    return entrant(_with(rule, values), schedule, label, schedules=dict(track.schedules) if track else {})


def _of_runs(first: Record, told: Mapping[str, Any], name: str) -> Array:
    """A number for each run: that of the first one, which the reader has in hand, and those of the others."""
    numbers = np.array([told["values"][name], *told["each"][name]], dtype=np.float64)
    total = first.starts.shape[1] * first.repeats
    if len(numbers) != total:
        raise ValueError(f"the page has {len(numbers)} of {total} runs, which have a {name} each: it is no race of all")
    return numbers


def _apart(entrants: list[Entrant]) -> list[Entrant]:
    """The entrants with labels that differ, as a reader may have one twice."""
    seen: dict[str, int] = {}
    made = []
    for each in entrants:
        label = str(each.label)
        seen[label] = seen.get(label, 0) + 1
        named = label if seen[label] == 1 else f"{label} ({seen[label]})"
        made.append(entrant(each.optimizer, each.schedule, named, schedules=dict(each.schedules)))
    return made


def _with(component: Any, values: Mapping[str, Any]) -> Any:
    """The component with other numbers: {"lr": 0.1, "optimizer.lr": 0.2}."""
    own: dict[str, Any] = {}
    for path, value in values.items():
        name, _, rest = path.partition(".")
        inner = own.get(name, getattr(component, name))
        own[name] = _with(inner, {rest: value}) if rest and isinstance(inner, Component) else value
    return replaced(component, **own) if own else component


def _noise(first: Noise | None, state: Mapping[str, Any]) -> Noise | None:
    levels = state["noise"]
    if first is None:
        return NOISES.build("gaussian", **levels) if any(levels.values()) else None
    batch = {"batch_size": int(state["batch"])} if state.get("batch") and first.name == "minibatch" else {}
    return replaced(_with(first, levels), **batch) if levels or batch else first
