"""What the README shows works as it is written."""

import re
import subprocess
import sys

import needs
import pytest
from places import ROOT

import landscape

README = ROOT / "README.md"


def blocks():
    """The Python of the README: what runs everywhere, and what needs other libraries."""
    text = README.read_text(encoding="utf-8")
    found = re.findall(r"^```python\n(.*?)^```$", text, flags=re.DOTALL | re.MULTILINE)
    theirs = [block for block in found if re.search(rf"^import ({'|'.join(needs.REFERENCE)})$", block, re.MULTILINE)]
    return [block for block in found if block not in theirs], theirs


def run(blocks, folder):
    """Run code in a process of its own, as the README registers a component."""
    script = folder / "readme.py"
    script.write_text("\n".join(blocks), encoding="utf-8")
    ran = subprocess.run(
        [sys.executable, "-W", "error", script.name], cwd=folder, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr


def test_the_python_of_the_readme_runs_from_top_to_bottom(tmp_path):
    ours, _ = blocks()
    assert len(ours) >= 7
    run(ours, tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"readme.py", "race.mp4", "race.npz"}
    assert landscape.load(tmp_path / "race.npz")["adam"].params.shape == (501, 2, 1)


def test_the_python_of_the_page_on_own_code_runs_from_top_to_bottom(tmp_path):
    text = (ROOT / "docs" / "own-code.md").read_text(encoding="utf-8")
    run(re.findall(r"^```python\n(.*?)^```$", text, flags=re.DOTALL | re.MULTILINE), tmp_path)


@pytest.mark.reference("torch", "optax")
def test_the_bridges_of_the_readme_run_where_the_libraries_are(tmp_path):
    _, (theirs,) = blocks()
    run(["import landscape as ls", theirs], tmp_path)
