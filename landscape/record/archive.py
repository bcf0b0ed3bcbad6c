"""Write a record's entries into a zip archive with their digests, and read them again with every size checked first.

write(file, metadata, arrays)           # the same content is the same bytes
archive = Archive(file)                 # Damaged where an entry is larger than it can be
archive.metadata(); archive.shape("starts.npy"); archive.array("starts.npy")
"""

from __future__ import annotations

import hashlib
import json
import math
import os
import re
import struct
import zipfile
from collections.abc import Iterable, Mapping
from typing import IO, Any

import numpy as np

from landscape.core.component import Array
from landscape.core.files import add_entry, npy_bytes

FORMAT = 1
METADATA = "metadata.json"
LEAST_ENTRY = 150  # bytes that an entry takes, with what the archive says of it
MOST_ENTRANTS = 5000
PACKED = 1 << 18  # bytes of metadata that are packed; more are stored as they are, so that no file unpacks to more
MOST_FACTOR = 6  # by how much the entries of a record unpack at most: most of them are not packed at all
SPARE = 1 << 20  # bytes that entries may have beyond that
MOST_METADATA = 16 << 20  # bytes of metadata, beside four for each byte of the arrays
MOST_TABLES = 100_000  # lists, tables and keys in it, beside one for every 16 bytes of the arrays
MOST_ITEMS = 500_000  # items in these, beside one for every 8 bytes of the arrays
LONGEST_HEADER = 256  # bytes of the header of an array
MOST_AXES = 3

_UNKNOWN = "0" * 64
_DIGEST = re.compile(rb'\A\{\n "digest": "([0-9a-f]{64})"')
# how the metadata of this format begins, whose digest is compared before anything else is made of it
_BEGINS = re.compile(rb'\A\{\n "digest": "([0-9a-f]{64})",\n "format": %d,\n' % FORMAT)
_HEADER = re.compile(
    rb"\{'descr': '([<|][biufU]\d{1,3})', 'fortran_order': False, 'shape': \(((?:\d{1,18}, ?)*(?:\d{1,18})?)\), \} *\n"
)


class Damaged(Exception):
    """The content of a file cannot have been saved by a Record."""


def want(fits: bool, otherwise: str) -> None:
    """Damaged unless something fits."""
    if not fits:
        raise Damaged(otherwise)


def write(file: IO[bytes], metadata: Mapping[str, Any], arrays: Iterable[tuple[str, Array, bool]]) -> None:
    """The metadata and arrays, (name, array, whether to pack it), as a zip archive; each with its SHA-256 digest.

    ValueError where the metadata is more than is read again.
    """
    entries = [(name, npy_bytes(array), packed) for name, array, packed in arrays]
    parts = {name: hashlib.sha256(data).hexdigest() for name, data, _ in entries}
    whole = {"digest": _UNKNOWN, **metadata, "parts": parts}
    text = json.dumps(whole, indent=1, ensure_ascii=False, allow_nan=False).encode()
    if more := _too_much(text, sum(len(data) for _, data, _ in entries)):
        raise ValueError(f"what a record says of its components {more}: the fields of one of them hold too much")
    digest = hashlib.sha256(text).hexdigest()
    with zipfile.ZipFile(file, "w") as archive:
        add_entry(archive, METADATA, text.replace(_UNKNOWN.encode(), digest.encode(), 1), deflated=len(text) <= PACKED)
        for name, data, packed in entries:
            add_entry(archive, name, data, deflated=packed)


class Archive:
    """The entries of an open file. Damaged, or an error of zipfile, where it is no archive or longer than it says."""

    def __init__(self, file: IO[bytes]) -> None:
        size = file.seek(0, os.SEEK_END)
        _check_directory(file, size)
        self._archive = zipfile.ZipFile(file)
        self._entries: dict[str, zipfile.ZipInfo] = {}
        self._parts: Mapping[str, Any] | None = None
        self._room = PACKED + 4 * size
        for info in self._archive.infolist():
            name = info.filename
            want(name not in self._entries, f"it has two entries {name!r:.80}")
            want(info.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED), f"{name!r:.80} is packed otherwise")
            want(not info.flag_bits & 1, f"{name!r:.80} is encrypted")
            want(info.compress_size <= size, f"{name!r:.80} is longer than the file")
            plain = info.compress_type == zipfile.ZIP_STORED
            want(not plain or info.compress_size == info.file_size, f"{name!r:.80} has two lengths")
            self._entries[name] = info
        total = sum(info.file_size for info in self._entries.values())
        want(total <= MOST_FACTOR * size + SPARE, f"it unpacks to {total:,} bytes from {size:,}")

    def metadata(self) -> dict[str, Any]:
        """The metadata, which must have the digest that it says."""
        want(METADATA in self._entries, f"it has no {METADATA}")
        want(self._entries[METADATA].file_size <= self._room, f"{METADATA} unpacks to more than the file")
        rest = sum(info.file_size for name, info in self._entries.items() if name != METADATA)
        length = self._entries[METADATA].file_size
        want(length <= MOST_METADATA + 4 * rest, f"{METADATA} has {length:,} bytes")
        text = self._archive.read(METADATA)
        if begins := _BEGINS.match(text):
            _check_digest(text, begins[1])
        more = _too_much(text, rest)
        want(not more, f"{METADATA} {more}")
        found = json.loads(text, parse_constant=_no_number)
        want(isinstance(found, dict), f"{METADATA} is no table")
        if found.get("format") != FORMAT:
            return found
        digest, self._parts = found.pop("digest", None), found.pop("parts", None)
        if digest is None and self._parts is None:
            return found  # of a version before digests
        match = _DIGEST.match(text)
        want(match is not None and match[1].decode() == digest, f"{METADATA} has no digest")
        if begins is None:
            _check_digest(text, str(digest).encode())
        names = set(self._parts) if isinstance(self._parts, dict) else set()
        want(names == set(self._entries) - {METADATA}, "it has other entries than it says")
        return found

    def shape(self, name: str) -> tuple[str, tuple[int, ...]]:
        """(type, shape) of an array, such as ("<f8", (41, 2, 3)), whose entry is exactly as long as they need."""
        want(name in self._entries, f"it has no {name}")
        with self._archive.open(name) as entry:
            return self._header(entry, name)[1:]

    def array(self, name: str) -> Array:
        """An array, which must have the digest that the metadata says."""
        want(name in self._entries, f"it has no {name}")
        with self._archive.open(name) as entry:
            head, kind, shape = self._header(entry, name)
            data = bytearray(self._entries[name].file_size - len(head))
            read = entry.readinto(data)  # type: ignore[attr-defined]
            want(read == len(data) and not entry.read(1), f"{name} has another length than it says")
        if self._parts is not None:
            digest = hashlib.sha256(head)
            digest.update(data)
            want(digest.hexdigest() == self._parts.get(name), f"{name} has another digest than the metadata says")
        return np.frombuffer(data, dtype=kind).reshape(shape)

    def _header(self, entry: IO[bytes], name: str) -> tuple[bytes, str, tuple[int, ...]]:
        """The head of an array's entry, its type and shape."""
        start = entry.read(10)
        want(start[:8] == b"\x93NUMPY\x01\x00" and len(start) == 10, f"{name} is no array")
        (length,) = struct.unpack("<H", start[8:])
        want(length <= LONGEST_HEADER, f"{name} has a header of {length} bytes")
        header = entry.read(length)
        match = _HEADER.fullmatch(header)
        want(match is not None, f"{name} has the header {header!r:.80}")
        assert match is not None
        kind, shape = match[1].decode(), tuple(int(part) for part in match[2].split(b",") if part.strip())
        want(len(shape) <= MOST_AXES, f"{name} has the shape {shape}")
        needed = math.prod(shape) * np.dtype(kind).itemsize
        told = self._entries[name].file_size - 10 - length
        want(needed == told, f"{name} has the shape {shape}, which takes {needed:,} bytes, and {told:,} of them")
        return start + header, kind, shape


def _check_digest(text: bytes, digest: bytes) -> None:
    """Damaged where the metadata has not the digest that it says."""
    blank = text.replace(digest, _UNKNOWN.encode(), 1)
    found = hashlib.sha256(blank).hexdigest().encode()
    want(found == digest, f"{METADATA} has another digest than it says")


def _too_much(text: bytes, rest: int) -> str:
    """What the metadata of a record whose arrays take so many bytes has too much of, seen without reading it; or ""."""
    tables = text.count(b"[") + text.count(b"{") + text.count(b'":')
    for what, count, most in (
        ("bytes", len(text), MOST_METADATA + 4 * rest),
        ("lists, tables and keys", tables, MOST_TABLES + rest // 16),
        ("items", text.count(b","), MOST_ITEMS + rest // 8),
    ):
        if count > most:
            return f"has {count:,} {what}, and at most {most:,} beside arrays of {rest:,} bytes"
    return ""


def _check_directory(file: IO[bytes], size: int) -> None:
    """Damaged where the list of entries, which is read whole, is too long for that of a record."""
    file.seek(max(0, size - 66_000))
    tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    want(at >= 0 and len(tail) >= at + 22, "it is no zip archive")
    count, length = struct.unpack("<HI", tail[at + 10 : at + 16])
    want(count <= max(100, size // LEAST_ENTRY), f"it has {count:,} entries in {size:,} bytes")
    want(length <= size, f"its list of entries takes {length:,} bytes")
    longer = tail[max(0, at - 20) : at].startswith(b"PK\x06\x07")
    want(not longer or size > 1 << 31, "it is written as an archive of more than 4 GB")


def _no_number(text: str) -> Any:
    raise ValueError(f"{text} is no number")
