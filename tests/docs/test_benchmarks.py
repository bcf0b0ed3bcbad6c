"""A benchmark that is asked what it does says so, and measures nothing."""

import runpy
import sys

import pytest
from places import ROOT

FOLDER = ROOT / "benchmarks"
pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="the benchmarks are not part of an installed package")
SCRIPTS = [path for path in sorted(FOLDER.glob("*.py")) if '__name__ == "__main__"' in path.read_text(encoding="utf-8")]


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_help_says_what_is_measured_and_measures_nothing(script, monkeypatch, capsys, tmp_path):
    """Neither is a library asked for that is only measured: the README's environment has none of them."""
    monkeypatch.syspath_prepend(FOLDER)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", [script.name, "--help"])
    with pytest.raises(SystemExit) as ended:
        runpy.run_path(str(script), run_name="__main__")
    told = capsys.readouterr()
    assert (ended.value.code, told.err) == (0, "")
    assert told.out.startswith("usage: ")
    assert not list(tmp_path.iterdir())
