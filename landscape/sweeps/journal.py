"""Keep the results of a sweep in a folder as they come, so that an interrupted one goes on where it stopped.

    journal = Journal(folder, description)       # SweepError where the folder has another sweep
    for low, high, columns in journal.parts(): ...
    journal.write(low, high, columns)

The folder has `sweep.json`, which says what is swept, and a file of results for each chunk. A file appears whole or not
at all. Reading them runs no code: they hold numbers, in zip archives whose every entry has its digest. A file that was
damaged is said and computed again.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import re
import struct
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from landscape._version import __version__
from landscape.core.component import Array
from landscape.core.files import PART, atomic_write
from landscape.record.archive import FORMAT, Archive, Damaged, want, write

MANIFEST = "sweep.json"
MOST_MANIFEST = 64 << 20  # bytes
_PART = re.compile(r"rows-(\d{10,})-(\d{10,})\.npz")
KIND = "landscape sweep, part"

# what a file that is no part, or a damaged one, makes of the modules that read it
ERRORS = (Damaged, zipfile.BadZipFile, zlib.error, struct.error, RuntimeError, LookupError, AttributeError, EOFError,
          TypeError, ValueError, ArithmeticError, MemoryError)  # fmt: skip


class SweepError(ValueError):
    """A folder is not the journal of this sweep, a file is not a table, or a sweep cannot go on."""


def digest_of(description: Mapping[str, Any]) -> str:
    """The SHA-256 of what is swept."""
    text = json.dumps(description, sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


def versions() -> dict[str, str]:
    """The versions that the last bits of the results depend on."""
    return {"landscape": __version__, "numpy": np.__version__}


@dataclasses.dataclass(frozen=True)
class Journal:
    """The folder of a sweep. columns: those of its results and their types; digest: of what is swept."""

    folder: Path
    digest: str
    columns: Mapping[str, str]
    rows: int

    @classmethod
    def opened(
        cls, path: str | os.PathLike[str], description: Mapping[str, Any], columns: Mapping[str, str], rows: int
    ) -> Journal:
        """The journal in a folder, which is made where it is not there. SweepError where it is of another sweep."""
        folder = Path(path)
        if folder.exists() and not folder.is_dir():
            raise SweepError(f"{folder}: is a file; path must be a folder for the sweep's results")
        manifest = {"format": FORMAT, "kind": "landscape sweep", "versions": versions(), "sweep": dict(description)}
        if (folder / MANIFEST).exists():
            _check(folder, manifest)
        else:
            if folder.exists() and (others := [each.name for each in folder.iterdir() if not _is_part(each.name)]):
                raise SweepError(
                    f"{folder}: has no {MANIFEST} but other files, such as {sorted(others)[0]}: give the sweep a "
                    "folder of its own"
                )
            folder.mkdir(parents=True, exist_ok=True)
            with atomic_write(folder / MANIFEST) as file:
                file.write(json.dumps(manifest, indent=1, sort_keys=True).encode())
        return cls(folder, digest_of(description), columns, rows)

    def parts(self) -> Iterator[tuple[int, int, dict[str, Array]]]:
        """(first row, row after the last, columns) of every file of results. A damaged one is said and left out."""
        for path in sorted(self.folder.iterdir()):
            if match := _PART.fullmatch(path.name):
                low, high = int(match[1]), int(match[2])
                try:
                    yield low, high, self._read(path, low, high)
                except ERRORS as error:
                    said = str(error) or type(error).__name__
                    warnings.warn(f"{path}: is damaged ({said}): its runs are made again", stacklevel=2)

    def write(self, low: int, high: int, columns: Mapping[str, Array]) -> None:
        """Keep the results of rows low to high - 1. OSError where that cannot be done; nothing is half written."""
        metadata = {"format": FORMAT, "kind": KIND, "sweep": self.digest, "rows": [low, high]}
        with atomic_write(self.folder / f"rows-{low:010d}-{high:010d}.npz") as file:
            write(file, metadata, [(f"{at}.npy", columns[name], False) for at, name in enumerate(self.columns)])

    def _read(self, path: Path, low: int, high: int) -> dict[str, Array]:
        with path.open("rb") as file:
            archive = Archive(file)
            metadata = archive.metadata()
            known = {name: metadata.get(name) for name in ("format", "kind", "sweep", "rows")}
            mine = {"format": FORMAT, "kind": KIND, "sweep": self.digest, "rows": [low, high]}
            want(known == mine and 0 <= low < high <= self.rows, "it is of another sweep")
            found = {}
            for at, (name, kind) in enumerate(self.columns.items()):
                array = archive.array(f"{at}.npy")
                want(array.shape == (high - low,) and array.dtype.str == kind, f"{name} has another shape or type")
                found[name] = array
        return found


def _is_part(name: str) -> bool:
    """Whether a file is one of results, or what a dead process has left of one."""
    return bool(_PART.fullmatch(name)) or name.endswith(PART)


def _check(folder: Path, mine: Mapping[str, Any]) -> None:
    """SweepError where the manifest of a folder is another one, with what differs."""
    path = folder / MANIFEST
    try:
        if path.stat().st_size > MOST_MANIFEST:
            raise ValueError("it is too long")
        found = json.loads(path.read_bytes())
        if not isinstance(found, dict) or found.get("kind") != mine["kind"] or not isinstance(found["sweep"], dict):
            raise ValueError("it is not that of a sweep")
        said = found.get("versions", {})
        if found.get("format") != mine["format"] or said != mine["versions"]:
            theirs, ours = (", ".join(f"{name} {each}" for name, each in told.items())
                            for told in (said, mine["versions"]))  # fmt: skip
            raise SweepError(
                f"{folder}: its sweep was begun with {theirs}, this is {ours}, whose numbers may differ: finish it "
                "with those, or give a new folder"
            )
    except SweepError:
        raise
    except (ValueError, KeyError, AttributeError, RecursionError) as error:
        raise SweepError(f"{path}: cannot be read ({error}): give a new folder, or remove this one") from None
    if differ := differences(found["sweep"], json.loads(json.dumps(mine["sweep"]))):
        raise SweepError(f"{folder}: has another sweep: {'; '.join(differ[:3])}. Give a new folder")


def differences(there: Any, here: Any, path: str = "") -> list[str]:
    """What differs between two plain values, in words: "steps is 500 there and 300 here"."""
    if isinstance(there, dict) and isinstance(here, dict):
        names = dict.fromkeys([*there, *here])
        return [text for name in names for text in differences(
            there.get(name), here.get(name), f"{path}.{name}" if path else str(name))]  # fmt: skip
    if isinstance(there, list) and isinstance(here, list) and len(there) == len(here):
        pairs = enumerate(zip(there, here, strict=True))
        return [text for at, (one, other) in pairs for text in differences(one, other, f"{path}[{at}]")]
    return [] if there == here else [f"{path} is {_short(there)} there and {_short(here)} here"]


def _short(value: Any) -> str:
    text = json.dumps(value)
    return "not set" if value is None else text if len(text) <= 60 else text[:57] + "..."


def merged(parts: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Ranges that touch or overlap as one."""
    found: list[tuple[int, int]] = []
    for low, high in sorted(parts):
        if found and low <= found[-1][1]:
            found[-1] = found[-1][0], max(high, found[-1][1])
        else:
            found.append((low, high))
    return found
