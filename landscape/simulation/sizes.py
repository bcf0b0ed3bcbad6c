"""Refuse what does not fit into memory before anything of that size is made.

check_starts(start, surface.dim, 2.0)               # ValueError: "the start grid makes 10,000,000,000 points ..."
check_recorded(entrants, rows, surface.dim, runs, steps, 2.0)
check_kept(rule, surface.dim, runs, 2.0)
"""

from __future__ import annotations

import math
from typing import Any

from landscape.core.batches import components
from landscape.core.methods import Method
from landscape.simulation.array_engine import BLOCK
from landscape.starts.points import Grid

GIB = 2.0  # that a simulation may take where nothing else is said
_NUMBER = 8  # bytes


def count_of(start: Any, dim: int) -> int:
    """How many starting points a start component will make, as far as that is known before it makes them."""
    if isinstance(start, Grid):
        return math.prod(start.shape) if isinstance(start.shape, tuple) else start.shape ** min(dim, 64)
    count = getattr(start, "count", 1)
    return count if type(count) is int else 1


def check_starts(start: Any, dim: int, allowed: float = GIB) -> None:
    """ValueError where a start component would make more points (dim, starts) than fit into `allowed` GiB."""
    count = count_of(start, dim)
    if (needed := 2 * count * dim * _NUMBER) > allowed * 2**30:  # the random numbers, and the points made of them
        raise ValueError(
            f"{start.name}: makes {many(count)} starting points in {dim:,} dimensions, which take {gib(needed)}, more "
            f"than the {allowed:g} GiB allowed: ask for fewer points"
        )


def recorded(entrants: int, rows: int, dim: int, runs: int) -> int:
    """The bytes of a record: params, value, gradient norm, rate and evaluations of each row and run."""
    return entrants * rows * runs * (dim + 4) * _NUMBER


def check_recorded(entrants: int, rows: int, dim: int, runs: int, steps: int, allowed: float) -> None:
    """ValueError where a record, or the plan of its steps, would take more than `allowed` GiB."""
    if (needed := recorded(entrants, rows, dim, runs)) > allowed * 2**30:
        raise ValueError(
            f"recording {entrants} entrants x {many(rows)} rows x {many(runs)} runs in {dim:,} dimensions needs "
            f"{gib(needed)}, more than the {allowed:g} GiB allowed: record fewer rows with every=..., some of the "
            "runs whole with keep=..., take fewer runs, or allow more with memory=..."
        )
    if (needed := 3 * (steps + 1) * _NUMBER) > allowed * 2**30:  # the steps, a schedule's factors and the rates
        raise ValueError(
            f"steps: the schedule of {many(steps)} steps needs {gib(needed)}, more than the {allowed:g} GiB allowed: "
            "take fewer steps, or allow more with memory=..."
        )


def check_kept(rule: Method, dim: int, runs: int, allowed: float) -> None:
    """ValueError where what a rule keeps of the runs that go side by side would take more than `allowed` GiB."""
    if (needed := kept(rule, dim, runs)) > allowed * 2**30:
        raise ValueError(
            f"{rule.name}: what it keeps in {dim:,} dimensions needs about {gib(needed)}, more than the {allowed:g} "
            "GiB allowed: take fewer dimensions, or a rule that keeps a few vectors alone, such as adam"
        )


def kept(rule: Method, dim: int, runs: int) -> int:
    """About how many bytes a rule keeps and makes in a step: its matrices before and after it."""
    blocks = -(-runs * dim // BLOCK)
    together = max(2, -(-runs // blocks))  # as in the array engine
    numbers = 0
    for each in components(rule):
        if isinstance(each, Method):
            numbers += each.kept(dim)
    return 2 * numbers * together * _NUMBER


def fits_in_floats(steps: int, dim: int, runs: int, noisy: bool) -> bool:
    """Whether the path of a run fits into memory as a list of Python's floats, and the noise of all runs."""
    bytes_a_number = 5 * _NUMBER + noisy * (4 + runs) * _NUMBER  # a float in a list takes four, an array one
    return steps * dim * bytes_a_number <= GIB * 2**30


def gib(size: int) -> str:
    """A number of bytes in GiB, in words where it is beyond all computers."""
    return f"{size / 2**30:,.1f} GiB" if size < 2**80 else "more GiB than there are computers for"


def many(count: int) -> str:
    """A number with commas; a very long one by its power of ten."""
    return f"{count:,}" if count < 10**15 else f"about 10^{int(math.log10(count))}"
