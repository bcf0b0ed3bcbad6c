"""The command `gradients` takes every surface: each is measured, or refused in one line; what has no row says why."""

import json
import sys

import pytest

from landscape.core.component import defaults, field_hints
from landscape.core.registry import registry
from landscape.derivatives import comparison
from landscape.derivatives.comparison import DIMS, Cost


def alone(name):
    """Whether a surface can be had by its name alone."""
    cls = registry("surface").get(name)
    return set(field_hints(cls)) <= set(defaults(cls))


def measured_once(make, dims, methods, progress, left_out):
    """In place of the comparison, which takes its time: the surfaces are built, and have these dimensions."""
    assert [make(dim).dim for dim in dims if dim < 50] == [dim for dim in dims if dim < 50]
    return [Cost("manual", min(dims), 0.0, 1.0, 1.0)]


@pytest.mark.parametrize("dims", [[], ["--dims", "3"]], ids=["of its own", "3"])
def test_every_surface_is_compared_or_refused_in_one_line(dims, command, monkeypatch):
    monkeypatch.setattr(comparison, "compare", measured_once)
    monkeypatch.setattr(comparison, "DIMS", [dim for dim in DIMS if dim < 50])
    for name in registry("surface").names():
        code, out, err = command("gradients", name, *dims)
        if not alone(name):
            assert (code, out) == (2, "")
            assert err == f"{name} is made of another surface; name one that needs no other\n"
        elif code != 0:
            assert dims, f"{name}: {err}"
            assert (code, out) == (2, "")
            speaks = "wells" if name == "function" else name  # the function that it is by default
            assert err.startswith((f"--dims: {name} always has ", f"{speaks}: ")), err
            assert err.count("\n") == 1
        elif dims:
            assert " 3  manual " in out, f"{name}: {out}"


def test_a_surface_whose_coordinates_follow_from_its_fields_says_how_many(command, monkeypatch):
    monkeypatch.setattr(comparison, "compare", measured_once)
    assert command("gradients", "expression", "--dims", "2")[0] == 0
    assert (
        command("gradients", "expression", "--dims", "3")[2]
        == "--dims: expression always has 2 coordinates; leave out --dims\n"
    )


@pytest.mark.parametrize(
    "name", ["bbob_gallagher_21", "bbob_gallagher_101", "bbob_rastrigin_rotated", "bbob_schaffers_f7", "bbob_katsuura"]
)
def test_a_formula_too_long_for_sympy_has_no_row_and_says_why(name, command):
    code, out, err = command("gradients", name, "--dims", "3")
    assert (code, err) == (0, "")
    assert " 3  symbolic " not in out
    assert f"\nsymbolic is left out at 3 coordinates: {comparison.LONG}.\n" in out


def test_what_is_left_out_is_in_the_json_and_told_once_for_many_dimensions(command, monkeypatch):
    assert json.loads(command("gradients", "beale", "--json")[1])["left_out"] == []
    left_out = json.loads(command("gradients", "bbob_schaffers_f7", "--dims", "3", "--json")[1])["left_out"]
    assert left_out == [{"method": "symbolic", "dim": 3, "reason": comparison.LONG}]
    monkeypatch.setattr(comparison, "MOST", 10)
    out = command("gradients", "rosenbrock", "--dims", "5,2,9")[1]
    assert f"\nsymbolic is left out at 2, 5, 9 coordinates: {comparison.SLOW}.\n" in out
    monkeypatch.undo()
    monkeypatch.setattr(comparison, "SYMBOLIC_SECONDS", 0.0)
    monkeypatch.setattr(comparison, "BLOCK_SECONDS", 0.0)  # which are no part of how long SymPy took
    out = command("gradients", "rosenbrock", "--dims", "2,5")[1]
    assert " 2  symbolic " in out
    assert f"\nsymbolic is left out at 5 coordinates: {comparison.SLOW}.\n" in out


def test_without_sympy_the_table_says_what_is_missing(command, monkeypatch):
    monkeypatch.setitem(sys.modules, "sympy", None)
    code, out, _ = command("gradients", "beale")
    assert code == 0
    assert "\nsymbolic is left out at 2 coordinates: a symbolic derivative needs sympy, which is not installed" in out
