"""Look up a text, or the name of a component, in a language.

    say("en", "after {steps} steps", steps=60)       # "after 60 steps"
    say("zh", "after {steps} steps", steps=60)       # "60 步之后"
    name("zh", "surface", "curved valley")           # "弯曲山谷"

The English text is the key. What a language has no translation for stays English.
"""

from __future__ import annotations

from typing import Any, Literal

from landscape.i18n import chinese
from landscape.i18n.chinese.names import FAMILIES

Language = Literal["en", "zh"]

_TEXTS = {"zh": chinese.TEXTS}
_NAMES = {"zh": chinese.NAMES}


def say(language: Language, text: str, **values: Any) -> str:
    """A text in a language, its braces filled in."""
    return _TEXTS.get(language, {}).get(text, text).format(**values)


def name(language: Language, kind: str, name: str) -> str:
    """The name of a component in a language. kind: "surface" or "schedule"; a user's own name stays as it is."""
    return _NAMES.get(language, {}).get(kind, {}).get(name, name)


def family(language: Language, name: str) -> str:
    """The name of a family of surfaces, the folder that they are in, in a language."""
    return FAMILIES.get(name, name) if language == "zh" else name


def alphabet(language: Language) -> str:
    """Every character that the translations into a language use."""
    texts = [*_TEXTS.get(language, {}).values()]
    texts += [name for names in _NAMES.get(language, {}).values() for name in names.values()]
    return "".join(sorted(set("".join(texts))))
