"""Quantiles of numbers that come in parts, of which none is kept: a histogram a row, on a scale of logarithms.

    sketch = Sketch(rows)
    sketch.add(values)              # (rows, n), as often as there are parts
    sketch.quantiles(levels)        # (rows, levels)
    sketch.means()                  # (rows,)

A bin is one part in a hundred of a number's size wide, as in DDSketch (Masson, Rim and Lee 2019), and of numbers below
1e-30 all are one; what is read from it does not depend on how the numbers were parted, but for the rounding of means.
"""

from __future__ import annotations

import numpy as np

from landscape.core.component import Array

WIDTH = 0.01  # of a bin, in natural logarithms
TINY = 1e-30  # the size below which numbers are taken for zero
SLAB = 1 << 19  # numbers at a time


class Sketch:
    """How the numbers of each of some rows are distributed. What is not a number is left out; infinities count."""

    def __init__(self, rows: int) -> None:
        self._counts: list[Array] = [np.zeros(0, np.int64)] * rows
        self._first = np.zeros(rows, np.int64)  # the bin of the first of the counts
        self._lowest, self._highest = np.full(rows, np.inf), np.full(rows, -np.inf)
        self._sums = np.zeros(rows)

    def add(self, values: Array) -> None:
        """Take in values (rows, n)."""
        many = max(1, SLAB // max(1, values.shape[1]))
        for low in range(0, len(values), many):
            self._add(np.asarray(values[low : low + many], float), low)

    def _add(self, values: Array, above: int) -> None:
        known = ~np.isnan(values)
        some = np.flatnonzero(known.any(axis=1))
        if not len(some):
            return
        values, known = values[some], known[some]
        rows = some + above
        lowest, highest = (np.fmin.reduce(values, axis=1), np.fmax.reduce(values, axis=1))
        self._lowest[rows] = np.minimum(self._lowest[rows], lowest)
        self._highest[rows] = np.maximum(self._highest[rows], highest)
        with np.errstate(invalid="ignore", over="ignore"):
            self._sums[rows] += np.where(known, values, 0.0).sum(axis=1)
        first, last = _bins(lowest), _bins(highest)
        width = int((last - first).max()) + 1
        places = (
            _bins(np.where(known, values, lowest[:, None])) - first[:, None] + width * np.arange(len(rows))[:, None]
        )
        counts = np.bincount(places[known], minlength=width * len(rows)).reshape(len(rows), width)
        for number, row in enumerate(rows):
            self._merge(int(row), int(first[number]), counts[number, : last[number] - first[number] + 1])

    def _merge(self, row: int, first: int, counts: Array) -> None:
        mine, begin = self._counts[row], int(self._first[row])
        if not len(mine):
            self._counts[row], self._first[row] = counts.copy(), first
            return
        low, high = min(begin, first), max(begin + len(mine), first + len(counts))
        if high - low > len(mine):
            mine = np.pad(mine, (begin - low, high - begin - len(mine)))
            self._counts[row], self._first[row] = mine, low
        mine[first - low : first - low + len(counts)] += counts

    def quantiles(self, levels: Array) -> Array:
        """(rows, levels), between two numbers of the row on a straight line; NaN where a row has none."""
        made = np.full((len(self._counts), len(levels)), np.nan)
        for row, counts in enumerate(self._counts):
            if len(counts):
                ranks = levels * (int(counts.sum()) - 1)
                low, share = np.floor(ranks), ranks % 1.0
                below, above = self._ranked(row, low), self._ranked(row, np.ceil(ranks))
                with np.errstate(invalid="ignore"):
                    between = np.clip((1.0 - share) * below + share * above, below, above)
                made[row] = np.where(share == 0.0, below, between)
        return made

    def _ranked(self, row: int, ranks: Array) -> Array:
        """The numbers of a row at ranks 0, 1, ..., those of a bin evenly spread in it."""
        counts = self._counts[row]
        upto = np.cumsum(counts)
        bins = np.searchsorted(upto, ranks, side="right")
        share = (ranks + 0.5 - (upto[bins] - counts[bins])) / counts[bins]
        values = _values(self._first[row] + bins - 0.5 + share)
        values = np.clip(values, self._lowest[row], self._highest[row])
        values[ranks == 0], values[ranks == upto[-1] - 1] = self._lowest[row], self._highest[row]
        return values

    def means(self) -> Array:
        """(rows,): NaN where a row has no numbers."""
        counts = np.array([counts.sum() for counts in self._counts], float)
        with np.errstate(invalid="ignore"):
            return np.asarray(self._sums / counts)


def _bins(values: Array) -> Array:
    sizes = np.log(np.minimum(np.abs(values), np.finfo(float).max) + TINY) - np.log(TINY)
    return np.rint(np.copysign(sizes / WIDTH, values)).astype(np.int64)


def _values(places: Array) -> Array:
    """The numbers at places on the scale of bins."""
    with np.errstate(over="ignore"):
        return np.asarray(np.copysign(np.exp(np.abs(places) * WIDTH + np.log(TINY)) - TINY, places))
