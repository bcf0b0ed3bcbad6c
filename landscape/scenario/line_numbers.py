"""Find the line of a key in a TOML text, so that a message can point at it.

    lines = positions(text)
    lines["optimizers", 0, "lr"]           # 10
    line_of(lines, ("optimizers", 0, "bet1"))   # the line of the table, where the key is not there

`tomllib` has already read the text, so it is valid; this scanner only follows its structure.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

Path = tuple[str | int, ...]

_TOKEN = re.compile(
    r"""
    (?P<blank> [ \t\r]+ | \#[^\n]* )
  | (?P<newline> \n )
  | (?P<string> \"{3} (?: [^"\\]++ | \\. | \"{1,2}+ (?!\") )*+ \"{3,5} | '{3} .*? '{3,5} (?!')
              | \" (?: [^"\\\n]++ | \\. )*+ \" | ' [^'\n]* ' )
  | (?P<mark> [\[\]{}=,.] )
  | (?P<word> [^\s\[\]{}=,.\#"']+ )
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))")
_ESCAPED = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r"}


def positions(text: str) -> dict[Path, int]:
    """Path of each table, key and array item -> the line (from 1) on which it begins."""
    scanner = _Scanner(text)
    scanner.document()
    return scanner.found


def line_of(lines: Mapping[Path, int], path: Path) -> int:
    """The line of `path`, or of the innermost table around it that has one; 1 for the whole file."""
    for length in range(len(path), 0, -1):
        if path[:length] in lines:
            return lines[path[:length]]
    return 1


class _Scanner:
    """A cursor over the tokens of one valid TOML text."""

    def __init__(self, text: str) -> None:
        self.tokens: list[tuple[str, str, int]] = []
        line = 1
        for match in _TOKEN.finditer(text):
            kind, token = str(match.lastgroup), match.group()
            if kind != "blank":
                self.tokens.append((kind, token, line))
            line += token.count("\n")
        self.at = 0
        self.found: dict[Path, int] = {}
        self.sizes: dict[Path, int] = {}

    def document(self) -> None:
        table: Path = ()
        while self.at < len(self.tokens):
            kind, token, line = self.tokens[self.at]
            if kind == "newline":
                self.at += 1
            elif token == "[":
                table = self._header(line)
            else:
                self._pair(table)

    def _header(self, line: int) -> Path:
        """[a.b] or [[a.b]]: the path of the table that it opens."""
        array = self.tokens[self.at + 1][1] == "["
        self.at += 2 if array else 1
        *outer, last = self._key()
        self.at += 2 if array else 1
        path: Path = ()
        for part in outer:
            path = self._innermost((*path, part))
            self.found.setdefault(path, line)
        path = (*path, last)
        self.found.setdefault(path, line)
        if array:
            self.sizes[path] = self.sizes.get(path, 0) + 1
            path = (*path, self.sizes[path] - 1)
            self.found[path] = line
        return path

    def _innermost(self, path: Path) -> Path:
        """The path itself, or its last item where it is an array of tables."""
        return (*path, self.sizes[path] - 1) if path in self.sizes else path

    def _key(self) -> list[str]:
        """A dotted key; the cursor ends behind it."""
        parts = []
        while True:
            kind, token, _ = self.tokens[self.at]
            parts.append(_unquoted(token) if kind == "string" else token)
            self.at += 1
            if self.tokens[self.at][1] != ".":
                return parts
            self.at += 1

    def _pair(self, table: Path) -> None:
        """key = value; the cursor ends behind the value."""
        line = self.tokens[self.at][2]
        path = table
        for part in self._key():
            path = (*path, part)
            self.found.setdefault(path, line)
        self.at += 1
        self._value(path)

    def _value(self, path: Path) -> None:
        token = self.tokens[self.at][1]
        if token == "[":
            self._array(path)
        elif token == "{":
            self._inline(path)
        else:
            while self.at < len(self.tokens) and not self._ends():
                self.at += 1

    def _ends(self) -> bool:
        kind, token, _ = self.tokens[self.at]
        return kind == "newline" or (kind == "mark" and token in ",]}")

    def _array(self, path: Path) -> None:
        self.at += 1
        index = 0
        while self.tokens[self.at][1] != "]":
            kind, token, line = self.tokens[self.at]
            if kind == "newline" or token == ",":
                self.at += 1
                continue
            self.found[*path, index] = line
            self._value((*path, index))
            index += 1
        self.at += 1

    def _inline(self, path: Path) -> None:
        self.at += 1
        while self.tokens[self.at][1] != "}":
            kind, token, _ = self.tokens[self.at]
            if kind == "newline" or token == ",":
                self.at += 1
            else:
                self._pair(path)
        self.at += 1


def _unquoted(token: str) -> str:
    if token.startswith("'"):
        return token[1:-1]
    return _ESCAPE.sub(_escape, token[1:-1])


def _escape(match: re.Match[str]) -> str:
    code = match[1] or match[2]
    return chr(int(code, 16)) if code else _ESCAPED.get(match[3], match[3])
