"""landscape new: write a commented scenario to begin with."""

from __future__ import annotations

import re
from pathlib import Path

import click

from landscape.cli import _completion
from landscape.cli._files import OutputError, check_link, explained
from landscape.cli._printing import DONE, Refusal, refusals, say


@click.command()
@click.argument("name")
@click.option(
    "--surface",
    default="rosenbrock",
    show_default=True,
    shell_complete=_completion.names("surface"),
    help="The surface, as `landscape list surface` has it.",
)
@click.option(
    "--optimizers",
    default="sgd,momentum,adam",
    show_default=True,
    metavar="NAME,NAME,...",
    shell_complete=_completion.names("optimizer", listed=True),
    help="The optimizers, as `landscape list optimizer` has them.",
)
def command(name: str, surface: str, optimizers: str) -> int:
    """Write a scenario to begin with, NAME.toml.

    Every key has a comment, and its expectations hold: the default rate of an optimizer is divided by ten until its
    loss falls on that surface. A file that is there already is never changed.
    """
    with refusals():
        path = _path(name)
        from landscape.core.files import atomic_write
        from landscape.scenario.template import template

        chosen = [each.strip() for each in optimizers.split(",")]
        if "" in chosen or len(set(chosen)) < len(chosen):
            raise Refusal(f'--optimizers: must be names with commas between, each once, got "{optimizers}"')
        text = template(path.stem, surface, chosen)
        with explained(path), atomic_write(path) as file:
            file.write(text.encode())
        say(f"wrote {path}\nlandscape run {path}")
    return DONE


def _path(name: str) -> Path:
    """The file to write. Refusal where the name is no file's name, OutputError where it cannot be made or is taken."""
    path = Path(name if name.endswith(".toml") else f"{name}.toml")
    if not re.fullmatch(r"\w[\w-]*", path.stem) or name.endswith(("/", "\\")):
        raise Refusal(
            f'the name must be of letters, digits, "_" and "-", and may have a folder before it, got "{name}"'
        )
    check_link(path)
    if path.exists():
        raise OutputError(f"{path}: is there already, and is not changed; choose another name")
    if not path.parent.is_dir():
        raise OutputError(f"{path}: cannot be written: there is no folder {path.parent}")
    return path
