"""Say a text of a picture in a language.

    say("en", "after {steps} steps", steps=60)     # "after 60 steps"
    say("zh", "after {steps} steps", steps=60)     # "60 步之后"

The English of a text is its key; `chinese.TABLE` has the others, and `chinese.SURFACES` and `SCHEDULES` have names.
"""

from __future__ import annotations

from typing import Any, Literal

from landscape.i18n import chinese

Language = Literal["en", "zh"]

_TABLES = {"zh": chinese.TABLE}


def say(language: Language, text: str, **values: Any) -> str:
    """A text in a language, its braces filled in. KeyError where the language has it not."""
    return (text if language == "en" else _TABLES[language][text]).format(**values)


def alphabet(language: Language) -> str:
    """Every character that a language's texts need."""
    if language == "en":
        return ""
    texts = (*_TABLES[language].values(), *chinese.SURFACES.values(), *chinese.SCHEDULES.values())
    return "".join(sorted(set("".join(texts))))
