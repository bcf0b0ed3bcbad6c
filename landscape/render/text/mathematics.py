r"""Tell texts with mathematics in them, "$\beta_1 = 0.9$", from plain ones.

has_mathematics(r"Adam, $\beta_1=0.9$"), has_mathematics("costs $5")      # True, False
without(r"Adam, $\beta_1=0.9$")                                           # "Adam, β_1=0.9"
"""

from __future__ import annotations

import functools
import re
import unicodedata

FORMULA = re.compile(r"\$[^$]+\$")


@functools.cache
def has_mathematics(text: str) -> bool:
    """Whether a text has mathematics between dollar signs that matplotlib can set."""
    if text.count("$") < 2:
        return False
    from matplotlib.cbook import is_math_text
    from matplotlib.mathtext import MathTextParser

    if not is_math_text(text):
        return False
    try:
        MathTextParser("path").parse(text)
    except ValueError:
        return False
    return True


def without(text: str) -> str:
    """The text with its mathematics in plain letters."""
    return FORMULA.sub(lambda found: _plain(found[0]), text) if has_mathematics(text) else text


def _plain(formula: str) -> str:
    named = re.sub(r"\\([A-Za-z]+) ?", lambda found: _letter(found[1]), formula)
    return re.sub(r"[${}\\]", "", named)


def _letter(name: str) -> str:
    """A Greek letter by its name in TeX; the name itself of anything else."""
    size = "CAPITAL" if name[0].isupper() else "SMALL"
    try:
        return unicodedata.lookup(f"GREEK {size} LETTER {name.upper().replace('LAMBDA', 'LAMDA')}")
    except KeyError:
        return name
