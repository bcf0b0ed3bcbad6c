"""`landscape new` writes scenarios that can be run as they stand."""

import tomllib

import pytest

from landscape.scenario.model import Scenario

CASES = [
    (),
    ("--surface", "himmelblau", "--optimizers", "nelder_mead,lion"),
    ("--surface", "eggholder", "--optimizers", "adam"),
    ("--surface", "heavy_ball_counterexample", "--optimizers", "sgd,newton"),
    ("--surface", "network", "--optimizers", "rmsprop"),
    ("--surface", "gulf", "--optimizers", "sgd, levenberg_marquardt"),
]


@pytest.mark.parametrize("options", CASES)
def test_what_it_writes_is_commented_and_passes_check(command, folder, options):
    code, out, err = command("new", "first", *options)
    assert (code, err) == (0, "")
    assert out.startswith("wrote first.toml\n")
    text = (folder / "first.toml").read_text()
    assert text.startswith("# ")
    assert sum("#" in line for line in text.splitlines()) > 10
    assert command("check", "first.toml")[0] == 0
    made = Scenario.from_text(text)
    assert len(made.expectations) == len(made.entrants)
    if options:
        assert made.surface.name == options[1]
        assert [each.optimizer.name for each in made.entrants] == options[3].replace(" ", "").split(",")


def test_its_expectations_fail_of_rules_that_do_not_move(command, folder):
    command("new", "first")
    assert command("check", "first.toml", "--set", "optimizers[1].lr=0.0")[0] == 1


def test_it_writes_into_a_folder_and_takes_the_suffix(command, folder):
    (folder / "mine").mkdir()
    assert command("new", "mine/first.toml", "--optimizers", "sgd")[0] == 0
    assert "mine" not in tomllib.loads((folder / "mine" / "first.toml").read_text())["title"]


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        (("bowl",), "bowl.toml: is there already, and is not changed; choose another name"),
        (("",), 'the name must be of letters, digits, "_" and "-", and may have a folder before it, got ""'),
        (("a b",), 'and may have a folder before it, got "a b"'),
        (("x/",), 'and may have a folder before it, got "x/"'),
        (("../..",), 'and may have a folder before it, got "../.."'),
        (("nowhere/x",), "there is no folder nowhere"),
        (("x", "--surface", "rosenbrok"), 'Did you mean "rosenbrock"?'),
        (("x", "--surface", "finite_sum"), "surface is required"),
        (("x", "--optimizers", "sgd,adamm"), 'Did you mean "adam"?'),
        (("x", "--optimizers", "sgd,"), 'must be names with commas between, each once, got "sgd,"'),
        (("x", "--optimizers", "sgd,sgd"), "each once"),
    ],
)
def test_what_it_cannot_write_is_one_error_and_nothing_is_written(command, folder, args, expected):
    before = (folder / "bowl.toml").read_bytes()
    code, out, err = command("new", *args)
    assert (code, out) == (2, "")
    assert expected in err
    assert len(err.splitlines()) == 1
    assert [path.name for path in folder.iterdir()] == ["bowl.toml"]
    assert (folder / "bowl.toml").read_bytes() == before
