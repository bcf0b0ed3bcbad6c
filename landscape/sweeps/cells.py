"""Summarise the runs of each cell of a table at once: quantiles, how many, and how many diverged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from landscape.core.component import Array
from landscape.i18n.numbers import number

NOT_OF_CELLS = ("start", "seed", "status", "stopped")
LOST = ("diverged", "missing")


def summarised(
    table: Mapping[str, Array], left_out: Sequence[str], measures: Sequence[str], quantiles: Sequence[float]
) -> dict[str, Array]:
    """The columns of a row for each cell, from those of a row for each run. left_out: columns of runs alone."""
    _, first, place = np.unique(table["cell"], return_index=True, return_inverse=True)
    order = np.argsort(first, kind="stable")  # cells as they first come
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    place = rank[place]
    kept = [name for name in table if name not in (*NOT_OF_CELLS, *left_out)]
    columns = {name: table[name][first[order]] for name in kept}
    runs = np.bincount(place, minlength=len(order))
    status = table["status"]
    columns["runs"] = runs
    columns["diverged"] = np.bincount(place, status == "diverged", len(order)) / runs
    alive = ~np.isin(status, LOST)
    for name in measures:
        found = grouped_quantiles(table[name][alive], place[alive], len(order), quantiles)
        columns |= {f"{name}_{quantile_name(each)}": values for each, values in zip(quantiles, found, strict=True)}
    return columns


def quantile_name(quantile: float) -> str:
    """ "median", "q25", "q2.5"."""
    return "median" if quantile == 0.5 else f"q{number(100.0 * quantile)}"


def grouped_quantiles(values: Array, groups: Array, count: int, quantiles: Sequence[float]) -> Array:
    """(quantiles, count): those of the values (n,) of each group, by straight lines between ranks; nan of none.

    What is no number counts as higher than all.
    """
    order = np.lexsort((values, groups))
    sorted_values = values[order]
    sizes = np.bincount(groups, minlength=count)
    begins = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    found = np.full((len(quantiles), count), np.nan)
    there = sizes > 0
    for at, quantile in enumerate(quantiles):
        rank = quantile * (sizes[there] - 1)
        low = np.floor(rank).astype(np.int64)
        high = np.minimum(low + 1, sizes[there] - 1)
        one, other = sorted_values[begins[there] + low], sorted_values[begins[there] + high]
        share = rank - low
        with np.errstate(invalid="ignore", over="ignore"):
            between = np.where(share < 0.5, one + (other - one) * share, other - (other - one) * (1.0 - share))
        found[at, there] = np.where((share == 0.0) | (one == other), one, between)
    return found
