"""The page on networks tells of all there is; that what it shows works, test_pages.py holds."""

import pytest
from places import ROOT

import landscape as ls
from landscape.core.registry import registry

PAGE = ROOT / "docs" / "networks.md"
pytestmark = pytest.mark.skipif(not PAGE.is_file(), reason="the documentation is not part of an installed package")


@pytest.mark.parametrize("name", [name for name in ls.networks.__all__ if name[0].islower()])
def test_every_public_function_is_on_the_page(name):
    assert f"networks.{name}" in PAGE.read_text(encoding="utf-8")


def test_every_network_scenario_is_on_the_page():
    for path in (PAGE.parents[1] / "scenarios").rglob("*.toml"):
        assert 'name = "network"' not in path.read_text(encoding="utf-8") or f"`{path.name}`" in PAGE.read_text()


def test_the_lists_are_those_of_the_registries():
    for module, kind in (("activations", "activation"), ("losses", "loss"), ("data", "dataset")):
        assert getattr(ls.networks, module).names() == registry(kind).names()
    assert set(ls.networks.initial.names()) < set(ls.starts.names())
    assert {"zeros", "normal", "uniform", "xavier", "he", "lecun", "orthogonal"} == set(ls.networks.initial.names())
    assert dir(ls.networks) == sorted(ls.networks.__all__)
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        _ = ls.networks.nothing
