"""A state is accepted up to the limits that its refusal names."""

import copy

import pytest

import landscape as ls
from landscape.web import Settings
from landscape.web.accepted import accepted
from landscape.web.contents import contents
from landscape.web.slides import slides_of

STEPS = 30


@pytest.fixture(scope="module")
def made():
    record = ls.simulate("himmelblau", ["sgd", "momentum"], start=(0.0, 0.5), steps=STEPS, noise="gaussian")
    return contents(record, "en", Settings())


def others(run=0, start=None, count=1):
    return [{"run": run, "start": start}] * count


def named(count):
    """A function of so many parameters."""
    names = "abcdfghklmnqrsuvwABCDEF"[:count]
    return {"text": "x*y + " + " + ".join(names), "parameters": dict.fromkeys(names, 1.0)}


# key -> (what is accepted, what is not, why)
EDGES = {
    "start": ([[1e9, -1e9], [0, 0]], [[0.0, 1.1e9], [-1.1e9, 0.0]], r"a start is within 1e\+09 of zero"),
    "others": (
        [others(), others(9_999_999), others(start=[1e9, 0.0]), others(count=100), []],
        [others(count=101)],
        "it takes at most 100 runs",
    ),
    "others ": ([[]], [others(-1), others(10_000_000), others(True), others(0.5)], "a whole number from 0 to 9999999"),
    "view": ([[[-1, 1], [0, 2]]], [[[1, 1], [0, 2]], [[-1, 1], [2, 0]], [[-1, 1]]], r"two ranges, \[low, high\] each"),
    "view ": ([[[-1, 1], [0, 2]]], [[[-1, 1], [0, 2, 3]], [[-1, float("inf")], [0, 1]]], "it takes 2 finite numbers"),
    "seed": (["0", 0, 2**63 - 1, str(2**63 - 1)], [-1, 2**63, str(2**63)], "from 0 to 9223372036854775807"),
    "step": ([0, STEPS], [-1, STEPS + 1, "1", True, 0.5], f"a whole number from 0 to {STEPS}"),
    "inside": ([-1, 39], [-2, 40], "a whole number from -1 to 39"),
    "slide": ([-1], [0, -2], "a whole number from -1 to -1"),
    "repeats": ([True, False], [0, 1, None], "it takes True or False"),
    "batch": ([0], [1, 2], r"it takes one of \[0\]"),
    "quantity": (["loss", "step_length"], ["rate"], "it takes one of loss, gradient_norm, distance, step_length"),
    "hide": (["nothing", "landscape"], ["past"], "it takes one of nothing, future, landscape"),
    "predict": (
        [None, {"entrant": 0, "step": 1}, {"entrant": 39, "step": STEPS}], [{"entrant": 0}, {"step": 1}],
        "it takes None, or a table of entrant and step",
    ),
    "predict ": ([None], [{"entrant": 0, "step": 0}, {"entrant": 0, "step": STEPS + 1}], f"from 1 to {STEPS}"),
    "predict  ": ([None], [{"entrant": -1, "step": 1}, {"entrant": 40, "step": 1}], "from 0 to 39"),
    "noise": ([{"sigma": 0.0}], [{"sigma": -1.0}], "sigma is from 0 to 1e"),
    "noise ": ([{"sigma": 1.0}], [{}, {"sigma": 1.0, "mu": 0.0}], "it has numbers for sigma$"),
    "formula": (
        [None, {"text": "x*y", "parameters": {}}, {"text": "a*x*y", "parameters": {"a": 2}}],
        [{"text": "x*x", "parameters": {}}, {"text": "x + y + z", "parameters": {}}],
        "must hold two variables on a page, x and y for instance, got x(, y, z)?$",
    ),
    "formula ": ([named(20)], [named(21)], "it takes at most 20 parameters"),
    "rules ": ([["p = p - g", "m = g + a*m; p = p - lr*m"]], [["p = p"]], "must use g, the gradient"),
    "rules": ([[], ["p = p - lr*g"] * 8], [["p = p - lr*g"] * 9, [3]], "it takes at most 8 texts"),
}  # fmt: skip


@pytest.mark.parametrize("key", EDGES)
def test_a_state_is_accepted_up_to_its_limits_and_not_beyond(key, made):
    taken, refused, why = EDGES[key]
    name = key.strip()
    for value in taken:
        accepted({name: value}, made)
    for value in refused:
        with pytest.raises(ValueError, match=rf"^{name} cannot be .*{why}"):
            accepted({name: value}, made)


def test_an_entrant_is_one_of_those_that_there_are(made):
    known, last = made.state["entrants"], len(made.given["entrants"]) - 1
    assert accepted({"entrants": known}, made)["entrants"] == known
    assert len(accepted({"entrants": [known[0]] * 40}, made)["entrants"]) == 40
    for change, why in (
        ({"of": last + 1}, f"from 0 to {last}$"),
        ({"of": -1}, f"from 0 to {last}$"),
        ({"look": 1001}, "from 0 to 1000"),
        ({"look": -1}, "from 0 to 1000"),
        ({"shown": 1}, "True or False"),
        ({"schedule": "fast"}, "one of '', 'constant'"),
        ({"values": known[0]["values"] | {"lr": -0.1}}, "lr is from 0 to 1e"),
        ({"values": {}}, "it has numbers for lr"),
    ):
        with pytest.raises(ValueError, match=rf"^entrants cannot be .*{why}"):
            accepted({"entrants": [copy.deepcopy(known[0]) | change]}, made)
    for change in ({"look": 0}, {"look": 1000}, {"of": 0}):
        accepted({"entrants": [known[0] | change]}, made)
    with pytest.raises(ValueError, match=r"it takes at most 40$"):
        accepted({"entrants": [known[0]] * 41}, made)


def test_slides_are_as_many_and_as_long_as_is_said(made):
    assert len(slides_of([{"title": "t", "text": "x" * 2000}] * 200, made)) == 200
    with pytest.raises(ValueError, match="a page has at most 200 slides, got 201"):
        slides_of([{"title": "t"}] * 201, made)
    with pytest.raises(ValueError, match="must be text of at most 2000 characters"):
        slides_of([{"title": "t", "text": "x" * 2001}], made)
