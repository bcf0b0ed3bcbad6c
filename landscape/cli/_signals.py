"""Interruptions: signals raise KeyboardInterrupt, which is raised again where Python drops that exception.

Python drops an exception that a signal handler raises inside a destructor, or a callback of the garbage collector, of a
weak reference or of a library in C. A signal is also recorded, in case it arrives where nothing can be raised.
"""

from __future__ import annotations

import contextlib
import signal
import sys
import threading
from _thread import interrupt_main
from collections.abc import Iterator
from types import FrameType
from typing import Any

# those of the terminal's keys, of its end, and of `kill`; a system may lack some
SIGNALS = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT") if name in dir(signal))

AGAIN = 0.01  # seconds from a dropped interruption to the next: the callback that dropped it has mostly ended by then

_seen: list[int] = []


def listen() -> None:
    """Let signals interrupt from now on, except those that the parent process has set to be ignored."""
    _seen.clear()
    for number in SIGNALS:
        with contextlib.suppress(ValueError):  # only the main thread can set handlers
            if signal.getsignal(number) != signal.SIG_IGN:
                signal.signal(number, _interrupt)


@contextlib.contextmanager
def delivered() -> Iterator[None]:
    """Raise what Python drops of an interruption once more, a moment later, until it is heard; print nothing of it."""
    before = sys.unraisablehook
    again: list[threading.Timer] = []

    def dropped(what: sys.UnraisableHookArgs) -> Any:
        if not (issubclass(what.exc_type, KeyboardInterrupt) and _seen):
            return before(what)
        again.append(threading.Timer(AGAIN, interrupt_main, (_seen[-1],)))
        again[-1].start()

    sys.unraisablehook = dropped
    try:
        yield
    finally:
        with undisturbed():  # one that has ended by now is to raise nothing afterwards
            for each in again:
                each.cancel()
                each.join()
            sys.unraisablehook = before


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
