"""Where a bound lies: what is at it, one step before it and one behind it."""

import functools
import itertools
import math

import numpy as np
import pytest
from terminal import TEXT as BOWL

import landscape as ls
from landscape.core.component import field_hints
from landscape.core.registry import kinds, nested_kind, registry
from landscape.scenario import checks
from landscape.scenario.expectations import Verdict
from landscape.scenario.keys import DOCUMENT, ENTRANT, EXPECT, Kind
from landscape.scenario.line_numbers import positions
from landscape.scenario.model import Scenario
from landscape.scenario.problems import ScenarioError
from landscape.scenario.set_options import DEEPEST, applied

TEXT = """\
title = "Bounds"
steps = {steps}
every = {every}
repeats = {repeats}
surface = {{ name = "quadratic", dim = {dim} }}
start = {starts}
optimizers = [{optimizers}]
views = []
"""
CLAIM = '[[expect]]\nclaim = "c"\noptimizer = "sgd"\nmeasure = "loss"\nbelow = 9.0\n'
RULES = ("sgd", "adam", "momentum")


def text(steps=10, every=1, repeats=1, dim=2, starts=1, optimizers=1):
    points = [[float(i)] * dim for i in range(1, starts + 1)]
    rules = ", ".join(f'"{name}"' for name in RULES[:optimizers])
    return TEXT.format(steps=steps, every=every, repeats=repeats, dim=dim, starts=points, optimizers=rules)


def complaint(written):
    """What is wrong with a scenario; "" where nothing is."""
    try:
        Scenario.from_text(written)
    except ScenarioError as error:
        return str(error)
    return ""


@pytest.mark.parametrize(("limit", "inside"), [("below", -math.inf), ("above", math.inf)])
def test_a_figure_that_equals_a_limit_is_neither_below_nor_above_it(limit, inside):
    for figure in (0.0, 1.0, -3.5, 1e300):
        claim = Scenario.from_text(text() + CLAIM.replace("below = 9.0", f"{limit} = {figure!r}"))
        (expectation,) = claim.expectations
        assert not Verdict(expectation=expectation, measured=figure).passed
        assert Verdict(expectation=expectation, measured=math.nextafter(figure, inside)).passed
        assert not Verdict(expectation=expectation, measured=math.nextafter(figure, -inside)).passed


def test_two_limits_leave_room_or_are_refused():
    for above, below in itertools.product((0.0, 1.0, 1.5), repeat=2):
        wrong = complaint(text() + CLAIM.replace("below = 9.0", f"above = {above}\nbelow = {below}"))
        assert ("must be less than below" in wrong) == (above >= below)


@pytest.mark.parametrize(("steps", "every"), [(10, 1), (10, 4), (12, 4), (3, 7)])
def test_what_is_recorded_can_be_expected_and_nothing_else(steps, every):
    """The last step is recorded whether it is a multiple of `every` or not."""
    recorded = {*range(0, steps, every), steps}
    record = Scenario.from_text(text(steps, every)).simulate()
    assert {*record["sgd"].steps.tolist()} == recorded
    for at in range(steps + 2):
        written = text(steps, every) + CLAIM + f"at = {at}\n"
        wrong = complaint(written)
        assert (wrong == "") == (at in recorded)
        if at > steps:
            assert f"must be at most the number of steps, {steps}, got {at}" in wrong
        elif wrong:
            assert f"a multiple of every = {every}, or the last step, got {at}" in wrong
        else:
            (verdict,) = Scenario.from_text(written).judge(record)
            assert verdict.measured == record["sgd"].value[record["sgd"].steps.tolist().index(at), 0]


def test_a_start_is_expected_from_by_its_number_from_zero():
    for starts, repeats in ((1, 1), (3, 1), (2, 3)):
        for start in range(starts * repeats + 1):
            wrong = complaint(text(starts=starts, repeats=repeats) + CLAIM + f"start = {start}\n")
            assert (f"must be less than the number of starts, {starts}, got {start}" in wrong) == (start >= starts)


def test_updates_count_every_step_optimizer_run_and_dimension(monkeypatch):
    """A scenario with as many updates as are allowed is run, and none that is larger in any one respect."""
    given = {"steps": 5, "repeats": 2, "dim": 3, "starts": 2, "optimizers": 2}
    allowed = math.prod(given.values())
    monkeypatch.setattr(checks, "MOST_UPDATES", allowed)
    assert complaint(text(**given)) == ""
    for key, number in given.items():
        assert f"more than the {allowed} updates allowed" in complaint(text(**{**given, key: number + 1}))
    monkeypatch.setattr(checks, "MOST_UPDATES", allowed - 1)
    assert f"more than the {allowed - 1} updates allowed" in complaint(text(**given))


def test_what_a_record_may_take_is_what_it_takes(monkeypatch):
    """params, value, gradient norm, rate and evaluations of each row and run, and one row that may not be needed."""
    needed = 2 * (2 + 10 // 4) * 6 * (3 + 4) * 8 / 2**30
    given = {"steps": 10, "every": 4, "repeats": 3, "dim": 3, "starts": 2, "optimizers": 2}
    monkeypatch.setattr(checks, "MOST_RECORDED_GIB", needed)
    assert complaint(text(**given)) == ""
    monkeypatch.setattr(checks, "MOST_RECORDED_GIB", math.nextafter(needed, 0.0))
    assert "record fewer rows with every" in complaint(text(**given))


def test_as_many_dimensions_and_starts_as_are_allowed_are_allowed(monkeypatch):
    monkeypatch.setattr(checks, "MOST_OF_ANYTHING", 3)
    assert complaint(text(dim=3, starts=3)) == ""
    assert "must have at most 3 dimensions, got 4" in complaint(text(dim=4))
    for count in (3, 4):
        wrong = complaint(text().replace("start = [[1.0, 1.0]]", f'start = {{ name = "random_box", count = {count} }}'))
        assert wrong == "" if count == 3 else "must make at most 3 starting points, got 4" in wrong


def test_a_window_reaches_as_far_as_runs_may_go_and_no_farther(monkeypatch):
    window = max(abs(edge) for side in ls.surface("quadratic").window for edge in side)
    monkeypatch.setattr(checks, "LIMIT", window)
    assert complaint(text()) == ""
    monkeypatch.setattr(checks, "LIMIT", math.nextafter(window, 0.0))
    assert f"has a window that reaches {window:g}" in complaint(text())


def test_every_field_that_holds_a_component_can_be_set_below_its_name():
    """--set then.second.x=1 makes a table of the name that stands there, whatever component has the field."""
    classes = [registry(kind).get(name) for kind in kinds() for name in registry(kind).names()]
    nested = sorted({field for cls in classes for field in field_hints(cls) if nested_kind(cls, field)})
    nested += [
        key for keys in (DOCUMENT, EXPECT, ENTRANT) for key, each in keys.items() if isinstance(each.holds, Kind)
    ]
    assert len(nested) > 10
    for field in nested:
        data, _ = applied({"surface": {field: "any"}}, [f"surface.{field}.x=1", f"surface.{field}.y=2"])
        assert data["surface"][field] == {"name": "any", "x": 1, "y": 2}
    data, _ = applied({"optimizers": [{"schedules": {"beta": "cosine"}}]}, ["optimizers[0].schedules.beta.x=1"])
    assert data["optimizers"][0]["schedules"]["beta"] == {"name": "cosine", "x": 1}


def test_an_item_of_a_list_is_set_by_its_number_from_zero():
    for size in range(3):
        optimizers = [{"lr": 0.5}] * size
        for index in range(size):
            data, _ = applied({"optimizers": optimizers}, [f"optimizers[{index}].lr=0.1"])
            assert [each["lr"] for each in data["optimizers"]] == np.where(np.arange(size) == index, 0.1, 0.5).tolist()
        for index in (size, size + 1):
            with pytest.raises(
                ScenarioError, match=f"optimizers has {size} items" if size else "optimizers is an empty list"
            ):
                applied({"optimizers": optimizers}, [f"optimizers[{index}].lr=0.1"])


def test_a_key_may_have_so_many_names_and_no_more():
    for names in (DEEPEST, DEEPEST + 1):
        option = "surface" + ".x" * (names - 1) + "=1"
        if names > DEEPEST:
            with pytest.raises(ScenarioError, match=f"has {names} names, more than any key"):
                applied({"surface": {}}, [option])
        else:
            assert applied({"surface": {}}, [option])


def test_runs_are_chosen_by_their_numbers_from_zero():
    job = functools.partial(ls.simulate, "quadratic", "sgd", steps=1, start=[[1.0, 2.0], [1.0, 2.0]], repeats=2)
    for first in range(-1, 5):
        if first in range(4):
            assert job(runs=[first]).runs.tolist() == [first]
        else:
            with pytest.raises(ValueError, match=f"runs must be from 0 to 3, got {first} to {first}"):
                job(runs=[first])


@pytest.mark.parametrize("quote", ['"', "'"])
@pytest.mark.parametrize("inside", [0, 1, 2])
@pytest.mark.parametrize("body", ["text", "two\nlines", "a {q} in it", "[table]\nkey = 1"])
def test_text_in_three_quotes_may_end_in_one_or_two_of_them(quote, inside, body):
    """TOML ends it at the last of up to five quotes; what follows has the line that it stands in."""
    import tomllib

    written = 3 * quote + body.format(q=quote) + inside * quote + 3 * quote
    document = f"a = {written}\nb = 1\n[c]\nd = [{written}, {quote}], x = {quote}]\ne = 1\n"
    found = tomllib.loads(document)
    assert found["a"] == body.format(q=quote) + inside * quote
    lines = positions(document)
    height = 1 + body.count("\n")
    expected = {("a",): 1, ("b",): height + 1, ("c",): height + 2, ("c", "d"): height + 3, ("c", "d", 0): height + 3}
    expected |= {("c", "d", 1): 2 * height + 2, ("c", "e"): 2 * height + 3}
    assert lines == expected


@pytest.mark.parametrize(("repeats", "every"), [(300_000, 14), (40_000, 2), (100_000, 5)])
def test_as_few_rows_as_are_advised_are_recorded(repeats, every):
    def scenario(every):
        text = BOWL.partition("[[expect]]")[0].replace("steps = 20", f"steps = 1000\nrepeats = {repeats}")
        return Scenario.from_text(text.replace("views =", f"every = {every}\nviews ="))

    with pytest.raises(ScenarioError, match=rf"record fewer rows with every = {every}, or use fewer runs or steps$"):
        scenario(1)
    assert scenario(every).every == every
