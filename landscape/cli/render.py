"""landscape render: draw a saved record again, or several records on one page."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from landscape.cli import _completion
from landscape.cli._files import check_link, staged
from landscape.cli._options import json_option, language_option, quiet_option
from landscape.cli._printing import DONE, Refusal, complain, progress_bars, refusals, say_files, say_json
from landscape.cli._view_options import Looks, view_options
from landscape.core.progress import shown

if TYPE_CHECKING:
    from landscape.i18n.texts import Language
    from landscape.record import Record


@click.command()
@click.argument("records", type=click.Path(), nargs=-1, required=True, metavar="RECORD...",
                shell_complete=_completion.files(".npz"))  # fmt: skip
@view_options("Default: the views of the scenario, or multiples for several records.")
@click.option(
    "--out",
    type=click.Path(),
    metavar="PATH",
    help="Output folder, or for one view a file such as race.gif; default: the folder of the first record.",
)
@click.option(
    "--trust",
    is_flag=True,
    help="Import and run the code of its author's own that a record names. Only for records of people you trust.",
)
@language_option
@json_option
@quiet_option
def command(
    records: tuple[str, ...],
    chosen: Looks,
    out: str | None,
    trust: bool,
    language: Language | None,
    as_json: bool,
    quiet: bool,
) -> int:
    """Draw a saved record again, or several records on one page.

    RECORD is a file record.npz, or the folder that contains one. Several records are drawn with the view "multiples":
    one row for each record's surface and one column for each entrant. Nothing is simulated.
    """
    with refusals():
        sources = [_source(Path(record)) for record in records]
        check_link(Path(out or ""))
        from landscape.cli._drawing import chosen_together, chosen_views, draw_all, draw_together

        loaded = [load_record(source, trust) for source in sources]
        if not (trust or quiet):
            _say_left_out(sources, loaded)
        if len(loaded) == 1:
            drawn, folder = chosen_views(loaded[0], chosen, out, sources[0].parent, language, trust)
            with progress_bars(quiet or as_json) as progress, staged(folder) as stage:
                draw_all(loaded[0], drawn, stage, progress, chosen.fps)
        else:
            together, folder = chosen_together(loaded, chosen, out, sources[0].parent, language)
            drawn = [together]
            with staged(folder) as stage, shown("drawing", False if quiet or as_json else None):
                draw_together(loaded, together, stage)
    files = [str(folder / view.file) for view in drawn]
    if as_json:
        of = {"record": str(sources[0])} if len(sources) == 1 else {"records": [str(source) for source in sources]}
        say_json({**of, "files": files})
    elif not quiet:
        say_files(files, language or "en")
    return DONE


def _source(path: Path) -> Path:
    """The file of a record that is named by itself or by its folder."""
    try:
        return path / "record.npz" if path.is_dir() else path
    except OSError as error:
        raise Refusal(f"{str(path)[:80]}...: cannot be read: {error.strerror or error}") from None


def _say_left_out(sources: list[Path], records: list[Record]) -> None:
    """Name the components that stand in for others, because their code is their author's own."""
    from landscape.record import without_code

    for source, record in zip(sources, records, strict=True):
        if names := without_code(record):
            drawn = "" if record.has_surface else "only what needs no surface is drawn; "
            complain(
                f"note: {source}: loaded without the code of {', '.join(names)}; {drawn}--trust imports and runs it"
            )


def load_record(path: Path, trust: bool) -> Record:
    """The record in a file. trust: as in `landscape.load`. Refusal if it cannot be read."""
    from landscape.record import load

    try:
        return load(path, trust)
    except OSError as error:
        raise Refusal(f"{path}: cannot be read: {error.strerror or error}") from None
