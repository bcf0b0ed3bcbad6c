"""A pytest plugin that writes down which lines of the package each test runs, and how long it takes.

    LANDSCAPE_MAP=folder python -m pytest -p coverage_map

Each process of pytest leaves a file of coverage, whose contexts are the tests, and a file of lines
`[test, outcome, seconds]` or `[file of tests, "collected", seconds]`; seconds are those of the processor. What runs
outside any test, at a first import, has the context "".
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import coverage
import pytest

FOLDER = Path(os.environ["LANDSCAPE_MAP"])
TOLD = FOLDER / f"told.{os.getpid()}"
measured = coverage.Coverage(
    data_file=FOLDER / f"lines.{os.getpid()}", config_file=False, source=[str(Path.cwd() / "landscape")]
)
measured._no_warn_slugs.update({"module-not-imported", "no-data-collected", "module-not-measured", "no-ctracer"})
measured.start()
failed: set[str] = set()


def seconds() -> float:
    """Of the processor, by this process and those that it waited for."""
    return sum(os.times()[:4])


def tell(*line: object) -> None:
    with TOLD.open("a", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Iterator[None]:
    began = seconds()
    try:
        return (yield)
    finally:
        if isinstance(collector, pytest.Module):
            tell(collector.nodeid, "collected", seconds() - began)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    began = seconds()
    measured.switch_context(item.nodeid)
    try:
        return (yield)
    finally:
        measured.switch_context("")
        tell(item.nodeid, "failed" if item.nodeid in failed else "passed", seconds() - began)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.outcome != "passed":  # a skipped one tells nothing either
        failed.add(report.nodeid)


def pytest_unconfigure() -> None:
    measured.stop()
    measured.save()
