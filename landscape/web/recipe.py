"""What of a record a page does not compute with, but writes into the scenario that its reader saves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from landscape.core.component import Component, owned
from landscape.core.registry import to_table
from landscape.i18n import texts as i18n
from landscape.i18n.texts import Language
from landscape.optimizers import REGISTRY as OPTIMIZERS
from landscape.record import Record


def recipe(record: Record, language: Language, added: list[str], schedules: tuple[str, ...]) -> dict[str, Any] | None:
    """Tables of the surface, the noise and the entrants, or None where a scenario cannot say them.

    added: the rules by name that a reader may add to the record's; schedules: those that may be chosen. A scenario
    cannot say components that are not the library's, nor other numbers for each run.
    """
    rules = [track.optimizer for track in record.tracks]
    parts = [record.surface, record.noise, *rules, *(track.schedule for track in record.tracks)]
    parts += [schedule for track in record.tracks for schedule in track.schedules.values()]
    total = record.starts.shape[1] * record.repeats
    if not all(part is None or _said(part) for part in parts) or len(record.runs) != total or int(record.runs[0]):
        return None
    entrants = [
        _entrant(track.optimizer, None if track.schedule.name == "constant" else track.schedule, track.schedules)
        for track in record.tracks
    ]
    return {
        "surface": _table(record.surface),
        "noise": record.noise and _table(record.noise),
        "repeats": record.repeats,
        "entrants": entrants + [_entrant(OPTIMIZERS.build(name), None, {}) for name in added],
        "schedules": {i18n.name(language, "schedule", name): {"name": name} for name in schedules},
    }


def _entrant(rule: Component, schedule: Component | None, schedules: Mapping[str, Component]) -> dict[str, Any]:
    others = {field: _table(each) for field, each in schedules.items()}
    return {"table": _table(rule), "schedule": schedule and _table(schedule), "schedules": others or None}


def _said(component: Component) -> bool:
    """Whether a scenario can name it: it, and all in it, are the library's, its numbers are those of every run, and
    functions have a name that can be imported."""
    return owned(type(component)) and not _has(to_table(component), _is_unsaid)


def _is_unsaid(value: Any) -> bool:
    return not isinstance(value, _PLAIN) or (isinstance(value, str) and ("<lambda>" in value or "<locals>" in value))


_PLAIN = (str, int, float, bool, type(None))


def _has(value: Any, unlike: Any) -> bool:
    if isinstance(value, Mapping):
        return any(_has(each, unlike) for each in value.values())
    if isinstance(value, (list, tuple)):
        return any(_has(each, unlike) for each in value)
    return bool(unlike(value))


def _table(component: Component) -> dict[str, Any]:
    """The component as a scenario writes it: what is None is left out."""
    table: dict[str, Any] = _without_none(to_table(component))
    return table


def _without_none(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _without_none(each) for key, each in value.items() if each is not None}
    return [_without_none(each) for each in value] if isinstance(value, (list, tuple)) else value
