"""Write tables to files and read them again: CSV for any program, npz for this one, Parquet for the large ones.

    save(columns, about, "sweep.npz"); load("sweep.npz") == (columns, about)

An npz file is a zip archive of plain arrays, each with its digest, and a text with what was swept. Reading one imports
and calls nothing that it names.
"""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import IO, Any

import numpy as np

from landscape.core.component import Array
from landscape.core.extras import library
from landscape.core.files import atomic_write
from landscape.record.archive import FORMAT, Archive, want, write
from landscape.sweeps.journal import ERRORS, SweepError

KIND = "landscape table"
BLOCK = 10_000  # rows of a CSV file that are made at a time

Columns = Mapping[str, Array]


def save(table: Columns, about: Mapping[str, Any], path: str | os.PathLike[str]) -> Path:
    """Write the columns in the format of the file's suffix. about: plain data that an npz file keeps, too."""
    place = Path(path)
    writers: dict[str, Callable[[Columns, Mapping[str, Any], IO[bytes]], None]] = {
        ".csv": _csv,
        ".npz": _npz,
        ".parquet": _parquet,
    }
    if place.suffix.lower() not in writers:
        raise ValueError(f"a table is saved as {', '.join(writers)}, got {str(place)!r:.200}")
    if place.suffix.lower() == ".parquet":
        library("pyarrow", "a Parquet file")  # before the file is begun
    with atomic_write(place) as file:
        writers[place.suffix.lower()](table, about, file)
    return place


def _csv(table: Columns, about: Mapping[str, Any], file: IO[bytes]) -> None:
    text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(table)
    for low in range(0, len(next(iter(table.values()))), BLOCK):
        writer.writerows(zip(*(column[low : low + BLOCK].tolist() for column in table.values()), strict=True))
    text.flush()
    text.detach()


def _npz(table: Columns, about: Mapping[str, Any], file: IO[bytes]) -> None:
    entries, arrays = [], []
    for at, (name, column) in enumerate(table.items()):
        texts, codes = _coded(column)
        entries.append({"name": name} | ({} if texts is None else {"texts": texts}))
        arrays.append((f"{at}.npy", codes, False))
    metadata = {"format": FORMAT, "kind": KIND, "columns": entries, **about}
    write(file, metadata, arrays)


def _coded(column: Array) -> tuple[list[str] | None, Array]:
    """(texts, the number of each row's) of a column of texts, else (None, the column)."""
    if column.dtype.kind != "U":
        return None, column
    texts, codes = np.unique(column, return_inverse=True)
    return texts.tolist(), codes.astype(np.int32)


def load(path: str | os.PathLike[str]) -> tuple[dict[str, Array], dict[str, Any]]:
    """(columns, about) of an npz file. SweepError if it is no table; OSError if it cannot be read."""
    with Path(path).open("rb") as file:
        try:
            archive = Archive(file)
            metadata = archive.metadata()
            want(metadata.get("format") == FORMAT and metadata.get("kind") == KIND, "it is no table of a sweep")
            columns = dict(_columns(archive, metadata))
            want(len({len(column) for column in columns.values()}) == 1, "its columns have different lengths")
            about = {name: _texts(metadata[name]) for name in ("fields", "measures")}
            want(isinstance(metadata["about"], dict), "it does not say what was swept")
            return columns, about | {"about": metadata["about"]}
        except ERRORS as error:
            raise SweepError(f"{os.fspath(path)}: is no table of a sweep: {error or type(error).__name__}") from None


def _columns(archive: Archive, metadata: dict[str, Any]) -> Iterator[tuple[str, Array]]:
    for at, entry in enumerate(metadata["columns"]):
        array = archive.array(f"{at}.npy")
        want(array.ndim == 1 and isinstance(entry["name"], str), f"column {at} is none")
        if "texts" in entry:
            texts = _texts(entry["texts"])
            fits = array.dtype.kind == "i" and array.size and array.min() >= 0 and array.max() < len(texts)
            want(bool(fits), f"column {at} has other texts")
            array = np.array(texts)[array]
        yield entry["name"], array


def _texts(given: Any) -> list[str]:
    want(isinstance(given, list) and all(isinstance(each, str) for each in given), "a list of texts is none")
    return list(given)


def _parquet(table: Columns, about: Mapping[str, Any], file: IO[bytes]) -> None:
    library("pyarrow.parquet", "a Parquet file").write_table(arrow(table, "a Parquet file"), file)


def arrow(table: Columns, what: str) -> Any:
    """The table as a pyarrow Table. MissingExtra says that `what` needs pyarrow where it is not installed."""
    pyarrow = library("pyarrow", what)
    return pyarrow.table({name: pyarrow.array(column) for name, column in table.items()})
