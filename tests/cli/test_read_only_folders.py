"""A home or a folder of matplotlib's that cannot be written ends no command, and is no news to whoever runs one."""

import os
import subprocess
import sys

import pytest
from terminal import TEXT

COMMANDS = {
    "show": ["show", "beale", "--out", "a.png"],
    "backprop": ["backprop", "x*y", "--at", "x=2,y=3", "--out", "a.png"],
    "run": ["run", "bowl.toml", "--out", "results"],
}


def ran(arguments, variable, folder):
    """A fresh process, as matplotlib looks for its folders once; a file in the way stops everyone, root as well."""
    (folder / "file").write_text("")
    environment = {name: value for name, value in os.environ.items() if name != "MPLCONFIGDIR"}
    environment |= {variable: str(folder / "file" / "below")}
    return subprocess.run(
        [sys.executable, *arguments], env=environment, cwd=folder, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(
    ("command", "variable"),
    [("show", "MPLCONFIGDIR"), ("show", "HOME"), ("backprop", "MPLCONFIGDIR"), ("run", "MPLCONFIGDIR")],
)
def test_commands_draw_without_a_folder_for_matplotlib_and_say_nothing_of_it(command, variable, tmp_path):
    (tmp_path / "bowl.toml").write_text(TEXT)
    done = ran(["-m", "landscape", *COMMANDS[command]], variable, tmp_path)
    # that the fonts are looked through again is said where it takes longer than five seconds
    said = [line for line in done.stderr.splitlines() if "building the font cache" not in line]
    assert (done.returncode, said) == (0, [])
    assert "wrote " in done.stdout


def test_matplotlib_by_itself_would_have_said_so(tmp_path):
    assert "MPLCONFIGDIR" in ran(["-c", "import matplotlib"], "MPLCONFIGDIR", tmp_path).stderr


def test_other_words_of_matplotlib_are_still_heard(tmp_path):
    (tmp_path / "matplotlibrc").write_text("no.such.setting: 1\n")
    done = ran(["-m", "landscape", *COMMANDS["show"]], "MPLCONFIGDIR", tmp_path)
    assert (done.returncode, "no.such.setting" in done.stderr, "MPLCONFIGDIR" in done.stderr) == (0, True, False)
