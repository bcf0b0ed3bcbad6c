"""Run the chunks of a sweep on a Dask cluster: `executor="tcp://10.0.0.1:8786"`.

    with pool_of("tcp://10.0.0.1:8786") as pool: ...     # SweepError where no scheduler answers there

Every worker needs this version of landscape and of NumPy, and is asked for them with every chunk. What a lost worker
was doing the scheduler gives to others. Where the scheduler is lost, what was under way is begun again once there is
one at that address.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import re
import threading
import time
from collections.abc import Coroutine, Iterator
from concurrent.futures import BrokenExecutor, Future
from typing import Any

from landscape.core.extras import library
from landscape.sweeps.journal import SweepError, versions

ADDRESS = re.compile(r"(tcp|tls|ucx|ws|wss)://\S+:\d+")
FIRST = 5.0  # seconds for a scheduler to answer at the beginning
PATIENCE = 300.0  # and where one was lost
ASKED = 2.0  # seconds from one look at how many workers there are to the next
MOST_SLOTS = 4096


class Lost(BrokenExecutor):
    """The scheduler was lost, and what it was doing with it."""


class DaskPool:
    """The workers of a scheduler. slots: two chunks for each of their threads, as many as there are now."""

    apart = True

    def __init__(self, address: str) -> None:
        check_address(address)
        self.distributed = library("distributed", "a sweep on a Dask cluster")
        self.address, self.slots = address, 2
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="landscape-dask", daemon=True)
        self._thread.start()
        try:
            with _quiet():
                self._client = self._in_loop(self._connected(FIRST))
        except BaseException:
            self._end()
            raise
        self._looking = asyncio.run_coroutine_threadsafe(self._look(), self._loop)

    def submit(self, function: Any, argument: Any) -> Future[Any]:
        """Begin function(argument) on a worker."""
        return asyncio.run_coroutine_threadsafe(self._run(function, argument), self._loop)

    def renew(self) -> bool:
        """Connect again, to the scheduler that is there now. SweepError where none comes."""
        with _quiet():
            self._in_loop(self._closed(self._client))
            self._client = self._in_loop(self._connected(PATIENCE))
        return True

    def close(self, now: bool) -> None:
        """Leave the cluster as it is. now: what runs there is dropped, as nobody waits for it."""
        with _quiet(), contextlib.suppress(Exception):
            self._looking.cancel()
            self._in_loop(self._closed(self._client))
        self._end()

    def _in_loop(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    def _end(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=5.0)

    async def _connected(self, seconds: float) -> Any:
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0.0:
            try:
                return await self.distributed.Client(
                    self.address, asynchronous=True, set_as_default=False, timeout=min(left, FIRST)
                )
            except (OSError, TimeoutError, ValueError):
                if seconds > FIRST:
                    await asyncio.sleep(1.0)
        kept = "; with path=, what is done is kept, and the same sweep goes on" if seconds > FIRST else ""
        raise SweepError(
            f"no Dask scheduler answers at {self.address} within {seconds:.0f} s: start one by `dask scheduler`, and "
            f"workers by `dask worker {self.address}`{kept}"
        )

    async def _closed(self, client: Any) -> None:
        with contextlib.suppress(Exception, asyncio.CancelledError):
            await asyncio.wait_for(client.close(timeout=2.0), 5.0)

    async def _run(self, function: Any, argument: Any) -> Any:
        try:
            found = self._client.submit(_there, function, versions(), argument, pure=False)
            return await found
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if task is not None and task.cancelling():
                raise
            raise Lost("the scheduler was lost") from None
        except ImportError as error:
            raise SweepError(
                f"a worker of {self.address} cannot make the sweep's runs ({error}): install it there"
            ) from None
        except Exception as error:
            if isinstance(error, SweepError):
                raise
            if self._client.status != "running" or "ancelled" in type(error).__name__:
                raise Lost(f"the scheduler was lost ({error})") from None
            raise

    async def _look(self) -> None:
        """Keep `slots` at two chunks for each thread of the workers."""
        while True:
            with contextlib.suppress(Exception):
                threads = sum((await asyncio.wait_for(self._client.nthreads(), 10.0)).values())
                self.slots = max(2, min(2 * threads, MOST_SLOTS))
            await asyncio.sleep(ASKED)


def check_address(address: str) -> None:
    """ValueError where a text is no address of a scheduler."""
    if not ADDRESS.fullmatch(address):
        raise ValueError(f'the address of a Dask scheduler is like "tcp://10.0.0.1:8786", got {address!r:.80}')


def _there(function: Any, wanted: dict[str, str], argument: Any) -> Any:
    """On a worker: function(argument), where it has the versions that the last bits depend on."""
    here = versions()
    if here != wanted:
        theirs, ours = (", ".join(f"{name} {each}" for name, each in known.items()) for known in (here, wanted))
        raise SweepError(f"a worker has {theirs}, this is {ours}, whose numbers may differ: install the same there")
    return function(argument)


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Without the log that Dask writes while it connects and lets go; what matters is raised."""
    logger = logging.getLogger("distributed")
    before = logger.level
    logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        logger.setLevel(before)
