"""Write a folder of results whole or not at all: into a hidden folder first, moved in at the end.

with staged("outputs/ravine") as folder:
    record.save(folder / "record.npz")
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from landscape.cli.signals import heed, undisturbed


class OutputError(Exception):
    """The results cannot be written where they should go."""


@contextlib.contextmanager
def staged(out: Path) -> Iterator[Path]:
    """A folder to write into. When the block ends well, its files are moved to the folder `out`, and otherwise removed.

    Files of an earlier run stay as they are until then, and those of other names stay altogether. OutputError says why
    `out` cannot be written.
    """
    with explained(out):
        made = _parents(out)
        try:
            there = out.is_dir()
            if out.exists() and not there:
                raise OutputError(f"{out}: is a file; the results need a folder")
            # inside the folder where there is one: a folder beside it may be on another file system
            beside = out if there else out.parent
            with undisturbed():  # so that no folder is made that nobody removes
                stage = Path(tempfile.mkdtemp(prefix=f".{out.name}.", suffix=".part", dir=beside))
        except BaseException:
            _remove(made)
            raise
        try:
            heed()
            stage.chmod(0o777 & ~_umask())
            yield stage
            with undisturbed():
                heed()
                if out.is_dir():
                    _move_in(stage, out)
                else:
                    stage.rename(out)
                    made = []
        finally:
            with undisturbed():
                shutil.rmtree(stage, ignore_errors=True)
                _remove(made)


@contextlib.contextmanager
def explained(out: Path) -> Iterator[None]:
    """Turn what the operating system refuses into an OutputError that names the folder and the reason."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise OutputError(f"{out}: cannot be written: {error.strerror or error}") from error


def _parents(out: Path) -> list[Path]:
    """Make the folders around `out`; those that were not there, innermost first."""
    made = [parent for parent in out.absolute().parents if not parent.exists()]
    for parent in reversed(made):
        if parent.parent.exists() and not parent.parent.is_dir():
            raise OutputError(f"{out}: cannot be made, {parent.parent} is a file")
        parent.mkdir(exist_ok=True)
    return made


def _remove(folders: list[Path]) -> None:
    """Remove folders that were made for nothing."""
    with contextlib.suppress(OSError):
        for folder in folders:
            folder.rmdir()


def _move_in(stage: Path, out: Path) -> None:
    """Move the files of `stage` into `out`, all of them or none."""
    old = stage / ".old"
    old.mkdir()
    files = sorted(path for path in stage.iterdir() if path != old)
    for file in files:
        if (out / file.name).is_dir():
            raise OutputError(f"{out / file.name}: is a folder, where a file is to be written")
    moved: list[Path] = []
    try:
        for file in files:
            target = out / file.name
            if target.exists():
                target.rename(old / file.name)
            moved.append(file)
            file.rename(target)
    except BaseException:
        for file in moved:
            with contextlib.suppress(OSError):
                (out / file.name).unlink(missing_ok=True)
            if (old / file.name).exists():
                (old / file.name).rename(out / file.name)
        raise


def _umask() -> int:
    umask = os.umask(0)
    os.umask(umask)
    return umask
