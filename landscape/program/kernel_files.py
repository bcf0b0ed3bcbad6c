"""Compile the source of a kernel, and keep it where the next process finds it.

    call = compiled(source)     # source: a module with a function `kernel`
    call(...)                   # the first call compiles, or finds the machine code on disk

Sources lie in files named by their content, in the folder that LANDSCAPE_CACHE names, else in the user's cache, and
numba keeps the machine code beside them. What is damaged there is made anew; where nothing can be kept, as on a full
disk or in a folder that cannot be written, kernels lie in a temporary folder for as long as the process lasts.
"""

from __future__ import annotations

import functools
import hashlib
import importlib.util
import os
import sys
import tempfile
import threading
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from types import ModuleType
from typing import Any

from landscape.core.extras import installed, needs
from landscape.core.files import atomic_write
from landscape.program.trace import NotTraceable

VARIABLE = "LANDSCAPE_CACHE"
LANE_CODE = ("lane_functions", "lane_products")  # modules of which kernels hold what they call


class Compiled:
    """The kernel of a source. ready: whether it is compiled in this process."""

    def __init__(self, source: str) -> None:
        self.ready = False
        self.source = f"{source}\n# {_library()}\n"
        self.name = f"kernel_{hashlib.sha256(self.source.encode()).hexdigest()[:24]}"
        self.call: Callable[..., None] | None = None
        self._lock = threading.Lock()

    def __call__(self, *args: Any) -> None:
        """Call the kernel. NotTraceable where numba cannot compile it."""
        if self.ready and self.call is not None:
            self.call(*args)
            return
        with self._lock:
            folder = kept_folder()
            why = ""
            for place in (folder, folder, _temporary()):  # a second time without what is damaged there
                try:
                    self.call = self.loaded(place)
                    self.call(*args)
                except Exception as error:  # a kernel has none of its own: it is numba's, or the disk's
                    why = f"{type(error).__name__}: {error}"
                    clear(self.name, place)
                else:
                    self.ready = True
                    return
        raise NotTraceable(f"numba cannot compile it: {why}")

    def loaded(self, folder: Path) -> Callable[..., None]:
        """The kernel from its file in a folder, not compiled yet."""
        kernel: Callable[..., None] = _module(self.name, self.source, folder).kernel
        return kernel


compiled = functools.cache(Compiled)


def _module(name: str, source: str, folder: Path) -> ModuleType:
    path = folder / f"{name}.py"
    if not path.exists() or path.read_bytes() != source.encode():
        with atomic_write(path) as file:
            file.write(source.encode())
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def clear(name: str, folder: Path) -> None:
    """Remove what is kept of a kernel."""
    for path in (*folder.glob(f"{name}.py"), *folder.glob(f"{name}_*.o"), *(folder / "__pycache__").glob(f"{name}*")):
        try:
            path.unlink()
        except OSError:
            continue


@functools.cache
def _library() -> str:
    """What a kernel is compiled from beside its source. MissingExtra where numba is not installed."""
    if not installed("numba"):
        raise needs("numba", 'engine="numba"')
    written = b"".join(Path(__file__).with_name(f"{each}.py").read_bytes() for each in LANE_CODE)
    return f"numba {version('numba')}, functions {hashlib.sha256(written).hexdigest()[:24]}"


def kept_folder() -> Path:
    """Where kernels are kept. ValueError where LANDSCAPE_CACHE names what cannot be a folder."""
    named = os.environ.get(VARIABLE)
    folder = Path(named).expanduser() if named else _users_cache()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        if named:
            reason = error.strerror or str(error)
            raise ValueError(
                f"{VARIABLE} is {named!r}, which cannot be a folder ({reason}): name one that compiled kernels can be "
                "kept in, or unset it"
            ) from error
        return _temporary()
    return folder


@functools.cache
def _temporary_folder() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="landscape-kernels-", ignore_cleanup_errors=True)


def _temporary() -> Path:
    return Path(_temporary_folder().name)


def _users_cache() -> Path:
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local"))
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return base / "landscape" / "kernels"
