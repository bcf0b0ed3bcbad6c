"""landscape render: draw a saved record again, or several records on one page."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from landscape.cli._files import staged
from landscape.cli._options import json_option, language_option, quiet_option
from landscape.cli._printing import DONE, Refusal, progress_bars, refusals, say_files, say_json

if TYPE_CHECKING:
    from landscape.i18n.texts import Language
    from landscape.record import Record


@click.command()
@click.argument("records", type=click.Path(), nargs=-1, required=True, metavar="RECORD...")
@click.option(
    "--view",
    "views",
    multiple=True,
    metavar="NAME",
    help="View to draw; can be repeated. Default: the views of the scenario, or multiples for several records.",
)
@click.option(
    "--out",
    type=click.Path(),
    metavar="PATH",
    help="Output folder, or for one view a file such as race.gif; default: the folder of the first record.",
)
@language_option
@json_option
@quiet_option
def command(
    records: tuple[str, ...],
    views: tuple[str, ...],
    out: str | None,
    language: Language | None,
    as_json: bool,
    quiet: bool,
) -> int:
    """Draw a saved record again, or several records on one page.

    RECORD is a file record.npz, or the folder that contains one. Several records are drawn with the view "multiples":
    one row for each record's surface and one column for each entrant. Nothing is simulated.
    """
    sources = [Path(record) / "record.npz" if Path(record).is_dir() else Path(record) for record in records]
    with refusals():
        from landscape.cli._drawing import chosen_together, chosen_views, draw_all, draw_together

        loaded = [load_record(source) for source in sources]
        if len(loaded) == 1:
            drawn, folder = chosen_views(loaded[0], views, out, sources[0].parent, language)
            with progress_bars(quiet or as_json) as progress, staged(folder) as stage:
                draw_all(loaded[0], drawn, stage, progress)
        else:
            together, folder = chosen_together(loaded, views, out, sources[0].parent, language)
            drawn = [together]
            with staged(folder) as stage:
                draw_together(loaded, together, stage)
    files = [str(folder / view.file) for view in drawn]
    if as_json:
        of = {"record": str(sources[0])} if len(sources) == 1 else {"records": [str(source) for source in sources]}
        say_json({**of, "files": files})
    elif not quiet:
        say_files(files, language or "en")
    return DONE


def load_record(path: Path) -> Record:
    """The record in a file. Refusal if it cannot be read."""
    from landscape.record import load

    try:
        return load(path)
    except OSError as error:
        raise Refusal(f"{path}: cannot be read: {error.strerror or error}") from None
