"""A scenario's own texts in Simplified Chinese, from its table [zh].

    translated(record, "zh")            # the record with the title and the labels in its scenario's [zh]

The English text is the key. A text without a translation stays English.
"""

from __future__ import annotations

import copy
import dataclasses
import functools
import tomllib
from collections.abc import Iterable, Mapping
from typing import Any

from landscape.core.surface import Surface
from landscape.i18n.texts import Language
from landscape.record import Record


@dataclasses.dataclass(frozen=True, kw_only=True)
class Texts:
    """A scenario's texts in another language; empty if it has none.

    labels, claims, slides: English -> translation, of the optimizers' labels and a title that the surface was given, of
    the expectations' claims, and of the titles and texts of slides.
    """

    title: str = ""
    look_for: str = ""
    labels: Mapping[str, str] = dataclasses.field(default_factory=dict)
    claims: Mapping[str, str] = dataclasses.field(default_factory=dict)
    slides: Mapping[str, str] = dataclasses.field(default_factory=dict)

    def label(self, label: str) -> str:
        """A label in the other language."""
        return self.labels.get(label, label)

    def table(self) -> dict[str, Any]:
        """The texts that are not empty, as a table of a scenario."""
        return {field.name: value for field in dataclasses.fields(self) if (value := getattr(self, field.name))}


KEYS = tuple(field.name for field in dataclasses.fields(Texts))
TABLES = ("labels", "claims", "slides")


def translated(record: Record, language: Language) -> Record:
    """The record with its titles and labels in a language, as far as its scenario has translations.

    A record that is already translated stays as it is.
    """
    if language == "en" or not record.scenario:
        return record
    title, texts = _texts(record.scenario)
    tracks = tuple(dataclasses.replace(track, label=texts.label(track.label)) for track in record.tracks)
    if len({track.label for track in tracks}) < len(tracks):
        tracks = record.tracks
    new = texts.title if texts.title and record.title == title else record.title
    return dataclasses.replace(record, title=new, tracks=tracks, surface=titled(record.surface, texts))


def titled(surface: Surface, texts: Texts) -> Surface:
    """The surface with its title in the other language, and with all that it knows already."""
    if (title := texts.label(surface.title)) == surface.title:
        return surface
    made = copy.copy(surface)
    object.__setattr__(made, "title", title)
    return made


def label_of(record: Record, label: str) -> str:
    """A label in the other language of the record's scenario; as it is where that has none for it."""
    return _texts(record.scenario)[1].label(label) if record.scenario else label


def twice(labels: Iterable[str], texts: Texts) -> str | None:
    """A label that two optimizers would share in the other language, or None."""
    seen: set[str] = set()
    for label in map(texts.label, labels):
        if label in seen:
            return label
        seen.add(label)
    return None


@functools.lru_cache(maxsize=8)
def _texts(scenario: str) -> tuple[str, Texts]:
    """(English title, texts) in a scenario's text; empty if the text can no longer be read."""
    try:
        data = tomllib.loads(scenario)
        given = data.get("zh", {})
        texts = {key: given[key] for key in KEYS if key in given}
        for key, value in texts.items():
            listed = [*value.keys(), *value.values()] if isinstance(value, dict) else [value]
            if isinstance(value, dict) != (key in ("labels", "claims", "slides")) or not all(
                isinstance(x, str) for x in listed
            ):
                raise TypeError(f"{key} is {value!r:.40}")
        return str(data.get("title", "")), Texts(**texts)
    except (ValueError, TypeError, RecursionError):
        return "", Texts()
