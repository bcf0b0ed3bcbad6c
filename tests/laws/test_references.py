"""Every optimizer is held to something that is not another library alone, and what holds it is run."""

import numpy as np
import pytest
from references import ALONE, PAPERS, VERSIONS, Reference, declared, idle, lacks, unversioned
from traces.make import FILE, OPTAX_FILE

import landscape as ls

NAMES = ls.optimizers.names()


@pytest.mark.parametrize("name", NAMES)
def test_every_optimizer_has_an_independent_reference(name):
    missing = lacks(name, declared())
    assert missing is None, missing


def test_every_reference_is_of_a_registered_optimizer_and_is_run():
    assert {each.rule for each in declared()} <= set(NAMES)
    assert idle(declared(), PAPERS) == []


@pytest.mark.parametrize("kinds", [[], ["library"], ["library", "library"]])
def test_a_new_rule_without_an_independent_reference_is_found_by_name(kinds):
    others = [each for each in declared() if each.rule != "adan"]
    planted = [Reference("adan", kind, "optax.adan", ("test_optimizers", "test_x")) for kind in kinds]
    missing = lacks("adan", others + planted)
    assert missing.startswith('the optimizer "adan" has no independent reference.')
    assert '@paper("adan", ' in missing
    assert "tests/papers/" in missing
    assert ("optax.adan alone is none" in missing) == bool(kinds)
    for kind in ALONE:
        assert lacks("adan", [*others, Reference("adan", kind, "", ("test_x", "test_x"))]) is None


def test_a_reference_that_nothing_runs_is_found():
    forgotten = Reference("adan", "paper", "Xie et al. 2022", ("papers.adam", "forgotten"))
    assert idle([*declared(), forgotten], PAPERS) == [forgotten]


def test_every_library_has_the_version_that_rules_were_compared_with():
    assert unversioned(declared(), VERSIONS) == []
    for file, library in ((FILE, "torch"), (OPTAX_FILE, "optax")):
        with np.load(file) as stored:
            assert str(stored[library]).partition("+")[0] == VERSIONS[library]


def test_a_library_without_a_version_and_a_version_without_a_library_are_found():
    other = Reference("adam", "library", "jaxopt.Adam", ("test_x", "test_x"))
    assert unversioned([*declared(), other], VERSIONS) == ["jaxopt"]
    assert unversioned(declared(), {**VERSIONS, "keras": "3.0"}) == ["keras"]


def test_the_installed_torch_is_of_the_version_that_is_said(torch):
    assert torch.__version__.partition("+")[0] == VERSIONS["torch"]
