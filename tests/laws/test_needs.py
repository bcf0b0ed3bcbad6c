"""Tests that need more than the README's environment are marked, by what they ask for, and say what they lack."""

import ast
import re
import subprocess
import sys
import tomllib

import needs
import pytest
from places import ROOT

HERE = ROOT / "tests"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))

TESTS = """
import pytest

def test_by_fixture(absent): ...

@pytest.mark.reference("absent")
def test_by_mark(): ...

@pytest.mark.parametrize("case", ["ours", pytest.param("theirs", marks=pytest.mark.reference("absent"))])
def test_by_case(case): ...

@pytest.mark.kernel
def test_in_a_kernel(): ...

def test_without(): ...
"""
SETTING = f"""
import pytest
pytest_plugins = ["conftest_of_the_suite"]

@pytest.fixture
def absent(): raise AssertionError("made although it is not there")

def pytest_configure(config):
    for marker in {list(needs.MARKERS)}: config.addinivalue_line("markers", marker)
import needs
needs.REFERENCE["absent"] = "its-package"
needs.MARKERS["kernel"] = {{"absent": "a-kernel"}}
"""


@pytest.fixture
def outcome(tmp_path, monkeypatch):
    """What the suite's own settings make of the tests above, by options: (exit status, what is printed)."""
    (tmp_path / "test_it.py").write_text(TESTS)
    (tmp_path / "conftest.py").write_text(SETTING)
    (tmp_path / "conftest_of_the_suite.py").write_text((HERE / "conftest.py").read_text(encoding="utf-8"))
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}:{HERE}")

    def run(*options):
        command = [sys.executable, "-m", "pytest", "-rs", "-p", "no:cacheprovider", *options]
        ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        return ran.returncode, ran.stdout + ran.stderr

    return run


def test_the_marker_chooses_what_asks_for_a_library_and_nothing_else(outcome):
    code, told = outcome("-m", "reference", "-v")
    assert code == 0
    chosen = set(re.findall(r"::(\S+) SKIPPED", told))
    assert chosen == {"test_by_fixture", "test_by_mark", "test_by_case[theirs]"}
    assert "3 skipped, 3 deselected" in told


def test_what_is_missing_is_skipped_and_named(outcome):
    code, told = outcome()
    assert (code, "2 passed, 4 skipped" in told) == (0, True)
    assert "needs its-package, not installed here" in told
    assert "needs a-kernel, not installed here" in told


def test_where_nothing_may_be_skipped_a_missing_library_fails(outcome):
    code, told = outcome("--no-skips")
    assert code == 1
    assert "2 passed, 4 errors" in told
    assert "skipped, which --no-skips forbids: needs its-package" in told.replace("\n", " ")


def test_every_library_that_rules_are_compared_with_comes_with_an_extra_of_its_own_or_dev():
    optional = PROJECT["project"]["optional-dependencies"]
    for marker, packages in needs.MARKERS.items():
        for package in packages.values():
            assert any(text.startswith(f"{package}>=") for texts in optional.values() for text in texts), package
        assert any(line.startswith(f"{marker}:") for line in PROJECT["tool"]["pytest"]["ini_options"]["markers"])


def test_a_marker_takes_only_what_it_knows():
    with pytest.raises(ValueError, match=r"the marker reference takes torch, .*, got tensorflow"):
        needs.wanted("reference", ["tensorflow"], [])
    assert needs.wanted("reference", [], ["optax", "tmp_path"]) == ["optax", "jax"]
    assert needs.wanted("kernel", [], []) == ["nbclient", "ipykernel"]


# nothing is left out without being told


def silent(source):
    """The lines of a test module that look by themselves for a library, and might do less where it is missing."""
    by_the_suite = {"sympy", "pandas", "xarray", *needs.REFERENCE}
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ExceptHandler) and node.type is not None:
            if re.search(r"\b(ImportError|ModuleNotFoundError)\b", ast.unparse(node.type)):
                found.append(node.lineno)
        elif isinstance(node, ast.Call) and re.search(r"\b(importorskip|find_spec)$", ast.unparse(node.func)):
            first = node.args[0]
            if isinstance(first, ast.Constant) and first.value.partition(".")[0] in by_the_suite:
                found.append(node.lineno)
    return found


@pytest.mark.parametrize("path", sorted(HERE.rglob("*.py")), ids=lambda path: path.name)
def test_no_test_looks_for_a_library_by_itself(path):
    assert silent(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "source",
    [
        "try:\n    import torch\nexcept ImportError:\n    pass",
        "try:\n    f()\nexcept (ValueError, ModuleNotFoundError):\n    pass",
        'pytest.importorskip("sklearn.datasets")',
        'importlib.util.find_spec("sympy")',
    ],
)
def test_the_check_finds_a_planted_error(source):
    assert len(silent(source)) == 1


@pytest.mark.parametrize(
    ("text", "expression", "may"),
    [
        ("@pytest.mark.browser", "browser", True),
        ("@pytest.mark.browser", "reference or kernel", False),
        ("def test_it(torch): ...", "reference or kernel", True),
        ("def test_it(torchlight): ...", "reference", False),
        ("def test_it(): ...", "not browser", True),
    ],
)
def test_a_file_that_names_no_chosen_marker_need_not_be_read(text, expression, may):
    assert needs.may_hold(text, expression) is may


def test_a_marker_that_a_file_does_not_name_is_refused(outcome, tmp_path):
    """Else `-m kernel` would leave its tests out in silence."""
    (tmp_path / "borrowed.py").write_text('import pytest\nhidden = getattr(pytest.mark, "ker" + "nel")\n')
    (tmp_path / "test_it.py").write_text("from borrowed import hidden\n\n@hidden\ndef test_hidden(): ...\n")
    code, said = outcome()
    assert code == pytest.ExitCode.USAGE_ERROR, said
    assert "test_it.py has tests marked kernel and does not name it: -m kernel misses them" in said
