"""What the README shows works as it is written."""

import re
import subprocess
import sys

import pytest
from places import ROOT

import landscape

README = ROOT / "README.md"


def test_the_python_of_the_readme_runs_from_top_to_bottom(tmp_path):
    blocks = re.findall(r"^```python\n(.*?)^```$", README.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    assert len(blocks) >= 8
    script = tmp_path / "readme.py"
    script.write_text("\n".join(blocks), encoding="utf-8")
    # a process of its own: the README registers a component
    ran = subprocess.run(
        [sys.executable, "-W", "error", script.name], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    missing = re.search(r"No module named '(torch|optax)'", ran.stderr)
    if missing:
        pytest.skip(f"{missing[1]} is not installed; all before the bridges ran")
    assert ran.returncode == 0, ran.stderr
    assert {path.name for path in tmp_path.iterdir()} == {"readme.py", "race.mp4", "race.npz"}
    assert landscape.load(tmp_path / "race.npz")["adam"].params.shape == (501, 2, 1)
