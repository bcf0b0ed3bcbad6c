"""Interruptions: signals raise KeyboardInterrupt, which is raised again where Python drops that exception.

Python drops an exception that a signal handler raises inside a destructor, or a callback of the garbage collector, of a
weak reference or of a library in C. A signal is also recorded, in case it arrives where nothing can be raised.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
import time
from _thread import interrupt_main
from collections.abc import Iterator
from types import FrameType
from typing import Any

# those of the terminal's keys, of its end, and of `kill`; a system may lack some
SIGNALS = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT") if name in dir(signal))

AGAIN = 0.01  # seconds from a dropped interruption to the next: the callback that dropped it has mostly ended by then

_seen: list[int] = []
_again: list[int] = []  # the descriptor that asks for another interruption, while there is what dropped the last one


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
    asked, ask = os.pipe()  # a handler of signals may write into one, where it could wait for a lock for ever

    def repeat() -> None:
        while os.read(asked, 1):
            time.sleep(AGAIN)
            interrupt_main(signal.Signals(_seen[-1]))

    def dropped(what: sys.UnraisableHookArgs) -> Any:
        if not (issubclass(what.exc_type, KeyboardInterrupt) and _seen):
            return before(what)
        _again.append(ask)  # this hook would drop what is raised in it
        os.write(ask, b".")
        _again.clear()

    repeating = threading.Thread(target=repeat, daemon=True)
    repeating.start()
    sys.unraisablehook = dropped
    try:
        yield
    finally:
        with undisturbed():  # one that has ended by now is to raise nothing afterwards
            os.close(ask)
            repeating.join()
            os.close(asked)
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
    if _again:
        os.write(_again[0], b".")
    else:
        raise KeyboardInterrupt
