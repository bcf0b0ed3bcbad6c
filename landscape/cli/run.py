"""landscape run: simulate a scenario, check its expectations, draw its views and save its record."""

from __future__ import annotations

import dataclasses
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import click

from landscape.cli import _completion
from landscape.cli._files import staged
from landscape.cli._options import json_option, language_option, quiet_option, set_option
from landscape.cli._printing import Refusal, complain, progress_bars, refusals
from landscape.cli._signals import undisturbed
from landscape.cli._view_options import Looks, view_options

if TYPE_CHECKING:
    from landscape.i18n.texts import Language


@click.command()
@click.argument("scenario", type=click.Path(), shell_complete=_completion.files(".toml"))
@set_option
@click.option("--out", type=click.Path(), metavar="DIR", help="Output folder; default: outputs/<name of the scenario>.")
@view_options("Default: the views of the scenario.")
@language_option
@json_option
@quiet_option
def command(
    scenario: str,
    overrides: tuple[str, ...],
    out: str | None,
    chosen: Looks,
    language: Language | None,
    as_json: bool,
    quiet: bool,
) -> int:
    """Run a scenario and draw it.

    Simulates the scenario, checks its expectations, draws its views and saves the record as record.npz. The files of an
    earlier run are replaced together at the end. The exit code is 1 if an expectation failed.
    """
    with refusals():
        from landscape.scenario.model import Scenario
        from landscape.scenario.translations import translated

        if out == "":
            raise Refusal("--out: must be the name of a folder, got an empty text")
        made = Scenario.from_file(scenario, overrides)
        if chosen != Looks():
            from landscape.cli._drawing import named_views

            views = chosen.applied(named_views(chosen, made.views, made.surface))
            made = dataclasses.replace(made, views=tuple(views))
        folder = Path(out) if out else Path("outputs") / (Path(scenario).stem or "scenario")
        with progress_bars(quiet or as_json) as progress, staged(folder) as stage:
            record = made.simulate(progress("simulating"))
            with warnings.catch_warnings(record=True) as said:
                warnings.simplefilter("always", UserWarning)
                record.save(stage / "record.npz")
            for each in () if quiet else said:
                complain(f"note: {each.message}")
            if language is not None:
                made, record = made.in_language(language), translated(record, language)
            verdicts = made.judge(record)
            if made.views:
                from landscape.cli._drawing import draw_all

                draw_all(record, made.views, stage, progress, chosen.fps)
        files = [folder / name for name in ("record.npz", *(view.file for view in made.views))]
    with undisturbed():  # all files are written, and the exit code must say so
        from landscape.cli._reports import report

        return report(made, record, verdicts, files, language or "en", as_json, quiet)
