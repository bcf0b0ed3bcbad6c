"""A published figure beside ours, and the papers that have some: what docs/published.py enters them with.

@paper("Goh 2017, Why momentum really works", "1/2 (x² + κ y²) from (1, 1)")
def goh():
    yield Figure("steps to 1e-6", 691, steps, 0.0)
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np


class Figure(NamedTuple):
    """One line. within: the tolerance, a share of `theirs`, or a distance where that is 0; why: what a larger one comes
    from."""

    what: str
    theirs: float
    ours: float
    within: float
    why: str = ""

    @property
    def off(self) -> float:
        """How far ours lies from theirs, as the tolerance counts."""
        return abs(self.ours - self.theirs) / (abs(self.theirs) or 1.0)

    def row(self) -> str:
        """The line of the page."""
        ratio = shown(self.ours / self.theirs) if self.theirs else "-"
        tolerance = f"{100.0 * self.within:g} %" if self.theirs else shown(self.within)
        verdict = "within" if self.off <= self.within else f"not within: {self.why}"
        assert "|" not in self.what, self.what
        return f"| {self.what} | {shown(self.theirs)} | {shown(self.ours)} | {ratio} | {tolerance} | {verdict} |\n"


@dataclasses.dataclass(frozen=True)
class Paper:
    """The figures of one paper. long: whether they take more than a moment."""

    source: str
    about: str
    figures: Callable[[], Iterator[Figure]]
    long: bool

    def section(self) -> str:
        """Its part of the page."""
        with np.errstate(all="ignore"):
            rows = "".join(figure.row() for figure in self.figures())
        head = "| figure | theirs | ours | ratio | tolerance | ours is |\n|---|---|---|---|---|---|\n"
        return f"## {self.source}\n\n{self.about}\n\n{head}{rows}"


PAPERS: list[Paper] = []


def paper(source: str, about: str, long: bool = False) -> Callable[[Any], Any]:
    """Enter a function that gives a paper's figures."""

    def enter(figures: Callable[[], Iterator[Figure]]) -> Callable[[], Iterator[Figure]]:
        PAPERS.append(Paper(source, about, figures, long))
        return figures

    return enter


def shown(x: float) -> str:
    """A number to five digits, short of what rounding leaves."""
    if x != 0.0 and abs(x) < 1e-11:
        return "below 1e-11"
    return f"{x:,.0f}" if abs(x) >= 1e4 else f"{x:.5g}"
