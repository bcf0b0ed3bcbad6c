"""The options that several commands have."""

from __future__ import annotations

import click

from landscape.cli import _completion

set_option = click.option(
    "--set",
    "overrides",
    metavar="KEY=VALUE",
    multiple=True,
    shell_complete=_completion.keys,
    help="Change a key of the scenario, such as steps=500 or optimizers[0].lr=0.1. Can be repeated.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")
language_option = click.option(
    "--language",
    type=click.Choice(["en", "zh"]),
    help="Language of the output and of the pictures: English, or Simplified Chinese where a translation exists.",
)
picture_language_option = click.option(
    "--language",
    type=click.Choice(["en", "zh"]),
    default="en",
    show_default=True,
    help="Language of the picture: English or Simplified Chinese.",
)
quiet_option = click.option("--quiet", "-q", is_flag=True, help="Print only failures.")
