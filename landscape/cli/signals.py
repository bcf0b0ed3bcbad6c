"""Interruptions: SIGINT and SIGTERM raise KeyboardInterrupt, and are remembered where Python loses that.

Python drops an exception that a signal's handler raises inside a destructor or a callback of the garbage collector.
"""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Iterator
from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM)

_seen: list[int] = []


def listen() -> None:
    """From now on a signal interrupts. One that the caller of the program has set to be ignored stays so."""
    _seen.clear()
    for number in SIGNALS:
        with contextlib.suppress(ValueError):  # signals are for the main thread
            if signal.getsignal(number) != signal.SIG_IGN:
                signal.signal(number, _interrupt)


def heed() -> None:
    """Raise KeyboardInterrupt if a signal has come since `listen`."""
    if _seen:
        raise KeyboardInterrupt


@contextlib.contextmanager
def undisturbed() -> Iterator[None]:
    """Let no interruption in for the moment that cleaning up, or moving finished files, takes: `heed` tells of it."""
    try:
        heeded = [number for number in SIGNALS if signal.getsignal(number) != signal.SIG_IGN]
        before = {number: signal.signal(number, _remember) for number in heeded}
    except ValueError:  # not the main thread, which no signal reaches
        before = {}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _remember(number: int, frame: FrameType | None) -> None:
    _seen.append(number)


def _interrupt(number: int, frame: FrameType | None) -> None:
    _seen.append(number)
    raise KeyboardInterrupt
