"""landscape list: the names of all components, with the first line of their documentation."""

from __future__ import annotations

import click

from landscape.cli import _completion
from landscape.cli._options import json_option
from landscape.cli._printing import DONE, refusals, say, say_json


@click.command()
@click.argument("kind", required=False, shell_complete=_completion.kinds)
@json_option
def command(kind: str | None, as_json: bool) -> int:
    """List the components that a scenario can use.

    Lists all components, or those of one KIND: surface, optimizer, schedule, noise, start, metric, view, activation,
    loss or dataset.
    """
    with refusals():
        from landscape.cli._pages import listing, listing_data
        from landscape.core.names import UnknownName
        from landscape.core.registry import kinds

        if kind is not None and kind.lower().removesuffix("s") in kinds():
            kind = kind.lower().removesuffix("s")
        if kind is not None and kind not in kinds():
            raise UnknownName("kind of component", kind, kinds())
        if as_json:
            say_json(listing_data(kind))
        else:
            say(listing(kind))
    return DONE
