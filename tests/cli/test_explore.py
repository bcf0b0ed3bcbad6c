"""The command `explore` writes a page of a scenario, and refuses what can have none in one line."""

import json
import subprocess
import sys
from pathlib import Path

from landscape.web.page import page


def test_explore_writes_a_page_of_the_scenario_and_says_where(command, folder):
    from landscape.scenario.model import Scenario

    assert command("explore", "bowl.toml") == (0, f"wrote {Path('outputs/bowl/explore.html')}\n", "")
    record = Scenario.from_file("bowl.toml").simulate(False)
    assert Path("outputs/bowl/explore.html").read_text(encoding="utf-8") == page(record)
    code, out, _ = command(
        "explore", "bowl.toml", "--set", "steps=7", "--out", "a/play.html", "--language", "zh", "--json"
    )
    assert (code, json.loads(out)) == (0, {"files": [str(Path("a/play.html"))]})
    text = Path("a/play.html").read_text(encoding="utf-8")
    assert '"steps":7' in text
    assert '<html lang="zh-Hans">' in text


def test_explore_refuses_in_one_line_and_leaves_nothing(command, folder):
    before = sorted(folder.rglob("*"))
    assert command("explore", "bowl.toml", "--out", "a.png") == (
        2, "", "--out a.png: the file name must end in .html\n",
    )  # fmt: skip
    code, out, err = command("explore", "bowl.toml", "--set", "surface.dim=3", "--out", "b/a.html")
    assert (code, out, len(err.splitlines())) == (2, "", 1)
    assert sorted(folder.rglob("*")) == before


def test_a_page_is_written_without_matplotlib(folder):
    code = "import sys; from landscape.cli import run_command; run_command(['explore', 'bowl.toml', '--quiet'])"
    code += "; print(*({'matplotlib', 'scipy', 'numba'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert (done.stdout.strip(), Path("outputs/bowl/explore.html").exists()) == ("", True)


def test_a_race_that_is_run_or_rendered_to_html_is_a_page_too(command, folder):
    assert command("run", "bowl.toml", "--view", "race", "--format", "html", "--quiet") == (0, "", "")
    made = Path("outputs/bowl/race.html").read_bytes()
    assert b'start({"title"' in made
    asked = ("--view", "race", "--out", "again.html", "--quiet")
    assert command("render", "outputs/bowl/record.npz", *asked) == (0, "", "")
    assert Path("again.html").read_bytes() == made


def test_a_race_that_is_run_or_rendered_to_html_has_the_slides_of_its_scenario(command, folder):
    slides = '\n[[slides]]\ntitle = "Where to?"\nstep = 2\n\n[zh.slides]\n"Where to?" = "去哪里？"\n'
    (folder / "bowl.toml").write_text((folder / "bowl.toml").read_text() + slides, encoding="utf-8")
    assert command("run", "bowl.toml", "--view", "race", "--format", "html", "--quiet") == (0, "", "")
    made = Path("outputs/bowl/race.html").read_text(encoding="utf-8")
    assert '"slides":[{"title":"Where to?"' in made
    asked = ("--view", "race", "--language", "zh", "--out", "zh.html", "--quiet")
    assert command("render", "outputs/bowl/record.npz", *asked) == (0, "", "")
    assert '"slides":[{"title":"去哪里？"' in Path("zh.html").read_text(encoding="utf-8")
