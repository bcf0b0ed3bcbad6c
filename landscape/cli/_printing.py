"""Exit codes, printing, refusals and progress bars of all commands."""

from __future__ import annotations

import contextlib
import json
import math
import os
import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TextIO
from unicodedata import east_asian_width

import click

from landscape.cli._files import OutputError
from landscape.cli._signals import heed

if TYPE_CHECKING:
    from landscape.i18n.texts import Language

DONE, REFUTED, WRONG, FAULT, INTERRUPTED = 0, 1, 2, 70, 130


class Refusal(Exception):
    """The input is invalid, or the output cannot be written; the text is the whole message."""


def open_streams() -> None:
    """Connect standard input, output and error that the caller has closed to nowhere.

    Otherwise the next file that is opened gets their number, and what a library prints there goes into it.
    """
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        try:
            os.fstat(number)
        except OSError:
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)  # takes the lowest free number, which is this one
        if getattr(sys, name) is None:
            nowhere = os.open(os.devnull, os.O_RDWR)
            setattr(sys, name, os.fdopen(nowhere, "w" if number else "r", encoding="utf-8"))


def silence(stream: TextIO) -> None:
    """Discard what is still to be printed: the reader has closed the pipe, or the disk is full."""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def say(text: str = "") -> None:
    """Print a text, unless the reader has closed the pipe."""
    try:
        click.echo(text)
    except BrokenPipeError:
        silence(sys.stdout)


def complain(text: str) -> None:
    """Print a line on stderr if that is possible: the exit code says the same."""
    try:
        click.echo(text, err=True)
    except OSError:
        silence(sys.stderr)


@contextlib.contextmanager
def refusals() -> Iterator[None]:
    """Turn the library's errors about its input into a Refusal."""
    try:
        yield
    except (OutputError, ValueError, ImportError) as error:  # ImportError: an optional dependency is missing
        raise Refusal(str(error)) from error
    except MemoryError as error:
        raise Refusal(str(error) or "not enough memory") from None


def whole_numbers(option: str, text: str | None) -> list[int]:
    """The numbers in the value of an option: "2,10,100"."""
    try:
        return [int(part) for part in text.split(",")] if text is not None else []
    except ValueError:
        raise Refusal(f"{option}: must be whole numbers separated by commas, such as 2,10,100, got {text!r}") from None


def say_files(files: Sequence[Path | str], language: Language) -> None:
    """Print which files were written."""
    from landscape import i18n

    say("\n".join(i18n.say(language, "wrote {file}", file=file) for file in files))


def say_json(data: Any) -> None:
    """Print data as JSON."""
    say(json.dumps(jsonable(data), indent=2, ensure_ascii=False, allow_nan=False))


def jsonable(data: Any) -> Any:
    """Data without the numbers that JSON lacks: those become the texts "inf", "-inf" and "nan"."""
    if isinstance(data, dict):
        return {key: jsonable(value) for key, value in data.items()}
    if isinstance(data, list):
        return [jsonable(value) for value in data]
    return str(data) if isinstance(data, float) and not math.isfinite(data) else data


def aligned(rows: Sequence[Sequence[str]]) -> str:
    """Rows of cells as columns, two spaces apart; columns of numbers to the right. A Chinese character fills two."""
    columns = list(zip(*rows, strict=True))
    widths = [max(map(_width, column)) for column in columns]
    right = [all(_is_number(cell) for cell in column[1:]) and len(column) > 1 for column in columns]
    lines = []
    for row in rows:
        room = [" " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)]
        cells = [space + cell if r else cell + space for cell, space, r in zip(row, room, right, strict=True)]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)


def _width(text: str) -> int:
    """How many columns of a terminal a text takes."""
    return len(text) + sum(east_asian_width(sign) in "WF" for sign in text)


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


Progress = Callable[[str], Callable[[int, int], None] | Literal[False]]


@contextlib.contextmanager
def progress_bars(silent: bool) -> Iterator[Progress]:
    """A function that makes a progress bar for a task, on stderr if that is a terminal."""
    if silent or not sys.stderr.isatty():
        yield lambda task: False
        return
    from rich.console import Console
    from rich.progress import Progress as Bars

    with Bars(console=Console(stderr=True), transient=True) as bars:

        def bar(task: str) -> Callable[[int, int], None]:
            number = bars.add_task(task, total=None)
            return lambda done, total: bars.update(number, completed=done, total=total)

        yield bar


@contextlib.contextmanager
def plain_warnings() -> Iterator[None]:
    """Print the library's warnings as one line each, without the position in the code: under `-W error` too.

    After an interruption there are none: a library that warns then, as one in C may that is being imported, has taken
    it for an error of its own, so it is raised again.
    """
    with warnings.catch_warnings():
        if _action(UserWarning) == "error":
            warnings.simplefilter("default", UserWarning)
            warnings.simplefilter("ignore", DeprecationWarning)  # as pyparsing's, which are both
        warnings.showwarning = _shown
        yield


def _shown(message: Warning | str, *_: Any, **__: Any) -> None:
    heed()
    complain(f"note: {message}")


def _action(category: type[Warning]) -> str:
    """What Python does about warnings of a category, whatever their text and place."""
    for action, message, kind, module, _ in warnings.filters:
        if message is None and module is None and issubclass(category, kind):
            return action
    return "default"
