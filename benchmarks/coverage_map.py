"""A pytest plugin that writes down which lines of the package each test runs, and how long it takes.

    LANDSCAPE_MAP=folder python -m pytest -p coverage_map

Each process of pytest leaves a file of coverage, whose contexts are the tests, and a file of lines
`[test, outcome, seconds]`, `[file of tests, "collected", seconds]` and `[test, "uses", file of the package]`; seconds
are those of the processor. What runs outside any test, at a first import, has the context "", and what runs while a
file of tests is collected, as the objects that its tests share are made, has its name and "::". A test uses the files
of the components that it has a registry look up: their fields and defaults are run by the first import alone.
"""

from __future__ import annotations

import functools
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

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
used: set[str] = set()  # modules, by the test that runs


def seconds() -> float:
    """Of the processor, by this process and those that it waited for."""
    return sum(os.times()[:4])


def tell(*line: object) -> None:
    with TOLD.open("a", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")


def watch_registries() -> None:
    """Note the modules of the classes that registries give from now on, once there are any."""
    registry: Any = getattr(sys.modules.get("landscape.core.registry"), "Registry", None)
    if registry is None or hasattr(registry.get, "__wrapped__"):
        return
    get = registry.get

    @functools.wraps(get)
    def noted(self: Any, name: str) -> Any:
        found = get(self, name)
        used.add(found.__module__)
        return found

    registry.get = noted


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Iterator[None]:
    began, is_file = seconds(), isinstance(collector, pytest.Module)
    if is_file:
        measured.switch_context(f"{collector.nodeid}::")
    try:
        return (yield)
    finally:
        if is_file:
            measured.switch_context("")
            tell(collector.nodeid, "collected", seconds() - began)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    watch_registries()
    used.clear()
    began = seconds()
    measured.switch_context(item.nodeid)
    try:
        return (yield)
    finally:
        measured.switch_context("")
        for module in sorted(used):
            if module.startswith("landscape."):
                tell(item.nodeid, "uses", module.replace(".", "/") + ".py")
        tell(item.nodeid, "failed" if item.nodeid in failed else "passed", seconds() - began)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.outcome != "passed":  # a skipped one tells nothing either
        failed.add(report.nodeid)


def pytest_unconfigure() -> None:
    measured.stop()
    measured.save()
