"""Small faults that a line of Python can be given: what `mutants.py` plants.

for mutation in mutations(text):
    mutation.line, mutation.name, mutation.applied(text)

for mutant in sampled(root, seed=0, count=300):     # of all files of landscape/
    mutant.path, mutant.mutation

Comparisons and their bounds (`<` to `<=` and to `>`), arithmetic, whole numbers one more and one less, other numbers
one more, True and False, `and` and `or`, a removed `not` or minus, a condition the other way round, the smallest for
the largest, two arguments swapped where their order may matter, a removed statement, a returned value that is None.
Texts stay, and so do annotations, but for the bounds in them; a default value is a number like any other.
"""

from __future__ import annotations

import ast
import bisect
import dataclasses
import difflib
import functools
import random
from collections import defaultdict
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

COMPARISONS: dict[type[ast.cmpop], tuple[str, ...]] = {
    ast.Lt: ("<=", ">"),
    ast.LtE: ("<", ">="),
    ast.Gt: (">=", "<"),
    ast.GtE: (">", "<="),
    ast.Eq: ("!=",),
    ast.NotEq: ("==",),
    ast.Is: ("is not",),
    ast.IsNot: ("is",),
    ast.In: ("not in",),
    ast.NotIn: ("in",),
}
ARITHMETIC: dict[type[ast.operator], str] = {
    ast.Add: "-",
    ast.Sub: "+",
    ast.Mult: "/",
    ast.Div: "*",
    ast.FloorDiv: "/",
    ast.Mod: "*",
    ast.Pow: "*",
    ast.BitAnd: "|",
    ast.BitOr: "&",
    ast.LShift: ">>",
    ast.RShift: "<<",
}
# functions that are taken for one another
OTHERS = (
    ("min", "max"),
    ("amin", "amax"),
    ("minimum", "maximum"),
    ("fmin", "fmax"),
    ("argmin", "argmax"),
    ("nanmin", "nanmax"),
    ("any", "all"),
    ("floor", "ceil"),
    ("zeros", "ones"),
    ("sin", "cos"),
    ("smallest", "largest"),
    ("sum", "mean"),
    ("mean", "median"),
)
# functions whose arguments may stand in either order: to swap them is no fault
SYMMETRIC = ("max", "min", "maximum", "minimum", "fmax", "fmin", "hypot", "logaddexp", "dot", "array_equal")
TAKEN_FOR = dict(OTHERS) | {b: a for a, b in OTHERS[:-1]}


@dataclasses.dataclass(frozen=True)
class Mutation:
    """A text to put in the place of bytes `start` to `end` of a file, whose line it is counted to (from 1)."""

    line: int
    start: int
    end: int
    text: str
    name: str

    def applied(self, text: str) -> str:
        """The file with the fault."""
        data = text.encode()
        return (data[: self.start] + self.text.encode() + data[self.end :]).decode()

    def key(self, text: str) -> tuple[str, str]:
        """(the first line that it changes, what this becomes), both without indentation."""
        before, after = text.splitlines(), self.applied(text).splitlines()
        pairs = zip([*before, ""], [*after, ""], strict=False)
        return next((one.strip(), two.strip()) for one, two in pairs if one != two)

    def diff(self, path: str, text: str) -> str:
        """What it changes, as a unified diff without context."""
        lines = difflib.unified_diff(text.splitlines(), self.applied(text).splitlines(), path, path, "", "", 0, "")
        return "\n".join(list(lines)[2:])


def mutations(text: str) -> list[Mutation]:
    """All that can be planted in a file, each once, in the order of lines. Each leaves a file that can be parsed."""
    found = {(each.start, each.end, each.text): each for each in _Finder(text).found()}
    return [found[place] for place in sorted(found)]


@dataclasses.dataclass(frozen=True)
class Mutant:
    """A mutation of a file of the package."""

    number: int
    path: str
    mutation: Mutation
    text: str

    @property
    def key(self) -> tuple[str, str, str]:
        return (self.path, *self.mutation.key(self.text))

    @functools.cached_property
    def name(self) -> str:
        """A digest of the faulty file and its path."""
        return sha256(f"{self.path}\n{self.mutation.applied(self.text)}".encode()).hexdigest()


def sampled(root: Path, seed: int, count: int, within: str = "") -> list[Mutant]:
    """Mutants of all folders below `root`/landscape, or of one, drawn by the seed."""
    rng = random.Random(seed)
    folders: dict[str, list[tuple[str, int]]] = defaultdict(list)
    texts, found = {}, {}
    for file in sorted((root / "landscape").rglob("*.py")):
        path = file.relative_to(root).as_posix()
        folder = path.split("/")[1] if path.count("/") > 1 else "."
        if within in ("", folder):
            texts[path] = file.read_text(encoding="utf-8")
            found[path] = mutations(texts[path])
            folders[folder] += [(path, line) for line in sorted({each.line for each in found[path]})]
    chosen = []
    for folder, number in shares({name: len(lines) for name, lines in folders.items()}, count).items():
        for path, line in sorted(rng.sample(folders[folder], number)):
            kinds = defaultdict(list)
            for each in found[path]:
                if each.line == line:
                    kinds[each.name].append(each)
            chosen.append((path, rng.choice(kinds[rng.choice(sorted(kinds))])))
    return [Mutant(number, path, mutation, texts[path]) for number, (path, mutation) in enumerate(chosen)]


def shares(sizes: dict[str, int], count: int) -> dict[str, int]:
    """So many things divided in proportion to sizes, by largest remainders; none gets more than its size."""
    total = sum(sizes.values())
    count = min(count, total)
    exact = {name: count * size / total for name, size in sizes.items()}
    given = {name: int(share) for name, share in exact.items()}
    for name in sorted(exact, key=lambda each: given[each] - exact[each])[: count - sum(given.values())]:
        given[name] += 1
    return given


class _Finder:
    def __init__(self, text: str) -> None:
        self.data = text.encode()
        self.tree = ast.parse(text)
        self.starts = [0]
        for line in self.data.splitlines(keepends=True):
            self.starts.append(self.starts[-1] + len(line))

    def found(self) -> Iterator[Mutation]:
        for node in _nodes(self.tree):
            yield from self._of(node)

    def _place(self, node: ast.AST) -> tuple[int, int]:
        start = self.starts[node.lineno - 1] + node.col_offset  # type: ignore[attr-defined]
        end = self.starts[node.end_lineno - 1] + node.end_col_offset  # type: ignore[attr-defined]
        return start, end

    def _source(self, node: ast.AST) -> str:
        start, end = self._place(node)
        return self.data[start:end].decode()

    def _line(self, at: int) -> int:
        return bisect.bisect_right(self.starts, at)

    def _put(self, node: ast.AST, text: str, name: str) -> Mutation:
        start, end = self._place(node)
        return Mutation(self._line(start), start, end, text, name)

    def _between(self, left: ast.AST, right: ast.AST, old: str, new: str, name: str) -> Iterator[Mutation]:
        """The operator that stands between two operands, which brackets, comments and line breaks may surround."""
        start, end = self._place(left)[1], self._place(right)[0]
        at = self.data.find(old.encode(), start, end)
        if at >= 0 and b"#" not in self.data[start:at]:
            yield Mutation(self._line(at), at, at + len(old), new, name)

    def _of(self, node: ast.AST) -> Iterator[Mutation]:
        match node:
            case ast.Compare():
                for left, op, right in zip([node.left, *node.comparators], node.ops, node.comparators, strict=False):
                    old = _SIGNS[type(op)]
                    for new in COMPARISONS[type(op)]:
                        yield from self._between(left, right, old, new, f"{old} becomes {new}")
            case ast.BoolOp():
                old, new = ("and", "or") if isinstance(node.op, ast.And) else ("or", "and")
                for left, right in zip(node.values, node.values[1:], strict=False):
                    yield from self._between(left, right, old, new, f"{old} becomes {new}")
            case ast.BinOp(op=op) if type(op) in ARITHMETIC and not _is_text(node):
                old, new = _SIGNS[type(op)], ARITHMETIC[type(op)]
                yield from self._between(node.left, node.right, old, new, f"{old} becomes {new}")
            case ast.AugAssign(op=op) if type(op) in ARITHMETIC and not _is_text(node):
                old, new = _SIGNS[type(op)] + "=", ARITHMETIC[type(op)] + "="
                yield from self._between(node.target, node.value, old, new, f"{old} becomes {new}")
                yield self._put(node, "pass", "removed statement")
            case ast.UnaryOp(op=ast.Not() | ast.USub(), operand=operand):
                word = "not" if isinstance(node.op, ast.Not) else "minus"
                yield self._put(node, self._source(operand), f"removed {word}")
            case ast.Constant(value=bool() as value):
                yield self._put(node, str(not value), f"{value} becomes {not value}")
            case ast.Constant(value=int() as value):
                for new in (value + 1, value - 1):
                    yield self._put(node, str(new) if new >= 0 else f"({new})", f"{value} becomes {new}")
            case ast.Constant(value=float() as value):
                yield self._put(node, repr(value + 1.0), f"{value} becomes {value + 1.0}")
            case ast.If() | ast.IfExp() | ast.While():
                test = self._source(node.test)
                yield self._put(node.test, f"(not ({test}))", "condition the other way round")
            case ast.Call():
                yield from self._of_call(node)
            case ast.Expr(value=value) if not isinstance(value, (ast.Constant, ast.Yield, ast.YieldFrom)):
                yield self._put(node, "pass", "removed statement")
            case ast.Raise() | ast.Continue() | ast.Break() | ast.Delete():
                yield self._put(node, "pass", "removed statement")
            case ast.Return(value=ast.expr() as value) if not _is_none(value):
                yield self._put(value, "None", "returns None")

    def _of_call(self, node: ast.Call) -> Iterator[Mutation]:
        function = node.func
        name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
        if name in TAKEN_FOR:
            end = self._place(function)[1]
            new = TAKEN_FOR[name]
            yield Mutation(self._line(end), end - len(name.encode()), end, new, f"{name} becomes {new}")
        if name not in ("isinstance", "issubclass", "getattr", *SYMMETRIC) and len(node.args) >= 2:
            pairs = list(zip(node.args, node.args[1:], strict=False))
            for one, two in pairs[1:] if name == "fma" else pairs:  # a b + c
                if not isinstance(one, ast.Starred) and not isinstance(two, ast.Starred):
                    first, second = self._place(one), self._place(two)
                    between = self.data[first[1] : second[0]].decode()
                    text = self._source(two) + between + self._source(one)
                    if self._source(one) != self._source(two):
                        yield Mutation(self._line(first[0]), first[0], second[1], text, "swapped arguments")


_SIGNS: dict[type[ast.AST], str] = {
    ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!=", ast.Is: "is",
    ast.IsNot: "is not", ast.In: "in", ast.NotIn: "not in", ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/",
    ast.FloorDiv: "//", ast.Mod: "%", ast.Pow: "**", ast.BitAnd: "&", ast.BitOr: "|",
    ast.LShift: "<<", ast.RShift: ">>",
}  # fmt: skip


def _nodes(tree: ast.AST) -> Iterator[ast.AST]:
    """All nodes that are run: without the types of annotations and what stands under `if TYPE_CHECKING`."""
    for field, value in ast.iter_fields(tree):
        for node in value if isinstance(value, list) else [value]:
            if not isinstance(node, ast.AST):
                continue
            if isinstance(tree, ast.keyword) and tree.arg == "strict":
                continue  # of zip: whether a length that is wrong is an error, and none is
            if field in ("annotation", "returns"):
                yield from (each for call in _bounds(node) for each in _nodes(call))
            elif not (isinstance(node, ast.If) and getattr(node.test, "id", "") == "TYPE_CHECKING"):
                yield node
                yield from _nodes(node)


def _bounds(annotation: ast.AST) -> Iterator[ast.AST]:
    """The calls in an annotation, such as `Gt(0)` in `Annotated[float, Gt(0)]`."""
    return (node for node in ast.walk(annotation) if isinstance(node, ast.Call))


def _is_text(node: ast.BinOp | ast.AugAssign) -> bool:
    """Whether it joins or formats a text that is written there: the other operator would be a mere error."""
    sides = (node.left, node.right) if isinstance(node, ast.BinOp) else (node.value,)
    return any(
        isinstance(s, ast.JoinedStr) or (isinstance(s, ast.Constant) and isinstance(s.value, (str, bytes)))
        for s in sides
    )


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None
