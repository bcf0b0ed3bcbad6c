"""Work at the newest of the jobs that arrive, in a thread of its own.

latest = Latest(print)
latest.give(1); latest.give(2); latest.give(3)      # prints 1 and 3, where 1 has begun when 3 arrives
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

_NONE = object()


class Latest:
    """Does one job at a time; of those that arrive meanwhile only the last is done."""

    def __init__(self, work: Callable[[Any], None]) -> None:
        self._work, self._waiting, self._busy = work, _NONE, False
        self._lock = threading.Lock()
        self._idle = threading.Condition(self._lock)

    def give(self, job: Any) -> None:
        """Do this job next."""
        with self._lock:
            self._waiting = job
            if self._busy:
                return
            self._busy = True
        threading.Thread(target=self._run, daemon=True).start()

    def wait(self, seconds: float | None = None) -> bool:
        """Wait until nothing is left to do: whether that was so within so many seconds."""
        with self._idle:
            return self._idle.wait_for(lambda: not self._busy, seconds)

    def _run(self) -> None:
        while True:
            with self._idle:
                job, self._waiting = self._waiting, _NONE
                if job is _NONE:
                    self._busy = False
                    self._idle.notify_all()
                    return
            self._work(job)
