"""Give a theme its language, and fonts that have every glyph of what is to be written in it.

legible("dark", "zh", record.labels)      # the dark theme, with Chinese words and a font for them and for the labels
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable

from landscape import i18n
from landscape.i18n.texts import Language
from landscape.render.style.theme import THEMES, Theme, ThemeName
from landscape.render.text import fonts


def legible(theme: ThemeName, language: Language = "en", texts: Iterable[str] = ()) -> Theme:
    """The theme of a name in a language, with fonts that have the glyphs of its words and of `texts`.

    Where no font has those of the language, a warning says once what to install, and the words are English.
    """
    made = THEMES[theme]
    if language != "en":
        family = fonts.family_for(i18n.alphabet(language), made.fonts)
        if family is None:
            fonts.say_what_to_install()
        else:
            # first, because a text with mathematics in it is set in the first font alone
            bold = "bold" if fonts.has_bold(family) else "normal"
            made = dataclasses.replace(made, language=language, fonts=(family, *made.fonts), bold=bold)
    others = fonts.families_for("".join(texts), made.fonts)
    bold = made.bold if all(map(fonts.has_bold, others)) else "normal"
    return dataclasses.replace(made, fonts=(*made.fonts, *others), bold=bold)
