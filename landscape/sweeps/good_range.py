"""Find the best setting of each entrant in a table, and how wide the range of good ones around it is.

    best_cell(table, "loss", np.median)         # (number, figure, first row) of the best setting
    judged(table, "loss").good                  # (cells,): which settings are within twice the best
    good_ranges(table, "loss", 2.0)             # columns: a row for each entrant on each surface

Of a loss, "twice" is of the loss above the surface's lowest value, where that is known.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, Protocol

import numpy as np

from landscape.analysis._metric import STATISTICS
from landscape.core.component import Array
from landscape.record.components import revived
from landscape.record.tuning import WITHIN
from landscape.sweeps.measures import HIGHER_IS_BETTER

SHARES = ("reached", "diverged", "at_saddle")  # measures that are yes or no, so that the mean of runs is a share


class Table(Protocol):
    """What is used of a table."""

    @property
    def fields(self) -> tuple[str, ...]:
        """The columns that were varied."""

    @property
    def about(self) -> Mapping[str, Any]:
        """What was swept."""

    def __getitem__(self, name: str) -> Array: ...

    def where(self, **values: Any) -> Table:
        """Some of its rows."""


class Judged(NamedTuple):
    """The settings of one entrant on one surface, in the order of the table.

    cells: (n,) their numbers; first: (n,) a row of each; figures: (n,) how good they are; diverged: (n,) shares; best:
    the place of the best; ratios: (n,) by what factor each is worse than that, or None where figures have no ratios.
    """

    cells: Array
    first: Array
    figures: Array
    diverged: Array
    best: int
    ratios: Array | None

    def good(self, within: float = WITHIN) -> Array | None:
        """(n,): which settings are within so many times the best."""
        return None if self.ratios is None else self.ratios <= within


def name_of(table: Table, measure: str) -> str:
    """The name of the measure in a column."""
    return str(dict(table.about.get("measures", {})).get(measure, {}).get("name", measure))


def statistic_of(table: Table, measure: str) -> str:
    """How the figures of runs are combined: a share by its mean, all others by their median."""
    return "mean" if name_of(table, measure) in SHARES else "median"


def judged(table: Table, measure: str, statistic: Callable[[Array], Any] | None = None) -> Judged:
    """Every setting of a table of one entrant on one surface by the statistic of a measure over its runs.

    Runs that diverged or are missing count as worst. The best is the lowest, or the highest of "reached" and the like;
    of those that are alike the one of which fewer runs diverged, then the first.
    """
    name = name_of(table, measure)
    over = statistic or STATISTICS[statistic_of(table, measure)]
    sign = -1.0 if name in HIGHER_IS_BETTER else 1.0
    lost = np.isin(table["status"], ("missing",) if name in SHARES else ("diverged", "missing"))
    runs = np.where(lost | np.isnan(table[measure]), sign * np.inf, table[measure])
    cells, first, cell = np.unique(table["cell"], return_index=True, return_inverse=True)
    order = np.argsort(cell, kind="stable")
    parts = np.split(runs[order], np.cumsum(np.bincount(cell))[:-1])
    with np.errstate(invalid="ignore"):
        figures = np.array([float(over(part)) for part in parts])
    figures = np.where(np.isnan(figures), sign * np.inf, figures)
    diverged = np.bincount(cell, np.isin(table["status"], ("diverged", "missing"))) / np.bincount(cell)
    best = int(np.lexsort((diverged, sign * figures))[0])
    lowest = _lowest(table) if name == "loss" else 0.0
    return Judged(cells, first, figures, diverged, best, _ratios(figures, best, sign, lowest))


def best_cell(table: Table, measure: str, statistic: Callable[[Array], Any]) -> tuple[int, float, int]:
    """(number, figure, first row) of the setting of a table whose figure is best."""
    found = judged(table, measure, statistic)
    return int(found.cells[found.best]), float(found.figures[found.best]), int(found.first[found.best])


def _lowest(table: Table) -> float | None:
    """The lowest value of the one surface of a table, where it is known and the same in all settings."""
    names = set(table["surface"].tolist())
    known = table.about.get("surfaces", {})
    if len(names) > 1 or not names <= set(known) or any(field.startswith("surface.") for field in table.fields):
        return None
    try:
        surface = revived("surface", known[names.pop()], int(table.about["stream"]), trust=False)
        return None if surface.lowest is None else float(surface.lowest)
    except (ValueError, KeyError, TypeError, AttributeError, ArithmeticError):  # what is not known here has none either
        return None


def _ratios(figures: Array, best: int, sign: float, lowest: float | None) -> Array | None:
    """(n,): by what factor each figure is worse than the best, or None where that says nothing."""
    if not np.isfinite(figures[best]) or (sign < 0.0 and figures[best] <= 0.0):  # none reached it: all are as bad
        return None
    above = figures if lowest is None else np.where(figures < lowest, 0.0, figures - lowest)
    if (above[np.isfinite(above)] < 0.0).any():
        return None
    above = np.where(np.isfinite(above), above, np.inf if sign > 0 else 0.0)
    more, less = (above, above[best]) if sign > 0 else (np.full(len(above), above[best]), above)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(more == less, 1.0, more / less)


def neighbours(values: Array, at: int) -> Array:
    """The places of the settings next to one. values: (n, fields), nan-free.

    Of one field those with the next lower and the next higher value, of several the nearest two a field, by the ranks
    of their values.
    """
    count, fields = values.shape
    if fields == 0:
        return np.empty(0, dtype=np.int64)
    order = [np.unique(column, return_inverse=True) for column in values.T]
    ranks = np.stack([inverse / max(1, len(known) - 1) for known, inverse in order], axis=1)
    if fields == 1:
        _, inverse = order[0]
        return np.nonzero(np.abs(inverse - inverse[at]) == 1)[0]
    far = np.abs(ranks - ranks[at]).sum(axis=1)
    far[at] = np.inf
    return np.argsort(far, kind="stable")[: min(2 * fields, count - 1)]


def ranges(values: Mapping[str, Array], good: Array, best: int) -> dict[str, tuple[float, float]]:
    """Field -> (lowest, highest) value of the good settings: of one field of those around the best without a gap."""
    if len(values) == 1:
        ((name, column),) = values.items()
        order = np.argsort(column, kind="stable")
        place = int(np.nonzero(order == best)[0][0])
        low = high = place
        while low > 0 and good[order[low - 1]]:
            low -= 1
        while high + 1 < len(order) and good[order[high + 1]]:
            high += 1
        return {name: (float(column[order[low]]), float(column[order[high]]))}
    return {name: (float(column[good].min()), float(column[good].max())) for name, column in values.items()}


def fields_of(table: Table, found: Judged) -> dict[str, Array]:
    """Field -> (n,) values of the settings, of the fields that the entrant has."""
    columns = {name: table[name][found.first] for name in table.fields}
    return {name: column for name, column in columns.items() if np.isfinite(column).all()}


def good_ranges(table: Table, measure: str, within: float) -> dict[str, Array]:
    """The columns of a row for each entrant on each surface: see `Table.good_range`."""
    rows: list[dict[str, Any]] = []
    pairs = dict.fromkeys(zip(table["surface"].tolist(), table["entrant"].tolist(), strict=True))
    for surface, entrant in pairs:
        mine = table.where(surface=surface, entrant=entrant)
        found = judged(mine, measure)
        good, values = found.good(within), fields_of(mine, found)
        row: dict[str, Any] = {"surface": surface, "entrant": entrant, "settings": len(found.cells)}
        row["good"] = np.nan if good is None else float(good.sum())
        row["share"] = np.nan if good is None else float(good.mean())
        row[f"{measure}_best"] = float(found.figures[found.best])
        reach = {} if good is None else ranges(values, good, found.best)
        for name in table.fields:
            low, high = reach.get(name, (np.nan, np.nan))
            row[f"{name}_best"] = float(values[name][found.best]) if name in values else np.nan
            row |= {f"{name}_low": low, f"{name}_high": high}
            row[f"{name}_decades"] = float(np.log10(high / low)) if low > 0.0 else np.nan
        rows.append(row)
    return {name: np.array([row[name] for row in rows]) for name in rows[0]}
