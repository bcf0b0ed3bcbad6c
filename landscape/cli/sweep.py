"""landscape sweep: run the [sweep] table of a scenario, check its expectations, and save and draw its table."""

from __future__ import annotations

import contextlib
import shutil
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from landscape.cli import _completion
from landscape.cli._files import explained, staged
from landscape.cli._options import json_option, language_option, quiet_option, set_option
from landscape.cli._printing import (
    DONE,
    REFUTED,
    Refusal,
    aligned,
    complain,
    progress_bars,
    refusals,
    say,
    say_files,
    say_json,
)
from landscape.cli._signals import undisturbed

if TYPE_CHECKING:
    from landscape.i18n.texts import Language
    from landscape.sweeps.table import Table

FILES = ("table.npz", "table.csv", "summary.csv")


@click.command()
@click.argument("scenario", type=click.Path(), shell_complete=_completion.files(".toml"))
@set_option
@click.option("--workers", type=click.IntRange(1, 1024), default=1, show_default=True, help="Processes to use.")
@click.option("--scheduler", metavar="ADDRESS", help="Run on a Dask cluster: tcp://HOST:PORT of its scheduler.")
@click.option("--out", type=click.Path(), metavar="DIR", help="Output folder; default: outputs/<name of the scenario>.")
@language_option
@json_option
@quiet_option
def command(
    scenario: str,
    overrides: tuple[str, ...],
    workers: int,
    scheduler: str | None,
    out: str | None,
    language: Language | None,
    as_json: bool,
    quiet: bool,
) -> int:
    """Run the [sweep] table of a scenario.

    Saves a row for each run as table.npz and table.csv, a row for each setting as summary.csv, and a picture as
    sweep.png, and checks the expectations of the sweep. What is done is kept in the output folder, and a sweep that was
    interrupted goes on from there. The exit code is 1 if an expectation failed.
    """
    with refusals():
        from landscape.scenario.model import Scenario

        if out == "":
            raise Refusal("--out: must be the name of a folder, got an empty text")
        if scheduler is not None and workers > 1:
            raise Refusal("--workers: is of this machine, and --scheduler of a cluster: give one of them")
        if scheduler is not None:
            from landscape.sweeps.dask_pool import check_address

            try:
                check_address(scheduler)
            except ValueError as error:
                raise Refusal(f"--scheduler: {error}") from None
        made = Scenario.from_file(scenario, overrides)
        if made.sweep is None:
            raise Refusal(f"{scenario}: has no [sweep] table; `landscape run` runs it")
        folder = Path(out) if out else Path("outputs") / (Path(scenario).stem or "scenario")
        journal = folder / "journal"
        with progress_bars(quiet or as_json) as progress, explained(folder):
            with warnings.catch_warnings(record=True) as said:
                warnings.simplefilter("always", UserWarning)
                table = made.swept(scheduler or (workers if workers > 1 else None), journal, progress("sweeping"))
            for each in said:
                complain(f"note: {each.message}")
            verdicts = made.sweep.judge(table)
            if language not in (None, "en"):
                verdicts = [each.translated(made.zh) for each in verdicts]
            with staged(folder) as stage:
                table.save(stage / "table.npz")
                table.save(stage / "table.csv")
                table.summary().save(stage / "summary.csv")
                names = [*FILES, *_drawn(table, stage, language or "en")]
        files = [folder / name for name in names]
    with undisturbed():  # all files are written, and the exit code must say so
        if not table.missing:
            with contextlib.suppress(OSError):
                shutil.rmtree(journal)
        passed = all(each.passed for each in verdicts)
        if as_json:
            say_json({"title": made.title, "runs": table.rows, "missing": table.missing, "best": best_of(table),
                      "expectations": [each.data() for each in verdicts], "passed": passed,
                      "files": [str(file) for file in files]})  # fmt: skip
            return DONE if passed else REFUTED
        from landscape.cli._reports import say_verdicts

        if not quiet:
            say(made.title + "\n\n" + best_table(table, language or "en") + "\n")
        say_verdicts("", verdicts, language or "en", quiet)
        if not quiet:
            say_files(files, language or "en")
        return DONE if passed else REFUTED


def _drawn(table: Table, stage: Path, language: Language) -> list[str]:
    """The name of the picture, drawn into a folder; none where one setting alone was swept."""
    import numpy as np

    from landscape.cli._files import written
    from landscape.render import draw

    if not any(len(np.unique(column[np.isfinite(column)])) > 1 for column in map(table.__getitem__, table.fields)):
        return []
    written(draw(table, language=language), stage / "sweep.png")
    return ["sweep.png"]


def best_of(table: Table) -> list[dict[str, Any]]:
    """For each entrant on each surface the setting whose median of the first measure is best."""
    import numpy as np

    from landscape.sweeps.good_range import fields_of, judged, ranges

    measure, found = table.measures[0], []
    for surface, label in dict.fromkeys(zip(table["surface"].tolist(), table["entrant"].tolist(), strict=True)):
        mine = table.where(surface=surface, entrant=label)
        known = judged(mine, measure, np.median)
        cell = mine.where(cell=known.cells[known.best])
        values, good = fields_of(mine, known), known.good()
        diverged = float(np.mean(cell["status"] == "diverged"))
        found.append({
            "surface": surface, "optimizer": label,
            "at": {name: float(column[known.best]) for name, column in values.items()},
            measure: float(known.figures[known.best]), "diverged": diverged, "runs": cell.rows,
            "settings": len(known.cells), "good": None if good is None else int(good.sum()),
            "ranges": {} if good is None else ranges(values, good, known.best),
        })  # fmt: skip
    return found


def best_table(table: Table, language: Language) -> str:
    """The best settings as aligned text."""
    from landscape import i18n
    from landscape.record.tuning import WITHIN

    measure = table.measures[0]
    head = (i18n.say(language, text) for text in ("surface", "best setting"))
    median = i18n.say(language, "median {name}", name=i18n.say(language, measure.replace("_", " ")))
    good = i18n.say(language, "within {within}× of it", within=i18n.number(WITHIN))
    rows = [["", *head, median, i18n.say(language, "diverged"), good]]
    for each in best_of(table):
        at = ", ".join(f"{name} {value:.4g}" for name, value in each["at"].items())
        share = f"{100.0 * each['diverged']:.0f} %"
        reach = ", ".join(f"{name} {low:.4g} – {high:.4g}" for name, (low, high) in each["ranges"].items())
        many = "" if each["good"] is None else f"{each['good']} / {each['settings']}"
        rows.append([each["optimizer"], each["surface"], at, f"{each[measure]:.4g}", share,
                     f"{many}: {reach}" if reach else many])  # fmt: skip
    return aligned(rows)
