"""Where the chunks of a sweep run: in this process, in a pool of processes, or on any `concurrent.futures.Executor`.

    with pool_of(None) as pool: ...            # one after the other, here
    with pool_of(4) as pool: ...               # four processes; "processes": one for each core
    with pool_of("tcp://10.0.0.1:8786") as pool: ...    # on a Dask cluster
    with pool_of(executor) as pool: ...        # somebody's own, which is neither shut down nor made again
    with pool_of(lambda: Executor()) as pool: ...    # made here, and made again where it breaks

A pool has `slots`, how many chunks it is given at most at a time, `submit`, `renew`, which puts another executor in the
place of a broken one, and `close`. A scheduler of another kind is another class with these four.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import pickle
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from typing import Any, Protocol

from landscape.sweeps.journal import SweepError

USUAL_SLOTS = 32  # of an executor that does not say how many workers it has
MOST_WORKERS = 1024
PROCESSES = "processes"

Function = Callable[[Any], Any]


class Pool(Protocol):
    """What runs chunks."""

    slots: int
    apart: bool  # whether chunks are sent elsewhere, so that they must be data

    def submit(self, function: Function, argument: Any) -> Future[Any]:
        """Begin function(argument)."""

    def renew(self) -> bool:
        """Put another executor in the place of a broken one; whether that could be done."""

    def close(self, now: bool) -> None:
        """Let go of it. now: without waiting for what runs."""


class Here:
    """In this process, one after the other. What is raised is kept in the future, but for interruptions."""

    slots = 1
    apart = False

    def submit(self, function: Function, argument: Any) -> Future[Any]:
        """A future that is done."""
        future: Future[Any] = Future()
        try:
            future.set_result(function(argument))
        except Exception as error:
            future.set_exception(error)
        return future

    def renew(self) -> bool:
        """It does not break."""
        return True

    def close(self, now: bool) -> None:
        """Nothing is held."""


class Made:
    """An executor that is made here, and again where it breaks."""

    def __init__(self, make: Callable[[], Executor]) -> None:
        self.make = make
        self.executor = self._made()
        self.slots, self.apart = _slots(self.executor), _apart(self.executor)

    def _made(self) -> Executor:
        made = self.make()
        if not isinstance(made, Executor):
            raise TypeError(f"executor: the function must make a concurrent.futures.Executor, got {made!r:.80}")
        return made

    def submit(self, function: Function, argument: Any) -> Future[Any]:
        """Begin function(argument) in the executor."""
        return self.executor.submit(function, argument)

    def renew(self) -> bool:
        """Another executor, the broken one let go."""
        self.close(now=True)
        self.executor = self._made()
        return True

    def close(self, now: bool) -> None:
        """Shut it down. now: its processes are ended."""
        processes = dict(getattr(self.executor, "_processes", None) or {})
        self.executor.shutdown(wait=not now, cancel_futures=True)
        if now:
            for process in processes.values():
                with contextlib.suppress(Exception):  # it may have ended meanwhile
                    process.terminate()


class Given:
    """Somebody's own executor, which is left as it is."""

    def __init__(self, executor: Executor) -> None:
        self.executor = executor
        self.slots, self.apart = _slots(executor), _apart(executor)

    def submit(self, function: Function, argument: Any) -> Future[Any]:
        """Begin function(argument) in the executor."""
        return self.executor.submit(function, argument)

    def renew(self) -> bool:
        """It cannot be made again."""
        return False

    def close(self, now: bool) -> None:
        """It stays open."""


@contextlib.contextmanager
def pool_of(given: Any) -> Iterator[Pool]:
    """The pool that `executor` names, closed in the end: at once where the block is left by an error."""
    pool = _pool(given)
    try:
        yield pool
    except BaseException:
        pool.close(now=True)
        raise
    pool.close(now=False)


def _pool(given: Any) -> Pool:
    if given is None:
        return Here()
    if isinstance(given, Executor):
        return Given(given)
    if given == PROCESSES:
        given = cores()
    if isinstance(given, str) and "://" in given:
        from landscape.sweeps.dask_pool import DaskPool

        return DaskPool(given)
    if isinstance(given, int) and not isinstance(given, bool):
        if not 1 <= given <= MOST_WORKERS:
            raise ValueError(f"executor: the number of processes must be from 1 to {MOST_WORKERS}, got {given}")
        workers = int(given)
        return Made(lambda: _processes(workers))
    if callable(given):
        return Made(given)
    raise TypeError(
        'executor must be None, "processes", a number of processes, the address of a Dask scheduler such as '
        '"tcp://10.0.0.1:8786", a concurrent.futures.Executor or a function that makes one, got '
        f"{given!r:.80}"
    )


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _processes(workers: int) -> ProcessPoolExecutor:
    """Processes that begin clean: a fork of a process with threads may hang."""
    way = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"
    context = multiprocessing.get_context(way)
    if way == "forkserver":
        context.set_forkserver_preload(["landscape.sweeps.plan"])
    return ProcessPoolExecutor(workers, mp_context=context, initializer=_begin_worker)


def _begin_worker() -> None:
    """Leave interruptions to the process that sweeps."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _slots(executor: Executor) -> int:
    workers = getattr(executor, "_max_workers", None)
    return 2 * workers if isinstance(workers, int) and workers > 0 else USUAL_SLOTS


def _apart(executor: Executor) -> bool:
    return not isinstance(executor, ThreadPoolExecutor)


def check_sent(pool: Pool, argument: Any) -> None:
    """SweepError where something cannot be sent to another process."""
    if not pool.apart:
        return
    try:
        pickle.dumps(argument)
    except Exception as error:
        said = " ".join(str(error).split())[:200]
        raise SweepError(
            f"the sweep cannot be sent to other processes ({said}): sweep in this one (executor=None), or put what is "
            "your own into a module that they can import"
        ) from None
