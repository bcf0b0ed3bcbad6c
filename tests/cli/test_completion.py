"""The Tab key completes what a command takes, from registries and the scenario, and runs no code of a user."""

import os
import shutil
import subprocess
import sys

import pytest

import landscape as ls
from landscape.cli import landscape as group
from landscape.cli import run_command
from landscape.cli._shells import _Bash, _Zsh

SCENARIO = """
title = "t"
steps = 10
surface = "quadratic"
optimizers = [{ name = "adam", schedules = { beta1 = "linear" } }, "sgd", { name = "my_rules:Mine" }]
[[views]]
name = "race"
"""


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "x.toml").write_text(SCENARIO)
    (tmp_path / "my_rules.py").write_text("raise SystemExit('a completion has run the code of a user')")
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "record.npz").write_bytes(b"")
    return tmp_path


def completed(line):
    """What bash is told of a line whose end is completed: (kind, value) of each."""
    os.environ["COMP_LINE"] = f"landscape {line}"
    try:
        told = _Bash(group, {}, "landscape", "_LANDSCAPE_COMPLETE").complete()
    finally:
        del os.environ["COMP_LINE"]
    return [tuple(each.split(",", 1)) for each in told.splitlines()]


def values(line):
    return [value for _, value in completed(line)]


def test_names_of_components_are_those_of_the_registries():
    assert values("gradients ") == ls.surfaces.names()
    assert values("playground site --surface rosen") == ["rosenbrock"]
    assert values("new mine --optimizers sgd,adamw") == ["sgd,adamw"]
    assert {"adam", "adamw"} <= {*values("show ad")}
    assert {"gelu", "moons", "hinge", "first_hit", "race"} <= {*values("show ")}
    assert values("backprop --activation soft") == ["softplus", "softsign"]
    assert values("list sch") == ["schedule"]
    assert values("lecture momen") == ["momentum"]
    assert values("run x.toml --view phas") == ["phase"]
    assert values("render deep/record.npz --format we") == ["webm", "webp"]


def test_files_are_those_that_a_command_reads():
    assert completed("run ") == [("open", "deep/"), ("plain", "x.toml")]
    assert values("render deep/") == ["deep/record.npz"]
    assert values("run nowhere/") == []


FIELDS = ["name=", "lr=", "beta1=", "beta2=", "eps=", "weight_decay=", "label=", "schedule=", "schedule.", "schedules."]


@pytest.mark.parametrize(
    ("key", "found"),
    [
        ("tol", ["tolerance="]),
        ("op", ["optimizers[0].", "optimizers[1].", "optimizers[2]."]),
        ("optimizers[", ["optimizers[0].", "optimizers[1].", "optimizers[2]."]),
        ("optimizers[1]", ["optimizers[1]."]),
        ("optimizers[0].", [f"optimizers[0].{each}" for each in FIELDS]),
        ("optimizers[0].bet", ["optimizers[0].beta1=", "optimizers[0].beta2="]),
        ("optimizers[2].", [f"optimizers[2].{each}" for each in (FIELDS[0], *FIELDS[6:])]),
        ("optimizers[0].schedules.", ["optimizers[0].schedules.beta1="]),
        ("surface.con", ["surface.condition="]),
        ("views[0].them", ["views[0].theme="]),
        ("sweep.ex", ["sweep.expect[0]."]),
        ("sweep.expect[0].cl", ["sweep.expect[0].claim="]),
        ("nothing.", []),
        ("steps.", []),
        ("]", []),
    ],
)
def test_keys_are_those_of_the_scenario_on_the_line(key, found):
    assert values(f"run x.toml --set {key}") == found
    assert values(f"check x.toml --set steps=3 --set {key}") == found


def test_without_a_scenario_on_the_line_keys_are_those_of_any():
    assert values("run --set optimizers[0].") == [f"optimizers[0].{each}" for each in (FIELDS[0], *FIELDS[6:])]
    (path,) = values("run none.toml --set tol")
    assert path == "tolerance="


@pytest.mark.parametrize(
    ("key", "found"),
    [
        ("surface=rosen", ["rosenbrock"]),  # bash has broken the word behind the equals sign
        ("surface.name=rosen", ["rosenbrock"]),
        ("optimizers[0].schedule=cosine", ["cosine", "cosine_restarts"]),
        ("optimizers[2].name=adamw", ["adamw"]),
        ("views[0].theme=", ["light", "dark", "print"]),
        ("clock=", ["true", "false"]),
        ("steps=", []),
        ("nothing=", []),
    ],
)
def test_values_are_those_that_a_key_may_have(key, found):
    assert values(f"run x.toml --set {key}") == found


def test_no_blank_follows_what_goes_on():
    assert completed("run x.toml --set surface.con") == [("open", "surface.condition=")]
    assert completed("run x.toml --set clock=t") == [("plain", "true")]
    assert completed("run de") == [("open", "deep/")]


def test_a_scenario_that_cannot_be_read_completes_like_none(folder):
    (folder / "x.toml").write_text("steps = = 3")
    assert values("run x.toml --set tol") == ["tolerance="]


def test_zsh_is_told_the_same_a_line_each(monkeypatch):
    monkeypatch.setenv("COMP_WORDS", "landscape run x.toml --set surface.con")
    monkeypatch.setenv("COMP_CWORD", "4")
    assert _Zsh(group, {}, "landscape", "_LANDSCAPE_COMPLETE").complete() == "open\nsurface.condition=\n_\n"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_command_prints_a_script_for_each_shell(shell, monkeypatch, capsysbinary):
    monkeypatch.setenv("_LANDSCAPE_COMPLETE", f"{shell}_source")
    assert run_command([]) == 0
    assert b"_landscape_completion" in capsysbinary.readouterr().out


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash here")
def test_bash_fills_in_what_it_is_told(folder):
    program = folder / "landscape"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m landscape "$@"\n')
    program.chmod(0o755)
    script = """
eval "$(_LANDSCAPE_COMPLETE=bash_source ./landscape)"
compopt() { echo "$@"; }
COMP_LINE="landscape run x.toml --set optimizers[0].wei"
COMP_POINT=${#COMP_LINE}
touch "optimizers0.wei"
_landscape_completion ./landscape
echo "${COMPREPLY[@]}"
"""
    ran = subprocess.run(["bash", "--norc", "-c", script], capture_output=True, text=True, check=False)
    assert ran.stdout.splitlines() == ["-o nospace", "optimizers[0].weight_decay="], ran.stderr
