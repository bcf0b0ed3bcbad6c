"""All runs of an entrant, summed up: how they ended, and quantiles and means of measures at every recorded step.

record = ls.simulate("rosenbrock", "adam", steps=500, repeats=100_000, noise="gaussian", keep=20)
every = record["adam"].ensemble           # of 100,000 runs, of which 20 are recorded whole
every.quantile("loss", 0.5)               # (rows,): the median of all
every.means["loss"], every.ends["diverged"]
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from landscape.core.component import Array
from landscape.core.names import UnknownName
from landscape.record.archive import want

LEVELS = np.linspace(0.0, 1.0, 201)  # of the quantiles that are kept: every half per cent
STATUSES = ("finished", "converged", "diverged")
MOST_MEASURES = 100
_NAME = re.compile(r"[a-z][a-z0-9_]{0,60}")


@dataclasses.dataclass(frozen=True, eq=False, repr=False)
class Ensemble:
    """What is kept of all runs of an entrant.

    runs: how many; ends: how many ended "finished", "converged" and "diverged"; quantiles: of each measure (rows, 201),
    its quantiles at the levels 0, 0.005, ..., 1 over the runs where it is a number, NaN where it is one in none; means:
    of each (rows,). A run that has stopped counts on with its last good point. Of what it would be of all numbers, a
    quantile is off by at most 1 % of its size, and of its distance from the first run, whichever is less; the
    lowest and the highest are exact.
    """

    runs: int
    ends: Mapping[str, int]
    quantiles: Mapping[str, Array]
    means: Mapping[str, Array]

    def __repr__(self) -> str:
        return f"<Ensemble: {self.runs:,} runs, {', '.join(self.quantiles)}>"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Ensemble):
            return NotImplemented
        plain = (self.runs, dict(self.ends), list(self.quantiles)) == (other.runs, dict(other.ends), [*other.quantiles])
        return plain and all(
            np.array_equal(mine[name], others[name], equal_nan=True)
            for mine, others in ((self.quantiles, other.quantiles), (self.means, other.means))
            for name in mine
        )

    __hash__ = None  # type: ignore[assignment]

    def quantile(self, measure: str, level: float) -> Array:
        """(rows,): the quantile of a measure at a level from 0 to 1, by straight lines between those that are kept."""
        if isinstance(level, bool) or not isinstance(level, (int, float, np.number)):
            raise TypeError(f"level must be a number from 0 to 1, got {level!r:.80}")
        if not 0.0 <= level <= 1.0:
            raise ValueError(f"level must be from 0 to 1, got {level!r}")
        kept = self._of(measure)
        place = float(level) * (len(LEVELS) - 1)
        low, nearest = min(int(place), len(LEVELS) - 2), round(place)
        share = place - low
        if abs(place - nearest) < 1e-9:  # a level that is kept, but for rounding
            return kept[:, nearest].copy()
        return np.asarray((1.0 - share) * kept[:, low] + share * kept[:, low + 1])

    def _of(self, measure: str) -> Array:
        if measure not in self.quantiles:
            raise UnknownName("measure", measure, self.quantiles)
        return self.quantiles[measure]

    # how it is saved

    def to_table(self) -> dict[str, Any]:
        """What metadata says of it."""
        return {"runs": self.runs, "ends": dict(self.ends), "measures": list(self.quantiles)}

    def arrays(self) -> Iterator[tuple[str, Array]]:
        """Its arrays by the names of their files."""
        for name in self.quantiles:
            yield f"{name}/quantiles.npy", self.quantiles[name]
            yield f"{name}/means.npy", self.means[name]

    @classmethod
    def from_table(cls, table: Mapping[str, Any], arrays: Mapping[str, Array]) -> Ensemble:
        """One of what `to_table` and `arrays` gave."""
        names = table["measures"]
        quantiles, means = ({name: arrays[f"{name}/{kind}.npy"] for name in names} for kind in ("quantiles", "means"))
        return cls(table["runs"], dict(table["ends"]), quantiles, means)


def check_table(table: Any, kept: int) -> None:
    """Damaged where metadata does not say what an ensemble has. kept: how many runs are recorded whole."""
    want(isinstance(table, dict) and set(table) == {"runs", "ends", "measures"}, "an ensemble is no table")
    runs, ends, names = table["runs"], table["ends"], table["measures"]
    want(type(runs) is int and runs >= kept, "an ensemble has fewer runs than are recorded")
    counts = list(ends.values()) if isinstance(ends, dict) else []
    whole = all(type(count) is int and count >= 0 for count in counts)
    want(whole and list(ends) == list(STATUSES) and sum(counts) == runs, "an ensemble does not say how its runs ended")
    listed = isinstance(names, list) and 0 < len(names) <= MOST_MEASURES
    want(listed and all(isinstance(name, str) and _NAME.fullmatch(name) for name in names), "measures are no names")
    want(len(set(names)) == len(names), "an ensemble has a measure twice")


def shapes(table: Mapping[str, Any], rows: int) -> Iterator[tuple[str, tuple[int, ...]]]:
    """The arrays of an ensemble by the names of their files, with their shapes."""
    for name in table["measures"]:
        yield f"{name}/quantiles.npy", (rows, len(LEVELS))
        yield f"{name}/means.npy", (rows,)
