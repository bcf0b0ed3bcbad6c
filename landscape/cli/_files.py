"""Write results completely or not at all: a folder of them by way of a hidden one, or the file of one figure.

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
from typing import TYPE_CHECKING

from landscape.cli._signals import heed, undisturbed
from landscape.core.files import PART, atomic_write, clear_dead, lock, locked

if TYPE_CHECKING:
    from matplotlib.figure import Figure


class OutputError(Exception):
    """The results cannot be written."""


@contextlib.contextmanager
def staged(out: Path) -> Iterator[Path]:
    """A folder to write into. If the block succeeds, its files move to the folder `out`; otherwise they are removed.

    Files of an earlier run are unchanged until then, and files with other names are never changed. OutputError says why
    `out` cannot be written.
    """
    with explained(out):
        check_link(out)
        made = _parents(out)
        stage, descriptor = None, -1
        try:
            there = out.is_dir()
            if out.exists() and not there:
                raise OutputError(f"{out}: is a file, but must be a folder")
            for folder in (out.parent, out):
                clear_dead(folder, out.name)
            with undisturbed():  # or a folder could be made and never removed
                # inside `out` if it exists: a folder beside it may be on another file system
                stage, descriptor = _stage(out if there else out.parent, out.name)
            heed()
            stage.chmod(0o777 & ~_umask())
            yield stage
            with undisturbed():
                heed()
                made = _move(stage, out, made)
        finally:
            with undisturbed():
                if stage is not None:
                    shutil.rmtree(stage, ignore_errors=True)
                    os.close(descriptor)
                _remove(made)


@contextlib.contextmanager
def explained(out: Path) -> Iterator[None]:
    """Turn an OSError into an OutputError that names the file or folder and the reason."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise OutputError(f"{out}: cannot be written: {error.strerror or error}") from error


def check_link(out: Path) -> None:
    """OutputError if `out` is a link to nothing, or cannot be looked at."""
    with explained(out):
        if out.is_symlink() and not out.exists():
            aim = out.readlink()
            raise OutputError(f"{out}: is a link to {aim}, which does not exist: make that, or remove the link")


def _stage(beside: Path, name: str) -> tuple[Path, int]:
    """A new hidden folder, and the descriptor that keeps it locked."""
    while True:
        stage = Path(tempfile.mkdtemp(prefix=f".{name}.", suffix=PART, dir=beside))
        with contextlib.suppress(FileNotFoundError):  # somebody took it for a dead process's before it was locked
            descriptor = os.open(stage, os.O_RDONLY)
            lock(descriptor)
            if stage.is_dir():
                return stage, descriptor
            os.close(descriptor)


def _move(stage: Path, out: Path, made: list[Path]) -> list[Path]:
    """Move the files of `stage` to the folder `out`; the parent folders in `made` that may be removed again."""
    if not out.is_dir():
        try:
            stage.rename(out)
        except OSError:
            if not out.is_dir():  # otherwise another process has made it meanwhile
                raise
        else:
            return []
    with locked(out):  # processes that write there move one after the other, so that the files are all of one run
        _move_in(stage, out)
    return made


def _parents(out: Path) -> list[Path]:
    """Make the parent folders of `out`; returns the new ones, innermost first."""
    made = [parent for parent in out.absolute().parents if not parent.exists()]
    for parent in reversed(made):
        if parent.parent.exists() and not parent.parent.is_dir():
            raise OutputError(f"{out}: cannot be created: {parent.parent} is a file")
        parent.mkdir(exist_ok=True)
    return made


def _remove(folders: list[Path]) -> None:
    """Remove folders that are not needed after all."""
    with contextlib.suppress(OSError):
        for folder in folders:
            folder.rmdir()


def _move_in(stage: Path, out: Path) -> None:
    """Move the files of `stage` into `out`, all of them or none."""
    old = stage / ".old"
    old.mkdir()
    files = sorted(path.relative_to(stage) for path in stage.rglob("*") if path.is_file())
    folders = sorted({parent for file in files for parent in file.parents})
    for file in files:
        if (out / file).is_dir():
            raise OutputError(f"{out / file}: is a folder, but must be a file")
    moved: list[Path] = []
    made: list[Path] = []
    try:
        for folder in folders:
            (old / folder).mkdir(exist_ok=True)
            if not (out / folder).is_dir():
                (out / folder).mkdir()
                made.insert(0, out / folder)
        for file in files:
            target = out / file
            if target.exists():
                target.rename(old / file)
            moved.append(file)
            (stage / file).rename(target)
    except BaseException:
        for file in moved:
            with contextlib.suppress(OSError):
                (out / file).unlink(missing_ok=True)
            if (old / file).exists():
                (old / file).rename(out / file)
        _remove(made)
        raise


def _umask() -> int:
    umask = os.umask(0)
    os.umask(umask)
    return umask


def checked_suffix(path: Path) -> None:
    """ValueError if the file's suffix is not that of a picture; OutputError if it is a link to nothing."""
    from landscape.render.views._base import STILLS

    check_link(path)
    if path.suffix.lower() not in STILLS:
        raise ValueError(f"--out {path}: the file name must end in {', '.join(STILLS)}")


def written(figure: Figure, path: Path) -> None:
    """Write a figure to `path`, completely or not at all."""
    from landscape.render.canvas.settings import write

    with atomic_write(path) as file:
        write(figure, file, path.suffix.lower()[1:])
