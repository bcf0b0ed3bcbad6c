"""What the page on networks shows works as it is written, and tells of all there is."""

import re

import numpy as np
import pytest
from places import ROOT

import landscape as ls
from landscape.core.registry import registry

PAGE = ROOT / "docs" / "networks.md"
pytestmark = pytest.mark.skipif(not PAGE.is_file(), reason="the documentation is not part of an installed package")


def blocks():
    return re.findall(r"^```python\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)


@pytest.fixture(scope="module")
def names():
    """What the page's Python defines, all of it but the last block, which needs torch."""
    *most, with_torch = blocks()
    assert len(most) >= 12
    assert "to_torch" in with_torch
    names = {}
    exec(compile("\n".join(most), PAGE.name, "exec"), names)
    return names


def test_the_python_of_the_page_runs_from_top_to_bottom(names):
    assert 0.5 < names["found"].share.sum() <= 1.0
    assert np.all(np.diff(names["values"]) < 0.0)
    bent, bend = names["bent"], names["bend"]
    assert bent.losses(bend)[1].max() < bent.losses(bent.middle)[1].max()
    assert len(names["points"]) > 3


def test_the_last_block_of_the_page_takes_a_network_to_torch_and_back(names, torch):
    exec(compile(blocks()[-1], PAGE.name, "exec"), names)
    assert np.array_equal(names["p"][:, 0], names["q"])


@pytest.mark.parametrize("name", [name for name in ls.networks.__all__ if name[0].islower()])
def test_every_public_function_is_on_the_page(name):
    assert f"networks.{name}" in PAGE.read_text(encoding="utf-8")


def test_every_network_scenario_is_on_the_page():
    for path in (PAGE.parents[1] / "scenarios").glob("*.toml"):
        assert 'name = "network"' not in path.read_text(encoding="utf-8") or f"`{path.name}`" in PAGE.read_text()


def test_the_lists_are_those_of_the_registries():
    for module, kind in (("activations", "activation"), ("losses", "loss"), ("data", "dataset")):
        assert getattr(ls.networks, module).names() == registry(kind).names()
    assert set(ls.networks.initial.names()) < set(ls.starts.names())
    assert {"zeros", "normal", "uniform", "xavier", "he", "lecun", "orthogonal"} == set(ls.networks.initial.names())
    assert dir(ls.networks) == sorted(ls.networks.__all__)
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        _ = ls.networks.nothing
