"""Say how the hyper-parameters of a record's entrants were chosen: budget, chosen values and what depends on them.

head(record, theme), parts(record, theme)
"""

from __future__ import annotations

import math

from landscape.i18n.numbers import number
from landscape.i18n.texts import Language, say
from landscape.record import Record
from landscape.record.tuning import Choice
from landscape.render.style.theme import Theme
from landscape.render.text import captions as words

SPACE = "   "


def head(record: Record, theme: Theme) -> str:
    """How much was tried for each entrant that was tuned; nothing where none was."""
    language, found = theme.language, [track.tuned for track in record if track.tuned is not None]
    if not found:
        return ""
    known = {name: _spread({getattr(each, name) for each in found}) for name in ("budget", "runs", "steps", "within")}
    if all(each.steps == record.steps for each in found):
        text = say(language, "tuned on other seeds and starts, {budget} settings × {runs} runs", **known)
    else:
        text = say(
            language, "tuned on other seeds and starts, {budget} settings × {runs} runs of {steps} steps", **known
        )
    if all(each.good is None for each in found):
        return text
    return text + SPACE + say(language, "(settings within {within}× of the best, factor next to it)", **known)


def parts(record: Record, theme: Theme) -> list[str]:
    """Of each entrant that was tuned what was chosen."""
    return [_part(words.label(track, theme), track.tuned, theme.language) for track in record if track.tuned]


def _part(label: str, choice: Choice, language: Language) -> str:
    said = [_value(name, each, choice, language) for name, each in choice.values.items()]
    text = f"{label} {say(language, ', ').join(said)}"
    if choice.good is None:
        return text
    good = str(choice.good)
    if choice.worse is None:
        return say(language, "{value} ({about})", value=text, about=good)
    if math.isinf(choice.worse):
        beside = say(language, "diverges")
    else:
        beside = "> 1000×" if choice.worse >= 1000.0 else f"{choice.worse:.2g}×"
    return say(language, "{value} ({about})", value=text, about=f"{good}, {beside}")


def _value(name: str, value: float, choice: Choice, language: Language) -> str:
    text = f"{name.replace('_', ' ')} {number(value)}"
    return say(language, "{value} at the edge", value=text) if name in choice.edges else text


def _spread(values: set[float] | set[int]) -> str:
    low, high = min(values), max(values)
    return number(float(low)) if low == high else f"{number(float(low))}–{number(float(high))}"
