"""landscape check: simulate scenarios and check their expectations, without writing files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from landscape.cli import _completion
from landscape.cli._options import json_option, language_option, quiet_option, set_option
from landscape.cli._printing import DONE, REFUTED, WRONG, Refusal, complain, progress_bars, refusals, say_json
from landscape.cli._signals import heed

if TYPE_CHECKING:
    from landscape.i18n.texts import Language


@click.command()
@click.argument("scenarios", type=click.Path(), nargs=-1, required=True, metavar="SCENARIO...",
                shell_complete=_completion.files(".toml"))  # fmt: skip
@set_option
@language_option
@json_option
@quiet_option
def command(
    scenarios: tuple[str, ...], overrides: tuple[str, ...], language: Language | None, as_json: bool, quiet: bool
) -> int:
    """Check the expectations of scenarios, without writing files.

    A folder stands for the scenarios in it and in its folders, the files *.toml; hidden ones are left out, and those
    that need a library that is not installed, with a note. The exit code is 1 if an expectation failed, and 2 if a
    scenario is invalid; the other scenarios are still checked.
    """
    codes = []
    reports: dict[str, Any] = {}
    for path in _files(scenarios):
        try:
            with refusals(), progress_bars(quiet or as_json) as progress:
                if Path(path).is_dir():
                    raise Refusal(f"{path}: is a folder without scenarios: no file in it ends in .toml")
                from landscape.cli._reports import advice, report_data, say_verdicts
                from landscape.scenario.model import Scenario
                from landscape.scenario.translations import translated

                made = asked = Scenario.from_file(path, overrides)
                record = made.simulate(progress(path))
                if language is not None:
                    made, record = made.in_language(language), translated(record, language)
                verdicts: list[Any] = list(made.judge(record))
                if asked.sweep is not None and asked.sweep.expectations:
                    swept = asked.sweep.judge(asked.swept(progress=progress(path)))
                    verdicts += swept if language in (None, "en") else [each.translated(made.zh) for each in swept]
        except Refusal as refusal:
            heed()
            passed_over = path not in scenarios and getattr(refusal.__cause__, "library_missing", False)
            complain(f"note: left out: {refusal}" if passed_over else str(refusal))
            codes.append(DONE if passed_over else WRONG)
            continue
        heed()
        for line in () if quiet else advice(record):
            complain(line)
        codes.append(DONE if all(verdict.passed for verdict in verdicts) else REFUTED)
        if as_json:
            reports[path] = report_data(made, record, verdicts, [])
        else:
            say_verdicts(path, verdicts, language or "en", quiet)
    if as_json:
        say_json(reports)
    return max(codes)


def _files(paths: Iterable[str]) -> Iterator[str]:
    """The files that the arguments name, each once; a folder in which there is none as it stands."""
    seen = set()
    for path in paths:
        for file in _inside(path) if Path(path).is_dir() else [path]:
            if file not in seen:
                seen.add(file)
                yield file


def _inside(folder: str) -> list[str]:
    """The scenarios below a folder in alphabetical order, or the folder where it has none."""
    found = sorted(Path(folder).rglob("*.toml"))
    visible = [each for each in found if not any(part.startswith(".") for part in each.relative_to(folder).parts)]
    return [str(each) for each in visible if each.is_file()] or [folder]
