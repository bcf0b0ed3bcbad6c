"""Show how far long work has come, from a second on: a bar on a terminal's stderr, or in the cell of a notebook.

    with shown("simulating", progress) as tick:     # progress: the caller's own, which is called instead; None: a bar
        tick(done, total)                           # from time to time
    with shown("drawing"):                          # work that cannot tell how much is left: the time that it takes

Nothing is shown in scripts whose stderr is no terminal, in other threads and processes than the main one, and of work
inside work that is shown. A bar vanishes when its work ends.
"""

from __future__ import annotations

import contextlib
import contextvars
import html
import multiprocessing
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any, Literal

Progress = Callable[[int, int], None]
Wanted = Progress | Literal[False] | None

AFTER, EVERY = 1.0, 0.2  # seconds: until a bar is shown, and between its changes
CELLS = 30  # of a bar
_inside = contextvars.ContextVar("_inside", default=False)  # whether this is part of work that is told of already


@contextlib.contextmanager
def shown(task: str, progress: Wanted = None) -> Iterator[Progress]:
    """tick(done, total) for a block of work, which the caller's own progress hears, or else a bar; False: nobody."""
    display = _display() if progress is None and not _inside.get() else None
    bar = Bar(task, display) if display is not None else None
    before = _inside.set(True)
    try:
        yield bar.tick if bar is not None else progress or _unheard
    finally:
        _inside.reset(before)
        if bar is not None:
            bar.end()


def _unheard(done: int, total: int) -> None:
    """A tick that nobody hears."""


class Bar:
    """A bar of some work, drawn by a thread of its own, since the work may be silent for long.

    display(task, share, seconds): draws it; share is None where it is not known; with seconds None it vanishes.
    """

    def __init__(self, task: str, display: Display, after: float = AFTER, every: float = EVERY) -> None:
        self.task, self.display, self.after, self.every = task, display, after, every
        self.share: float | None = None
        self.begun, self.drawn = time.monotonic(), False
        self.ended = threading.Event()
        self.thread = threading.Thread(target=contextvars.copy_context().run, args=(self._run,), daemon=True)
        self.thread.start()

    def tick(self, done: int, total: int) -> None:
        """So much of the work is done."""
        self.share = min(1.0, done / total) if total > 0 else None

    def end(self) -> None:
        """The work is over; what was drawn of it vanishes."""
        self.ended.set()
        self.thread.join()
        if self.drawn:
            self._draw(None)

    def _run(self) -> None:
        wait = self.after
        while not self.ended.wait(wait):
            wait, self.drawn = self.every, True
            if not self._draw(time.monotonic() - self.begun):
                return

    def _draw(self, seconds: float | None) -> bool:
        """Draw it; whether that could be done: the reader may have gone, and the work goes on."""
        try:
            self.display(self.task, self.share, seconds)
        except Exception:
            return False
        return True


Display = Callable[[str, float | None, float | None], None]


def _display() -> Display | None:
    """What shows a bar here; None where nobody would see it."""
    if threading.current_thread() is not threading.main_thread() or multiprocessing.parent_process() is not None:
        return None
    if hasattr(running_shell(), "kernel"):
        return _Cell()
    try:
        return on_terminal if sys.stderr.isatty() else None
    except (AttributeError, ValueError):  # none, or closed
        return None


def running_shell() -> Any:
    """The IPython that runs this code; None where none does."""
    ipython = sys.modules.get("IPython")
    return None if ipython is None else ipython.get_ipython()


def on_terminal(task: str, share: float | None, seconds: float | None) -> None:
    """Write a bar over the last line of a terminal, or wipe that line."""
    line = "" if seconds is None else f"{task} {told(share, seconds)}"
    sys.stderr.write(f"\r\033[K{line}")
    sys.stderr.flush()


def told(share: float | None, seconds: float) -> str:
    """ "|######      |  50 %  12 s, about 12 s left"; of a share that is not known: "12 s"."""
    if share is None:
        return f"{seconds:.0f} s"
    left = f", about {seconds * (1.0 - share) / share:.0f} s left" if share > 0.02 else ""
    bar = ("#" * round(CELLS * share)).ljust(CELLS)
    return f"|{bar}| {100.0 * share:3.0f} %  {seconds:.0f} s{left}"


class _Cell:
    """A bar in the output of a notebook's cell."""

    def __init__(self) -> None:
        self.handle: Any = None

    def __call__(self, task: str, share: float | None, seconds: float | None) -> None:
        ipython: Any = sys.modules["IPython.display"]  # which every kernel has loaded
        page = ipython.HTML("" if seconds is None else in_cell(task, share, seconds))
        if self.handle is None:
            self.handle = ipython.display(page, display_id=True)
        else:
            self.handle.update(page)


def in_cell(task: str, share: float | None, seconds: float) -> str:
    """A bar as HTML."""
    value = "" if share is None else f' value="{share:.3f}" max="1"'
    words = told(share, seconds).rpartition("|")[2]
    return f"<span>{html.escape(task)} <progress{value}></progress> {html.escape(words.strip())}</span>"
