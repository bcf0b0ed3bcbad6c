"""Quantiles of numbers that come in parts, of which none is kept: a histogram a row, on a scale of logarithms.

    sketch = Sketch(rows)
    sketch.add(values)              # (rows, n), as often as there are parts
    sketch.quantiles(levels)        # (rows, levels)
    sketch.means()                  # (rows,)

A bin is one part in a hundred of a number's size wide, as in DDSketch (Masson, Rim and Lee 2019), and of its distance
from the first number of the row, whichever is less: so numbers near 0 are told apart, and so are those of runs that do
nearly the same. Sizes below 1e-30 are taken for 0, those beyond 4e307 for that. What is read from it does not depend
on how the numbers were parted, but for the rounding of means.
"""

from __future__ import annotations

import numpy as np

from landscape.core.component import Array

WIDTH = 0.01  # of a bin, in natural logarithms
TINY = 1e-30  # the size below which numbers are taken for zero
FINEST = 1e-12  # the same of distances from the first number, as a part of that
SLAB = 1 << 19  # numbers at a time
LARGEST = np.finfo(float).max / 4.0  # sizes beyond are taken for it


class Sketch:
    """How the numbers of each of some rows are distributed. What is not a number is left out; infinities count."""

    def __init__(self, rows: int) -> None:
        self._counts: list[Array] = [np.zeros(0, np.int64)] * rows
        self._first = np.zeros(rows, np.int64)  # the bin of the first of the counts
        self._centers = np.full(rows, np.nan)  # the first number of each row
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
        begun = values[np.arange(len(rows)), np.argmax(known, axis=1)]
        self._centers[rows] = np.where(np.isnan(self._centers[rows]), _finite(begun), self._centers[rows])
        centers = self._centers[rows]
        lowest, highest = np.fmin.reduce(values, axis=1), np.fmax.reduce(values, axis=1)
        self._lowest[rows] = np.minimum(self._lowest[rows], lowest)
        self._highest[rows] = np.maximum(self._highest[rows], highest)
        with np.errstate(invalid="ignore", over="ignore"):
            self._sums[rows] += np.where(known, values, 0.0).sum(axis=1)
        first, last = _bins(lowest, centers), _bins(highest, centers)
        width = int((last - first).max()) + 1
        places = _bins(np.where(known, values, lowest[:, None]), centers[:, None])
        places += (width * np.arange(len(rows)) - first)[:, None]
        counts = np.bincount(places[known], minlength=width * len(rows)).reshape(len(rows), width)
        for number, row in enumerate(rows):
            self._merge(int(row), int(first[number]), counts[number, : last[number] - first[number] + 1])

    def _merge(self, row: int, first: int, counts: Array) -> None:
        mine, begin = self._counts[row], int(self._first[row])
        if not len(mine):
            self._counts[row], self._first[row] = counts.astype(np.uint32), first
            return
        low, high = min(begin, first), max(begin + len(mine), first + len(counts))
        if high - low > len(mine):
            mine = np.pad(mine, (begin - low, high - begin - len(mine)))
            self._counts[row], self._first[row] = mine, low
        mine[first - low : first - low + len(counts)] += counts.astype(np.uint32)

    def quantiles(self, levels: Array) -> Array:
        """(rows, levels), between two numbers of the row on a straight line; NaN where a row has none."""
        some = np.flatnonzero([len(counts) > 0 for counts in self._counts])
        made = np.full((len(self._counts), len(levels)), np.nan)
        totals = np.array([self._counts[row].sum(dtype=np.int64) for row in some])
        ranks = levels * (totals[:, None] - 1.0)
        share = ranks % 1.0
        below, above = self._ranked(some, np.floor(ranks), totals), self._ranked(some, np.ceil(ranks), totals)
        with np.errstate(invalid="ignore"):
            between = np.clip((1.0 - share) * below + share * above, below, above)
        made[some] = np.where(share == 0.0, below, between)
        return made

    def _ranked(self, rows: Array, ranks: Array, totals: Array) -> Array:
        """The numbers of rows at ranks 0, 1, ..., (rows, n), those of a bin evenly spread in it."""
        places = np.empty(ranks.shape)
        for number, row in enumerate(rows):
            counts = self._counts[row].astype(np.int64)
            upto = np.cumsum(counts)
            bins = np.searchsorted(upto, ranks[number], side="right")
            share = (ranks[number] + 0.5 - (upto[bins] - counts[bins])) / counts[bins]
            places[number] = self._first[row] + bins - 0.5 + share
        lowest, highest = self._lowest[rows, None], self._highest[rows, None]
        values = np.clip(_values(places, self._centers[rows, None]), lowest, highest)
        return np.where(ranks == 0.0, lowest, np.where(ranks == totals[:, None] - 1.0, highest, values))

    def means(self) -> Array:
        """(rows,): NaN where a row has no numbers."""
        counts = np.array([counts.sum() for counts in self._counts], float)
        with np.errstate(invalid="ignore"):
            return np.asarray(self._sums / counts)


def _finite(values: Array) -> Array:
    return np.clip(values, -LARGEST, LARGEST)


def _finest(centers: Array) -> Array:
    return np.maximum(FINEST * np.abs(centers), TINY)


def _scaled(values: Array, finest: Array | float) -> Array:
    """sign(x) log(1 + |x| / finest)."""
    return np.asarray(np.copysign(np.log(np.minimum(np.abs(values), LARGEST) + finest) - np.log(finest), values))


def _place(values: Array, centers: Array) -> Array:
    """Where numbers are on the scale of bins, which rises with them."""
    with np.errstate(over="ignore"):
        return np.asarray((_scaled(values, TINY) + _scaled(_finite(values) - centers, _finest(centers))) / WIDTH)


def _bins(values: Array, centers: Array) -> Array:
    return np.rint(_place(values, centers)).astype(np.int64)


def _values(places: Array, centers: Array) -> Array:
    """The numbers at places on the scale of bins, by bisection; those of less than TINY are 0."""
    end = _scaled(np.array(LARGEST), TINY)
    # on the scale of the numbers alone, where halves of an interval are halves of its digits
    low, high = np.full(places.shape, -end), np.full(places.shape, end)
    for _ in range(60):
        middle = (low + high) / 2.0
        beyond = _place(_unscaled(middle), centers) > places
        low, high = np.where(beyond, low, middle), np.where(beyond, middle, high)
    values = _unscaled((low + high) / 2.0)
    return np.where(np.abs(values) < TINY, 0.0, values)


def _unscaled(scaled: Array) -> Array:
    with np.errstate(over="ignore"):
        return _finite(np.copysign(np.exp(np.abs(scaled) + np.log(TINY)) - TINY, scaled))
