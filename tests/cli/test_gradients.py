"""The command `gradients` takes every surface: each is measured, or refused in one line."""

import pytest

from landscape.core.component import defaults, field_hints
from landscape.core.registry import registry
from landscape.derivatives import comparison
from landscape.derivatives.comparison import DIMS, Cost


def alone(name):
    """Whether a surface can be had by its name alone."""
    cls = registry("surface").get(name)
    return set(field_hints(cls)) <= set(defaults(cls))


def measured_once(make, dims, methods, progress):
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
            assert err.startswith((f"--dims: {name} always has ", f"{name}: ")), err
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
