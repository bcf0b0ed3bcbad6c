"""Write a file completely or not at all, and arrays into a zip archive that is the same bytes each time.

What is being written is a hidden part beside its place, `.NAME.xxxxxxxx.landscape.part`, which its process holds a lock
on: a process that is killed leaves its part without the lock, and the next one that writes there removes it.
"""

from __future__ import annotations

import contextlib
import errno
import io
import os
import re
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import numpy as np

from landscape.core.component import Array

try:
    import fcntl
except ImportError:  # not a Unix: nothing is locked, and what a dead process left stays
    fcntl = None  # type: ignore[assignment]

PART = ".landscape.part"  # how the names of parts end


def lock(descriptor: int, wait: bool = True) -> bool:
    """Lock an open file or folder until it is closed, or its process dies. Whether it is locked: not every disk can."""
    if fcntl is None:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except OSError:
        return False
    return True


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Let others that lock a folder wait until the block ends, where the disk has locks."""
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError:
        yield
        return
    try:
        lock(descriptor)
        yield
    finally:
        os.close(descriptor)


def clear_dead(folder: Path, name: str) -> None:
    """Remove the parts of files or folders of a name that processes left which are dead, and nothing else."""
    pattern = re.compile(rf"\.{re.escape(name)}\.[a-z0-9_]{{8}}{re.escape(PART)}")
    with contextlib.suppress(OSError):
        for part in [entry for entry in os.scandir(folder) if pattern.fullmatch(entry.name)]:
            with contextlib.suppress(OSError):
                _clear(Path(part.path))


def _clear(part: Path) -> None:
    descriptor = os.open(part, os.O_RDONLY | os.O_NOFOLLOW)
    try:
        if lock(descriptor, wait=False) and os.path.samestat(os.fstat(descriptor), part.stat()):
            if part.is_dir():
                shutil.rmtree(part)
            else:
                part.unlink()
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def atomic_write(path: str | os.PathLike[str]) -> Iterator[IO[bytes]]:
    """A file for writing that appears at `path` complete when the block ends well, and otherwise not at all.

    A file that is there is replaced; a folder or a device is not: OSError, as where the folder is missing.
    """
    target = Path(path)
    if target.exists() and not target.is_file():
        raise OSError(errno.EINVAL, "is not a file that can be replaced", str(target))
    clear_dead(target.parent, target.name)
    try:
        handle, temporary = _part_of(target)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(target)) from None
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        umask = os.umask(0)
        os.umask(umask)
        Path(temporary).chmod(0o666 & ~umask)
        Path(temporary).replace(target)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _part_of(target: Path) -> tuple[int, str]:
    """An open, locked part of a file, and its path."""
    while True:
        handle, path = tempfile.mkstemp(prefix=f".{target.name}.", suffix=PART, dir=target.parent)
        lock(handle)
        if Path(path).exists():  # nobody has taken it for a dead one's before it was locked
            return handle, path
        os.close(handle)


def add_entry(archive: zipfile.ZipFile, name: str, data: bytes, deflated: bool) -> None:
    """A file in a zip archive, dated 1980 so that the same data are the same bytes."""
    info = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
    info.compress_type = zipfile.ZIP_DEFLATED if deflated else zipfile.ZIP_STORED
    info.external_attr = 0o644 << 16
    archive.writestr(info, data)


def npy_bytes(array: Array) -> bytes:
    """An array as a .npy file."""
    buffer = io.BytesIO()
    np.lib.format.write_array(buffer, np.ascontiguousarray(array), allow_pickle=False)
    return buffer.getvalue()
