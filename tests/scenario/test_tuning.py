"""The `tune` table of a scenario tunes as Python does, and what is wrong with it is said at its place."""

import warnings

import pytest

import landscape as ls
from landscape.cli import run_command
from landscape.scenario import Scenario, ScenarioError

GOOD = """title = "Each with its own rate"
steps = 40
seed = 5
surface = "rosenbrock"
start = [-1.5, 2.0]
noise = "gaussian"
repeats = 3
optimizers = ["sgd", { name = "adam", label = "Adam" }]
tune = { over = { lr = [1e-4, 0.5, "log"] }, budget = 6, seeds = 4, measure = "gap", nearby = 0.05 }

[[views]]
name = "convergence"

[[expect]]
claim = "Adam is better"
optimizer = "Adam"
measure = "loss"
below = 1e9
"""


def quietly(function):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        return function()


def test_a_scenario_tunes_as_python_does():
    scenario = Scenario.from_text(GOOD)
    record = quietly(scenario.simulate)
    given = {"start": (-1.5, 2.0), "steps": 40, "seed": 5, "noise": "gaussian"}
    given |= {"budget": 6, "seeds": 4, "measure": "gap", "nearby": 0.05, "over": {"lr": (1e-4, 0.5, "log")}}
    entrants = quietly(lambda: ls.tune("rosenbrock", ["sgd", ls.entrant("adam", label="Adam")], **given))
    for each in entrants:
        assert record[each.label].optimizer == each.optimizer
        assert record[each.label].tuned == each.tuned
    assert record.runs.tolist() == [0, 1, 2]
    assert Scenario.from_text(scenario.to_toml()) == scenario
    assert Scenario.from_text(record.scenario) == scenario


def test_running_it_says_the_edges_and_checks_it_again(tmp_path, capsys):
    file = tmp_path / "x.toml"
    file.write_text(GOOD.replace("0.5,", "2e-4,"))
    assert run_command(["run", str(file), "--out", str(tmp_path / "out"), "-q"]) == 0
    said = [line for line in capsys.readouterr().err.splitlines() if "edge" in line]
    assert len(said) == 1
    assert "sgd (lr 2.00×10⁻⁴, the highest)" in said[0]
    assert "tuned" in ls.load(tmp_path / "out" / "record.npz")["sgd"].__dict__
    assert run_command(["check", str(file), "-q"]) == 0


WRONG = {
    "a field": ("lr = [", "lrr = [", 'Did you mean "lr"'),
    "a budget": ("budget = 6", "budget = 1", "tune.budget: must be at least 2"),
    "no budget": ("budget = 6, ", "", 'missing key "budget"'),
    "a key": ("seeds = 4", "seed = 4", "tune.seed: "),
    "a list": ('[1e-4, 0.5, "log"]', "[0.1, 0.2, 0.3]", "sgd has 3 settings, and the budget is 6"),
    "a range": ("[1e-4, 0.5,", "[0.5, 1e-4,", "must go from a lower to a higher number"),
    "a value": ("[1e-4, 0.5,", "[-1.0, 0.5,", "must be above 0"),
    "a measure": ('"gap"', '"gaps"', 'Did you mean "gap"'),
    "a measure of another surface": ('surface = "rosenbrock"', 'surface = "hyperbolic_saddle"', "gap"),
    "where": ("nearby = 0.05", "nearby = 0", "tune.nearby: must be greater than 0"),
    "a sweep": ("[[views]]", "[sweep]\nover = { lr = [0.1] }\n[[views]]", "with [sweep] cannot have it"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_with_a_tuning_is_said_with_its_place(name):
    old, new, said = WRONG[name]
    assert old in GOOD
    with pytest.raises(ScenarioError) as error:
        Scenario.from_text(GOOD.replace(old, new), file="x.toml")
    assert said in str(error.value)
    assert all(line.startswith("x.toml:") for line in error.value.lines)
