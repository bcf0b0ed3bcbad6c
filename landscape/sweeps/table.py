"""The table of a sweep: a row for each run, or one for each cell.

table["loss"]                        # (rows,) a NumPy array; dict(table) has all of them
table.summary()                      # a row a cell: median, quartiles, share that diverged
table.to_dataframe()                 # pandas; polars.DataFrame(dict(table)) and DuckDB read it as it stands
table.save("sweep.csv")              # or .npz, or .parquet where pyarrow is installed
"""

from __future__ import annotations

import dataclasses
import html
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from landscape.core.component import Array
from landscape.core.extras import library
from landscape.core.names import UnknownName
from landscape.record.tuning import WITHIN
from landscape.sweeps import table_files
from landscape.sweeps.cells import summarised
from landscape.sweeps.good_range import good_ranges

if TYPE_CHECKING:
    import pandas

QUARTILES = (0.25, 0.5, 0.75)
SHOWN = 10  # rows that a notebook shows


@dataclasses.dataclass(frozen=True, eq=False, repr=False)
class Table(Mapping[str, Array]):
    """The results of a sweep, as columns by name.

    columns: name -> (rows,): "surface" and "entrant" as text, a field that was varied as numbers (nan for an entrant
    that lacks it), "start" and "seed" the numbers of those, "cell" that of the setting, what was measured as numbers,
    "status" ("finished", "converged", "diverged"; "missing" of a run that no worker could make) and "stopped", the step
    at which it stopped. fields, measures: which columns are those. about: what was swept, as plain data.
    """

    columns: Mapping[str, Array]
    fields: tuple[str, ...]
    measures: tuple[str, ...]
    about: Mapping[str, Any] = dataclasses.field(default_factory=dict)

    def __getitem__(self, name: str) -> Array:
        if name not in self.columns:
            raise UnknownColumn("column", name, self.columns)
        return self.columns[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.columns)

    def __len__(self) -> int:
        """How many columns, as of any mapping; `rows` says how many rows."""
        return len(self.columns)

    @property
    def rows(self) -> int:
        """How many rows."""
        return len(next(iter(self.columns.values()), ()))

    @property
    def missing(self) -> int:
        """How many runs no worker could make."""
        return int(np.sum(self.columns["status"] == "missing")) if "status" in self.columns else 0

    @property
    def is_summary(self) -> bool:
        """Whether a row is a cell, not a run."""
        return "status" not in self.columns

    def __repr__(self) -> str:
        what = "cells" if self.is_summary else "runs"
        return f"<Table: {self.rows:,} {what}, columns {', '.join(self.columns)}>"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Table):
            return NotImplemented
        return (
            (self.fields, self.measures, self.about) == (other.fields, other.measures, other.about)
            and list(self.columns) == list(other.columns)
            and all(_same(self[name], other[name]) for name in self.columns)
        )

    __hash__ = None  # type: ignore[assignment]

    def where(self, **values: Any) -> Table:
        """The rows that have these values: table.where(entrant="adam", start=0), or where(**{"surface.b": 2}).

        Of a list, those that have one of its values: table.where(lr=[0.1, 0.2]).

        UnknownName where there is no such column; ValueError where no row has the values.
        """
        keep = np.ones(self.rows, dtype=bool)
        for name, value in values.items():
            column = self[name]
            one_of = np.zeros(self.rows, dtype=bool)
            for each in value if isinstance(value, (list, tuple, set, range, np.ndarray)) else [value]:
                one_of |= column != column if isinstance(each, float) and np.isnan(each) else column == each
            keep &= one_of
        if not keep.any():
            raise ValueError(f"no row has {', '.join(f'{name} = {value!r}' for name, value in values.items())}")
        return self.taken(keep)

    def taken(self, rows: Any) -> Table:
        """Some of the rows: an index array, a mask or a slice."""
        return dataclasses.replace(self, columns={name: column[rows] for name, column in self.columns.items()})

    def summary(self, measures: str | Sequence[str] | None = None, quantiles: Sequence[float] = QUARTILES) -> Table:
        """A row for each cell, over its starts and seeds: how many `runs`, the share `diverged`, and quantiles.

        measures: which ones, all where left out; quantiles: each a column: "loss_median", "loss_q25", "loss_q75". They
        are those of the runs that have not diverged, nan where all have; a figure that is no number counts as the
        highest.
        """
        if self.is_summary:
            raise ValueError("the table has a row a cell already")
        names = [measures] if isinstance(measures, str) else list(self.measures if measures is None else measures)
        if unknown := [name for name in names if name not in self.measures]:
            raise UnknownColumn("measure", unknown[0], self.measures)
        if not quantiles or not all(0.0 <= each <= 1.0 for each in quantiles):
            raise ValueError(f"quantiles must be from 0 to 1, at least one, got {quantiles!r:.80}")
        columns = summarised(self, self.measures, names, quantiles)
        return dataclasses.replace(self, columns=columns, measures=tuple(names))

    def good_range(self, measure: str | None = None, within: float = WITHIN) -> Table:
        """A row for each entrant on each surface: how many of its `settings` are `good`, their `share`, and where.

        measure: the first where left out. A setting is good where the median of its runs (of a share the mean, diverged
        runs as the worst) is within `within` times the best, of a loss above the surface's lowest where that is known.
        For each field the best value, `low` and `high` of the good ones, of one field without a gap, and how many
        `decades` those span: "lr_best", "lr_low", "lr_high", "lr_decades". good is nan where figures have no ratios.
        """
        if self.is_summary:
            raise ValueError("the table has a row a cell: take the good range of that with a row a run")
        name = self.measures[0] if measure is None else measure
        if name not in self.measures:
            raise UnknownColumn("measure", name, self.measures)
        if not within >= 1.0:
            raise ValueError(f"within must be at least 1, got {within!r:.80}")
        return dataclasses.replace(self, columns=good_ranges(self, name, within), fields=(), measures=(name,))

    def cells(self) -> Table:
        """The summary of all measures: a row for each cell."""
        return self.summary()

    def to_dataframe(self) -> pandas.DataFrame:
        """A pandas DataFrame with the same rows and columns. Needs the extra `data`."""
        return library("pandas", "a pandas DataFrame").DataFrame(dict(self.columns))

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        """The table as Arrow has it, for polars.DataFrame(table) and DuckDB. Needs pyarrow."""
        return table_files.arrow(self, "Arrow's form of a table").__arrow_c_stream__(requested_schema)

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the table whole or not at all: as .csv, .npz (which `landscape.load_table` reads) or .parquet.

        ValueError on another suffix; OSError if it cannot be written; MissingExtra for .parquet without pyarrow.
        """
        about = {"fields": list(self.fields), "measures": list(self.measures), "about": dict(self.about)}
        return table_files.save(self, about, path)

    def _repr_html_(self) -> str:
        """The first rows, for notebooks."""
        head = "".join(f"<th>{html.escape(name)}</th>" for name in self.columns)
        shown = min(self.rows, SHOWN)
        body = "".join(
            "<tr>"
            + "".join(f"<td>{html.escape(_text(column[row]))}</td>" for column in self.columns.values())
            + "</tr>"
            for row in range(shown)
        )
        more = f"{self.rows:,} {'cells' if self.is_summary else 'runs'}"
        more += f", the first {shown} shown" if shown < self.rows else ""
        more += f"; {self.missing:,} missing" if self.missing else ""
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table><p>{more}</p>"


class UnknownColumn(UnknownName, KeyError):
    """No column of that name; a KeyError too, as a mapping's."""

    __str__ = ValueError.__str__


def _same(one: Array, other: Array) -> bool:
    numbers = one.dtype.kind == "f" and other.dtype.kind == "f"
    return one.dtype.kind == other.dtype.kind and np.array_equal(one, other, equal_nan=numbers)


def _text(value: Any) -> str:
    return f"{value:.6g}" if isinstance(value, (float, np.floating)) else str(value)


def load_table(path: str | os.PathLike[str]) -> Table:
    """The table saved at `path` as npz. Nothing that it names is imported or run.

    SweepError if the file is no table; OSError if it cannot be read.
    """
    columns, about = table_files.load(path)
    return Table(columns, tuple(about["fields"]), tuple(about["measures"]), about["about"])
