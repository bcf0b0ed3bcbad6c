"""What a page shows in a state is simulated anew as `landscape.simulate` does it with the same changes."""

import copy

import numpy as np
import pytest

import landscape as ls
from landscape.web import Settings
from landscape.web.contents import contents
from landscape.web.states import raced

GIVEN = {"start": np.array([[0.0, 1.0], [0.5, -1.0]]), "repeats": 2, "steps": 6, "noise": "gaussian", "seed": 3}
RATES = [0.001, 0.002, 0.003, 0.004]


def simulated(optimizers=("sgd", "momentum"), surface="himmelblau", **changes):
    return ls.simulate(surface, list(optimizers), **GIVEN | changes)


@pytest.fixture(scope="module")
def page():
    """(the record, what its page holds)"""
    record = simulated()
    return record, contents(record, "en", Settings())


def again(page, **changes):
    record, made = page
    return raced(record, {**copy.deepcopy(made.state), **changes}, made.added, {"cosine": "cosine"})


def changed(page, number=0, **told):
    entrants = copy.deepcopy(page[1].state["entrants"])
    entrants[number] |= told
    return entrants


def check(found, expected):
    assert [track.label for track in found] == [track.label for track in expected]
    assert np.array_equal(found.runs, expected.runs)
    for one, other in zip(found.tracks, expected.tracks, strict=True):
        assert one.optimizer == other.optimizer
        np.testing.assert_array_equal(one.params, other.params)


def test_a_state_without_a_change_is_the_record(page):
    check(again(page), page[0])


def test_numbers_that_are_changed_are_those_of_the_simulation(page):
    values = {"lr": 0.003, "weight_decay": 0.1}
    sgd = ls.optimizer("sgd", **values)
    check(again(page, entrants=changed(page, values=values)), simulated([sgd, "momentum"]))
    check(again(page, seed="12"), simulated(seed=12))
    check(again(page, noise={"sigma": 0.25}), simulated(noise=ls.noise("gaussian", sigma=0.25)))
    check(again(page, steps=3), simulated(steps=3))
    cosine = [ls.entrant("sgd", "cosine"), "momentum"]
    check(again(page, entrants=changed(page, schedule="cosine")), simulated(cosine))
    check(again(page, entrants=changed(page, shown=False)), simulated(["momentum"]))


def test_a_record_without_noise_has_the_one_that_is_asked_for():
    record = simulated(noise=None)
    page = record, contents(record, "en", Settings())
    assert page[1].state["noise"] == {"sigma": 0.0}
    check(again(page), record)
    check(again(page, noise={"sigma": 0.5}), simulated(noise=ls.noise("gaussian", sigma=0.5)))


def test_runs_that_are_moved_added_or_taken_away(page):
    others = page[1].state["others"]
    moved = again(page, start=[2.0, 2.0])
    check(moved, simulated(start=np.array([[2.0, 1.0], [2.0, -1.0]])))
    gone = again(page, others=others[:1])
    assert gone.runs.tolist() == [0, 1]
    check(gone, simulated(start=GIVEN["start"][:, :1]))
    added = again(page, others=[*others, {"run": 6, "start": [3.0, 3.0]}])
    assert added.runs.tolist() == [0, 1, 2, 3, 6]
    np.testing.assert_array_equal(added["sgd"].params[0, :, -1], [3.0, 3.0])
    for one, other in zip(added.tracks, page[0].tracks, strict=True):
        np.testing.assert_array_equal(one.params[:, :, :4], other.params)


def test_rules_that_are_added_twice_have_labels_of_their_own(page):
    first, second = copy.deepcopy(page[1].state["entrants"])
    number = 2 + page[1].added.index("adam")
    adam = ls.optimizer("adam", lr=0.2)
    values = {"lr": 0.2, "beta1": 0.9, "beta2": 0.999}
    other = {**second, "of": number, "values": values}
    found = again(page, entrants=[first, first, first, other, other])
    assert [track.label for track in found] == ["sgd", "sgd (2)", "sgd (3)", "adam", "adam (2)"]
    check(again(page, entrants=[other]), simulated([adam]))


def test_a_function_and_rules_of_the_readers_own(page):
    first = page[1].state["entrants"][0]
    number = 2 + len(page[1].added)
    rules = ["p = p - lr*g", "m = beta*m + g; p = p - lr*m"]
    entrants = [{**first, "of": number, "values": {"lr": 0.01}},
                {**first, "of": number + 1, "values": {"lr": 0.02, "beta": 0.5}}]  # fmt: skip
    formula = {"text": "a*x**2 + y**2", "parameters": {"a": 2.0}}
    found = again(page, rules=rules, entrants=entrants, formula=formula)
    assert [track.label for track in found] == ["my rule 1", "my rule 2"]
    surface = ls.from_expression("a*x**2 + y**2", a=2.0)
    own = [ls.optimizer("sgd", lr=0.01), ls.optimizer("momentum", lr=0.02, momentum=0.5)]
    for one, other in zip(found.tracks, simulated(own, surface).tracks, strict=True):
        np.testing.assert_allclose(one.params, other.params, rtol=1e-13)


def test_each_run_keeps_its_own_rate_and_an_added_one_has_the_first():
    record = simulated([ls.optimizer("sgd", lr=RATES)])
    made = contents(record, "en", Settings())
    entrant = made.state["entrants"][0]
    assert (entrant["values"]["lr"], entrant["each"]["lr"]) == (RATES[0], RATES[1:])
    page = record, made
    check(again(page), record)
    rates = [0.01, *RATES[1:]]
    told = changed(page, values=entrant["values"] | {"lr": 0.01})
    check(again(page, entrants=told), simulated([ls.optimizer("sgd", lr=rates)]))
    added = again(page, others=[*made.state["others"], {"run": 4, "start": [3.0, 3.0]}])
    assert added["sgd"].lr[0].tolist() == [*RATES, RATES[0]]
