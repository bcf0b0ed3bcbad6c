"""Every optimizer is held to something that is not another library alone, and what holds it is run."""

import pytest
from references import ALONE, PAPERS, Reference, declared, idle, lacks

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
