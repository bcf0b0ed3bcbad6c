"""landscape explore: write a scenario as one page that computes, to be played with."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from landscape.cli import _completion
from landscape.cli._files import staged
from landscape.cli._options import json_option, picture_language_option, quiet_option, set_option
from landscape.cli._printing import DONE, progress_bars, refusals, say_files, say_json

if TYPE_CHECKING:
    from landscape.i18n.texts import Language

SUFFIXES = (".html", ".htm")


@click.command()
@click.argument("scenario", type=click.Path(), shell_complete=_completion.files(".toml"))
@set_option
@click.option("--out", type=click.Path(), metavar="FILE", help="The page; default: outputs/<scenario>/explore.html.")
@picture_language_option
@json_option
@quiet_option
def command(
    scenario: str, overrides: tuple[str, ...], out: str | None, language: Language, as_json: bool, quiet: bool
) -> int:
    """Write a scenario as one page to be played with.

    Simulates the scenario and writes a page for a browser that needs nothing else: drag the start, turn rates, noise
    and schedules, and the page computes the race anew. It checks itself against what was simulated, and plays back
    what cannot be recorded. Slides of the scenario are clicked through, with PageDown and PageUp. The surface must have
    two coordinates.
    """
    path = Path(out) if out is not None else Path("outputs") / (Path(scenario).stem or "scenario") / "explore.html"
    with refusals():
        from landscape.scenario.line_numbers import positions
        from landscape.scenario.model import Scenario
        from landscape.scenario.problems import Problem, raise_for
        from landscape.scenario.translations import translated
        from landscape.web import SlideError, save_page

        if path.suffix.lower() not in SUFFIXES:
            raise ValueError(f"--out {path}: the file name must end in .html")
        made = Scenario.from_file(scenario, overrides)
        with progress_bars(quiet or as_json) as progress, staged(path.parent) as stage:
            record = translated(made.simulate(progress("simulating")), language)
            try:
                slides = [slide.told() for slide in made.in_language(language).slides]
                save_page(record, stage / path.name, language, slides=slides)
            except SlideError as error:
                raise_for([Problem(error.path, error.why)], scenario, positions(made.text), {})
    if as_json:
        say_json({"files": [str(path)]})
    elif not quiet:
        say_files([path], language)
    return DONE
