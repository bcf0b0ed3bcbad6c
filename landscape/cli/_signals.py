"""Interruptions: signals raise KeyboardInterrupt, and are recorded in case Python drops that exception.

Python drops an exception that a signal handler raises inside a destructor or a callback of the garbage collector.
"""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Iterator
from types import FrameType

# those of the terminal's keys, of its end, and of `kill`; a system may lack some
SIGNALS = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT") if name in dir(signal))

_seen: list[int] = []


def listen() -> None:
    """Let signals interrupt from now on, except those that the parent process has set to be ignored."""
    _seen.clear()
    for number in SIGNALS:
        with contextlib.suppress(ValueError):  # only the main thread can set handlers
            if signal.getsignal(number) != signal.SIG_IGN:
                signal.signal(number, _interrupt)


def arrived() -> bool:
    """Whether a signal has arrived since `listen`."""
    return bool(_seen)


def heed() -> None:
    """Raise KeyboardInterrupt if a signal has arrived since `listen`."""
    if _seen:
        raise KeyboardInterrupt


@contextlib.contextmanager
def undisturbed() -> Iterator[None]:
    """Block interruptions while files are cleaned up or moved; call `heed` to raise one that arrived meanwhile."""
    try:
        heeded = [number for number in SIGNALS if signal.getsignal(number) != signal.SIG_IGN]
        before = {number: signal.signal(number, _remember) for number in heeded}
    except ValueError:  # not the main thread: no signal arrives here
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
