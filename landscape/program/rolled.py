"""Write lines that repeat but for their numbers, such as those of a hundred peaks, as a loop over a table of numbers.

    loop = rolled(["t4 = (p0 - (1.5))", "t5 = (t4 * t4)", "t6 = (p0 - (2.5))", "t7 = (t6 * t6)", ...])
    loop.lines              # what comes before it, the loop in JavaScript over `c` and `a`, and what comes after it
    loop.table, loop.size   # the numbers of c, and how many a has: what the loop computes

The operations are the same in the same order, so that the numbers are the same to the last bit.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping, Sequence

LEAST_TIMES = 8  # a block must repeat
LEAST_LINES = 60  # that a loop must save
LONGEST = 40  # lines of a block

_CONSTANT = re.compile(r"\((-?\d[\d.]*(?:e[+-]?\d+)?)\)")
_TARGET = re.compile(r"\bt(\d+)\b")


@dataclasses.dataclass(frozen=True)
class Loop:
    """Lines with a loop among them. table: the numbers that differ from turn to turn; size: how many are computed;
    places: where each node of the loop stands among them."""

    lines: list[str]
    table: list[str]
    size: int
    places: Mapping[int, int] = dataclasses.field(default_factory=dict)

    def named(self, text: str) -> str:
        """A text that takes nodes, with those that the loop computes."""
        return _TARGET.sub(lambda found: _named(int(found[1]), self.places), text)


@dataclasses.dataclass(frozen=True)
class _Line:
    """An assignment: its target, its text with # for each constant and @ for each number of a node, and these."""

    target: int
    shape: str
    constants: tuple[str, ...]
    nodes: tuple[int, ...]


def rolled(lines: Sequence[str]) -> Loop | None:
    """The lines with the longest repetition among them as a loop. None where there is none that is worth it."""
    read = [_read(line) for line in lines]
    shapes = [line.shape for line in read]
    best = (0, 0, 0)
    for period in range(2, LONGEST + 1):
        first = 0
        while first + LEAST_TIMES * period <= len(read):
            times = 1
            if shapes[first : first + period] == shapes[first + period : first + 2 * period]:
                times = _times(read, first, period)
            if times >= LEAST_TIMES and (times - 1) * period > best[0]:
                best = (times - 1) * period, first, period
            first += max(1, (times - 1) * period)
    saved, first, period = best
    if saved < LEAST_LINES:
        return None
    return _loop(lines, read, first, period, saved // period + 1)


def _read(line: str) -> _Line:
    target, _, text = line.partition(" = ")
    constants = tuple(_CONSTANT.findall(text))
    shape = _CONSTANT.sub("#", text)
    return _Line(int(target[1:]), _TARGET.sub("@", shape), constants, tuple(map(int, _TARGET.findall(shape))))


def _times(read: Sequence[_Line], first: int, period: int) -> int:
    """How often a block of lines is repeated from there on, itself counted."""
    times = 1
    while first + (times + 1) * period <= len(read):
        at = first + times * period
        if any(read[at + i].shape != read[first + i].shape for i in range(period)):
            break
        if times == 1:
            kinds = _kinds(read, first, period, 1)
        elif _kinds(read, first, period, times) != kinds:
            break
        times += 1
    return times if times > 1 and _begins(read, first, period, kinds) else 1


def _kinds(read: Sequence[_Line], first: int, period: int, turn: int) -> list[tuple[str, int]]:
    """Of each node that a turn of the loop takes: ("own" | "last", line of this turn or of the one before), or
    ("node", number) for one from outside."""
    at = first + turn * period
    own = {read[at + i].target: i for i in range(period)}
    last = {read[at - period + i].target: i for i in range(period)} if turn else {}
    found = []
    for line in read[at : at + period]:
        for node in line.nodes:
            found.append(
                ("own", own[node]) if node in own else ("last", last[node]) if node in last else ("node", node)
            )
    return found


def _begins(read: Sequence[_Line], first: int, period: int, kinds: list[tuple[str, int]]) -> bool:
    """Whether the first turn takes the same, but from outside what the others take from the turn before."""
    begun = _kinds(read, first, period, 0)
    return all(
        one == other or (one[0] == "node" and other[0] == "last") for one, other in zip(begun, kinds, strict=True)
    )


def _loop(lines: Sequence[str], read: Sequence[_Line], first: int, period: int, times: int) -> Loop:
    block = [[read[first + turn * period + i] for turn in range(times)] for i in range(period)]
    places = {line.target: turn * period + i for i, turns in enumerate(block) for turn, line in enumerate(turns)}
    kinds, begun = iter(_kinds(read, first, period, 1)), iter(_kinds(read, first, period, 0))
    columns: list[list[str]] = []
    body = []
    for i, turns in enumerate(block):
        constants = []
        for values in zip(*(line.constants for line in turns), strict=True):
            if len(set(values)) == 1:
                constants.append(f"({values[0]})")
                continue
            constants.append(f"c[w + {len(columns)}]")
            columns.append(list(values))
        nodes = [_taken(next(kinds), next(begun), period) for _ in turns[0].nodes]
        body.append(f"  a[v + {i}] = {_filled(turns[0].shape, constants, nodes)};")
    head = f"for (let v = 0, w = 0; v < {times * period}; v += {period}, w += {len(columns)}) {{"
    before, after = lines[:first], lines[first + times * period :]
    moved = [_TARGET.sub(lambda found: _named(int(found[1]), places), line) for line in after]
    table = [column[turn] for turn in range(times) for column in columns]
    made = [*(f"const {line};" for line in before), head, *body, "}", *(f"const {line};" for line in moved)]
    return Loop(made, table, times * period, places)


def _taken(kind: tuple[str, int], begun: tuple[str, int], period: int) -> str:
    if kind[0] == "own":
        return f"a[v + {kind[1]}]"
    if kind[0] == "last":
        return f"(v ? a[v - {period - kind[1]}] : t{begun[1]})"
    return f"t{kind[1]}"


def _filled(shape: str, constants: Sequence[str], nodes: Sequence[str]) -> str:
    rest = {"#": iter(constants), "@": iter(nodes)}
    return re.sub("[#@]", lambda found: next(rest[found[0]]), shape)


def _named(node: int, places: Mapping[int, int]) -> str:
    return f"a[{places[node]}]" if node in places else f"t{node}"
