"""Say what the picture of a table shows: its title, its caption and its axes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from landscape import i18n
from landscape.analysis._metric import REGISTRY, Metric
from landscape.core.registry import registry
from landscape.i18n.texts import Language
from landscape.render.style.theme import Theme
from landscape.render.text import captions as words
from landscape.sweeps.good_range import SHARES
from landscape.sweeps.table import Table


def axis_name(hyper: str, theme: Theme) -> str:
    """What the curves are drawn against."""
    names = {"lr": "learning rate", "momentum": "momentum"}
    return i18n.say(theme.language, names[hyper]) if hyper in names else hyper.replace("_", " ")


def metric_of(table: Table, measure: str) -> Metric:
    """The measure of a column."""
    return REGISTRY.coerce(dict(table.about.get("measures", {})).get(measure, "loss"))


def is_share(table: Table, measure: str) -> bool:
    """Whether a measure is yes or no, so that its mean is a share."""
    return metric_of(table, measure).name in SHARES


def title_of(table: Table, measure: str, against: str, theme: Theme) -> str:
    """The table's own title, or what is drawn."""
    if title := str(table.about.get("title", "")):
        return title
    language: Language = theme.language
    surfaces = list(dict.fromkeys(table["surface"].tolist()))
    on = surface_name(table, surfaces[0], language) if len(surfaces) == 1 \
        else i18n.say(language, "{count} surfaces", count=len(surfaces))  # fmt: skip
    name = words.opened(words.short_name(measure, language))
    against = " × ".join(axis_name(each, theme) for each in against.split(" "))
    return i18n.say(language, "{name} by {against} on {surface}", name=name, against=against, surface=on)


def surface_name(table: Table, label: str, language: Language) -> str:
    """A surface of a sweep, to be read: its title, and what tells it from others of its name."""
    described = dict(table.about.get("surfaces", {})).get(label, {})
    name, known = str(described.get("name", "")), registry("surface")
    title = described.get("title") or (getattr(known.get(name), "title", "") if name in known.names() else "")
    words_of = name.replace("_", " ")
    if name and label.startswith(name):
        return i18n.name(language, "surface", title or words_of) + label[len(name) :].replace("_", " ")
    return label.replace("_", " ")


def caption(table: Table, left_out: int, others: Sequence[str], text: str, theme: Theme) -> str:
    """How many steps and runs, and what was left out. text: what is shown of the runs."""
    language: Language = theme.language
    most = int(np.bincount(table["cell"]).max())
    parts = [i18n.say(language, "after {steps} steps", steps=table.about.get("steps", ""))]
    if most > 1:
        parts.append(i18n.say(language, text, runs=most))
    if others:
        parts.append(i18n.say(language, "the best {others} at each", others=", ".join(others)))
    if table.missing:
        parts.append(i18n.say(language, "{count} runs missing", count=f"{table.missing:,}"))
    if left_out:
        parts.append(i18n.say(language, "{count} more surfaces", count=left_out))
    return "   ".join(parts)
