"""Report the runs of a scenario: a table of entrants, its expectations, and the same as plain data for --json."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from landscape.analysis._metric import metric
from landscape.cli._printing import DONE, REFUTED, aligned, complain, say_files, say_json
from landscape.cli._printing import say as echo
from landscape.core.registry import to_table
from landscape.i18n.texts import Language, say
from landscape.record import Record, Track
from landscape.scenario.expectations import Verdict
from landscape.scenario.model import Scenario
from landscape.scenario.sweeps import SweepVerdict


def report(
    scenario: Scenario,
    record: Record,
    verdicts: Sequence[Verdict],
    files: list[Path],
    language: Language,
    as_json: bool,
    quiet: bool,
) -> int:
    """Print the results of a run; the exit code of `run`."""
    for line in () if quiet else advice(record):
        complain(line)
    if as_json:
        say_json(report_data(scenario, record, verdicts, files))
    elif not quiet:
        echo(scenario.title)
        if scenario.look_for:
            echo(scenario.look_for.strip())
        echo()
        echo(entrants_table(record, language))
        echo()
    if not as_json:
        say_verdicts("", verdicts, language, quiet)
    if not as_json and not quiet:
        say_files(files, language)
    return DONE if all(verdict.passed for verdict in verdicts) else REFUTED


def say_verdicts(path: str, verdicts: Sequence[Verdict | SweepVerdict], language: Language, quiet: bool) -> None:
    """Print how many expectations of the scenario `path` passed, and each of them; only failures if `quiet`."""
    printed = [verdict for verdict in verdicts if not (quiet and verdict.passed)]
    if path and (printed or not quiet):
        passed = sum(verdict.passed for verdict in verdicts)
        text = "{path}: {passed} of {count} expectations passed"
        echo(say(language, text, path=path, passed=passed, count=len(verdicts)))
    for verdict in printed:
        echo(verdict_text(verdict, language))
    if printed:
        echo()


def summary(record: Record) -> list[dict[str, Any]]:
    """One row for each entrant: medians over runs of the last loss, its gap, and the distance to a minimum."""
    measures = {"loss": metric("loss"), "gap": metric("gap"), "distance": metric("distance")}
    defined = {}
    for name, measure in measures.items():
        try:
            with np.errstate(all="ignore"):
                measure.check_surface(record.surface)
        except ValueError:
            continue
        defined[name] = measure
    rows = []
    for track in record:
        last = {name: m.measure(track, record.surface)[-1] for name, m in defined.items()}
        rows.append({"label": track.label, **{name: float(np.median(v)) for name, v in last.items()}, **_ends(track)})
    return rows


def _ends(track: Track) -> dict[str, Any]:
    """How the runs of an entrant ended."""
    return {
        "status": dict(sorted(Counter(track.status.tolist()).items())),
        "stopped": int(np.median(track.stopped)),
        "evaluations": int(np.sum(track.evaluations[-1])),
    }


AT_ONCE = 5  # steps


def advice(record: Record) -> list[str]:
    """A line for each entrant of which every run diverges at once, on what to try."""
    lines = []
    for track in record:
        if np.all(track.status == "diverged") and (last := int(np.max(track.stopped))) <= AT_ONCE:
            steps = f"within {last + 1} steps" if last else "at the first step"
            rate = track.lr[0]
            tried = f"{np.min(rate):g}" if np.ptp(rate) == 0 else f"{np.min(rate):g} to {np.max(rate):g}"
            lines.append(f"note: {track.label}: every run diverges {steps}: try a smaller rate than lr = {tried}")
    return lines


def entrants_table(record: Record, language: Language = "en") -> str:
    """The summary as aligned text."""
    rows = summary(record)
    figures = [name for name in ("loss", "gap", "distance") if name in rows[0]]
    table = [["", *(say(language, name) for name in (*figures, "status"))]]
    for row in rows:
        table.append([row["label"], *(f"{row[name]:.4g}" for name in figures), _status(row, language)])
    title = "at the last step" if len(record.runs) == 1 else "at the last step, medians of {runs} runs"
    return f"{say(language, title, runs=len(record.runs))}\n" + aligned(table)


def _status(row: dict[str, Any], language: Language) -> str:
    counts = {say(language, status): count for status, count in row["status"].items()}
    if len(counts) > 1 or sum(counts.values()) > 1:
        each = [say(language, "{count} {status}", count=count, status=status) for status, count in counts.items()]
        return functools.reduce(lambda first, rest: say(language, "{first}, {rest}", first=first, rest=rest), each)
    ((status, named),) = zip(row["status"], counts, strict=True)
    if status == "finished":
        return named
    return say(language, "{status} at step {step}", status=named, step=row["stopped"])


def verdict_text(verdict: Verdict | SweepVerdict, language: Language = "en") -> str:
    """An expectation, whether it passed, and the measured figure."""
    outcome = say(language, "passed" if verdict.passed else "FAILED")
    return f"{outcome}  {verdict.claim}\n        {verdict.words(language)}"


def verdict_data(verdict: Verdict | SweepVerdict) -> dict[str, Any]:
    """An expectation as plain data."""
    if isinstance(verdict, SweepVerdict):
        return verdict.data()
    expectation = verdict.expectation
    return {
        "claim": verdict.claim,
        "optimizer": expectation.optimizer,
        "measure": to_table(expectation.measure),
        "statistic": expectation.statistic,
        "at": expectation.at,
        "start": expectation.start,
        "relative_to": expectation.relative_to,
        "above": expectation.above,
        "below": expectation.below,
        "measured": verdict.measured,
        "passed": verdict.passed,
    }


def report_data(
    scenario: Scenario, record: Record, verdicts: Sequence[Verdict | SweepVerdict], files: Iterable[Any]
) -> dict[str, Any]:
    """What `run --json` and `check --json` print."""
    return {
        "title": scenario.title,
        "look_for": scenario.look_for,
        "seed": record.seed,
        "stream": record.stream,
        "steps": record.steps,
        "runs": len(record.runs),
        "entrants": summary(record),
        "expectations": [verdict_data(verdict) for verdict in verdicts],
        "passed": all(verdict.passed for verdict in verdicts),
        "files": [str(file) for file in files],
    }
