"""What the commands share: how they print, refuse, and show how far they are."""

from __future__ import annotations

import contextlib
import json
import os
import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from landscape.i18n.texts import Language
    from landscape.record import Record
    from landscape.scenario.model import Scenario, Verdict

DONE, REFUTED, WRONG, INTERRUPTED = 0, 1, 2, 130


class Refusal(Exception):
    """The input is wrong, or the output cannot be written. Its text says all there is to say."""


def close_stdout() -> None:
    """Send what is still to be printed nowhere: nobody reads it."""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def say(text: str = "") -> None:
    """Print a text, if anybody still reads."""
    try:
        click.echo(text)
    except BrokenPipeError:
        close_stdout()


@contextlib.contextmanager
def refusals() -> Iterator[None]:
    """Turn what the library says against its input into a Refusal."""
    from landscape.cli.outputs import OutputError

    try:
        yield
    except (OutputError, ValueError, ImportError) as error:  # the last where an extra is missing
        raise Refusal(str(error)) from error
    except MemoryError:
        raise Refusal("this needs more memory than there is") from None


def whole_numbers(option: str, text: str | None) -> list[int]:
    try:
        return [int(part) for part in text.split(",")] if text is not None else []
    except ValueError:
        raise Refusal(f"{option}: must be whole numbers with commas between, such as 2,10,100, got {text!r}") from None


def report(
    scenario: Scenario,
    record: Record,
    verdicts: Sequence[Verdict],
    files: list[Path],
    language: Language,
    as_json: bool,
    quiet: bool,
) -> int:
    """Print what `run` did; its exit code."""
    from landscape.cli.texts import entrants_table, report_data

    if as_json:
        say_json(report_data(scenario, record, verdicts, files))
    elif not quiet:
        say(scenario.title)
        if scenario.look_for:
            say(scenario.look_for.strip())
        say()
        say(entrants_table(record, language))
        say()
    if not as_json:
        say_verdicts("", verdicts, language, quiet)
    if not as_json and not quiet:
        say_files(files, language)
    return DONE if all(verdict.passed for verdict in verdicts) else REFUTED


def say_files(files: Sequence[Path | str], language: Language) -> None:
    from landscape.scenario.languages import say as said

    say("\n".join(said(language, "wrote {file}", file=file) for file in files))


def say_verdicts(path: str, verdicts: Sequence[Verdict], language: Language, quiet: bool) -> None:
    from landscape.cli.texts import verdict_text
    from landscape.scenario.languages import say as said

    told = [verdict for verdict in verdicts if not (quiet and verdict.passed)]
    if path and (told or not quiet):
        held = sum(verdict.passed for verdict in verdicts)
        text = "{path}: {held} of {count} expectations held"
        say(said(language, text, path=path, held=held, count=len(verdicts)))
    for verdict in told:
        say(verdict_text(verdict, language))
    if told:
        say()


def say_json(data: Any) -> None:
    from landscape.cli.texts import jsonable

    say(json.dumps(jsonable(data), indent=2, ensure_ascii=False, allow_nan=False))


def load_record(path: Path) -> Record:
    from landscape.record import load

    try:
        return load(path)
    except OSError as error:
        raise Refusal(f"{path}: cannot be read: {error.strerror or error}") from None


Progress = Callable[[str], Callable[[int, int], None] | None]


@contextlib.contextmanager
def progress_bars(silent: bool) -> Iterator[Progress]:
    """A maker of progress bars on stderr, where somebody watches it."""
    if silent or not sys.stderr.isatty():
        yield lambda task: None
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
    """Print what the library warns of as a line, without the place in the code."""
    with warnings.catch_warnings():
        warnings.showwarning = lambda message, *_, **__: click.echo(f"note: {message}", err=True)
        yield
