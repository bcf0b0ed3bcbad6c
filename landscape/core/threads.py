"""Share work among the processors of this process: NumPy's and compiled loops let go of Python's lock while they run.

for result in in_threads(work, parts):          # work(part) for each, in their order
    ...

What a part gives must not depend on the others. Errors of NumPy are treated in the threads as where they are started.
"""

from __future__ import annotations

import functools
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import numpy as np

NAME = "landscape-part"
Part = TypeVar("Part")
Result = TypeVar("Result")


def processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def in_threads(work: Callable[[Part], Result], parts: Sequence[Part]) -> Iterator[Result]:
    """work(part) for each of the parts, in their order, in as many threads as there are processors."""
    inside = threading.current_thread().name.startswith(NAME)  # a thread that waits for others would wait for itself
    if inside or min(processors(), len(parts)) <= 1:
        yield from map(work, parts)
        return
    errors = np.geterr()

    def done(part: Part) -> Result:
        with np.errstate(**errors):
            return work(part)

    yield from _pool(processors()).map(done, parts)


@functools.cache
def _pool(workers: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(workers, thread_name_prefix=NAME)


if hasattr(os, "register_at_fork"):  # a forked process has no threads but the one that forked
    os.register_at_fork(after_in_child=_pool.cache_clear)
