"""Exit codes: 1 is a failed expectation and nothing else, 70 what nobody foresaw; and what a refusal tells to write."""

import sys
import warnings

import click
import pytest
from terminal import TEXT

from landscape.cli import Refusal, _ended


@pytest.mark.parametrize("error", [ZeroDivisionError("by\nzero"), RecursionError(), KeyError("x"), SystemExit(1)])
@pytest.mark.parametrize("args", [("run", "bowl.toml"), ("check", "bowl.toml", "bowl.toml")], ids=lambda args: args[0])
def test_what_nobody_foresaw_is_one_line_and_exit_code_70(command, folder, monkeypatch, args, error):
    def fault(*args):
        raise error

    monkeypatch.setattr("landscape.scenario.model.Scenario.from_file", fault)
    code, out, err = command(*args)
    assert (code, out, err.count("\n")) == (70, "", 1)
    assert err.startswith(f"a fault of landscape, not of the input: {type(error).__name__}")
    assert "--debug" in err
    for place in (("--debug", *args), (*args, "--debug")):
        code, _, err = command(*place)
        assert code == 70
        assert err.startswith("Traceback (most recent call last):")
        assert err.splitlines()[-1].startswith("a fault of landscape")
    assert [path.name for path in folder.iterdir()] == ["bowl.toml"]


def test_debug_behind_two_dashes_is_a_name(command):
    assert "--debug: file not found" in command("check", "--", "--debug")[2]
    assert command("check", "bowl.toml", "--debug") == command("check", "bowl.toml")


@pytest.mark.parametrize(("action", "notes"), [("error", "note: no font here\n"), ("ignore", "")])
def test_notes_stay_notes_where_warnings_are_errors(command, monkeypatch, action, notes):
    """As under `python -W error`, with a font that is missing and a library that warns those who call it."""

    class Old(UserWarning, DeprecationWarning):
        pass

    def save(record, path, *args):
        warnings.warn("write new_name", Old, stacklevel=2)
        warnings.warn("no font here", stacklevel=2)
        path.write_bytes(b"")

    monkeypatch.setattr("landscape.render.save", save)
    with warnings.catch_warnings():
        warnings.simplefilter(action)
        assert command("run", "bowl.toml", "--quiet") == (0, "", notes)


REFUSED = [
    (("a" + ".a" * 3000 + "=1",), "--set a.a.a", "has 3,001 names, more than any key of a scenario"),
    (("x={" + "a." * 3000 + "a=1}",), "bowl.toml: is nested too deeply", "more than 64 others"),
    (("optimizer[0].lr=1",), 'there is no key "optimizer". Write optimizers[0].lr', ""),
    (("optimizers.1.lr=1",), "an index stands in brackets: write optimizers[1].lr", ""),
    (("adam.lr=1",), 'there is no key "adam". Write optimizers[1].lr', ""),
    (("optimizers[0]={name='gauss_newton'}",), "optimizers[0]: gauss_newton: needs a sum of squares", ""),
    (("optimizers[1]={name='shampoo',columns=3}",), "optimizers[1].columns: must divide the number", "2, got 3"),
    (("optimizers[1]='nelder_mead'", "noise=gaussian"), "optimizers[1]: nelder_mead: needs the exact loss", ""),
]


@pytest.mark.parametrize(("options", *"ab"), REFUSED, ids=lambda value: value[0][:30] if type(value) is tuple else "")
def test_an_option_that_cannot_be_used_is_answered_by_what_to_write(command, options, a, b):
    code, _, err = command("check", "bowl.toml", *(word for option in options for word in ("--set", option)))
    assert code == 2
    assert a in err
    assert b in err
    assert max(map(len, err.splitlines())) < 400


SLIPS = [
    (
        '"quadratic"',
        "himmelblau",
        'bowl.toml:4:11: is not valid TOML: invalid value; text stands in quotes: "himmelblau"',
    ),
    ('"adam"', "adam", 'text stands in quotes: "adam"'),
    ('"Descent in a bowl"', "Descent in a bowl", 'text stands in quotes: "Descent in a bowl"'),
    ("lr = 0.05", "lr = .05", "a number has digits on both sides of its point: 0.05"),
    ("lr = 0.05", "lr = 5.", "a number has digits on both sides of its point: 5.0"),
    ("steps = 20", "steps = 20\nclock = True", "bowl.toml:4:9: is not valid TOML: invalid value; write true"),
    ("steps = 20", "steps = 20\nnoise = None", "leave the key out"),
    ("steps = 20", "steps: 20", "joined by =, not by a colon"),
    ("lr = 0.05 }, {", "lr = 0.05 ], {", "is not valid TOML: unclosed inline table\n"),
    (
        'steps = 20\nsurface = "quadratic"\noptimizers = [{ name = "sgd", lr = 0.05 }, { name = "adam", lr = 0.1 }]',
        'surface = "quadratic"\n[[optimizers]]\nname = "sgd"\nsteps = 20\n[[optimizers]]\nname = "adam"',
        'bowl.toml:6: optimizers[0].steps: unknown key "steps". It is a key of the whole scenario: write it '
        "above the first line that begins with [\n",
    ),
    ('name = "sgd"', 'name = "gauss_newton"', "bowl.toml:5: optimizers[0]: gauss_newton: needs a sum of squares"),
]


@pytest.mark.parametrize(("right", "wrong", "expected"), SLIPS, ids=lambda value: value[:20])
def test_a_slip_in_a_scenario_is_answered_by_what_to_write(command, folder, right, wrong, expected):
    text = TEXT.replace('views = [{ name = "convergence", width = 320, height = 180 }]\n', "")
    assert right in text
    (folder / "bowl.toml").write_text(text.replace(right, wrong))
    code, out, err = command("check", "bowl.toml")
    assert (code, out) == (2, "")
    assert expected in err
    assert 'missing key "steps"' not in err


def test_a_run_that_diverges_at_once_is_done_and_advises_a_smaller_rate(command):
    for how in ("run", "check"):
        huge = (how, "bowl.toml", "--set", "optimizers[0].lr=1e12", "--set", "expect=[]", "--set", "views=[]")
        code, _, err = command(*huge)
        assert (code, err) == (
            0,
            "note: sgd: every run diverges at the first step: try a smaller rate than lr = 1e+12\n",
        )
        assert command(*huge, "--quiet")[2] == ""
    slowly = ("--set", "optimizers[0].lr=0.25", "--set", "expect=[]", "--set", "steps=300", "--set", "views=[]")
    assert command("run", "bowl.toml", *slowly)[2] == ""


@pytest.mark.parametrize(
    ("error", "code", "said", "silent"),
    [
        (BrokenPipeError(), 0, "", True),
        (KeyboardInterrupt(), 130, "interrupted", False),
        (click.Abort(), 130, "interrupted", False),
        (Refusal("no such thing"), 2, "no such thing", False),
        (click.UsageError("no such option"), 2, "no such option", False),
        (OSError(28, "No space left on device"), 2, "the output cannot be printed: No space left on device", True),
        (ZeroDivisionError("division by zero"), 70, "ZeroDivisionError", False),
        (FileNotFoundError(2, "No such file", "a.toml"), 70, "FileNotFoundError", False),
    ],
)
def test_an_error_ends_a_command_with_its_code_and_one_line(error, code, said, silent, monkeypatch, capsys):
    silenced = []
    monkeypatch.setattr("landscape.cli.silence", silenced.append)
    monkeypatch.setattr("landscape.cli.arrived", lambda: False)
    assert _ended(error, debug=False) == code
    told = capsys.readouterr()
    assert told.out == ""
    assert said in told.err
    assert (told.err == "") is (said == "")
    assert silenced == ([sys.stdout] if silent else [])
