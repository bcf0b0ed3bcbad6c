"""The `[sweep]` table of a scenario is a sweep, its expectations can fail, and the command keeps and draws it."""

import json

import numpy as np
import pytest

import landscape as ls
from landscape.cli import run_command
from landscape.scenario import Scenario, ScenarioError

GOOD = """title = "Which rate?"
steps = 60
surface = "rosenbrock"
optimizers = ["sgd", "adam"]
noise = "gaussian"
start = { name = "random_ball", count = 2 }

[sweep]
seeds = 3
measures = ["loss", { name = "reached", radius = 0.5 }]

[sweep.over]
lr = { low = 1e-4, high = 1.0, count = 5, log = true }
"surface.b" = [1.0, 100.0]

[[sweep.expect]]
claim = "Adam wants a larger rate"
optimizer = "adam"
field = "lr"
relative_to = "sgd"
where = { "surface.b" = 100.0 }
above = 5.0
"""


def test_a_scenario_sweeps_as_python_does():
    scenario = Scenario.from_text(GOOD)
    table = scenario.swept()
    again = ls.sweep("rosenbrock", ["sgd", "adam"], over={"lr": np.geomspace(1e-4, 1.0, 5), "surface.b": [1.0, 100.0]},
                     steps=60, seeds=3, noise="gaussian", start=ls.start("random_ball", count=2),
                     measures=("loss", {"name": "reached", "radius": 0.5}), title="Which rate?")  # fmt: skip
    assert table == again
    assert Scenario.from_text(scenario.to_toml()) == scenario
    (verdict,) = scenario.sweep.judge(table)
    best = {}
    for label in ("sgd", "adam"):
        cells = table.where(entrant=label, **{"surface.b": 100.0})
        rates = list(np.unique(cells["lr"]))
        worst = np.where(cells["status"] == "diverged", np.inf, cells["loss"])
        best[label] = rates[int(np.argmin([np.median(worst[cells["lr"] == rate]) for rate in rates]))]
    assert verdict.measured == best["adam"] / best["sgd"]
    assert verdict.passed == (verdict.measured > 5.0)
    assert "lr with the best median loss where surface.b 100, relative to sgd" in str(verdict)


WRONG = {
    "a field": ('"surface.b"', '"surface.bb"', 'Did you mean "surface.b"?'),
    "a value": ("[1.0, 100.0]", '["a"]', "must be a list of numbers"),
    "a range": ("count = 5, ", "", 'needs "count"'),
    "seeds": ("seeds = 3", "seeds = 0", "sweep.seeds: must be at least 1"),
    "a key": ("seeds = 3", "seed = 3", "sweep.seed: "),
    "a measure": ('"loss", {', '"lost", {', 'Did you mean "loss"'),
    "the measure of an expectation": ("above = 5.0", 'above = 5.0\nmeasure = "gap"', "measure of the sweep"),
    "a label": ('optimizer = "adam"', 'optimizer = "adan"', 'Did you mean "adam"'),
    "a field of an expectation": ('field = "lr"', 'field = "lrr"', 'Did you mean "lr"'),
    "no limit": ("above = 5.0", "", 'needs a limit: "above", "below" or both'),
    "points": ("seeds = 3", 'seeds = 3\ndesign = "sobol"', "needs points="),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_with_a_sweep_is_said_with_its_place(name):
    old, new, said = WRONG[name]
    assert old in GOOD
    with pytest.raises(ScenarioError) as error:
        Scenario.from_text(GOOD.replace(old, new), file="x.toml")
    assert said in str(error.value)
    assert all(line.startswith("x.toml:") for line in error.value.lines)


def test_the_command_writes_the_table_its_summary_and_a_picture(tmp_path, capsys):
    file, out = tmp_path / "rates.toml", tmp_path / "out"
    file.write_text(GOOD)
    assert run_command(["sweep", str(file), "--out", str(out), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["runs"] == 2 * 5 * 2 * 2 * 3
    assert [each["passed"] for each in said["expectations"]] == [True]
    assert sorted(each.name for each in out.iterdir()) == ["summary.csv", "sweep.png", "table.csv", "table.npz"]
    table = ls.load_table(out / "table.npz")
    assert table == Scenario.from_file(file).swept()
    assert len((out / "summary.csv").read_text().splitlines()) == 1 + table.summary().rows
    assert run_command(["sweep", str(file), "--out", str(out), "--set", "sweep.expect[0].above=1e9"]) == 1
    assert "FAILED" in capsys.readouterr().out
    assert run_command(["check", str(file), "--set", "sweep.expect[0].above=1e9"]) == 1


def test_the_command_refuses_what_it_cannot_sweep(tmp_path, capsys):
    file = tmp_path / "rates.toml"
    file.write_text(GOOD.partition("[sweep]")[0])
    assert run_command(["sweep", str(file)]) == 2
    assert "has no [sweep] table" in capsys.readouterr().err
    file.write_text(GOOD)
    (tmp_path / "out" / "journal").mkdir(parents=True)
    (tmp_path / "out" / "journal" / "thesis.txt").write_text("")
    assert run_command(["sweep", str(file), "--out", str(tmp_path / "out")]) == 2
    assert "give the sweep a folder of its own" in capsys.readouterr().err


def test_a_sweep_that_was_stopped_leaves_its_journal_and_goes_on(tmp_path, capsys, monkeypatch):
    from landscape.sweeps.journal import Journal

    file, out, written = tmp_path / "rates.toml", tmp_path / "out", []
    file.write_text(GOOD)

    def stopping(self, *args, write=Journal.write):
        if len(written) == 2:
            raise KeyboardInterrupt
        written.append(args[0])
        write(self, *args)

    with monkeypatch.context() as patched:
        patched.setattr(Journal, "write", stopping)
        assert run_command(["sweep", str(file), "--out", str(out)]) == 130
    assert [each.name for each in out.iterdir()] == ["journal"]
    assert len(list((out / "journal").glob("rows-*.npz"))) == 2
    assert run_command(["sweep", str(file), "--out", str(out), "--quiet"]) == 0
    assert ls.load_table(out / "table.npz") == Scenario.from_file(file).swept()
    assert not (out / "journal").exists()


def test_claims_about_a_sweep_are_told_in_chinese(tmp_path, capsys):
    file = tmp_path / "rates.toml"
    labelled = GOOD.replace('["sgd", "adam"]', '[{ name = "sgd", label = "Descent" }, "adam"]').replace(
        'relative_to = "sgd"', 'relative_to = "Descent"'
    )
    texts = '[zh.labels]\nDescent = "下降法"\n[zh.claims]\n"Adam wants a larger rate" = "Adam 要更大的学习率"\n'
    file.write_text(labelled + texts, encoding="utf-8")
    for arguments in (["check"], ["sweep", "--out", str(tmp_path / "out")]):
        assert run_command([arguments[0], str(file), *arguments[1:], "--language", "zh"]) == 0
        said = capsys.readouterr().out
        assert "Adam 要更大的学习率" in said
        assert "下降法" in said
    with pytest.raises(ScenarioError, match="unknown claim"):
        Scenario.from_text(labelled + texts.replace("wants", "needs"))
