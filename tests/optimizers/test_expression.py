"""A rule as text is the rule that it says, in every engine, and nothing else gets in."""

import pickle
import string

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from references import reference

import landscape as ls
from landscape.program.assignments import read_rule
from landscape.scenario import Scenario

HEAVY = "m = beta*m + g; p = p - lr*m"
ADAM = "m = b1*m + (1 - b1)*g\nv = b2*v + (1 - b2)*g**2\np -= lr*(m/(1 - b1**t))/(sqrt(v/(1 - b2**t)) + eps)"
ADAMS = {"b1": 0.9, "b2": 0.999, "eps": 1e-8}
NESTEROV = "m = 0.9*m + g; p -= lr*(g + 0.9*m)"


def raced(*rules, **options):
    return ls.simulate("rosenbrock", list(rules), **{"start": (-1.5, 2.0), "steps": 60, **options})


@reference("expression", kind="definition", source="the rules that its texts say")
@pytest.mark.parametrize(
    ("rule", "known", "apart"),
    [
        (ls.rule_from_text(HEAVY, lr=0.0005, beta=0.9), ls.optimizer("momentum", lr=0.0005), 0.0),
        (ls.rule_from_text(NESTEROV, lr=0.0005), ls.optimizer("nesterov", lr=0.0005), 0.0),
        (ls.rule_from_text(ADAM, lr=0.1, **ADAMS), ls.optimizer("adam", lr=0.1), 1e-12),
        (ls.rule_from_text("p = p - lr*sign(g)", lr=0.01), ls.optimizer("sign_sgd", lr=0.01), 0.0),
    ],
)
def test_a_rule_as_text_is_that_rule(rule, known, apart):
    for engine in (None, "numpy"):
        mine, theirs = raced(rule, known, engine=engine).tracks
        np.testing.assert_allclose(mine.params, theirs.params, rtol=apart, atol=apart)


def test_runs_side_by_side_are_runs_alone_and_rates_may_differ():
    rates = np.array([0.0001, 0.0003, 0.001])
    many = raced(ls.rule_from_text(ADAM, lr=rates, **ADAMS), steps=30, repeats=3, noise="gaussian")
    for run, rate in enumerate(rates):
        alone = raced(ls.rule_from_text(ADAM, lr=rate, **ADAMS), steps=30, repeats=3, runs=[run], noise="gaussian")
        assert alone.tracks[0].params[:, :, 0].tobytes() == many.tracks[0].params[:, :, run].tobytes()


def test_a_rule_as_text_saves_loads_pickles_and_stands_in_a_scenario(tmp_path):
    rule = ls.rule_from_text(ADAM, lr=0.1, **ADAMS)
    assert pickle.loads(pickle.dumps(rule)) == rule
    record = raced(rule)
    record.save(tmp_path / "mine.npz")
    assert ls.load(tmp_path / "mine.npz") == record
    head = (
        'title = "Mine"\nsurface = "rosenbrock"\nstart = [-1.5, 2.0]\nsteps = 60\n[[optimizers]]\nname = "expression"'
    )
    text = f"{head}\nlr = 0.1\ntext = '''\n{ADAM}\n'''\nparameters = {{ b1 = 0.9, b2 = 0.999, eps = 1e-8 }}\n"
    np.testing.assert_array_equal(Scenario.from_text(text).simulate().tracks[0].params, record.tracks[0].params)


def test_what_is_kept_and_what_needs_a_value_follows_from_the_order():
    rule = read_rule("a = b + g; b = a; c = a*k; p = p - lr*c*pi")
    assert (rule.state, rule.parameters, rule.counts, rule.rated) == (("b",), ("k",), False, True)
    assert read_rule("p = p - g/t").counts


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"text": HEAVY}, 'text needs a value for "beta"'),
        ({"text": "p = p - g", "parameters": {"beta": 1.0}}, 'text does not hold the parameter "beta"'),
        ({"text": HEAVY, "parameters": {"beta": "1"}}, "parameters must be numbers up to"),
        ({"text": HEAVY, "parameters": {"lr": 1.0}}, 'parameters must not be called "lr"'),
        ({"text": HEAVY, "parameters": {"m": 1.0, "beta": 0.9}}, 'text does not hold the parameter "m"'),
        ({"text": 3}, "text must be"),
        ({"text": "p = p - g", "lr": -1.0}, "lr must be at least 0"),
    ],
)
def test_fields_that_do_not_fit_are_refused_by_name(fields, said):
    with pytest.raises(ls.FieldError, match=said):
        ls.optimizer("expression", **fields)


def test_a_step_that_leaves_the_numbers_is_a_run_that_diverges():
    record = raced(ls.rule_from_text("k = k + 1; p = p - lr*g/(1 - k)"), steps=5)
    assert record.tracks[0].status[0] == "diverged"


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet=string.printable + "é\u2028", max_size=80))
@example("p = p - lr*g;" * 200)
@example("p = " + "(" * 90)
@example("p = p - lr*g" + "\n" * 3000)
def test_any_text_is_a_rule_or_a_value_error(text):
    said = ""
    try:
        read_rule(text)
    except ValueError as error:
        said = str(error)
    assert "\n" not in said


@pytest.mark.parametrize("text", ["m = b*m - (-g); p = p - lr*(-(-m))", "m = -(-b*m - g); p = -(-p) - lr*m"])
def test_a_minus_in_front_of_a_name_is_taken_with_it(text):
    signed = ls.optimizer("expression", text=text, parameters={"b": 0.9})
    plain = ls.optimizer("expression", text="m = b*m + g; p = p - lr*m", parameters={"b": 0.9})
    one, other = (ls.simulate("booth", rule, start=(1.0, 2.0), steps=5).tracks[0].params for rule in (signed, plain))
    np.testing.assert_allclose(one, other, rtol=1e-14)
