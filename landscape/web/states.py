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
from landscape.web.contents import shown_runs
from landscape.web.typed import is_typed, typed_rule, typed_surface

KEPT = ("formula", "rules", "start", "others", "view", "seed", "noise", "entrants", "batch", "repeats", "field",
        "relief", "inside", "basins", "rates", "quantity", "theory", "step", "hide", "predict", "slide")  # fmt: skip


def kept(state: Mapping[str, Any]) -> dict[str, Any]:
    """What a reader may change of a state."""
    return {name: state[name] for name in KEPT if name in state}


def raced(first: Record, state: Mapping[str, Any], added: list[str], schedules: Mapping[str, str]) -> Record:
    """Simulate what a page of the record `first` shows in a state, hidden entrants left out.

    added: the rules that a reader may add to those of the record; schedules: those that may be chosen, by the names
    that the page gives them.
    """
    starts, runs = _runs(first, state)
    total = starts.shape[1] * first.repeats
    entrants = [
        _entrant(first, each, added, schedules, total, state["rules"]) for each in state["entrants"] if each["shown"]
    ]
    surface = typed_surface(state["formula"], state["window"]) if state["formula"] else first.surface
    return simulate(
        surface,
        _apart(entrants),
        start=starts,
        steps=int(state["steps"]),
        seed=int(state["seed"]),
        repeats=first.repeats,
        runs=None if len(runs) == total else runs,
        noise=_noise(first.noise, state),
        tolerance=state.get("tolerance"),
        title=first.title,
        stream=first.stream,
    )


def _runs(first: Record, state: Mapping[str, Any]) -> tuple[Array, list[int]]:
    """The starts, (2, starts), and the numbers of the runs: the record's, those moved that a reader has moved, with
    those that were added and without those that were taken away."""
    shown = {int(state["run"]): state["start"], **{int(each["run"]): each["start"] for each in state["others"]}}
    gone = set(shown_runs(first)) - set(shown)
    runs = sorted({*first.runs.tolist(), *shown} - gone)
    starts = np.full((2, max(first.starts.shape[1], runs[-1] // first.repeats + 1)), 0.0)
    starts[:, : first.starts.shape[1]] = first.starts
    for run, start in shown.items():
        if start is not None:
            starts[:, run // first.repeats] = start
    used = max(run // first.repeats for run in runs) + 1
    return starts[:, :used], runs


def _entrant(
    first: Record,
    told: Mapping[str, Any],
    added: list[str],
    schedules: Mapping[str, str],
    total: int,
    rules: list[str],
) -> Entrant:
    number = int(told["of"])
    track = first.tracks[number] if number < len(first.tracks) else None
    own = number - len(first.tracks) - len(added)
    if own >= 0:
        rule = typed_rule(rules[own], told["values"])
    else:
        rule = track.optimizer if track else OPTIMIZERS.build(added[number - len(first.tracks)])
    values = {**told["values"], **{name: _of_runs(first, told, name, total) for name in told.get("each", {})}}
    if own < 0 and is_typed(rule):
        known: Any = rule
        rule, values = typed_rule(known.text, {**known.parameters, "lr": known.lr, **values}), {}
    chosen = told["schedule"]
    schedule = SCHEDULES.build(schedules[chosen]) if chosen else track.schedule if track else None
    label = track.label if track else rule.name if own < 0 else f"my rule {own + 1}"
    return entrant(
        _with(rule, values) if own < 0 else rule, schedule, label, schedules=dict(track.schedules) if track else {}
    )


def _of_runs(first: Record, told: Mapping[str, Any], name: str, total: int) -> Array:
    """A number for each run: that of the first one, which the reader has in hand and added runs have too, and those of
    the others."""
    runs = shown_runs(first)
    if len(runs) != len(first.runs):
        raise ValueError(
            f"the page has {len(runs)} of {len(first.runs)} runs, which have a {name} each: it is no race of all"
        )
    numbers = np.full(max(total, runs[-1] + 1), told["values"][name], dtype=np.float64)
    numbers[runs[1:]] = told["each"][name]
    return numbers[:total]


def _apart(entrants: list[Entrant]) -> list[Entrant]:
    """The entrants with labels that differ, as a reader may have one twice."""
    taken: set[str] = set()
    made = []
    for each in entrants:
        named, number = str(each.label), 1
        while named in taken:
            number += 1
            named = f"{each.label} ({number})"
        taken.add(named)
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
