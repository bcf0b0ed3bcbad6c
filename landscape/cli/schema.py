"""landscape schema: the JSON Schema of scenario files, for editors."""

from __future__ import annotations

import click

from landscape.cli._printing import DONE, refusals, say_json


@click.command()
def command() -> int:
    """Print the JSON Schema of scenario files.

    Editors complete and check scenarios by it. Save it as scenario.schema.json and begin a scenario beside it with the
    line `#:schema ./scenario.schema.json`.
    """
    with refusals():
        from landscape.cli._json_schema import schema

        say_json(schema())
    return DONE
