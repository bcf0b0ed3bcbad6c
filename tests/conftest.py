"""What holds for the whole suite."""

import gc
import importlib.util
import os
from pathlib import Path

import drawn
import hypothesis
import needs
import pytest
from browser import chromium, visit  # noqa: F401 - fixtures
from terminal import command, folder  # noqa: F401 - fixtures
from typefaces import chinese_font, no_font, stand_in  # noqa: F401 - fixtures

# their assertions say what they compared, as those of the tests do
pytest.register_assert_rewrite("catalogue", "cells", "members", "noise_laws", "pictures", "surface_laws")

# pytest runs a process per core: threads of the linear algebra would only fight for them
for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")

hypothesis.settings.register_profile("drawn", derandomize=drawn.SEED is None, database=None)
hypothesis.settings.load_profile("drawn")


@pytest.hookimpl(tryfirst=True)  # before hypothesis reads it
def pytest_configure(config):
    if drawn.SEED is not None:
        config.option.hypothesis_seed = str(drawn.SEED)
    if hasattr(config, "workerinput"):
        compile_share(int(config.workerinput["workerid"].removeprefix("gw")), config.workerinput["workercount"])


# libraries that take long to compile and that most tests import
LARGE = ("sympy", "scipy.stats", "matplotlib.pyplot", "scipy.optimize")


def compile_share(worker, workers):
    """Import what no process has compiled yet of every so many of the large libraries, where others compile the rest.

    They all import the same in the same order: in an environment just made, each would compile everything.
    """
    for name in LARGE[worker % workers :: workers]:
        spec = importlib.util.find_spec(name.partition(".")[0])
        if spec is not None and not Path(spec.cached).exists():
            importlib.import_module(name)


def pytest_collection_finish():
    """What is imported and collected stays: to look over it again and again takes a tenth of the time of drawing."""
    gc.collect()
    if hypothesis.__version_info__ >= (6, 120):  # old ones find their own cases unreliable where it is frozen
        gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def pytest_terminal_summary(terminalreporter):
    if drawn.SEED is not None:
        terminalreporter.write_line(f"cases drawn by {drawn.NAME}={drawn.SEED}: set it to draw them again")


def pytest_addoption(parser):
    parser.addoption("--no-skips", action="store_true", help="a test that is skipped has failed")


@pytest.hookimpl(tryfirst=True)  # before the tests are chosen by their markers
def pytest_collection_modifyitems(items):
    for item in items:
        if needs.REFERENCE.keys() & {*item.fixturenames} and item.get_closest_marker("reference") is None:
            item.add_marker("reference")
    for path, marker in {(item.path, mark.name) for item in items for mark in item.iter_markers()}:
        if marker in needs.MARKERS and not needs.may_hold(path.read_text(encoding="utf-8"), marker):
            raise pytest.UsageError(f"{path} has tests marked {marker} and does not name it: -m {marker} misses them")


def pytest_ignore_collect(collection_path, config):
    """Files that none of the chosen tests stand in need not be imported, which takes longer than most tests."""
    if collection_path.suffix == ".py" and (chosen := config.option.markexpr):
        return not needs.may_hold(collection_path.read_text(encoding="utf-8"), chosen) or None
    return None


@pytest.hookimpl(tryfirst=True)  # before anything is made for the test
def pytest_runtest_setup(item):
    for marker in needs.MARKERS:
        given = [name for mark in item.iter_markers(marker) for name in mark.args]
        if item.get_closest_marker(marker) and (reason := needs.missing(marker, given, item.fixturenames)):
            pytest.skip(reason)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item):
    return _counted((yield), item.config)


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector):
    return _counted((yield), collector.config)


def _counted(report, config):
    """A report as it is, or as a failure where it was skipped and nothing may be."""
    if report.skipped and config.getoption("--no-skips") and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        report.outcome = "failed"
        report.longrepr = f"skipped, which --no-skips forbids: {reason.removeprefix('Skipped: ')}"
    return report


# reference libraries; a test that asks for one is marked by it


@pytest.fixture(scope="session")
def torch():
    return importlib.import_module("torch")


@pytest.fixture(scope="module")
def optax():
    """optax, in double precision as long as a module's tests run."""
    jax = importlib.import_module("jax")
    before = jax.config.jax_enable_x64
    jax.config.update("jax_enable_x64", True)
    yield importlib.import_module("optax")
    jax.config.update("jax_enable_x64", before)


@pytest.fixture(scope="session")
def jax():
    return importlib.import_module("jax")


@pytest.fixture(scope="session")
def cma():
    return importlib.import_module("cma")


@pytest.fixture(scope="session")
def sklearn():
    return importlib.import_module("sklearn")


@pytest.fixture(scope="session")
def cocoex():
    return importlib.import_module("cocoex")


@pytest.fixture(scope="session")
def numba():
    return importlib.import_module("numba")


@pytest.fixture(scope="session")
def jsonschema():
    return importlib.import_module("jsonschema")
