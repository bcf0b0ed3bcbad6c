"""What stands in for code that a record does not have is held to its table, computes its program, refuses the rest."""

import numpy as np
import pytest

import landscape as ls
from landscape.core.component import FieldError
from landscape.core.user_code import WithoutCode
from landscape.record import kept, programs
from landscape.record.kept import KEPT, KeptMethod, KeptOptimizer, left_out, stand_in

# f(x, y) = x y^2 + 1.5
LINES = ["multiply 1 1", "multiply 0 2", "add 3 1.5", "-> 4"]
KNOWN = {
    "dim": 2,
    "window": [[-1.0, 1.0], [0.0, 4.0]],
    "title": "Theirs",
    "traits": ["convex", "unheard_of"],
    "labels": ["a", "b"],
    "program": {"version": programs.VERSION, "lines": LINES},
}


def surface(**changed):
    """The stand-in of a surface with a table in which some is changed; what is None is left out."""
    known = {key: value for key, value in (KNOWN | changed).items() if value is not None}
    return stand_in("surface", {"name": "theirs:Bowl", "depth": 3.0, KEPT: known})


def test_values_gradients_and_hessians_are_those_of_the_program():
    made = surface()
    x, y = p = np.random.default_rng(0).normal(size=(2, 3, 4))
    np.testing.assert_allclose(made.value(p), x * y * y + 1.5, rtol=1e-15)
    np.testing.assert_allclose(made.gradient(p), [y * y, 2.0 * x * y], rtol=1e-15)
    np.testing.assert_allclose(made.hessian(p), [[0.0 * x, 2.0 * y], [2.0 * y, 2.0 * x]], rtol=1e-15)
    assert made.value(p[:, 0, 0]).shape == ()
    found = ls.gradient(made, method="forward")(p[:, 0, 0])  # through the program
    np.testing.assert_allclose(found, made.gradient(p[:, 0, 0]), rtol=1e-14)


def test_what_a_table_says_of_a_surface_is_kept():
    made = surface(critical_points=[{"kind": "minimum", "point": [0.0, 1.0], "value": 2.0, "kink": True}])
    assert (made.dim, made.window, made.title) == (2, ((-1.0, 1.0), (0.0, 4.0)), "Theirs")
    assert (made.labels, made.traits, made.name, made.depth) == (("a", "b"), {"convex"}, "theirs:Bowl", 3.0)
    assert made.customary_start.tolist() == [0.0, 2.0]  # the middle where none is said
    assert surface(customary_start=[0.5, 0.25]).customary_start.tolist() == [0.5, 0.25]
    (point,) = made.critical_points
    assert (point.kind, point.point.tolist(), point.value) == ("minimum", [0.0, 1.0], 2.0)
    assert (point.kink, point.degenerate) == (True, False)
    assert repr(made) == "<theirs:Bowl(depth=3.0), loaded without its own code>"


def test_points_that_are_not_listed_are_searched_in_a_program_that_is_short(monkeypatch):
    lines = ["multiply 0 0", "multiply 1 1", "add 2 3", "-> 4"]
    bowl = {"program": {"version": programs.VERSION, "lines": lines}, "window": [[-1.0, 1.0]] * 2}
    made = surface(completeness="complete", **bowl)
    assert [point.kind for point in made.critical_points] == ["minimum"]
    assert made.completeness == "found"
    assert surface(completeness="complete", critical_points=[], **bowl).completeness == "complete"
    assert surface(completeness="every", **bowl).completeness == "notable"
    assert surface(program=None).critical_points == ()
    monkeypatch.setattr(kept, "MOST_SEARCHED", 4)
    assert surface(**bowl).critical_points == ()
    monkeypatch.setattr(kept, "MOST_SEARCHED", 5)  # two inputs and three operations
    assert len(surface(**bowl).critical_points) == 1


def test_a_surface_without_a_program_says_that_its_values_are_not_known():
    made = surface(program=None)
    for ask, said in ((made.value, "its values are not known"), (made.gradient, "its slopes are not known")):
        with pytest.raises(WithoutCode, match=f"theirs:Bowl: {said}.*: this record was loaded without its own code"):
            ask(np.zeros(2))


WRONG = {
    "dim of 0": ({"dim": 0}, "dim must be a whole number of at least 1, got 0"),
    "dim of True": ({"dim": True}, "dim must be a whole number of at least 1, got True"),
    "dim beyond memory": ({"dim": 1 << 40}, "dim must be a whole number of at least 1"),
    "a window of another shape": ({"window": [[-1.0, 1.0]]}, r"window must be \(2, 2\) finite numbers"),
    "an infinite window": ({"window": [[-1.0, 1.0], [0.0, np.inf]]}, r"window must be \(2, 2\) finite numbers"),
    "no window": ({"window": None}, r"window must be \(2, 2\) finite numbers"),
    "a window without a width": ({"window": [[-1.0, 1.0], [2.0, 2.0]]}, "window must have lo below hi"),
    "a title of numbers": ({"title": 3}, "title must be text, got 3"),
    "a title of a book": ({"title": "x" * 2001}, "title must be text, got"),
    "labels that are no list": ({"labels": "ab"}, "labels must be a list of at most 2000"),
    "too many labels": ({"labels": ["a"] * 2001}, "labels must be a list of at most 2000"),
    "a label of numbers": ({"labels": ["a", 3]}, "labels must be text, got 3"),
    "a point that is none": ({"critical_points": [3]}, "critical_points must have a kind and a point, got 3"),
    "a point of no kind": (
        {"critical_points": [{"kind": "hill", "point": [0.0, 0.0], "value": 0.0}]},
        "must have a kind and a point",
    ),
    "a point of one coordinate": (
        {"critical_points": [{"kind": "minimum", "point": [0.0], "value": 0.0}]},
        r"point must be \(2,\) finite numbers",
    ),
    "a point without a value": (
        {"critical_points": [{"kind": "minimum", "point": [0.0, 0.0]}]},
        r"value must be \(1,\) finite numbers",
    ),
    "another version": (
        {"program": {"version": 2, "lines": LINES}},
        "has version 2; this version of landscape reads 1",
    ),
    "a program without lines": ({"program": {"version": 1}}, "program 'lines'"),
    "a program of nothing": ({"program": {"version": 1, "lines": []}}, "a program has 1 to 20,001 lines"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_table_that_is_wrong_is_refused_with_its_field(name):
    changed, said = WRONG[name]
    with pytest.raises(FieldError, match=said):
        surface(**changed)


def test_limits_are_taken_at_their_ends():
    assert surface(dim=1, window=[[0.0, 1.0]], program=None).dim == 1
    assert len(surface(title="x" * 2000).title) == 2000
    assert len(surface(labels=["a"] * 2000).labels) == 2000
    assert len(stand_in("noise", {"name": "x" * 2000}).name) == 2000


@pytest.mark.parametrize("table", [{"name": 3}, {"name": ""}, {"name": "x" * 2001}, {}])
def test_a_name_must_be_text(table):
    with pytest.raises(FieldError, match="a component: name must be text"):
        stand_in("schedule", table)


@pytest.mark.parametrize("also", [3, {"attributes": 3}])
def test_what_else_is_known_must_be_a_table(also):
    with pytest.raises(FieldError, match=f"theirs: {KEPT} must be a table"):
        stand_in("schedule", {"name": "theirs", KEPT: also})


def test_a_rule_has_its_fields_its_rate_and_what_it_needs():
    rule = stand_in("optimizer", {"name": "theirs", "lr": [0.1, 0.2], "damping": 2.0, "_own": 1, "step": 4, "a b": 5})
    assert isinstance(rule, KeptMethod)
    assert rule.lr.tolist() == [0.1, 0.2]
    assert rule.damping == 2.0
    assert not hasattr(rule, "_own")
    assert not hasattr(rule, "a b")
    assert callable(rule.step)  # no field takes the place of what a rule does
    known = {"needs": ["gradient"], "lr": 0.5, "attributes": {"seen": 7}}
    rule = stand_in("optimizer", {"name": "theirs", KEPT: known})
    assert isinstance(rule, KeptOptimizer)
    assert (rule.lr, rule.needs, rule.seen) == (0.5, {"gradient"}, 7)
    more = stand_in("optimizer", {"name": "theirs", KEPT: {"needs": ["gradient", "value", "magic"]}})
    assert isinstance(more, KeptMethod)
    assert (more.needs, more.lr) == ({"gradient", "value"}, 1.0)
    with pytest.raises(FieldError, match="lr must be a number or a list of them, got 'fast'"):
        stand_in("optimizer", {"name": "theirs", "lr": "fast"})
    assert stand_in("start", {"name": "theirs"}) is None


def test_a_schedule_that_read_the_loss_says_so():
    assert stand_in("schedule", {"name": "theirs", KEPT: {"reads_loss": True}}).reads_loss is True
    assert stand_in("schedule", {"name": "theirs", KEPT: {"reads_loss": 1}}).reads_loss is False


P = np.zeros((2, 1))
CALLS = {
    "optimizer": [lambda each: each.init(P), lambda each: each.step(P, None, (), 0.1)],
    "first-order optimizer": [lambda each: each.init(P), lambda each: each.apply(P, P, (), 0.1)],
    "schedule": [lambda each: each(0, 10), lambda each: each.follow((), P)],
    "noise": [lambda each: each.gradient(None), lambda each: each.value(None)],
}


@pytest.mark.parametrize("name", CALLS)
def test_what_stands_in_cannot_run_and_says_what_to_do(name):
    known = {"needs": ["gradient"]} if name.startswith("first") else {}
    made = stand_in(name.split()[-1], {"name": "theirs", "b": 1, KEPT: known})
    assert repr(made) == "<theirs(b=1), loaded without its own code>"
    for call in CALLS[name]:
        with pytest.raises(WithoutCode, match=r"^theirs: it cannot run: .* trust=True \(--trust\)"):
            call(made)
    given = stand_in(name.split()[-1], {"name": "points", KEPT: {**known, "points": True}})
    assert repr(given) == "<points(), given points>"
    for call in CALLS[name]:
        with pytest.raises(WithoutCode, match=r"^points: it cannot run: its points were given"):
            call(given)


def test_stand_ins_are_named_by_their_code_also_those_inside_others():
    one, two = (stand_in("optimizer", {"name": name, KEPT: {"needs": ["gradient"]}}) for name in ("one", "two"))
    inside = ls.optimizer("lookahead", optimizer=two)
    code = stand_in("noise", {"name": "function", KEPT: {"code": ["mine:draw", "mine:scale"]}})
    given = stand_in("optimizer", {"name": "points", KEPT: {"points": True}})
    assert left_out([one, inside, one, code, given, ls.optimizer("sgd")]) == ["one", "mine:draw, mine:scale", "two"]
