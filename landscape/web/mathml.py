r"""Write the formulas of surfaces, in a small part of LaTeX, as MathML, which browsers draw.

    mathml(r"f(x) = \frac{1}{2} x^2")       # "<math display="block"><mi>f</mi>...</math>"

ValueError for a command that it does not know.
"""

from __future__ import annotations

import html
import re

_TOKEN = re.compile(r"\\[A-Za-z]+|\\.|\d+(?:\.\d+)?|\S")
_GREEK = {
    "theta": "θ", "kappa": "κ", "lambda": "λ", "mu": "μ", "pi": "π", "phi": "φ", "Lambda": "Λ", "ell": "ℓ",
}  # fmt: skip
_NAMED = {"sin", "cos", "cosh", "exp", "log", "max", "min"}
_LARGE = {"sum": "∑", "prod": "∏", "int": "∫"}
_SIGNS = {"geq": "≥", "leq": "≤", "cdot": "⋅", "ldots": "…"}
_FENCES = {"langle": "⟨", "rangle": "⟩", "|": "‖", "{": "{", "}": "}"}
_APART = '<mspace width="0.17em"></mspace>'
_SPACES = {",": "0.17em", ";": "0.28em", " ": "0.33em", "!": "-0.17em", "quad": "1em"}


def mathml(formula: str) -> str:
    """A formula as a block of MathML."""
    reader = _Reader(_TOKEN.findall(formula))
    body = reader.row()
    if reader.next():
        raise ValueError(f"{reader.next()} is not opened: {formula}")
    return f'<math display="block">{body}</math>'


class _Reader:
    def __init__(self, tokens: list[str]) -> None:
        self._tokens, self._at = tokens, 0

    def next(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def _take(self) -> str:
        token = self.next()
        self._at += 1
        return token

    def row(self) -> str:
        """Everything up to what closes it."""
        made = []
        while self.next() not in ("", "}", r"\right"):
            made.append(self._scripted())
        return "".join(made)

    def _scripted(self) -> str:
        name = self.next().lstrip("\\")
        base, below, above = self._atom(), "", ""
        limits = name in _LARGE and name != "int"
        is_named = name in _NAMED
        while self.next() in ("_", "^"):
            if self._take() == "_":
                below = self._atom()
            else:
                above = self._atom()
        kind = {(True, True): "subsup", (True, False): "sub", (False, True): "sup"}.get((bool(below), bool(above)))
        if limits and kind:
            kind = {"subsup": "underover", "sub": "under", "sup": "over"}[kind]
        made = f"<m{kind}>{base}{below}{above}</m{kind}>" if kind else base
        return f"{made}{_APART}" if is_named and self.next() not in ("(", r"\left", "", "}") else made

    def _atom(self) -> str:
        token = self._take()
        if token == "{":
            inner = self.row()
            if self._take() != "}":
                raise ValueError("a brace is not closed")
            return f"<mrow>{inner}</mrow>"
        if token.startswith("\\"):
            return self._command(token[1:])
        if token[0].isdigit():
            return f"<mn>{token}</mn>"
        if token.isalpha():
            return f"<mi>{token}</mi>"
        if token == "|":
            return '<mo stretchy="false" lspace="0" rspace="0">|</mo>'
        if token in "()[]":
            return f'<mo stretchy="false">{token}</mo>'
        return f"<mo>{html.escape({'-': '−'}.get(token, token))}</mo>"

    def _command(self, name: str) -> str:
        if name in ("frac", "sqrt"):
            parts = self._atom() + (self._atom() if name == "frac" else "")
            return f"<m{name}>{parts}</m{name}>"
        if name == "mathrm":
            return f'<mi mathvariant="normal">{self._letters()}</mi>'
        if name == "left":
            opened, inner = self._fence(), self.row()
            if self._take() != r"\right":
                raise ValueError(r"\left is not closed")
            return f"<mrow>{opened}{inner}{self._fence()}</mrow>"
        if name in _SPACES:
            return f'<mspace width="{_SPACES[name]}"></mspace>'
        if name in _NAMED:
            return f"<mi>{name}</mi>"
        if name in _GREEK:
            return f"<mi>{_GREEK[name]}</mi>"
        for table in (_LARGE, _SIGNS, _FENCES):
            if name in table:
                return f"<mo>{table[name]}</mo>"
        raise ValueError(f"there is no \\{name} here")

    def _letters(self) -> str:
        if self._take() != "{":
            raise ValueError(r"\mathrm takes letters in braces")
        made = ""
        while self.next() not in ("}", ""):
            made += html.escape(self._take())
        self._take()
        return made

    def _fence(self) -> str:
        token = self._take()
        return f"<mo>{html.escape(_FENCES.get(token.lstrip(chr(92)), token))}</mo>"
