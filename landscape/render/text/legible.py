"""Give a theme its language, and fonts that have every glyph of what is to be written in it.

legible("dark", "zh", record.labels)      # the dark theme, with Chinese words and a font for them and for the labels
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable

from landscape import i18n
from landscape.analysis.batches import PartOfBatch
from landscape.i18n.texts import Language
from landscape.record import Record
from landscape.render.style.theme import THEMES, Theme, ThemeName, shade
from landscape.render.text import fonts


def graded(theme: Theme, record: Record) -> Theme:
    """The theme in which the parts of one entrant have shades of its colour, and its marker; for `apart(record)`."""
    parts = [track for track in record.tracks if isinstance(track, PartOfBatch)]
    if len(parts) < len(record.tracks) or not parts:
        return theme
    styles = [theme.style(part.entrant) for part in parts]
    alone = [part.values == 1 for part in parts]
    colors = [
        style.color if single else shade(style.color, theme, part.share)
        for style, part, single in zip(styles, parts, alone, strict=True)
    ]
    return dataclasses.replace(theme, runs=tuple(colors), markers=tuple(style.marker for style in styles),
                               dashes=tuple(style.dashes for style in styles))  # fmt: skip


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
