"""Say what to write instead of a slip in TOML, whose parser says only where it stopped.

what_to_write("surface = himmelblau", 11)       # '; text stands in quotes: "himmelblau"'
"""

from __future__ import annotations

import re

# a value that begins with a letter, after = or inside a list; text in quotes is skipped
_VALUE = re.compile(
    r"""(?P<quoted>"(?:\\.|[^"\\])*"|'[^']*')|(?P<comment>\#.*)|(?P<mark>[=\[,]\s*)(?P<word>[^\s"'\[\]{},=#][^\[\]{},=#"']*)"""
)
_WORDS = {"True": "true", "False": "false", "TRUE": "true", "FALSE": "false", "yes": "true", "no": "false"}
_PLAIN = re.compile(r"true|false|[+-]?(?:inf|nan)|[+-]?\d[\d_.eE:TZ+-]*")
_POINT = re.compile(r"(?P<sign>[+-]?)(?P<whole>\d*)\.(?P<rest>\d*)(?P<power>[eE][+-]?\d+)?")


def what_to_write(line: str, column: int) -> str:
    """The end of a message about a line of TOML that is not valid near a column (from 1); "" where nothing is known."""
    for found in _VALUE.finditer(line):
        word = (found["word"] or "").strip()
        is_key = line[found.end() :].startswith("=")
        is_fine = _PLAIN.fullmatch(word) and not word.endswith(".")
        if word and not is_key and not is_fine and found.start() < max(column, 1) + len(word):
            return _advice(word)
    if re.match(r"\s*[\w.-]+\s*:\s*\S", line):
        return "; a key and its value are joined by =, not by a colon"
    return ""


def _advice(word: str) -> str:
    if word in _WORDS:
        return f"; write {_WORDS[word]}"
    if word in ("None", "null", "nil"):
        return "; TOML has no such value: leave the key out"
    if (number := _POINT.fullmatch(word)) and (number["whole"] or number["rest"]):
        written = f"{number['sign']}{number['whole'] or 0}.{number['rest'] or 0}{number['power'] or ''}"
        return f"; a number has digits on both sides of its point: {written}"
    return f'; text stands in quotes: "{word}"' if word[0].isalpha() or word[0] in "_./~" else ""
