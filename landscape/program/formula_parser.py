"""Read the text of a formula as a syntax tree, by a grammar of its own: what it holds is never run.

    sum     = product {("+" | "-") product}
    product = signed {("*" | "/") signed}
    signed  = ("+" | "-") signed | power
    power   = atom ["**" signed]
    atom    = number | name | name "(" [sum {"," sum}] ")" | "(" sum ")"

The tree is made of the nodes that Python's own has for the same text. Refused, a ValueError, says what is wrong.
`web/src/formula/parser.ts` reads the same grammar in a browser.
"""

from __future__ import annotations

import ast
import re
from typing import NamedTuple

from landscape.program.formula_texts import Refused

_TOKEN = re.compile(r"(?P<number>(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?)|(?P<name>[A-Za-z_][A-Za-z_0-9]*)|(?P<sign>\*\*|\S)")
_SIGNS = ("+", "-", "*", "/", "**", "(", ")", ",")
_SUMS: dict[str, type[ast.operator]] = {"+": ast.Add, "-": ast.Sub}
_PRODUCTS: dict[str, type[ast.operator]] = {"*": ast.Mult, "/": ast.Div}


class _Token(NamedTuple):
    kind: str  # "number", "name", "sign", or "end"
    text: str


def tree_of(text: str, deepest: int) -> ast.expr:
    """The tree of a formula in one line of ASCII. deepest: how many brackets and signs may stand in one another."""
    tokens = [_Token(str(found.lastgroup), found[0]) for found in re.finditer(_TOKEN, text)]
    for token in tokens:
        if token.kind == "sign" and token.text not in _SIGNS:
            raise Refused("hat") if token.text == "^" else Refused("sign", odd=token.text)
    reader = _Reader(tokens, deepest)
    tree = reader.sum(0)
    after = reader.next()
    if after.kind != "end":
        raise Refused("unopened") if after.text == ")" else reader.misplaced(after)
    return tree


class _Reader:
    """The tokens from left to right; each method reads a part of the grammar that is named as it is."""

    def __init__(self, tokens: list[_Token], deepest: int) -> None:
        self._tokens, self._deepest, self._at = tokens, deepest, 0

    def next(self) -> _Token:
        return self._tokens[self._at] if self._at < len(self._tokens) else _Token("end", "")

    def misplaced(self, token: _Token) -> Refused:
        """What is said of a token that cannot stand where it does."""
        if token.kind == "end":
            return Refused("end")
        before = self._tokens[self._at - 1] if self._at else _Token("sign", "")
        ends = before.kind in ("number", "name") or before.text == ")"
        if ends and (token.kind in ("number", "name") or token.text == "("):
            return Refused("between", before=before.text[:32], after=token.text[:32])
        return Refused("place", odd=token.text[:32])

    def _take(self, *texts: str) -> str:
        """The next token where it is one of these signs, else ""."""
        token = self.next()
        if token.kind == "sign" and token.text in texts:
            self._at += 1
            return token.text
        return ""

    def sum(self, depth: int) -> ast.expr:
        left = self._product(depth)
        while sign := self._take("+", "-"):
            left = ast.BinOp(left, _SUMS[sign](), self._product(depth))
        return left

    def _product(self, depth: int) -> ast.expr:
        left = self._signed(depth)
        while sign := self._take("*", "/"):
            left = ast.BinOp(left, _PRODUCTS[sign](), self._signed(depth))
        return left

    def _signed(self, depth: int) -> ast.expr:
        if depth > self._deepest:
            raise Refused("deep", most=self._deepest)
        if sign := self._take("+", "-"):
            return ast.UnaryOp(ast.UAdd() if sign == "+" else ast.USub(), self._signed(depth + 1))
        base = self._atom(depth)
        return ast.BinOp(base, ast.Pow(), self._signed(depth + 1)) if self._take("**") else base

    def _atom(self, depth: int) -> ast.expr:
        token = self.next()
        if token.kind == "number":
            self._at += 1
            return ast.Constant(int(token.text) if token.text.isdigit() else float(token.text))
        if token.kind == "name":
            self._at += 1
            name = ast.Name(token.text)
            return ast.Call(name, self._arguments(depth + 1), []) if self._take("(") else name
        if not self._take("("):
            raise self.misplaced(token)
        inner = self.sum(depth + 1)
        self._close()
        return inner

    def _arguments(self, depth: int) -> list[ast.expr]:
        found: list[ast.expr] = []
        if self._take(")"):
            return found
        found.append(self.sum(depth))
        while self._take(","):
            found.append(self.sum(depth))
        self._close()
        return found

    def _close(self) -> None:
        if not self._take(")"):
            after = self.next()
            raise Refused("unclosed") if after.kind == "end" else self.misplaced(after)
