"""landscape serve: the catalogue, races of scenarios and records, in a browser of this machine."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from landscape.cli._options import picture_language_option
from landscape.cli._printing import DONE, Refusal, refusals, say

if TYPE_CHECKING:
    from landscape.i18n.texts import Language


@click.command()
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="0: any that is free.")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address; others reach 0.0.0.0.")
@click.option("--name", "names", multiple=True, metavar="NAME", help="A name by which browsers may call it.")
@click.option("--records", type=click.Path(), metavar="FOLDER", help="Show the records below this folder too.")
@click.option("--trust", is_flag=True, help="Let scenarios that are sent import and run code by its name.")
@picture_language_option
def command(port: int, host: str, names: tuple[str, ...], records: str | None, trust: bool, language: Language) -> int:
    """Show surfaces, scenarios and records in a browser.

    Serves the pages of `landscape playground`, a field for scenarios whose race or movie it makes, and the records of a
    folder, until it is interrupted. It listens to this machine alone unless --host says otherwise, answers no page of
    another site, runs no code that a scenario names, and leaves no file behind.
    """
    with refusals():
        from landscape.web.server import Server, Site

        folder = Path(records) if records is not None else None
        if folder is not None and not (records and folder.is_dir()):  # "" would be the working folder
            raise Refusal(f"--records {records}: is no folder")
        try:
            server = Server((host, port), Site(folder, language, trust), names)
        except OSError as error:
            raise Refusal(f"cannot listen on {host}, port {port}: {error.strerror or error}") from None
        with server:
            say(f"{server.address}  (Ctrl-C ends it)")
            server.serve_forever()
    return DONE
