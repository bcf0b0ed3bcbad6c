"""The command `landscape`: run scenarios, draw records, show components.

    landscape run scenarios/ravines/ravine.toml
    landscape check scenarios/
    landscape show adam
    landscape gradients rosenbrock --out gradients.png

Each command is a file in this folder, named as the command: it parses, makes one library call and prints. To add a
command, add a file that defines `command`. Files whose names begin with an underscore are shared parts.

Exit codes: 0 done; 1 an expectation of a scenario failed, and nothing else; 2 the input is invalid, or the results
cannot be written; 70 a fault of this program, whose traceback `--debug` shows; 130 interrupted. A run that ends with
another code than 0 or 1 has written nothing.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import os
import sys
import traceback
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NoReturn

import click

from landscape._version import __version__
from landscape.cli._printing import (
    DONE,
    FAULT,
    INTERRUPTED,
    WRONG,
    Refusal,
    complain,
    open_streams,
    plain_warnings,
    silence,
)
from landscape.cli._signals import arrived, delivered, listen


def main(args: Sequence[str] | None = None) -> NoReturn:
    """Run the command and exit with its code."""
    sys.exit(run_command(args))


def run_command(args: Sequence[str] | None = None) -> int:
    """Run the command line; its exit code."""
    open_streams()
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError, ValueError, OSError):
            stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    if "_LANDSCAPE_COMPLETE" in os.environ:
        from landscape.cli import _shells

        _shells.register()
    rest, debug = _debugging(sys.argv[1:] if args is None else args)
    try:
        listen()
        with delivered(), plain_warnings():
            code = landscape.main(rest, prog_name="landscape", standalone_mode=False)
        sys.stdout.flush()
        return int(code or DONE)
    except (Exception, SystemExit, KeyboardInterrupt) as error:
        return _ended(error, debug)


def _ended(error: BaseException, debug: bool) -> int:
    """Say why a command ended by an error; its exit code."""
    # the reader has closed the pipe; of its own texts click then exits
    if isinstance(error, BrokenPipeError) or (isinstance(error, SystemExit) and _raised_in(error) == "click"):
        silence(sys.stdout)
        return DONE
    # libraries turn an interruption on its way through them into errors of their own
    if isinstance(error, click.Abort | KeyboardInterrupt) or arrived():
        # Python remembers an interruption of exec(text), as where a dataclass is made, and would end by SIGINT though
        # it is caught; the next exec(text) lets it forget
        exec("")
        complain("interrupted")
        return INTERRUPTED
    if isinstance(error, Refusal):
        complain(str(error))
        return WRONG
    if isinstance(error, click.ClickException):
        with io.StringIO() as shown:
            error.show(shown)
            complain(shown.getvalue().rstrip("\n"))
        return error.exit_code
    if isinstance(error, OSError) and error.filename is None:  # of no file, so of a stream
        silence(sys.stdout)
        complain(f"the output cannot be printed: {error.strerror or error}")
        return WRONG
    if debug:
        complain("".join(traceback.format_exception(error)).rstrip("\n"))
    complain(_fault(error, debug))
    return FAULT


def _raised_in(error: BaseException) -> str:
    """The package whose code raised an error."""
    *_, (frame, _) = traceback.walk_tb(error.__traceback__)
    return str(frame.f_globals.get("__name__", "")).partition(".")[0]


def _debugging(args: Sequence[str]) -> tuple[list[str], bool]:
    """(the arguments without --debug, whether it is there): it may stand anywhere, before or behind a command."""
    args = [*args]  # `list` is a command in this folder
    end = args.index("--") if "--" in args else len(args)
    return [arg for arg in args[:end] if arg != "--debug"] + args[end:], "--debug" in args[:end]


def _fault(error: BaseException, debug: bool) -> str:
    """One line on an error that nobody foresaw."""
    said = " ".join(str(error).split())[:200]
    what = f"{type(error).__name__}: {said}" if said else type(error).__name__
    advice = "please report it" if debug else "please report it, with what the same command says with --debug"
    return f"a fault of landscape, not of the input: {what}; {advice}"


class _Commands(Mapping[str, click.Command]):
    """The commands in this folder, by file name. A file is imported when its command is needed."""

    def __init__(self) -> None:
        self._names = sorted(file.stem for file in Path(__file__).parent.glob("[!_]*.py"))

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def __getitem__(self, name: str) -> click.Command:
        if name not in self._names:
            raise KeyError(name)
        command: click.Command = importlib.import_module(f"{__package__}.{name}").command
        return command


@click.group(
    commands=_Commands(),  # click only reads it
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option("--debug", is_flag=True, expose_value=False, help="Show the traceback of a fault (exit code 70).")
@click.version_option(__version__, prog_name="landscape", message="%(prog)s %(version)s")
def landscape() -> None:
    """Simulate optimizers on loss landscapes, measure what happens, and draw it.

    A scenario file defines what to run and what to expect. `run` simulates and draws it, `check` only checks its
    expectations. `list` and `show` describe the components that a scenario can use.
    """
