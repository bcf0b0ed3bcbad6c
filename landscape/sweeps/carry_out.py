"""Carry out the chunks of a sweep on a pool: a few at a time, each tried again where what runs it fails.

    left = carry_out(plan.chunks(done), plan.setting, pool, store)    # the chunks that were set aside

What a chunk's own computation raises is an error of the sweep, the same in every try: it ends it. What else comes out
of a future, a worker that died or memory that ran out, is tried again, behind all others: four times, and then the
chunk is set aside. Chunks that were running when a pool broke are tried again one by one, so that a chunk that kills
workers takes no others with it.
"""

from __future__ import annotations

import collections
import pickle
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, CancelledError, Future, wait
from typing import Any, NamedTuple

from landscape.core.component import Array
from landscape.sweeps.executors import Pool, check_sent
from landscape.sweeps.journal import SweepError
from landscape.sweeps.plan import Block, Setting, Work

TRIES = 4
MOST_BREAKS = 2 * TRIES  # of a pool in a row, without a result

Store = Callable[[int, int, dict[str, Array]], None]


class Failed(NamedTuple):
    """An error of a chunk's own computation."""

    error: Exception


class Chunk(NamedTuple):
    """Rows low to high - 1, all of one block; tries: how often it has failed; why: what came of the last try."""

    block: Block
    low: int
    high: int
    tries: int = 0
    why: str = ""


def results(work: Work) -> dict[str, Array] | Failed:
    """What a chunk gives, or its own error as data. Lack of memory and errors of the system are raised."""
    try:
        return work.results()
    except (MemoryError, OSError):
        raise
    except Exception as error:
        return Failed(_portable(error))


def _portable(error: Exception) -> Exception:
    """The error, or a plain one with its text where it cannot be sent to another process."""
    try:
        same = pickle.loads(pickle.dumps(error))  # this process's own
        if str(same) == str(error):
            return error
    except Exception:
        pass
    return (ValueError if isinstance(error, ValueError) else RuntimeError)(f"{type(error).__name__}: {error}")


def carry_out(chunks: Iterable[tuple[Block, int, int]], setting: Setting, pool: Pool, store: Store) -> list[Chunk]:
    """Hand the results of every chunk to `store`, in the order in which they come; the chunks that were set aside."""
    run = _Run(setting, pool, store)
    try:
        run.all(iter(Chunk(*each) for each in chunks))
    except BaseException:
        for future in run.flying:
            future.cancel()
        raise
    return run.aside


class _Run:
    """later: chunks that failed once or more; flying: those that run; breaks: how often the pool broke in a row;
    stored: how many chunks it brought."""

    def __init__(self, setting: Setting, pool: Pool, store: Store) -> None:
        self.setting, self.pool, self.store = setting, pool, store
        self.later: collections.deque[Chunk] = collections.deque()
        self.flying: dict[Future[Any], Chunk] = {}
        self.aside: list[Chunk] = []
        self.checked = False
        self.breaks = self.stored = 0

    def all(self, waiting: Iterator[Chunk]) -> None:
        """Until none is left."""
        while True:
            while len(self.flying) < self.pool.slots and (chunk := next(waiting, None)) is not None:
                if not self.begun(chunk):
                    break
            if not self.flying and self.later:
                self.begun(self.later.popleft())
            elif not self.flying:
                if self.breaks and not self.stored:
                    raise self.nothing()
                return
            if self.flying:
                done, _ = wait(self.flying, return_when=FIRST_COMPLETED)
                broken = [self.broke(future) for future in done]  # all of them, whichever broke
                if any(broken):
                    # what else runs there is lost too
                    for future in list(self.flying):
                        self.broke(future)
                    self.renew()

    def begun(self, chunk: Chunk) -> bool:
        """Begin a chunk; whether the pool takes it."""
        work = chunk.block.work(chunk.low, chunk.high, self.setting)
        if not self.checked:
            check_sent(self.pool, work)
            self.checked = True
        try:
            self.flying[self.pool.submit(results, work)] = chunk
        except BrokenExecutor:
            self.later.appendleft(chunk)  # it had not begun, so that this is none of its tries
            if not self.flying:
                self.renew()
            return False
        return True

    def broke(self, future: Future[Any]) -> bool:
        """Keep what a future brings; whether its pool is broken."""
        chunk = self.flying.pop(future)
        try:
            found = future.result()
        except SweepError:  # the sweep cannot be made there, however often it is tried
            raise
        except (Exception, CancelledError) as error:
            why = " ".join(str(error).split())[:200] or type(error).__name__
            failed = chunk._replace(tries=chunk.tries + 1, why=why)
            (self.aside if failed.tries >= TRIES else self.later).append(failed)
            return isinstance(error, BrokenExecutor)
        if isinstance(found, Failed):
            raise found.error
        self.store(chunk.low, chunk.high, found)
        self.breaks, self.stored = 0, self.stored + 1
        return False

    def nothing(self) -> SweepError:
        """The error of a pool that breaks and brings nothing."""
        return SweepError(
            f"the processes that are to run the sweep ended {self.breaks} times in a row and brought nothing. A "
            'script that sweeps in processes needs `if __name__ == "__main__":` before what it does'
        )

    def renew(self) -> None:
        """Another executor in the place of a broken one. SweepError where there is none, or each breaks."""
        self.breaks += 1
        if self.breaks > MOST_BREAKS:
            raise self.nothing()
        if not self.pool.renew():
            raise SweepError(
                "the executor is broken; with path=, what is done is kept, and the same sweep goes on with a new one. "
                "A function that makes an executor is called again by itself: executor=lambda: ..."
            )
