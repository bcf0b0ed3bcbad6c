"""landscape playground: write the catalogue of surfaces as pages to play with, for any web host."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from landscape.cli import _completion
from landscape.cli._files import staged
from landscape.cli._options import json_option, picture_language_option, quiet_option
from landscape.cli._printing import DONE, progress_bars, refusals, say, say_json

if TYPE_CHECKING:
    from landscape.i18n.texts import Language


@click.command()
@click.argument("folder", type=click.Path())
@click.option(
    "--surface",
    "names",
    multiple=True,
    metavar="NAME",
    shell_complete=_completion.names("surface"),
    help="Only this one; may be given again.",
)
@picture_language_option
@json_option
@quiet_option
def command(folder: str, names: tuple[str, ...], language: Language, as_json: bool, quiet: bool) -> int:
    """Write all surfaces as pages to play with.

    FOLDER gets an index with a search, and for each surface of two coordinates a page that races the usual optimizers
    on it: drag the start, turn rates, noise and schedules, copy a link to what is shown, save it as a scenario. The
    files need no server and ask for nothing else; put them on any web host. About half a minute for all surfaces.
    """
    out = Path(folder)
    with refusals():
        from landscape.web.playground import write_playground

        with progress_bars(quiet or as_json) as progress, staged(out) as stage:
            bar = progress("writing pages")
            entries = write_playground(stage, names or None, language, bar if callable(bar) else None)
        index = out / "index.html"
        if as_json:
            surfaces = [{"name": each.name, "family": each.family, "why_not": each.why or None} for each in entries]
            say_json({"index": str(index), "surfaces": surfaces})
        elif not quiet:
            still = sum(1 for each in entries if each.why)
            also = f", {still} of them without a race" if still else ""
            surfaces_word = "surface" if len(entries) == 1 else "surfaces"
            say(f"wrote {index}, with {len(entries)} {surfaces_word}{also}")
    return DONE
