"""Keep the numbers of matrix products and decompositions from depending on how many threads a library has for them.

with one_thread():
    numpy.linalg.solve(a, b)        # the same bits under OPENBLAS_NUM_THREADS=1 and =64

A sum that is shared among threads is added in another order for another number of them. Runs are many and their
matrices small, so that one thread is seldom slower.
"""

from __future__ import annotations

import contextlib
import sys
import threading
from collections.abc import Iterator
from typing import Any

_lock = threading.Lock()
_known: dict[bool, tuple[Any, ...]] = {}  # whether SciPy has loaded its own -> the libraries
_before: dict[str, int] = {}  # the file of a library -> how many threads it had before the first block
_inside = 0  # blocks at this time, in all threads of the process
_here = threading.local()  # .blocks: those of this thread


@contextlib.contextmanager
def one_thread() -> Iterator[None]:
    """Give the libraries of linear algebra one thread inside, and what they had when the last block has ended."""
    global _inside  # noqa: PLW0603  most libraries have one number of threads in a process
    with _lock:
        for library in _libraries():
            _before.setdefault(library.filepath, library.num_threads)
            _set(library, 1)
        _inside += 1
        _here.blocks = getattr(_here, "blocks", 0) + 1
    try:
        yield
    finally:
        with _lock:
            _inside -= 1
            _here.blocks -= 1
            for library in _libraries():
                if not _inside or (not _here.blocks and getattr(library, "threading_layer", "") == "openmp"):
                    _set(library, _before.get(library.filepath, library.num_threads))
            if not _inside:
                _before.clear()


def _set(library: Any, threads: int) -> None:
    """Set how many threads a library has, whichever thread has set it before: the lock sees to one after another."""
    if hasattr(library, "clear_controlling_thread"):  # threadpoolctl from 3.7 on
        library.clear_controlling_thread(force=True)
    library.set_num_threads(threads)
    if hasattr(library, "clear_controlling_thread"):
        library.clear_controlling_thread(force=True)


def _libraries() -> tuple[Any, ...]:
    """The libraries of linear algebra that are loaded."""
    scipy = "scipy.linalg" in sys.modules
    if scipy not in _known:
        from threadpoolctl import ThreadpoolController

        _known[scipy] = tuple(ThreadpoolController().select(user_api="blas").lib_controllers)
    return _known[scipy]
